"""The statements of an answer, and whether what they cite says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

Kind = Literal["sentence", "row", "code"]

_MARKERS = re.compile(r"(?<!\S)(?:\[\d+\])+(?=[\s.,;:!?)]|$)")
"""Markers stand free: `x[0]` is none."""

FLAG = "✗"
"""Begins every remark that shows a refuted claim as refuted."""

SAME = 0.95
"""Share of a statement's letters that the quote has in the same order, for it to say the same."""

KNOWN = 0.8
"""Share of a statement's words that the quote has in any order, for it to say so differently."""

_REMARK = re.compile(r"\s*\(✗[^()]*(?:\([^()]*\)[^()]*)*\)|\s*#?\s*✗.*")
_LEADING = re.compile(r"(?:(?:\[\d+\])+(?:\s+|$))+")
_FENCE = re.compile(r"^\s*```")
_HEADING = re.compile(r"^(?:#{1,6} .*|\*\*[^*]+\*\*:?)$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_RULE = re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|?)+$")
_END = re.compile(r"(?<=[.!?])[\"')\]*`]*\s+(?=[\"'(*`\[]*[A-Z0-9])")
_NEGATION = frozenset({"not", "no", "never", "without", "cannot"})


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that an answer says, and the markers of the passages it rests on."""

    text: str
    kind: Kind
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    lines: tuple[str, ...]
    code: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def bare(self) -> str:
        """The text without its markers."""
        return _without(self.text).strip()

    @property
    def markers(self) -> tuple[str, ...]:
        return () if self.code else _markers(self.text)


def statements(text: str) -> list[Statement]:
    """What an answer in Markdown says: sentences, list items, rows of tables, pieces of code.

    Headings say nothing by themselves, nor do remarks of ours on what was refuted.  Markers count
    for the sentences before them in the same block; those that stand alone count for the code
    below them, else for the block above.
    """
    blocks = list(_blocks(text))
    found: list[Statement] = []
    for n, block in enumerate(blocks):
        if not block.code and not block.bare:
            continue
        before = blocks[n - 1] if n else None
        after = blocks[n + 1] if n + 1 < len(blocks) else None
        if block.code:
            code = "\n".join(_REMARK.sub("", line) for line in block.lines)
            alone = before is not None and not before.bare and not before.code
            found.append(Statement(code, "code", before.markers if before and alone else ()))
            continue
        below = blocks[n + 2].code if n + 2 < len(blocks) else False
        loose = after.markers if after and not after.bare and not below else ()
        found += _of_block(block, loose)
    return found


def supports(quote: str, statement: Statement) -> bool:
    """Whether a passage says what a statement says, word for word or in other words."""
    return says(quote, statement.text) or (
        statement.kind != "code" and _implies(quote, statement.text)
    )


def says(quote: str, text: str) -> bool:
    """Whether `quote` has the letters of `text` in their order, blanks and punctuation aside."""
    ours, theirs = _letters(text), _letters(quote)
    if not ours or ours in theirs:
        return True
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks() if block.size > 2)
    return same >= SAME * len(ours)


def _implies(quote: str, text: str) -> bool:
    words, known = _words(text), set(_words(quote))
    if not words or any(word.isdigit() and word not in known for word in words):
        return False
    if (set(words) & _NEGATION) != (known & _NEGATION) and set(words) & _NEGATION:
        return False
    return sum(word in known for word in words) >= KNOWN * len(words)


def _markers(text: str) -> tuple[str, ...]:
    return tuple(n for found in _MARKERS.findall(text) for n in re.findall(r"\d+", found))


def _without(text: str) -> str:
    return _MARKERS.sub("", text)


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"\w+", _without(text))]


def _letters(text: str) -> str:
    return "".join(c for c in _without(text).lower() if c.isalnum())


def _blocks(text: str) -> Iterator[_Block]:
    held: list[str] = []
    inside = False
    for line in [*text.split("\n"), ""]:
        if _FENCE.match(line):
            if held or inside:
                yield _Block(tuple(held), inside)
            held, inside = [], not inside
        elif line.strip() or inside:
            held.append(line)
        elif held:
            yield _Block(tuple(held))
            held = []


def _of_block(block: _Block, loose: Sequence[str]) -> Iterator[Statement]:
    if len(block.lines) == 1 and _HEADING.match(block.bare):
        return
    if block.lines[0].lstrip().startswith("|"):
        markers = (*block.markers, *loose)
        rows = [_REMARK.sub("", line) for line in block.lines if not _RULE.match(line)]
        yield from (Statement(row, "row", markers) for row in rows)
        return
    for piece, markers in _attached(_pieces(block), loose):
        if re.search(r"\w", piece):
            yield Statement(piece, "sentence", markers)


def _pieces(block: _Block) -> list[str]:
    """The sentences of a paragraph or of a list's items, markers included."""
    items: list[str] = []
    for line in (_REMARK.sub("", line) for line in block.lines):
        if items and not _ITEM.match(line):
            items[-1] += " " + line.strip()
        else:
            items.append(_ITEM.sub("", line))
    pieces = [piece for item in items for piece in _split(item)]
    joined: list[str] = []
    for piece in pieces:
        # A marker after a full stop begins what was split off, and belongs to what stands before.
        own = _LEADING.match(piece) if joined else None
        if own:
            joined[-1] += " " + own[0]
        rest = piece[own.end() :] if own else piece
        if rest:
            joined.append(rest)
    return joined


def _split(text: str) -> list[str]:
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(cuts) if text[a:b].strip()]


def _attached(pieces: Sequence[str], loose: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each piece with its own markers, else with the next ones behind it in its block."""
    following: tuple[str, ...] = tuple(loose)
    found: list[tuple[str, tuple[str, ...]]] = []
    for piece in reversed(pieces):
        own = _markers(piece)
        following = own or following
        found.append((_without(piece).strip(), following))
    yield from reversed(found)
