"""How fast it is, each figure beside what it is to be compared with, measured in the same run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.library import builtin_paths
from corpus.read import find_files
from eval.datasets import DATA, QueryRow
from eval.index_speed import Indexing, indexing
from eval.rows import read_rows
from eval.sandbox_speed import (
    Endurance,
    LoopSpeed,
    TrivialSpeed,
    endurance,
    training_loop,
    trivial,
)

if TYPE_CHECKING:
    from index.search import Searcher

QUESTIONS = (
    "What optimizers does PyTorch provide and how do I configure them?",
    "why is my loss nan after a few steps",
    "difference between view and reshape",
    "how do I freeze layers for fine-tuning?",
    "show me a training loop",
    "what does zero_grad do",
    "batch norm vs layer norm",
    "RuntimeError: grad can be implicitly created only for scalar outputs",
    "how do I save a checkpoint",
    "explain broadcasting",
)
"""Asked in turn; different ones, so that nothing is answered from a cache."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds over `n` runs."""

    n: int
    median_ms: float
    p95_ms: float


MOST_SEARCH = 1.3
"""What a warm search may cost, as a multiple of embedding its query."""

LEAST_BATCH = 5.0
"""How many times faster a query must be among `BATCH` at once than by itself."""

BATCH = 1000


INDEXED = 60
"""How many files are indexed again and again, so that this part ends within a minute or two."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Milliseconds a query: `BATCH` different ones at once, and some of the same one by one."""

    n: int
    together_ms: float
    alone_ms: float
    times_faster: float


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """What `torchproof eval speed` prints."""

    query_embedding: Timing
    search: Timing
    search_ratio: float
    batch: Batch
    ask_without_running: Timing
    indexing: Indexing
    trivial_snippet: TrivialSpeed
    training_loop: LoopSpeed
    endurance: Endurance

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return asdict(self)

    @property
    def missed(self) -> tuple[str, ...]:
        """A line for each bar that was missed."""
        lines = []
        if self.search_ratio > MOST_SEARCH:
            lines.append(
                f"a search takes {self.search_ratio:.2f} times what embedding its query does, "
                f"the bar is {MOST_SEARCH}"
            )
        if self.batch.times_faster < LEAST_BATCH:
            lines.append(
                f"{self.batch.n} queries at once are {self.batch.times_faster:.1f} times faster, "
                f"the bar is {LEAST_BATCH:.0f}"
            )
        return tuple(lines)

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        i = self.indexing
        t, loop, e = self.trivial_snippet, self.training_loop, self.endurance
        return [
            ("embed one query, warm", _shown(self.query_embedding)),
            (
                "search, warm",
                f"{_shown(self.search)}; {self.search_ratio:.2f} times the embedding (bar "
                f"{MOST_SEARCH})",
            ),
            (
                f"search, {self.batch.n} queries at once",
                f"{self.batch.together_ms:.2f} ms each, {self.batch.times_faster:.1f} times "
                f"faster than alone (bar {LEAST_BATCH:.0f})",
            ),
            ("ask without running, warm", _shown(self.ask_without_running)),
            (
                f"index {i.documents} documents ({i.characters:,} characters) on {i.device}",
                f"{i.ours_seconds:.2f} s for {i.ours_passages} passages",
            ),
            ("… the plain loop", f"{i.plain_seconds:.2f} s for {i.plain_chunks} chunks"),
            ("… times faster", f"{i.speedup:.2f}"),
            (
                "… reading entries, restoring code: takes as well",
                f"{i.reading_seconds:.2f} s; {i.speedup_with_reading:.2f} times faster with it",
            ),
            (
                "the same chunks, sorted batches : one by one",
                f"{i.batch_per_second:.0f} : {i.single_per_second:.0f} a second",
            ),
            (
                f"run a trivial snippet, sandbox tier {t.tier}",
                f"median {t.warm_ms:.1f} ms, p95 {t.warm_p95_ms:.1f} ms",
            ),
            ("… a fresh Python with torch", f"{t.fresh_ms:.0f} ms, {t.ratio:.0f} times as long"),
            (
                "run a training loop of 100 steps",
                f"{loop.sandboxed_ms:.0f} ms; {loop.own_ms:.0f} ms in a process of its own",
            ),
            (
                f"run {e.snippets} mixed snippets, {e.parallel} at a time",
                f"median {e.median_ms:.0f} ms, p95 {e.p95_ms:.0f} ms, {e.wrong} wrong",
            ),
            (
                "… left behind",
                f"{e.processes} processes, {e.descriptors} descriptors, {e.scratch} folders, "
                f"{e.megabytes:+.1f} MB",
            ),
        ]


