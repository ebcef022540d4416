"""Learning the grader's weights from the labelled answers of the development half alone.

    python -m eval.grading_fit

says what cross-validation by entry gives, and writes `assistant/interview/grading/weights.json`.
With `--into FILE` it writes there instead.  `python -m eval.grading_siding` comes before it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.interview.bank import rubric_of
from assistant.interview.grading.grader import Looked, RubricGrader, alone, chances
from assistant.interview.grading.weights import (
    Among,
    Forest,
    Head,
    Heads,
    Manner,
    Tree,
    Weights,
    beside,
)
from assistant.interview.grading.worth import Costs
from eval.graded import built_in_entries, load_graded
from eval.grading import (
    GradingFigures,
    Pair,
    empty_at_most_one,
    inverted_credited,
    kappa,
    length_correlation,
    measure,
    point_f1,
    ungraded,
)
from eval.grading_cases import FOLDS, GROWN, RIDGE, Cases, Chances, Looks, Row, both, cases, fold_of
from eval.grading_manner import learn_manners
from eval.salads import salads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RIDGE_AMONG = 1.0
"""scikit-learn's C of the decisions that are made beside the other key points."""
BOOSTING = {
    "n_estimators": 200, "max_depth": 4, "learning_rate": 0.04, "subsample": 0.5,
    "max_features": 0.3, "min_samples_leaf": 12, "random_state": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds and costs, chosen by cross-validation; see `Heads` and `Costs`."""

    spoken: float = 0.45
    denied: float = 0.4
    doubt: float = 0.3
    enough: float = 0.9
    wrong: float = 0.15
    mistake: float = 0.05
    made: float = 0.25


STEPS: Mapping[tuple[str, ...], Sequence[Sequence[float]]] = {
    ("denied", "doubt"): [
        (0.1, 0.15, 0.2, 0.25, 0.3, 0.4),
        (0.015, 0.0175, 0.02, 0.0225, 0.025, 0.0275, 0.03, 0.035, 0.04, 0.05, 0.07, 0.1),
    ],
    ("spoken", "enough"): [(0.35, 0.4, 0.45, 0.5, 0.55, 0.6), (0.75, 0.8, 0.85, 0.9, 0.95)],
    ("wrong", "mistake", "made"): [
        (0.05, 0.1, 0.15, 0.2, 0.25, 0.3),
        (0.05, 0.1, 0.15),
        (0.15, 0.2, 0.25, 0.3, 0.4),
    ],
}
"""What is tried, one group after another."""


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


def fit(
    looks: Looks, practice: Looks, made: Looks, manners: tuple[Manner, Manner]
) -> tuple[Weights, dict[str, GradingFigures]]:
    """Learns all weights.

    Args:
        looks: the labelled answers.
        practice: others; they are learned from and not measured on.
        made: lists of terms that cover nothing; the same holds for them.
        manners: with which all were looked at.

    Returns:
        The weights, and what cross-validation by entry gives with weights learned likewise: with
        other wordings of the key points, and without.
    """
    labelled, practised, lists = cases(looks), cases(practice), cases(made)
    found = {name: both(labelled[name], practised[name]) for name in labelled}
    found |= {name: both(found[name], lists[name]) for name in GROWN}
    whole = _fitted(found)
    folds = [_fitted(found, fold) for fold in range(FOLDS)]
    choices, among, crossed = {}, {}, {}
    for plain, name in ((False, "cross-validated"), (True, "without other wordings")):
        heard = looks.heard(plain)
        again = _again(looks, heard, folds, manners)
        among[plain] = _among(again)
        each = [_weights(of, _among(again, fold), manners) for fold, of in enumerate(folds)]
        likely = [
            chances(seen, looks.graded.rubrics[answer.entry], each[fold_of(answer.entry)])
            if seen is not None
            else {}
            for answer, seen in zip(looks.graded.answers, heard, strict=True)
        ]
        choices[plain] = _chosen(looks, heard, likely, each[0])
        crossed[name] = measure(looks.pairs(heard, likely, _with(each[0], choices[plain])), name)
    phrased = _with(_weights(whole, among[False], manners), choices[False])
    return replace(
        phrased, alone=_with(_weights(whole, among[True], manners), choices[True]).alone
    ), crossed


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


def _again(
    looks: Looks,
    heard: Sequence[Looked | None],
    folds: Sequence[Fitted],
    manners: tuple[Manner, Manner],
) -> tuple[Cases, Cases]:
    """What `Among` is learned from: chances given by decisions that never saw the entry."""
    import numpy as np

    none = Among(Head((0.0,) * 3, 0.5), Head((0.0,) * 5, 0.5))
    each = [_weights(of, none, manners) for of in folds]
    spoken: list[Row] = []
    denied: list[Row] = []
    for answer, seen in zip(looks.graded.answers, heard, strict=True):
        if seen is None:
            continue
        fold = fold_of(answer.entry)
        first = alone(seen, looks.graded.rubrics[answer.entry], each[fold])
        for point, (of_spoken, of_denied) in beside(first).items():
            state = answer.points.get(point)
            spoken.append((of_spoken, state is not None, fold, 1.0))
            if state is not None:
                denied.append((of_denied, state == "wrong", fold, 1.0))
    return tuple(  # type: ignore[return-value]
        Cases(
            np.array([row[0] for row in rows]),
            np.array([row[1] for row in rows], dtype=np.bool_),
            np.array([row[2] for row in rows], dtype=np.int64),
            np.ones(len(rows)),
        )
        for rows in (spoken, denied)
    )


def _among(again: tuple[Cases, Cases], without: int | None = None) -> Among:
    spoken, denied = (fit_head(found, RIDGE_AMONG, without) for found in again)
    return Among(spoken, denied)


def _weights(of: Fitted, among: Among, manners: tuple[Manner, Manner]) -> Weights:
    def heads(suffix: str) -> Heads:
        return Heads(of.grown[f"spoken{suffix}"], of.linear[f"denied{suffix}"], among, 0.5)

    return Weights(*manners, heads(""), heads("_alone"), of.linear["made"], Costs(0.9, 0.1, 0.05))


def untaught(manners: tuple[Manner, Manner]) -> Weights:
    """Weights that know these two alone, for looking at answers."""
    heads = Heads(Forest(0.0, (), 0.5), Head((), 0.5), Among(Head((), 0.5), Head((), 0.5)), 0.5)
    return Weights(*manners, heads, heads, Head((), 0.5), Costs(0.9, 0.1, 0.05))


def _with(weights: Weights, choice: Choice) -> Weights:
    """The same decisions with other thresholds and costs."""

    def heads(one: Heads) -> Heads:
        among = Among(
            replace(one.among.spoken, threshold=choice.spoken),
            replace(one.among.denied, threshold=choice.denied),
        )
        return replace(one, among=among, doubt=choice.doubt)

    return Weights(
        weights.listing, weights.idle, heads(weights.phrased), heads(weights.alone),
        replace(weights.made, threshold=choice.made),
        Costs(choice.enough, choice.wrong, choice.mistake),
    )  # fmt: skip


def _chosen(
    looks: Looks,
    heard: Sequence[Looked | None],
    likely: Sequence[Chances],
    weights: Weights,
) -> Choice:
    """The best thresholds and costs, one group after another."""

    def value(choice: Choice) -> float:
        return worth_of(looks.pairs(heard, likely, _with(weights, choice)))

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
        - 6.0 * max(0.0, inverted_credited(pairs) - 0.08)
        - 0.2 * ungraded(pairs)
        - 2.0 * max(0.0, 0.97 - empty_at_most_one(pairs))
        - 1.0 * max(0.0, length_correlation(pairs) - 0.07)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits and writes the shipped weights."""
    from index.embed import load_embedder

    parser = argparse.ArgumentParser(
        prog="python -m eval.grading_fit",
        description="Learns the weights of the grader of explanations from labelled answers.",
        epilog="It takes about 20 minutes on one quiet core of a CPU, and needs nothing else.",
    )
    parser.add_argument("--into", type=Path, help="where to write; default: the shipped weights")
    given = parser.parse_args(arguments)
    path = given.into or Path(str(files("assistant.interview.grading").joinpath("weights.json")))
    texts = [point.text for entry in built_in_entries().values() for point in rubric_of(entry)]
    embedder = load_embedder()
    graded, practice = load_graded("development"), load_graded("practice")
    lists = [made for name, rubric in graded.rubrics.items() for made in salads(name, rubric)]
    more = [made for name, rubric in practice.rubrics.items() for made in salads(name, rubric)]
    print("learning manners", file=sys.stderr)
    manners = learn_manners(embedder, practice.answers, more)
    grader = RubricGrader(embedder, lambda: texts, untaught(manners))
    total = len(graded.answers) + len(practice.answers) + len(lists)
    print(f"looking at {total} answers", file=sys.stderr)
    looks, practised = Looks.of(graded, grader), Looks.of(practice, grader)
    made = Looks.of(replace(graded, answers=tuple(lists)), grader)
    print("learning", file=sys.stderr)
    weights, crossed = fit(looks, practised, made, manners)
    for figures in crossed.values():
        for name, figure in figures.rows():
            print(f"{name:60s} {figure}")
        print()
    path.write_text(json.dumps(asdict(weights)) + "\n", encoding="utf-8")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
