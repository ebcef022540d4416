"""Logical lines: what Python would read as one line, wherever it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.restore.scan import tokens

_OPEN = "([{"
_CLOSE = ")]}"
TAB = 8
"""Columns of a tab stop, as Python itself counts."""


@dataclass(frozen=True, slots=True)
class Item:
    """A logical line of code, or a comment that stands alone.

    Attributes:
        text: without the blank space around it; code may span several lines.
        start: offset of its first character in the text that was read.
        end: offset behind its last character.
        comment: whether it is nothing but a comment.
        indent: columns of blank space before it, as found.
        blanks: empty lines before it, as found.
        trailing: a comment that belongs at the end of the code before it.
    """

    text: str
    start: int
    end: int
    comment: bool = False
    indent: int = 0
    blanks: int = 0
    trailing: bool = False


def logical_lines(text: str) -> list[Item]:
    """The logical lines of `text`, which has LF line ends.

    A bracket that is never closed swallows what follows it, as it does in Python.
    """
    items: list[Item] = []
    depth = 0
    start = -1
    end = -1
    only_comment = True
    blanks = 0
    for token in tokens(text + "\n"):
        if token.kind == "newline":
            if start < 0:
                blanks += 1
            elif depth == 0:
                items.append(_item(text, start, end, only_comment, blanks))
                start, blanks = -1, 0
            continue
        if start < 0:
            start, only_comment = token.start, True
        end = token.start + len(token.text.rstrip())
        if token.kind != "comment":
            only_comment = False
        if token.kind == "op":
            if token.text in _OPEN:
                depth += 1
            elif token.text in _CLOSE:
                depth = max(0, depth - 1)
    if start >= 0:
        items.append(_item(text, start, end, only_comment, blanks))
    return items


def _item(text: str, start: int, end: int, comment: bool, blanks: int) -> Item:
    end = min(end, len(text))
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = len(line.expandtabs(TAB))
    return Item(text[start:end], start, end, comment, indent, blanks)


def open_brackets(text: str) -> str:
    """The closing brackets that `text` lacks at its end, innermost first; empty when none."""
    stack: list[str] = []
    for token in tokens(text):
        if token.kind != "op":
            continue
        if token.text in _OPEN:
            stack.append(_CLOSE[_OPEN.index(token.text)])
        elif token.text in _CLOSE and stack and stack[-1] == token.text:
            stack.pop()
    return "".join(reversed(stack))