def evaluate_speed(documents: Path | None = None, repeats: int = 3) -> SpeedFigures:
    """Measures on the files of `documents`, or on the built-in corpus where none are given."""
    from assistant.answer.pipeline import Assistant
    from assistant.answer.writers import ExtractiveWriter
    from assistant.sandbox.service import SandboxService
    from index.build import Request, build
    from index.embed import load_embedder
    from index.search import Searcher

    embedder = load_embedder()
    files = find_files([documents])[0] if documents else builtin_paths()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), Request(tuple(map(str, files)), only=documents is not None))
        searcher = Searcher.open(Path(folder), embedder)
    assistant = Assistant(searcher, ExtractiveWriter())
    with SandboxService() as sandbox:
        trivial_snippet = trivial(sandbox)
        loop = training_loop(sandbox)
        lasting = endurance(sandbox)
    embedding = _timed(lambda q: embedder.encode([q]))
    search = _timed(searcher.search)
    return SpeedFigures(
        query_embedding=embedding,
        search=search,
        search_ratio=search.median_ms / embedding.median_ms,
        batch=_batch(searcher, of_documents=documents is not None),
        ask_without_running=_timed(lambda q: assistant.ask(q, run=False)),
        indexing=indexing(_spread(files, INDEXED), embedder, repeats),
        trivial_snippet=trivial_snippet,
        training_loop=loop,
        endurance=lasting,
    )


def _timed(work: Callable[[str], object], rounds: int = 5) -> Timing:
    for question in QUESTIONS[:3]:
        work(question)
    times = []
    for _ in range(rounds):
        for question in QUESTIONS:
            started = time.perf_counter()
            work(question)
            times.append(1000 * (time.perf_counter() - started))
    return Timing(len(times), statistics.median(times), statistics.quantiles(times, n=20)[-1])


def _spread(files: Sequence[Path], most: int) -> Sequence[Path]:
    """At most `most` files, evenly over all."""
    return files[:: -(-len(files) // most)]


def _batch(searcher: Searcher, of_documents: bool) -> Batch:
    """Different queries of our own sets, of every style; one in ten is searched for alone first."""
    queries = typed_queries(BATCH, of_documents)
    started = time.perf_counter()
    for query in queries[::10]:
        searcher.search(query)
    alone = 1000 * (time.perf_counter() - started) / len(queries[::10])
    started = time.perf_counter()
    searcher.search_many(queries)
    each = 1000 * (time.perf_counter() - started) / len(queries)
    return Batch(len(queries), each, alone, alone / each)


def typed_queries(n: int, of_documents: bool) -> list[str]:
    """`n` different queries such as people type, those of what is searched before others.

    The queries over the documents are 13 tokens long on the average, those over the built-in corpus
    more than 20: what embedding costs, alone or together, depends on that.
    """
    sets = ["documents", "builtin"] if of_documents else ["builtin", "documents"]
    rows = [row for name in sets for row in read_rows(DATA / name / "queries.jsonl", QueryRow)]
    return list(dict.fromkeys(row.text for row in rows))[:n]


def _shown(timing: Timing) -> str:
    return f"median {timing.median_ms:.1f} ms, p95 {timing.p95_ms:.1f} ms (n = {timing.n})"
