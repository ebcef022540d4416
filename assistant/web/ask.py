"""The Ask tab: a conversation, its cells and the source panel."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.answer.pipeline import Running, checked
from assistant.runtime import Runtime
from assistant.types import Turn
from assistant.web import shelf
from assistant.web.binding import FREE, PROMPT, Visitor, Visitors, given
from assistant.web.limited import Limited
from assistant.web.line import Line, Ticket
from assistant.web.notices import notice_html
from assistant.web.passage import panel_html, sources_html
from assistant.web.state import Exchange, Scope, Session, after, asked, ended
from assistant.web.theme import script
from assistant.web.thread import thread_value
from assistant.web.workbench import run_cell
from corpus.errors import InputError, TorchproofError

log = logging.getLogger(__name__)

PACE = 0.06
"""Seconds between two updates of a text that is being written."""

MAX_REMARK = 2_000
"""Characters kept of what someone says of an answer."""

THREAD = (
    '<div class="tp-thread"><div class="tp-blank"></div><div class="tp-list"></div>'
    '<div class="tp-said tp-sr" role="status" aria-live="polite"></div></div>'
)

View = tuple[Any, ...]
Chosen = list[str] | None
"""What a dropdown of several choices gives."""


class AskTab:
    """Builds the tab and answers its events."""

    def __init__(
        self, runtime: Runtime, visitors: Visitors, line: Line, examples: Sequence[str]
    ) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._line = line
        self._limited = Limited(runtime)
        self._examples = tuple(examples)

    def build(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        with gr.Row(elem_id="tp-ask-row"):
            with gr.Column(elem_id="tp-main", scale=1):
                self.thread = gr.HTML(
                    thread_value(Session(""), self._examples),
                    html_template=THREAD,
                    js_on_load=script("thread.js"),
                    apply_default_css=False,
                    elem_id="tp-thread",
                )
                with gr.Column(elem_id="tp-composer"):
                    self.notice = gr.HTML("", apply_default_css=False, elem_id="tp-notice")
                    self.box = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        placeholder="Ask a PyTorch interview question",
                        lines=1,
                        max_lines=8,
                        autofocus=True,
                        submit_btn=True,
                        container=False,
                        elem_id="tp-box",
                    )
                    with (
                        gr.Accordion("Answer only from …", open=False, elem_id="tp-scope"),
                        gr.Row(),
                    ):
                        self.topics, self.levels, self.documents = (
                            gr.Dropdown(choices, multiselect=True, label=label)
                            for label, choices in (
                                ("Topics", shelf.topics(self._runtime)),
                                ("Levels", shelf.levels(self._runtime)),
                                ("Documents", shelf.sources(self._runtime)),
                            )
                        )
            with gr.Column(elem_id="tp-side", scale=0):
                self.panel = gr.HTML(
                    "", js_on_load=script("panel.js"), apply_default_css=False, elem_id="tp-panel"
                )
        self.shown = [self.thread, self.box, self.notice, self.panel]
        tab.select(
            lambda: gr.Dropdown(choices=shelf.sources(self._runtime)),
            None,
            [self.documents],
            **PROMPT,
        )
        self._bind(visitor)

    def _bind(self, visitor: gr.JSON) -> None:
        who = [visitor]
        asking = [visitor, self.topics, self.levels, self.documents]
        self.events = [self.box.submit(self.ask, [self.box, *asking], self.shown, **FREE)]
        self.box.stop(self.stop, who, self.shown, **PROMPT)
        for event, handler, inputs in (
            (self.thread.ask, self.ask_chip, asking),
            (self.thread.retry, self.retry, asking),
            (self.thread.amend, self.amend, asking),
            (self.thread.rerun, self.rerun, who),
        ):
            self.events.append(event(handler, inputs, self.shown, trigger_mode="multiple", **FREE))
        self.events.append(self.thread.undo(self.undo, who, self.shown, **PROMPT))
        self.thread.rate(self.rate, who, self.shown, **PROMPT)
        for component in (self.thread, self.panel):
            component.cite(self.cite, who, [self.panel], **PROMPT)
        self.panel.back(self.sources, who, [self.panel], **PROMPT)

    # Answering -----------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        visitor: Visitor,
        topics: Chosen,
        levels: Chosen,
        documents: Chosen,
        request: gr.Request,
    ) -> Iterator[View]:
        """Answers a question, update by update."""
        here = self._visitors.resume(visitor, request)
        yield from self._answer(question or "", _scope(topics, levels, documents), here, request)

    def ask_chip(
        self,
        visitor: Visitor,
        topics: Chosen,
        levels: Chosen,
        documents: Chosen,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[View]:
        """Asks the question of a chip."""
        here = self._visitors.resume(visitor, request)
        question = str(given(event, "question"))
        yield from self._answer(question, _scope(topics, levels, documents), here, request)

    def retry(
        self,
        visitor: Visitor,
        topics: Chosen,
        levels: Chosen,
        documents: Chosen,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[View]:
        """Asks a question of the conversation again; what came after it goes."""
        here = self._visitors.resume(visitor, request)
        held = here.cut(str(given(event, "exchange")))
        question = held.question if held else ""
        yield from self._answer(question, _scope(topics, levels, documents), here, request)

    def amend(
        self,
        visitor: Visitor,
        topics: Chosen,
        levels: Chosen,
        documents: Chosen,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[View]:
        """Asks a changed question in the place of an earlier one."""
        here = self._visitors.resume(visitor, request)
        question = str(given(event, "question"))
        try:
            checked(question)
        except InputError as fault:
            yield self._told(str(fault))
            return
        here.cut(str(given(event, "exchange")))
        yield from self._answer(question, _scope(topics, levels, documents), here, request)

    def _answer(
        self, question: str, scope: Scope, session: Session, request: gr.Request
    ) -> Iterator[View]:
        if session.busy:
            yield self._told("An answer is being written — wait for it, or stop it.")
            return
        try:
            text = checked(question)
            self._visitors.count(session)
        except TorchproofError as fault:
            yield self._told(str(fault))
            return
        exchange = asked(text, run=session.run, scope=scope)
        history = session.history()
        session.put(exchange)
        yield self._view(session, box=gr.Textbox(value="", submit_btn=False, stop_btn=True))
        self._visitors.keep(session)
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
        if self._visitors.shows(session, request):
            yield self._view(session, box=idle_box())

    def _written(self, exchange: Exchange, history: list[Turn], session: Session) -> Iterator[View]:
        """The answer as it comes; each snippet waits in line for its turn to run."""
        assistant = self._limited.assistant(session.seconds)
        filters = shelf.scope_filters(self._runtime, exchange.scope)
        events = assistant.stream(exchange.question, history, run=session.run, filters=filters)
        shown = 0.0
        with ExitStack() as turn:
            for event in events:
                turn.close()  # whatever ran has come back
                stage = exchange.stage
                exchange = after(exchange, event, assistant.searcher)
                if not _wanted(exchange.id, session):
                    return
                session.put(exchange)
                now = time.monotonic()
                if exchange.stage != "writing" or stage != "writing" or now - shown > PACE:
                    shown = now
                    yield self._view(session)
                if isinstance(event, Running):
                    ticket = turn.enter_context(self._line.ticket(session.owner))
                    yield from self._waited(ticket, exchange.id, event.snippet.id, session)

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
                yield self._view(session)
            ticket.wait(1.0)
        exchange = session.find(exchange_id)
        cell = exchange.cell(snippet_id) if exchange else None
        if told and cell:
            session.put_cell(exchange_id, replace(cell, place=0))
            yield self._view(session)

    def _failed(self, exchange_id: str, session: Session, told: str) -> None:
        held = session.find(exchange_id)
        if held:
            session.put(replace(ended(held, "failed"), fault=told))

    def stop(self, visitor: Visitor, request: gr.Request) -> View:
        """Stops the answer that is being made; what it has stays."""
        here = self._visitors.resume(visitor, request)
        here.stop()
        self._visitors.keep(here)
        return self._view(here, box=idle_box())

    def undo(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> View:
        """Takes an exchange out and puts its question back into the box."""
        here = self._visitors.resume(visitor, request)
        held = here.cut(str(given(event, "exchange")))
        self._visitors.keep(here)
        question = held.question if held else ""
        return self._view(here, box=gr.Textbox(value=question, submit_btn=True, stop_btn=False))

    # Cells ---------------------------------------------------------------------------------------

    def rerun(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Runs a cell again: as it is, changed, or (code null) as the document has it."""
        here = self._visitors.resume(visitor, request)
        exchange_id, snippet_id = str(given(event, "exchange")), str(given(event, "snippet"))
        exchange = here.find(exchange_id)
        cell = exchange.cell(snippet_id) if exchange else None
        if cell is None:
            yield self._told("This cell is no longer here — ask again.")
            return
        code = given(event, "code")
        code = cell.original.code if code is None else f"{str(code).rstrip()}\n"
        if code.strip() == cell.original.code.strip():
            code = cell.original.code
        here.put_cell(exchange_id, replace(cell, code=code, running=True))
        yield self._view(here)
        try:
            self._visitors.count(here)
            with self._line.ticket(here.owner) as ticket:
                yield from self._waited(ticket, exchange_id, snippet_id, here)
                verifier = self._limited.verifier(here.seconds)
                report = run_cell(self._runtime, cell, code, verifier)
            here.put_cell(exchange_id, replace(cell, code=code, report=report, running=False))
            self._visitors.keep(here)
            if self._visitors.shows(here, request):
                yield self._view(here)
        except TorchproofError as fault:
            here.put_cell(exchange_id, replace(cell, running=False))
            yield self._view(here)[0], gr.skip(), notice_html(str(fault)), gr.skip()

    def rate(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> View:
        """Keeps whether an answer helped, and why not; the same button again takes it back."""
        here = self._visitors.resume(visitor, request)
        exchange = here.find(str(given(event, "exchange")))
        rating, remark = given(event, "rating"), given(event, "remark")
        if exchange and rating in ("up", "down"):
            again = exchange.rating == rating and remark is None
            kept = str(remark or "")[:MAX_REMARK]
            here.put(replace(exchange, rating="" if again else rating, remark=kept))
            self._visitors.keep(here)
        return self._view(here)

    # Sources -------------------------------------------------------------------------------------

    def cite(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> str:
        """Opens the passage behind a marker."""
        here = self._visitors.resume(visitor, request)
        exchange = here.find(str(given(event, "exchange"))) or _last(here)
        marker = given(event, "marker")
        citations = exchange.citations if exchange else ()
        citation = next((c for c in citations if c.marker == marker), None)
        if exchange is None or citation is None:
            return sources_html(exchange)
        return panel_html(citation, self._runtime.searcher)

    def sources(self, visitor: Visitor, request: gr.Request) -> str:
        """The list of sources, shown while no passage is open."""
        return sources_html(_last(self._visitors.resume(visitor, request)))

    # What the page shows -------------------------------------------------------------------------

    def whole(self, session: Session) -> View:
        """Everything that the tab shows of a conversation that was just opened."""
        return self._view(session, box=idle_box())

    def _view(self, session: Session, *, box: object = None) -> View:
        return (
            thread_value(session, self._examples),
            gr.skip() if box is None else box,
            "",
            sources_html(_last(session)) if box is not None else gr.skip(),
        )

    @staticmethod
    def _told(line: str) -> View:
        return gr.skip(), gr.skip(), notice_html(line), gr.skip()


def idle_box() -> gr.Textbox:
    """The question box when nothing is being answered."""
    return gr.Textbox(submit_btn=True, stop_btn=False)


def _scope(topics: Chosen, levels: Chosen, documents: Chosen) -> Scope:
    return Scope(tuple(topics or ()), tuple(levels or ()), tuple(documents or ()))


def _wanted(exchange_id: str, session: Session) -> bool:
    """Whether somebody still waits for this answer."""
    held = session.find(exchange_id)
    return held is not None and held.stage != "stopped"


def _last(session: Session) -> Exchange | None:
    return session.exchanges[-1] if session.exchanges else None
