"""Queries to entries: dense, lexical and conceptual evidence, one hit an entry, twins collapsed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError
from corpus.types import Document, Entry
from index import disk, language, late, scope
from index.adapter import Adapter, shipped_adapter
from index.concepts import SAID, at_home, concept_scores, shares, treated
from index.fusion import Fusion
from index.lexical import tokenize
from index.spelling import Speller
from index.types import Blend, Chunk, Hit, SearchResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings
    from index.rerank import Reranker

CANDIDATES = 400
"""Nearest chunks looked at; entries beyond them count as no nearer than the last of these."""

RARITIES = 50_000
"""Words whose rarity is remembered."""

REFUTED_COST = 0.03
"""Taken off the score of an entry whose code was refuted: about the gap between neighbouring hits,
so that it falls behind an equally good one and no further."""

ALONE, NEAR, FEW = 0.6, 0.3, 2
"""A question needs nothing of the conversation from this confidence on; one of so few words
only if its first hit has this cosine, too: on the development dialogues, changes of subject lie
above, and most of what leans without saying so below."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries may be found; an empty tuple allows all."""

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def allow(self, entry: Entry, document: Document) -> bool:
        """Whether `entry` passes; documents are named by file name or id."""
        return (
            (not self.topics or entry.topic in self.topics)
            and (not self.levels or entry.level in self.levels)
            and (
                not self.documents
                or document.id in self.documents
                or Path(document.path).name in self.documents
            )
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each entry, one row a query, columns in the order of `Searcher.ids`.

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


class Searcher:
    """An index in memory, ready for queries.  Safe to share between threads.

    Attributes:
        ids: of the entries that stand for their twins; row i of the lexical index is ids[i].
        refuted: ids of entries whose code was run and found wrong; they rank a little lower.
    """

    def __init__(
        self,
        stored: disk.Stored,
        embedder: SentenceEmbeddings,
        fusion: Fusion | None = None,
        *,
        reranker: Reranker | None = None,
        refuted: Iterable[str] = (),
    ) -> None:
        import numpy as np

        if embedder.name != stored.manifest.embedder:
            raise InputError(
                f"the index was made with {stored.manifest.embedder}",
                where=f"--embedder {embedder.name}",
                hint="leave the option out, or build another index with --index DIR",
            )
        self.stored = stored
        self.embedder = embedder
        self.fusion = fusion or stored.fusion
        self.reranker = reranker
        self.refuted = set(refuted)
        self.entries: Mapping[str, Entry] = {e.id: e for e in stored.library.entries}
        self.documents: Mapping[str, Document] = {
            r.document.id: r.document for r in stored.library.readings
        }
        self.ids = list(dict.fromkeys(chunk.entry_id for chunk in stored.chunks))
        self._at = {entry_id: n for n, entry_id in enumerate(self.ids)}
        self._entry_of = np.array([self._at[c.entry_id] for c in stored.chunks], dtype=np.int64)
        self._id_rank = np.argsort(np.argsort(np.array(self.ids)))
        self._speller = Speller.of((c.text for c in stored.chunks), embedder.words())

    @classmethod
    def open(
        cls,
        folder: Path,
        embedder: SentenceEmbeddings,
        fusion: Fusion | None = None,
        *,
        reranker: Reranker | None = None,
        refuted: Iterable[str] = (),
    ) -> Searcher:
        """Loads the index in `folder`.

        Raises:
            InputError: there is none, it is damaged, or `embedder` did not make it.
        """
        stored = disk.load(folder)
        if stored is None:
            raise InputError(
                "there is no index", where=str(folder), hint="build one with `torchproof index`"
            )
        return cls(stored, embedder, fusion, reranker=reranker, refuted=refuted)

    def search(self, query: str | Blend, k: int = 10, filters: Filters = Filters()) -> SearchResult:
        """The k best entries for `query`."""
        return self.search_many([query], k, filters)[0]

    def search_many(
        self, queries: Sequence[str | Blend], k: int = 10, filters: Filters = Filters()
    ) -> list[SearchResult]:
        """The k best entries for each query; all are embedded in one go, and each only once."""
        if not queries:
            return []
        different = list(dict.fromkeys(queries))
        allowed = self._allowed(filters)
        evidence = self.evidence(different, allowed)
        fused = self.fused(evidence)
        results = [self._rank(evidence, n, row, k, allowed) for n, row in enumerate(fused)]
        if self.reranker:
            results = [
                self._reranked(self.reranker, text, result)
                for text, result in zip(evidence.texts, results, strict=True)
            ]
        found = dict(zip(different, results, strict=True))
        return [found[query] for query in queries]

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
        read = {text: self._read(text) for text in {*wordings, *(b.text for b in blends)}}
        terms = {text: tokenize(text) for text in set(read.values())}
        # A model of many languages reads the original better than a glossary does.
        said = wordings if self.embedder.multilingual else [read[text] for text in wordings]
        vectors, by_token = self.embedder.encode_tokens(said)
        if self._adapter:
            by_token = self._adapter.moved(by_token)
        asked = [
            late.weigh(text, token, self._rarity)
            for text, token in zip(said, by_token, strict=True)
        ]
        tokens = [terms[read[text]] for text in wordings]
        lexical = self._lexical(tokens)
        active = self.stored.concepts.active(vectors, tokens)
        if wordings != [blend.text for blend in blends]:
            vectors, lexical, active = shares @ vectors, shares @ lexical, shares @ active
            asked = [
                late.blend([(asked[row[text]], share) for text, share in blend.parts])
                for blend in blends
            ]
        scores, rows = self.stored.vectors.search(vectors, CANDIDATES)
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

    def stand_alone(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[bool]:
        """Of each query, whether it can be understood without what was said before it.

        It can if the documents answer it as it stands, or if it speaks of something that they know
        nothing of; what is left uses their words, and says too little.

        Args:
            asked: queries, each with the words that say what it is about.
        """
        results = self.search_many([query for query, _ in asked], 1)
        return [
            (
                result.confidence >= ALONE
                and (len(words) > FEW or any(hit.dense_score >= NEAR for hit in result.hits))
            )
            or result.signs["other_tools"] + result.signs["rival"] + result.signs["injection"] > 0
            or 2 * sum(map(self._unheard, words)) > len(words)
            for result, (_, words) in zip(results, asked, strict=True)
        ]

    def _unheard(self, word: str) -> bool:
        return self.stored.lexical.vocabulary.keys().isdisjoint(tokenize(word))

    def understood(self, query: str) -> str | None:
        """What was understood of a query in another language; None where all of it is read."""
        if self.embedder.multilingual:
            return None
        read = language.read(query, self._speller.words)
        return read.text if read.foreign else None

    def _read(self, query: str) -> str:
        return self._speller.correct(language.read(query, self._speller.words).text)

    def fused(self, evidence: Evidence) -> npt.NDArray[np.float32]:
        """All evidence weighed by `fusion`: scores of shape (queries, entries)."""
        return (
            self._weighed(evidence.near, evidence.even, evidence.lexical, evidence.concept)
            - self._penalty()
        )

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
            return max((self.stored.lexical.rarity(term) for term in tokenize(word)), default=0.0)

        return rarity

    @cached_property
    def _adapter(self) -> Adapter | None:
        """The map of queries, where it is for this embedder."""
        shipped = shipped_adapter()
        return shipped if shipped.embedder == self.embedder.identity else None

    @cached_property
    def _weights(self) -> tuple[float, float, float, float]:
        worded = sum(bool(self.entries[entry_id].aliases) for entry_id in self.ids)
        return self.fusion.weights(worded / max(len(self.ids), 1))

    @cached_property
    def _passages(self) -> late.Passages:
        return late.Passages(self.stored.vectors.vectors(), self._entry_of)

    def signs(self, evidence: Evidence, n: int, order: Sequence[int]) -> dict[str, float]:
        """What tells whether the first of `order` answers query `n`; see `scope.signs`."""
        first = order[0]
        entry = self.entries[self.ids[first]]
        of_dense, of_even, of_lexical, _ = self._weights
        plain = of_dense * evidence.near[n] + of_even * evidence.even[n]
        plain = plain + of_lexical * evidence.lexical[n]
        active = float(evidence.active[n].max())
        share = shares(evidence.active[n : n + 1])[0]
        home = float(share @ self._at_home)
        return scope.signs(
            evidence.queries[n],
            evidence.tokens[n],
            self.stored.lexical,
            first,
            dense=float(evidence.dense[n, first]),
            near=float(evidence.near[n, first]),
            weakest=float(evidence.weakest[n, first]),
            lexical_score=float(evidence.lexical[n, first]),
            margin=float(plain[first] - plain[order[1]]) if len(order) > 1 else 0.0,
            agreement=bool(evidence.dense[n].argmax() == evidence.lexical[n].argmax()),
            home=active * home,
            abroad=active * (1 - home),
            treats=float(evidence.concept[n, first]),
            wordings="\n".join((entry.question, *entry.aliases)),
            worded=bool(entry.aliases),
        )

    def _by_entry(
        self, scores: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """The best of each entry's chunks; what was not looked at is no nearer than the last."""
        import numpy as np

        dense = np.repeat(scores.min(axis=1, keepdims=True), len(self.ids), axis=1)
        queries = np.repeat(np.arange(len(scores)), scores.shape[1])
        found = rows.ravel() >= 0
        np.maximum.at(
            dense, (queries[found], self._entry_of[rows.ravel()[found]]), scores.ravel()[found]
        )
        return dense

    def _lexical(self, tokens: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
        import numpy as np

        return np.stack([self.stored.lexical.scores(query) for query in tokens])

    @cached_property
    def _says(self) -> npt.NDArray[np.float32]:
        """Fused scores of what answers say of each concept, of shape (concepts, entries)."""
        vectors, tokens = self.stored.concepts.says()
        scores, rows = self.stored.vectors.search(vectors, CANDIDATES)
        said: npt.NDArray[np.float32] = self._by_entry(scores, rows) + SAID * self._lexical(tokens)
        return said

    @cached_property
    def _treats(self) -> npt.NDArray[np.float32]:
        return treated(self._says)

    @cached_property
    def _at_home(self) -> npt.NDArray[np.float32]:
        return at_home(self._says)

    def _penalty(self) -> npt.NDArray[np.float32]:
        import numpy as np

        cost = np.zeros(len(self.ids), dtype=np.float32)
        cost[[self._at[entry_id] for entry_id in self.refuted if entry_id in self._at]] = (
            REFUTED_COST
        )
        return cost

    def _rank(
        self,
        evidence: Evidence,
        n: int,
        fused: npt.NDArray[np.float32],
        k: int,
        allowed: npt.NDArray[np.bool_],
    ) -> SearchResult:
        import numpy as np

        order = self._best(fused, max(k, 2), allowed)
        chosen = order[:k]
        passages: dict[int, list[tuple[Chunk, float]]] = {at: [] for at in chosen}
        rows = evidence.rows[n]
        wanted = np.zeros(len(self.ids), dtype=bool)
        wanted[chosen] = True
        kept = wanted[self._entry_of[rows]] & (rows >= 0)
        for row, score in zip(rows[kept].tolist(), evidence.scores[n, kept].tolist(), strict=True):
            passages[int(self._entry_of[row])].append((self.stored.chunks[row], score))
        scored = (fused[chosen], evidence.dense[n, chosen], evidence.lexical[n, chosen])
        hits = tuple(
            Hit(
                chunk=passages[at][0][0] if passages[at] else self._first_chunk[at],
                rank=rank,
                score=score,
                dense_score=dense,
                lexical_score=lexical,
                twins=self.entries[self.ids[at]].twins,
                passages=tuple(passages[at]),
            )
            for rank, (at, score, dense, lexical) in enumerate(
                zip(chosen, *(values.tolist() for values in scored), strict=True), start=1
            )
        )
        signs = self.signs(evidence, n, order) if order else {}
        query = evidence.queries[n]
        # Orders to the assistant that speak of nothing in torch are no question, however well the
        # words of the order may be treated here.
        ordered = signs.get("injection") and not scope.torch_names(query)
        known = order and evidence.tokens[n] and not ordered
        confidence = self.fusion.confident(signs) if known else 0.0
        answerable = bool(hits) and confidence >= self.fusion.threshold
        return SearchResult(query, hits, answerable, confidence, signs)

    def _best(
        self, fused: npt.NDArray[np.float32], k: int, allowed: npt.NDArray[np.bool_]
    ) -> list[int]:
        """The k best entries of those allowed, and any as good as the last of them."""
        import numpy as np

        at = np.flatnonzero(allowed)
        if len(at) > k:
            at = at[fused[at] >= np.partition(fused[at], -k)[-k]]
        # Ties go to the smaller id, so that an order never depends on how the index was built.
        best: list[int] = at[np.lexsort((self._id_rank[at], -fused[at]))].tolist()
        return best

    def _allowed(self, filters: Filters) -> npt.NDArray[np.bool_]:
        import numpy as np

        if filters == Filters():
            return np.ones(len(self.ids), dtype=bool)
        entries = (self.entries[entry_id] for entry_id in self.ids)
        return np.array([filters.allow(e, self.documents[e.document_id]) for e in entries])

    def _reranked(self, reranker: Reranker, query: str, result: SearchResult) -> SearchResult:
        """The same hits in the order of a cross-encoder; whether they answer stays as it was."""
        texts = [
            f"{self.entries[hit.chunk.entry_id].question}\n{self.passage(hit).text}"
            for hit in result.hits
        ]
        scores = reranker.scores(query, texts)
        order = sorted(range(len(texts)), key=lambda i: (-scores[i], i))
        hits = (
            replace(result.hits[i], rank=rank, score=scores[i])
            for rank, i in enumerate(order, start=1)
        )
        return replace(result, hits=tuple(hits))

    def passage(self, hit: Hit) -> Chunk:
        """The chunk to show for a hit: its own, or its entry's first passage if a title matched."""
        if hit.chunk.kind in ("prose", "code"):
            return hit.chunk
        return self._first_passage.get(hit.chunk.entry_id, hit.chunk)

    @cached_property
    def _first_passage(self) -> Mapping[str, Chunk]:
        passages = (c for c in reversed(self.stored.chunks) if c.kind in ("prose", "code"))
        return {chunk.entry_id: chunk for chunk in passages}

    @cached_property
    def _first_chunk(self) -> Sequence[Chunk]:
        """Per entry of `ids` the first of its chunks."""
        first: dict[str, Chunk] = {}
        for chunk in self.stored.chunks:
            first.setdefault(chunk.entry_id, chunk)
        return [first[entry_id] for entry_id in self.ids]
