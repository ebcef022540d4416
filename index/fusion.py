"""The few numbers by which evidence is weighed; fitted by `python -m eval.tuning`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

SHIPPED = "fusion.json"


@dataclass(frozen=True, slots=True)
class Fusion:
    """How entries are ranked, and when they are said to answer.

    Attributes:
        dense: weight of the cosines of the entry's nearest passages or titles, word by word.
        even: the share in that of all words alike; in the rest rare words count more.
        lexical: weight of BM25, as `LexicalIndex.scores` scales it.
        concept: weight of what the query is about, as `concepts.concept_scores` scales it.
        worded_even, worded_lexical, worded_concept: the same for an index whose entries bring other
            wordings of their questions along, and so are found by them; see `weights`.
        confidence: weights of the logistic over `scope.Signs`, by name; `bias` among them.
        threshold: a confidence below it means that the documents do not answer.
    """

    dense: float
    even: float
    lexical: float
    concept: float
    worded_even: float
    worded_lexical: float
    worded_concept: float
    confidence: Mapping[str, float]
    threshold: float

    def weights(self, worded: float) -> tuple[float, float, float, float]:
        """Those of words by rarity, words alike, BM25 and concepts, for all entries of an index.

        Args:
            worded: the share of its entries that bring other wordings along.
        """
        even = (1 - worded) * self.even + worded * self.worded_even
        return (
            self.dense * (1 - even),
            self.dense * even,
            (1 - worded) * self.lexical + worded * self.worded_lexical,
            (1 - worded) * self.concept + worded * self.worded_concept,
        )

    def confident(self, signs: Mapping[str, float]) -> float:
        """The logistic of the signs, 0 to 1."""
        z = self.confidence.get("bias", 0.0)
        z += sum(self.confidence.get(name, 0.0) * value for name, value in signs.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, z))))

    def to_json(self) -> dict[str, Any]:
        """As `index/fusion.json` has it."""
        return asdict(self)


@lru_cache(maxsize=1)
def shipped_fusion() -> Fusion:
    """What the development queries gave; a new index takes it along."""
    raw = json.loads(files("index").joinpath(SHIPPED).read_text(encoding="utf-8"))
    return Fusion(**raw)
