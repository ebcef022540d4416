"""BM25 over a tokenizer that understands code."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


K1 = 1.5
B = 0.75
"""BM25's usual constants; others changed nDCG@10 on the development queries by 0.003 at most."""


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
    """BM25 (Lucene's variant) over texts, as arrays: for each term the rows that hold it.

    Attributes:
        vocabulary: term to its number; the rows of term t stand at starts[t] : starts[t + 1].
        starts: int64 of shape (terms + 1,).
        rows: int32, ascending within a term.
        weights: float32 beside `rows`: the saturated frequency of the term there, 0 to 1.
        size: number of texts.
    """

    vocabulary: Mapping[str, int]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    size: int

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Indexes `texts`; row i of `scores` belongs to texts[i]."""
        import numpy as np

        counts = [Counter(tokenize(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if counts else 0.0, 1.0))
        held: dict[str, list[tuple[int, float]]] = {}
        for row, count in enumerate(counts):
            for term, n in count.items():
                held.setdefault(term, []).append((row, n / (n + norms[row])))
        postings = [posting for term in held for posting in held[term]]
        return cls(
            {term: number for number, term in enumerate(held)},
            np.cumsum([0, *map(len, held.values())], dtype=np.int64),
            np.array([row for row, _ in postings], dtype=np.int32),
            np.array([weight for _, weight in postings], dtype=np.float32),
            len(texts),
        )

    def scores(self, tokens: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 of every text for a tokenized query, float32 of shape (size,).

        It is divided by the rarity of all the query's terms, known or not: 1 would be a text that
        is full of every one of them, and a query of unknown words scores low everywhere.
        """
        import numpy as np

        scores = np.zeros(self.size, dtype=np.float32)
        total = 0.0
        for term in set(tokens):
            rarity = self.rarity(term)
            total += rarity
            number = self.vocabulary.get(term)
            if number is not None:
                at = slice(self.starts[number], self.starts[number + 1])
                scores[self.rows[at]] += np.float32(rarity) * self.weights[at]
        return scores / np.float32(total) if total else scores

    def rarity(self, term: str) -> float:
        """Inverse document frequency, as Lucene computes it; greatest for an unknown term."""
        number = self.vocabulary.get(term)
        spread = 0 if number is None else int(self.starts[number + 1] - self.starts[number])
        return math.log1p((self.size - spread + 0.5) / (spread + 0.5))

    def holds(self, row: int, term: str) -> bool:
        """Whether text `row` has `term`."""
        number = self.vocabulary.get(term)
        if number is None:
            return False
        held = self.rows[self.starts[number] : self.starts[number + 1]]
        at = int(held.searchsorted(row))
        return at < len(held) and int(held[at]) == row

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`."""
        import numpy as np

        np.savez(folder / "postings.npz", starts=self.starts, rows=self.rows, weights=self.weights)
        (folder / "terms.json").write_text(
            json.dumps(list(self.vocabulary), ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Reads what `save` wrote.

        Raises:
            ValueError: it does not belong to `size` texts, or is damaged.
        """
        import numpy as np

        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        with np.load(folder / "postings.npz", allow_pickle=False) as arrays:
            starts, rows, weights = arrays["starts"], arrays["rows"], arrays["weights"]
        if len(starts) != len(terms) + 1 or int(rows.max(initial=-1)) >= size:
            raise ValueError(f"postings that do not fit {size} texts")
        vocabulary = {term: number for number, term in enumerate(terms)}
        return cls(vocabulary, starts, rows, weights, size)
