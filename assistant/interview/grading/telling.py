"""On which side a piece of an answer stands, by the words that tell a right wording from a wrong.

Both wordings share most of their words. What is in one alone, which words stand together, and in
which order, is what the piece is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from assistant.interview.grading.words import Kinship, Word, words_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAMES = ("leaning", "wrong_hit", "right_hit", "hits", "bound", "ordered")
_OTHER = 0.35
"""What a word counts that stands in a text with the opposite negation."""
_OWN = 0.6
"""Kinship below which a word counts as one that the other wording does not have."""
_FAR = 8
"""Content words between two words from which on they do not stand together."""


def telling(
    right: Sequence[str],
    wrong: str,
    piece: str,
    kinship: Kinship,
    rarity: Mapping[str, float],
) -> list[float]:
    """The signs in the order of `NAMES`: above zero for the wrong side, but for `right_hit`.

    Args:
        right: the statement, and the same in other words.
        wrong: the opposite.
        piece: of the answer.
        kinship: of the words of all of these.
        rarity: how much each stem tells.
    """
    import numpy as np

    said = words_of(piece)
    good = [word for text in right for word in words_of(text)]
    bad = words_of(wrong)
    if not said or not good or not bad:
        return [0.0] * len(NAMES)
    to_good, to_bad = _signed(said, good, kinship), _signed(said, bad, kinship)
    weights = np.array([rarity.get(word.stem, 1.0) for word in said])
    near_good, near_bad = to_good.max(1), to_bad.max(1)
    both = float((weights * np.maximum(near_good, near_bad)).sum())
    leaning = float((weights * (near_bad - near_good)).sum()) / both if both else 0.0
    across = _signed(bad, good, kinship)
    wrong_hit = _hit(bad, across.max(1), to_bad.max(0), rarity)
    right_hit = _hit(good, across.max(0), to_good.max(0), rarity)
    bound, ordered = _together([words_of(text) for text in right], bad, said)
    return [leaning, wrong_hit, right_hit, wrong_hit - right_hit, bound, ordered]


def _signed(
    one: Sequence[Word], other: Sequence[Word], kinship: Kinship
) -> npt.NDArray[np.float64]:
    """Kinship, less where a negation reaches one word and not the other."""
    import numpy as np

    agree = np.equal.outer([w.negated for w in one], [w.negated for w in other])
    return kinship.table(one, other) * np.where(agree, 1.0, _OTHER)


def _hit(
    words: Sequence[Word],
    shared: npt.NDArray[np.float64],
    heard: npt.NDArray[np.float64],
    rarity: Mapping[str, float],
) -> float:
    """How much of what one wording alone has was heard; one half where it has nothing alone."""
    own = [n for n, near in enumerate(shared) if near < _OWN]
    total = sum(rarity.get(words[n].stem, 1.0) for n in own)
    if not total:
        return 0.5
    return sum(rarity.get(words[n].stem, 1.0) * float(heard[n]) for n in own) / total


def _together(
    right: Sequence[Sequence[Word]], wrong: Sequence[Word], said: Sequence[Word]
) -> tuple[float, float]:
    """Whether words stand together, and follow each other, as in the wrong wording; -1 to 1."""
    here = _pairs(said)
    bad = _pairs(wrong)
    good: dict[tuple[str, str], tuple[float, int]] = {}
    for text in right:
        for pair, (near, order) in _pairs(text).items():
            if near > good.get(pair, (0.0, 0))[0]:
                good[pair] = (near, order)
    # Only pairs of words that all three could have joined.
    stems = {w.stem for w in said} & {w.stem for w in wrong}
    stems &= {w.stem for text in right for w in text}
    bound = total = ordered = turned = 0.0
    for pair in combinations(sorted(stems), 2):
        near, way = here.get(pair, (0.0, 0))
        in_good, good_way = good.get(pair, (0.0, 0))
        in_bad, bad_way = bad.get(pair, (0.0, 0))
        bound += near * (in_bad - in_good)
        total += near * abs(in_bad - in_good)
        if good_way * bad_way < 0 and way:
            weight = min(near, in_good, in_bad)
            turned += weight
            ordered += weight if way == bad_way else -weight
    return (bound / total if total else 0.0), (ordered / turned if turned else 0.0)


def _pairs(words: Sequence[Word]) -> dict[tuple[str, str], tuple[float, int]]:
    """For two stems, in alphabetical order, how near they come, 0 to 1, and which is first."""
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for n, one in enumerate(words):
        for m in range(n + 1, min(len(words), n + _FAR)):
            other = words[m]
            if one.stem == other.stem:
                continue
            straight = one.stem < other.stem
            pair = (one.stem, other.stem) if straight else (other.stem, one.stem)
            near = 1.0 / (m - n)
            if near > found.get(pair, (0.0, 0))[0]:
                found[pair] = (near, 1 if straight else -1)
    return found
