"""The Library tab's reader: browse and search the entries, read them with their code run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.web import shelf
from assistant.web.ask import THREAD
from assistant.web.binding import EVERY, FREE, LATEST, QUIET, Visitors, given
from assistant.web.documents import ANY, Documents
from assistant.web.limited import Limited
from assistant.web.line import Line
from assistant.web.notices import notice_html
from assistant.web.reading import entries_html
from assistant.web.state import Cell, Session
from assistant.web.theme import script
from assistant.web.thread import reader_value
from assistant.web.workbench import run_cell
from corpus.errors import TorchproofError

View = tuple[Any, Any, Any]
"""The session that is shown, the entry, and a line on what was wrong."""


class LibraryTab:
    """Builds the tab and answers its events."""

    def __init__(self, runtime: Runtime, visitors: Visitors, line: Line) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._line = line
        self._limited = Limited(runtime)

    def build(self) -> None:
        """Lays the tab out and binds its events; call inside a `gr.Tab`."""
        with gr.Tabs(elem_id="tp-library"):
            with gr.Tab("Read"):
                document = self._build_reader()
            with gr.Tab("Documents"):
                Documents(self._runtime, self._visitors).build(document)

    def _build_reader(self) -> gr.Dropdown:
        runtime = self._runtime
        shown = gr.State(None)
        with gr.Row(elem_id="tp-filters"):
            query = gr.Textbox(label="Search", placeholder="Words of a question or an answer")
            topic = gr.Dropdown([ANY, *shelf.topics(runtime)], value=ANY, label="Topic")
            level = gr.Dropdown([ANY, *shelf.levels(runtime)], value=ANY, label="Level")
            names = sorted({Path(d.path).name for d in shelf.documents(runtime)})
            document = gr.Dropdown([ANY, *names], value=ANY, label="Document")
        with gr.Row(elem_id="tp-reading"):
            with gr.Column(elem_id="tp-entries", scale=0):
                entries = gr.HTML(
                    self.listed("", ANY, ANY, ANY),
                    js_on_load=script("entries.js"),
                    apply_default_css=False,
                )
            with gr.Column(elem_id="tp-reader"):
                notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
                reader = gr.HTML(
                    reader_value(None),
                    html_template=THREAD,
                    js_on_load=script("thread.js"),
                    apply_default_css=False,
                )
        wanted = [query, topic, level, document]
        for changed in (query.change, topic.change, level.change, document.change):
            changed(self.listed, wanted, [entries], **LATEST, **QUIET)
        page = [shown, reader, notice]
        entries.pick(self.read, None, page, **LATEST, **FREE)
        reader.rerun(self.rerun, [shown], page, **EVERY, **FREE)
        return document

    def listed(self, query: str, topic: str, level: str, document: str) -> str:
        """The entries that pass the filters."""
        wanted = ["" if value in (ANY, None) else value for value in (topic, level, document)]
        return entries_html(shelf.entries(self._runtime, query or "", *wanted), shelf.LISTED)

    def read(self, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Shows an entry at once, then runs its snippets one after the other, if they are to be."""
        entry = self._runtime.searcher.entries.get(str(given(event, "id")))
        if entry is None:
            yield None, reader_value(None), ""
            return
        here = self._visitors.resume(None, request)
        exchange = shelf.as_exchange(entry)
        session = Session(here.owner, exchanges=(exchange,), run=here.run, seconds=here.seconds)
        yield session, reader_value(exchange), ""
        if not session.run or not exchange.cells:
            return
        try:
            self._visitors.count(here)
            for cell in exchange.cells:
                yield from self._run(session, cell, cell.code)
        except TorchproofError as fault:
            yield session, reader_value(session.exchanges[0]), notice_html(str(fault))

    def rerun(
        self, session: Session | None, event: gr.EventData, request: gr.Request
    ) -> Iterator[View]:
        """Runs a cell again, as it is or changed."""
        exchange = session.exchanges[0] if session else None
        cell = exchange.cell(str(given(event, "snippet"))) if exchange else None
        if session is None or cell is None:
            yield session, gr.skip(), ""
            return
        code = given(event, "code")
        code = cell.original.code if code is None else f"{str(code).rstrip()}\n"
        if code.strip() == cell.original.code.strip():
            code = cell.original.code
        try:
            self._visitors.count(self._visitors.resume(None, request))
            yield from self._run(session, cell, code)
        except TorchproofError as fault:
            session.put_cell(session.exchanges[0].id, replace(cell, running=False))
            yield session, reader_value(session.exchanges[0]), notice_html(str(fault))

    def _run(self, session: Session, cell: Cell, code: str) -> Iterator[View]:
        """Runs a cell when its turn has come; its place in the line is shown."""
        exchange_id = session.exchanges[0].id

        def shows(state: Cell) -> View:
            session.put_cell(exchange_id, state)
            return session, reader_value(session.exchanges[0]), ""

        running = replace(cell, code=code, running=True)
        yield shows(running)
        with self._line.ticket(session.owner) as ticket:
            told = 0
            while place := ticket.position:
                if place != told:
                    yield shows(replace(running, place=place))
                    told = place
                ticket.wait(1.0)
            if told:
                yield shows(running)
            verifier = self._limited.verifier(session.seconds)
            report = run_cell(self._runtime, cell, code, verifier)
        yield shows(Cell(cell.original, code, report))
