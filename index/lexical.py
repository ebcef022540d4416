"""BM25 over a tokenizer that understands code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+(?:[._][^\W_]+)*_?")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

STOPWORDS = frozenset(
    """
    a an and are as at be been but by can could did do does doing for from had has have how i if in
    into is it its me my of on or our should so such than that the their them then there these they
    this those to us was we were what when where which while who whom why will with would you your
    tell explain please im dont
    """.split()
)
"""English function words and the verbs of asking, which every question shares."""

SYNONYMS = {
    "amp": "mixed precision",
    "bn": "batch normalization",
    "ce": "cross entropy",
    "ckpt": "checkpoint",
    "cnn": "convolution network",
    "ddp": "distributed data parallel",
    "fsdp": "fully sharded data parallel",
    "gd": "gradient descent",
    "grads": "gradients",
    "ln": "layer normalization",
    "lr": "learning rate",
    "mha": "multi head attention",
    "nll": "negative log likelihood",
    "oom": "out of memory",
    "optim": "optimizer",
    "sdpa": "scaled dot product attention",
    "sgd": "stochastic gradient descent",
    "wd": "weight decay",
}
"""What people type for it, in the words that answers use; both are searched."""


@lru_cache(maxsize=1)
def _stemmer() -> Any:  # noqa: ANN401
    import Stemmer

    return Stemmer.Stemmer("english")


def tokenize(text: str) -> list[str]:
    """Lower-case stems of words, and for code both the whole name and its parts.

    `nn.CrossEntropyLoss` gives `nn.crossentropyloss`, `crossentropyloss`, and the stems of nn,
    cross, entropy and loss; `zero_grad` gives `zero_grad`, zero and grad.  Abbreviations
    bring their long form along (`SYNONYMS`).
    """
    words: list[str] = []
    names: list[str] = []
    for match in _WORD.finditer(text):
        raw = match.group()
        pieces = raw.lower().split(".")
        if len(pieces) > 1:
            names.append(raw.lower())
        for piece in raw.split("."):
            parts = [part.lower() for part in _PART.findall(piece)] or [piece.lower()]
            if len(parts) > 1 or "_" in piece:
                names.append(piece.lower())
            words.extend(parts)
            for spelling in {*parts, piece.lower()}:
                words.extend(SYNONYMS.get(spelling, "").split())
    kept = [word for word in words if len(word) > 1 and word not in STOPWORDS]
    return [*_stemmer().stemWords(kept), *names]


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75: bm25s's defaults) over chunk texts."""

    _bm25: Any
    size: int
    vocabulary: frozenset[str] = field(default=frozenset())

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Indexes `texts`; row i of `scores` belongs to texts[i]."""
        import bm25s

        bm25 = bm25s.BM25()
        tokens = [tokenize(text) for text in texts]
        if any(tokens):
            bm25.index(tokens, show_progress=False)
        return cls(bm25, len(texts), frozenset(t for row in tokens for t in row))

    def scores(self, tokens: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 of every text for a tokenized query, float32 of shape (size,)."""
        import numpy as np

        known = [token for token in tokens if token in self.vocabulary]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`."""
        self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Reads what `save` wrote.

        Raises:
            ValueError: it holds another number of texts than `size`.
        """
        import bm25s

        bm25 = bm25s.BM25.load(str(folder), load_corpus=False, show_progress=False)
        if bm25.scores["num_docs"] != size:
            raise ValueError(f"{bm25.scores['num_docs']} texts, not {size}")
        return cls(bm25, size, frozenset(bm25.vocab_dict))
