"""Our own entries: YAML front matter and Markdown with named sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import InputError
from corpus.types import (
    Block,
    BlockKind,
    Document,
    Entry,
    Reading,
    Section,
    SectionKind,
    Snippet,
    Span,
)

if TYPE_CHECKING:
    from yaml import Node

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
_FRONT = re.compile(r"\A---\r?\n(.*?\r?\n)---\r?\n", re.DOTALL)
_VERSION = r"^\d+\.\d+$"


class FrontMatter(BaseModel):
    """What stands between the `---` lines of one of our entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: str = Field(min_length=8, max_length=300)
    aliases: list[str] = Field(min_length=3)
    topic: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    level: Literal["junior", "mid", "senior", "staff"]
    kind: Literal["concept", "comparison", "coding", "debugging", "design"]
    since: str | None = Field(default=None, pattern=_VERSION)
    until: str | None = Field(default=None, pattern=_VERSION)
    related: list[str] = []


def is_entry(text: str) -> bool:
    """Whether `text` begins as one of our entries: front matter that names an id and a question."""
    front = _FRONT.match(text)
    return bool(front and re.search(r"^id:", front[1], re.M) and "question:" in front[1])


def parse_entry(document: Document) -> Reading:
    """Reads one of our entries.

    Raises:
        InputError: names every bad field with its line, all at once.
    """
    matter, faults = _front_matter(document)
    body = _FRONT.match(document.text)
    sections = tuple(_sections(document.text, body.end() if body else 0))
    present = {section.heading_path[0] for section in sections if section.heading_path}
    faults += [f"section '## {name}' is missing" for name in _REQUIRED if name not in present]
    unknown = {
        section.heading_path[0]: document.text.rfind("#", 0, section.span.start)
        for section in reversed(sections)
        if section.heading_path and section.kind == "body"
    }
    faults += [
        f"line {_line(document.text, at)}: unknown section '## {name}'"
        for name, at in sorted(unknown.items(), key=lambda item: item[1])
    ]
    if faults or matter is None:
        raise InputError(
            "; ".join(faults),
            where=document.path,
            hint="CONTRIBUTING.md describes the format of an entry",
        )
    snippets = tuple(_snippets(matter.id, sections, document.text))
    follow_ups = tuple(
        item
        for section in sections
        if section.kind == "follow_ups"
        for block in section.blocks
        for item in list_items(block.text)
    )
    start = body.end() if body else 0
    entry = Entry(
        id=matter.id,
        document_id=document.id,
        number=1,
        question=matter.question,
        span=Span(start + _blank(document.text[start:]), len(document.text.rstrip())),
        sections=sections,
        snippets=snippets,
        topic=matter.topic,
        level=matter.level,
        kind=matter.kind,
        aliases=tuple(matter.aliases),
        follow_ups=follow_ups,
    )
    return Reading(document, (entry,))


def list_items(markdown: str) -> list[str]:
    """The items of a Markdown bullet list, each on one line, links reduced to their text."""
    items = re.split(r"(?m)^[-*] +", markdown)[1:]
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(item.split())) for item in items]


def _front_matter(document: Document) -> tuple[FrontMatter | None, list[str]]:
    import yaml

    found = _FRONT.match(document.text)
    if not found:
        return None, ["line 1: no front matter between two lines of '---'"]
    try:
        node = yaml.compose(found[1], Loader=yaml.SafeLoader)
        data = yaml.safe_load(found[1])
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        return None, [f"line {line}: not YAML ({getattr(fault, 'problem', None) or fault})"]
    if not isinstance(data, dict):
        return None, ["line 2: the front matter is not a list of 'name: value' lines"]
    try:
        return FrontMatter.model_validate(data), []
    except ValidationError as invalid:
        lines = _lines(node)
        return None, [
            f"line {lines.get(str(e['loc'][0]), 1)}: {'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in invalid.errors()
        ]


def _lines(node: Node | None) -> dict[str, int]:
    """The line in the file of each top-level key."""
    pairs = node.value if node is not None else []
    return {key.value: key.start_mark.line + 2 for key, _ in pairs}


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _sections(text: str, start: int) -> Iterator[Section]:
    from markdown_it import MarkdownIt

    starts = [start]
    for line in text[start:].splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tokens = MarkdownIt("commonmark").enable("table").parse(text[start:])
    path: tuple[str, ...] = ()
    blocks: list[Block] = []
    kinds: dict[str, BlockKind] = {
        "paragraph_open": "prose",
        "bullet_list_open": "list",
        "ordered_list_open": "list",
        "table_open": "table",
        "blockquote_open": "prose",
        "fence": "code",
    }
    for n, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        low, high = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if token.type == "heading_open":
            if blocks:
                yield _section(path, blocks)
            depth = int(token.tag[1]) - 2
            path = (*path[: max(depth, 0)], tokens[n + 1].content)
            blocks = []
        elif token.type in kinds:
            kind = kinds[token.type]
            raw = text[low:high]
            span = Span(low + _blank(raw), low + len(raw.rstrip()))
            if kind == "code":
                if not token.info.startswith("python"):
                    kind = "output"
                inner = text.index("\n", low) + 1
                span = Span(inner, inner + len(token.content.rstrip("\n")))
            blocks.append(
                Block(kind, token.content if kind in ("code", "output") else span.of(text), span)
            )
    if blocks:
        yield _section(path, blocks)


def _section(path: tuple[str, ...], blocks: list[Block]) -> Section:
    kind = SECTIONS.get(path[0], "body") if path else "body"
    return Section(path, kind, Span(blocks[0].span.start, blocks[-1].span.end), tuple(blocks))


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
