"""Our own entries: YAML front matter and Markdown with named sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus import authored
from corpus.types import Document, Entry, Reading, Section, SectionKind, Snippet, Span

SECTIONS: dict[str, SectionKind] = {
    "Short answer": "short_answer",
    "Explanation": "explanation",
    "Code": "code",
    "Pitfalls": "pitfalls",
    "Follow-ups": "follow_ups",
    "Key points": "key_points",
    "Common mistakes": "mistakes",
    "Checks": "checks",
}
"""The headings that an entry may have, in their order, and what each is."""

_REQUIRED = ("Short answer", "Explanation", "Key points")
_VERSION = r"^\d+\.\d+$"


class FrontMatter(BaseModel):
    """What stands between the `---` lines of one of our entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=authored.ID)
    question: str = Field(min_length=8, max_length=300)
    aliases: list[str] = Field(min_length=3)
    topic: str = Field(pattern=authored.ID)
    level: Literal["junior", "mid", "senior", "staff"]
    kind: Literal["concept", "comparison", "coding", "debugging", "design"]
    since: str | None = Field(default=None, pattern=_VERSION)
    until: str | None = Field(default=None, pattern=_VERSION)
    related: list[str] = []


def is_entry(text: str) -> bool:
    """Whether `text` begins as one of our entries: front matter that names an id and a question."""
    front = authored.front_matter(text)
    return bool(front and re.search(r"^id:", front, re.M) and re.search(r"^question:", front, re.M))


def parse_entry(document: Document) -> Reading:
    """Reads one of our entries.

    Raises:
        InputError: names every bad field with its line, all at once.
    """
    matter, faults = authored.read_matter(document, FrontMatter)
    start = authored.body_start(document.text)
    sections = tuple(authored.read_sections(document.text, start, SECTIONS))
    faults += authored.section_faults(document.text, sections, _REQUIRED)
    if faults or matter is None:
        raise authored.malformed(document, faults, "an entry")
    snippets = tuple(_snippets(matter.id, sections, document.text))
    follow_ups = tuple(
        item
        for section in sections
        if section.kind == "follow_ups"
        for block in section.blocks
        for item in authored.list_items(block.text)
    )
    entry = Entry(
        id=matter.id,
        document_id=document.id,
        number=1,
        question=matter.question,
        span=Span(start + authored.blank(document.text[start:]), len(document.text.rstrip())),
        sections=sections,
        snippets=snippets,
        topic=matter.topic,
        level=matter.level,
        kind=matter.kind,
        aliases=tuple(matter.aliases),
        follow_ups=follow_ups,
    )
    return Reading(document, (entry,))


def _snippets(entry_id: str, sections: tuple[Section, ...], text: str) -> Iterator[Snippet]:
    count = 0
    for section in sections:
        if section.kind == "checks":
            continue
        for n, block in enumerate(section.blocks):
            if block.kind != "code":
                continue
            count += 1
            after = section.blocks[n + 1] if n + 1 < len(section.blocks) else None
            spans = []
            at = block.span.start
            for line in block.span.of(text).splitlines(keepends=True):
                bare = line.strip()
                low = at + line.find(bare)
                spans.append(Span(low, low + len(bare)))
                at += len(line)
            yield Snippet(
                id=f"{entry_id}/{count}",
                entry_id=entry_id,
                span=block.span,
                code=block.text,
                expected_output=after.text if after and after.kind == "output" else None,
                line_spans=tuple(spans),
            )
