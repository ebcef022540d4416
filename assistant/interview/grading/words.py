"""The words of a statement and how near they are to each other in meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.interview.grading.polarity import SPELT, digits, tables
from index.lexical import STOPWORDS, tokenize

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOKEN = re.compile(r"[A-Za-z_]+(?:[-.'’][A-Za-z_]+)*\d*\w*|\d+(?:[.,]\d+)*(?:e-?\d+)?%?")
_SAME = {
    "bf16": "bfloat16", "fp16": "float16", "fp32": "float32", "fp64": "float64", "fp8": "float8",
}  # fmt: skip
NEAR, FULL = 0.45, 0.95
"""Cosine of two words from which on they are akin at all, and from which on they are the same."""
REACH = 5
"""Words in front of which a negation is felt."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as written in lower case, its stem, and whether a negation reaches it."""

    text: str
    stem: str
    negated: bool
    at: int


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[Word, ...]:
    """The content words of a statement in order; numbers are in digits."""
    plain = text.lower().replace("’", "'")
    tokens = [t.strip(".'") for t in _TOKEN.findall(plain)]
    negators = tables().negations
    negated_at = [
        n
        for n, token in enumerate(tokens)
        if token.replace("'", "") in negators
        or (n + 1 < len(tokens) and f"{token} {tokens[n + 1]}" in negators)
    ]
    found = []
    for n, written in enumerate(tokens):
        if not written or written in STOPWORDS or n in negated_at:
            continue
        token = _SAME.get(written, written)
        number = digits(SPELT.get(token, token)) if token[0].isdigit() or token in SPELT else ""
        stems = tokenize(token)
        stem = number or (stems[0] if len(stems) == 1 else token)
        negated = sum(n - REACH <= at < n for at in negated_at) % 2 == 1
        found.append(Word(number or token, stem, negated, n))
    return tuple(found)


class Kinship:
    """How near words are in meaning, by their vectors.

    Args:
        vectors: of each word, float32 of shape (dimension,), length one.
    """

    def __init__(self, vectors: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self._vectors = vectors

    def table(self, one: Sequence[Word], other: Sequence[Word]) -> npt.NDArray[np.float64]:
        """float64 of shape (len(one), len(other)): 0 for strangers to 1 for the same stem."""
        import numpy as np

        if not one or not other:
            return np.zeros((len(one), len(other)))
        left = np.stack([self._vectors[w.text] for w in one])
        right = np.stack([self._vectors[w.text] for w in other])
        near: npt.NDArray[np.float64] = np.zeros((len(one), len(other)))
        np.clip((left @ right.T - NEAR) / (FULL - NEAR), 0.0, 0.9, out=near)
        for n, a in enumerate(one):
            for m, b in enumerate(other):
                if a.stem == b.stem:
                    near[n, m] = 1.0
                elif a.text[0].isdigit() or b.text[0].isdigit():
                    near[n, m] = 0.0
        return near
