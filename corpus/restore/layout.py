"""Writing the lines down again, each with the place where it stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.restore.facts import facts_of
from corpus.restore.scan import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.restore.logical import Item

STEP = 4
Line = tuple[str, int, int]
"""A line of code without its line end, and the offsets of what it shows in the text read."""

_SECTION = re.compile(
    r"(Args|Arguments|Attributes|Example|Examples|Keyword Args|Note|Notes|Raises|Returns|Return"
    r"|Shape|Shapes|Usage|Yields|Warning|Inputs?|Outputs?|Parameters)\s*:\s*$"
)


def write(items: Sequence[Item], depths: Sequence[int]) -> list[Line]:
    """The lines that `items` make.

    Args:
        items: code and comments in order, with their places.
        depths: for each line of code among them, in how many blocks it stands.
    """
    lines: list[Line] = []
    placed = iter(depths)
    levels = [None if item.comment else next(placed) for item in items]
    below = 0
    after: list[int] = []
    for level in reversed(levels):
        below = below if level is None else level
        after.append(below)
    after.reverse()
    for item, depth in zip(items, after, strict=True):
        if item.trailing and lines:
            code, start, _ = lines[-1]
            lines[-1] = (code + "  " + item.text, start, item.end)
            continue
        lines += [("", item.start, item.start)] * (item.blanks if lines else 0)
        lines += _spread(item, depth * STEP)
    return lines


def _spread(item: Item, indent: int) -> list[Line]:
    """The physical lines of one logical line."""
    physical = item.text.split("\n")
    if len(physical) == 1:
        return [(" " * indent + item.text, item.start, item.end)]
    in_string = _string_lines(item.text)
    docstring = "docstring" in facts_of(item.text).tags
    lines: list[Line] = []
    at = item.start
    section = 0
    for number, raw in enumerate(physical):
        bare = raw.strip()
        start = at + len(raw) - len(raw.lstrip())
        span = (start, start + len(bare))
        at += len(raw) + 1
        if number == 0:
            lines.append((" " * indent + raw.rstrip(), *span))
        elif number in in_string:
            if not docstring or raw[:1].isspace() or not bare:
                lines.append((raw, *span))
                section = section if bare else 0
            else:
                if _SECTION.match(bare):
                    section = 0
                closing = bare in ('"""', "'''")
                lines.append((" " * (indent + (0 if closing else section)) + raw, *span))
                if _SECTION.match(bare):
                    section = STEP
        elif not bare:
            lines.append(("", *span))
        else:
            kept = len(raw) - len(raw.lstrip())
            inner = indent + (0 if bare[0] in ")]}" else STEP)
            lines.append((" " * max(inner, kept + indent if kept else inner) + bare, *span))
    return lines


def _string_lines(text: str) -> set[int]:
    """The numbers of the physical lines that start inside a string."""
    inside: set[int] = set()
    for token in tokens(text):
        if token.kind == "string" and "\n" in token.text:
            first = text.count("\n", 0, token.start)
            inside |= set(range(first + 1, first + 1 + token.text.count("\n")))
    return inside
