"""From a question to an answer: contextualise, search, decide, write, execute, correct."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.answer.contextualise import contextualise
from assistant.answer.correct import correct
from assistant.answer.intent import intent_of
from assistant.answer.passages import Passage, select_passages
from assistant.seams import Writer
from assistant.settings import MAX_QUESTION
from assistant.types import Answer, Citation, SnippetReport, Turn
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


@dataclass(frozen=True, slots=True)
class Started:
    """The question as it is searched for, and what was found."""

    contextualised: str
    result: SearchResult


@dataclass(frozen=True, slots=True)
class Wrote:
    """The next piece of the answer's Markdown."""

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
        standing = contextualise(checked(question), history)
        return standing, self.searcher.search(standing, k, filters)

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
            cited = [p for p in passages if p.snippet]
            for number, passage in enumerate(cited, start=1):
                if passage.snippet:
                    yield Running(passage.snippet, number, len(cited))
                    report = self._judge(passage, passage.snippet)
                    reports.append(report)
                    yield Judged(report)
        ended = time.perf_counter()
        yield Finished(
            Answer(
                question=question,
                contextualised=standing,
                text=correct(text, reports).strip(),
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

    def _judge(self, passage: Passage, snippet: Snippet) -> SnippetReport:
        assert self.verifier is not None
        earlier = [s for s in passage.entry.snippets if s.span.end <= snippet.span.start]
        return self.verifier.verify(snippet, document=passage.document, context=earlier)

    def _refusal(self, result: SearchResult) -> str:
        near = [self.searcher.entries[hit.chunk.entry_id].question for hit in result.hits[:3]]
        offers = "".join(f"- {question}\n" for question in dict.fromkeys(near))
        return f"{REFUSAL}" + (
            f" The nearest questions they do answer:\n\n{offers}" if offers else ""
        )


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
