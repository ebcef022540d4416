"""HTML to tags and text, each with its place, however broken the page is.

One pass from left to right, no look-ahead further than `_LONGEST_TAG`: the time is linear in the
page's length, whatever it holds.  (The parsers that build a tree forget where things stood.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

_LONGEST_TAG = 8192  # characters; an inline image can fill an attribute
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]*")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_STOP = re.compile(r"[>\"']")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
RAW = frozenset({"script", "style", "textarea", "xmp", "noscript", "template", "title", "svg"})


@dataclass(frozen=True, slots=True)
class Token:
    """A tag or a stretch of text.

    Attributes:
        kind: `raw` is an element whose content is no text, from its first to its last character.
        name: of the element, lower case.
    """

    kind: Literal["text", "open", "close", "raw", "comment"]
    start: int
    end: int
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(text: str) -> Iterator[Token]:
    """The page's tags and texts in order, without gaps."""
    at = 0
    last_close = text.rfind(">")
    missing: set[str] = set()  # closing marks that were searched for in vain
    while at < len(text):
        sign = text.find("<", at)
        if sign < 0 or sign > last_close:
            yield Token("text", at, len(text))
            return
        if sign > at:
            yield Token("text", at, sign)
        token = _tag(text, sign, missing)
        if token is None:
            yield Token("text", sign, sign + 1)
            at = sign + 1
            continue
        yield token
        at = token.end


def _until(text: str, mark: str, start: int, missing: set[str]) -> int:
    """The offset behind the next `mark`, or -1."""
    if mark in missing:
        return -1
    found = text.find(mark, start)
    if found < 0:
        missing.add(mark)
        return -1
    return found + len(mark)


def _tag(text: str, at: int, missing: set[str]) -> Token | None:
    """What starts with the `<` at `at`, or `None` when it is a mere sign."""
    if text.startswith("<!--", at):
        end = _until(text, "-->", at + 4, missing)
        return Token("comment", at, end) if end > 0 else None
    if text.startswith(("<!", "<?"), at):
        end = _until(text, ">", at, missing)
        return Token("comment", at, end) if end > 0 else None
    closing = text.startswith("</", at)
    name = _NAME.match(text, at + 1 + closing)
    if name is None:
        return None
    label = name[0].lower()
    if closing:
        end = _until(text, ">", name.end(), missing)
        return Token("close", at, end, label) if end > 0 else None
    end = _tag_end(text, name.end())
    if end < 0:
        return None
    attributes = {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(text, name.end(), end - 1)
    }
    if label in RAW and not text.startswith("/>", end - 2):
        behind = _raw_end(text, label, end, missing)
        return Token("raw", at, behind, label, attributes)
    return Token("open", at, end, label, attributes)


def _tag_end(text: str, start: int) -> int:
    """The offset behind a tag's `>`; one inside a quoted value does not count."""
    at = start
    limit = min(len(text), start + _LONGEST_TAG)
    while True:
        stop = _STOP.search(text, at, limit)
        if stop is None:
            found = text.find(">", start, limit)
            return found + 1
        if stop[0] == ">":
            return stop.end()
        close = text.find(stop[0], stop.end(), limit)
        if close < 0:
            return text.find(">", start, limit) + 1
        at = close + 1


def _raw_end(text: str, label: str, start: int, missing: set[str]) -> int:
    """The offset behind the closing tag of an element whose content is no text."""
    for mark in (f"</{label}", f"</{label.upper()}"):
        found = _until(text, mark, start, missing)
        if found > 0:
            end = text.find(">", found)
            return end + 1 if end >= 0 else len(text)
    # never closed: nothing behind it is trusted to be a page when it is a program
    return len(text) if label in {"script", "style"} else start


def characters(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The characters that a stretch of text shows, entities resolved, each with its place."""
    at = start
    while at < end:
        if text[at] == "&":
            match = _ENTITY.match(text, at, end)
            if match:
                shown = html.unescape(match[0])
                if shown != match[0]:
                    for char in shown:
                        yield char, at, match.end()
                    at = match.end()
                    continue
        yield text[at], at, at + 1
        at += 1
