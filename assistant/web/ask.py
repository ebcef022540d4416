"""The Ask tab: a conversation, its cells and the source panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import gradio as gr

from assistant.runtime import Runtime
from assistant.web import shelf
from assistant.web.answering import Answering
from assistant.web.binding import EVERY, FREE, LATEST, PROMPT, Visitor, Visitors, given
from assistant.web.line import Line
from assistant.web.passage import panel_html, sources_html
from assistant.web.shown import Page, View, idle_box, latest
from assistant.web.state import Scope, Session
from assistant.web.theme import script
from assistant.web.thread import thread_value

MAX_REMARK = 2_000
"""Characters kept of what someone says of an answer."""

THREAD = (
    '<div class="tp-thread"><div class="tp-blank"></div><div class="tp-list"></div>'
    '<div class="tp-said tp-sr" role="status" aria-live="polite"></div></div>'
)

Chosen = list[str] | None
"""What a dropdown of several choices gives."""


class AskTab:
    """Builds the tab and answers its events."""

    def __init__(
        self, runtime: Runtime, visitors: Visitors, line: Line, examples: Sequence[str]
    ) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._page = Page(examples)
        self._answering = Answering(runtime, visitors, line, self._page)

    def build(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        with gr.Row(elem_id="tp-ask-row"):
            with gr.Column(elem_id="tp-main", scale=1):
                self.thread = gr.HTML(
                    thread_value(Session(""), self._page.examples),
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
                        placeholder="Ask about PyTorch …",
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

    @property
    def page(self) -> Page:
        """What the tab shows."""
        return self._page

    def _bind(self, visitor: gr.JSON) -> None:
        who = [visitor]
        asking = [visitor, self.topics, self.levels, self.documents]
        every = {**EVERY, **FREE}
        self.events = [self.box.submit(self.ask, [self.box, *asking], self.shown, **every)]
        self.box.stop(self.stop, who, self.shown, **PROMPT)
        for event, handler, inputs in (
            (self.thread.ask, self.ask_chip, asking),
            (self.thread.retry, self.retry, asking),
            (self.thread.amend, self.amend, asking),
            (self.thread.rerun, self.rerun, who),
        ):
            self.events.append(event(handler, inputs, self.shown, **every))
        self.events.append(self.thread.undo(self.undo, who, self.shown, **PROMPT))
        self.thread.rate(self.rate, who, self.shown, **EVERY, **PROMPT)
        for component in (self.thread, self.panel):
            component.cite(self.cite, who, [self.panel], **LATEST, **PROMPT)
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
        yield from self._answering.answer(
            question or "", _scope(topics, levels, documents), here, request
        )

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
        yield from self._answering.answer(
            question, _scope(topics, levels, documents), here, request
        )

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
        earlier = str(given(event, "exchange"))
        held = here.find(earlier)
        question = held.question if held else ""
        scope = _scope(topics, levels, documents)
        yield from self._answering.answer(question, scope, here, request, earlier)

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
        scope = _scope(topics, levels, documents)
        earlier = str(given(event, "exchange"))
        yield from self._answering.answer(question, scope, here, request, earlier)

    def stop(self, visitor: Visitor, request: gr.Request) -> View:
        """Stops the answer that is being made; what it has stays."""
        here = self._visitors.resume(visitor, request)
        here.stop()
        self._visitors.keep(here)
        return self._page.view(here, box=idle_box())

    def undo(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> View:
        """Takes an exchange out and puts its question back into the box."""
        here = self._visitors.resume(visitor, request)
        held = here.cut(str(given(event, "exchange")))
        self._visitors.keep(here)
        question = held.question if held else ""
        return self._page.view(here, box=idle_box(value=question))

    # Cells ---------------------------------------------------------------------------------------

    def rerun(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Runs a cell again: as it is, changed, or (code null) as the document has it."""
        here = self._visitors.resume(visitor, request)
        exchange_id, snippet_id = str(given(event, "exchange")), str(given(event, "snippet"))
        exchange = here.find(exchange_id)
        cell = exchange.cell(snippet_id) if exchange else None
        if cell is None:
            yield self._page.told("This cell is no longer here — ask again.")
            return
        code = given(event, "code")
        code = cell.original.code if code is None else f"{str(code).rstrip()}\n"
        if code.strip() == cell.original.code.strip():
            code = cell.original.code
        yield from self._answering.run(exchange_id, cell, code, here, request)

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
        return self._page.view(here)

    # Sources -------------------------------------------------------------------------------------

    def cite(self, visitor: Visitor, event: gr.EventData, request: gr.Request) -> str:
        """Opens the passage behind a marker."""
        here = self._visitors.resume(visitor, request)
        exchange = here.find(str(given(event, "exchange"))) or latest(here)
        marker = given(event, "marker")
        citations = exchange.citations if exchange else ()
        citation = next((c for c in citations if c.marker == marker), None)
        if exchange is None or citation is None:
            return sources_html(exchange)
        return panel_html(citation, self._runtime.searcher)

    def sources(self, visitor: Visitor, request: gr.Request) -> str:
        """The list of sources, shown while no passage is open."""
        return sources_html(latest(self._visitors.resume(visitor, request)))


def _scope(topics: Chosen, levels: Chosen, documents: Chosen) -> Scope:
    return Scope(tuple(topics or ()), tuple(levels or ()), tuple(documents or ()))
