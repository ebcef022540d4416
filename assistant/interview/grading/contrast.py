"""The signs of a key point for which it is known how it is said rightly and how wrongly.

A piece of an answer that denies a statement is near to both; what tells is to which it is nearer,
on which side of every pair of opposites, number and negation it stands, and where it lies in the
space of `siding`, which was learned for this.
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

SIDES = (
    "side_right", "side_wrong", "side_lean", "side_lean_here", "side_lean_there",
    "side_lean_most", "side_lean_mean", "side_lean_soft", "side_opposed_lean", "side_spoken",
    "side_rival", "side_lean_two",
)  # fmt: skip
_TOLD = tuple(f"{name}{of}" for of in ("", "_most", "_mean") for name in TELLING)
NAMES = (
    "said_point", "said_right", "said_wrong", "best_right", "best_any",
    "wrong_here", "wrong_anywhere", "wrong_to_mean", "wrong_or_mistake", "wrong_near",
    *(f"{name}_point" for name in DENIAL), *(f"{name}_least" for name in DENIAL), *_TOLD, *SIDES,
)  # fmt: skip
_NEAR = 0.08
"""How far below the best cosine a piece may lie to be asked on which side it stands."""
_SHARPNESS = 20.0
"""What cosines are multiplied by where near wordings are to count most."""
_MOST = 5
"""Pieces that are asked."""
_MOST_WORDS = 45
"""A longer piece says too much besides."""


@dataclass(frozen=True, slots=True)
class Ways:
    """A key point with what is held against the answer beside it.

    Attributes:
        point: the statement of the rubric.
        right: the same in other words, in one or more ways.
        wrong: what turns it round, each in its own way.
        mistakes: the common mistakes of the entry.
        fellows: its other key points.
    """

    point: Statement
    right: Sequence[Statement]
    wrong: Sequence[Statement]
    mistakes: Sequence[Statement]
    fellows: Sequence[Statement]


def contrast(ways: Ways, said: Said, rarity: Mapping[str, float]) -> tuple[int, list[float]]:
    """The piece that speaks most of the matter, and its signs in the order of `NAMES`.

    Args:
        ways: the key point.
        said: the answer, of one piece at least.
        rarity: how much each stem tells.
    """
    import numpy as np

    point = said.vectors @ ways.point.vector
    right = np.stack([said.vectors @ one.vector for one in ways.right or [ways.point]]).max(0)
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
    rights = (ways.point.text, *(one.text for one in ways.right))
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
        for one in (ways.point, (*ways.right, ways.point)[0], opposite)
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
        *_sides(ways, said, at),
    ]


def _sides(ways: Ways, said: Said, at: int) -> list[float]:
    """The signs in the order of `SIDES`: cosines in the space of `siding`, above zero for wrong."""
    import numpy as np

    right = said.sided @ np.stack([one.sided for one in (ways.point, *ways.right)]).T
    wrong = said.sided @ np.stack([one.sided for one in ways.wrong]).T
    good, bad = right.max(1), wrong.max(1)
    lean = bad - good
    spoken = np.maximum(good, bad)
    there = int(spoken.argmax())
    asked = spoken >= spoken[there] - _NEAR
    soft = _soft(wrong[there]) - _soft(right[there])
    rival = max((float(one.sided @ said.sided[there]) for one in ways.fellows), default=0.0)
    made = max((float(one.sided @ said.sided[there]) for one in ways.mistakes), default=0.0)
    return [
        float(good.max()),
        float(bad.max()),
        float(bad.max() - good.max()),
        float(lean[at]),
        float(lean[there]),
        float(lean[asked].max()),
        float(wrong[there].mean() - right[there].mean()),
        soft,
        max(float(lean[there]), made - float(good[there])),
        float(spoken[there]),
        rival - float(spoken[there]),
        float(np.sort(wrong[there])[-2:].mean() - np.sort(right[there])[-2:].mean()),
    ]


def _soft(cosines: npt.NDArray[np.float32]) -> float:
    """Their logarithmic mean, in which the near ones count most."""
    import numpy as np

    return float(np.log(np.exp(_SHARPNESS * cosines).mean()) / _SHARPNESS)
