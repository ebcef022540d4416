"""HTML to tags and text, each with its place, however broken the page is.

One pass from left to right, no look-ahead further than `_LONGEST_TAG`: the time is linear in the
page's length, whatever it holds.  (The parsers that build a tree forget where things stood.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

_LONGEST_TAG = 8192  # characters, inline images aside
_FREE_QUOTES, _CHARACTERS_A_QUOTE = 50_000, 4
"""Quoted values that are looked at in a page, and one more for each so many of its characters;
behind them the next `>` ends a tag."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]*")
_SIMPLE = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_-]*)>")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_STOP = re.compile(r"[>\"']")
_INLINE = re.compile(r"(?:(?<=\")data:[^\"<>]*(?=\")|(?<=')data:[^'<>]*(?='))")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
RAW = frozenset({"script", "style", "textarea", "xmp", "noscript", "template", "title", "svg"})


_NONE: Mapping[str, str] = MappingProxyType({})


class Token(NamedTuple):
    """A tag or a stretch of text.

    Attributes:
        kind: `raw` is an element whose content is no text, from its first to its last character.
        name: of the element, lower case.
    """

    kind: Literal["text", "open", "close", "raw", "comment"]
    start: int
    end: int
    name: str = ""
    attributes: Mapping[str, str] = _NONE


def tokens(text: str) -> Iterator[Token]:
    """The page's tags and texts in order, without gaps."""
    at = 0
    last_close = text.rfind(">")
    search = _Search(_FREE_QUOTES + len(text) // _CHARACTERS_A_QUOTE)
    while at < len(text):
        sign = text.find("<", at)
        if sign < 0 or sign > last_close:
            yield Token("text", at, len(text))
            return
        if sign > at:
            yield Token("text", at, sign)
        token = _tag(text, sign, search)
        if token is None:
            yield Token("text", sign, sign + 1)
            at = sign + 1
            continue
        yield token
        at = token.end


@dataclass(slots=True)
class _Search:
    """What keeps the search of a page linear in its length.

    Attributes:
        quotes: quoted values that may still be looked at.
        missing: closing marks that were searched for in vain.
        looked_from: where the search for the end of a tag began last.
        stop: where it ended.
    """

    quotes: int
    missing: set[str] = field(default_factory=set)
    looked_from: int = 0
    stop: int = -1

    def next_stop(self, text: str, at: int, limit: int) -> int:
        """The offset of the first `>` or quotation mark from `at` to `limit`, or -1."""
        if not self.looked_from <= at <= self.stop:
            match = _STOP.search(text, at)
            self.looked_from, self.stop = at, match.start() if match else len(text)
        return self.stop if self.stop < limit else -1

    def until(self, text: str, mark: str, start: int) -> int:
        """The offset behind the next `mark`, or -1."""
        if mark in self.missing:
            return -1
        found = text.find(mark, start)
        if found < 0:
            self.missing.add(mark)
            return -1
        return found + len(mark)


def _tag(text: str, at: int, search: _Search) -> Token | None:
    """What starts with the `<` at `at`, or `None` when it is a mere sign."""
    if simple := _SIMPLE.match(text, at):
        label = simple[2].lower()
        if simple[1]:
            return Token("close", at, simple.end(), label)
        if label not in RAW:
            return Token("open", at, simple.end(), label)
    if text.startswith("<!--", at):
        end = search.until(text, "-->", at + 4)
        return Token("comment", at, end) if end > 0 else None
    if text.startswith(("<!", "<?"), at):
        end = search.until(text, ">", at)
        return Token("comment", at, end) if end > 0 else None
    closing = text.startswith("</", at)
    name = _NAME.match(text, at + 1 + closing)
    if name is None:
        return None
    label = name[0].lower()
    if closing:
        end = search.until(text, ">", name.end())
        return Token("close", at, end, label) if end > 0 else None
    end = _tag_end(text, name.end(), search)
    if end < 0:
        return None
    attributes = (
        _NONE
        if end - 1 == name.end()
        else {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
            for match in _ATTRIBUTE.finditer(text, name.end(), end - 1)
        }
    )
    if label in RAW and not text.startswith("/>", end - 2):
        behind = _raw_end(text, label, end, search)
        return Token("raw", at, behind, label, attributes)
    return Token("open", at, end, label, attributes)


def _tag_end(text: str, start: int, search: _Search) -> int:
    """The offset behind a tag's `>`, or -1; one inside a quoted value does not count."""
    at = start
    limit = min(len(text), start + _LONGEST_TAG)
    while search.quotes > 0:
        stop = search.next_stop(text, at, limit)
        if stop < 0:
            break
        if text[stop] == ">":
            return stop + 1
        search.quotes -= 1
        image = _INLINE.match(text, stop + 1)
        close = image.end() if image else text.find(text[stop], stop + 1, limit)
        if close < 0:
            break
        if image:
            limit = min(len(text), limit + close - stop - 1)
        at = close + 1
    else:
        start = at
    found = text.find(">", start, limit)
    return found + 1 if found >= 0 else -1


def _raw_end(text: str, label: str, start: int, search: _Search) -> int:
    """The offset behind the closing tag of an element whose content is no text."""
    for mark in (f"</{label}", f"</{label.upper()}"):
        found = search.until(text, mark, start)
        if found > 0:
            end = text.find(">", found)
            return end + 1 if end >= 0 else len(text)
    # never closed: nothing behind it is trusted to be a page when it is a program
    return len(text) if label in {"script", "style"} else start


def entity(text: str, at: int, end: int) -> tuple[str, int] | None:
    """What the entity at the `&` at `at` stands for, and where it ends; `None` where none is."""
    match = _ENTITY.match(text, at, end)
    if match is None:
        return None
    shown = html.unescape(match[0])
    return (shown, match.end()) if shown != match[0] else None
