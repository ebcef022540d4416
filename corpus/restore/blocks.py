"""Indentation lost: a search for the blocks that the lines make."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from corpus.restore.block import Block
from corpus.restore.budget import QUESTION, READ
from corpus.restore.facts import BUILTINS, CLAUSES, LOOPS, Facts
from corpus.restore.habits import evidence
from corpus.restore.network import Question, network

if TYPE_CHECKING:
    from corpus.restore.budget import Budget
    from corpus.restore.network import Network
    from corpus.restore.program import Program

WIDTH, WIDEST = 4, 12
"""Readings kept after each line; and where none of these is valid.  To keep `WIDEST` takes twice as
long, and the best one is right as often."""
EASY = 80
"""Lines up to which all readings are kept; longer programs keep fewer."""
NARROWEST = 2
DEEPEST = 14
"""Blocks within one another that are followed."""
IMPOSSIBLE = 14.0
"""Cost of what Python does not allow, so that there is always a best reading."""
UNBOUND = 3.0
"""Cost of reading a name where it is not bound, though it is elsewhere."""
UNBOUND_LATE = 1.0
"""The same inside a function, where the name may be bound before the function is called."""
TOLD = 2.0
"""Cost of a line in a loop whose comment tells one value only, and of one in no loop whose comments
tell several lines of output."""
HINT = 2.5
"""Cost of disagreeing with what is left of the indentation; twice that where it changes."""

WORTH_TRYING = 7.0
"""Readings that are worse by less are kept, to be weighed as wholes."""
MOST_RIVALS = 9

Rival = tuple[float, tuple[int, ...]]
"""How much worse another reading scored, and its depths up to where it met this one."""
_ATTACHES = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One reading of the blocks.

    Attributes:
        depths: for each line of code, in how many blocks it stands.
        score: log-probability by the habits, less the costs of what is odd.
        rivals: how much worse other readings scored, by less than `WORTH_TRYING`, and their depths;
            best first.
    """

    depths: tuple[int, ...]
    score: float
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class _State:
    blocks: tuple[Block, ...]
    module: frozenset[str]
    score: float
    rivals: tuple[Rival, ...]
    depths: tuple[int, ...]
    parents: tuple[int, ...]

    @property
    def depth(self) -> int:
        return self.depths[-1] if self.depths else 0


