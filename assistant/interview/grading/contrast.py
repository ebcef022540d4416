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

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAMES = (
    "said_point", "said_right", "said_wrong", "best_right", "best_any",
    "wrong_here", "wrong_anywhere", "wrong_to_mean", "wrong_or_mistake",
    *(f"{name}_point" for name in DENIAL), *(f"{name}_least" for name in DENIAL),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ways:
    """A key point with what is held against the answer beside it.

    Attributes:
        point: the statement of the rubric.
        right: the same in other words.
        wrong: the opposite of it.
        mistakes: the common mistakes of the entry.
    """

    point: Statement
    right: Statement
    wrong: Statement
    mistakes: Sequence[Statement]


def contrast(ways: Ways, said: Said, rarity: Mapping[str, float]) -> tuple[int, list[float]]:
    """The piece that speaks most of the matter, and its signs in the order of `NAMES`.

    Args:
        ways: the key point.
        said: the answer, of one piece at least.
        rarity: how much each stem tells.
    """
    import numpy as np

    point, right, wrong = (
        said.vectors @ one.vector for one in (ways.point, ways.right, ways.wrong)
    )
    good: npt.NDArray[np.float32] = np.maximum(point, right)
    at = int(np.maximum(good, wrong).argmax())
    mistake = -1.0
    if ways.mistakes:
        nearest = max(ways.mistakes, key=lambda one: float(one.vector @ ways.point.vector))
        mistake = float(said.vectors[at] @ nearest.vector)
    margin = float(wrong[at] - good[at])
    piece = said.units[at].text
    of_point, of_right, of_wrong = (
        np.array(denial(one.text, piece, said.kinship, rarity))
        for one in (ways.point, ways.right, ways.wrong)
    )
    return at, [
        float(point.max()),
        float(right.max()),
        float(wrong.max()),
        float(good.max()),
        float(max(good.max(), wrong.max())),
        margin,
        float(wrong.max() - good.max()),
        float(wrong[at] - (point[at] + right[at]) / 2),
        max(margin, mistake - float(good[at])),
        *map(float, of_point - of_wrong),
        *map(float, np.minimum(of_point, of_right) - of_wrong),
    ]
