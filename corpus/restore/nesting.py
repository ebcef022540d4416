"""A program's lines with their places: which line stands in which block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.restore.program import Program


@dataclass(frozen=True, slots=True)
class Nesting:
    """A program's lines with their places.

    Attributes:
        program: the lines.
        depths: for each line, in how many blocks it stands.
        parents: for each line the header of the block in which it stands, -1 at the margin.
        children: for each header the lines that stand directly in its block.
        ends: for each header the last line of its block.
    """

    program: Program
    depths: Sequence[int]
    parents: tuple[int, ...]
    children: dict[int, list[int]]
    ends: dict[int, int]

    @classmethod
    def of(cls, program: Program, depths: Sequence[int]) -> Nesting:
        """The nesting that `depths` make.

        Args:
            program: the lines.
            depths: for each line, in how many blocks it stands.
        """
        parents: list[int] = []
        children: dict[int, list[int]] = {-1: []}
        ends: dict[int, int] = {}
        open_blocks: list[int] = []
        for line, depth in enumerate(depths):
            del open_blocks[depth:]
            parent = open_blocks[-1] if open_blocks else -1
            parents.append(parent)
            children[parent].append(line)
            for header in open_blocks:
                ends[header] = line
            if program.facts[line].opens:
                open_blocks.append(line)
                children[line] = []
                ends[line] = line
        return cls(program, depths, tuple(parents), children, ends)

    def scope(self, line: int) -> int:
        """The header of the function or class in which a line stands, -1 at the margin."""
        line = self.parents[line]
        while line >= 0 and self.program.facts[line].kind not in ("def", "class"):
            line = self.parents[line]
        return line
