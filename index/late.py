"""Late interaction: each word of a query, read in its context, looks for the nearest passage.

One vector of a whole query says what it is about on the average; "which losses take logits, and
what do they divide by" is nearest to whatever is near to both halves.  Word by word, an entry is
near that has a passage for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import TokenVectors

SHORTLIST = 40
"""Entries compared word by word.  By whole vectors and words, the right one is among so many for
99.5% of the development queries over 507 entries; 30 would be 99.2%, 60 99.9% at half more time."""

TOGETHER = 16
"""Queries compared in one product, where there are few entries."""

_WORD = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """The tokens of a query.

    Attributes:
        vectors: of unit length, float32 of shape (tokens, dimension).
        weights: how much each token counts, float32 of shape (tokens,), adding up to 1.
        even: the same where all tokens count alike: a rare word may be a mere aside, and what is
            asked be said in common ones.
    """

    vectors: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    even: npt.NDArray[np.float32]


def weigh(text: str, tokens: TokenVectors, rarity: Callable[[str], float]) -> Asked:
    """The tokens of `text`, each weighed by the rarity of its word.

    A word cut into n tokens weighs as much as √n words: its pieces repeat each other.

    Args:
        text: the query.
        tokens: as the embedder gave them for `text`.
        rarity: of a word, 0 for one that says nothing.
    """
    import numpy as np

    weights = np.zeros(len(tokens.vectors), dtype=np.float32)
    words = list(_WORD.finditer(text))
    if words:
        starts, ends = tokens.spans[:, 0], tokens.spans[:, 1]
        word_of = np.searchsorted([word.start() for word in words], starts, side="right") - 1
        inside = (word_of >= 0) & (ends <= np.array([word.end() for word in words])[word_of])
        pieces = np.bincount(word_of[inside], minlength=len(words))
        rare = np.array([rarity(word.group()) for word in words])
        weights[inside] = (rare / np.maximum(pieces, 1) ** 0.5)[word_of[inside]]
    total = float(weights.sum())
    even = np.full_like(weights, 1 / max(len(weights), 1))
    return Asked(tokens.vectors, weights / total if total else even, even)


def blend(parts: Sequence[tuple[Asked, float]]) -> Asked:
    """Several wordings as one, each by its share."""
    import numpy as np

    return Asked(
        np.concatenate([asked.vectors for asked, _ in parts]),
        np.concatenate([asked.weights * np.float32(share) for asked, share in parts]),
        np.concatenate([asked.even * np.float32(share) for asked, share in parts]),
    )


class Passages:
    """The passages of an index, those of an entry together.

    Args:
        vectors: of unit length, float32 of shape (passages, dimension).
        entry_of: the entry of each passage, int64 of shape (passages,); every number from 0 on.
    """

    def __init__(self, vectors: npt.NDArray[np.float32], entry_of: npt.NDArray[np.int64]) -> None:
        self._vectors = vectors[entry_of.argsort(kind="stable")]
        self._entry_of = entry_of

    def nearest(
        self, asked: Sequence[Asked], entries: Sequence[npt.NDArray[np.int64]]
    ) -> Iterator[npt.NDArray[np.float32]]:
        """For each query the cosines of its tokens with the nearest passage of each of its entries.

        Args:
            asked: the queries.
            entries: for each, those to be looked at.

        Yields:
            For each query, float32 of shape (entries, tokens).
        """
        for start in range(0, len(asked), self._together):
            some = slice(start, start + self._together)
            yield from self._nearest(asked[some], entries[some])

    def _nearest(
        self, asked: Sequence[Asked], entries: Sequence[npt.NDArray[np.int64]]
    ) -> Iterator[npt.NDArray[np.float32]]:
        import numpy as np
        import torch

        different, which = np.unique(np.concatenate(entries), return_inverse=True)
        lengths = self._starts[different + 1] - self._starts[different]
        first = np.cumsum(lengths) - lengths
        gathered = np.arange(lengths.sum()) + np.repeat(self._starts[different] - first, lengths)
        rows = self._vectors[gathered]
        tokens = np.concatenate([one.vectors for one in asked])
        # torch's product, not NumPy's: the threads of a second library would wait for cores that
        # those of the embedder still hold.
        cosines = torch.from_numpy(rows) @ torch.from_numpy(tokens).T
        near: npt.NDArray[np.float32] = np.maximum.reduceat(cosines.numpy(), first, axis=0)
        entry = token = 0
        for one, chosen in zip(asked, entries, strict=True):
            yield near[which[entry : entry + len(chosen)], token : token + len(one.vectors)]
            entry, token = entry + len(chosen), token + len(one.vectors)

    @cached_property
    def _starts(self) -> npt.NDArray[np.int64]:
        """Where the passages of each entry begin, and those of the last end."""
        import numpy as np

        return np.cumsum([0, *np.bincount(self._entry_of)])

    @cached_property
    def _together(self) -> int:
        """How many queries to compare in one product.

        Where a shortlist holds a good part of all entries, queries share most of theirs.
        Elsewhere each would be compared with what only the others look at.
        """
        return TOGETHER if len(self._starts) <= 4 * SHORTLIST else 1
