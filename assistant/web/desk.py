"""What all steps of the Interview tab need: who is there, what is open, what the page shows."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from assistant.interview.bank import Item
from assistant.interview.report import Report, as_html, make_report
from assistant.interview.room import Room
from assistant.interview.session import Interviewer
from assistant.interview.types import Interview
from assistant.web.binding import Visitor, Visitors
from assistant.web.notices import notice_html
from assistant.web.stage import Here, Stage, View
from corpus.errors import TorchproofError


class Desk:
    """The candidates' interviews, and the page that shows them."""

    def __init__(self, visitors: Visitors, room: Room, stage: Stage) -> None:
        self._visitors = visitors
        self.room = room
        self.stage = stage

    @property
    def interviewer(self) -> Interviewer:
        """Conducts interviews over what can be asked now."""
        return self.room.material.interviewer

    def owner(self, visitor: Visitor, request: gr.Request) -> str:
        """Whose interviews these are."""
        return self._visitors.resume(visitor, request).owner

    def count(self, visitor: Visitor, request: gr.Request) -> None:
        """Counts something to be judged or run.

        Raises:
            InputError: there was too much of it in the last minute.
        """
        self._visitors.count(self._visitors.resume(visitor, request))

    def open(self, here: Here, visitor: Visitor, request: gr.Request) -> Interview:
        """The interview that the page is in.

        Raises:
            InputError: it is not, or no longer, kept.
        """
        return self.room.store.load(self.owner(visitor, request), here["interview"])

    def item(self, here: Here, visitor: Visitor, request: gr.Request) -> Item | None:
        """What is being asked."""
        if here["at"] == "drill":
            card = self.room.card(here["card"])
            return card if isinstance(card, Item) else None
        try:
            turn = self.open(here, visitor, request).turn
        except TorchproofError:
            return None
        return self.interviewer.item(turn) if turn else None

    def lobby(self, owner: str) -> View:
        """The page before and after an interview."""
        return self.stage.in_lobby(self.room.store.interviews(owner))

    def sitting(self, interview: Interview) -> View:
        """An interview as it stands: its question, or its report."""
        turn = interview.turns[-1] if interview.turns else None
        if interview.ended is not None or turn is None:
            return self.report(interview)
        return self.stage.in_interview(interview, turn, self.interviewer.item(turn))

    def report(self, interview: Interview) -> View:
        """The report of an interview."""
        return self.stage.in_report(interview.id, as_html(self.summed(interview)))

    def summed(self, interview: Interview) -> Report:
        """What an interview came to, beside the earlier ones."""
        earlier = self.room.store.interviews(interview.owner)
        return make_report(interview, self.room.material.bank, earlier)

    def guarded(self, view: Callable[[], View]) -> View:
        """The view, or one line on why there is none."""
        try:
            return view()
        except TorchproofError as fault:
            return {self.stage.notice: notice_html(str(fault))}
