"""The Interview tab: choose, answer, be judged, read the report; and the drill of due cards."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from assistant.interview.bank import Item
from assistant.interview.report import (
    Report,
    as_html,
    as_markdown,
    make_report,
    model_answer,
    score_of,
)
from assistant.interview.room import (
    Room,
    examples_of,
    is_prediction,
    starter_of,
    try_examples,
)
from assistant.interview.schedule import Statement, rating_of
from assistant.interview.session import Interviewer
from assistant.interview.terminal import span
from assistant.interview.types import KINDS, LEVELS, Interview, Plan
from assistant.runtime import Runtime
from assistant.web import sitting as show
from assistant.web.binding import FREE, PROMPT, QUIET, Visitor, Visitors, given
from assistant.web.notices import notice_html
from assistant.web.theme import script
from corpus.errors import InputError, TorchproofError

log = logging.getLogger(__name__)

Here = dict[str, Any]
"""Where the page is: `at` (`lobby`, `interview`, `drill`, `report`), `interview`, `card`, `topics`
of the drill, `aside` (cards put aside in this sitting).  Kept by the page, so that a restart of the
server changes nothing."""
View = dict[Any, Any]

LOBBY: Here = {"at": "lobby", "interview": "", "card": "", "topics": [], "aside": []}
JUDGING = "Judging …"


class InterviewTab:
    """Builds the tab and answers its events."""

    def __init__(self, runtime: Runtime, visitors: Visitors, room: Room) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._room = room

    # Layout --------------------------------------------------------------------------------------

    def build(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        """Lays the tab out and binds its events; call inside the `gr.Tab` that is handed over."""
        with gr.Column(elem_id="tp-interview"):
            self.here = gr.JSON(LOBBY, visible="hidden")
            self.notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
            with gr.Column(visible=True, elem_id="tp-lobby") as self.lobby:
                self._build_lobby()
            with gr.Column(visible=False, elem_id="tp-sitting") as self.stage:
                self._build_stage()
            with gr.Column(visible=False, elem_id="tp-report-page") as self.report:
                self._build_report()
        self._bind(visitor, tab)

    def _build_lobby(self) -> None:
        with gr.Column(visible=False, elem_id="tp-resume") as self.banner:
            self.left = gr.HTML("", apply_default_css=False)
            self.resume = gr.Button("Go on with it", variant="primary", size="md")
        gr.HTML("<h2>New sitting</h2>", apply_default_css=False)
        self.mode = gr.Radio(
            [("Interview", "interview"), ("Drill", "drill")],
            value="interview",
            label="Mode",
            info="An interview asks, listens and grades, and ends with a report. A drill repeats "
            "what is due: short cards, spaced over days.",
        )
        self.topics = gr.Dropdown(
            [], multiselect=True, label="Topics", info="None chosen: all of them."
        )
        with gr.Column(elem_id="tp-plan") as self.plan:
            with gr.Row():
                self.role = gr.Dropdown(
                    [("Any", ""), *((name, key) for key, name in show.ROLE_NAMES.items())],
                    value="",
                    label="Role",
                )
                self.levels = gr.CheckboxGroup(
                    list(LEVELS), label="Levels", info="None chosen: as your answers call for."
                )
            self.kinds = gr.CheckboxGroup(
                [(show.KIND_NAMES[kind], kind) for kind in KINDS], value=list(KINDS), label="Kinds"
            )
            with gr.Row():
                self.minutes = gr.Slider(5, 120, 30, step=5, label="Minutes")
                self.questions = gr.Slider(1, 20, 5, step=1, label="Questions")
        self.begin = gr.Button("Begin", variant="primary", size="md", elem_id="tp-begin")
        gr.HTML("<h2>Your interviews</h2>", apply_default_css=False)
        self.past = gr.HTML(
            "", js_on_load=script("history.js"), apply_default_css=False, elem_id="tp-sittings"
        )

    def _build_stage(self) -> None:
        self.question = gr.HTML("", js_on_load=script("stage.js"), apply_default_css=False)
        self.answer = gr.Textbox(label="Your answer", lines=7, max_lines=24, visible=False)
        self.code = gr.Code(
            language="python", label="Your code", lines=12, max_lines=30, visible=False,
            interactive=True, buttons=[], elem_id="tp-code",
        )  # fmt: skip
        self.examples = gr.HTML("", apply_default_css=False, elem_id="tp-examples")
        self.result = gr.HTML("", apply_default_css=False, elem_id="tp-result")
        with gr.Row(elem_classes="tp-buttons"):
            self.true = gr.Button("True", size="md", visible=False)
            self.false = gr.Button("False", size="md", visible=False)
            self.submit = gr.Button("Submit", variant="primary", size="md", elem_id="tp-submit")
            self.try_out = gr.Button("Run the examples", size="md", visible=False)
            self.hint = gr.Button("Hint (−10 points)", size="md", visible=False)
            self.skip = gr.Button("Skip", size="md", visible=False)
            self.next = gr.Button("Next question", variant="primary", size="md", visible=False)
            self.finish = gr.Button("Stop here", size="md")
        self.model = gr.HTML("", apply_default_css=False, elem_id="tp-model")

    def _build_report(self) -> None:
        with gr.Row(elem_classes="tp-buttons"):
            self.back = gr.Button("Back to the start", variant="primary", size="md")
            self.save_html = gr.Button("Save as a page to print", size="md")
            self.save_markdown = gr.Button("Save as Markdown", size="md")
        self.page = gr.HTML("", js_on_load=script("report.js"), apply_default_css=False)
        self.file = gr.JSON(visible="hidden")

    def _bind(self, visitor: gr.JSON, tab: gr.Tab) -> None:
        where = [self.here, visitor]
        written = [self.answer, self.code]
        everything = [
            self.here, self.notice, self.lobby, self.stage, self.report, self.banner, self.left,
            self.past, self.topics, self.question, self.answer, self.code, self.examples, self.true,
            self.false, self.submit, self.try_out, self.hint, self.skip, self.next, self.finish,
            self.result, self.model, self.page, self.plan,
        ]  # fmt: skip
        tab.select(self.entered, where, everything, **PROMPT)
        # Apart, since reading all that can be asked takes a moment after a start.
        tab.select(self.choices, None, [self.topics], **PROMPT)
        self.mode.change(self.moded, [self.mode], [self.plan, self.begin], **PROMPT)
        plan = [self.mode, self.topics, self.role, self.levels, self.kinds, self.minutes]
        self.begin.click(self.begun, [*where, *plan, self.questions], everything, **FREE)
        for button, handler in (
            (self.resume, self.resumed),
            (self.hint, self.hinted),
            (self.skip, self.skipped),
            (self.next, self.nexted),
            (self.finish, self.finished),
            (self.back, self.left_report),
        ):
            button.click(handler, where, everything, **FREE)
        self.submit.click(self.submitted, [*where, *written], everything, **FREE)
        self.try_out.click(self.tried, [*where, self.code], everything, **FREE)
        self.true.click(self.said_true, where, everything, **FREE)
        self.false.click(self.said_false, where, everything, **FREE)
        self.past.pick(self.opened, where, everything, **PROMPT)
        self.past.drop(self.dropped, where, everything, **PROMPT)
        for typed, box in ((self.answer.input, self.answer), (self.code.input, self.code)):
            typed(self.drafted, [*where, box], None, trigger_mode="always_last", **QUIET)
        for save, to_file in (
            (self.save_html, self.to_html),
            (self.save_markdown, self.to_markdown),
        ):
            save.click(to_file, where, [self.file], **PROMPT).then(
                None, [self.file], None, js=script("download.js")
            )

    # The lobby -----------------------------------------------------------------------------------

    def entered(self, here: Here | None, visitor: Visitor, request: gr.Request) -> View:
        """The tab is opened: whatever was going on goes on; else the lobby."""
        owner = self._owner(visitor, request)
        where = here or LOBBY
        if where["at"] in ("report", "drill"):
            return {self.notice: ""}

        def view() -> View:
            current = self._room.in_hand(owner)
            return self._sitting(current) if current else self._lobby(owner)

        return self._guarded(view)

    def choices(self) -> gr.Dropdown:
        """The topics of which something can be asked."""
        return gr.Dropdown(choices=self._room.material.bank.topics)

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
        owner = self._owner(visitor, request)
        if mode == "drill":
            return self._card({**LOBBY, "at": "drill", "topics": list(topics or ())}, owner)
        chosen = tuple(kind for kind in KINDS if kind in (kinds or ()))
        plan = Plan(
            tuple(topics or ()), tuple(levels or ()), role or "", chosen or KINDS, int(minutes),
            int(questions), random.randrange(2**32),
        )  # fmt: skip
        return self._guarded(lambda: self._sitting(self._interviewer.open(plan, owner)))

    def resumed(self, _here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Goes on with the interview that was left."""
        owner = self._owner(visitor, request)
        left = self._room.left_open(owner)
        if left is None:
            return self._lobby(owner)
        return self._guarded(lambda: self._sitting(self._interviewer.resume(left)))

    def opened(
        self, _here: Here, visitor: Visitor, event: gr.EventData, request: gr.Request
    ) -> View:
        """Opens a kept interview: its report, or, where it is still open, its question."""
        owner = self._owner(visitor, request)

        def view() -> View:
            kept = self._room.store.load(owner, str(given(event, "id")))
            if kept.ended is None:
                return self._sitting(self._interviewer.resume(kept))
            return self._report(kept)

        return self._guarded(view)

    def dropped(
        self, _here: Here, visitor: Visitor, event: gr.EventData, request: gr.Request
    ) -> View:
        """Deletes a kept interview."""
        owner = self._owner(visitor, request)
        gone = str(given(event, "id"))
        if not gone:
            return {}

        def view() -> View:
            self._room.store.forget(owner, gone)
            return self._lobby(owner)

        return self._guarded(view)

    # A question ----------------------------------------------------------------------------------

    def drafted(self, here: Here, visitor: Visitor, text: str, request: gr.Request) -> None:
        """Keeps what is being typed."""
        if here["at"] != "interview" or not text:
            return
        try:
            self._interviewer.draft(self._open(here, visitor, request), text)
        except TorchproofError as fault:
            log.debug("a draft was not kept: %s", fault)

    def submitted(
        self, here: Here, visitor: Visitor, answer: str, code: str, request: gr.Request
    ) -> Iterator[View]:
        """Hands an answer in; what it was worth comes when it was judged."""
        item = self._item(here, visitor, request)
        text = (answer if starter_of(item) is None else code) or ""
        if not text.strip():
            yield {self.notice: notice_html("There is no answer yet — write one, or skip.")}
            return
        yield {
            self.notice: "",
            self.submit: gr.Button(JUDGING, interactive=False),
            self.skip: gr.Button(interactive=False),
            self.hint: gr.Button(interactive=False),
        }

        def judged() -> View:
            self._count(visitor, request)
            if here["at"] == "drill":
                return self._judged_card(here, item, text, self._owner(visitor, request))
            interview = self._open(here, visitor, request)
            return self._sitting(self._interviewer.answer(interview, text))

        usual = {
            self.submit: gr.Button("Submit", interactive=True),
            self.skip: gr.Button(interactive=True),
            self.hint: gr.Button(interactive=True),
        }
        yield usual | self._guarded(judged)

    def tried(self, here: Here, visitor: Visitor, code: str, request: gr.Request) -> Iterator[View]:
        """Runs the visible examples behind the code, or the code alone where there are none."""
        examples = examples_of(self._item(here, visitor, request))
        yield {self.notice: "", self.try_out: gr.Button("Running …", interactive=False)}

        def ran() -> View:
            if not (code or "").strip():
                raise InputError("there is no code to run", hint="write some")
            self._count(visitor, request)
            reports = try_examples(self._runtime.verifier, code, examples or ("",))
            return {self.examples: show.examples_html(reports, alone=not examples)}

        label = _try_label(examples)
        yield {self.try_out: gr.Button(label, interactive=True)} | self._guarded(ran)

    def hinted(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Gives a hint, if there is one more."""

        def view() -> View:
            interview = self._open(here, visitor, request)
            before = len(interview.turns[-1].hints)
            after = self._interviewer.hint(interview)
            turn = after.turns[-1]
            if len(turn.hints) == before:
                return {self.notice: notice_html("There is no further hint to this question.")}
            return {self.notice: "", self.question: show.stage_html(after, turn)}

        return self._guarded(view)

    def skipped(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Leaves the question, or puts the card aside for this sitting."""
        if here["at"] == "drill":
            aside = {**here, "aside": [*here["aside"], here["card"]]}
            return self._card(aside, self._owner(visitor, request))
        return self._guarded(
            lambda: self._sitting(self._interviewer.skip(self._open(here, visitor, request)))
        )

    def nexted(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """The next question or card; after the last, the report."""
        if here["at"] == "drill":
            return self._card(here, self._owner(visitor, request))

        def view() -> View:
            after = self._interviewer.next(self._open(here, visitor, request))
            return self._sitting(after) if after.ended is None else self._report(after)

        return self._guarded(view)

    def finished(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Ends the interview and shows its report; ends the drill."""
        owner = self._owner(visitor, request)
        if here["at"] == "drill":
            return self._lobby(owner)

        def view() -> View:
            ended = self._interviewer.close(self._open(here, visitor, request))
            if any(turn.responses for turn in ended.turns):
                return self._report(ended)
            self._room.store.forget(owner, ended.id)  # nothing was answered
            return self._lobby(owner)

        return self._guarded(view)

    # A drill -------------------------------------------------------------------------------------

    def said_true(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Calls the statement true."""
        return self._called(here, self._owner(visitor, request), said=True)

    def said_false(self, here: Here, visitor: Visitor, request: gr.Request) -> View:
        """Calls the statement false."""
        return self._called(here, self._owner(visitor, request), said=False)

    def _called(self, here: Here, owner: str, *, said: bool) -> View:
        card = self._room.card(here["card"])
        if not isinstance(card, Statement):
            return self._card(here, owner)
        right = said == card.true
        # A statement is called rightly half the time by luck: never "easy".
        due = self._reviewed(card.key, 0.8 if right else 0.0, owner)
        item = self._room.explained(card.entry)
        why = model_answer(item) if item else card.question
        told = show.statement_told(card, right, due)
        return self._told_card(here, owner, card, told, why)

    def _judged_card(self, here: Here, item: Item | None, text: str, owner: str) -> View:
        if item is None:
            return self._card(here, owner)
        result = self._room.examiner.judge(item, [text])
        due = self._reviewed(item.id, result.score, owner) if result.score is not None else ""
        told = show.result_html(result, result.score, 0, skipped=False)
        told += f'<p class="tp-quiet">{due}</p>' if due else ""
        return self._told_card(here, owner, item, told, model_answer(item))

    def _reviewed(self, key: str, score: float, owner: str) -> str:
        now = self._room.now()
        due = self._room.drill(owner).review(key, rating_of(score), now)
        return f"Due again in {span((due - now) / 86_400)}."

    def _told_card(
        self, here: Here, owner: str, card: Statement | Item, told: str, answer: str
    ) -> View:
        left = len(self._room.sitting(owner, here["topics"], [*here["aside"], here["card"]]).keys)
        return self._asking(None) | {
            self.question: show.card_html(card, left, told=" "),
            self.result: told,
            self.model: show.right_answer_html(answer),
            self.next: gr.Button("Next card" if left else "Done", visible=True),
            self.finish: gr.Button("Stop here", visible=bool(left)),
        }

    def _card(self, here: Here, owner: str) -> View:
        sitting = self._room.sitting(owner, here["topics"], here["aside"])
        card = self._room.card(sitting.keys[0]) if sitting.keys else None
        if card is None:
            return self._lobby(owner) | {
                self.notice: _good("Nothing more is due. Come back tomorrow.")
            }
        return self._asking(card) | {
            self.here: {**here, "card": sitting.keys[0]},
            self.notice: "",
            self.lobby: gr.Column(visible=False),
            self.stage: gr.Column(visible=True),
            self.report: gr.Column(visible=False),
            self.question: show.card_html(card, len(sitting.keys)),
            self.finish: gr.Button("Stop here", visible=True),
        }

    # What the page shows -------------------------------------------------------------------------

    def _lobby(self, owner: str) -> View:
        interviews = self._room.store.interviews(owner)
        left = next((one for one in interviews if one.ended is None), None)
        return {
            self.here: LOBBY,
            self.notice: "",
            self.lobby: gr.Column(visible=True),
            self.stage: gr.Column(visible=False),
            self.report: gr.Column(visible=False),
            self.banner: gr.Column(visible=left is not None),
            self.left: _left_html(left) if left else "",
            self.past: show.kept_html([(one, score_of(one)) for one in interviews]),
        }

    def _sitting(self, interview: Interview) -> View:
        """An interview's question: open, or judged."""
        turn = interview.turns[-1] if interview.turns else None
        if interview.ended is not None or turn is None:
            return self._report(interview)
        item = self._interviewer.item(turn)
        view: View = {
            self.here: {**LOBBY, "at": "interview", "interview": interview.id},
            self.notice: "",
            self.lobby: gr.Column(visible=False),
            self.stage: gr.Column(visible=True),
            self.report: gr.Column(visible=False),
            self.question: show.stage_html(interview, turn),
            self.finish: gr.Button("Stop and see the report", visible=True),
        }
        if not turn.done:
            # What is missing is told when the follow-up has been answered too.
            return view | self._asking(item, turn.draft, hints=True)
        last = len(interview.turns) >= interview.plan.questions or interview.left <= 0
        told = show.result_html(turn.result, turn.score, len(turn.hints), skipped=turn.skipped)
        return (
            view
            | self._asking(None)
            | {
                self.result: told,
                self.model: show.right_answer_html(model_answer(item)) if item else "",
                self.next: gr.Button("See the report" if last else "Next question", visible=True),
                self.finish: gr.Button("Stop and see the report", visible=not last),
            }
        )

    def _asking(
        self, card: Item | Statement | None, draft: str = "", *, hints: bool = False
    ) -> View:
        """The controls for an answer to `card`; none of them for None."""
        item = card if isinstance(card, Item) else None
        statement = isinstance(card, Statement)
        starter = starter_of(item)
        examples = examples_of(item)
        words = item is not None and starter is None
        lines = 3 if is_prediction(item) else 7
        return {
            self.answer: gr.Textbox(value=draft if words else "", visible=words, lines=lines),
            self.code: gr.Code(value=draft or starter or "", visible=starter is not None),
            self.examples: show.visible_html(examples),
            self.result: "",
            self.model: "",
            self.true: gr.Button(visible=statement),
            self.false: gr.Button(visible=statement),
            self.submit: gr.Button("Submit", visible=item is not None, interactive=True),
            self.try_out: gr.Button(_try_label(examples), visible=starter is not None),
            self.hint: gr.Button(visible=hints and item is not None, interactive=True),
            self.skip: gr.Button(visible=card is not None, interactive=True),
            self.next: gr.Button(visible=False),
        }

    def _report(self, interview: Interview) -> View:
        return {
            self.here: {**LOBBY, "at": "report", "interview": interview.id},
            self.notice: "",
            self.lobby: gr.Column(visible=False),
            self.stage: gr.Column(visible=False),
            self.report: gr.Column(visible=True),
            self.page: show.framed(as_html(self._sum(interview))),
        }

    def left_report(self, _here: Here, visitor: Visitor, request: gr.Request) -> View:
        """From a report back to the lobby."""
        return self._lobby(self._owner(visitor, request))

    def to_html(self, here: Here, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The report as a page of its own."""
        text = as_html(self._summed(here, visitor, request))
        return {"name": "interview.html", "type": "text/html", "text": text}

    def to_markdown(self, here: Here, visitor: Visitor, request: gr.Request) -> dict[str, str]:
        """The report as Markdown."""
        text = as_markdown(self._summed(here, visitor, request))
        return {"name": "interview.md", "type": "text/markdown", "text": text}

    def _summed(self, here: Here, visitor: Visitor, request: gr.Request) -> Report:
        return self._sum(self._open(here, visitor, request))

    def _sum(self, interview: Interview) -> Report:
        earlier = self._room.store.interviews(interview.owner)
        return make_report(interview, self._room.material.bank, earlier)

    # Who and what --------------------------------------------------------------------------------

    @property
    def _interviewer(self) -> Interviewer:
        return self._room.material.interviewer

    def _owner(self, visitor: Visitor, request: gr.Request) -> str:
        return self._visitors.resume(visitor, request).owner

    def _count(self, visitor: Visitor, request: gr.Request) -> None:
        self._visitors.count(self._visitors.resume(visitor, request))

    def _open(self, here: Here, visitor: Visitor, request: gr.Request) -> Interview:
        return self._room.store.load(self._owner(visitor, request), here["interview"])

    def _item(self, here: Here, visitor: Visitor, request: gr.Request) -> Item | None:
        if here["at"] == "drill":
            card = self._room.card(here["card"])
            return card if isinstance(card, Item) else None
        try:
            turn = self._open(here, visitor, request).turn
        except TorchproofError:
            return None
        return self._interviewer.item(turn) if turn else None

    def _guarded(self, view: Callable[[], View]) -> View:
        """The view, or one line on why there is none."""
        try:
            return view()
        except TorchproofError as fault:
            return {self.notice: notice_html(str(fault))}


def _try_label(examples: tuple[str, ...]) -> str:
    return "Run the examples" if examples else "Run it"


def _good(line: str) -> str:
    return f'<p role="status" class="tp-good">{line}</p>'


def _left_html(left: Interview) -> str:
    done = sum(turn.done for turn in left.turns)
    minutes = max(0, round(left.left / 60))
    return (
        f"<p>An interview is open: {done} of {left.plan.questions} questions done, {minutes} "
        "minutes left. The pause does not count.</p>"
    )
