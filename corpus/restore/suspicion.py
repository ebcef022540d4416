"""Valid code that cannot be meant: a program on one line, swallowed by its first comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.restore.facts import facts_of
from corpus.restore.joined import break_lines
from corpus.restore.logical import logical_lines
from corpus.restore.scan import tokens

if TYPE_CHECKING:
    from corpus.restore.logical import Item

MAX_LINES = 3
"""A text of more lines has its line breaks."""
MIN_HIDDEN = 2
"""Statements that a comment must hide: one is what authors quote in ordinary comments."""
LONG = 60


def hides_code(code: str) -> bool:
    """Whether a comment in valid `code` swallows statements that came after it."""
    if "#" not in code:
        return False
    lines = [line for line in code.split("\n") if line.strip()]
    if len(lines) > MAX_LINES or max(map(len, lines)) < LONG:
        return False
    hidden = 0
    for token in tokens(code):
        if token.kind == "comment" and len(token.text) > LONG // 2:
            items = break_lines(token.text, 1)
            if items and not items[0].opaque:
                hidden = max(hidden, sum(_strong(item) for item in items[0].items))
    return hidden >= MIN_HIDDEN


_CALL = re.compile(r"(?:print|[A-Za-z_]\w*\.\w+)\s*\(")
_COMPOUND = re.compile(r"(?:for|while|if|with|def|class|try|else)\b.*:$", re.DOTALL)


def _strong(item: Item) -> bool:
    if item.comment:
        return False
    return bool(
        re.match(r"(?:import|from|return)\b|[\w.\[\], ]+\s[-+*/]?=\s", item.text)
        or _CALL.match(item.text)
        or _COMPOUND.match(item.text)
    )


def runs_on(code: str) -> bool:
    """Whether `code` looks as if most of its line breaks are lost."""
    if len([line for line in code.split("\n") if line.strip()]) > MAX_LINES:
        return False
    whole = all(item.comment or facts_of(item.text).valid for item in logical_lines(code))
    return not whole or hides_code(code)
