"""A block while its lines are being placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.restore.facts import Facts


@dataclass(frozen=True, slots=True)
class Block:
    """An open block.

    Attributes:
        header: index of its header line.
        facts: of its header.
        count: statements that stand directly in it.
        last: facts of the latest of them.
        stores: names bound in it, in blocks inside it too, but not in inner scopes.
        before: names that were bound when it began.
        lasting: whether a line in it does more than to bind names.
        training: whether a step of training stands directly in it.
        exposed: names that it reads before it binds them: what one round leaves for the next.
        grows: names of the sums and collections that it adds to.
        does: categories and calls of the statements that stand directly in it.
        unread: names bound in it that no line in it has read since.
        sets: dotted names that lines in it bind or add to.
        chains: dotted names that lines in it read.
        beside: the branch before it, where it is a clause of one statement.
    """

    header: int
    facts: Facts
    count: int = 0
    last: Facts | None = None
    stores: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    lasting: bool = False
    training: bool = False
    exposed: frozenset[str] = frozenset()
    grows: frozenset[str] = frozenset()
    does: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    chains: frozenset[str] = frozenset()
    beside: Block | None = None

    @property
    def scope(self) -> bool:
        """Whether names bound inside stay inside."""
        return self.facts.kind in ("def", "class")

    def grown(self, line: Facts, *, direct: bool, stores: frozenset[str]) -> Block:
        """This block with one more line in it.

        Args:
            line: what the line does.
            direct: whether it stands in this block and not in one inside it.
            stores: the names that it binds here.
        """
        return Block(
            self.header,
            self.facts,
            self.count + direct,
            line if direct else self.last,
            self.stores if stores <= self.stores else self.stores | stores,
            self.before,
            self.lasting or line.lasting,
            self.training or (direct and "training" in line.tags),
            self.exposed | (line.loads - self.stores - self.facts.targets - line.targets),
            self.grows | line.grows if line.grows else self.grows,
            self.does | {line.category, line.verb} if direct else self.does,
            (self.unread - line.loads) | (stores if line.kind == "simple" else frozenset()),
            self.sets | line.sets if line.sets else self.sets,
            self.chains | line.chains if line.chains else self.chains,
            self.beside,
        )
