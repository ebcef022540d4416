"""The signs of a key point for which it is known how it is said rightly and how wrongly.

A piece of an answer that denies a statement is near to both; what tells is to which it is nearer,
and on which side of every pair of opposites, number and negation it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.interview.grading.denial import NAMES as DENIAL
from assistant.interview.grading.denial import denial
from assistant.interview.grading.signs import Said, Statement
from assistant.interview.grading.telling import NAMES as TELLING
from assistant.interview.grading.telling import telling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOLD = tuple(f"{name}{of}" for of in ("", "_most", "_mean") for name in TELLING)
NAMES = (
    "said_point", "said_right", "said_wrong", "best_right", "best_any",
    "wrong_here", "wrong_anywhere", "wrong_to_mean", "wrong_or_mistake", "wrong_near",
    *(f"{name}_point" for name in DENIAL), *(f"{name}_least" for name in DENIAL), *_TOLD,
)  # fmt: skip
_NEAR = 0.08
"""How far below the best cosine a piece may lie to be asked on which side it stands."""
_MOST = 5
"""Pieces that are asked."""
_MOST_WORDS = 45
"""A longer piece says too much besides."""


@dataclass(frozen=True, slots=True)
class Ways:
    """A key point with what is held against the answer beside it.

    Attributes:
        point: the statement of the rubric.
        right: the same in other words.
        wrong: what turns it round, each in its own way.
        mistakes: the common mistakes of the entry.
    """

    point: Statement
    right: Statement
    wrong: Sequence[Statement]
    mistakes: Sequence[Statement]


def contrast(ways: Ways, said: Said, rarity: Mapping[str, float]) -> tuple[int, list[float]]:
    """The piece that speaks most of the matter, and its signs in the order of `NAMES`.

    Args:
        ways: the key point.
        said: the answer, of one piece at least.
        rarity: how much each stem tells.
    """
    import numpy as np

    point, right = (said.vectors @ one.vector for one in (ways.point, ways.right))
    opposites = np.stack([said.vectors @ one.vector for one in ways.wrong])
    good: npt.NDArray[np.float32] = np.maximum(point, right)
    wrong: npt.NDArray[np.float32] = opposites.max(0)
    spoken = np.maximum(good, wrong)
    at = int(spoken.argmax())
    mistake = -1.0
    if ways.mistakes:
        nearest = max(ways.mistakes, key=lambda one: float(one.vector @ ways.point.vector))
        mistake = float(said.vectors[at] @ nearest.vector)
    margin = float(wrong[at] - good[at])
    asked = [at] + [
        int(n)
        for n in np.argsort(-spoken)[:_MOST]
        if n != at
        and spoken[n] >= spoken[at] - _NEAR
        and len(said.units[n].text.split()) <= _MOST_WORDS
    ]
    rights = (ways.point.text, ways.right.text)
    told = np.array([
        telling(
            rights, ways.wrong[int(opposites[:, n].argmax())].text, said.units[n].text,
            said.kinship, rarity,
        )
        for n in asked
    ])  # fmt: skip
    opposite = ways.wrong[int(opposites[:, at].argmax())]
    of_point, of_right, of_wrong = (
        np.array(denial(one.text, said.units[at].text, said.kinship, rarity))
        for one in (ways.point, ways.right, opposite)
    )
    return at, [
        float(point.max()),
        float(right.max()),
        float(wrong.max()),
        float(good.max()),
        float(spoken[at]),
        margin,
        float(wrong.max() - good.max()),
        float(wrong[at] - (point[at] + right[at]) / 2),
        max(margin, mistake - float(good[at])),
        float((wrong - good)[asked].max()),
        *map(float, of_point - of_wrong),
        *map(float, np.minimum(of_point, of_right) - of_wrong),
        *map(float, told[0]),
        *map(float, told.max(0)),
        *map(float, told.mean(0)),
    ]
