"""The side bar: new conversation, the kept ones, search in them, deletion, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.web.ask import AskTab
from assistant.web.binding import (
    EVERY,
    LATEST,
    PROMPT,
    QUIET,
    RECALL,
    Visitor,
    Visitors,
    given,
)
from assistant.web.export import as_markdown, as_notebook
from assistant.web.history import history_html
from assistant.web.state import Session
from assistant.web.theme import script
from corpus.errors import EnvironmentFault

View = tuple[Any, ...]


class Conversations:
    """Builds the side bar and answers its events."""

    def __init__(self, visitors: Visitors, ask: AskTab) -> None:
        self._visitors = visitors
        self._ask = ask

    def build(self) -> None:
        """Lays the side bar out; call outside the tabs, before them."""
        with gr.Sidebar(open=False, width=300, elem_id="tp-bar"):
            gr.HTML("<h2>Conversations</h2>", apply_default_css=False, elem_id="tp-bar-head")
            self.new = gr.Button("New conversation", variant="primary", size="md")
            self.find = gr.Textbox(
                label="Search conversations",
                show_label=False,
                placeholder="Search conversations",
                container=False,
                elem_id="tp-find",
            )
            self.list = gr.HTML(
                "", js_on_load=script("history.js"), apply_default_css=False, elem_id="tp-history"
            )
            with gr.Row(elem_id="tp-exports"):
                self.markdown = gr.Button("Save as Markdown", size="sm")
                self.notebook = gr.Button("Save as notebook", size="sm")
            self.file = gr.JSON(visible="hidden", elem_classes="tp-kept")

    def bind(
        self, blocks: gr.Blocks, visitor: gr.JSON, chosen: Sequence[gr.components.Component]
    ) -> None:
        """Binds the events, once the Ask tab has been laid out."""
        who = [visitor]
        page = [visitor, self.list, *self._ask.shown]
        blocks.load(self.enter, [visitor], [*chosen, *page], js=RECALL, **PROMPT)
        self.new.click(self.fresh, who, page, **PROMPT)
        self.list.pick(self.pick, who, page, **LATEST, **PROMPT)
        self.list.drop(self.drop, [*who, self.find], page, **EVERY, **PROMPT)
        self.find.change(self.listed, [*who, self.find], [self.list], **LATEST, **QUIET)
        for asked in self._ask.events:
            asked.then(self.listed, [*who, self.find], [self.list], **PROMPT)
        for button, handler in (
            (self.markdown, self.to_markdown),
            (self.notebook, self.to_notebook),
        ):
            button.click(handler, who, [self.file], **PROMPT).then(
                None, [self.file], None, js=script("download.js")
            )

    def enter(self, visitor: Visitor | None, request: gr.Request) -> View:
        """Someone opens the page: the conversation they had is there again."""
        session = self._visitors.enter(visitor, request)
        return (session.run, session.seconds, *self._opened(session))

    def fresh(self, visitor: Visitor, request: gr.Request) -> View:
        """A new conversation; the old one is kept."""
        here = self._visitors.resume(visitor, request)
        return self._opened(self._visitors.another(here, request))

    def pick(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> View:
        """Opens a kept conversation."""
        here = self._visitors.resume(visitor, request)
        wanted = str(given(event, "id"))
        return self._opened(
            here if wanted == here.id else self._visitors.another(here, request, wanted)
        )

    def drop(
        self,
        visitor: Visitor,
        containing: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> View:
        """Deletes a kept conversation; if it is the open one, a new one begins."""
        here = self._visitors.resume(visitor, request)
        gone = str(given(event, "id"))
        self._visitors.store.remove(here.owner, gone)
        if gone == here.id:
            here = self._visitors.another(here, request)
        return self._opened(here, containing)

    def listed(self, visitor: Visitor, containing: str, request: gr.Request) -> str:
        """The list, narrowed to what holds the searched text."""
        return self._lines(self._visitors.resume(visitor, request), containing)

    def to_markdown(self, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The conversation as a Markdown file."""
        here = self._visitors.resume(visitor, request)
        text = as_markdown(here.exchanges)
        return {"name": "conversation.md", "type": "text/markdown", "text": text}

    def to_notebook(self, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The conversation as a notebook."""
        here = self._visitors.resume(visitor, request)
        text = as_notebook(here.exchanges)
        return {"name": "conversation.ipynb", "type": "application/x-ipynb+json", "text": text}

    def _opened(self, session: Session, containing: str = "") -> View:
        lines = self._lines(session, containing)
        return (self._visitors.ticket(session), lines, *self._ask.page.whole(session))

    def _lines(self, session: Session, containing: str = "") -> str:
        try:
            lines = self._visitors.store.lines(session.owner, containing)
        except EnvironmentFault:
            lines = []
        return history_html(lines, session.id, searched=bool(containing.strip()))
