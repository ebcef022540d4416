"""The signs by which a statement of a rubric counts as said, missed or denied."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.interview.grading.denial import NAMES as DENIAL
from assistant.interview.grading.denial import denial
from assistant.interview.grading.polarity import polarity
from assistant.interview.grading.units import Unit
from assistant.interview.grading.words import Kinship, words_of
from index.lexical import STOPWORDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAMES = (
    "bias", "cosine", "cosine_whole", "cosine_next", "cosine_beyond", "mean_cosine",
    "soft_recall", "soft_recall_whole", "recall", "recall_whole", "precision", "names",
    "rival", "rank", "asked", "echo", "question_whole",
    "mistake_nearer", "mistake_cosine", "function_words", "function_here", "commas", "words_here",
    *DENIAL, *(f"{name}_near" for name in DENIAL), "doubt_opposite", "doubt_negation",
    "side_here", "side_best", "side_lost", "side_opposed", "pieces", "words",
    "listing_here", "listing", "idle_here", "idle",
)  # fmt: skip
_NAME = re.compile(
    r"`[^`]+`|\b[A-Za-z]\w*(?:[._]\w+)+\b|\b[a-z]+[A-Z]\w*\b|\b[A-Z][a-z]+[A-Z]\w*\b"
)
_LETTERS = re.compile(r"[A-Za-z']+")
_NEAR = 0.15
"""How far below the best cosine a piece may lie to be heard for a denial."""
_MOST_WORDS = 45


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, ready to be compared: its pieces and their vectors.

    `vectors` is float32 of shape (pieces, dimension), rows of length one, and `sided` the same in
    the space of `siding`, rows of zeros where a piece is too long to take one side; `whole` is the
    vector of all the answer and `question` that of what was asked, of shape (dimension,).
    `listing` and `idle` are chances of shape (pieces,); see `Weights`.
    """

    text: str
    units: Sequence[Unit]
    vectors: npt.NDArray[np.float32]
    sided: npt.NDArray[np.float32]
    whole: npt.NDArray[np.float32]
    question: npt.NDArray[np.float32]
    listing: npt.NDArray[np.float64]
    idle: npt.NDArray[np.float64]
    kinship: Kinship


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a rubric with its vectors, float32 of shape (dimension,); see `Said`."""

    text: str
    vector: npt.NDArray[np.float32]
    sided: npt.NDArray[np.float32]


def best_unit(statement: Statement, said: Said, rarity: Mapping[str, float]) -> int | None:
    """Which piece speaks most of what the statement says; None for an answer without pieces."""
    if not said.units:
        return None
    near = said.vectors @ statement.vector
    scores = [
        float(near[n]) + 0.5 * _recall(statement.text, unit.text, rarity)
        for n, unit in enumerate(said.units)
    ]
    return max(range(len(scores)), key=scores.__getitem__)


def signs(
    statement: Statement,
    said: Said,
    at: int,
    question: str,
    fellows: Sequence[Statement],
    opposed: Sequence[Statement],
    rarity: Mapping[str, float],
) -> list[float]:
    """The signs of one statement against the piece `at` of an answer, in the order of `NAMES`.

    Args:
        statement: a key point, or a common mistake.
        said: the answer.
        at: index of the piece that speaks of it.
        question: what was asked; words that stand in it already are no evidence.
        fellows: the others of its kind in the same entry.
        opposed: the common mistakes for a key point, the key points for a mistake.
        rarity: how much each stem tells.
    """
    import numpy as np

    unit = said.units[at]
    near = said.vectors @ statement.vector
    cosine = float(near[at])
    mistake = max((float(m.vector @ said.vectors[at]) for m in opposed), default=0.0)
    rival = max((float(f.vector @ said.vectors[at]) for f in fellows), default=0.0)
    whole = float(said.whole @ statement.vector)
    wholes = [float(said.whole @ f.vector) for f in fellows]
    words = _LETTERS.findall(said.text.lower())
    here = _LETTERS.findall(unit.text.lower())
    commas = said.text.count(",") / max(1, len(words))
    names = {n.strip("`").lower() for n in _NAME.findall(statement.text)}
    has_names = sum(name in said.text.lower() for name in names) / len(names) if names else 0.5
    ranked = np.sort(near)[::-1]
    asked = set(polarity(question).words)
    unasked = said.vectors[at] - said.question * float(said.vectors[at] @ said.question)
    beyond = statement.vector - said.question * float(statement.vector @ said.question)
    scale = float(np.linalg.norm(unasked) * np.linalg.norm(beyond))
    stems = set(polarity(unit.text).words)
    against = [denial(statement.text, unit.text, said.kinship, rarity)]
    against += [
        denial(statement.text, said.units[n].text, said.kinship, rarity)
        for n in np.argsort(-near)[:6]
        if n != at and near[n] >= cosine - _NEAR and len(said.units[n].text.split()) <= _MOST_WORDS
    ]
    first, most = against[0], np.max(against, axis=0)
    short = int(np.where(said.sided.any(1), near, -1.0).argmax())
    sides = said.sided @ statement.sided
    return [
        1.0,
        cosine,
        whole,
        float(ranked[min(2, len(ranked) - 1)]),
        float(unasked @ beyond) / scale if scale else 0.0,
        float(np.mean([whole, *wholes])),
        _soft_recall(statement.text, unit.text, said.kinship, rarity, asked),
        _soft_recall(statement.text, said.text, said.kinship, rarity, asked),
        _recall(statement.text, unit.text, rarity, without=asked),
        _recall(statement.text, said.text, rarity, without=asked),
        _recall(unit.text, statement.text, rarity),
        has_names,
        max(0.0, rival - cosine),
        sum(w > whole for w in wholes) / max(1, len(wholes)),
        float(statement.vector @ said.question),
        len(stems & asked) / max(1, len(stems)),
        float(said.whole @ said.question),
        max(0.0, mistake - cosine),
        mistake,
        _function(words),
        _function(here),
        min(commas, 0.5),
        min(len(here), 40) / 40,
        *first,
        *(float(x) for x in most),
        cosine * max(first[2] - first[3], 0.0),
        cosine * first[4],
        float(sides[short]),
        float(sides.max()),
        float(near[short] - sides[short]),
        max((float(o.sided @ said.sided[short]) for o in opposed), default=0.0),
        math.log1p(len(said.units)),
        math.log1p(len(said.text.split())),
        float(said.listing[at]),
        float(said.listing.mean()),
        float(said.idle[at]),
        float(said.idle.mean()),
    ]


_FUNCTION = frozenset(
    "not no only also just because but while more less than too very each every any all some same"
    " other both one two after before during until again once up out off over under between through"
    " without within get gets got make makes use uses need needs want like even still".split()
)


def _function(words: Sequence[str]) -> float:
    return sum(w in STOPWORDS or w in _FUNCTION for w in words) / max(1, len(words))


def _soft_recall(
    wanted: str, text: str, kinship: Kinship, rarity: Mapping[str, float], asked: set[str]
) -> float:
    """Share of what the words of `wanted` tell that stands in `text`, or something akin."""
    ours, theirs = words_of(wanted), words_of(text)
    if not ours or not theirs:
        return 0.0
    best = kinship.table(ours, theirs).max(1)
    weights = [rarity.get(w.stem, 1.0) * (0.3 if w.stem in asked else 1.0) for w in ours]
    return float(sum(w * b for w, b in zip(weights, best, strict=True)) / sum(weights))


def _recall(
    wanted: str,
    text: str,
    rarity: Mapping[str, float],
    without: set[str] | frozenset[str] = frozenset(),
) -> float:
    """Share of what the words of `wanted` tell that stands in `text`."""
    have = set(polarity(text).words)
    weights = {
        word: rarity.get(word, 1.0) * (0.3 if word in without else 1.0)
        for word in set(polarity(wanted).words)
    }
    total = sum(weights.values())
    return sum(w for word, w in weights.items() if word in have) / total if total else 0.0


def rarities(texts: Sequence[str]) -> dict[str, float]:
    """How much each stem tells: from 0.3 for what stands everywhere to 1."""
    counts = Counter(word for text in texts for word in set(polarity(text).words))
    top = math.log(len(texts) + 1)
    return {word: max(0.3, (top - math.log(n)) / top) for word, n in counts.items()}
