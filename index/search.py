"""Queries to entries: dense, lexical and conceptual evidence, one hit an entry, twins collapsed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError
from corpus.types import Document, Entry
from index import disk, language, scope
from index.evidence import Evidence, Scorer
from index.filters import Filters
from index.fusion import Fusion
from index.lexical import tokenize
from index.types import Blend, Chunk, Hit, SearchResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings
    from index.rerank import Reranker

REFUTED_COST = 0.03
"""Taken off the score of an entry whose code was refuted: about the gap between neighbouring hits,
so that it falls behind an equally good one and no further."""

ALONE, NEAR, FEW = 0.6, 0.3, 2
"""A question needs nothing of the conversation from this confidence on; one of so few words
only if its first hit has this cosine, too: on the development dialogues, changes of subject lie
above, and most of what leans without saying so below."""


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
        self._scorer = Scorer(stored, embedder, self.fusion)
        self.ids = self._scorer.ids
        self._id_rank = np.argsort(np.argsort(np.array(self.ids)))

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
        """What speaks for each entry, before anything is weighed; see `Scorer.evidence`."""
        return self._scorer.evidence(queries, allowed)

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
        return self.stored.lexical.vocabulary.keys().isdisjoint(
            tokenize(self._scorer.speller.correct(word))
        )

    def understood(self, query: str) -> str | None:
        """What was understood of a query in another language; None where all of it is read."""
        if self.embedder.multilingual:
            return None
        read = language.read(query, self._scorer.speller.words)
        return read.text if read.foreign else None

    def fused(self, evidence: Evidence) -> npt.NDArray[np.float32]:
        """All evidence weighed by `fusion`: scores of shape (queries, entries)."""
        return self._scorer.fused(evidence) - self._penalty()

    def signs(self, evidence: Evidence, n: int, order: Sequence[int]) -> dict[str, float]:
        """What tells whether the first of `order` answers query `n`; see `scope.signs`."""
        first = order[0]
        entry = self.entries[self.ids[first]]
        active = float(evidence.active[n].max())
        home = self._scorer.at_home(evidence, n)
        return scope.signs(
            evidence.queries[n],
            evidence.tokens[n],
            self.stored.lexical,
            first,
            dense=float(evidence.dense[n, first]),
            near=float(evidence.near[n, first]),
            weakest=float(evidence.weakest[n, first]),
            lexical_score=float(evidence.lexical[n, first]),
            margin=self._scorer.lead(evidence, n, first, order[1]) if len(order) > 1 else 0.0,
            agreement=bool(evidence.dense[n].argmax() == evidence.lexical[n].argmax()),
            home=active * home,
            abroad=active * (1 - home),
            treats=float(evidence.concept[n, first]),
            wordings="\n".join((entry.question, *entry.aliases)),
            worded=bool(entry.aliases),
        )

    def _penalty(self) -> npt.NDArray[np.float32]:
        import numpy as np

        found_wrong = np.array([entry_id in self.refuted for entry_id in self.ids], dtype=bool)
        return found_wrong * np.float32(REFUTED_COST)

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
        kept = wanted[self._scorer.entry_of[rows]] & (rows >= 0)
        for row, score in zip(rows[kept].tolist(), evidence.scores[n, kept].tolist(), strict=True):
            passages[int(self._scorer.entry_of[row])].append((self.stored.chunks[row], score))
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
