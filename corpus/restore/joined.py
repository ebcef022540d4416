"""Line breaks lost: a search for the statements and comments that running text is made of."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from corpus.restore.logical import Item
from corpus.restore.pieces import Piece, pieces_from
from corpus.restore.remarks import Known, endings
from corpus.restore.scan import token_at
from corpus.restore.trailing import is_trailing

if TYPE_CHECKING:
    from corpus.restore.budget import Budget

KEPT = 2
"""Readings kept at each place."""
COMMENT_ENDS = 10
OPAQUE = 25.0
"""Cost of a stretch that is no statement."""
STATEMENT = 0.5
SKIPPED = 3.0
"""Cost of a statement standing in a comment as part of it, less what speaks against it."""
SKIPPED_HEADER = 6.0
"""The same for the header of a block, colon and all."""
_COSTS = {
    "ExprCall": 0.0,
    "ExprAwait": 0.0,
    "ExprYield": 0.0,
    "ExprYieldFrom": 0.0,
    "ExprConstant": 4.0,
    "ExprName": 6.0,
    "AnnAssign": 0.5,
    "header": 0.0,
    "decorator": 0.0,
}
_STOP = re.compile(r"\s(?=#|(?:import|from|class|def|for|with|return|if|print)\b)|\n")


class _Step(NamedTuple):
    """One of the cheapest ways to a place."""

    cost: float
    before: int
    rank: int
    piece: Piece | None
    comment: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Breaking:
    """One reading of where the lines end."""

    items: tuple[Item, ...]
    cost: float
    opaque: bool


def break_lines(text: str, kept: int = KEPT, budget: Budget | None = None) -> list[Breaking]:
    """The cheapest readings of running text, cheapest first; always at least one.

    Line ends that are still there are kept.

    Raises:
        GaveUp: `budget` was not enough.
    """
    known = Known.of(text)
    start = _next(text, 0)
    ways: dict[int, list[_Step]] = {start: [_Step(0.0, -1, 0, None, None)]}
    queue = [start]
    memo: dict[int, list[Piece]] = {}
    while queue:
        at = heapq.heappop(queue)
        if at >= len(text):
            continue
        for end, cost, piece, comment in _onward(text, at, known, memo, budget):
            following = _next(text, end)
            if following not in ways:
                ways[following] = []
                heapq.heappush(queue, following)
            steps = [
                _Step(way.cost + cost + _context(way, piece), at, rank, piece, comment)
                for rank, way in enumerate(ways[at])
            ]
            ways[following] = sorted(ways[following] + steps, key=lambda s: s.cost)[:kept]
    final = ways.get(len(text), [])
    return [_read(text, ways, rank, known) for rank in range(len(final))]


def _next(text: str, position: int) -> int:
    """The first place from `position` on where something stands."""
    while True:
        token = token_at(text, position)
        if token is None:
            return len(text)
        if token.kind != "newline" and token.text != ";":
            return token.start
        position = token.end


def _onward(
    text: str,
    at: int,
    known: Known,
    memo: dict[int, list[Piece]],
    budget: Budget | None,
) -> list[tuple[int, float, Piece | None, tuple[int, int] | None]]:
    """What may stand at `at`: where it ends, its cost, and what it is."""
    if text[at] == "#":
        ends: list[tuple[int, float, Piece | None, tuple[int, int] | None]] = []
        skipped = 0.0
        for ending in endings(text, at, known, COMMENT_ENDS):
            start = ending.start
            ends.append(
                (
                    ending.at,
                    skipped + ending.remark + (start or 0.0),
                    None,
                    (at, ending.at),
                )
            )
            if start is not None and start < SKIPPED:
                if ending.at not in memo:
                    memo[ending.at] = pieces_from(text, ending.at, known, budget)
                kinds = {piece.kind for piece in memo[ending.at]}
                if kinds:
                    skipped += (SKIPPED_HEADER if "header" in kinds else SKIPPED) - start
        return ends
    if at not in memo:
        memo[at] = pieces_from(text, at, known, budget)
    found: list[tuple[int, float, Piece | None, tuple[int, int] | None]] = [
        (p.end, p.cost + STATEMENT + _kind_cost(p), p, None) for p in memo[at]
    ]
    if not found:
        stop = _STOP.search(text, at + 1)
        end = stop.start() if stop else len(text)
        found.append((end, OPAQUE, Piece(at, end, text[at:end].strip(), 0.0, "opaque"), None))
    return found


def _kind_cost(piece: Piece) -> float:
    if piece.kind == "Return":
        return 2.0 if piece.code == "return" else 0.0
    if piece.code == "raise":
        return 1.5
    if piece.kind == "AnnAssign":
        return 0.5 if "=" in piece.code else 2.0
    return _COSTS.get(piece.kind, 5.0 if piece.kind.startswith("Expr") else 0.0)


def _context(way: _Step, piece: Piece | None) -> float:
    """What standing behind `way` changes in the cost of `piece`."""
    if piece is None or piece.kind != "ExprConstant":
        return 0.0
    header = way.piece is not None and way.piece.kind == "header"
    return -4.0 if header or way.before < 0 else 0.0


def _read(text: str, ways: dict[int, list[_Step]], rank: int, known: Known) -> Breaking:
    at = len(text)
    total = ways[at][rank].cost
    path: list[_Step] = []
    while True:
        step = ways[at][rank]
        if step.before < 0:
            break
        path.append(step)
        at, rank = step.before, step.rank
    path.reverse()
    items: list[Item] = []
    for index, step in enumerate(path):
        start = step.before
        spaces = start - len(text[:start].rstrip(" "))
        indent = max(0, spaces - 1) if known.runs else 0
        if known.runs and text[start] != "#":
            indent -= indent % 2
        if step.piece is not None:
            items.append(Item(step.piece.code, start, step.piece.end, indent=indent))
            continue
        assert step.comment is not None
        remark = text[slice(*step.comment)].strip()
        before = items[-1] if items else None
        follows = path[index + 1] if index + 1 < len(path) else None
        trailing = is_trailing(
            remark,
            before,
            comment_follows=follows is not None and follows.comment is not None,
            last=follows is None,
            indent=indent if known.runs else None,
            fresh_line="\n" in text[text.rfind("\n", 0, start) : start]
            and not text[text.rfind("\n", 0, start) + 1 : start].strip(),
        )
        items.append(Item(remark, start, start + len(remark), True, indent, trailing=trailing))
    opaque = any(s.piece is not None and s.piece.kind == "opaque" for s in path)
    return Breaking(tuple(items), total, opaque)
