"""Queries to entries: dense and lexical evidence fused, one hit an entry, twins collapsed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError
from corpus.types import Document, Entry
from index import disk
from index.lexical import tokenize
from index.spelling import Speller
from index.types import Chunk, Hit, SearchResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings

CANDIDATES = 400
"""Nearest chunks looked at; entries beyond them count as no nearer than the last of these."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two kinds of evidence are weighed; tuned on the development queries.

    Attributes:
        lexical_weight: share of BM25 (scaled to 0..1 by the query's best) added to the cosine.
        bias, dense, coverage, unknown: the logistic that turns the first hit's cosine, the share of
            the query's terms that it holds (weighted by their rarity), and the share that no entry
            holds into a confidence.
        threshold: a confidence below it means that the documents do not answer; chosen so that few
            questions that they do answer are refused.
    """

    lexical_weight: float = 0.35
    bias: float = -2.3
    dense: float = 5.4
    coverage: float = 5.8
    unknown: float = -7.2
    threshold: float = 0.15


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


class Searcher:
    """An index in memory, ready for queries.  Safe to share between threads."""

    def __init__(
        self, stored: disk.Stored, embedder: SentenceEmbeddings, fusion: Fusion = Fusion()
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
        self.fusion = fusion
        self.entries: Mapping[str, Entry] = {e.id: e for e in stored.library.entries}
        self.documents: Mapping[str, Document] = {
            r.document.id: r.document for r in stored.library.readings
        }
        ids = list(dict.fromkeys(chunk.entry_id for chunk in stored.chunks))
        at = {entry_id: n for n, entry_id in enumerate(ids)}
        self._ids = ids
        self._speller = Speller.of((c.text for c in stored.chunks), embedder.words())
        self._entry_of = np.array([at[c.entry_id] for c in stored.chunks], dtype=np.int64)

    @classmethod
    def open(
        cls, folder: Path, embedder: SentenceEmbeddings, fusion: Fusion = Fusion()
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
        return cls(stored, embedder, fusion)

    def search(self, query: str, k: int = 10, filters: Filters = Filters()) -> SearchResult:
        """The k best entries for `query`."""
        return self.search_many([query], k, filters)[0]

    def search_many(
        self, queries: Sequence[str], k: int = 10, filters: Filters = Filters()
    ) -> list[SearchResult]:
        """The k best entries for each query; all are embedded in one go."""
        if not queries:
            return []
        spelt = [self._speller.correct(query) for query in queries]
        scores, rows = self.stored.vectors.search(self.embedder.encode(spelt), CANDIDATES)
        return [
            replace(self._rank(right, scores[n], rows[n], k, filters), query=query)
            for n, (query, right) in enumerate(zip(queries, spelt, strict=True))
        ]

    def _rank(
        self,
        query: str,
        scores: npt.NDArray[np.float32],
        rows: npt.NDArray[np.int64],
        k: int,
        filters: Filters,
    ) -> SearchResult:
        import numpy as np

        found = rows >= 0
        scores, rows = scores[found], rows[found]
        floor = float(scores[-1]) if len(scores) else 0.0
        dense = np.full(len(self._ids), floor, dtype=np.float32)
        np.maximum.at(dense, self._entry_of[rows], scores)
        tokens = tokenize(query)
        lexical = self.stored.lexical.scores(tokens)
        if lexical.max(initial=0.0) > 0:
            lexical = lexical / lexical.max()
        fused = dense + self.fusion.lexical_weight * lexical
        # Ties go to the smaller id, so that an order never depends on how the index was built.
        order = sorted(range(len(self._ids)), key=lambda n: (-float(fused[n]), self._ids[n]))
        near: dict[int, list[tuple[Chunk, float]]] = {}
        for row, score in zip(rows, scores, strict=True):
            chunk = self.stored.chunks[int(row)]
            near.setdefault(int(self._entry_of[row]), []).append((chunk, float(score)))
        hits: list[Hit] = []
        for n in order:
            entry = self.entries[self._ids[n]]
            if not filters.allow(entry, self.documents[entry.document_id]):
                continue
            passages = near.get(n, [])
            if passages:
                best = passages[0][0]
            else:
                best = self.stored.chunks[int(np.argmax(self._entry_of == n))]
            hits.append(
                Hit(
                    chunk=best,
                    rank=len(hits) + 1,
                    score=float(fused[n]),
                    dense_score=float(dense[n]),
                    lexical_score=float(lexical[n]),
                    twins=entry.twins,
                    passages=tuple(passages),
                )
            )
            if len(hits) == max(k, 2):
                break
        confidence = self._confidence(tokens, hits)
        return SearchResult(
            query, tuple(hits[:k]), bool(hits) and confidence >= self.fusion.threshold, confidence
        )

    def _confidence(self, tokens: Sequence[str], hits: Sequence[Hit]) -> float:
        if not hits or not tokens:
            return 0.0
        rarity = {term: self._rarity(term) for term in set(tokens)}
        held = self._terms[hits[0].chunk.entry_id]
        coverage = sum(rarity[term] for term in rarity if term in held) / sum(rarity.values())
        unknown = sum(term not in self._spread for term in rarity) / len(rarity)
        f = self.fusion
        z = f.bias + f.dense * hits[0].dense_score + f.coverage * coverage + f.unknown * unknown
        return 1.0 / (1.0 + math.exp(-z))

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
    def _terms(self) -> Mapping[str, frozenset[str]]:
        """Per entry, the terms of its question and of all its passages."""
        terms: dict[str, set[str]] = {entry_id: set() for entry_id in self._ids}
        for chunk in self.stored.chunks:
            terms[chunk.entry_id].update(tokenize(chunk.text))
        return {entry_id: frozenset(held) for entry_id, held in terms.items()}

    @cached_property
    def _spread(self) -> Counter[str]:
        """Per term, the number of entries that hold it."""
        return Counter(term for held in self._terms.values() for term in held)

    def _rarity(self, term: str) -> float:
        return math.log(1 + len(self._ids) / (1 + self._spread[term]))
