"""From a question to an answer: contextualise, search, decide, write, execute, correct."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer.checked import checked_passages, remarked, words_for
from assistant.answer.contextualise import understand
from assistant.answer.correct import correct, prose_of, retold
from assistant.answer.disagree import disagreements
from assistant.answer.events import (
    Cited,
    Event,
    Finished,
    Judged,
    Running,
    SnippetVerifier,
    Started,
    Wrote,
)
from assistant.answer.evidence import judged
from assistant.answer.intent import intent_of
from assistant.answer.passages import Passage, select_passages
from assistant.answer.writers import ExtractiveWriter
from assistant.seams import Writer
from assistant.settings import MAX_QUESTION
from assistant.types import Answer, Citation, SnippetReport, Turn
from corpus.errors import InputError
from index.filters import Filters
from index.search import Searcher
from index.types import SearchResult

if TYPE_CHECKING:
    from assistant.answer.chat_writer import ChatWriter

__all__ = [
    "REFUSAL",
    "Assistant",
    "Cited",
    "Event",
    "Finished",
    "Judged",
    "Running",
    "SnippetVerifier",
    "Started",
    "Wrote",
    "checked",
    "cite",
]

REFUSAL = "The indexed documents do not answer this."


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
        model = self._model
        if model is not None and history and standing.text != question.strip():
            from assistant.answer.rewrite import rewritten

            standing = rewritten(model, question.strip(), history, standing)
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
        model = self._model
        if model is not None and passages:
            yield from self._worded(
                model, question, standing, result, passages, history, began, searched, run=run
            )
            return
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
                    report = judged(passage, self.verifier, self.searcher)
                    if report:
                        reports.append(report)
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

    @property
    def _model(self) -> ChatWriter | None:
        """The chat model that writes, where one does."""
        if isinstance(self.writer, ExtractiveWriter):
            return None
        from assistant.answer.chat_writer import ChatWriter

        return self.writer if isinstance(self.writer, ChatWriter) else None

    def _worded(
        self,
        model: ChatWriter,
        question: str,
        standing: str,
        result: SearchResult,
        passages: tuple[Passage, ...],
        history: Sequence[Turn],
        began: float,
        searched: float,
        *,
        run: bool,
    ) -> Iterator[Event]:
        """The answer in a model's words; nothing shown is changed afterwards."""
        from assistant.answer.worded import worded

        verifier = self.verifier if run else None
        outcome = yield from worded(
            model, standing, passages, result, history, self.searcher, verifier
        )
        text, evidence = outcome.text, outcome.evidence
        citations = tuple(cite(p) for p in evidence.passages if p.marker in outcome.markers)
        closing = ""
        if outcome.declined:
            closing = self._nearest(result)
        yield Cited(citations)
        wrote = time.perf_counter()
        own = {p.snippet.id for p in evidence.passages if p.snippet}
        cited_runs = [r for r in evidence.reports if r.snippet.id in outcome.shown_runs]
        for number, report in enumerate(cited_runs, start=1):
            yield Running(report.snippet, number, len(cited_runs))
            yield Judged(report)
        if verifier and not outcome.declined:
            cited = list(dict.fromkeys(evidence.entries[c.marker] for c in citations))
            reports = evidence.reports
            notes = list(disagreements(result, self.searcher, cited, reports, verifier))
            _, wrong = self._reread(text)
            missed = [*wrong, *retold(text, reports, evidence.entries)]
            missed = [line for line in dict.fromkeys(missed) if line.partition("✗ ")[2] not in text]
            if missed:
                closing += _closing("Checked by running it", missed)
            if notes:
                closing += _closing("The documents disagree", notes)
        if closing:
            yield Wrote(closing)
        ended = time.perf_counter()
        ran = outcome.verify_seconds
        yield Finished(
            Answer(
                question=question,
                contextualised=standing,
                text=(text + closing).strip(),
                citations=citations,
                snippets=(*cited_runs, *(r for r in evidence.reports if r.snippet.id not in own)),
                answerable=result.answerable and not outcome.declined,
                confidence=result.confidence,
                timings={
                    "search_ms": 1000 * (searched - began),
                    "write_ms": 1000 * (wrote - searched - ran),
                    "verify_ms": 1000 * (ended - wrote + ran),
                    "total_ms": 1000 * (ended - began),
                },
            )
        )

    def _refusal(self, result: SearchResult) -> str:
        return REFUSAL + _understood(self.searcher.understood(result.query)) + self._nearest(result)

    def _nearest(self, result: SearchResult) -> str:
        near = [self.searcher.entries[hit.chunk.entry_id].question for hit in result.hits[:3]]
        offers = "".join(f"- {question}\n" for question in dict.fromkeys(near))
        return f" The nearest questions they do answer:\n\n{offers}" if offers else ""


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
