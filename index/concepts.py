"""What a query is about, told from the words of those who ask; and which entries answer that."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from index.knowledge import Concept
from index.lexical import tokenize

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHARPNESS = 20.0
"""Of the soft choice between concepts; 10 and 30 did worse by 0.005 on the development queries."""


def concept_texts(concepts: Sequence[Concept]) -> list[str]:
    """What is embedded of the concepts: of each what answers say, then what people ask."""
    return [text for concept in concepts for text in (concept.says, *concept.asked)]


@dataclass(frozen=True)
class ConceptSpace:
    """Concepts with the vectors of their texts: row i is `concept_texts(concepts)[i]`."""

    concepts: tuple[Concept, ...]
    vectors: npt.NDArray[np.float32]

    def active(
        self, vectors: npt.NDArray[np.float32], tokens: Sequence[Sequence[str]]
    ) -> npt.NDArray[np.float32]:
        """How much each query is about each concept, float32 of shape (queries, concepts).

        Cosine with the nearest text of the concept, and the share of rare words in common with the
        nearest one, added; so 2 is a query that stands in the table.
        """
        import numpy as np
        import torch

        # torch's product, not NumPy's: the threads of a second library would wait for cores that
        # those of the embedder still hold.
        cosines = (torch.from_numpy(vectors) @ torch.from_numpy(self.vectors).T).numpy()
        near = np.maximum.reduceat(cosines, self._first, axis=1)
        return near + np.stack([self._alike(query) for query in tokens])

    def says(self) -> tuple[npt.NDArray[np.float32], list[list[str]]]:
        """For each concept the vector and the tokens of what answers say."""
        return self.vectors[self._first], [tokenize(concept.says) for concept in self.concepts]

    def _alike(self, tokens: Sequence[str]) -> npt.NDArray[np.float32]:
        import numpy as np

        common = np.zeros(len(self.vectors), dtype=np.float32)
        weight = 0.0
        for term in set(tokens):
            rarity = self._rarity(term)
            weight += rarity
            common[self._texts_with.get(term, [])] += rarity
        dice = 2 * common / (self._weights + np.float32(weight) + np.float32(1e-9))
        return np.asarray(np.maximum.reduceat(dice, self._first), dtype=np.float32)

    @cached_property
    def _first(self) -> npt.NDArray[np.int64]:
        """Row of each concept's first text."""
        import numpy as np

        return np.cumsum([0, *(1 + len(c.asked) for c in self.concepts[:-1])], dtype=np.int64)

    @cached_property
    def _terms(self) -> list[frozenset[str]]:
        return [frozenset(tokenize(text)) for text in concept_texts(self.concepts)]

    @cached_property
    def _texts_with(self) -> dict[str, list[int]]:
        held: dict[str, list[int]] = {}
        for row, terms in enumerate(self._terms):
            for term in terms:
                held.setdefault(term, []).append(row)
        return held

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(term for terms in self._terms for term in terms)

    def _rarity(self, term: str) -> float:
        return math.log1p(len(self._terms) / (1 + self._spread[term]))

    @cached_property
    def _weights(self) -> npt.NDArray[np.float32]:
        import numpy as np

        weights = [sum(map(self._rarity, terms)) for terms in self._terms]
        return np.array(weights, dtype=np.float32)


SAID = 1.5
"""What BM25 counts beside the cosine when entries are looked for that treat a concept."""

HOME = (0.8, 1.2)
"""An index treats a concept if an entry matches what answers say of it better than the second of
these fused scores, and does not below the first: over the labelled pages, concepts that they treat
reach 1.2 to 1.9, those they touch on 0.9 to 1.2, and the others, by stray words, up to 0.95."""


def at_home(evidence: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How sure it is that any entry treats each concept, 0 to 1, shape (concepts,).

    Args:
        evidence: fused scores of what answers say, shape (concepts, entries).
    """
    import numpy as np

    low, high = HOME
    best = evidence.max(axis=1)
    return np.asarray(np.clip((best - low) / (high - low), 0, 1), dtype=np.float32)


def treated(evidence: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How far each entry treats each concept, from how well it matches what answers say.

    Args:
        evidence: fused scores of shape (concepts, entries).

    Returns:
        The same shape: deviations above a concept's mean over all entries, in units of what the
        best of so many would reach by chance; 0 below the mean, and less where nobody treats it.
    """
    import numpy as np

    spread = evidence.std(axis=1, keepdims=True) + 1e-6
    best = math.sqrt(2 * math.log(max(evidence.shape[1], 3)))
    deviation = (evidence - evidence.mean(axis=1, keepdims=True)) / (spread * best)
    home = at_home(evidence)[:, None]
    return np.asarray(np.maximum(deviation, 0) * home, dtype=np.float32)


def shares(active: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A soft choice of concepts for each query; rows add up to 1."""
    import numpy as np

    share = np.exp(SHARPNESS * (active - active.max(axis=1, keepdims=True)))
    return np.asarray(share / share.sum(axis=1, keepdims=True), dtype=np.float32)


def concept_scores(
    active: npt.NDArray[np.float32], treats: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Evidence of shape (queries, entries): what a query is about, times who treats it.

    Of that product the root: an entry that treats a concept twice as well as another is no twice
    as good an answer, and in a large collection an overview treats many of them best.
    """
    import numpy as np

    scores = np.sqrt(active.max(axis=1, keepdims=True).clip(0) * (shares(active) @ treats))
    return np.asarray(scores, dtype=np.float32)
