"""A question of an interview or a drill: drafts, hints, trying out, handing in, going on."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import gradio as gr

from assistant.interview.room import examples_of, starter_of, try_examples
from assistant.runtime import Runtime
from assistant.web import sitting as show
from assistant.web.binding import Visitor
from assistant.web.desk import Desk
from assistant.web.drill import Drilling
from assistant.web.notices import notice_html
from assistant.web.stage import LOBBY, Here, View, try_label
from assistant.web.tried import examples_html
from corpus.errors import InputError, TorchproofError

log = logging.getLogger(__name__)

JUDGING = "Judging …"


class Questioning:
    """Answers the events of an open question."""

    def __init__(self, runtime: Runtime, desk: Desk) -> None:
        self._runtime = runtime
        self._desk = desk
        self._drill = Drilling(desk)

    def begin_drill(self, topics: list[str], owner: str) -> View:
        """The first card of a drill on `topics`."""
        here = {**LOBBY, "at": "drill", "topics": topics}
        return self._desk.guarded(lambda: self._drill.next(here, owner))

    def drafted(self, here: Here, visitor: Visitor, text: str, request: gr.Request) -> None:
        """Keeps what is being typed."""
        if here["at"] != "interview" or not text:
            return
        try:
            self._desk.interviewer.draft(self._desk.open(here, visitor, request), text)
        except TorchproofError as fault:
            log.debug("a draft was not kept: %s", fault)

    def submitted(
        self, here: Here, visitor: Visitor, answer: str, code: str, request: gr.Request
    ) -> Iterator[View]:
        """Hands an answer in; what it was worth comes when it was judged."""
        page = self._desk.stage
        item = self._desk.item(here, visitor, request)
        text = (answer if starter_of(item) is None else code) or ""
        if not text.strip():
            yield {page.notice: notice_html("There is no answer yet — write one, or skip.")}
            return
        waiting = (page.skip, page.hint, page.try_out)
        yield {
            page.notice: "",
            page.submit: gr.Button(JUDGING, interactive=False),
            **{button: gr.Button(interactive=False) for button in waiting},
        }

        def judged() -> View:
            self._desk.count(visitor, request)
            if here["at"] == "drill":
                return self._drill.answered(here, self._desk.owner(visitor, request), item, text)
            interview = self._desk.open(here, visitor, request)
            return self._desk.sitting(self._desk.interviewer.answer(interview, text))

        usual: View = {page.submit: gr.Button("Submit", interactive=True)}
        usual |= {button: gr.Button(interactive=True) for button in waiting}
        yield usual | self._desk.guarded(judged)

    def tried(self, here: Here, visitor: Visitor, code: str, request: gr.Request) -> Iterator[View]:
        """Runs the visible examples behind the code, or the code alone where there are none."""
        page = self._desk.stage
        examples = examples_of(self._desk.item(here, visitor, request))
        yield {page.notice: "", page.try_out: gr.Button("Running …", interactive=False)}

        def ran() -> View:
            if not (code or "").strip():
                raise InputError("there is no code to run", hint="write some")
            self._desk.count(visitor, request)
            reports = try_examples(self._runtime.verifier, code, examples or ("",))
            return {page.examples: examples_html(reports, code, examples)}

        label = try_label(examples)
        yield {page.try_out: gr.Button(label, interactive=True)} | self._desk.guarded(ran)

    def hinted(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Gives a hint, if there is one more."""

        def view() -> View:
            interview = self._desk.open(here, visitor, request)
            before = len(interview.turns[-1].hints)
            after = self._desk.interviewer.hint(interview)
            turn = after.turns[-1]
            if len(turn.hints) == before:
                none = notice_html("There is no further hint to this question.")
                return {self._desk.stage.notice: none}
            page = self._desk.stage
            return {page.notice: "", page.question: show.stage_html(after, turn)}

        return self._desk.guarded(view)

    def skipped(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Leaves the question, or puts the card aside for this sitting."""

        def view() -> View:
            if here["at"] == "drill":
                return self._drill.aside(here, self._desk.owner(visitor, request))
            interview = self._desk.open(here, visitor, request)
            return self._desk.sitting(self._desk.interviewer.skip(interview))

        return self._desk.guarded(view)

    def nexted(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """The next question or card; after the last, the report."""

        def view() -> View:
            if here["at"] == "drill":
                return self._drill.next(here, self._desk.owner(visitor, request))
            interview = self._desk.open(here, visitor, request)
            return self._desk.sitting(self._desk.interviewer.next(interview))

        return self._desk.guarded(view)

    def finished(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Ends the interview and shows its report; ends the drill."""
        owner = self._desk.owner(visitor, request)
        if here["at"] == "drill":
            return self._desk.lobby(owner)

        def view() -> View:
            ended = self._desk.interviewer.close(self._desk.open(here, visitor, request))
            if any(turn.responses for turn in ended.turns):
                return self._desk.report(ended)
            self._desk.room.store.forget(owner, ended.id)  # nothing was answered
            return self._desk.lobby(owner)

        return self._desk.guarded(view)

    def said_true(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Calls a card's statement true."""
        owner = self._desk.owner(visitor, request)
        return self._desk.guarded(lambda: self._drill.called(here, owner, said=True))

    def said_false(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Calls a card's statement false."""
        owner = self._desk.owner(visitor, request)
        return self._desk.guarded(lambda: self._drill.called(here, owner, said=False))
