"""What others build: chunks of 1,000 characters, dense or BM25, and the two fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.beir import Text
from eval.datasets import LabelledEntry, Query
from eval.systems import Ranking, Run, Scored, System, first_of_each, ranked

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from eval.vectors import KeptVectors
    from index.embed import SentenceEmbeddings

CHUNK_SIZE = 1000
CHUNK_OVERLAP = 200
RRF_K = 60
"""The constant of reciprocal rank fusion, as Cormack, Clarke and Büttcher proposed it (2009)."""


class DenseTexts:
    """Exact search by cosine over whole texts.  A query's history is not looked at."""

    def __init__(self, texts: Sequence[Text], embedder: SentenceEmbeddings | KeptVectors) -> None:
        self.name = "dense"
        # In order of id, so that a stable sort breaks ties by id.
        self._texts = sorted(texts, key=lambda text: text.id)
        self._embedder = embedder

    @cached_property
    def _vectors(self) -> npt.NDArray[np.float32]:
        return self._embedder.encode([text.text for text in self._texts])

    @property
    def size(self) -> int | None:
        """Bytes of the vectors."""
        return self._vectors.nbytes

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """The `k` nearest texts for each query."""
        asked = self._embedder.encode([query.text for query in queries])
        return {
            # Rounded, so that equal texts tie whatever the last bits of their products are.
            query.id: _best(self._texts, (self._vectors @ vector).round(6), k)
            for query, vector in zip(queries, asked, strict=True)
        }


class LexicalTexts:
    """BM25 (bm25s, Lucene's variant, k1 = 1.5, b = 0.75, English stems, no stop words)."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.name = "bm25"
        self._texts = sorted(texts, key=lambda text: text.id)

    @cached_property
    def _bm25(self) -> Any:  # noqa: ANN401
        import bm25s

        bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        bm25.index(_tokens([text.text for text in self._texts]), show_progress=False)
        return bm25

    @property
    def size(self) -> int | None:
        """Bytes of the sparse matrix of term weights."""
        return sum(int(self._bm25.scores[part].nbytes) for part in ("data", "indices", "indptr"))

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """The `k` best texts for each query, those without a common term left out."""
        rows = _tokens([query.text for query in queries])
        run: dict[str, Ranking] = {}
        for query, tokens in zip(queries, rows, strict=True):
            known = [token for token in tokens if token in self._bm25.vocab_dict]
            if known:
                run[query.id] = _best(self._texts, self._bm25.get_scores(known), k, above=0.0)
        return run


class Fused:
    """Reciprocal rank fusion of other systems' rankings."""

    def __init__(self, systems: Sequence[System], depth: int = 100) -> None:
        self.name = "hybrid"
        self._systems = systems
        self._depth = depth

    @property
    def size(self) -> int | None:
        """Bytes of what the others search."""
        sizes = [system.size for system in self._systems]
        return sum(size for size in sizes if size is not None)

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """The `k` texts with the greatest sum of 1 / (60 + rank) over the systems."""
        runs = [system.rank(queries, self._depth) for system in self._systems]
        fused: dict[str, Ranking] = {}
        for query in queries:
            sums: dict[str, float] = {}
            for run in runs:
                hits = run[query.id].hits if query.id in run else ()
                for place, hit in enumerate(hits, start=1):
                    sums[hit.id] = sums.get(hit.id, 0.0) + 1.0 / (RRF_K + place)
            hits = ranked((Scored(item, total) for item, total in sums.items()), k)
            fused[query.id] = Ranking(hits, hits[0].score if hits else 0.0)
        return fused


class Collapsed:
    """Another system's hits renamed to the units they belong to, each unit once."""

    def __init__(self, system: System, unit_of: Mapping[str, str], depth: int) -> None:
        self.name = system.name
        self._system = system
        self._unit_of = unit_of
        self._depth = depth

    @property
    def size(self) -> int | None:
        """Bytes of what the other one searches."""
        return self._system.size

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """The `k` first units for each query."""
        return {
            qid: Ranking(
                first_of_each(ranking.hits, self._unit_of)[:k],
                ranking.confidence,
                ranking.answerable,
            )
            for qid, ranking in self._system.rank(queries, self._depth).items()
        }


def chunk_baselines(
    texts: Mapping[str, str],
    entries: Sequence[LabelledEntry],
    embedder: SentenceEmbeddings | KeptVectors,
) -> tuple[System, ...]:
    """Dense, BM25 and their fusion over plain chunks of documents, as systems over entry groups.

    Args:
        texts: document name to its text.
        entries: where the numbered questions stand; a chunk counts for the one that holds most of
            its characters, and for none if most of them stand outside any.
        embedder: the model of the dense one.
    """
    chunks, unit_of = _chunks(texts, entries)
    dense, lexical = DenseTexts(chunks, embedder), LexicalTexts(chunks)
    fused = Fused((dense, lexical))
    return tuple(Collapsed(system, unit_of, len(chunks)) for system in (dense, lexical, fused))


def read_texts(files: Mapping[str, Path]) -> dict[str, str]:
    """The text of UTF-8 files, exactly as decoded, under their names."""
    return {name: path.read_bytes().decode("utf-8") for name, path in files.items()}


def _chunks(
    texts: Mapping[str, str], entries: Sequence[LabelledEntry]
) -> tuple[tuple[Text, ...], dict[str, str]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
    )
    chunks: list[Text] = []
    unit_of: dict[str, str] = {}
    for name, text in texts.items():
        here = [entry for entry in entries if entry.document == name]
        for piece in splitter.create_documents([text]):
            start = int(piece.metadata["start_index"])
            chunk = Text(f"{name}@{start:07d}", piece.page_content)
            chunks.append(chunk)
            unit = _holder(start, start + len(chunk.text), here)
            if unit is not None:
                unit_of[chunk.id] = unit
    return tuple(chunks), unit_of


def _holder(start: int, end: int, entries: Sequence[LabelledEntry]) -> str | None:
    shares = {
        entry.group: max(0, min(end, entry.span.end) - max(start, entry.span.start))
        for entry in entries
    }
    outside = (end - start) - sum(shares.values())
    group = max(sorted(shares), key=shares.__getitem__, default=None)
    return group if group is not None and shares[group] > outside else None


def _best(
    texts: Sequence[Text],
    scores: npt.NDArray[np.float32],
    k: int,
    above: float = float("-inf"),
) -> Ranking:
    import numpy as np

    order = np.argsort(-scores, kind="stable")[:k]
    hits = tuple(Scored(texts[i].id, float(scores[i])) for i in order if scores[i] > above)
    return Ranking(hits, hits[0].score if hits else 0.0)


def _tokens(texts: Sequence[str]) -> list[list[str]]:
    import bm25s
    import Stemmer

    rows = bm25s.tokenize(
        list(texts),
        stopwords=None,
        stemmer=Stemmer.Stemmer("english"),
        return_ids=False,
        show_progress=False,
    )
    return [list(row) for row in rows]
