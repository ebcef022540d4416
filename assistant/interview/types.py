"""What an interview is made of: what is asked, what was answered, what it was worth and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["explain", "compare", "design", "predict", "debug", "code"]
Level = Literal["junior", "mid", "senior", "staff"]
PointState = Literal["covered", "missed", "wrong", "ungraded"]

KINDS: tuple[Kind, ...] = ("explain", "compare", "design", "predict", "debug", "code")
LEVELS: tuple[Level, ...] = ("junior", "mid", "senior", "staff")


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """One atomic statement that a good answer contains, or, as a mistake, must not contain.

    Attributes:
        id: `k1`, `k2` … for key points, `m1` … for common mistakes.
        weight: its share of the score against the other key points; 0 for a mistake.
        checks: names of the entry's executed checks that prove it, or refute the mistake.
    """

    id: str
    text: str
    mistake: bool = False
    weight: float = 1.0
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PointGrade:
    """What became of one point of the rubric in an answer.

    Attributes:
        state: `covered`; `missed`; `wrong` (the answer says the opposite, or makes this mistake);
            `ungraded` (it could not be judged, and counts neither way).
        start, end: where in the answer the evidence stands, in characters; both 0 for none.
        quote: those words.
        reason: one sentence: why it is wrong, with what running showed where something ran.
    """

    point: RubricPoint
    state: PointState
    start: int = 0
    end: int = 0
    quote: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckGrade:
    """What became of one hidden check or one prediction; `message` has input, expected and got."""

    name: str
    passed: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the answer to one question was worth.

    Attributes:
        score: 0 to 1 before hints are counted; None where it could not be judged.
        summary: one or two sentences for the candidate.
        points: for what was explained.
        checks: for what was run.
        by: who judged: `rules`, `execution`, or a chat model's name.
        second: what another judge made of it, where the two differ.
    """

    score: float | None
    summary: str
    points: tuple[PointGrade, ...] = ()
    checks: tuple[CheckGrade, ...] = ()
    by: str = "execution"
    second: Result | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of the candidate; `probe` is the follow-up that it answers, empty for none."""

    text: str
    at: float
    probe: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of an interview with everything said to it.

    Attributes:
        item: id of what was asked (`Item.id`).
        asked: seconds since the epoch.
        hints: how many were given.
        probe: a follow-up that waits for its answer; empty for none.
        draft: what the candidate had typed when last heard of.
        done: nothing more is expected.
    """

    item: str
    kind: Kind
    topic: str
    level: Level
    prompt: str
    asked: float
    responses: tuple[Response, ...] = ()
    hints: tuple[str, ...] = ()
    probe: str = ""
    draft: str = ""
    result: Result | None = None
    skipped: bool = False
    done: bool = False

    @property
    def score(self) -> float | None:
        """0 to 1 with the hints paid for; None where it is not judged."""
        if self.skipped:
            return 0.0
        if self.result is None or self.result.score is None:
            return None
        return max(0.0, self.result.score - HINT_COSTS * len(self.hints))


HINT_COSTS = 0.1
"""What each hint takes off a score of 0 to 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the candidate chose.

    Attributes:
        topics: only these; empty for all.
        levels: only these; empty for whatever the answers call for.
        role: one of `bank.ROLES`, or empty.
        kinds: only these kinds of question.
        seed: decides the choice of questions.
    """

    topics: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    role: str = ""
    kinds: tuple[Kind, ...] = KINDS
    minutes: int = 30
    questions: int = 5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview as it stands.

    Attributes:
        started, ended: seconds since the epoch; `ended` is None while it runs.
        used: seconds spent, without the pauses between two sittings.
        touched: when the candidate was last heard of.
    """

    id: str
    owner: str
    plan: Plan
    started: float
    touched: float
    used: float = 0.0
    ended: float | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def turn(self) -> Turn | None:
        """The question that is open, if one is."""
        return self.turns[-1] if self.turns and not self.turns[-1].done else None

    @property
    def left(self) -> float:
        """Seconds left of the time planned; negative when it is over."""
        return 60.0 * self.plan.minutes - self.used


GRADES = (0.15, 0.4, 0.65, 0.85)
"""From which score on a grade of 1, 2, 3 and 4 is given."""


def grade_of(score: float | None) -> int | None:
    """The overall grade, 0 to 4, of a score between 0 and 1; None for None."""
    return None if score is None else sum(score >= least for least in GRADES)
