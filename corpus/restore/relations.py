"""How the names of a line relate to those of a block above it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.restore.block import Block
    from corpus.restore.facts import Facts
    from corpus.restore.program import Program


def relations(block: Block, facts: Facts, program: Program, line: int) -> list[str]:
    """What ties the line to the block, or to the lines behind it.

    Args:
        block: the block that is asked.
        facts: of the line.
        program: all lines.
        line: index of the line.
    """
    header = block.facts
    own = block.stores - header.targets
    loop = header.kind in ("for", "while")
    found = []
    if facts.loads & header.targets:
        found.append("target")
    elif header.targets:
        found.append("notarget")
    if block.last is not None and facts.loads & block.last.stores:
        found.append("uselast")
    if any(chain.endswith(".grad") for chain in facts.chains):
        found.append("gradient")
    fresh = facts.loads & own - block.before
    if facts.loads & own:
        found.append("body")
    if fresh:
        found.append("fresh")
    if not facts.loads & (header.targets | own):
        found.append("foreign" if header.targets else "foreign0")
    if facts.loads & block.grows:
        found.append("sum" if not fresh else "sum+")
    carried = own & block.exposed & block.before
    if loop and facts.loads & carried:
        found.append("carried")
    if facts.stores & own:
        found.append("again")
    if facts.stores & (block.exposed - own - header.targets) and not facts.stores <= facts.loads:
        found.append("feeds" if not facts.tags & {"literal", "builds"} else "resets")
    if header.chains & facts.chains or (header.kind != "for" and header.loads & facts.loads):
        found.append("cond")
    if facts.stores & header.loads:
        found.append("setcond")
    if header.iterated & (facts.loads | facts.chains):
        found.append("iter")
    if block.last is not None and _dead(block, program, line):
        found.append("dead")
    return found + _growth(program, block, facts) + _fate(program, block, facts, line)


def _fate(program: Program, block: Block, facts: Facts, line: int) -> list[str]:
    """What becomes of names: those that the line updates, those that the block leaves unread."""
    found = []
    for name in facts.stores & facts.loads:
        binds = program.binds.get(name, [])
        at = bisect_left(binds, line) - 1
        where = "unknown" if at < 0 else "before" if binds[at] < block.header else "inside"
        found.append("updates:" + where)
        if program.read_after(name, line) < len(program.facts):
            found.append(f"updates:{where}:read")
    left = block.unread - block.exposed - block.facts.targets
    if left:
        found.append("wasted")
        if left & facts.loads:
            found.append("wasted:now")
        elif any(program.read_after(name, line) < len(program.facts) for name in left):
            found.append("wasted:later")
    return found


def _dead(block: Block, program: Program, line: int) -> bool:
    """Whether the latest statement binds names that no line from `line` on reads."""
    last = block.last
    if last is None or not last.stores or last.lasting or last.kind != "simple":
        return False
    if last.stores & block.exposed:
        return False
    return all(program.read_after(name, line - 1) >= len(program.facts) for name in last.stores)


def _growth(program: Program, block: Block, facts: Facts) -> list[str]:
    """Where the sums and collections that the line adds to were started."""
    found = []
    for name in facts.grows:
        binds = program.binds.get(name, [])
        at = bisect_left(binds, block.header)
        if at == 0:
            found.append("grows:unknown" if not binds else "grows:inside")
            continue
        found.append("grows:before")
        if at < len(binds) and binds[at] > block.header:
            found.append("grows:inside")
    return found


def outer_relations(blocks: tuple[Block, ...], level: int, facts: Facts) -> list[str]:
    """How the line relates to the blocks around `blocks[level]`, up to the nearest function."""
    found = set()
    inner = blocks[level]
    for block in reversed(blocks[:level]):
        if block.scope:
            break
        if facts.loads & (block.facts.targets - inner.facts.targets):
            found.add("outer:target")
        if facts.loads & (block.stores - block.before - inner.stores - block.facts.targets):
            found.add("outer:fresh")
        if facts.loads & block.grows:
            found.add("outer:sum")
        if block.facts.kind in ("for", "while"):
            if facts.stores & (block.exposed - block.facts.targets) - inner.stores:
                found.add("outer:feeds")
            if not block.lasting:
                found.add("outer:idle")
    return sorted(found)


def joined(program: Program, line: int) -> Facts:
    """A header's facts together with those of the lines right below it."""
    facts = program.facts[line]
    loads, chains = facts.loads, facts.chains
    while program.facts[line].opens and line + 1 < len(program.facts):
        line += 1
        loads = loads | program.facts[line].loads
        chains = chains | program.facts[line].chains
    return replace(facts, loads=loads, chains=chains)