def lay_out(
    program: Program,
    hints: list[int] | None = None,
    width: int = WIDTH,
    budget: Budget | None = None,
    net: Network | None = None,
) -> Layout:
    """The best reading of a program's blocks, and those that come near it.

    Args:
        program: its lines.
        hints: columns of indentation that are left, one a line; None when all is lost.
        width: readings kept after each line: the work grows with it and with the lines.
        budget: the work that may be done; unlimited when there is none.
        net: what judges; those stored with the package when there is none.

    Raises:
        GaveUp: that was not enough.
    """
    width = max(NARROWEST, min(width, width * EASY // (len(program.facts) + 1)))
    if budget is not None:
        budget.spend(READ * len(program.facts))
    reading = (net or network()).read(program)
    states = [_State((), frozenset(), 0.0, (), (), ())]
    for line in range(len(program.facts)):
        best: dict[tuple[int, ...], _State] = {}
        asked = [_questions(program, state, line) for state in states]
        if budget is not None:
            budget.spend(QUESTION * sum(len(questions) + 1 for questions in asked))
        judged = iter(reading.judge([question for questions in asked for question in questions]))
        for state, questions in zip(states, asked, strict=True):
            answers = list(islice(judged, len(questions)))
            for placed in _placements(program, state, line, hints, answers):
                key = tuple(b.header for b in placed.blocks)
                known = best.get(key)
                if known is None:
                    best[key] = placed
                elif placed.score > known.score:
                    best[key] = _rivalled(placed, known)
                else:
                    best[key] = _rivalled(known, placed)
        states = sorted(best.values(), key=lambda s: -s.score)[:width]
    ended = [replace(s, score=s.score + _unfinished(s.blocks, 0)) for s in states]
    ended.sort(key=lambda s: -s.score)
    state = ended[0]
    for other in ended[1:]:
        state = _rivalled(state, other)
    rivals = tuple(
        (gap, depths + state.depths[len(depths) :]) for gap, depths in sorted(state.rivals)
    )
    return Layout(state.depths, state.score, rivals)


def _rivalled(state: _State, other: _State) -> _State:
    """The better of two readings that go on alike, knowing of the other and of its rivals."""
    gap = state.score - other.score
    if gap >= WORTH_TRYING:
        return state
    others = [(gap, other.depths)]
    for more, depths in other.rivals:
        others.append((gap + more, depths + other.depths[len(depths) :]))
    near = [rival for rival in others if rival[0] < WORTH_TRYING and rival[1] != state.depths]
    rivals = heapq.merge(state.rivals, near, key=itemgetter(0))
    return replace(state, rivals=tuple(islice(rivals, MOST_RIVALS)))


def _forced(program: Program, state: _State, line: int) -> bool:
    """Whether there is only one place for the line: below a decorator or a fresh header."""
    below = state.blocks and state.blocks[-1].count == 0
    return bool(below) or (line > 0 and program.facts[line - 1].kind == "decorator")


def _questions(program: Program, state: _State, line: int) -> list[Question]:
    """Whether each open block, innermost first, ends before the line; none if that is clear."""
    if _forced(program, state, line) or len(state.blocks) > DEEPEST:
        return []
    found = []
    for level in range(len(state.blocks) - 1, -1, -1):
        outside = _outside(state, level)
        words = evidence(program, state.blocks, level, line, outside, state.parents)
        found.append(Question(state.blocks[level].header, line, words))
    return found


def _placements(
    program: Program,
    state: _State,
    line: int,
    hints: list[int] | None,
    answers: list[tuple[float, float]],
) -> list[_State]:
    """The readings that place one more line.

    Args:
        program: the lines.
        state: a reading of those before.
        line: index of the line.
        hints: as `lay_out` takes them.
        answers: to `_questions`, the log-probabilities that a block stays open and that it ends.
    """
    facts = program.facts[line]
    if len(state.blocks) > DEEPEST:
        state = _surfaced(state)
    blocks = state.blocks
    clause = facts.kind in CLAUSES
    if _forced(program, state, line):
        decorated = line and program.facts[line - 1].kind == "decorator"
        cost = IMPOSSIBLE if clause and not decorated else 0.0
        depth = min(state.depth, len(blocks)) if decorated else len(blocks)
        return [_placed(program, state, line, depth, state.score - cost, clause=False)]
    found = []
    score = state.score
    for level in range(len(blocks), -1, -1):
        # `score` holds the price of ending every block from `level` inwards.
        stay, end = answers[len(blocks) - level] if level else (0.0, 0.0)
        if not clause:
            here = score + stay + _unfinished(blocks, level)
            found.append(_placed(program, state, line, level, here, clause=False))
        elif level and blocks[level - 1].facts.kind in _ATTACHES[facts.kind]:
            here = score + stay + _unfinished(blocks, level)
            found.append(_placed(program, state, line, level - 1, here, clause=True))
        score += end
    if not found:
        lost = state.score - IMPOSSIBLE
        found.append(_placed(program, state, line, len(blocks), lost, clause=False))
    if hints is not None and line:
        found = [_hinted(s, hints, line, state) for s in found]
    return found


def _surfaced(state: _State) -> _State:
    """The reading with all blocks ended: no program is so deep."""
    return replace(state, blocks=(), score=state.score - IMPOSSIBLE)


def _hinted(placed: _State, hints: list[int], line: int, before: _State) -> _State:
    """The placement, dearer unless it rises, falls or stays as the old columns do."""
    columns = (hints[line] > hints[line - 1]) - (hints[line] < hints[line - 1])
    depths = (placed.depth > before.depth) - (placed.depth < before.depth)
    if columns == depths:
        return placed
    return replace(placed, score=placed.score - HINT * (2 if columns else 1))


def _outside(state: _State, level: int) -> frozenset[str]:
    """Names that stay visible when `blocks[level]` ends."""
    if state.blocks[level].facts.kind != "def":
        return frozenset()
    return _visible(state, level)


def _visible(state: _State, depth: int) -> frozenset[str]:
    """Names bound for a line that stands in the outermost `depth` blocks."""
    names = state.module
    innermost = True
    for block in reversed(state.blocks[:depth]):
        if block.scope:
            if block.facts.kind == "def" or innermost:
                names = names | block.stores | block.facts.targets
            innermost = False
    return names


def _unfinished(blocks: tuple[Block, ...], level: int) -> float:
    """The cost of blocks from `level` inwards ending without what they need."""
    cost = 0.0
    for block in blocks[level:]:
        if block.facts.kind == "try" or block.count == 0:
            cost -= IMPOSSIBLE
    return cost


def _placed(
    program: Program,
    state: _State,
    line: int,
    depth: int,
    score: float,
    *,
    clause: bool,
) -> _State:
    facts = program.facts[line]
    outer = state.blocks[:depth]
    score -= _oddities(program, state, facts, depth) + _untold(program, outer, line)
    grown: list[Block] = []
    stores = facts.stores
    module = state.module
    for level in range(depth - 1, -1, -1):
        block = outer[level]
        direct = level == depth - 1 and not clause
        grown.append(block.grown(facts, direct=direct, stores=stores))
        if block.scope:
            stores = frozenset()
    if stores - module:
        module = module | stores
    blocks = tuple(reversed(grown))
    if facts.opens:
        seen = _visible(state, depth)
        beside = state.blocks[depth] if clause else None
        blocks = (*blocks, Block(line, facts, before=seen, exposed=facts.loads, beside=beside))
    parent = outer[-1].header if outer else -1
    depths, parents = (*state.depths, depth), (*state.parents, parent)
    return _State(blocks, module, score, state.rivals, depths, parents)


def _oddities(program: Program, state: _State, facts: Facts, depth: int) -> float:
    """The cost of what Python forbids or a reader would wonder about at this place."""
    outer = state.blocks[:depth]
    kinds = [block.facts.kind for block in outer]
    cost = 0.0
    tags = facts.tags
    if tags & {"return", "yield"} and "def" not in kinds and program.has["def"]:
        cost += IMPOSSIBLE
    if tags & {"break", "continue"} and program.has["loop"]:
        inside = kinds[len(kinds) - kinds[::-1].index("def") :] if "def" in kinds else kinds
        if not LOOPS & set(inside):
            cost += IMPOSSIBLE
    if outer and outer[-1].facts.kind == "match" and facts.kind != "case":
        cost += IMPOSSIBLE
    if facts.kind == "case" and kinds[-1:] != ["match"]:
        cost += IMPOSSIBLE
    if facts.loads:
        unknown = (facts.loads & program.binds.keys()) - BUILTINS - _visible(state, depth)
        cost += len(unknown) * (UNBOUND_LATE if "def" in kinds else UNBOUND)
    return cost


def _untold(program: Program, outer: tuple[Block, ...], line: int) -> float:
    """The cost of a `print` that its comment tells to run more or less often than it would."""
    told = program.told[line]
    if told not in ("once", "often") or program.facts[line].category != "print" or not outer:
        return TOLD if told == "often" and program.has["loop"] and not outer else 0.0
    if told == "once":
        return TOLD if outer[-1].facts.kind in LOOPS else 0.0
    inside = any(block.facts.kind in LOOPS or block.facts.kind == "def" for block in outer)
    return 0.0 if inside or not program.has["loop"] else TOLD


def decisions(program: Program, depths: list[int]) -> list[tuple[Question, bool]]:
    """The questions asked on the way to a known layout, and whether the block ends.

    Args:
        program: the lines.
        depths: for each line, in how many blocks it stands.
    """
    found: list[tuple[Question, bool]] = []
    state = _State((), frozenset(), 0.0, (), (), ())
    for line, depth in enumerate(depths):
        clause = program.facts[line].kind in CLAUSES
        staying = depth + 1 if clause else depth
        level = len(state.blocks)
        for question in _questions(program, state, line):
            found.append((question, level > staying))
            if level <= staying:
                break
            level -= 1
        state = _placed(program, state, line, depth, 0.0, clause=clause)
    return found
