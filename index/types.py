"""What the index stores and what a search yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        lexical_score: BM25 of the entry, 1 being full of every term of the query.
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
class Blend:
    """A query of several wordings, as a turn in a conversation has them.

    Attributes:
        text: what is shown, and what decides whether anything answers.
        parts: what is searched for, each with its share; the shares add up to 1.
    """

    text: str
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits for a query, and whether the documents answer it at all.

    Attributes:
        signs: what the confidence was made of, by name, as `scope.signs` describes.
    """

    query: str
    hits: tuple[Hit, ...]
    answerable: bool
    confidence: float
    signs: Mapping[str, float] = field(default_factory=dict)


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
