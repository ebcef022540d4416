"""From a question to an answer: contextualise, search, decide, write, execute, correct."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.answer.checked import checked_passages, remarked, words_for
from assistant.answer.contextualise import understand
from assistant.answer.correct import correct, prose_of, retold
from assistant.answer.disagree import disagreements
from assistant.answer.intent import intent_of
from assistant.answer.passages import Passage, select_passages
from assistant.answer.writers import ExtractiveWriter
from assistant.seams import Writer
from assistant.settings import MAX_QUESTION
from assistant.types import Answer, Citation, SnippetReport, Turn
from assistant.verify.facts import Fact
from corpus.errors import InputError
from corpus.types import Document, Snippet
from index.search import Filters, Searcher
from index.types import SearchResult

REFUSAL = "The indexed documents do not answer this."


class SnippetVerifier(Protocol):
    """What the pipeline asks of verification; `assistant.verify.verifier.Verifier` fills it."""

    def verify(
        self, snippet: Snippet, *, document: Document, context: Sequence[Snippet] = ()
    ) -> SnippetReport:
        """Runs `snippet` and judges its claims; `context` is what the page shows before it."""
        ...

    def said(self, texts: Sequence[str]) -> tuple[tuple[Fact, ...], ...]:
        """What each of several texts says of the library's names and defaults, judged."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """The question as it is searched for, and what was found."""

    contextualised: str
    result: SearchResult


@dataclass(frozen=True, slots=True)
class Wrote:
    """The next piece of the answer's Markdown.

    After the verdicts a last one may come, which takes back what was refuted in the prose before it
    and says where documents disagree.
    """

    piece: str


@dataclass(frozen=True, slots=True)
class Cited:
    """The passages behind the markers; comes when the text is complete."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A cited snippet begins to run: the `number`-th of `total`, from 1."""

    snippet: Snippet
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A cited snippet has been run and judged."""

    report: SnippetReport


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, refuted lines corrected."""

    answer: Answer


Event = Started | Wrote | Cited | Running | Judged | Finished


