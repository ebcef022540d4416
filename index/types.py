"""What the index stores and what a search yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.types import Span

ChunkKind = Literal["question", "alias", "prose", "code"]
"""What a chunk's vector stands for.  Lists and tables count as prose."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of one entry, the unit that is embedded; `text` is cleaned, `span` is original."""

    id: str
    entry_id: str
    heading_path: tuple[str, ...]
    kind: ChunkKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found, by its best chunk.

    Attributes:
        rank: from 1.
        score: the fused score that ranks; comparable within one search only.
        dense_score: cosine of the query and the best chunk's vector.
        lexical_score: BM25 of the entry over the query's best, 0 to 1.
        twins: entries that this hit stands for as well.
        passages: the entry's passages near the query with their cosines, best first.
    """

    chunk: Chunk
    rank: int
    score: float
    dense_score: float
    lexical_score: float
    twins: tuple[str, ...] = ()
    passages: tuple[tuple[Chunk, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits for a query, and whether the documents answer it at all."""

    query: str
    hits: tuple[Hit, ...]
    answerable: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """One line of the manifest: which file, in which state, how many entries it gave."""

    path: str
    sha256: str
    id: str
    entries: int
    builtin: bool


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """What an index holds and how it was made.  Written last: no manifest, no index."""

    schema_version: int
    embedder: str
    dimension: int
    metric: str
    chunking: Mapping[str, int]
    documents: tuple[IndexedDocument, ...]
    created: str
    generation: str
