"""An interview, or a drill, as a dialogue in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.interview.bank import Bank, Item
from assistant.interview.examiner import Examiner
from assistant.interview.report import evidence, model_answer, percent
from assistant.interview.schedule import Drill, Sitting, Statement, rating_of
from assistant.interview.session import Interviewer
from assistant.interview.types import Interview, Result, Turn
from corpus.exercises import Task

COMMANDS = (":hint", ":why", ":skip")
END = "."
"""A line with nothing else ends an answer of several lines."""
_TRUE = frozenset({"true", "t", "yes", "y", "right", "correct"})
_FALSE = frozenset({"false", "f", "no", "n", "wrong", "incorrect"})
HELP = "End an answer with a line that holds a single dot. Commands: :hint :why :skip :quit"


class Leave(Exception):
    """The candidate wants to stop here."""


class Console(Protocol):
    """Where the dialogue takes place."""

    def say(self, text: str) -> None:
        """Shows Markdown."""
        ...

    def line(self) -> str | None:
        """The next line typed; None at the end of the input."""
        ...

    def edit(self, code: str) -> str | None:
        """Code as edited in the candidate's editor; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Terminal:
    """Leads the dialogue.

    Attributes:
        interviewer: conducts the interview.
        console: where it takes place.
    """

    interviewer: Interviewer
    console: Console

    def run(self, interview: Interview) -> Interview:
        """Goes through the interview until it ends or the candidate leaves.

        What was answered is kept either way; one that was left can be resumed.
        """
        self.console.say(HELP)
        try:
            while interview.ended is None:
                interview = self._question(interview)
                if interview.ended is None:
                    interview = self.interviewer.next(interview)
        except Leave:
            self.console.say("Left. Go on with `torchproof interview --resume`.")
        return interview

    def _question(self, interview: Interview) -> Interview:
        turn = interview.turn
        if turn is None:
            return interview
        number = f"Question {len(interview.turns)} of {interview.plan.questions}"
        left = max(0, round(interview.left / 60))
        self.console.say(f"### {number} ({turn.topic}, {turn.level}; {left} minutes left)")
        self.console.say(turn.prompt)
        item = self.interviewer.item(turn)
        while (turn := interview.turn) is not None:
            if turn.probe:
                self.console.say(f"**{turn.probe}**")
            said = self._answer(item, turn)
            if said == ":hint":
                before = len(turn.hints)
                interview = self.interviewer.hint(interview)
                hints = interview.turns[-1].hints
                self.console.say(hints[-1] if len(hints) > before else "There is no further hint.")
            elif said == ":why":
                self._why(interview)
            elif said == ":skip":
                interview = self.interviewer.skip(interview)
            else:
                interview = self.interviewer.answer(interview, said)
                self._tell(interview.turns[-1])
        if item is not None:
            self.console.say("**A right answer**")
            self.console.say(model_answer(item))
        return interview

    def _answer(self, item: Item | None, turn: Turn) -> str:
        if item is not None and isinstance(item.source, Task):
            said = self.console.edit(turn.draft or item.source.starter)
            if said is not None:
                return said
        return typed(self.console)

    def _why(self, interview: Interview) -> None:
        """Explains the last score that was given: of this question, or of the one before."""
        judged = [turn for turn in interview.turns if turn.result is not None]
        if judged:
            self.console.say(f"Of “{judged[-1].prompt.splitlines()[0]}”:")
            self._tell(judged[-1])
        else:
            self.console.say("Nothing has been judged yet.")

    def _tell(self, turn: Turn) -> None:
        if turn.result is not None:
            tell(self.console, turn.result, turn.score)


def typed(console: Console) -> str:
    """What the candidate types, up to a line with a single dot, or a command.

    Raises:
        Leave: at `:quit`, or when the input ends before anything was typed.
    """
    lines: list[str] = []
    while True:
        line = console.line()
        if line is None:
            if not lines:
                raise Leave
            break
        if line.strip() == ":quit":
            raise Leave
        if line.strip() in COMMANDS and not lines:
            return line.strip()
        if line.strip() == END:
            break
        lines.append(line)
    return "\n".join(lines)


def tell(console: Console, result: Result, score: float | None) -> None:
    """Shows what an answer was worth, and why."""
    console.say(f"**{percent(score)}**. {result.summary}")
    lines = evidence(result)
    if lines:
        console.say("\n".join(f"- {line}" for line in lines))


@dataclass(frozen=True, slots=True)
class DrillTerminal:
    """Goes through the cards of one sitting."""

    drill: Drill
    bank: Bank
    examiner: Examiner
    statements: Mapping[str, Statement]
    console: Console
    now: Callable[[], float]

    def run(self, sitting: Sitting) -> int:
        """Asks card by card; gives how many were done."""
        done = 0
        try:
            for number, key in enumerate(sitting.keys, start=1):
                self.console.say(f"### Card {number} of {len(sitting.keys)}")
                score = self._card(key)
                if score is None:
                    continue
                due = self.drill.review(key, rating_of(score), self.now())
                days = (due - self.now()) / 86_400
                self.console.say(f"Due again in {span(days)}.")
                done += 1
        except Leave:
            pass
        return done

    def _card(self, key: str) -> float | None:
        statement = self.statements.get(key)
        if statement is not None:
            return self._statement(statement)
        item = self.bank.get(key)
        if item is None:
            return None
        self.console.say(item.prompt)
        said = None
        if isinstance(item.source, Task):
            said = self.console.edit(item.source.starter)
        said = typed(self.console) if said is None else said
        if said in COMMANDS:
            return None
        result = self.examiner.judge(item, [said])
        tell(self.console, result, result.score)
        self.console.say(model_answer(item))
        return result.score

    def _statement(self, card: Statement) -> float | None:
        self.console.say(f"{card.question}\n\nTrue or false? **{card.text}**")
        while True:
            line = self.console.line()
            if line is None or line.strip() == ":quit":
                raise Leave
            word = line.strip().lower()
            if word == ":skip":
                return None
            if word in _TRUE | _FALSE:
                break
            self.console.say("Answer `true` or `false`.")
        right = (word in _TRUE) == card.true
        told = "true" if card.true else "false"
        self.console.say(f"{'Right' if right else 'Not right'}: it is {told}.")
        return 0.8 if right else 0.0


def span(days: float) -> str:
    """A number of days as people say it."""
    if days < 1 / 24:
        return f"{max(1, round(days * 1440))} minutes"
    if days < 1:
        return f"{round(days * 24)} hours"
    return f"{round(days)} day{'s' if round(days) != 1 else ''}"


def listed(interviews: Sequence[Interview]) -> list[str]:
    """One line for each interview."""
    from datetime import datetime

    from assistant.interview.report import score_of

    return [
        f"{one.id[:8]}  {datetime.fromtimestamp(one.started).astimezone():%Y-%m-%d %H:%M}  "
        f"{sum(turn.done for turn in one.turns)} of {one.plan.questions} questions  "
        f"{percent(score_of(one))}{'' if one.ended else '  (open)'}"
        for one in interviews
    ]
