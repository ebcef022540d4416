"""Judges what was answered, each kind of question in its way: by running, or by the rubric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from assistant.interview.bank import Item, rubric_of
from assistant.interview.grading.worth import Costs, worth
from assistant.interview.judging import TaskVerdict, judge
from assistant.interview.predicting import judge_prediction
from assistant.interview.types import CheckGrade, PointGrade, Result, RubricPoint
from assistant.seams import Sandbox
from corpus.exercises import Task
from corpus.predictions import Prediction
from corpus.types import Entry

if TYPE_CHECKING:
    from assistant.interview.executed import Execution

_TERM = re.compile(r"`[^`]+`|\b[A-Za-z]\w*(?:[._]\w+)+\b|\b[A-Z][a-z]+[A-Z]\w*\b|\b[A-Z]{2,}\b")
COSTS = Costs(enough=1.0, wrong=0.2, mistake=0.1)
"""How points become a score where the grader says nothing else."""
_PART = 0.5
"""What a solution that fails a check earns, at most, for the checks that it passes."""


class Grader(Protocol):
    """Judges free text against a rubric."""

    def grade(self, entry: Entry, rubric: Sequence[RubricPoint], answer: str, /) -> Result:
        """What the answer is worth; a point that cannot be judged is `ungraded`."""
        ...


class Examiner:
    """Judges every kind of question.

    Args:
        sandbox: where handed-in code runs.
        grader: for what is explained in words.
        execution: settles by running what it can of what is explained; None settles nothing.
        costs: how points become a score again after execution has changed one.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        grader: Grader,
        execution: Execution | None = None,
        costs: Costs = COSTS,
    ) -> None:
        self._sandbox = sandbox
        self._grader = grader
        self._execution = execution
        self._costs = costs

    def judge(self, item: Item, answers: Sequence[str]) -> Result:
        """What the candidate's answers to one question are worth together.

        Args:
            item: what was asked.
            answers: in order; of code and predictions the last one counts.
        """
        source = item.source
        if isinstance(source, Entry):
            return self._explained(source, "\n\n".join(answers))
        if isinstance(source, Prediction):
            foretold = judge_prediction(source, answers[-1])
            summary = "Right." if foretold.right else f"Not right: {foretold.reason}."
            return Result(
                float(foretold.right),
                summary,
                checks=(CheckGrade("prediction", foretold.right, foretold.reason),),
            )
        return _of_verdict(judge(self._sandbox, source, answers[-1]))

    def _explained(self, entry: Entry, answer: str) -> Result:
        result = self._grader.grade(entry, rubric_of(entry), answer)
        if self._execution is None:
            return result
        points = tuple(self._execution.refine(entry, answer, result.points))
        if [one.state for one in points] == [one.state for one in result.points]:
            return replace(result, points=points)
        return replace(worth(points, self._costs, result.by), second=result.second)

    def hints(self, item: Item, result: Result | None) -> list[str]:
        """All hints that can be given, the gentlest first.

        Args:
            item: what was asked.
            result: of the answers so far; what they cover is not hinted at.
        """
        source = item.source
        if isinstance(source, Task):
            return list(source.hints)
        if isinstance(source, Prediction):
            return ["Write down shape and dtype of every value, line by line."]
        covered = {
            grade.point.id
            for grade in (result.points if result else ())
            if grade.state == "covered"
        }
        open_points = [
            point for point in rubric_of(source) if not point.mistake and point.id not in covered
        ]
        return [hint_at(point.text) for point in open_points]


def _of_verdict(verdict: TaskVerdict) -> Result:
    passed = sum(check.state == "passed" for check in verdict.checks)
    checks = tuple(
        CheckGrade(check.name, check.state == "passed", check.message or _unreached(check.state))
        for check in verdict.checks
    )
    if verdict.passed:
        return Result(1.0, f"All {len(checks)} hidden checks hold.", checks=checks)
    if verdict.outcome == "unavailable":
        return Result(None, f"It could not be run: {verdict.reason}.", checks=checks)
    score = _PART * passed / len(checks) if verdict.outcome == "failed" and checks else 0.0
    return Result(
        score, f"{passed} of {len(checks)} hidden checks hold: {verdict.reason}.", checks=checks
    )


def _unreached(state: str) -> str:
    return "" if state == "passed" else "it was not reached"


def hint_at(statement: str) -> str:
    """A nudge towards a statement: the names in it, or how it begins."""
    terms = list(dict.fromkeys(term.strip("`") for term in _TERM.findall(statement)))
    if terms:
        return "What can you say about " + " and ".join(f"`{term}`" for term in terms[:2]) + "?"
    words = statement.split()
    return "Go on: “" + " ".join(words[: max(2, len(words) // 3)]) + " …”"


def probe_after(result: Result) -> str:
    """A follow-up to an answer that missed something or got it wrong; empty for none.

    What is wrong comes before what is missing.  A wrong statement is held up again in other words,
    without saying which is right.
    """
    wrong: PointGrade | None = next((p for p in result.points if p.state == "wrong"), None)
    if wrong is not None:
        if wrong.point.mistake:
            return f"Somebody says: “{wrong.point.text}” Do you agree? Why, or why not?"
        quote = f"You said “{wrong.quote}”. " if wrong.quote else ""
        return f"{quote}Are you sure of that? How would you check it?"
    missed = [p for p in result.points if p.state == "missed" and not p.point.mistake]
    covered = any(p.state == "covered" for p in result.points)
    if missed and covered:
        return "There is more to it. " + hint_at(missed[0].point.text)
    return ""
