"""A tokenizer that takes any text: what is not Python becomes tokens of kind `other`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING_PREFIX = r"(?:[rbfuRBFU]|[bB][rR]|[rR][bB]|[fF][rR]|[rR][fF])?"
_TOKEN = re.compile(
    rf"""
    (?P<string>{_STRING_PREFIX}
        (?:\"\"\"(?:[^\\]|\\.)*?\"\"\"
        |'''(?:[^\\]|\\.)*?'''
        |"(?:[^"\\\n]|\\.)*"
        |'(?:[^'\\\n]|\\.)*'))
    |(?P<comment>\#[^\n]*)
    |(?P<number>(?:0[xXoObB][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?))
    |(?P<name>[^\W\d]\w*)
    |(?P<op>\*\*=|//=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|@=|\*\*|//|<<|>>
        |[-+*/%@&|^~<>()\[\]{{}},:.;=])
    |(?P<newline>\n)
    |(?P<space>[ \t\r\f\v]+|\\[ \t\r]*\n|\\(?=[ \t]))
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of text: `kind` is string, comment, number, name, op, newline or other."""

    kind: str
    text: str
    start: int
    end: int


def token_at(text: str, position: int) -> Token | None:
    """The first token at or after `position`, blank space skipped; None at the end."""
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        if match.lastgroup != "space":
            return Token(match.lastgroup or "other", match.group(), match.start(), match.end())
        position = match.end()
    return None


def tokens(text: str, position: int = 0) -> Iterator[Token]:
    """All tokens from `position` on."""
    for match in _TOKEN.finditer(text, position):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "other", match.group(), match.start(), match.end())
