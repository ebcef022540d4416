"""The Progress tab: mastery of each topic, due reviews, history; export and deletion of it all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

import gradio as gr

from assistant.interview.progress import Mastery, Progress, progress_of
from assistant.interview.report import percent
from assistant.interview.room import Room
from assistant.web import plots
from assistant.web.binding import PROMPT, Visitor, Visitors
from assistant.web.notices import notice_html
from assistant.web.theme import script
from corpus.errors import TorchproofError

View = tuple[Any, ...]

EMPTY = (
    '<div class="tp-empty tp-small"><h2>Nothing practised yet.</h2><p>Be interviewed, or drill '
    "some cards: how well you know each topic, what is due for review, and how your scores move "
    "will stand here.</p></div>"
)


class ProgressTab:
    """Builds the tab and answers its events."""

    def __init__(self, visitors: Visitors, room: Room) -> None:
        self._visitors = visitors
        self._room = room

    def build(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        with gr.Column(elem_id="tp-progress-page"):
            notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
            sums = gr.HTML(EMPTY, apply_default_css=False)
            with gr.Column(visible=False) as drawn:
                mastery = gr.Plot(show_label=False, container=False, visible=False)
                with gr.Row(elem_classes="tp-plots"):
                    due = gr.Plot(show_label=False, container=False, visible=False)
                    scores = gr.Plot(show_label=False, container=False, visible=False)
                reviews = gr.Plot(show_label=False, container=False, visible=False)
            table = gr.HTML("", apply_default_css=False)
            gr.HTML(
                "<h2>Your data</h2><p>Conversations, interviews, answers, grades and cards are "
                "kept in files on the machine that runs this app, nowhere else.</p>",
                apply_default_css=False,
            )
            with gr.Row(elem_classes="tp-buttons"):
                export = gr.Button("Save everything as JSON", size="md")
                forget = gr.Button("Delete everything …", size="md")
            with gr.Row(visible=False, elem_classes="tp-buttons tp-sure") as sure:
                really = gr.Button("Yes, delete it for good", variant="stop", size="md")
                keep = gr.Button("Keep it", size="md")
            outbox = gr.JSON(visible="hidden", elem_classes="tp-kept")
        shown = [notice, sums, drawn, mastery, due, scores, reviews, table]
        tab.select(self.look, [visitor], shown, **PROMPT)
        export.click(self.export, [visitor], [outbox], **PROMPT).then(
            None, [outbox], None, js=script("download.js")
        )
        forget.click(lambda: gr.Row(visible=True), None, [sure], **PROMPT)
        keep.click(lambda: gr.Row(visible=False), None, [sure], **PROMPT)
        self.gone = really.click(self.forget, [visitor], [*shown, sure], **PROMPT)

    def look(self, visitor: Visitor, request: gr.Request) -> View:
        """Everything as it stands."""
        owner = self._visitors.resume(visitor, request).owner
        room = self._room
        try:
            found = progress_of(
                room.store, owner, room.material.bank, room.material.statements, room.now()
            )
        except TorchproofError as fault:
            return (notice_html(str(fault)), *[gr.skip()] * 7)
        return self._shown(found)

    def export(self, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """All that is kept of the visitor, as one JSON file."""
        owner = self._visitors.resume(visitor, request).owner
        everything = {
            **self._room.store.export(owner),
            "conversations": self._visitors.store.export(owner),
        }
        text = json.dumps(everything, indent=1, ensure_ascii=False) + "\n"
        return {"name": "torchproof.json", "type": "application/json", "text": text}

    def forget(self, visitor: Visitor, request: gr.Request) -> View:
        """Deletes all that is kept of the visitor, conversations too."""
        owner = self._visitors.resume(visitor, request).owner
        try:
            self._room.store.forget(owner)
            self._visitors.store.forget(owner)
        except TorchproofError as fault:
            return (notice_html(str(fault)), *[gr.skip()] * 7, gr.Row(visible=True))
        told = '<p role="status" class="tp-good">Everything was deleted.</p>'
        return (told, *self.look(visitor, request)[1:], gr.Row(visible=False))

    def _shown(self, found: Progress) -> View:
        if not found.begun:
            return ("", EMPTY, gr.Column(visible=False), *[_plot(None)] * 4, "")
        judged = any(score is not None for _, score, _ in found.sittings)
        return (
            "",
            sums_html(found),
            gr.Column(visible=True),
            _plot(
                plots.mastery_plot(found.topics) if any(m.answers for m in found.topics) else None
            ),
            _plot(plots.due_plot(found.due) if any(count for _, count in found.due) else None),
            _plot(plots.sittings_plot(found.sittings) if judged else None),
            _plot(plots.reviews_plot(found.reviewed) if found.reviewed else None),
            topics_html(found.topics),
        )


def _plot(figure: Any) -> gr.Plot:  # noqa: ANN401
    """A plot, or none of it where there is nothing to draw."""
    return gr.Plot(value=figure, visible=figure is not None)


def sums_html(found: Progress) -> str:
    """What matters most, in a line of figures."""
    judged = [score for _, score, _ in found.sittings if score is not None]
    weak = [m.topic for m in found.topics if m.score is not None and m.score < 0.65][:3]
    tiles = [
        ("due today", str(found.due_now)),
        ("interviews", str(len(found.sittings))),
        ("last score", percent(judged[-1]) if judged else "–"),
        (
            "topics practised",
            f"{sum(m.score is not None for m in found.topics)} of {len(found.topics)}",
        ),
    ]
    shown = "".join(f"<div><dd>{escape(v)}</dd><dt>{escape(k)}</dt></div>" for k, v in tiles)
    advice = f"<p>Weakest so far: <b>{escape(', '.join(weak))}</b>.</p>" if weak else ""
    if found.due_now:
        advice += "<p>Cards are due: choose <b>Drill</b> in the Interview tab.</p>"
    return f'<dl class="tp-tiles">{shown}</dl>{advice}'


def topics_html(topics: Sequence[Mastery]) -> str:
    """All topics as a table, for those who cannot read the plots."""
    rows = "".join(
        f"<tr><td>{escape(m.topic)}</td><td>{percent(m.score) if m.score is not None else '–'}</td>"
        f"<td>{m.answers}</td><td>{m.due}</td>"
        f"<td>{datetime.fromtimestamp(m.last).strftime('%d %b %Y') if m.last else '–'}</td></tr>"
        for m in topics
    )
    return (
        '<details class="tp-right"><summary>All topics as a table</summary>'
        '<div class="tp-table" tabindex="0" role="region" aria-label="Topics"><table><thead><tr>'
        "<th>Topic</th><th>Mastery</th><th>Answers</th><th>Due</th><th>Last practised</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div></details>"
    )
