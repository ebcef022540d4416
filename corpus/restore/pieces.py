"""Line breaks lost: where can the statement that starts here end?"""

from __future__ import annotations

import ast
import heapq
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.restore.budget import PARSED
from corpus.restore.remarks import element_cost
from corpus.restore.scan import Token, token_at, tokens
from corpus.restore.syntax import statements

if TYPE_CHECKING:
    from corpus.restore.budget import Budget
    from corpus.restore.remarks import Known

_OPEN = "([{"
_CLOSE = ")]}"
_HEADERS = frozenset(
    "def class for while if elif else try except finally with async match case".split()
)
_STARTERS = frozenset(
    "import from return raise del assert global nonlocal pass break continue while with try def"
    " class except finally elif".split()
)
_VALUES = frozenset({"None", "True", "False"})
_BARE = frozenset({"return", "yield", "raise", "break", "continue", "pass"})
MAX_STEPS = 2500
"""Tokens looked at for one start, all readings of its comments together."""
MAX_PIECES = 6
_GOING_ON = {"@": 4.0, "(": 2.0, "[": 2.0, "*": 1.0, "-": 0.5, "**": 1.0}
"""Cost of a statement running on over an operator spaced as if a new statement began with it."""


_RUN = re.compile(r" {3,}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement or header found in running text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last.
        code: it, a line break behind each comment inside.
        cost: of how its comments were read.
        kind: the type of its syntax node, `header`, or `decorator`.
    """

    start: int
    end: int
    code: str
    cost: float
    kind: str


@dataclass(slots=True)
class _Walk:
    """A statement read up to `position`."""

    position: int
    pieces: tuple[str, ...]
    since: int
    stack: str
    operand: bool
    lambdas: int
    last: str
    end: int
    first: str
    cost: float
    imports: bool = False


def pieces_from(text: str, start: int, known: Known, budget: Budget | None = None) -> list[Piece]:
    """The statements that may start at `start`, cheapest reading of inner comments first.

    Each is valid Python by itself (a header with an empty body).  The work is bounded by
    `MAX_STEPS`, and by `budget` together with that for other starts.

    Raises:
        GaveUp: `budget` was not enough.
    """
    found: dict[int, Piece] = {}
    first = token_at(text, start)
    if first is None or first.kind == "comment":
        return []
    walks = [(0.0, 0, _Walk(start, (), start, "", False, 0, "", start, first.text, 0.0))]
    serial = 0
    steps = 0
    while walks and steps < MAX_STEPS and len(found) < MAX_PIECES:
        _, _, walk = heapq.heappop(walks)
        while steps < MAX_STEPS:
            steps += 1
            token = token_at(text, walk.position)
            if token is None:
                _emit(text, start, walk, found)
                break
            if token.kind == "comment" and walk.stack:
                for cost, at in element_cost(text, token.start, walk.last, known):
                    serial += 1
                    body = text[walk.since : at].rstrip() + "\n"
                    heapq.heappush(
                        walks,
                        (
                            walk.cost + cost,
                            serial,
                            _Walk(
                                at,
                                (*walk.pieces, body),
                                at,
                                walk.stack,
                                walk.operand,
                                walk.lambdas,
                                walk.last,
                                walk.end,
                                walk.first,
                                walk.cost + cost,
                            ),
                        ),
                    )
                break
            verdict = _step(text, walk, token)
            if verdict in ("end", "maybe") and token.start > start:
                _emit(text, start, walk, found)
            if verdict in ("end", "dead"):
                break
            if verdict == "maybe" and walk.last not in _BARE:
                walk.cost += _GOING_ON.get(token.text, 0.0)
            _advance(walk, token)
            if verdict == "header":
                _emit(text, start, walk, found)
                break
    if budget is not None:
        budget.spend(steps + PARSED * len(found))
    return sorted(found.values(), key=lambda p: p.cost)


def _step(text: str, walk: _Walk, token: Token) -> str:
    """Whether the statement ends before this token, may, goes on, or cannot be."""
    kind, word = token.kind, token.text
    if kind in ("comment", "newline"):
        return "go" if walk.stack else "end"
    if kind == "other":
        return "dead"
    if word == ";" and not walk.stack:
        return "end"
    if walk.stack:
        if kind == "op" and word in _CLOSE and _CLOSE.index(word) != _OPEN.index(walk.stack[-1]):
            return "dead"
        if kind == "name" and word in _STARTERS and walk.operand:
            return "dead"
        return "go"
    if kind == "op":
        return _step_operator(text, walk, token)
    if kind == "name" and keyword.iskeyword(word) and word not in _VALUES:
        return _step_keyword(walk, word)
    if walk.last in _BARE:
        return "maybe"
    if walk.last == "async" or (walk.first == "@" and walk.last == "@"):
        return "go"
    if walk.operand:
        soft = walk.first in ("match", "case") and walk.last == walk.first
        if kind == "string" and text[walk.end - 1] in "\"'":
            return "maybe"
        return "maybe" if soft else "end"
    return "go"


def _step_operator(text: str, walk: _Walk, token: Token) -> str:
    word = token.text
    if word in _CLOSE:
        return "dead"
    if word == ":" and not walk.lambdas:
        if (walk.first in _HEADERS and walk.last != walk.first) or walk.first in (
            "else",
            "try",
            "finally",
        ):
            return "header"
        if walk.first == "except":
            return "header"
        return "go"
    spaced = token.start > walk.end
    tight = token.end < len(text) and not text[token.end].isspace()
    if word == "@" and walk.operand and spaced and tight:
        return "maybe"
    if word == "@" and not walk.operand and walk.last:
        return "maybe"
    if not walk.operand:
        return "maybe" if walk.last in _BARE else "go"
    if word in ("(", "["):
        return "maybe" if spaced else "go"
    if word == "{" or word == "~":
        return "end"
    if word in ("*", "-", "+", "**", "...") and spaced and tight:
        return "maybe"
    return "go"


def _step_keyword(walk: _Walk, word: str) -> str:
    if not walk.last:
        return "go"
    if word in _STARTERS - {"from", "import"}:
        return "go" if walk.last == "async" else "end"
    if walk.last in _BARE:
        return "maybe"
    if word == "import":
        return "go" if walk.first == "from" and not walk.imports else "end"
    if word == "from":
        return "maybe"
    if word == "for":
        return "go" if walk.last == "async" else "end"
    if word == "as":
        return "go"
    if word in ("lambda", "await", "yield", "async"):
        return "end" if walk.operand else "go"
    if word in ("if", "else", "not"):
        return "maybe"
    return "go"


def _advance(walk: _Walk, token: Token) -> None:
    word = token.text
    walk.position = token.end
    if token.kind == "newline":
        return
    walk.end = token.end
    if token.kind == "op":
        if word in _OPEN:
            walk.stack += word
            walk.operand = False
        elif word in _CLOSE:
            walk.stack = walk.stack[:-1]
            walk.operand = True
        elif word == ":" and walk.lambdas and not walk.stack:
            walk.lambdas -= 1
            walk.operand = False
        else:
            walk.operand = word == "..."
    elif token.kind == "name" and keyword.iskeyword(word) and word not in _VALUES:
        walk.operand = False
        if word == "lambda" and not walk.stack:
            walk.lambdas += 1
        walk.imports = walk.imports or word == "import"
    else:
        walk.operand = True
    walk.last = word


def _emit(text: str, start: int, walk: _Walk, found: dict[int, Piece]) -> None:
    """Keep what was read so far if it is a statement."""
    if walk.stack or walk.end in found:
        return
    code = "".join((*walk.pieces, text[walk.since : walk.end])).strip()
    if not code:
        return
    nodes = statements(code)
    if nodes is None or len(nodes) != 1:
        return
    node = nodes[0]
    kind = type(node).__name__
    if code.startswith("@"):
        kind = "decorator"
    elif walk.last == ":":
        kind = "header"
    elif isinstance(node, ast.Expr):
        value = node.value
        kind = "Expr" + type(value).__name__
    found[walk.end] = Piece(start, walk.end, _relined(code), walk.cost, kind)


def _relined(code: str) -> str:
    """Line ends for long runs of spaces: such a run is a line end with its indentation."""
    if not _RUN.search(code):
        return code
    pieces: list[str] = []
    done = 0
    for token in tokens(code):
        gap = code[done : token.start]
        pieces.append(_RUN.sub("\n", gap) if token.kind != "comment" else gap)
        text = token.text
        if token.kind == "string" and text.rstrip("\"'") != text and '"""' in text[:5]:
            text = _RUN.sub(lambda m: "\n" * (len(m.group()) % 4 or 1) + m.group()[1:], text)
        pieces.append(text)
        done = token.end
    return "".join(pieces)
