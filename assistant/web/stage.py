"""The Interview tab's page: its parts, and what they show at each step.  Binds no event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.interview.bank import Item
from assistant.interview.report import model_answer, score_of
from assistant.interview.room import examples_of, is_prediction, starter_of
from assistant.interview.schedule import Statement
from assistant.interview.types import KINDS, LEVELS, Interview, Turn
from assistant.web import sitting as show
from assistant.web.theme import script
from assistant.web.tried import visible_html

Here = dict[str, Any]
"""Where the page is: `at` (`lobby`, `interview`, `drill`, `report`), `interview`, `card`, `topics`
of the drill, `aside` (cards put aside in this sitting).  Kept by the page, so that a restart of the
server changes nothing."""
View = dict[Any, Any]

LOBBY: Here = {"at": "lobby", "interview": "", "card": "", "topics": [], "aside": []}


class Stage:
    """The parts of the page.  Make it inside the `gr.Tab` that it belongs to."""

    def __init__(self) -> None:
        with gr.Column(elem_id="tp-interview"):
            self.here = gr.JSON(LOBBY, visible="hidden", elem_classes="tp-kept")
            self.notice = gr.HTML("", apply_default_css=False, elem_classes="tp-told")
            with gr.Column(visible=True, elem_id="tp-lobby") as self.lobby:
                self._build_lobby()
            with gr.Column(visible=False, elem_id="tp-sitting") as self.sitting:
                self._build_sitting()
            with gr.Column(visible=False, elem_id="tp-report-page") as self.report:
                self._build_report()

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

    def _build_sitting(self) -> None:
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
        self.file = gr.JSON(visible="hidden", elem_classes="tp-kept")

    @property
    def everything(self) -> list[gr.components.Component | gr.blocks.BlockContext]:
        """All that a step may change."""
        return [
            self.here, self.notice, self.lobby, self.sitting, self.report, self.banner, self.left,
            self.past, self.topics, self.question, self.answer, self.code, self.examples, self.true,
            self.false, self.submit, self.try_out, self.hint, self.skip, self.next, self.finish,
            self.result, self.model, self.page, self.plan,
        ]  # fmt: skip

    # What it shows -------------------------------------------------------------------------------

    def in_lobby(self, interviews: Sequence[Interview]) -> View:
        """The lobby, with the interviews so far, latest first."""
        left = next((one for one in interviews if one.ended is None), None)
        return {
            self.here: LOBBY,
            self.notice: "",
            **self._only(self.lobby),
            self.banner: gr.Column(visible=left is not None),
            self.left: show.left_html(left) if left else "",
            self.past: show.kept_html([(one, score_of(one)) for one in interviews]),
        }

    def in_interview(self, interview: Interview, turn: Turn, item: Item | None) -> View:
        """An interview's question: open, or judged."""
        view: View = {
            self.here: {**LOBBY, "at": "interview", "interview": interview.id},
            self.notice: "",
            **self._only(self.sitting),
            self.question: show.stage_html(interview, turn),
            self.finish: gr.Button("Stop and see the report", visible=True),
        }
        if not turn.done:
            # What is missing is told when the follow-up has been answered too.
            return view | self.asking(item, turn.draft, hints=True)
        last = len(interview.turns) >= interview.plan.questions or interview.left <= 0
        told = show.result_html(turn.result, turn.score, len(turn.hints), skipped=turn.skipped)
        return (
            view
            | self.asking(None)
            | {
                self.result: told,
                self.model: show.right_answer_html(model_answer(item)) if item else "",
                self.next: gr.Button("See the report" if last else "Next question", visible=True),
                self.finish: gr.Button("Stop and see the report", visible=not last),
            }
        )

    def in_drill(self, here: Here, key: str, card: Item | Statement, left: int) -> View:
        """A card that is still to be answered; `left` counts it too."""
        return self.asking(card) | {
            self.here: {**here, "card": key},
            self.notice: "",
            **self._only(self.sitting),
            self.question: show.card_html(card, left),
            self.finish: gr.Button("Stop here", visible=True),
        }

    def card_told(self, card: Item | Statement, left: int, told: str, answer: str) -> View:
        """A card that was answered: `told`, as HTML, is what came of it."""
        return self.asking(None) | {
            self.question: show.card_html(card, left, told=" "),
            self.result: told,
            self.model: show.right_answer_html(answer),
            self.next: gr.Button("Next card" if left else "Done", visible=True),
            self.finish: gr.Button("Stop here", visible=bool(left)),
        }

    def asking(
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
            self.examples: visible_html(examples),
            self.result: "",
            self.model: "",
            self.true: gr.Button(visible=statement),
            self.false: gr.Button(visible=statement),
            self.submit: gr.Button("Submit", visible=item is not None, interactive=True),
            self.try_out: gr.Button(try_label(examples), visible=starter is not None),
            self.hint: gr.Button(visible=hints and item is not None, interactive=True),
            self.skip: gr.Button(visible=card is not None, interactive=True),
            self.next: gr.Button(visible=False),
        }

    def in_report(self, interview: str, page: str) -> View:
        """The report of an interview, given as a whole page."""
        return {
            self.here: {**LOBBY, "at": "report", "interview": interview},
            self.notice: "",
            **self._only(self.report),
            self.page: show.framed(page),
        }

    def _only(self, shown: gr.Column) -> View:
        parts = (self.lobby, self.sitting, self.report)
        return {part: gr.Column(visible=part is shown) for part in parts}


def try_label(examples: Sequence[str]) -> str:
    """What the button says that runs the code as it stands."""
    return "Run the examples" if examples else "Run it"
