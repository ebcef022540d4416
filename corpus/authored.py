"""What our own files have in common: YAML front matter, then Markdown with named sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from corpus.errors import InputError
from corpus.types import Block, BlockKind, Document, Section, SectionKind, Span

if TYPE_CHECKING:
    from yaml import Node

Matter = TypeVar("Matter", bound=BaseModel)

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""Ids and topics: lower case, hyphens."""
_FRONT = re.compile(r"\A---\r?\n(.*?\r?\n)---\r?\n", re.DOTALL)
_CHECK = re.compile(r"\bcheck=([a-z0-9-]+)")


def front_matter(text: str) -> str | None:
    """The YAML between the two lines of `---` that `text` begins with, if it does."""
    found = _FRONT.match(text)
    return found[1] if found else None


def body_start(text: str) -> int:
    """Where the front matter has ended, in characters."""
    found = _FRONT.match(text)
    return found.end() if found else 0


def read_matter(document: Document, model: type[Matter]) -> tuple[Matter | None, list[str]]:
    """The front matter as `model` has it, or every fault of it with its line."""
    import yaml

    found = front_matter(document.text)
    if found is None:
        return None, ["line 1: no front matter between two lines of '---'"]
    # The parser in C, where PyYAML was built with it, is some ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(found, Loader=loader)
        data = yaml.constructor.SafeConstructor().construct_document(node) if node else None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        return None, [f"line {line}: not YAML ({getattr(fault, 'problem', None) or fault})"]
    if not isinstance(data, dict):
        return None, ["line 2: the front matter is not a list of 'name: value' lines"]
    try:
        return model.model_validate(data), []
    except ValidationError as invalid:
        lines = _lines(node)
        return None, [
            f"line {lines.get(str(e['loc'][0]), 1)}: {'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in invalid.errors()
        ]


def section_faults(
    text: str, sections: tuple[Section, ...], required: tuple[str, ...]
) -> Iterator[str]:
    """Names each required section that is missing, and each that has no place in such a file."""
    present = {section.heading_path[0] for section in sections if section.heading_path}
    for name in required:
        if name not in present:
            yield f"section '## {name}' is missing"
    unknown = {
        section.heading_path[0]: text.rfind("#", 0, section.span.start)
        for section in reversed(sections)
        if section.heading_path and section.kind == "body"
    }
    for name, at in sorted(unknown.items(), key=lambda item: item[1]):
        yield f"line {line_at(text, at)}: unknown section '## {name}'"


def malformed(document: Document, faults: list[str], what: str) -> InputError:
    """The error that names all `faults` of a file at once."""
    return InputError(
        "; ".join(faults),
        where=document.path,
        hint=f"CONTRIBUTING.md describes the format of {what}",
    )


def check_name(text: str, block: Block) -> str | None:
    """The name after `check=` on the fence of a piece of code."""
    start = text.rfind("\n", 0, max(block.span.start - 1, 0)) + 1
    found = _CHECK.search(text[start : block.span.start])
    return found[1] if found else None


def list_items(markdown: str) -> list[str]:
    """The items of a Markdown bullet list, each on one line, links reduced to their text."""
    items = re.split(r"(?m)^[-*] +", markdown)[1:]
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(item.split())) for item in items]


def _lines(node: Node | None) -> dict[str, int]:
    """The line in the file of each top-level key."""
    pairs = node.value if node is not None else []
    return {key.value: key.start_mark.line + 2 for key, _ in pairs}


def line_at(text: str, offset: int) -> int:
    """The 1-based line of a character."""
    return text.count("\n", 0, offset) + 1


def blank(text: str) -> int:
    """How many characters of blank space `text` begins with."""
    return len(text) - len(text.lstrip())


def read_sections(text: str, start: int, kinds_of: Mapping[str, SectionKind]) -> Iterator[Section]:
    """The headed parts of `text` from `start` on; headings outside `kinds_of` are `body`."""
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
                yield _section(path, blocks, kinds_of)
            depth = int(token.tag[1]) - 2
            path = (*path[: max(depth, 0)], tokens[n + 1].content)
            blocks = []
        elif token.type in kinds:
            kind = kinds[token.type]
            raw = text[low:high]
            span = Span(low + blank(raw), low + len(raw.rstrip()))
            if kind == "code":
                if not token.info.startswith("python"):
                    kind = "output"
                inner = text.index("\n", low) + 1
                span = Span(inner, inner + len(token.content.rstrip("\n")))
            blocks.append(
                Block(kind, token.content if kind in ("code", "output") else span.of(text), span)
            )
    if blocks:
        yield _section(path, blocks, kinds_of)


def _section(
    path: tuple[str, ...], blocks: list[Block], kinds_of: Mapping[str, SectionKind]
) -> Section:
    kind = kinds_of.get(path[0], "body") if path else "body"
    return Section(path, kind, Span(blocks[0].span.start, blocks[-1].span.end), tuple(blocks))
