"""A program's logical lines with everything that can be known before its blocks are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from corpus.restore.facts import CLAUSES, LOOPS, Facts, facts_of
from corpus.restore.scan import tokens
from corpus.restore.trailing import VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.restore.logical import Item

FAR = 1 << 30
"""An index behind every line."""
NOTED = 3
"""Words of a comment that are taken as evidence."""
_WORD = re.compile(r"[a-z]+")


def _is_value(comment: str) -> bool:
    return VALUE.match(comment.lstrip("#!: ")) is not None


def _ending(code: str) -> str:
    """What the comment at the end of a line says: a value that comes out, words or nothing."""
    if "#" not in code:
        return "nothing"
    last = None
    for token in tokens(code):
        last = token
    if last is None or last.kind != "comment":
        return "nothing"
    return "once" if _is_value(last.text) else "words"


def shape(facts: Facts) -> str:
    """What lines of the same sort have in common."""
    return f"{facts.head}|{facts.verb}|{facts.category}"


@dataclass(slots=True)
class Program:
    """Lines of code in order, comments set aside.

    Attributes:
        lines: the code.
        facts: what each line does.
        comments: for each line, whether a comment stands right before it: `none`, `own` (on a line
            of its own), `some` (it cannot be told) or `told` (it says what the line above prints).
        blanks: empty lines before each line, those before its comments included.
        spaced: whether empty lines have survived at all.
        notes: for each line, the first words of the comment right before it.
        told: for each line, what the comments at its end and right below say: `nothing`, `words`,
            `once` (a value that comes out) or `often` (several lines of them, as a loop prints).
        paragraphs: for each line the number of the run of lines without an empty one between them.
    """

    lines: list[Item]
    facts: list[Facts]
    comments: list[str]
    blanks: list[int]
    spaced: bool
    notes: list[frozenset[str]]
    told: list[str]
    reads: dict[str, list[int]] = field(default_factory=dict)
    binds: dict[str, list[int]] = field(default_factory=dict)
    next_scope: list[int] = field(default_factory=list)
    next_return: list[int] = field(default_factory=list)
    next_training: list[int] = field(default_factory=list)
    next_loop: list[int] = field(default_factory=list)
    next_clause: list[int] = field(default_factory=list)
    next_opener: list[int] = field(default_factory=list)
    next_gap: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    has: dict[str, bool] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    shapes: dict[str, list[int]] = field(default_factory=dict)
    run: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, items: Sequence[Item], *, own_comments: bool = True) -> Program:
        """The program that `items` make.

        Args:
            items: code and comments in order.
            own_comments: whether comments among them are known to stand on lines of their own.
        """
        lines: list[Item] = []
        comments: list[str] = []
        blanks: list[int] = []
        notes: list[frozenset[str]] = []
        told: list[str] = []
        values = 0
        pending, above = "none", 0
        note: frozenset[str] = frozenset()
        for item in items:
            above = max(above, item.blanks)
            if item.comment:
                value = told and _is_value(item.text)
                if item.trailing and told:
                    told[-1] = "once" if value else "words"
                elif value and pending in ("none", "told") and not above:
                    values += 1
                    pending = "told"
                    told[-1] = "once" if values == 1 and told[-1] != "once" else "often"
                elif not item.trailing:
                    pending = "own" if own_comments else "some"
                    note = frozenset(_WORD.findall(item.text.lower())[:NOTED])
                continue
            lines.append(item)
            comments.append(pending)
            blanks.append(above)
            notes.append(note)
            told.append(_ending(item.text))
            pending, above, values, note = "none", 0, 0, frozenset()
        facts = [facts_of(i.text) for i in lines]
        for i in range(len(facts) - 2, -1, -1):
            if facts[i].kind == "decorator":
                facts[i] = replace(facts[i], tags=facts[i].tags | facts[i + 1].tags)
        program = cls(lines, facts, comments, blanks, any(blanks[1:]), notes, told)
        program._look_ahead()
        return program

    def _look_ahead(self) -> None:
        for i, facts in enumerate(self.facts):
            self.places.setdefault(self.lines[i].text, []).append(i)
            self.shapes.setdefault(shape(facts), []).append(i)
            for name in facts.loads:
                self.reads.setdefault(name, []).append(i)
            for name in facts.stores | facts.targets:
                self.binds.setdefault(name, []).append(i)
        kinds = {facts.kind for facts in self.facts}
        self.has = {"def": "def" in kinds, "loop": bool(kinds & LOOPS)}
        self.next_scope = self._next(lambda f: f.kind in ("def", "class"))
        self.next_return = self._next(lambda f: bool(f.tags & {"return", "yield"}))
        self.next_training = self._next(lambda f: "training" in f.tags)
        self.next_loop = self._next(lambda f: f.kind in LOOPS)
        self.next_clause = self._next(lambda f: f.kind in CLAUSES)
        self.next_opener = self._next(lambda f: f.kind in ("if", "try", "for", "while"))
        self.next_gap = [FAR] * (len(self.facts) + 1)
        for i in range(len(self.facts) - 1, -1, -1):
            self.next_gap[i] = i if self.blanks[i] else self.next_gap[i + 1]
        self.paragraphs = list(accumulate(bool(blank) for blank in self.blanks))
        self.run = list(range(len(self.facts)))
        for i in range(len(self.facts) - 2, -1, -1):
            if self.facts[i].category == self.facts[i + 1].category:
                self.run[i] = self.run[i + 1]

    def _next(self, wanted: Callable[[Facts], object]) -> list[int]:
        """For each line, the first line from it on that is `wanted`."""
        found = [FAR] * (len(self.facts) + 1)
        for i in range(len(self.facts) - 1, -1, -1):
            found[i] = i if wanted(self.facts[i]) else found[i + 1]
        return found

    def repeated(self, line: int, after: int, before: int) -> bool:
        """Whether the words of `line` also stand between the lines `after` and `before`."""
        places = self.places[self.lines[line].text]
        return bisect_left(places, before) > bisect_right(places, after)

    def read_after(self, name: str, line: int) -> int:
        """The first line behind `line` that reads `name`, before any that binds it anew."""
        reads = self.reads.get(name, [])
        at = bisect_right(reads, line)
        if at == len(reads):
            return FAR
        binds = self.binds.get(name, [])
        rebound = bisect_right(binds, line)
        if rebound < len(binds) and binds[rebound] < reads[at]:
            return FAR
        return reads[at]
