"""The Library tab's documents: add them, remove them, have every claim of one checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.types import SnippetReport
from assistant.web import shelf
from assistant.web.ahead import acquaint
from assistant.web.binding import EVERY, FREE, LATEST, PROMPT, QUIET, Visitors
from assistant.web.notices import notice_html
from assistant.web.pump import pumped
from assistant.web.reading import (
    Row,
    added_html,
    audit_html,
    document_html,
    refuted_html,
    refuted_rows,
)
from assistant.web.theme import script
from corpus.errors import InputError, TorchproofError
from corpus.read import MEDIA_TYPES
from corpus.types import Reading

ANY = "any"
HEADERS = ("question", "line", "claim", "observed", "note")
INTRODUCTION = (
    "<p>Add your own pages, notes and notebooks: they are searched and cited like the built-in "
    "corpus, by everyone who uses this app.</p>"
)
NONE_YET = '<p class="tp-quiet tp-none">No document has been added yet.</p>'
View = tuple[Any, ...]


class Documents:
    """Builds the page of documents and answers its events."""

    def __init__(self, runtime: Runtime, visitors: Visitors) -> None:
        self._runtime = runtime
        self._visitors = visitors

    def build(self, filter_by: gr.Dropdown) -> None:
        """Lays the page out and binds its events; call inside a `gr.Tab`.

        Args:
            filter_by: the reader's choice of a document, which follows what is added and removed.
        """
        choices = self._choices()
        first = choices[0][1] if choices else None
        with gr.Column(elem_id="tp-documents"):
            gr.HTML(INTRODUCTION, apply_default_css=False)
            files = gr.File(
                label="Add documents",
                show_label=False,
                file_count="multiple",
                file_types=list(MEDIA_TYPES),
                height=140,
            )
            notice = gr.HTML("", apply_default_css=False, elem_id="tp-upload-notice")
            added = gr.HTML("", apply_default_css=False)
            gr.HTML("<h2>Your documents</h2>", apply_default_css=False)
            none = gr.HTML(NONE_YET, apply_default_css=False, visible=not choices)
            with gr.Column(visible=bool(choices), elem_classes="tp-stack") as kept:
                chosen = gr.Dropdown(choices, value=first, label="Document", elem_id="tp-chosen")
                about = gr.HTML(self.about(first), apply_default_css=False)
                with gr.Row(elem_classes="tp-buttons"):
                    audit = gr.Button("Check every claim", variant="primary", size="md")
                    remove = gr.Button("Remove", size="md")
            sums = gr.HTML("", apply_default_css=False)
            table = gr.HTML("", apply_default_css=False)
            found = gr.State(())
            save = gr.Button("Save the table as CSV", size="sm", visible=False)
            outbox = gr.JSON(visible="hidden", elem_classes="tp-kept")
        audited = [sums, table, found, save]
        out = [notice, added, files, chosen, filter_by, about, none, kept, *audited]
        shown: dict[str, Any] = {"api_visibility": "private"}
        files.upload(self.add, [files], out, show_progress_on=added, **EVERY, **shown)
        remove.click(self.remove, [chosen], out, show_progress_on=notice, **shown)
        chosen.input(self.chosen, [chosen], [about, *audited], **LATEST, **QUIET)
        audit.click(self.audit, [chosen], [notice, *audited], **LATEST, **FREE)
        save.click(to_csv, [found], [outbox], **PROMPT).then(
            None, [outbox], None, js=script("download.js")
        )

    def add(
        self,
        files: list[str] | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands it over
    ) -> View:
        """Takes uploaded files into the library."""

        def tell(stage: str, done: int, total: int) -> None:
            progress((done, total), desc={"embedding": "Embedding"}.get(stage, "Reading"))

        try:
            result = shelf.add(self._runtime, files or [], tell)
        except TorchproofError as fault:
            return self._after(notice=notice_html(str(fault)))
        first = next((r.document.path for r in result.readings if r.entries), None)
        acquaint(self._runtime)
        report = added_html(result.readings, result.unreadable)
        return self._after(added=report, chosen=first, told=True)

    def remove(self, path: str | None) -> View:
        """Takes a document out of the library."""
        if not path:
            return self._after(notice=notice_html("Choose a document first."))
        try:
            shelf.remove(self._runtime, path)
        except TorchproofError as fault:
            return self._after(notice=notice_html(str(fault)), chosen=path)
        gone = f'<p role="status">{escape(Path(path).name)} was removed.</p>'
        return self._after(added=gone)

    def chosen(self, path: str | None) -> View:
        """Another document: what was found in the former would seem to be this one's."""
        return self.about(path), *unaudited()

    def about(self, path: str | None) -> str:
        """What reading made of a document."""
        reading = self._reading(path)
        return document_html(reading) if reading else ""

    def audit(self, path: str | None, request: gr.Request) -> Iterator[View]:
        """Runs every snippet of a document; the table of refuted claims grows as it goes."""
        reading = self._reading(path)
        if reading is None:
            yield notice_html("Choose a document first."), *unaudited()
            return
        try:
            self._visitors.count(self._visitors.resume(None, request))
        except InputError as fault:
            yield notice_html(str(fault)), *unaudited()
            return
        total = sum(len(entry.snippets) for entry in reading.entries)
        reports: list[SnippetReport] = []
        yield "", audit_html(reports, total), "", (), gr.Button(visible=False)
        for report in pumped(lambda: self._runtime.verifier.verify_reading(reading)):
            reports.append(report)
            rows = refuted_rows(reports, reading)
            sums = audit_html(reports, total)
            yield "", sums, refuted_html(rows), rows, gr.Button(visible=bool(rows))

    def _after(
        self, *, notice: str = "", added: str = "", chosen: str | None = None, told: bool = False
    ) -> View:
        """The page after something was added or removed; `told` where `added` says all of it."""
        choices = self._choices()
        paths = [path for _, path in choices]
        value = chosen if chosen in paths else next(iter(paths), None)
        names = sorted({name for name, _ in choices})
        return (
            notice,
            added,
            None,
            gr.Dropdown(choices, value=value),
            gr.Dropdown([ANY, *names], value=ANY),
            "" if told else self.about(value),
            gr.HTML(visible=not choices),
            gr.Column(visible=bool(choices)),
            *unaudited(),
        )

    def _reading(self, path: str | None) -> Reading | None:
        try:
            return shelf.reading_of(self._runtime, path) if path else None
        except InputError:
            return None

    def _choices(self) -> list[tuple[str, str]]:
        return [(Path(d.path).name, d.path) for d in shelf.documents(self._runtime)]


def unaudited() -> View:
    """The sums, the table, its rows and the button to save it, where nothing was checked yet."""
    return "", "", (), gr.Button(visible=False)


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
