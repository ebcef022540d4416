"""`torchproof eval grading`: grades against answers labelled point by point by a second reader."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.interview.bank import rubric_of
from assistant.interview.grading import RubricGrader
from assistant.interview.predicting import judge_prediction
from assistant.interview.types import Result, RubricPoint, grade_of
from corpus.predictions import read_predictions
from eval.graded import GradedSet, Half, LabelledAnswer, built_in_entries, load_graded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RESAMPLES = 1000
SEED = 0
SKILLS = {"strong": ("excellent", "terse", "poor_english"), "middling": ("partial", "inverted"),
          "weak": ("salad", "empty_long", "off_topic")}  # fmt: skip
"""Simulated candidates: from which styles each draws its answers."""
CANDIDATES = 40
QUESTIONS = 8
BARS: Mapping[str, tuple[float, bool]] = {
    "kappa": (0.80, True),
    "point_f1": (0.85, True),
    "inverted_credited": (0.10, False),
    "empty_at_most_one": (0.95, True),
    "length_correlation": (0.10, False),
    "candidates_ranked": (0.95, True),
}
"""Least (True) or most (False) that each figure may be."""
MEANING = {
    "kappa": "quadratic weighted kappa of the overall grade, 0 to 4",
    "point_f1": "F1 of a key point being covered",
    "wrong_f1": "F1 of a key point being denied",
    "inverted_credited": "inverted facts that were given credit",
    "empty_at_most_one": "keyword lists and empty talk graded 1 of 4 at most",
    "length_correlation": "correlation of score and length, labelled grade held fixed",
    "candidates_ranked": "pairs of simulated candidates of different skill ranked rightly",
    "ungraded": "key points left ungraded",
}
MOST_MS = 1000.0
"""Milliseconds within which an explanation is to be graded, at the 95th percentile."""
_FORETOLD = "foretold outputs and near misses judged rightly"
_WAITED = "time to grade an explanation, 95th percentile"
_SIZE = re.compile(r"torch\.Size\(\[([^\]]*)\]\)")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds of its bootstrap interval (95 %, entries resampled)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GradingFigures:
    """What was measured on one half.

    `confusion[labelled][given]` counts overall grades.  `predictions` says of how many foretold
    outputs, right ones and near misses, the judgement was right, and how many there were;
    `p95_ms` is how long it took to grade an explanation, at the 95th percentile.
    """

    half: str
    answers: int
    entries: int
    figures: Mapping[str, Interval]
    confusion: Sequence[Sequence[int]]
    by_style: Mapping[str, tuple[float, float]]
    predictions: tuple[int, int] | None = None
    p95_ms: float | None = None

    @property
    def missed(self) -> list[str]:
        """A line for each bar that was missed."""
        lines = []
        for name, (bar, least) in BARS.items():
            value = self.figures[name].value
            if not (value >= bar if least else value <= bar):
                lines.append(f"{MEANING[name]}: {value:.3f}, the bar is {bar}")
        if self.predictions is not None and self.predictions[0] < self.predictions[1]:
            lines.append(f"{_FORETOLD}: {self.predictions[0]} of {self.predictions[1]}")
        if self.p95_ms is not None and self.p95_ms > MOST_MS:
            lines.append(f"{_WAITED}: {self.p95_ms:.0f} ms, the bar is {MOST_MS:.0f} ms")
        return lines

    def to_json(self) -> dict[str, Any]:
        """Everything measured."""
        return {
            "half": self.half,
            "answers": self.answers,
            "entries": self.entries,
            "figures": {
                name: {"value": one.value, "low": one.low, "high": one.high}
                for name, one in self.figures.items()
            },
            "confusion": [list(row) for row in self.confusion],
            "mean_grade_by_style": {
                style: {"labelled": labelled, "given": given}
                for style, (labelled, given) in self.by_style.items()
            },
            "predictions": self.predictions,
            "p95_ms": self.p95_ms,
            "missed": self.missed,
        }

    def rows(self) -> list[tuple[str, str]]:
        """What the terminal shows."""
        rows = [("half", f"{self.half}: {self.answers} answers to {self.entries} questions")]
        rows += [
            (MEANING[name], f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
            for name, one in self.figures.items()
        ]
        rows += [
            (f"mean grade, {style}", f"{given:.2f}, labelled {labelled:.2f}")
            for style, (labelled, given) in self.by_style.items()
        ]
        rows += [
            (f"labelled {n}, given 0 to 4", "  ".join(f"{count:3d}" for count in row))
            for n, row in enumerate(self.confusion)
        ]
        if self.predictions is not None:
            rows.append((_FORETOLD, f"{self.predictions[0]} of {self.predictions[1]}"))
        if self.p95_ms is not None:
            rows.append((_WAITED, f"{self.p95_ms:.0f} ms"))
        return rows


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled answer and what our grader made of it."""

    answer: LabelledAnswer
    result: Result
    points: tuple[str, ...]
    seconds: float = 0.0

    @property
    def given(self) -> int:
        """The overall grade that was given; an answer that could not be judged counts as 0."""
        return grade_of(self.result.score) or 0