class Assistant:
    """Answers questions over one index.  Holds no conversation: the caller passes the history."""

    def __init__(
        self, searcher: Searcher, writer: Writer, verifier: SnippetVerifier | None = None
    ) -> None:
        self.searcher = searcher
        self.writer = writer
        self.verifier = verifier

    def search(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int = 10,
        filters: Filters = Filters(),
    ) -> tuple[str, SearchResult]:
        """The question made self-contained, and the hits for it.

        Raises:
            InputError: the question is empty or far too long.
        """
        standing = understand(checked(question), history, self.searcher.stand_alone)
        return standing.text, self.searcher.search(standing, k, filters)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        run: bool = True,
        filters: Filters = Filters(),
    ) -> Answer:
        """The finished answer; see `stream` for the same piece by piece."""
        for event in self.stream(question, history, run=run, filters=filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        run: bool = True,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        """The answer as it comes: text first, then each snippet's verdicts, then the whole.

        Raises:
            InputError: the question is empty or far too long.
        """
        began = time.perf_counter()
        standing, result = self.search(question, history, filters=filters)
        searched = time.perf_counter()
        yield Started(standing, result)
        passages: tuple[Passage, ...] = ()
        if result.answerable:
            passages = select_passages(intent_of(question), result, self.searcher)
            if run and self.verifier:
                said = self.verifier.said([passage.block.text for passage in passages])
                passages = checked_passages(passages, said)
        text = ""
        pieces = (
            self.writer.write(standing, passages, history)
            if passages
            else iter([self._refusal(result)])
        )
        for piece in pieces:
            text += piece
            yield Wrote(piece)
        citations = tuple(cite(passage) for passage in passages)
        yield Cited(citations)
        wrote = time.perf_counter()
        reports: list[SnippetReport] = []
        if run and self.verifier:
            runnable = [p for p in passages if p.snippet]
            for number, passage in enumerate(runnable, start=1):
                if passage.snippet:
                    yield Running(passage.snippet, number, len(runnable))
                    report = self._judge(passage, passage.snippet)
                    reports.append(report)
                    if any(verdict.state == "refuted" for verdict in report.verdicts):
                        self.searcher.refuted.add(passage.entry.id)
                    yield Judged(report)
        entries = {passage.marker: passage.entry.id for passage in passages}
        notes: list[str] = []
        if run and self.verifier and passages:
            cited = list(dict.fromkeys(entries.values()))
            notes = list(disagreements(result, self.searcher, cited, reports, self.verifier))
            reread, wrong = self._reread(text)
            closing = [*wrong, *retold(text, reports, entries), *notes]
            if closing:
                yield Wrote(_closing("Checked by running it", closing))
            text = reread
        final = correct(text, reports, entries).strip()
        if notes:
            final += _closing("The documents disagree", notes)
        ended = time.perf_counter()
        yield Finished(
            Answer(
                question=question,
                contextualised=standing,
                text=final.strip(),
                citations=citations,
                snippets=tuple(reports),
                answerable=result.answerable,
                confidence=result.confidence,
                timings={
                    "search_ms": 1000 * (searched - began),
                    "write_ms": 1000 * (wrote - searched),
                    "verify_ms": 1000 * (ended - wrote),
                    "total_ms": 1000 * (ended - began),
                },
            )
        )

    def _reread(self, text: str) -> tuple[str, list[str]]:
        """A model's own words, with what they wrongly say of the library put right, and the rest.

        Returns:
            The text with its remarks, and the remarks alone.
        """
        if self.verifier is None or isinstance(self.writer, ExtractiveWriter):
            return text, []
        parts = list(prose_of(text))
        said = self.verifier.said([part for _, part in parts])
        lines: list[str] = []
        for (begin, _), facts in reversed(list(zip(parts, said, strict=True))):
            before = len(text)
            text = remarked(text, facts, begin)
            if len(text) > before:
                wrong = [fact for fact in facts if fact.judgement.state == "refuted"]
                lines += [f"`{fact.text}`: ✗ {words_for(fact)}" for fact in wrong]
        return text, lines

    def _judge(self, passage: Passage, snippet: Snippet) -> SnippetReport:
        assert self.verifier is not None
        earlier = [s for s in passage.entry.snippets if s.span.end <= snippet.span.start]
        return self.verifier.verify(snippet, document=passage.document, context=earlier)

    def _refusal(self, result: SearchResult) -> str:
        near = [self.searcher.entries[hit.chunk.entry_id].question for hit in result.hits[:3]]
        offers = "".join(f"- {question}\n" for question in dict.fromkeys(near))
        return (
            REFUSAL
            + _understood(self.searcher.understood(result.query))
            + (f" The nearest questions they do answer:\n\n{offers}" if offers else "")
        )


def _understood(words: str | None) -> str:
    """What to say of a question in a language that the index does not read."""
    if words is None:
        return ""
    little = f"only “{words}” of the question was" if words else "nothing of the question was"
    return f" They are read in English, and {little} understood: please ask in English."


def _closing(title: str, lines: Sequence[str]) -> str:
    return f"\n\n**{title}:**\n\n" + "".join(f"- {line}\n" for line in lines)


def cite(passage: Passage) -> Citation:
    """What stands behind a passage's marker; the quote is the original text at the span."""
    return Citation(
        marker=passage.marker,
        document=Path(passage.document.path).name,
        path=passage.document.path,
        entry=passage.entry.id,
        question=passage.entry.question,
        span=passage.block.span,
        quote=passage.block.span.of(passage.document.text),
    )


def checked(question: str) -> str:
    """The question, stripped.

    Raises:
        InputError: it is empty, or too long to be a question.
    """
    question = question.strip()
    if not question:
        raise InputError("the question is empty", hint="type a question")
    if len(question) > MAX_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read",
            hint="shorten it; to search a long text, add it with `torchproof index FILE`",
        )
    return question
