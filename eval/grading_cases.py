"""What the grader's decisions are learned from: the labelled answers, each looked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from assistant.interview.grading import contrast
from assistant.interview.grading.grader import Looked, RubricGrader, decided
from assistant.interview.grading.signs import NAMES
from assistant.interview.grading.weights import Weights
from assistant.interview.types import Result
from eval.graded import GradedSet
from eval.grading import Pair, key_points

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FOLDS = 6
RIDGE = {"denied": 0.005, "denied_alone": 0.02, "made": 0.1}
"""scikit-learn's C of each linear decision, for signs of unit variance; `alone` are those for key
points of which no other wording is known."""
GROWN = ("spoken", "spoken_alone")
"""Decisions made by boosted trees."""
STYLE = frozenset(
    {
        "function_words", "function_here", "commas", "words_here", "question_whole", "pieces",
        "words", "listing_here", "listing", "idle_here", "idle",
    }
)  # fmt: skip
"""Signs of how an answer is written, which must not say that it is wrong."""
BORROWED = 0.15
"""Weight of a denial that is borrowed: a common mistake beside an answer that has it right."""
AKIN = 0.45
"""Cosine of a mistake and a key point from which on the one is taken to be about the other."""


@dataclass(frozen=True, slots=True)
class Cases:
    """What one decision is learned from.

    `signs` is float64 of shape (cases, signs); the others have shape (cases,).
    """

    signs: npt.NDArray[np.float64]
    yes: npt.NDArray[np.bool_]
    fold: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]


Row = tuple[list[float], bool, int, float]
Chances = Mapping[str, tuple[float, float]]


def cases(looks: Looks) -> dict[str, Cases]:
    """The cases of each decision, from every labelled answer."""
    import numpy as np

    rows: dict[str, list[Row]] = {name: [] for name in (*RIDGE, *GROWN)}

    def add(name: str, values: list[float], yes: bool, fold: int, weight: float = 1.0) -> None:
        if len(values) > len(NAMES):  # it is known how the point is said rightly and wrongly
            rows[name].append((values, yes, fold, weight))
        rows[f"{name}_alone"].append((values[: len(NAMES)], yes, fold, weight))

    for answer, seen in zip(looks.graded.answers, looks.seen, strict=True):
        fold = fold_of(answer.entry)
        for point in looks.graded.rubrics[answer.entry]:
            values = seen.values.get(point.id) if seen is not None else None
            if values is None:
                continue
            state = answer.points.get(point.id)
            if not point.mistake:
                add("spoken", values, state is not None, fold)
                if state is not None:
                    add("denied", values, state == "wrong", fold)
                continue
            rows["made"].append((values, point.id in answer.mistakes, fold, 1.0))
            about = looks.about.get((answer.entry, point.id), "")
            if answer.points.get(about) == "covered":
                rows["denied_alone"].append((values, True, fold, BORROWED))
    heard = np.array([sign not in STYLE for sign in (*NAMES, *contrast.NAMES)], dtype=np.float64)
    return {
        name: Cases(
            np.array([row[0] for row in found])
            * (heard[: len(found[0][0])] if name.startswith("denied") else 1.0),
            np.array([row[1] for row in found], dtype=np.bool_),
            np.array([row[2] for row in found], dtype=np.int64),
            np.array([row[3] for row in found], dtype=np.float64),
        )
        for name, found in rows.items()
        if found
    }


def both(one: Cases, other: Cases) -> Cases:
    """The cases of both together."""
    import numpy as np

    return Cases(
        np.concatenate([one.signs, other.signs]),
        np.concatenate([one.yes, other.yes]),
        np.concatenate([one.fold, other.fold]),
        np.concatenate([one.weight, other.weight]),
    )


def fold_of(entry: str) -> int:
    """The part of the cross-validation in which an entry is tested."""
    return int(sha256(entry.encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Looks:
    """The labelled answers, each looked at once; None for an empty one.

    `about` says of a mistake, by entry and id, which key point it is about.
    """

    graded: GradedSet
    seen: Sequence[Looked | None]
    about: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, graded: GradedSet, grader: RubricGrader) -> Looks:
        """Looks at every answer."""
        return cls(
            graded,
            [
                grader.look(
                    graded.entries[answer.entry].question,
                    graded.rubrics[answer.entry],
                    answer.answer,
                )
                if answer.answer.strip()
                else None
                for answer in graded.answers
            ],
            {
                (name, mistake): point
                for name, rubric in graded.rubrics.items()
                for mistake, point in grader.akin(rubric, AKIN).items()
            },
        )

    def heard(self, plain: bool) -> list[Looked | None]:
        """What was seen; `plain`: as if no other wording were known of any key point."""
        return [_without_wordings(one) if plain and one else one for one in self.seen]

    def pairs(
        self,
        heard: Sequence[Looked | None],
        likely: Sequence[Chances],
        weights: Weights,
    ) -> list[Pair]:
        """Each answer with its grades, by the thresholds and costs of `weights`."""
        found = []
        for answer, seen, chance in zip(self.graded.answers, heard, likely, strict=True):
            rubric = self.graded.rubrics[answer.entry]
            result = Result(0.0, "Nothing was said.", by="rules")
            if seen is not None:
                result = decided(seen, rubric, weights, chance)
            found.append(Pair(answer, result, key_points(rubric)))
        return found


def _without_wordings(seen: Looked) -> Looked:
    values = {name: list(found[: len(NAMES)]) for name, found in seen.values.items()}
    return replace(seen, nearest={}, values=values)
