"""Characters that typography or a web page put in the place of Python's."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from corpus.restore.scan import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.restore.mapped import Edit, Mapped

_NEWLINES = re.compile(r"\r\n?")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e]")
_JOINERS = re.compile("[\u200c\u200d]")
_BREAKS = re.compile("[\u2028\u2029\u0085]")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_DOUBLE = "“”„‟″＂"
_SINGLE = "‘’‚‛′＇"
_QUOTES = re.compile(f"[{_DOUBLE}{_SINGLE}]")
_SIGNS = {
    "×": "*",
    "∗": "*",
    "⋅": "*",
    "·": "*",
    "÷": "/",
    "∕": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
    "…": "...",
    "（": "(",
    "）": ")",
    "，": ",",
    "：": ":",
    "；": ";",
    "＝": "=",
}


def unix_lines(text: Mapped) -> Mapped:
    """LF for every line end."""
    return text.edit((m.start(), m.end(), "\n") for m in _NEWLINES.finditer(text.text))


def spaces(text: Mapped) -> Mapped:
    """Plain spaces for other kinds, and nothing for characters that cannot be seen."""
    code = text.text
    if code.isascii():
        return text
    strings = _string_ranges(code)
    edits: list[Edit] = [(m.start(), m.end(), " ") for m in _SPACES.finditer(code)]
    edits += [(m.start(), m.end(), "") for m in _INVISIBLE.finditer(code)]
    edits += [(m.start(), m.end(), "\n") for m in _BREAKS.finditer(code)]
    edits += [
        (m.start(), m.end(), "")
        for m in _JOINERS.finditer(code)
        if not any(a < m.start() < b for a, b in strings)
    ]
    return text.edit(sorted(edits))


def entities(text: Mapped) -> Mapped:
    """The characters that HTML entities stand for, if any stands in code itself.

    A page that shows one entity raw shows all of them so: then those in strings are replaced too.
    """
    code = text.text
    if not entities_in_code(code):
        return text
    return text.edit(
        (m.start(), m.end(), html.unescape(m.group()).replace("\u00a0", " "))
        for m in _ENTITY.finditer(code)
    )


def entities_in_code(code: str) -> bool:
    """Whether an HTML entity stands outside strings and comments."""
    if "&" not in code:
        return False
    hidden = _string_ranges(code, comments=True)
    return any(not any(a <= m.start() < b for a, b in hidden) for m in _ENTITY.finditer(code))


def quotes(text: Mapped) -> Mapped:
    """Straight quotes for the curly ones that delimit strings."""
    code = text.text
    if not _QUOTES.search(code):
        return text
    if not re.search(r"[\"']", code):
        return text.edit(
            (m.start(), m.end(), '"' if m.group() in _DOUBLE else "'")
            for m in _QUOTES.finditer(code)
        )
    return text.edit(sorted(_delimiters(code)))


def _delimiters(code: str) -> Iterator[Edit]:
    position = 0
    while position < len(code):
        char = code[position]
        if char == "#" and "\n" in code:
            position = _line_end(code, position)
        elif char in _DOUBLE + _SINGLE:
            end = _closing(code, position)
            if end < 0:
                position += 1
                continue
            yield from _pair(code, position, end)
            position = end + 1
        elif (char in "\"'" and not code[position - 1 : position].isalnum()) or char == '"':
            position = _straight_end(code, position)
        else:
            position += 1


def _line_end(code: str, position: int) -> int:
    end = code.find("\n", position)
    return len(code) if end < 0 else end


def _straight_end(code: str, position: int) -> int:
    """Behind the straight-quoted string at `position`, or behind its quote if it is none."""
    for token in tokens(code, position):
        return token.end if token.kind == "string" else position + 1
    return position + 1


def _closing(code: str, start: int) -> int:
    """The quote that closes the curly one at `start`, on the same line; -1 when there is none."""
    double = code[start] in _DOUBLE
    limit = _line_end(code, start)
    for at in range(start + 1, limit):
        if double and (code[at] in _DOUBLE or code[at] == '"'):
            return at
        after = code[at + 1 : at + 2]
        if not double and (code[at] in _SINGLE or code[at] == "'") and not after.isalnum():
            return at
    return -1


def _pair(code: str, start: int, end: int) -> Iterator[Edit]:
    quote = '"' if code[start] in _DOUBLE else "'"
    other = "'" if quote == '"' else '"'
    inside = code[start + 1 : end]
    if quote in inside.replace("\\" + quote, "") and other not in inside:
        quote, other = other, quote
    yield (start, start + 1, quote)
    if re.search(r"[fF][rR]?$|[rR][fF]$", code[max(0, start - 2) : start]):
        for match in _QUOTES.finditer(code, start + 1, end):
            yield (match.start(), match.end(), other)
    yield (end, end + 1, quote)


def signs(text: Mapped) -> Mapped:
    """Python's operators for typographic ones, outside strings and comments."""
    code = text.text
    if code.isascii():
        return text
    hidden = _string_ranges(code, comments="\n" in code)
    edits = [
        (at, at + 1, _SIGNS[char])
        for at, char in enumerate(code)
        if char in _SIGNS and not any(a <= at < b for a, b in hidden)
    ]
    return text.edit(edits)


def _string_ranges(code: str, *, comments: bool = False) -> list[tuple[int, int]]:
    kinds = ("string", "comment") if comments else ("string",)
    return [(t.start, t.end) for t in tokens(code) if t.kind in kinds]