def evaluate(_documents: Path | None = None, half: Half = "test") -> GradingFigures:
    """Grades the labelled answers of one half with the shipped weights."""
    from index.embed import load_embedder

    texts = [point.text for entry in built_in_entries().values() for point in rubric_of(entry)]
    grader = RubricGrader(load_embedder(), lambda: texts)
    pairs = graded_pairs(load_graded(half), grader)
    # The first grade loads the model.
    waited = sorted(1000 * pair.seconds for pair in pairs[1:])
    return replace(
        measure(pairs, half),
        predictions=predictions_judged(),
        p95_ms=waited[int(0.95 * (len(waited) - 1))],
    )


def predictions_judged() -> tuple[int, int]:
    """How many foretold outputs are judged rightly, and of how many.

    Every shipped item is answered as torch prints it and in shorter forms, which are right, and
    with its near misses, which are not; these are judged without being looked up.
    """
    judged = [
        judge_prediction(replace(item, near_misses=()), said).right == right
        for item in read_predictions()
        for said, right in (
            *((form, True) for form in _forms(item.answer)),
            *((miss, False) for miss in item.near_misses),
        )
    ]
    return sum(judged), len(judged)


def _forms(answer: str) -> set[str]:
    def as_tuple(size: re.Match[str]) -> str:
        inside = size[1]
        return f"({inside}{',' if inside.strip() and ',' not in inside else ''})"

    return {
        answer,
        _SIZE.sub(as_tuple, answer),
        answer.replace("torch.float", "float").replace("torch.int", "int"),
    }


def graded_pairs(graded: GradedSet, grader: RubricGrader) -> list[Pair]:
    """Every labelled answer with the grades that `grader` gives."""
    pairs = []
    for answer in graded.answers:
        rubric = graded.rubrics[answer.entry]
        begun = time.perf_counter()
        result = grader.grade(graded.entries[answer.entry], rubric, answer.answer)
        seconds = time.perf_counter() - begun
        pairs.append(Pair(answer, result, key_points(rubric), seconds))
    return pairs


def key_points(rubric: Sequence[RubricPoint]) -> tuple[str, ...]:
    """Ids of what a good answer contains."""
    return tuple(point.id for point in rubric if not point.mistake)


def measure(pairs: Sequence[Pair], half: str) -> GradingFigures:
    """Sets grades against labels."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    names = sorted({pair.answer.entry for pair in pairs})
    by_entry = {name: [p for p in pairs if p.answer.entry == name] for name in names}
    draws = [
        [p for n in rng.integers(len(names), size=len(names)) for p in by_entry[names[n]]]
        for _ in range(RESAMPLES)
    ]
    figures = {}
    for name, figure in _FIGURES.items():
        values = [figure(draw) for draw in draws]
        low, high = np.nanpercentile(values, [2.5, 97.5])
        figures[name] = Interval(figure(pairs), float(low), float(high))
    ranked = candidates_ranked(by_entry)
    figures["candidates_ranked"] = Interval(ranked, ranked, ranked)
    confusion = [[0] * 5 for _ in range(5)]
    for pair in pairs:
        confusion[pair.answer.grade][pair.given] += 1
    styles = dict.fromkeys(pair.answer.style for pair in pairs)
    return GradingFigures(
        half, len(pairs), len(names), figures, confusion,
        {
            style: (
                float(np.mean([p.answer.grade for p in pairs if p.answer.style == style])),
                float(np.mean([p.given for p in pairs if p.answer.style == style])),
            )
            for style in styles
        },
    )  # fmt: skip


def kappa(pairs: Sequence[Pair]) -> float:
    """Cohen's kappa with quadratic weights (J. Cohen, Psychological Bulletin 70, 1968)."""
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

    labelled, given = [p.answer.grade for p in pairs], [p.given for p in pairs]
    return float(cohen_kappa_score(labelled, given, weights="quadratic", labels=range(5)))


