"""Entries to chunks: by heading, whole blocks where they fit, code never cut in two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.types import Block, Entry, Section, SectionKind, Span
from index.types import Chunk, ChunkKind

NOT_PASSAGES: frozenset[SectionKind] = frozenset({"checks", "follow_ups", "mistakes"})
"""Parts of our own entries that are no answer: assertions, next questions, and wrong statements."""


CODE_HEAD = 400
"""Characters of code that are embedded; BM25 reads all of it.  The rest took a fifth of the time
that indexing takes and gave 0.003 nDCG@10 on the development queries, within noise."""


@dataclass(frozen=True, slots=True)
class Chunking:
    """Sizes in characters.

    Prose is packed to `size`; a paragraph longer than that is split at sentence ends with
    `overlap`.  500/80 won on the development queries over 1000/200 and over whole sections.
    """

    size: int = 500
    overlap: int = 80


def chunk_entry(entry: Entry, chunking: Chunking = Chunking()) -> list[Chunk]:
    """All chunks of an entry: its question, its other wordings, then its passages in order."""
    pieces: list[tuple[tuple[str, ...], ChunkKind, str, Span]] = []
    title = Span(entry.span.start, entry.span.start)
    pieces.append(((), "question", entry.question, title))
    pieces.extend(((), "alias", alias, title) for alias in entry.aliases)
    for section in entry.sections:
        if section.kind not in NOT_PASSAGES:
            pieces.extend(
                (section.heading_path, kind, text, span)
                for kind, text, span in _passages(section, chunking)
            )
    return [
        Chunk(f"{entry.id}:{n}", entry.id, path, kind, text, span)
        for n, (path, kind, text, span) in enumerate(pieces)
    ]


def embedding_text(chunk: Chunk, entry: Entry) -> str:
    """What is embedded for a chunk: a passage carries its entry's question and its heading."""
    if chunk.kind in ("question", "alias"):
        return chunk.text
    said = chunk.text[:CODE_HEAD] if chunk.kind == "code" else chunk.text
    return "\n".join([entry.question, *chunk.heading_path[-1:], said])


def _passages(section: Section, chunking: Chunking) -> Iterator[tuple[ChunkKind, str, Span]]:
    run: list[Block] = []
    for block in section.blocks:
        if block.kind == "output":
            continue
        if block.kind == "code":
            yield from _pack(run, chunking)
            run = []
            yield "code", block.text, block.span
        else:
            run.append(block)
    yield from _pack(run, chunking)


def _pack(run: list[Block], chunking: Chunking) -> Iterator[tuple[ChunkKind, str, Span]]:
    held: list[Block] = []
    for block in run:
        if held and sum(len(b.text) for b in held) + len(block.text) > chunking.size:
            yield _joined(held)
            held = []
        if len(block.text) > chunking.size * 1.5:
            yield from _split(block, chunking)
        else:
            held.append(block)
    if held:
        yield _joined(held)


def _joined(blocks: list[Block]) -> tuple[ChunkKind, str, Span]:
    text = "\n\n".join(block.text for block in blocks)
    return "prose", text, Span(blocks[0].span.start, blocks[-1].span.end)


def _split(block: Block, chunking: Chunking) -> Iterator[tuple[ChunkKind, str, Span]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=chunking.size,
        chunk_overlap=chunking.overlap,
        separators=["\n\n", "\n", ". ", "; ", ", ", " ", ""],
        keep_separator="end",
        add_start_index=True,
    )
    # A cleaned text may be shorter than its original, so a part points at its whole block.
    for part in splitter.create_documents([block.text]):
        yield "prose", part.page_content, block.span
