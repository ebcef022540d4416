"""The Evaluation tab: measure a part, open stored runs, set two side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.web import plots
from assistant.web.bench import Bench, Compared, Sheet, Shown
from assistant.web.binding import EVERY, FREE, LATEST, PROMPT
from assistant.web.notices import notice_html
from corpus.errors import InputError, TorchproofError

PLOTS = 2
"""Plots shown of a run at most."""
EMPTY = (
    '<p class="tp-quiet tp-none">No run is stored yet. Measure a part, or open figures that '
    "<code>torchproof eval … --report DIR</code> wrote.</p>"
)
View = tuple[Any, ...]


class EvaluationTab:
    """Builds the tab and answers its events."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def build(self, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        with gr.Column(elem_id="tp-evaluation"), gr.Tabs():
            with gr.Tab("Runs"):
                self._build_runs(tab)
            with gr.Tab("Compare") as compare:
                self._build_compare(compare)

    def _build_runs(self, tab: gr.Tab) -> None:
        with gr.Column(elem_classes="tp-stack"):
            with gr.Row():
                part = gr.Dropdown(
                    [(f"{name}: {line}", name) for name, line in self._bench.parts],
                    value=self._bench.parts[0][0],
                    label="Part",
                    scale=2,
                )
                documents = gr.Textbox(
                    os.environ.get("TORCHPROOF_DOCUMENTS", ""),
                    label="Folder of the labelled documents",
                    placeholder="empty: the built-in corpus",
                )
            with gr.Row(elem_classes="tp-buttons"):
                measure = gr.Button("Measure", variant="primary", size="md")
                stop = gr.Button("Stop", size="md", visible=False)
            notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
            doing = gr.HTML("", apply_default_css=False, elem_classes="tp-doing")
            with gr.Row():
                run = gr.Dropdown([], label="Stored run", elem_id="tp-run", scale=2)
                file = gr.UploadButton("Open a file …", file_types=[".json"], size="md")
            look = gr.HTML(EMPTY, apply_default_css=False)
            drawn = [
                gr.Plot(show_label=False, container=False, visible=False) for _ in range(PLOTS)
            ]
            tables = gr.HTML("", apply_default_css=False)
        shown = [look, *drawn, tables]
        tab.select(self.runs, [run], [run], **PROMPT).then(self.look, [run], shown, **PROMPT)
        run.input(self.look, [run], shown, **LATEST, **PROMPT)
        measuring = measure.click(
            self.measure, [part, documents], [notice, doing, run, measure, stop], **FREE
        )
        measuring.success(self.look, [run], shown, **PROMPT)
        stop.click(self.stopped, None, [doing, measure, stop], cancels=[measuring], **PROMPT)
        taken = file.upload(self.take, [file, run], [notice, run], **EVERY, **FREE)
        taken.success(self.look, [run], shown, **PROMPT)

    def _build_compare(self, tab: gr.Tab) -> None:
        with gr.Column(elem_classes="tp-stack"):
            with gr.Row():
                ours = gr.Dropdown([], label="First run", elem_id="tp-first")
                theirs = gr.Dropdown([], label="Second run", elem_id="tp-second")
                measure = gr.Dropdown([], label="Measure")
            go = gr.Button("Compare", variant="primary", size="md")
            notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
            outcome = gr.HTML("", apply_default_css=False)
            drawn = gr.Plot(show_label=False, container=False, visible=False)
            tables = gr.HTML("", apply_default_css=False)
        for chosen in (ours, theirs):
            tab.select(self.runs, [chosen], [chosen], **PROMPT)
        ours.change(self.measures, [ours], [measure], **LATEST, **PROMPT)
        shown = [notice, outcome, drawn, tables]
        go.click(self.compare, [ours, theirs, measure], shown, **LATEST, **FREE)

    # Events --------------------------------------------------------------------------------------

    def runs(self, chosen: str | None) -> gr.Dropdown:
        """The stored runs; the latest is chosen where none is."""
        return self._list(chosen)

    def measure(self, part: str, documents: str | None) -> Iterator[View]:
        """Measures a part, and says what it is at."""
        busy = (gr.Button("Measuring …", interactive=False), gr.Button(visible=True))
        idle = (gr.Button("Measure", interactive=True), gr.Button(visible=False))
        yield "", _doing("starting"), gr.skip(), *busy
        last = ""
        try:
            for line in self._bench.run(part, (documents or "").strip()):
                last = line or last
                yield gr.skip(), _doing(last or "starting"), gr.skip(), *busy
        except TorchproofError as fault:
            yield notice_html(str(fault)), "", gr.skip(), *idle
            return
        yield "", "", self._list(last), *idle

    def stopped(self) -> View:
        """The measurement was stopped: its process has been ended."""
        return "", gr.Button("Measure", interactive=True), gr.Button(visible=False)

    def take(self, file: str | None, chosen: str | None) -> View:
        """Opens figures that were stored elsewhere."""
        try:
            if not file:
                raise InputError("there is no file", hint="choose one")
            return "", self._list(self._bench.take(Path(file)))
        except TorchproofError as fault:
            return notice_html(str(fault)), self._list(chosen)

    def look(self, run: str | None) -> View:
        """A run's figures."""
        if not run:
            return EMPTY, *_drawn(()), ""
        try:
            shown = self._bench.look(run)
        except TorchproofError as fault:
            return notice_html(str(fault)), *_drawn(()), ""
        return head_html(shown), *_drawn(shown.plots), sheets_html(shown.sheets)

    def measures(self, run: str | None) -> gr.Dropdown:
        """By what a run's queries can be compared."""
        try:
            found = list(self._bench.measures(run)) if run else []
        except TorchproofError:
            found = []
        return gr.Dropdown(found, value=found[0] if found else None, interactive=bool(found))

    def compare(self, ours: str | None, theirs: str | None, measure: str | None) -> View:
        """Two runs side by side."""
        nothing = gr.Plot(visible=False)
        if not ours or not theirs or ours == theirs:
            return notice_html("Choose two different runs."), "", nothing, ""
        try:
            found = self._bench.compare(ours, theirs, measure or "")
        except TorchproofError as fault:
            return notice_html(str(fault)), "", nothing, ""
        return "", _outcome(found), _changes(found), sheets_html(found.sheets)

    def _list(self, chosen: str | None) -> gr.Dropdown:
        stored = [(label, run) for run, label in self._bench.stored()]
        known = [run for _, run in stored]
        value = chosen if chosen in known else next(iter(known), None)
        return gr.Dropdown(stored, value=value)


