"""How fast it is, each figure beside what it is to be compared with, measured in the same run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.library import builtin_paths, combine, parse
from corpus.read import find_files, read_document
from corpus.types import Library
from eval.sandbox_speed import (
    Endurance,
    LoopSpeed,
    TrivialSpeed,
    endurance,
    training_loop,
    trivial,
)

if TYPE_CHECKING:
    from index.embed import SentenceEmbeddings

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


@dataclass(frozen=True, slots=True)
class Indexing:
    """Seconds to a searchable index, ours and the plain loop's, medians of `repeats`.

    The plain loop: LangChain's RecursiveCharacterTextSplitter (1000/200), each chunk encoded by
    itself, each vector added to FAISS.  Ours: chunks by entry and heading, all encoded together,
    FAISS and BM25.  Both get the same loaded model and the same files, already decoded; what the
    plain loop has nothing like, reading pages into entries and restoring their code, is
    `reading_seconds` and counted in `speedup_with_reading`.
    """

    documents: int
    characters: int
    repeats: int
    ours_seconds: float
    plain_seconds: float
    reading_seconds: float
    ours_passages: int
    plain_chunks: int
    speedup: float
    speedup_with_reading: float
    batch_per_second: float
    single_per_second: float
    device: str


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """What `torchproof eval speed` prints."""

    query_embedding: Timing
    search: Timing
    ask_without_running: Timing
    indexing: Indexing
    trivial_snippet: TrivialSpeed
    training_loop: LoopSpeed
    endurance: Endurance

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return asdict(self)

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        i = self.indexing
        t, loop, e = self.trivial_snippet, self.training_loop, self.endurance
        return [
            ("embed one query, warm", _shown(self.query_embedding)),
            ("search, warm", _shown(self.search)),
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
    return SpeedFigures(
        query_embedding=_timed(lambda q: embedder.encode([q])),
        search=_timed(searcher.search),
        ask_without_running=_timed(lambda q: assistant.ask(q, run=False)),
        indexing=_indexing(files, embedder, repeats),
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


def _indexing(files: Sequence[Path], embedder: SentenceEmbeddings, repeats: int) -> Indexing:
    documents = [read_document(path) for path in files]
    texts = [document.text for document in documents]
    chunks = plain_chunks(texts)
    embedder.encode(chunks[:8])
    ours: list[float] = []
    plain: list[float] = []
    reading: list[float] = []
    passages = 0
    for _ in range(repeats):  # by turns, so that a busy machine slows both
        started = time.perf_counter()
        library = combine([parse(document) for document in documents], [])
        reading.append(time.perf_counter() - started)
        started = time.perf_counter()
        passages = index_ours(library, embedder)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        index_plainly(texts, embedder)
        plain.append(time.perf_counter() - started)
    started = time.perf_counter()
    embedder.encode(chunks)
    batch = len(chunks) / (time.perf_counter() - started)
    return Indexing(
        documents=len(files),
        characters=sum(map(len, texts)),
        repeats=repeats,
        ours_seconds=statistics.median(ours),
        plain_seconds=statistics.median(plain),
        ours_passages=passages,
        plain_chunks=len(chunks),
        reading_seconds=statistics.median(reading),
        speedup=statistics.median(plain) / statistics.median(ours),
        speedup_with_reading=statistics.median(plain)
        / (statistics.median(ours) + statistics.median(reading)),
        batch_per_second=batch,
        single_per_second=len(chunks) / statistics.median(plain),
        device=embedder.device,
    )


def index_ours(library: Library, embedder: SentenceEmbeddings) -> int:
    """Chunks, embeds and stores a library our way; returns the number of passages."""
    from index.build import chunk_library, entry_texts
    from index.chunk import Chunking
    from index.lexical import LexicalIndex
    from index.store import FaissStore

    chunks, texts = chunk_library(library, Chunking())
    FaissStore.build(embedder.encode(texts))
    LexicalIndex.build(entry_texts(chunks))
    return len(chunks)


def plain_chunks(texts: Sequence[str]) -> list[str]:
    """1000/200-character chunks by LangChain's splitter."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return [chunk for text in texts for chunk in splitter.split_text(text)]


def index_plainly(texts: Sequence[str], embedder: SentenceEmbeddings) -> int:
    """The loop that tutorials show: split, encode chunk by chunk, add; returns the number added."""
    import faiss

    index = faiss.IndexFlatIP(embedder.dimension)
    for chunk in plain_chunks(texts):
        index.add(embedder.encode([chunk]))
    return int(index.ntotal)


def _shown(timing: Timing) -> str:
    return f"median {timing.median_ms:.1f} ms, p95 {timing.p95_ms:.1f} ms (n = {timing.n})"
