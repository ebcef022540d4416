"""Learning the grader's weights from the labelled answers of the development half alone.

    python -m eval.grading_fit

says what cross-validation by entry gives, and writes `assistant/interview/grading/weights.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.interview.bank import rubric_of
from assistant.interview.grading.grader import Head, Looked, RubricGrader, Weights, judged
from assistant.interview.grading.signs import NAMES
from assistant.interview.types import Result
from eval.graded import GradedSet, built_in_entries, load_graded
from eval.grading import (
    GradingFigures,
    Pair,
    empty_at_most_one,
    inverted_credited,
    kappa,
    key_points,
    measure,
    point_f1,
    ungraded,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FOLDS = 6
RIDGE = {"spoken": 0.2, "denied": 0.02, "made": 0.1}
"""scikit-learn's C of each decision, for signs of unit variance."""
STYLE = frozenset({"function_words", "function_here", "commas", "words_here", "question_whole"})
"""Signs of how an answer is written, which must not say that it is wrong."""
BORROWED = 0.15
"""Weight of a denial that is borrowed: a common mistake beside an answer that has it right."""
AKIN = 0.45
"""Cosine of a mistake and a key point from which on the one is taken to be about the other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds and costs, chosen by cross-validation; see `Weights`."""

    spoken: float = 0.45
    denied: float = 0.4
    doubt: float = 0.3
    enough: float = 0.9
    wrong: float = 0.15
    mistake: float = 0.05


STEPS: Mapping[tuple[str, ...], Sequence[Sequence[float]]] = {
    ("denied", "doubt"): [(0.2, 0.25, 0.3, 0.4, 0.5, 0.6), (0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4)],
    ("spoken", "enough"): [(0.3, 0.35, 0.4, 0.45, 0.5, 0.55), (0.75, 0.8, 0.85, 0.9, 0.95)],
    ("wrong", "mistake"): [(0.0, 0.05, 0.1, 0.15, 0.2, 0.25), (0.0, 0.05, 0.1, 0.15)],
}
"""What is tried, one group after another."""


@dataclass(frozen=True, slots=True)
class Cases:
    """What one decision is learned from.

    `signs` is float64 of shape (cases, len(NAMES)); the others have shape (cases,).
    """

    signs: npt.NDArray[np.float64]
    yes: npt.NDArray[np.bool_]
    fold: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]


Row = tuple[list[float], bool, int, float]


def cases(looks: Looks) -> dict[str, Cases]:
    """The cases of each decision, from every labelled answer."""
    import numpy as np

    rows: dict[str, list[Row]] = {"spoken": [], "denied": [], "made": []}
    for answer, seen in zip(looks.graded.answers, looks.seen, strict=True):
        fold = fold_of(answer.entry)
        for point in looks.graded.rubrics[answer.entry]:
            values = seen.values.get(point.id) if seen is not None else None
            if values is None:
                continue
            state = answer.points.get(point.id)
            if not point.mistake:
                rows["spoken"].append((values, state is not None, fold, 1.0))
                if state is not None:
                    rows["denied"].append((values, state == "wrong", fold, 1.0))
                continue
            rows["made"].append((values, point.id in answer.mistakes, fold, 1.0))
            about = looks.about.get((answer.entry, point.id), "")
            if answer.points.get(about) == "covered":
                rows["denied"].append((values, True, fold, BORROWED))
    heard = np.array([sign not in STYLE for sign in NAMES], dtype=np.float64)
    return {
        name: Cases(
            np.array([row[0] for row in found]) * (heard if name == "denied" else 1.0),
            np.array([row[1] for row in found], dtype=np.bool_),
            np.array([row[2] for row in found], dtype=np.int64),
            np.array([row[3] for row in found], dtype=np.float64),
        )
        for name, found in rows.items()
    }


def fold_of(entry: str) -> int:
    """The part of the cross-validation in which an entry is tested."""
    return int(sha256(entry.encode()).hexdigest(), 16) % FOLDS


