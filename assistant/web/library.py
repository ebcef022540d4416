"""The Library tab: browse and read the corpus, add documents, audit their claims."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.types import SnippetReport
from assistant.web import shelf
from assistant.web.ask import THREAD
from assistant.web.binding import FREE, PROMPT, QUIET, given
from assistant.web.line import Line
from assistant.web.notices import notice_html
from assistant.web.pump import pumped
from assistant.web.reading import (
    Row,
    added_html,
    audit_html,
    document_html,
    entries_html,
    refuted_html,
    refuted_rows,
)
from assistant.web.state import Cell, Session
from assistant.web.theme import script
from assistant.web.thread import reader_value
from assistant.web.workbench import run_cell
from corpus.errors import InputError, TorchproofError
from corpus.read import MEDIA_TYPES
from corpus.types import Reading

ANY = "any"
HEADERS = ("question", "line", "claim", "observed", "note")


class LibraryTab:
    """Builds the tab and answers its events."""

    def __init__(self, runtime: Runtime, line: Line) -> None:
        self._runtime = runtime
        self._line = line

    def build(self) -> None:
        """Lays the tab out and binds its events; call inside a `gr.Tab`."""
        with gr.Tabs(elem_id="tp-library"):
            with gr.Tab("Read"):
                self._build_reader()
            with gr.Tab("Documents"):
                self._build_documents()

    def _build_reader(self) -> None:
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
                reader = gr.HTML(
                    reader_value(None),
                    html_template=THREAD,
                    js_on_load=script("thread.js"),
                    apply_default_css=False,
                )
        self._document = document
        wanted = [query, topic, level, document]
        for changed in (query.change, topic.change, level.change, document.change):
            changed(self.listed, wanted, [entries], trigger_mode="always_last", **QUIET)
        entries.pick(self.read, None, [shown, reader], trigger_mode="always_last", **FREE)
        reader.rerun(self.rerun, [shown], [shown, reader], trigger_mode="multiple", **FREE)

    def _build_documents(self) -> None:
        with gr.Column(elem_id="tp-documents"):
            gr.HTML(
                "<p>Add your own pages, notes and notebooks: they are searched and cited like the "
                "built-in corpus, by everyone who uses this app.</p>",
                apply_default_css=False,
            )
            files = gr.File(
                label="Drop files here",
                file_count="multiple",
                file_types=list(MEDIA_TYPES),
                height=140,
            )
            notice = gr.HTML("", apply_default_css=False, elem_id="tp-upload-notice")
            added = gr.HTML("", apply_default_css=False)
            chosen = gr.Dropdown(self._choices(), value=None, label="Document", elem_id="tp-chosen")
            with gr.Row():
                audit = gr.Button("Check every claim", variant="primary", size="md")
                remove = gr.Button("Remove", size="md")
            about = gr.HTML("", apply_default_css=False)
            sums = gr.HTML("", apply_default_css=False)
            table = gr.HTML("", apply_default_css=False)
            found = gr.State(())
            save = gr.Button("Save the table as CSV", size="sm", visible=False)
            outbox = gr.JSON(visible="hidden")
        out = [notice, added, chosen, self._document, files]
        files.upload(self.add, [files], out, api_visibility="private", show_progress_on=added)
        remove.click(self.remove, [chosen], out, api_visibility="private", show_progress_on=notice)
        chosen.input(self.about, [chosen], [about], **QUIET)
        audit.click(self.audit, [chosen], [notice, sums, table, found, save], **FREE)
        save.click(to_csv, [found], [outbox], **PROMPT).then(
            None, [outbox], None, js=script("download.js")
        )

    # Reading -------------------------------------------------------------------------------------

    def listed(self, query: str, topic: str, level: str, document: str) -> str:
        """The entries that pass the filters."""
        wanted = ["" if value in (ANY, None) else value for value in (topic, level, document)]
        return entries_html(shelf.entries(self._runtime, query or "", *wanted), shelf.LISTED)

    def read(
        self, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Session | None, Any]]:
        """Shows an entry at once, then runs its snippets one after the other."""
        entry = self._runtime.searcher.entries.get(str(given(event, "id")))
        if entry is None:
            yield None, reader_value(None)
            return
        session = Session(str(request.session_hash), exchanges=(shelf.as_exchange(entry),))
        yield session, reader_value(session.exchanges[0])
        for cell in session.exchanges[0].cells:
            yield from self._run(session, cell, cell.code)

    def rerun(
        self, session: Session | None, event: gr.EventData
    ) -> Iterator[tuple[Session | None, Any]]:
        """Runs a cell again, as it is or changed."""
        exchange = session.exchanges[0] if session else None
        cell = exchange.cell(str(given(event, "snippet"))) if exchange else None
        if session is None or cell is None:
            yield session, gr.skip()
            return
        code = given(event, "code")
        code = cell.original.code if code is None else f"{str(code).rstrip()}\n"
        if code.strip() == cell.original.code.strip():
            code = cell.original.code
        yield from self._run(session, cell, code)

    def _run(self, session: Session, cell: Cell, code: str) -> Iterator[tuple[Session, Any]]:
        exchange_id = session.exchanges[0].id
        session.put_cell(exchange_id, Cell(cell.original, code, cell.report, running=True))
        yield session, reader_value(session.exchanges[0])
        try:
            with self._line.ticket(session.owner) as ticket:
                while ticket.position:
                    ticket.wait(1.0)
                report: SnippetReport | None = run_cell(self._runtime, cell, code)
        except InputError:
            code, report = cell.code, cell.report
        session.put_cell(exchange_id, Cell(cell.original, code, report))
        yield session, reader_value(session.exchanges[0])

    # Documents -----------------------------------------------------------------------------------

    def add(
        self,
        files: list[str] | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands it over
    ) -> tuple[Any, ...]:
        """Takes uploaded files into the library."""

        def tell(stage: str, done: int, total: int) -> None:
            progress((done, total), desc={"embedding": "Embedding"}.get(stage, "Reading"))

        try:
            result = shelf.add(self._runtime, files or [], tell)
        except TorchproofError as fault:
            return notice_html(str(fault)), "", *self._lists(), None
        report = added_html(result.readings, result.unreadable)
        first = next((r.document.path for r in result.readings if r.entries), None)
        return "", report, *self._lists(first), None

    def remove(self, path: str | None) -> tuple[Any, ...]:
        """Takes a document out of the library."""
        if not path:
            return notice_html("Choose a document first."), "", *self._lists(), None
        try:
            shelf.remove(self._runtime, path)
        except TorchproofError as fault:
            return notice_html(str(fault)), "", *self._lists(path), None
        return "", f"<p>{Path(path).name} was removed.</p>", *self._lists(), None

    def about(self, path: str | None) -> str:
        """What reading made of a document."""
        reading = self._reading(path)
        return document_html(reading) if reading else ""

    def audit(self, path: str | None) -> Iterator[tuple[Any, ...]]:
        """Runs every snippet of a document; the table of refuted claims grows as it goes."""
        reading = self._reading(path)
        if reading is None:
            yield notice_html("Choose a document first."), "", "", (), gr.Button(visible=False)
            return
        total = sum(len(entry.snippets) for entry in reading.entries)
        reports: list[SnippetReport] = []
        yield "", audit_html(reports, total), "", (), gr.Button(visible=False)
        for report in pumped(lambda: self._runtime.verifier.verify_reading(reading)):
            reports.append(report)
            rows = refuted_rows(reports, reading)
            sums = audit_html(reports, total)
            yield "", sums, refuted_html(rows), rows, gr.Button(visible=bool(rows))

    def _reading(self, path: str | None) -> Reading | None:
        try:
            return shelf.reading_of(self._runtime, path) if path else None
        except InputError:
            return None

    def _choices(self) -> list[tuple[str, str]]:
        return [(Path(d.path).name, d.path) for d in shelf.documents(self._runtime)]

    def _lists(self, chosen: str | None = None) -> tuple[Any, Any]:
        choices = self._choices()
        names = sorted({name for name, _ in choices})
        return gr.Dropdown(choices, value=chosen), gr.Dropdown([ANY, *names], value=ANY)


def to_csv(rows: Sequence[Row]) -> dict[str, str]:
    """The audit table as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return {"name": "refuted.csv", "type": "text/csv", "text": text.getvalue()}


def _inert(cell: object) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
