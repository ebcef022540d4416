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
from assistant.interview.grading import contrast
from assistant.interview.grading.grader import (
    Forest,
    Head,
    Heads,
    Looked,
    RubricGrader,
    Tree,
    Weights,
    judged,
)
from assistant.interview.grading.signs import NAMES
from assistant.interview.grading.worth import Costs
from assistant.interview.types import Result
from eval.graded import GradedSet, built_in_entries, load_graded
from eval.grading import (
    GradingFigures,
    Pair,
    empty_at_most_one,
    inverted_credited,
    kappa,
    key_points,
    length_correlation,
    measure,
    point_f1,
    ungraded,
)
from eval.salads import salads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FOLDS = 6
RIDGE = {"denied": 0.01, "denied_alone": 0.02, "made": 0.1}
"""scikit-learn's C of each linear decision, for signs of unit variance; `alone` are those for key
points of which no other wording is known."""
GROWN = ("spoken", "spoken_alone")
"""Decisions made by boosted trees."""
BOOSTING = {
    "n_estimators": 150, "max_depth": 3, "learning_rate": 0.05, "subsample": 0.5,
    "max_features": 0.3, "min_samples_leaf": 8, "random_state": 0,
}  # fmt: skip
STYLE = frozenset(
    {
        "function_words", "function_here", "commas", "words_here", "question_whole", "pieces",
        "words",
    }
)  # fmt: skip
"""Signs of how an answer is written, which must not say that it is wrong."""
BORROWED = 0.15
"""Weight of a denial that is borrowed: a common mistake beside an answer that has it right."""
AKIN = 0.45
"""Cosine of a mistake and a key point from which on the one is taken to be about the other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds and costs, chosen by cross-validation; see `Heads` and `Costs`."""

    spoken: float = 0.45
    denied: float = 0.4
    doubt: float = 0.3
    enough: float = 0.9
    wrong: float = 0.15
    mistake: float = 0.05


STEPS: Mapping[tuple[str, ...], Sequence[Sequence[float]]] = {
    ("denied", "doubt"): [
        (0.15, 0.2, 0.25, 0.3, 0.4),
        (0.035, 0.04, 0.045, 0.05, 0.055, 0.06, 0.07, 0.08, 0.1, 0.13),
    ],
    ("spoken", "enough"): [(0.4, 0.45, 0.5, 0.55, 0.6), (0.75, 0.8, 0.85, 0.9, 0.95)],
    ("wrong", "mistake"): [(0.0, 0.05, 0.1, 0.15, 0.2, 0.25), (0.0, 0.05, 0.1, 0.15)],
}
"""What is tried, one group after another."""


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


def cases(looks: Looks) -> dict[str, Cases]:
    """The cases of each decision, from every labelled answer."""
    import numpy as np

    rows: dict[str, list[Row]] = {name: [] for name in (*RIDGE, *GROWN)}

    def add(name: str, values: list[float], yes: bool, fold: int, weight: float = 1.0) -> None:
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


def fit_forest(found: Cases, without: int | None = None) -> Forest:
    """Boosted trees; the threshold is left at one half.

    Args:
        found: the cases.
        without: a fold to leave out.
    """
    import numpy as np
    from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]

    keep = found.fold != without if without is not None else np.ones(len(found.yes), dtype=bool)
    model = GradientBoostingClassifier(**BOOSTING).fit(found.signs[keep], found.yes[keep])
    share = float(found.yes[keep].mean())
    trees = []
    for [grown] in model.estimators_:
        tree = grown.tree_
        leaf = tree.children_left < 0
        bound = np.where(leaf, BOOSTING["learning_rate"] * tree.value[:, 0, 0], tree.threshold)
        trees.append(
            Tree(
                tuple(int(n) for n in np.where(leaf, -1, tree.feature)),
                tuple(round(float(b), 5) for b in bound),
                tuple(int(n) for n in tree.children_left),
                tuple(int(n) for n in tree.children_right),
            )
        )
    return Forest(round(float(np.log(share / (1 - share))), 5), tuple(trees), 0.5)


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

    def pairs(self, weights_of: Callable[[str], Weights], *, alone: bool = False) -> list[Pair]:
        """Each answer with its grades.

        Args:
            weights_of: the weights that belong to an entry.
            alone: as if no other wording were known of any key point.
        """
        found = []
        for answer, seen in zip(self.graded.answers, self.seen, strict=True):
            rubric = self.graded.rubrics[answer.entry]
            result = Result(0.0, "Nothing was said.", by="rules")
            if seen is not None:
                heard = _without_wordings(seen) if alone else seen
                result = judged(heard, rubric, weights_of(answer.entry))
            found.append(Pair(answer, result, key_points(rubric)))
        return found


