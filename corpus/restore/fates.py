"""What becomes of the names that a block binds, all lines having their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.restore.facts import LOOPS

if TYPE_CHECKING:
    from corpus.restore.nesting import Nesting


def fates(tree: Nesting, header: int) -> list[str]:
    """What becomes of the names that are bound in the block and read in it or behind it.

    Args:
        tree: the program's lines with their places.
        header: of the block; of a function or class nothing is remarked.
    """
    program, facts = tree.program, tree.program.facts
    own, end = facts[header], tree.ends[header]
    if own.kind in ("class", "def"):
        return []
    inside = range(header + 1, end + 1)
    exposed: set[str] = set(own.loads) if own.kind in LOOPS else set()
    bound: set[str] = set()
    grows: set[str] = set()
    for line in inside:
        one = facts[line]
        exposed |= one.loads - bound - own.targets
        bound |= one.stores
        grows |= one.grows | (one.stores & one.loads & exposed)
    scope = tree.scope(header)
    stop = tree.ends[scope] if scope >= 0 else len(facts) - 1
    earlier = {
        name
        for name in bound | own.targets
        if any(line < header for line in program.binds.get(name, ()))
    }
    found = []
    for line in inside:
        found += _fate(tree, header, line, exposed, stop)
        one = facts[line]
        if one.loads & grows and not (one.stores | one.grows) & grows:
            found.append("sumread=" + one.category)
            if line in tree.children[header]:
                found.append("sumread:direct=" + one.category)
        for name in (one.stores & one.loads) | one.grows:
            if name not in bound - one.stores:
                continue
            starts = [b for b in program.binds.get(name, ()) if header < b < line]
            if starts and not facts[starts[0]].loads & {name}:
                found.append("restarts")
    for line in range(end + 1, stop + 1):
        loads = facts[line].loads
        near = "next" if line == end + 1 else "later"
        if loads & own.targets - earlier:
            found.append(near + ":target")
        if loads & bound - earlier - grows:
            found.append(near + ":fresh")
        elif loads & bound - grows:
            found.append(near + ":bound")
        if loads & grows:
            found.append(near + ":sum")
        if line == end + 1 and not loads & (bound | own.targets):
            found.append("next:none")
        if line - end > 5:
            break
    return found


def _fate(tree: Nesting, header: int, line: int, exposed: set[str], stop: int) -> list[str]:
    """Whether a value is computed in each round and read by none."""
    one = tree.program.facts[line]
    if one.kind != "simple" or one.lasting or not one.stores or one.stores & exposed:
        return []
    place = "direct" if line in tree.children[header] else "deeper"
    first = min(tree.program.read_after(name, line) for name in one.stores)
    if first <= tree.ends[header]:
        return []
    found = [f"wasted:{place}:" + ("read" if first <= stop else "never")]
    if line == tree.ends[header]:
        found.append(found[0] + ":last")
    return found
