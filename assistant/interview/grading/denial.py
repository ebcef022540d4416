"""Signs that a piece of an answer denies a statement: aligned words set against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.interview.grading.polarity import stance, tables
from assistant.interview.grading.words import Kinship, Word, words_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAMES = (
    "opposite", "agreeing", "opposite_local", "agreeing_local", "negation_differs",
    "negation_agrees", "numbers_missing", "numbers_other", "swapped", "crossed", "straight",
)  # fmt: skip
_AROUND = 4
"""Content words on either side that are a word's surroundings."""
_ALIKE = 0.5
"""Kinship from which on two words are taken for each other."""
_PART = re.compile(r"[;,:.]\s+|\s+(?:and|but|while|whereas|or)\s+")


def denial(
    statement: str, piece: str, kinship: Kinship, rarity: Mapping[str, float]
) -> list[float]:
    """The signs in the order of `NAMES`; each is 0 where it does not speak.

    Args:
        statement: of the rubric.
        piece: of the answer.
        kinship: of the words of both.
        rarity: how much each stem tells.
    """
    how = stance(piece, statement)
    wanted, said = words_of(statement), words_of(piece)
    near = kinship.table(wanted, said)
    opposite, agreeing = _sides(wanted, said, near)
    differs, agrees = _negations(wanted, said, near, rarity)
    crossed, straight = _bound(statement, piece, kinship)
    return [
        float(min(how.opposite, 2)), float(min(how.agreeing, 2)), opposite, agreeing,
        differs, agrees, how.numbers_missing, how.numbers_other, how.swapped, crossed, straight,
    ]  # fmt: skip


def _sides(
    wanted: Sequence[Word], said: Sequence[Word], near: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """The strongest pair of opposites, and of equals, weighed by their surroundings."""
    pairs = tables().pairs
    opposite = agreeing = 0.0
    for n, here in enumerate(wanted):
        sides = dict(pairs.get(here.text, ()))
        if not sides:
            continue
        for m, there in enumerate(said):
            facing = [(sides[p], side) for p, side in pairs.get(there.text, ()) if p in sides]
            if not facing:
                continue
            same = any(a == b for a, b in facing) == (here.negated == there.negated)
            context = _surroundings(near, n, m)
            if same:
                agreeing = max(agreeing, context)
            else:
                opposite = max(opposite, context)
    return opposite, agreeing


def _surroundings(near: npt.NDArray[np.float64], n: int, m: int) -> float:
    """Mean kinship of the words around the n-th wanted and the m-th said; 0 to 1."""
    rows = [i for i in range(max(0, n - _AROUND), min(near.shape[0], n + _AROUND + 1)) if i != n]
    columns = [
        j for j in range(max(0, m - _AROUND - 1), min(near.shape[1], m + _AROUND + 2)) if j != m
    ]
    if not rows or not columns:
        return 0.3
    return float(near[rows][:, columns].max(1).mean())


def _negations(
    wanted: Sequence[Word],
    said: Sequence[Word],
    near: npt.NDArray[np.float64],
    rarity: Mapping[str, float],
) -> tuple[float, float]:
    """Weights of the aligned words that are negated in one alone, and alike in both."""
    differs = agrees = total = 0.0
    for n, here in enumerate(wanted):
        weight = rarity.get(here.stem, 1.0)
        total += weight
        if not said:
            continue
        m = int(near[n].argmax())
        if near[n, m] < _ALIKE:
            continue
        if here.negated != said[m].negated:
            differs += weight * near[n, m]
        elif here.negated:
            agrees += weight * near[n, m]
    return (differs / total, agrees / total) if total else (0.0, 0.0)


def _bound(statement: str, piece: str, kinship: Kinship) -> tuple[float, float]:
    """Whether what is said of two things is said of the other one instead.

    "float16 has more digits; bfloat16 has more range" binds digits to the one and range to the
    other.  Parts of the piece that name one thing alone show what it binds to each.
    """
    parts = _parts(statement)
    ours = _parts(piece)
    crossed = straight = 0.0
    for n, one in enumerate(parts):
        for other in parts[n + 1 :]:
            for a in one:
                for b in other:
                    if not _contrast(a, b, one, other):
                        continue
                    first = [p for p in ours if _names(p, a) and not _names(p, b)]
                    second = [p for p in ours if _names(p, b) and not _names(p, a)]
                    if not first or not second:
                        continue
                    told, tells = _rest(one, a, other), _rest(other, b, one)
                    if not told or not tells:
                        continue
                    as_is = _best(told, first, kinship) + _best(tells, second, kinship)
                    other_way = _best(told, second, kinship) + _best(tells, first, kinship)
                    if as_is + other_way > 0:
                        margin = (other_way - as_is) / 2
                        crossed, straight = max(crossed, margin), max(straight, -margin)
    return crossed, straight


@lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[tuple[Word, ...], ...]:
    return tuple(words for part in _PART.split(text) if (words := words_of(part)))


def _contrast(a: Word, b: Word, one: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether two words are what the two parts are about: names of one kind, or opposites."""
    if a.stem == b.stem or _names(one, b) or _names(other, a):
        return False
    pairs = tables().pairs
    sides = dict(pairs.get(a.text, ()))
    if any(sides.get(pair, side) != side for pair, side in pairs.get(b.text, ())):
        return True
    return _is_name(a.text) and _is_name(b.text)


def _is_name(text: str) -> bool:
    return any(c.isdigit() or c in "_." for c in text) and not text[0].isdigit()


def _names(part: Sequence[Word], word: Word) -> bool:
    return any(w.stem == word.stem for w in part)


def _rest(part: Sequence[Word], about: Word, other: Sequence[Word]) -> list[Word]:
    shared = {w.stem for w in other}
    return [w for w in part if w.stem != about.stem and w.stem not in shared]


def _best(told: Sequence[Word], parts: Sequence[Sequence[Word]], kinship: Kinship) -> float:
    """How much of what was told stands in one of the parts; 0 to 1."""
    return max(float(kinship.table(told, part).max(1).mean()) for part in parts)
