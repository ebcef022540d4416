"""How fast documents become searchable, ours beside the loop that tutorials show."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.library import combine, parse
from corpus.read import read_document
from corpus.types import Library

if TYPE_CHECKING:
    from index.embed import SentenceEmbeddings


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


def indexing(files: Sequence[Path], embedder: SentenceEmbeddings, repeats: int) -> Indexing:
    """Measures both, by turns, `repeats` times."""
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
