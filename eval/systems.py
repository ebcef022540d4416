"""What is evaluated: anything that ranks identified texts for queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from eval.datasets import Query


class Scored(NamedTuple):
    """Something found, and how well it matched; scores compare within one ranking only."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a system found for one query.

    Attributes:
        hits: best first; no id twice.
        confidence: how sure the system is that anything here answers the query; only its order
            over queries matters.
        answerable: the system's own decision to answer, None if it takes none.
    """

    hits: tuple[Scored, ...]
    confidence: float = 0.0
    answerable: bool | None = None


Run = Mapping[str, Ranking]
"""Query id to ranking; a query left out counts as one without hits."""


class System(Protocol):
    """A retriever under test."""

    @property
    def name(self) -> str:
        """As the report calls it; unique in a report."""
        ...

    @property
    def size(self) -> int | None:
        """Bytes of what is searched, once it is made; None where nothing is."""
        ...

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """At most `k` hits for each query."""
        ...


def ranked(found: Iterable[Scored], k: int | None = None) -> tuple[Scored, ...]:
    """The best `k` by score; equal scores stand in order of id, whatever order they came in."""
    return tuple(sorted(found, key=lambda hit: (-hit.score, hit.id))[:k])


def first_of_each(hits: Iterable[Scored], unit_of: Mapping[str, str]) -> tuple[Scored, ...]:
    """Renames hits to their units and keeps the first hit of each; an unknown id keeps its name."""
    kept: dict[str, Scored] = {}
    for hit in hits:
        unit = unit_of.get(hit.id, hit.id)
        kept.setdefault(unit, Scored(unit, hit.score))
    return tuple(kept.values())
