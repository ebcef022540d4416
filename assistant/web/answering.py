"""Writing answers and running cells: what the page shows meanwhile, and whose turn it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace

import gradio as gr

from assistant.answer.events import Cited, Event, Finished, Judged, Running, Started, Wrote
from assistant.answer.pipeline import checked
from assistant.runtime import Runtime
from assistant.types import Turn
from assistant.web import shelf
from assistant.web.binding import Visitors
from assistant.web.courtesy import Courtesy
from assistant.web.limited import Limited
from assistant.web.line import Line, Ticket
from assistant.web.notices import notice_html
from assistant.web.shown import Page, View, busy_box
from assistant.web.state import Cell, Exchange, Scope, Session, after, asked, ended
from assistant.web.workbench import run_cell
from corpus.errors import TorchproofError

log = logging.getLogger(__name__)

PACE = 0.06
"""Seconds between two updates of a text that is being written."""


class Answering:
    """Answers in conversations, one at a time in each, snippets in the line of all."""

    def __init__(self, runtime: Runtime, visitors: Visitors, line: Line, page: Page) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._line = line
        self._page = page
        self._limited = Limited(runtime)
        self._courtesy = Courtesy()

    def answer(
        self,
        question: str,
        scope: Scope,
        session: Session,
        request: gr.Request,
        instead_of: str = "",
    ) -> Iterator[View]:
        """Answers a question in the session's conversation, update by update.

        Args:
            question: as it was typed.
            scope: what it is answered from.
            session: whose conversation.
            request: the page that asked.
            instead_of: the exchange that this one replaces; what came after it goes too.
        """
        if session.busy:
            yield self._page.told("An answer is being written — wait for it, or stop it.")
            return
        try:
            text = checked(question)
            self._visitors.count(session)
        except TorchproofError as fault:
            yield self._page.told(str(fault))
            return
        session.cut(instead_of)
        exchange = asked(text, run=session.run, scope=scope)
        history = session.history()
        session.put(exchange)
        yield self._page.view(session, box=busy_box(value=""))
        self._visitors.keep_soon(session)
        try:
            yield from self._written(exchange, history, session)
        except TorchproofError as fault:
            self._failed(exchange.id, session, str(fault))
        except Exception as fault:
            # One answer's failure must not end the chat.
            log.exception("an answer failed")
            told = f"something failed here ({type(fault).__name__}); the terminal says more"
            self._failed(exchange.id, session, told)
        self._visitors.keep(session)
        # An update of this answer may have come after another conversation was opened.
        shown = self._visitors.shown(request)
        if shown is not None:
            yield self._page.whole(shown)

    def _written(self, exchange: Exchange, history: list[Turn], session: Session) -> Iterator[View]:
        """The answer as it comes; each snippet waits in line for its turn to run."""
        assistant = self._limited.assistant(session.seconds)
        filters = shelf.scope_filters(self._runtime, exchange.scope)
        events = assistant.stream(exchange.question, history, run=session.run, filters=filters)
        shown = 0.0
        last = False
        with ExitStack() as turn, ExitStack() as silence:
            silence.enter_context(self._courtesy.awaiting())
            for event in self._searched(events):
                turn.close()  # whatever ran has come back
                exchange = after(exchange, event, assistant.searcher)
                if not _wanted(exchange.id, session):
                    return
                session.put(exchange)
                now = time.monotonic()
                if isinstance(event, Running):
                    last = event.number == event.total
                paced = isinstance(event, Wrote)
                if now - shown > PACE if paced else self._tells(event, exchange, last):
                    shown = now
                    yield self._page.view(session)
                if isinstance(event, Running):
                    ticket = turn.enter_context(self._line.ticket(session.owner))
                    yield from self._waited(ticket, exchange.id, event.snippet.id, session)
                if exchange.text:
                    silence.close()
                if isinstance(event, (Cited, Running, Judged)):
                    self._courtesy.give_way()  # before the work of a verdict

    def _searched(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events of an answer, of which the first comes when it has been searched."""
        # A chat model words the question before; nobody is to wait in line for that.
        with nullcontext() if self._runtime.model else self._courtesy.searching:
            first = next(events)
        yield first
        yield from events

    def _tells(self, event: Event, exchange: Exchange, last: bool) -> bool:
        """Whether the page is to be brought up to date now; else the next event follows at once."""
        match event:
            case Started():
                return self._runtime.model is not None  # which takes its time to begin
            case Cited():
                return not (exchange.executed and "```" in exchange.text)
            case Judged():
                return last
            case Finished():
                return False  # the conversation is shown when it has been kept
        return True

    def _waited(
        self, ticket: Ticket, exchange_id: str, snippet_id: str, session: Session
    ) -> Iterator[View]:
        """Shows the place in line until it is the snippet's turn, or nobody waits for it."""
        told = 0
        while (place := ticket.position) and _wanted(exchange_id, session):
            exchange = session.find(exchange_id)
            cell = exchange.cell(snippet_id) if exchange else None
            if cell and place != told:
                session.put_cell(exchange_id, replace(cell, place=place))
                told = place
                yield self._page.view(session)
            ticket.wait(1.0)
        exchange = session.find(exchange_id)
        cell = exchange.cell(snippet_id) if exchange else None
        if told and cell:
            session.put_cell(exchange_id, replace(cell, place=0))
            yield self._page.view(session)

    def _failed(self, exchange_id: str, session: Session, told: str) -> None:
        held = session.find(exchange_id)
        if held:
            session.put(replace(ended(held, "failed"), fault=told))

    def run(
        self, exchange_id: str, cell: Cell, code: str, session: Session, request: gr.Request
    ) -> Iterator[View]:
        """Runs `code` in the place of a cell, when its turn has come."""
        snippet_id = cell.original.id
        session.put_cell(exchange_id, replace(cell, code=code, running=True))
        yield self._page.view(session)
        try:
            self._visitors.count(session)
            with self._line.ticket(session.owner) as ticket:
                yield from self._waited(ticket, exchange_id, snippet_id, session)
                verifier = self._limited.verifier(session.seconds)
                report = run_cell(self._runtime, cell, code, verifier)
            session.put_cell(exchange_id, replace(cell, code=code, report=report, running=False))
            self._visitors.keep(session)
            if self._visitors.shows(session, request):
                yield self._page.view(session)
        except TorchproofError as fault:
            session.put_cell(exchange_id, replace(cell, running=False))
            yield self._page.view(session)[0], gr.skip(), notice_html(str(fault)), gr.skip()


def _wanted(exchange_id: str, session: Session) -> bool:
    """Whether somebody still waits for this answer."""
    held = session.find(exchange_id)
    return held is not None and held.stage != "stopped"