def fit_head(found: Cases, ridge: float, without: int | None = None) -> Head:
    """A logistic regression, with the threshold of the best F1.

    Args:
        found: the cases.
        ridge: scikit-learn's C.
        without: a fold to leave out.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    keep = found.fold != without if without is not None else np.ones(len(found.yes), dtype=bool)
    values, yes, weight = found.signs[keep], found.yes[keep], found.weight[keep]
    centre, scale = values.mean(0), values.std(0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=ridge, max_iter=2000)
    model.fit((values - centre) / scale, yes, sample_weight=weight)
    weights = model.coef_[0] / scale
    # The first sign is always 1: it carries the intercept.
    weights[0] = float(model.intercept_[0]) - float(centre[1:] @ weights[1:])
    said = 1 / (1 + np.exp(-(values @ weights)))
    own = weight == 1.0
    threshold = _best_threshold(said[own], yes[own])
    return Head(tuple(round(float(w), 5) for w in weights), threshold)


def _best_threshold(said: npt.NDArray[np.float64], yes: npt.NDArray[np.bool_]) -> float:
    import numpy as np

    best, at = -1.0, 0.5
    for threshold in np.arange(0.1, 0.9, 0.01):
        given = said >= threshold
        f1 = 2 * (given & yes).sum() / max(1, given.sum() + yes.sum())
        if f1 > best:
            best, at = float(f1), float(threshold)
    return round(at, 2)


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

    def pairs(self, weights_of: Callable[[str], Weights]) -> list[Pair]:
        """Each answer with its grades, by the weights that belong to its entry."""
        found = []
        for answer, seen in zip(self.graded.answers, self.seen, strict=True):
            rubric = self.graded.rubrics[answer.entry]
            result = (
                judged(seen, rubric, weights_of(answer.entry))
                if seen is not None
                else Result(0.0, "Nothing was said.", by="rules")
            )
            found.append(Pair(answer, result, key_points(rubric)))
        return found


def fit(looks: Looks) -> tuple[Weights, GradingFigures]:
    """Learns all weights.

    Returns:
        The weights, and what cross-validation by entry gives with weights learned likewise.
    """
    found = cases(looks)

    def heads(without: int | None = None) -> dict[str, Head]:
        return {name: fit_head(found[name], ridge, without) for name, ridge in RIDGE.items()}

    folds = [heads(fold) for fold in range(FOLDS)]

    def made(of: Mapping[str, Head], choice: Choice) -> Weights:
        return Weights(
            replace(of["spoken"], threshold=choice.spoken),
            replace(of["denied"], threshold=choice.denied),
            of["made"], choice.doubt, choice.enough, choice.wrong, choice.mistake,
        )  # fmt: skip

    def crossed(choice: Choice) -> list[Pair]:
        each = [made(of, choice) for of in folds]
        return looks.pairs(lambda entry: each[fold_of(entry)])

    best = Choice()
    for steps in STEPS:
        tried = [
            replace(best, **dict(zip(steps, values, strict=True)))
            for values in product(*(STEPS[steps]))
        ]
        best = max(tried, key=lambda choice: worth(crossed(choice)))
    return made(heads(), best), measure(crossed(best), "cross-validated")


def worth(pairs: Sequence[Pair]) -> float:
    """What thresholds and costs are chosen for: grades and points right, lies uncredited."""
    return (
        kappa(pairs)
        + point_f1(pairs)
        - 0.5 * inverted_credited(pairs)
        - 1.0 * ungraded(pairs)
        - 0.5 * max(0.0, 0.97 - empty_at_most_one(pairs))
    )


def main() -> None:
    """Fits and writes the shipped weights."""
    from index.embed import load_embedder

    texts = [point.text for entry in built_in_entries().values() for point in rubric_of(entry)]
    nothing = Head((0.0,) * len(NAMES), 1.1)
    grader = RubricGrader(
        load_embedder(), texts, Weights(nothing, nothing, nothing, 1.0, 1.0, 0.0, 0.0)
    )
    weights, crossed = fit(Looks.of(load_graded("development"), grader))
    for name, figure in crossed.rows():
        print(f"{name:60s} {figure}")
    path = Path(str(files("assistant.interview.grading").joinpath("weights.json")))
    path.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
