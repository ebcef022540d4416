"""Systems run and scored side by side on the same queries."""

from __future__ import annotations

import statistics
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from corpus.errors import InputError
from eval.answerable import Answerability, answerability
from eval.compare import Comparison, Interval, compare_all, interval
from eval.datasets import Query, QuerySet
from eval.measures import MEASURES, TRUE, Scores, depth_for, describe, score, truthful
from eval.progress import Note, silently
from eval.systems import Run, System

TIMED = 20
"""Queries that are asked one by one to see how long one takes."""
TIMED_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds for a query, indexing not counted.

    Attributes:
        batch: wall clock over all queries asked at once, by their number.
        median, p95: of `n` queries asked one by one, ten hits each.
    """

    batch: float
    median: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class FacetFigures:
    """Figures over the queries that share a style, a topic or the like.

    Attributes:
        n: how many these are.
        means: measure to mean.
        first: the first measure with its interval.
    """

    n: int
    means: Mapping[str, float]
    first: Interval


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system's figures.

    Attributes:
        overall: measure to its mean over all answerable queries, with its bootstrap interval.
        by: facet (such as `style`) to value to figures.
        answering: how well it tells what can be answered; None where everything can be.
        latency: None for a stored run.
        size: bytes of what it searches, None for a stored run.
        per_query: measure to query id to value.
    """

    name: str
    overall: Mapping[str, Interval]
    by: Mapping[str, Mapping[str, FacetFigures]]
    answering: Answerability | None
    latency: Latency | None
    size: int | None
    per_query: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class RetrievalFigures:
    """All systems on one query set; the first one is compared with each of the others.

    Attributes:
        queries: how many were asked; `found_in` those that have something to be found.
        measures: name to what it says.
        comparisons: for each measure, the first system against each of the others.
        refuted: units whose claims execution refuted; None where nothing was verified.
        index: the manifest of the product's own index, if it was among the systems.
        titles: for a text's id, what a reader may know it by.
    """

    dataset: str
    queries: int
    found_in: int
    measures: Mapping[str, str]
    systems: tuple[SystemFigures, ...]
    comparisons: tuple[Comparison, ...]
    refuted: tuple[str, ...] | None
    runs: Mapping[str, Run] = field(repr=False)
    query_set: QuerySet = field(repr=False)
    titles: Mapping[str, str] = field(repr=False, default_factory=dict)
    index: Mapping[str, Any] | None = field(repr=False, default=None)

    def system(self, name: str) -> SystemFigures:
        """The figures of one system.

        Raises:
            KeyError: there is none of that name.
        """
        return {figures.name: figures for figures in self.systems}[name]

    def to_json(self) -> dict[str, Any]:
        """Everything but the rankings, which go into files of their own."""
        return {
            "dataset": self.dataset,
            "queries": self.queries,
            "found_in": self.found_in,
            "measures": dict(self.measures),
            "systems": [asdict(figures) for figures in self.systems],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
            "refuted": None if self.refuted is None else list(self.refuted),
            "index": self.index,
        }


def measure(
    systems: Sequence[System],
    query_set: QuerySet,
    measures: Sequence[str] = MEASURES,
    *,
    refuted: Collection[str] | None = None,
    note: Note = silently,
) -> RetrievalFigures:
    """Runs and scores systems on a query set; the first is compared with the others.

    Args:
        systems: what to measure, each under a name of its own.
        query_set: what to ask.
        measures: as ir-measures spells them; the first one leads.
        refuted: units that say something false; with them, the first measure is also given with
            hits on these as misses.
        note: told what is being done.

    Raises:
        InputError: an unknown measure, two systems of the same name, or no query with a relevant
            text.
    """
    described = describe(measures)
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        raise InputError(f"two systems of one name: {', '.join(names)}", hint="rename a run file")
    asked = [q for q in query_set.queries if any(query_set.qrels.get(q.id, {}).values())]
    if not asked:
        raise InputError("no query has a relevant text", where=query_set.name, hint="add labels")
    runs: dict[str, Run] = {}
    scores: dict[str, Scores] = {}
    latencies: dict[str, Latency | None] = {}
    for system in systems:
        note(f"running {system.name} on {len(query_set.queries)} queries")
        runs[system.name], latencies[system.name] = _timed(
            system, query_set.queries, depth_for(measures)
        )
        found = score(query_set.qrels, runs[system.name], measures)
        if refuted is not None:
            true = score(query_set.qrels, truthful(runs[system.name], refuted), measures[:1])
            found = Scores({**found.values, TRUE + measures[0]: true.values[measures[0]]})
        scores[system.name] = found
    if refuted is not None:
        described[TRUE + measures[0]] = (
            f"{measures[0]} where a hit on an entry with a refuted claim counts as a miss"
        )
    figures = tuple(
        SystemFigures(
            name=system.name,
            overall={m: interval(v) for m, v in scores[system.name].values.items()},
            by=_facets(scores[system.name], asked, query_set.facets),
            answering=answerability(query_set.queries, runs[system.name]),
            latency=latencies[system.name],
            size=system.size,
            per_query=scores[system.name].values,
        )
        for system in systems
    )
    return RetrievalFigures(
        dataset=query_set.name,
        queries=len(query_set.queries),
        found_in=len(asked),
        measures=described,
        systems=figures,
        comparisons=tuple(
            comparison
            for name in described
            for comparison in compare_all(
                name, [(system.name, system.per_query[name]) for system in figures]
            )
        ),
        refuted=None if refuted is None else tuple(sorted(refuted)),
        runs=runs,
        query_set=query_set,
    )


def _timed(system: System, queries: Sequence[Query], depth: int) -> tuple[Run, Latency | None]:
    system.rank(queries[:1], depth)  # indexes what is still to be indexed
    began = time.perf_counter()
    run = system.rank(queries, depth)
    batch = 1000 * (time.perf_counter() - began) / len(queries)
    if system.size is None:
        return run, None
    times = []
    # Spread over the set, so that all styles are among them.
    for query in queries[:: max(1, len(queries) // TIMED)][:TIMED]:
        began = time.perf_counter()
        system.rank([query], TIMED_DEPTH)
        times.append(1000 * (time.perf_counter() - began))
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return run, Latency(batch, statistics.median(times), p95, len(times))


def _facets(
    scores: Scores, asked: Sequence[Query], facets: Sequence[str]
) -> dict[str, dict[str, FacetFigures]]:
    first = next(iter(scores.values))
    by: dict[str, dict[str, FacetFigures]] = {}
    for facet in facets:
        groups: dict[str, list[str]] = {}
        for query in asked:
            groups.setdefault(query.facet(facet), []).append(query.id)
        by[facet] = {
            value: FacetFigures(
                len(ids),
                scores.means(ids),
                interval({qid: scores.values[first][qid] for qid in ids}),
            )
            for value, ids in groups.items()
            if value
        }
    return by
