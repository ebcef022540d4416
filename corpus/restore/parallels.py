"""Programs repeat themselves: where a line like this one stood before, it may stand again."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from corpus.restore.program import shape

if TYPE_CHECKING:
    from corpus.restore.block import Block
    from corpus.restore.program import Program


def parallels(program: Program, block: Block, line: int, parents: tuple[int, ...]) -> list[str]:
    """Features of earlier lines that are like `line`, or like what surrounds it.

    Args:
        program: the lines.
        block: the block that is asked.
        line: index of the line.
        parents: for each line above, the header of the block in which it stands.
    """
    found = []
    for name, places in (
        ("same", program.places[program.lines[line].text]),
        ("akin", program.shapes[shape(program.facts[line])]),
    ):
        at = bisect_left(places, line) - 1
        if at < 0:
            continue
        if places[at] > block.header:
            found.append(
                f"{name}:within" if parents[places[at]] == block.header else f"{name}:below"
            )
            at = bisect_left(places, block.header) - 1
        if at >= 0:
            found.append(f"{name}:{_place(program, block, parents[places[at]], parents)}")
    after = line + 1
    if after < len(program.lines):
        places = program.places[program.lines[after].text]
        at = bisect_left(places, line) - 1
        if at >= 0:
            inside = places[at] > block.header and parents[places[at]] == block.header
            place = "within" if inside else _place(program, block, parents[places[at]], parents)
            found.append("next:" + place)
    return found


def _place(program: Program, block: Block, parent: int, parents: tuple[int, ...]) -> str:
    """Where a line below header `parent` stands, as seen from `block`."""
    if parent == parents[block.header]:
        return "out"
    if parent < 0:
        return "margin"
    one, other = program.facts[parent], block.facts
    if one.kind == other.kind:
        return "in" if one.head == other.head and one.calls == other.calls else "similar"
    return "elsewhere"
