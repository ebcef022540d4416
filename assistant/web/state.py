"""What a conversation holds, and how the assistant's events change it.  Knows nothing of Gradio."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answer.pipeline import Cited, Event, Finished, Judged, Running, Started, Wrote
from assistant.types import Citation, SnippetReport, Turn
from corpus.types import Snippet
from index.search import Searcher

Stage = Literal["searching", "writing", "verifying", "done", "stopped", "interrupted", "failed"]
Rating = Literal["", "up", "down"]

ACTIVE: frozenset[Stage] = frozenset({"searching", "writing", "verifying"})
"""Stages in which an answer is still being made."""


ALIKE = 0.5
"""Questions that share this much of their words (Jaccard) are one question to a reader."""

_SMALL = frozenset("a an and are do does how i in is it of the to what when you your".split())


@dataclass(frozen=True, slots=True)
class Cell:
    """A cited snippet and its latest run; `report` is None while it has not been judged yet.

    `original` is the snippet as cited; `code` is what runs, and differs once a user changed it.
    `place` is its place in the line of those that wait to run, 0 while it does not wait.
    """

    original: Snippet
    code: str
    report: SnippetReport | None = None
    running: bool = False
    place: int = 0

    @property
    def changed(self) -> bool:
        """Whether the code is no longer the document's."""
        return self.code != self.original.code


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the library a question is answered from; empty stands for all of it."""

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.topics or self.levels or self.documents)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what became of it."""

    id: str
    question: str
    stage: Stage = "searching"
    understood: str = ""
    text: str = ""
    corrected: str = ""
    citations: tuple[Citation, ...] = ()
    cells: tuple[Cell, ...] = ()
    answerable: bool = True
    nearest: tuple[str, ...] = ()
    seconds: float = 0.0
    executed: bool = True
    fault: str = ""
    rating: Rating = ""
    remark: str = ""
    scope: Scope = Scope()

    @property
    def active(self) -> bool:
        """Whether the answer is still being made."""
        return self.stage in ACTIVE

    def cell(self, snippet_id: str) -> Cell | None:
        """The cell of the snippet with this id."""
        return next((c for c in self.cells if c.original.id == snippet_id), None)

    def with_cell(self, cell: Cell) -> Exchange:
        """This exchange with one cell put in, or in the place of its former state."""
        held = self.cell(cell.original.id) is not None
        cells = tuple(cell if c.original.id == cell.original.id else c for c in self.cells)
        return replace(self, cells=cells if held else (*cells, cell))


def asked(question: str, *, run: bool = True, scope: Scope = Scope()) -> Exchange:
    """An exchange that has just begun."""
    return Exchange(secrets.token_hex(6), question, executed=run, scope=scope)


def after(exchange: Exchange, event: Event, searcher: Searcher) -> Exchange:
    """The exchange as it stands after an event of the assistant."""
    match event:
        case Started(contextualised=standing, result=result):
            near = (searcher.entries[hit.chunk.entry_id].question for hit in result.hits)
            return replace(
                exchange,
                stage="writing",
                understood=standing,
                answerable=result.answerable,
                nearest=tuple(distinct(near, against=standing))[:4],
            )
        case Wrote(piece=piece):
            return replace(exchange, text=exchange.text + piece)
        case Cited(citations=citations):
            return replace(exchange, stage="verifying", citations=citations)
        case Running(snippet=snippet):
            return exchange.with_cell(Cell(snippet, snippet.code, running=True))
        case Judged(report=report):
            return exchange.with_cell(Cell(report.snippet, report.snippet.code, report))
        case Finished(answer=answer):
            return replace(
                exchange,
                stage="done",
                corrected=answer.text,
                answerable=answer.answerable,
                seconds=answer.timings.get("total_ms", 0.0) / 1000,
            )


@dataclass(slots=True)
class Session:
    """One visitor's open conversation.  Changed by several events at once, hence the lock.

    Attributes:
        owner: secret of the browser (or name of the user) whose conversations these are.
        id: the conversation's own id.
        run: whether cited code is executed without being asked for.
        seconds: time that a snippet may take, 0 for as long as the sandbox allows.
    """

    owner: str
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    exchanges: tuple[Exchange, ...] = ()
    run: bool = True
    seconds: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def find(self, exchange_id: str) -> Exchange | None:
        """The exchange with this id."""
        return next((e for e in self.exchanges if e.id == exchange_id), None)

    def put(self, exchange: Exchange) -> None:
        """Adds an exchange, or replaces its former state."""
        with self.lock:
            if any(e.id == exchange.id for e in self.exchanges):
                self.exchanges = tuple(
                    exchange if e.id == exchange.id else e for e in self.exchanges
                )
            else:
                self.exchanges = (*self.exchanges, exchange)

    def put_cell(self, exchange_id: str, cell: Cell) -> None:
        """Puts a cell's new state into an exchange, if that is still there."""
        exchange = self.find(exchange_id)
        if exchange:
            self.put(exchange.with_cell(cell))

    def cut(self, exchange_id: str) -> Exchange | None:
        """Takes out an exchange and all after it; returns it."""
        with self.lock:
            for n, exchange in enumerate(self.exchanges):
                if exchange.id == exchange_id:
                    self.exchanges = self.exchanges[:n]
                    return exchange
        return None

    def stop(self) -> None:
        """Marks what is being answered as stopped."""
        with self.lock:
            self.exchanges = tuple(ended(e, "stopped") for e in self.exchanges)

    @property
    def busy(self) -> bool:
        """Whether an answer is being made."""
        return any(e.active for e in self.exchanges)

    def history(self) -> list[Turn]:
        """The conversation as the assistant reads it."""
        return list(turns(self.exchanges))


def distinct(questions: Iterable[str], *, against: str = "") -> list[str]:
    """The questions that do not say nearly the same as an earlier one, or as `against`."""
    seen = [_words(against)] if against else []
    kept: list[str] = []
    for question in questions:
        words = _words(question)
        if not any(len(words & other) >= ALIKE * len(words | other) for other in seen):
            kept.append(question)
            seen.append(words)
    return kept


def _words(question: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", question.lower())) - _SMALL


def ended(exchange: Exchange, stage: Stage) -> Exchange:
    """The exchange with nothing going on in it any more."""
    cells = tuple(replace(c, running=False, place=0) for c in exchange.cells)
    return replace(exchange, cells=cells, stage=stage if exchange.active else exchange.stage)


def turns(exchanges: Sequence[Exchange]) -> Iterator[Turn]:
    """Questions and answers that came to something, in order."""
    for exchange in exchanges:
        if exchange.text and not exchange.active:
            yield Turn("user", exchange.question)
            yield Turn("assistant", exchange.text)