def _states(pairs: Sequence[Pair], state: str) -> tuple[int, int, int]:
    """How often a key point is in `state` rightly, wrongly, and unseen."""
    right = over = under = 0
    for pair in pairs:
        given = {grade.point.id: grade.state for grade in pair.result.points}
        for point in pair.points:
            if given.get(point) == "ungraded":
                continue
            said = given.get(point) == state
            labelled = pair.answer.points.get(point) == state
            right += said and labelled
            over += said and not labelled
            under += labelled and not said
    return right, over, under


def _f1(state: str) -> Callable[[Sequence[Pair]], float]:
    def figure(pairs: Sequence[Pair]) -> float:
        right, over, under = _states(pairs, state)
        return 2 * right / max(1, 2 * right + over + under)

    return figure


def inverted_credited(pairs: Sequence[Pair]) -> float:
    """Share of the key points that an inverted answer denies, and that were counted as covered."""
    states = [
        grade.state
        for pair in pairs
        if pair.answer.style == "inverted"
        for grade in pair.result.points
        if pair.answer.points.get(grade.point.id) == "wrong"
    ]
    return sum(state == "covered" for state in states) / max(1, len(states))


def empty_at_most_one(pairs: Sequence[Pair]) -> float:
    """Share of keyword lists and of long empty answers that got a grade of 1 at most."""
    given = [pair.given for pair in pairs if pair.answer.style in ("salad", "empty_long")]
    return sum(grade <= 1 for grade in given) / max(1, len(given))


def length_correlation(pairs: Sequence[Pair]) -> float:
    """Absolute correlation of score and logarithmic length, both less their means by grade."""
    import numpy as np

    judged = [pair for pair in pairs if pair.result.score is not None]
    grades = np.array([pair.answer.grade for pair in judged])
    scores = _centred([pair.result.score or 0.0 for pair in judged], grades)
    lengths = _centred([np.log(len(pair.answer.answer.split()) + 1) for pair in judged], grades)
    scale = float(np.sqrt((scores**2).sum() * (lengths**2).sum()))
    return abs(float((scores * lengths).sum()) / scale) if scale else 0.0


def _centred(values: Sequence[float], groups: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    import numpy as np

    array = np.array(values, dtype=np.float64)
    for group in np.unique(groups):
        array[groups == group] -= array[groups == group].mean()
    return array


def ungraded(pairs: Sequence[Pair]) -> float:
    """Share of key points that were left ungraded."""
    states = [grade.state for pair in pairs for grade in pair.result.points]
    return sum(state == "ungraded" for state in states) / max(1, len(states))


def candidates_ranked(by_entry: Mapping[str, Sequence[Pair]]) -> float:
    """Share of pairs of simulated candidates of different skill whose mean scores rank rightly.

    A candidate answers `QUESTIONS` questions with answers drawn from the styles of its skill.
    """
    import numpy as np

    rng = np.random.default_rng(SEED)
    means: dict[str, list[float]] = {}
    for skill, styles in SKILLS.items():
        for _ in range(CANDIDATES):
            scores = []
            for name in rng.choice(sorted(by_entry), size=min(QUESTIONS, len(by_entry))):
                fitting = [p for p in by_entry[str(name)] if p.answer.style in styles]
                if fitting:
                    scores.append(fitting[rng.integers(len(fitting))].result.score or 0.0)
            means.setdefault(skill, []).append(float(np.mean(scores)) if scores else 0.0)
    outcomes = [
        high > low
        for one, other in combinations(SKILLS, 2)
        for high in means[one]
        for low in means[other]
    ]
    return sum(outcomes) / len(outcomes)


point_f1 = _f1("covered")

_FIGURES: Mapping[str, Callable[[Sequence[Pair]], float]] = {
    "kappa": kappa,
    "point_f1": point_f1,
    "wrong_f1": _f1("wrong"),
    "inverted_credited": inverted_credited,
    "empty_at_most_one": empty_at_most_one,
    "length_correlation": length_correlation,
    "ungraded": ungraded,
}
