"""Which pieces of the entries found go into an answer, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.intent import Intent
from corpus.types import Block, Document, Entry, Section, Snippet
from index.search import Searcher
from index.types import Chunk, Hit, SearchResult

CLOSE = 0.93
"""An entry whose score is at least this share of the first one's may add to the answer."""

BUDGET: dict[Intent, int] = {
    "code": 500,
    "how_to": 900,
    "error": 1200,
    "comparison": 1300,
    "definition": 1100,
    "general": 1100,
}
"""Characters of prose that an answer takes from its first entry, after the opening."""

SAME = 0.6
"""Two blocks that share this much of their words (Jaccard) say the same thing."""

LEAD_IN = 50
"""A paragraph of at most so many characters that ends in a colon only leads to the code below."""

_Row = tuple[Hit, Section, Block, float]
"""A block of a hit, with the score of the nearest chunk over it."""

_SKIPPED = frozenset({"checks", "follow_ups", "mistakes", "key_points"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an entry that an answer uses; `marker` is what stands in the brackets.

    `snippet` is set when the block is code that can be run.
    """

    marker: str
    document: Document
    entry: Entry
    section: Section
    block: Block
    score: float
    snippet: Snippet | None = None


def select_passages(
    intent: Intent, result: SearchResult, searcher: Searcher
) -> tuple[Passage, ...]:
    """The passages of an answer in the order in which they are written.

    The first entry opens (its short answer, else its first paragraph), goes on with what lies
    nearest to the question, shows its code and its pitfalls; close runners-up add their opening.
    """
    if not result.hits:
        return ()
    first = result.hits[0]
    chosen: list[_Row] = []
    chosen += _from_first(intent, first, searcher)
    for hit in result.hits[1:3]:
        if hit.score >= CLOSE * first.score:
            chosen += _opening(hit, searcher)
    passages: list[Passage] = []
    used: list[frozenset[str]] = []
    for hit, section, block, score in chosen:
        words = frozenset(re.findall(r"\w+", block.text.lower()))
        if any(overlap(words, other) >= SAME for other in used):
            continue
        used.append(words)
        entry = searcher.entries[hit.chunk.entry_id]
        passages.append(
            Passage(
                marker=str(len(passages) + 1),
                document=searcher.documents[entry.document_id],
                entry=entry,
                section=section,
                block=block,
                score=score,
                snippet=snippet_of(entry, block),
            )
        )
    return tuple(passages)


def _from_first(intent: Intent, hit: Hit, searcher: Searcher) -> list[_Row]:
    opening = _opening(hit, searcher)
    rows = list(scored(hit, searcher))
    taken = {id(block) for _, _, block, _ in opening}
    prose = [row for row in rows if row[2].kind != "code" and id(row[2]) not in taken]
    code = sorted((row for row in rows if row[2].kind == "code"), key=lambda row: -row[3])[:1]
    warnings = [row for row in prose if row[1].kind == "pitfalls"]
    rest = [row for row in prose if row[1].kind != "pitfalls"]
    body = _within(rest, BUDGET[intent], prefer_tables=intent == "comparison")
    if intent == "code":
        return [*opening, *code, *body, *warnings[:1]]
    # What a page says between two pieces of code often speaks of them: its own order is kept.
    told = sorted([*body, *code], key=lambda row: row[2].span)
    if intent == "error":
        return [*opening, *warnings, *told]
    return [*opening, *told, *warnings[:1]]


def _opening(hit: Hit, searcher: Searcher) -> list[_Row]:
    rows = list(scored(hit, searcher))
    short = [row for row in rows if row[1].kind == "short_answer"]
    if short:
        return short
    prose = [row for row in rows if row[2].kind == "prose"]
    return prose[:1] or [row for row in rows if row[2].kind != "code"][:1]


def scored(hit: Hit, searcher: Searcher) -> Iterator[_Row]:
    """The entry's blocks in reading order, each with the score of the nearest chunk over it."""
    entry = searcher.entries[hit.chunk.entry_id]
    for section in entry.sections:
        if section.kind in _SKIPPED:
            continue
        for block, after in zip(section.blocks, [*section.blocks[1:], None], strict=True):
            if block.kind != "output" and not announces(block, after):
                yield hit, section, block, _score(block, hit.passages)


def announces(block: Block, after: Block | None) -> bool:
    """Whether a block only leads to what follows: "Here is the code:", or one line in bold."""
    if block.kind != "prose" or after is None:
        return False
    text = block.text.strip()
    if re.fullmatch(r"\*\*[^*]+\*\*[.:]?", text):
        return True
    return after.kind == "code" and len(text) <= LEAD_IN and text.endswith(":")


def _score(block: Block, near: Iterable[tuple[Chunk, float]]) -> float:
    return max(
        (
            score
            for chunk, score in near
            if chunk.kind in ("prose", "code")
            and (chunk.span.holds(block.span) or block.span.holds(chunk.span))
        ),
        default=0.0,
    )


def _within(rows: Sequence[_Row], budget: int, *, prefer_tables: bool) -> list[_Row]:
    """The best rows that fit into `budget` characters, put back into reading order."""

    def worth(row: _Row) -> float:
        return row[3] + (0.2 if prefer_tables and row[2].kind == "table" else 0.0)

    kept: list[_Row] = []
    for row in sorted(rows, key=worth, reverse=True):
        if len(row[2].text) <= budget:
            kept.append(row)
            budget -= len(row[2].text)
    return [row for row in rows if any(row is other for other in kept)]


def snippet_of(entry: Entry, block: Block) -> Snippet | None:
    """The snippet that a block of code is."""
    if block.kind != "code":
        return None
    return next((s for s in entry.snippets if s.span == block.span), None)


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """The share of their words that two texts have in common (Jaccard)."""
    return len(a & b) / len(a | b) if a and b else 0.0
