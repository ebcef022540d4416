"""The Interview tab: choose, answer, be judged, read the report; and the drill of due cards."""

from __future__ import annotations

import random
from typing import Any

import gradio as gr

from assistant.interview.report import as_html, as_markdown
from assistant.interview.room import Room
from assistant.interview.types import KINDS, Plan
from assistant.runtime import Runtime
from assistant.web.binding import EVERY, FREE, LATEST, PROMPT, QUIET, Visitor, Visitors, given
from assistant.web.desk import Desk
from assistant.web.questioning import Questioning
from assistant.web.stage import LOBBY, Here, Stage, View
from assistant.web.theme import script


class InterviewTab:
    """Builds the tab and answers its events."""

    def __init__(self, runtime: Runtime, visitors: Visitors, room: Room) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._room = room

    def build(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        page = Stage()
        self._desk = Desk(self._visitors, self._room, page)
        self._asked = asked = Questioning(self._runtime, self._desk)
        where = [page.here, visitor]
        everything = page.everything
        tab.select(self.entered, where, everything, **PROMPT)
        # Apart, since reading all that can be asked takes a moment after a start.
        tab.select(self.choices, None, [page.topics], **PROMPT)
        page.mode.change(self.moded, [page.mode], [page.plan, page.begin], **LATEST, **PROMPT)
        plan = [page.mode, page.topics, page.role, page.levels, page.kinds, page.minutes]
        page.begin.click(self.begun, [*where, *plan, page.questions], everything, **FREE)
        for button, handler in (
            (page.resume, self.resumed),
            (page.hint, asked.hinted),
            (page.skip, asked.skipped),
            (page.next, asked.nexted),
            (page.finish, asked.finished),
            (page.back, self.left_report),
            (page.true, asked.said_true),
            (page.false, asked.said_false),
        ):
            button.click(handler, where, everything, **FREE)
        # Nothing is handed in twice: what was judged leaves an empty box behind.
        answers = [*where, page.answer, page.code]
        page.submit.click(asked.submitted, answers, everything, **LATEST, **FREE)
        page.try_out.click(asked.tried, [*where, page.code], everything, **LATEST, **FREE)
        page.past.pick(self.opened, where, everything, **PROMPT)
        page.past.drop(self.dropped, where, everything, **EVERY, **PROMPT)
        for typed, box in ((page.answer.input, page.answer), (page.code.input, page.code)):
            typed(asked.drafted, [*where, box], None, **LATEST, **QUIET)
        for save, to_file in (
            (page.save_html, self.to_html),
            (page.save_markdown, self.to_markdown),
        ):
            save.click(to_file, where, [page.file], **PROMPT).then(
                None, [page.file], None, js=script("download.js")
            )

    # The lobby -----------------------------------------------------------------------------------

    def entered(self, here: Here | None, visitor: Visitor, request: gr.Request) -> View:
        """The tab is opened: whatever was going on goes on; else the lobby."""
        owner = self._desk.owner(visitor, request)
        where = here or LOBBY
        if where["at"] in ("report", "drill"):
            return {self._desk.stage.notice: ""}

        def view() -> View:
            current = self._desk.room.in_hand(owner)
            return self._desk.sitting(current) if current else self._desk.lobby(owner)

        return self._desk.guarded(view)

    def choices(self) -> gr.Dropdown:
        """The topics of which something can be asked."""
        return gr.Dropdown(choices=self._desk.room.material.bank.topics)

    def moded(self, mode: str) -> tuple[Any, Any]:
        """Interview or drill: only an interview has a plan."""
        interview = mode == "interview"
        return gr.Column(visible=interview), gr.Button("Begin" if interview else "Begin the drill")

    def begun(
        self,
        _here: Here,
        visitor: Visitor,
        mode: str,
        topics: list[str] | None,
        role: str | None,
        levels: list[Any] | None,
        kinds: list[Any] | None,
        minutes: float,
        questions: float,
        request: gr.Request,
    ) -> View:
        """Begins an interview, or a drill."""
        owner = self._desk.owner(visitor, request)
        if mode == "drill":
            return self._asked.begin_drill(list(topics or ()), owner)
        chosen = tuple(kind for kind in KINDS if kind in (kinds or ()))
        plan = Plan(
            tuple(topics or ()), tuple(levels or ()), role or "", chosen or KINDS, int(minutes),
            int(questions), random.randrange(2**32),
        )  # fmt: skip
        desk = self._desk
        return desk.guarded(lambda: desk.sitting(desk.interviewer.open(plan, owner)))

    def resumed(self, _here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Goes on with the interview that was left."""
        owner = self._desk.owner(visitor, request)
        left = self._desk.room.left_open(owner)
        if left is None:
            return self._desk.lobby(owner)
        return self._desk.guarded(lambda: self._desk.sitting(self._desk.interviewer.resume(left)))

    def opened(
        self, _here: Here, visitor: Visitor, event: gr.EventData, request: gr.Request
    ) -> View:
        """Opens a kept interview: its report, or, where it is still open, its question."""
        owner = self._desk.owner(visitor, request)

        def view() -> View:
            kept = self._desk.room.store.load(owner, str(given(event, "id")))
            if kept.ended is None:
                return self._desk.sitting(self._desk.interviewer.resume(kept))
            return self._desk.report(kept)

        return self._desk.guarded(view)

    def dropped(
        self, _here: Here, visitor: Visitor, event: gr.EventData, request: gr.Request
    ) -> View:
        """Deletes a kept interview."""
        owner = self._desk.owner(visitor, request)
        gone = str(given(event, "id"))
        if not gone:
            return {}

        def view() -> View:
            self._desk.room.store.forget(owner, gone)
            return self._desk.lobby(owner)

        return self._desk.guarded(view)

    # The report ----------------------------------------------------------------------------------

    def left_report(self, _here: Here, visitor: Visitor, request: gr.Request) -> View:
        """From a report back to the lobby."""
        return self._desk.lobby(self._desk.owner(visitor, request))

    def to_html(self, here: Here, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The report as a page of its own."""
        text = as_html(self._desk.summed(self._desk.open(here, visitor, request)))
        return {"name": "interview.html", "type": "text/html", "text": text}

    def to_markdown(self, here: Here, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The report as Markdown."""
        text = as_markdown(self._desk.summed(self._desk.open(here, visitor, request)))
        return {"name": "interview.md", "type": "text/markdown", "text": text}
