"""How alike lines are, and the branches of one statement: like stands beside like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.restore.facts import CLAUSES

if TYPE_CHECKING:
    from corpus.restore.block import Block
    from corpus.restore.facts import Facts
    from corpus.restore.nesting import Nesting
    from corpus.restore.program import Program

_LEAVING = frozenset({"return", "raise", "break", "continue"})
_STEPS = (0.15, 0.35, 0.6)


def shared(one: Facts, other: Facts) -> int:
    """How many of two lines' words they share: from 0, for few or none, to 3 for most."""
    either = len(one.terms | other.terms)
    share = len(one.terms & other.terms) / either if either else 0.0
    return sum(share >= step for step in _STEPS)


def likeness(program: Program, block: Block, line: int) -> list[str]:
    """Whether the line is more like the latest statement of the block or like what stood before it.

    Args:
        program: all lines.
        block: the block that is asked.
        line: index of the line.
    """
    facts = program.facts[line]
    inside = shared(facts, block.last) if block.last is not None else 0
    found = [f"like={inside}"]
    if block.header:
        outside = shared(facts, program.facts[block.header - 1])
        nearer = "in" if inside > outside else "out" if inside < outside else "same"
        found += [f"likeabove={outside}", "nearer=" + nearer]
    if line + 1 < len(program.facts):
        found.append(f"likenext={shared(facts, program.facts[line + 1])}")
    return found


def branches(block: Block, facts: Facts) -> list[str]:
    """How a branch compares with the one before it: `else` mostly mirrors its `if`.

    Args:
        block: the block that is asked.
        facts: of the line.
    """
    other = block.beside
    if other is None:
        return []
    count = "fewer" if block.count < other.count else "more" if block.count > other.count else "as"
    found = ["beside:" + count]
    wanted = other.stores | other.sets
    if (facts.stores | facts.sets) & wanted:
        found.append("beside:again")
    if wanted:
        found.append("beside:done" if wanted <= block.stores | block.sets else "beside:lacks")
    if facts.category in other.does:
        found.append("beside:category")
    if facts.verb and facts.verb in other.does:
        found.append("beside:verb")
    if other.last is not None:
        if other.last.category in _LEAVING:
            found.append("beside:leaves")
        if block.last is not None and block.last.head == other.last.head:
            found.append("beside:ended")
        found.append(f"beside:like={shared(facts, other.last)}")
    return found


def likeness_behind(tree: Nesting, header: int) -> list[str]:
    """Whether what follows a block is more like its last statement or like what stands before it.

    Args:
        tree: the program's lines with their places.
        header: of the block.
    """
    facts, end = tree.program.facts, tree.ends[header]
    if end + 1 >= len(facts) or not tree.children[header]:
        return []
    after = facts[end + 1]
    inside = shared(after, facts[tree.children[header][-1]])
    found = [f"next:like={inside}"]
    if header:
        outside = shared(after, facts[header - 1])
        nearer = "in" if inside > outside else "out" if inside < outside else "same"
        found += [f"next:likeabove={outside}", "next:nearer=" + nearer]
    return found


def branch_before(tree: Nesting, header: int) -> int:
    """The header of the branch before that of a clause; -1 when there is none.

    Args:
        tree: the program's lines with their places.
        header: of the clause's block.
    """
    if tree.program.facts[header].kind not in CLAUSES:
        return -1
    siblings = tree.children[tree.parents[header]]
    place = siblings.index(header)
    return siblings[place - 1] if place and siblings[place - 1] in tree.ends else -1


def mirrored(tree: Nesting, header: int) -> list[str]:
    """How a clause's block compares with that of the branch before it.

    Args:
        tree: the program's lines with their places.
        header: of the block.
    """
    facts = tree.program.facts
    other = branch_before(tree, header)
    if other < 0:
        return []
    names, others = _bound(tree, header), _bound(tree, other)
    count, wanted = len(tree.children[header]), len(tree.children[other])
    found = ["beside:" + ("fewer" if count < wanted else "more" if count > wanted else "as")]
    if names and names == others:
        found.append("beside:same")
    elif names & others:
        found.append("beside:more" if names > others else "beside:some")
    elif names and others:
        found.append("beside:apart")
    if count and wanted:
        ends = [facts[tree.children[line][-1]] for line in (header, other)]
        found.append("beside:ended" if ends[0].head == ends[1].head else "beside:unlike")
    return found


def _bound(tree: Nesting, header: int) -> frozenset[str]:
    """Names, dotted ones too, that the statements right in a block bind."""
    lines = [tree.program.facts[line] for line in tree.children[header]]
    return frozenset().union(*(one.stores | one.sets for one in lines))
