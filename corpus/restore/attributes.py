"""What attributes and collections tell: `self.total` is read, bound and started anew as names are.

They outlive the function that binds them, so they are no part of what `relations` asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.restore.block import Block
    from corpus.restore.facts import Facts
    from corpus.restore.nesting import Nesting


def attributes(block: Block, facts: Facts) -> list[str]:
    """What ties the line to the block by attributes, or by a collection that its header asks.

    Args:
        block: the block that is asked.
        facts: of the line.
    """
    header = block.facts
    found = []
    if facts.sets & block.sets:
        found.append("attr:again")
    if facts.sets & header.chains:
        found.append("attr:setcond")
    if facts.sets & block.chains:
        found.append("attr:resets" if "literal" in facts.tags else "attr:feeds")
    if facts.chains & block.sets:
        found.append("attr:body")
    if block.last is not None and facts.chains & block.last.sets:
        found.append("attr:uselast")
    if facts.grows & header.loads:
        found.append("growscond")
        found += ["growscond:" + tag for tag in header.tags if tag.startswith("test:")]
    return found


def attributes_in(tree: Nesting, header: int) -> list[str]:
    """The same remarks about a block of which all lines are known.

    Args:
        tree: the program's lines with their places.
        header: of the block.
    """
    facts, end = tree.program.facts, tree.ends[header]
    own = facts[header]
    read: set[str] = set()
    bound: set[str] = set()
    found = []
    for line in range(header + 1, end + 1):
        one = facts[line]
        place = "direct" if tree.parents[line] == header else "deeper"
        if one.sets & own.chains:
            found.append("attr:setcond:" + place)
        if one.sets & read:
            found.append("attr:resets:" + place if "literal" in one.tags else "attr:feeds:" + place)
        if one.grows & own.loads:
            found += [f"growscond:{tag}:{place}" for tag in own.tags if tag.startswith("test:")]
        read |= one.chains
        bound |= one.sets
    if end + 1 < len(facts):
        after = facts[end + 1]
        if after.chains & bound:
            found.append("next:attr")
        if after.sets & bound:
            found.append("next:attragain")
        if after.sets & read:
            found.append("next:attrfeeds")
        if after.grows & own.loads:
            found += [f"next:growscond:{tag}" for tag in own.tags if tag.startswith("test:")]
    return found