def head_html(shown: Shown) -> str:
    """What was measured, with what, and which bars it missed."""
    missed = "".join(
        f'<li class="tp-is-wrong">✗ bar missed: {escape(m)}</li>' for m in shown.missed
    )
    made = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in shown.made)
    return (
        f"<h2>{escape(shown.title)}</h2>"
        + (f'<ul class="tp-points">{missed}</ul>' if missed else "")
        + (
            '<details class="tp-right"><summary>How it was made</summary>'
            f'<dl class="tp-made">{made}</dl></details>'
            if made
            else ""
        )
    )


def sheets_html(sheets: Sequence[Sheet]) -> str:
    """Tables, one below the other."""
    return "".join(_sheet(sheet) for sheet in sheets)


def _sheet(sheet: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in sheet.head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in sheet.rows
    )
    title = escape(sheet.title)
    return (
        f'<h3 class="tp-sub">{title}</h3><div class="tp-table tp-figures" tabindex="0" '
        f'role="region" aria-label="{title}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _doing(line: str) -> str:
    return f'<p class="tp-wait"><span class="tp-spin"></span>{escape(line)} …</p>'


def _drawn(dots: Sequence[Any]) -> list[gr.Plot]:
    ready = [plots.dots_plot(one) for one in dots[:PLOTS]]
    shown = [gr.Plot(value=figure, visible=True) for figure in ready]
    return [*shown, *[gr.Plot(value=None, visible=False)] * (PLOTS - len(shown))]


def _outcome(found: Compared) -> str:
    return f'<p role="status" class="tp-outcome">{escape(found.line)}</p>'


def _changes(found: Compared) -> gr.Plot:
    if not found.changes:
        return gr.Plot(value=None, visible=False)
    return gr.Plot(value=plots.changes_plot(found.changes), visible=True)
