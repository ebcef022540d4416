"""A stream of Markdown cut into what can be checked by itself: sentences, tables, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

UnitKind = Literal["prose", "table", "code"]

FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n")
_MAYBE_FENCE = re.compile(
    r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:`{1,2}|~{1,2}|(?:`{3,}|~{3,})[^\n]*)\Z"
)
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)[.!?]+[\"'”)*_`]*(?:[ \t]*\[\d+\])*\s+(?=[^\s\d\[])"
    r"|\n(?=[ \t]*(?:[-*+][ \t]|\d+[.)][ \t]|\||\#|>|`{3}|~{3}))"
    r"|\n[ \t]*\n+(?=\S|[ \t])"
)
_BLANK = re.compile(r"(?:[ \t]*\n)+")
_ITEM_NUMBER = re.compile(r"\s*\d+[.)]\s*\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of Markdown with all the blanks behind it: the units of a text make up the text."""

    kind: UnitKind
    text: str


class Units:
    """Takes a text in pieces and gives its units as soon as each is whole.

    Attributes:
        rest: the beginning of the unit that is not whole yet.
        kind: what that unit will be, as far as can be told; None while its first characters may
            still begin a block of code.
        line_start: whether it begins a line.
    """

    def __init__(self) -> None:
        self.rest = ""
        self.line_start = True

    @property
    def kind(self) -> UnitKind | None:
        """What the unfinished unit is."""
        if self.line_start:
            if FENCE.match(self.rest):
                return "code"
            if _MAYBE_FENCE.match(self.rest) or not self.rest.strip():
                return None
            if self.rest.lstrip(" \t>").startswith("|"):
                return "table"
        return "prose"

    def feed(self, text: str) -> Iterator[Unit]:
        """The units that `text` makes whole."""
        self.rest += text
        while True:
            blank = _BLANK.match(self.rest) if self.line_start else None
            if blank:
                yield self._cut("prose", blank.end())
            kind = self.kind
            end = self._end(kind) if kind else None
            if kind is None or end is None:
                return
            yield self._cut(kind, end)

    def finish(self) -> Iterator[Unit]:
        """What is left, its last block of code closed if it was not."""
        kind = self.kind or "prose"
        opened = FENCE.match(self.rest) if kind == "code" else None
        if opened and _closing(self.rest, opened) is None:
            self.rest = f"{self.rest.rstrip()}\n{opened['fence']}\n"
        if self.rest:
            yield self._cut(kind, len(self.rest))

    def _cut(self, kind: UnitKind, end: int) -> Unit:
        text, self.rest = self.rest[:end], self.rest[end:]
        self.line_start = text.endswith("\n")
        return Unit(kind, text)

    def _end(self, kind: UnitKind) -> int | None:
        match kind:
            case "code":
                opened = FENCE.match(self.rest)
                return _closing(self.rest, opened) if opened else None
            case "table":
                at = 0
                for line in self.rest.splitlines(keepends=True):
                    if line.lstrip(" \t>")[:1] != "|":
                        return at if line.strip() or line.endswith("\n") else None
                    at += len(line)
                return None
            case "prose":
                return self._sentence_end()

    def _sentence_end(self) -> int | None:
        if self.line_start and self.rest.lstrip(" ").startswith("#"):
            return self.rest.find("\n") + 1 or None
        for match in _END.finditer(self.rest):
            before = self.rest[: match.start() + 1]
            if self.line_start and _ITEM_NUMBER.match(before):
                continue
            if "\n" not in match[0] and before.count("`") % 2:
                continue
            if before.strip():
                return match.end()
        return None


def _closing(text: str, opened: re.Match[str]) -> int | None:
    """Where a block of code ends, its closing fence included."""
    fence = opened["fence"]
    found = re.compile(rf"(?m)^[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*(?:\n|\Z)").search(
        text, opened.end()
    )
    # A fence at the very end may still grow a language, and then it would be another.
    return found.end() if found and found[0].endswith("\n") else None


def body_of(unit: str) -> tuple[str, int, int, str]:
    """The code of a block.

    Returns:
        Language, offsets of the first character of the body and of the one behind it, and the
        indentation that the block has as part of a list.
    """
    opened = FENCE.match(unit)
    assert opened is not None
    closing = re.search(rf"(?m)^[ \t>]*{opened['fence'][0]}{{3,}}[ \t]*$", unit[opened.end() :])
    end = opened.end() + closing.start() if closing else len(unit)
    words = opened["info"].split()
    body = unit[opened.end() : end]
    lines = [line for line in body.split("\n") if line.strip()]
    indents = [re.match(r"[ \t]*", line) for line in lines]
    common = min((found[0] for found in indents if found), key=len, default="")
    return (words[0].lower() if words else "", opened.end(), end, common)