def fit(looks: Looks, made: Looks) -> tuple[Weights, dict[str, GradingFigures]]:
    """Learns all weights.

    Args:
        looks: the labelled answers.
        made: lists of terms that cover nothing; they are learned from and not measured on.

    Returns:
        The weights, and what cross-validation by entry gives with weights learned likewise: with
        other wordings of the key points, and without.
    """
    labelled, lists = cases(looks), cases(made)
    found = {
        name: both(labelled[name], lists[name]) if name in GROWN else labelled[name]
        for name in labelled
    }
    whole = _fitted(found)
    folds = [_fitted(found, fold) for fold in range(FOLDS)]
    choices = {alone: _chosen(looks, folds, alone) for alone in (False, True)}
    each = [_made(of, choices[False], choices[True]) for of in folds]
    crossed = {
        name: measure(looks.pairs(lambda entry: each[fold_of(entry)], alone=alone), name)
        for name, alone in (("cross-validated", False), ("without other wordings", True))
    }
    return _made(whole, choices[False], choices[True]), crossed


def _without_wordings(seen: Looked) -> Looked:
    values = {name: list(found[: len(NAMES)]) for name, found in seen.values.items()}
    return replace(seen, nearest={}, values=values)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Every decision by its name."""

    linear: Mapping[str, Head]
    grown: Mapping[str, Forest]


def _fitted(found: Mapping[str, Cases], without: int | None = None) -> Fitted:
    return Fitted(
        {name: fit_head(found[name], ridge, without) for name, ridge in RIDGE.items()},
        {name: fit_forest(found[name], without) for name in GROWN},
    )


def _made(of: Fitted, phrased: Choice, alone: Choice) -> Weights:
    def heads(choice: Choice, suffix: str) -> Heads:
        return Heads(
            replace(of.grown[f"spoken{suffix}"], threshold=choice.spoken),
            replace(of.linear[f"denied{suffix}"], threshold=choice.denied),
            choice.doubt,
        )

    return Weights(
        heads(phrased, ""), heads(alone, "_alone"), of.linear["made"],
        Costs(phrased.enough, phrased.wrong, phrased.mistake),
    )  # fmt: skip


def _chosen(looks: Looks, folds: Sequence[Fitted], alone: bool) -> Choice:
    """The best thresholds and costs, one group after another."""

    def value(choice: Choice) -> float:
        each = [_made(of, choice, choice) for of in folds]
        return worth_of(looks.pairs(lambda entry: each[fold_of(entry)], alone=alone))

    best = Choice()
    for steps in STEPS:
        tried = [
            replace(best, **dict(zip(steps, values, strict=True)))
            for values in product(*(STEPS[steps]))
        ]
        best = max(tried, key=value)
    return best


def worth_of(pairs: Sequence[Pair]) -> float:
    """What thresholds and costs are chosen for: grades and points right, lies uncredited."""
    return (
        kappa(pairs)
        + point_f1(pairs)
        - 2.0 * max(0.0, inverted_credited(pairs) - 0.06)
        - 0.4 * ungraded(pairs)
        - 0.5 * max(0.0, 0.97 - empty_at_most_one(pairs))
        - 1.0 * max(0.0, length_correlation(pairs) - 0.07)
    )


def main() -> None:
    """Fits and writes the shipped weights."""
    from index.embed import load_embedder

    texts = [point.text for entry in built_in_entries().values() for point in rubric_of(entry)]
    grader = RubricGrader(load_embedder(), lambda: texts)
    graded = load_graded("development")
    lists = [made for name, rubric in graded.rubrics.items() for made in salads(name, rubric)]
    weights, crossed = fit(
        Looks.of(graded, grader), Looks.of(replace(graded, answers=tuple(lists)), grader)
    )
    for figures in crossed.values():
        for name, figure in figures.rows():
            print(f"{name:60s} {figure}")
        print()
    path = Path(str(files("assistant.interview.grading").joinpath("weights.json")))
    path.write_text(json.dumps(asdict(weights)) + "\n", encoding="utf-8")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
