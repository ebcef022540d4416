"""What speaks for each entry: its passages, its words, the concepts it treats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from index import language, late
from index.adapter import Adapter, shipped_adapter
from index.concepts import SAID, at_home, concept_scores, shares, treated
from index.fusion import Fusion
from index.lexical import tokenize
from index.spelling import Speller
from index.types import Blend

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.disk import Stored
    from index.embed import SentenceEmbeddings

CANDIDATES = 400
"""Nearest chunks looked at; entries beyond them count as no nearer than the last of these."""

RARITIES = 50_000
"""Words whose rarity is remembered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each entry, one row a query, columns in the order of `Scorer.ids`.

    Attributes:
        queries: as they were given.
        texts: the same in English, spelt right.
        tokens: their terms.
        scores, rows: cosines of the nearest chunks, best first, and which chunks these are.
        dense, lexical, concept: float32 of shape (queries, entries).
        near: the same shape, word by word what `dense` is as a whole; entries beyond the shortlist
            count as no nearer than the furthest of it.
        even: the same with all words alike.
        weakest: the same of the word for which an entry has least.
        active: how much each query is about each concept, shape (queries, concepts).
    """

    queries: list[str]
    texts: list[str]
    tokens: list[list[str]]
    scores: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]
    dense: npt.NDArray[np.float32]
    lexical: npt.NDArray[np.float32]
    concept: npt.NDArray[np.float32]
    near: npt.NDArray[np.float32]
    even: npt.NDArray[np.float32]
    weakest: npt.NDArray[np.float32]
    active: npt.NDArray[np.float32]


class Scorer:
    """Scores the entries of an index for queries, by each kind of evidence.

    Attributes:
        ids: of the entries that stand for their twins; row i of the lexical index is ids[i].
        entry_of: for each chunk the place of its entry in `ids`, int64 of shape (chunks,).
        speller: knows the words of the index and of the embedder.
    """

    def __init__(self, stored: Stored, embedder: SentenceEmbeddings, fusion: Fusion) -> None:
        """Takes an index, the embedder that made it, and how to weigh its evidence."""
        import numpy as np

        self._stored = stored
        self._embedder = embedder
        self.ids = list(dict.fromkeys(chunk.entry_id for chunk in stored.chunks))
        at = {entry_id: n for n, entry_id in enumerate(self.ids)}
        self.entry_of = np.array([at[c.entry_id] for c in stored.chunks], dtype=np.int64)
        worded = {entry.id for entry in stored.library.entries if entry.aliases}
        self._weights = fusion.weights(len(worded & set(self.ids)) / max(len(self.ids), 1))
        self.speller = Speller.of((c.text for c in stored.chunks), embedder.words())

    def evidence(
        self,
        queries: Sequence[str | Blend],
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> Evidence:
        """What speaks for each entry, before anything is weighed.

        Of a blend, the evidence for each part is added up by its share.

        Args:
            queries: what is searched for.
            allowed: which entries may be found; None allows all.
        """
        import numpy as np

        blends = [q if isinstance(q, Blend) else Blend(q, ((q, 1.0),)) for q in queries]
        wordings = list(dict.fromkeys(text for blend in blends for text, _ in blend.parts))
        row = {text: n for n, text in enumerate(wordings)}
        shares = np.zeros((len(blends), len(wordings)), dtype=np.float32)
        for n, blend in enumerate(blends):
            for text, share in blend.parts:
                shares[n, row[text]] += share
        read = {text: self.read(text) for text in {*wordings, *(b.text for b in blends)}}
        terms = {text: tokenize(text) for text in set(read.values())}
        # A model of many languages reads the original better than a glossary does.
        said = wordings if self._embedder.multilingual else [read[text] for text in wordings]
        vectors, by_token = self._embedder.encode_tokens(said)
        if self._adapter:
            by_token = self._adapter.moved(by_token)
        asked = [
            late.weigh(text, token, self._rarity)
            for text, token in zip(said, by_token, strict=True)
        ]
        tokens = [terms[read[text]] for text in wordings]
        lexical = self._lexical(tokens)
        active = self._stored.concepts.active(vectors, tokens)
        if wordings != [blend.text for blend in blends]:
            vectors, lexical, active = shares @ vectors, shares @ lexical, shares @ active
            asked = [
                late.blend([(asked[row[text]], share) for text, share in blend.parts])
                for blend in blends
            ]
        scores, rows = self._stored.vectors.search(vectors, CANDIDATES)
        dense, concept = self._by_entry(scores, rows), concept_scores(active, self._treats)
        first = self._weighed(dense, dense, lexical, concept)
        if allowed is not None:
            first[:, ~allowed] = -np.inf
        near, even, weakest = self._near(asked, first)
        texts = [read[blend.text] for blend in blends]
        return Evidence(
            [blend.text for blend in blends],
            texts,
            [terms[text] for text in texts],
            scores,
            rows,
            dense,
            lexical,
            concept,
            near,
            even,
            weakest,
            active,
        )

    def read(self, query: str) -> str:
        """A query in English, as far as the glossary goes, and spelt right."""
        return self.speller.correct(language.read(query, self.speller.words).text)

    def fused(self, evidence: Evidence) -> npt.NDArray[np.float32]:
        """All evidence weighed: scores of shape (queries, entries)."""
        return self._weighed(evidence.near, evidence.even, evidence.lexical, evidence.concept)

    def lead(self, evidence: Evidence, n: int, first: int, second: int) -> float:
        """By how much one entry leads another for query `n`, concepts left aside."""
        of_dense, of_even, of_lexical, _ = self._weights
        plain = of_dense * evidence.near[n] + of_even * evidence.even[n]
        plain = plain + of_lexical * evidence.lexical[n]
        return float(plain[first] - plain[second])

    def at_home(self, evidence: Evidence, n: int) -> float:
        """How much of what query `n` is about some entry treats, 0 to 1."""
        return float(shares(evidence.active[n : n + 1])[0] @ self._at_home)

    def _weighed(
        self,
        dense: npt.NDArray[np.float32],
        even: npt.NDArray[np.float32],
        lexical: npt.NDArray[np.float32],
        concept: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        of_dense, of_even, of_lexical, of_concept = map(float, self._weights)
        scores: npt.NDArray[np.float32] = (
            of_dense * dense + of_even * even + of_lexical * lexical + of_concept * concept
        )
        return scores

    def _near(
        self, asked: Sequence[late.Asked], first: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """What the best entries come to word by word, of shape (3, queries, entries).

        With rare words counting more, with all alike, and by the weakest one alone.
        """
        import numpy as np

        most = min(late.SHORTLIST, first.shape[1])
        chosen = np.argpartition(-first, most - 1, axis=1)[:, :most]
        everywhere = np.empty((3, *first.shape), dtype=np.float32)
        for n, found in enumerate(self._passages.nearest(asked, list(chosen))):
            said = asked[n].weights > 0
            least = found[:, said].min(axis=1) if said.any() else np.zeros(most, np.float32)
            values = np.stack([found @ asked[n].weights, found @ asked[n].even, least])
            everywhere[:, n] = values.min(axis=1, keepdims=True)
            everywhere[:, n, chosen[n]] = values
        return everywhere

    @cached_property
    def _rarity(self) -> Callable[[str], float]:
        """How rare a word is, looked up once: queries are made of the same few thousand."""

        @lru_cache(maxsize=RARITIES)
        def rarity(word: str) -> float:
            return max((self._stored.lexical.rarity(term) for term in tokenize(word)), default=0.0)

        return rarity

    @cached_property
    def _adapter(self) -> Adapter | None:
        """The map of queries, where it is for this embedder."""
        shipped = shipped_adapter()
        return shipped if shipped.embedder == self._embedder.identity else None

    @cached_property
    def _passages(self) -> late.Passages:
        return late.Passages(self._stored.vectors.vectors(), self.entry_of)

    def _by_entry(
        self, scores: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """The best of each entry's chunks; what was not looked at is no nearer than the last."""
        import numpy as np

        dense = np.repeat(scores.min(axis=1, keepdims=True), len(self.ids), axis=1)
        queries = np.repeat(np.arange(len(scores)), scores.shape[1])
        found = rows.ravel() >= 0
        np.maximum.at(
            dense, (queries[found], self.entry_of[rows.ravel()[found]]), scores.ravel()[found]
        )
        return dense

    def _lexical(self, tokens: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
        import numpy as np

        return np.stack([self._stored.lexical.scores(query) for query in tokens])

    @cached_property
    def _says(self) -> npt.NDArray[np.float32]:
        """Fused scores of what answers say of each concept, of shape (concepts, entries)."""
        vectors, tokens = self._stored.concepts.says()
        scores, rows = self._stored.vectors.search(vectors, CANDIDATES)
        said: npt.NDArray[np.float32] = self._by_entry(scores, rows) + SAID * self._lexical(tokens)
        return said

    @cached_property
    def _treats(self) -> npt.NDArray[np.float32]:
        return treated(self._says)

    @cached_property
    def _at_home(self) -> npt.NDArray[np.float32]:
        return at_home(self._says)
