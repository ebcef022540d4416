"""What was learned from the labelled answers: the decisions, and how they are read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from assistant.interview.grading.worth import Costs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LEAST = 1e-4
"""Chances nearer to 0 or 1 are as good as certain."""


@dataclass(frozen=True, slots=True)
class Head:
    """One decision: a logistic function of the signs, and from where on it says yes."""

    weights: tuple[float, ...]
    threshold: float

    def probability(self, values: Sequence[float]) -> float:
        """Between 0 and 1."""
        z = sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True)
class Tree:
    """A decision tree, node by node, the first one the root.

    Attributes:
        sign: index of the sign that a node asks for; -1 for a leaf.
        bound: up to which value the left branch is taken; at a leaf, what is added.
        left, right: indices of the nodes that follow.
    """

    sign: tuple[int, ...]
    bound: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]

    def value(self, values: Sequence[float]) -> float:
        """What the leaf adds to which the signs lead."""
        node = 0
        while self.sign[node] >= 0:
            below = values[self.sign[node]] <= self.bound[node]
            node = self.left[node] if below else self.right[node]
        return self.bound[node]


@dataclass(frozen=True, slots=True)
class Forest:
    """One decision: boosted trees whose sum is the logit, and from where on it says yes."""

    start: float
    trees: tuple[Tree, ...]
    threshold: float

    def probability(self, values: Sequence[float]) -> float:
        """Between 0 and 1."""
        z = self.start + sum(tree.value(values) for tree in self.trees)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True)
class Among:
    """The same decisions once more, on what `beside` gives; their thresholds count."""

    spoken: Head
    denied: Head


@dataclass(frozen=True, slots=True)
class Heads:
    """The decisions on one key point.

    Attributes:
        spoken: whether an answer speaks of a key point, rightly or wrongly.
        denied: whether it denies a key point that it speaks of.
        among: what both mean beside the other key points of the answer: candidates differ in how
            they write, and a sign that all points show tells little of one.
        doubt: from which probability of a denial on a key point is left `ungraded`.
    """

    spoken: Forest
    denied: Head
    among: Among
    doubt: float


@dataclass(frozen=True, slots=True)
class Manner:
    """What a text's vector says of how it speaks: a logistic function, its constant first."""

    weights: tuple[float, ...]

    def probabilities(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Between 0 and 1, of shape (texts,), for vectors of shape (texts, dimension)."""
        import numpy as np

        constant, *weights = self.weights
        found: npt.NDArray[np.float64] = 1.0 / (
            1.0 + np.exp(-(vectors @ np.array(weights)) - constant)
        )
        return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned from the labelled answers of the development half.

    Attributes:
        listing: whether a piece of an answer strings terms together.
        idle: whether it is talk about the subject that says nothing of it.
        phrased: for key points of which it is known how they are said rightly and wrongly.
        alone: for those of which nothing but their text is known.
        made: whether an answer makes a common mistake.
        costs: how points become a score.
    """

    listing: Manner
    idle: Manner
    phrased: Heads
    alone: Heads
    made: Head
    costs: Costs

    def heads(self, phrased: bool) -> Heads:
        """The decisions on a key point of which other wordings are known, or none."""
        return self.phrased if phrased else self.alone

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Weights:
        """Reads what `dataclasses.asdict` gave."""
        from pydantic import TypeAdapter

        return TypeAdapter(Weights).validate_python(data)


def beside(
    first: Mapping[str, tuple[float, float]],
) -> dict[str, tuple[list[float], list[float]]]:
    """Each key point's chances beside those of the others: signs for `Among.spoken` and `.denied`.

    Args:
        first: how likely each is spoken of, and denied.
    """
    found = {}
    for name, (spoken, denied) in first.items():
        others = [one for other, one in first.items() if other != name]
        of_spoken = _mean([_logit(s) for s, _ in others], [1.0] * len(others))
        of_denied = _mean([_logit(d) for _, d in others], [s for s, _ in others])
        found[name] = (
            [1.0, _logit(spoken), of_spoken],
            [1.0, _logit(denied), of_denied, _logit(spoken), of_spoken],
        )
    return found


def _logit(chance: float) -> float:
    bounded = min(1.0 - _LEAST, max(_LEAST, chance))
    return math.log(bounded / (1.0 - bounded))


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total if total else 0.0


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights that come with the package; `python -m eval.grading_fit` makes them."""
    raw = resources.files(__package__).joinpath("weights.json").read_text("utf-8")
    return Weights.from_json(json.loads(raw))
