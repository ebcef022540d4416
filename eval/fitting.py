"""Fitting the network by which lost indentation is rebuilt.

`python -m eval.fitting` writes `corpus/restore/network.npz` anew: it learns from code in installed
packages first, then from our own programs for development, the tasks, and three quarters of the
corpus's entries.  The figures that `eval reading` shows come from programs that are not among
them.  It takes about a quarter of an hour on one core, and gives the same network again where the
same packages are installed.
"""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import corpus.restore
from corpus.restore.blocks import decisions
from corpus.restore.habits import traits
from corpus.restore.logical import Item, logical_lines
from corpus.restore.network import FILE, Network, Question, store
from corpus.restore.program import Program
from eval.material import examples, foreign, variants
from eval.programs import corpus_snippets, own_programs, task_programs
from eval.training import Sample, build, finished, train

NETWORK = Path(corpus.restore.__file__).parent / FILE
FOREIGN_EPOCHS, FOREIGN_RATE, FOREIGN_FINAL = 2, 2e-3, 0.3
OWN_EPOCHS, OWN_RATE, OWN_FINAL = 6, 1e-3, 0.05
"""Passes over the material, and the step of Adam at first and the share of it at last."""
REPEATED = 0.2
"""Share of foreign programs that are learnt along with our own, so as not to be forgotten."""
OWN_SOURCES = 5
"""A word is known to the network that stands in at least so many of our own programs…"""
RARE, COMMON = 120, 720
"""… or in two of them and `RARE` of others, or in `COMMON` of others."""
MOST_LINES = 90
MEMBERS = 2
"""Networks that are trained apart and judge together."""

Asked = list[tuple[Question, bool]]


class Numbers(dict[str, int]):
    """Words numbered from 0 on as they come."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def gold_depths(program: Program) -> list[int]:
    """In how many blocks each line stands, read off the indentation."""
    stack = [0]
    depths = []
    for item in program.lines:
        while item.indent < stack[-1]:
            stack.pop()
        if item.indent > stack[-1]:
            stack.append(item.indent)
        depths.append(len(stack) - 1)
    return depths


def views(items: list[Item]) -> list[tuple[list[Item], bool]]:
    """The program as each kind of damage leaves it: with empty lines, without, comments unsure.

    Each with whether comments are known to stand on lines of their own.
    """
    bare = [replace(item, blanks=0) for item in items]
    return [(items, True), (bare, True), (bare, False), ([i for i in bare if not i.comment], False)]


class Words:
    """Samples with all their words, and what is counted to choose those that the network knows."""

    def __init__(self) -> None:
        self.traits, self.evidence = Numbers(), Numbers()
        self.own: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.foreign: tuple[Counter[int], Counter[int]] = (Counter(), Counter())

    def samples(self, source: str, numbers: Iterable[int]) -> list[Sample]:
        """Those of `views` of a program with the given numbers, if any question arises in them."""
        known = views(logical_lines(source))
        found = []
        for number in numbers:
            items, own_comments = known[number]
            program = Program.of(items, own_comments=own_comments)
            if not 1 < len(program.facts) <= MOST_LINES:
                continue
            asked = decisions(program, gold_depths(program))
            lines = [self._row(self.traits, traits(program, i)) for i in range(len(program.facts))]
            questions = [
                (q.header, q.line, self._row(self.evidence, q.evidence), ends) for q, ends in asked
            ]
            if questions:
                found.append(Sample(lines, questions))
        return found

    @staticmethod
    def _row(numbers: Numbers, words: Iterable[str]) -> array[int]:
        return array("i", sorted({numbers[word] for word in sorted(words)}))

    def count(self, views: Sequence[Sample], *, own: bool) -> None:
        """Counts the words of one program, whatever view of it they stand in."""
        traits = {n for view in views for row in view.lines for n in row}
        evidence = {n for view in views for _, _, row, _ in view.questions for n in row}
        for counts, numbers in zip(
            self.own if own else self.foreign, (traits, evidence), strict=True
        ):
            counts.update(numbers)

    def chosen(self) -> tuple[list[str], list[str]]:
        """The traits and the evidence that the network knows."""
        found = []
        for kind, numbers in enumerate((self.traits, self.evidence)):
            known = []
            for word, number in numbers.items():
                ours, others = self.own[kind][number], self.foreign[kind][number]
                if ours >= OWN_SOURCES or (ours > 1 and others >= RARE) or others >= COMMON:
                    known.append(word)
            found.append(sorted(known))
        return found[0], found[1]

    def renumbered(
        self, programs: Iterable[Sequence[Sample]], chosen: tuple[list[str], ...]
    ) -> list[list[Sample]]:
        """The views of each program with chosen words alone, numbered from 1 on."""
        tables = []
        for numbers, words in zip((self.traits, self.evidence), chosen, strict=True):
            table = [0] * len(numbers)
            for new, word in enumerate(words, 1):
                table[numbers[word]] = new
            tables.append(table)
        return [
            [
                Sample(
                    [_renumbered(row, tables[0]) for row in view.lines],
                    [(h, n, _renumbered(row, tables[1]), e) for h, n, row, e in view.questions],
                )
                for view in views
            ]
            for views in programs
        ]


def _renumbered(row: array[int], table: list[int]) -> array[int]:
    return array("i", [table[number] for number in row if table[number]])


def own_material(words: Words, own: Sequence[str], chance: random.Random) -> list[list[Sample]]:
    """The views of our own programs and of variants of them."""
    found = []
    for source in own:
        seen = words.samples(source, range(4))
        words.count(seen, own=True)
        found.append(seen)
        for number, variant in enumerate(variants(source, chance)):
            found.append(words.samples(variant, [number % 2]))
    return [seen for seen in found if seen]


def foreign_material(words: Words, chance: random.Random) -> Iterator[list[Sample]]:
    """The views of programs from installed packages: one of each, two of examples."""
    for source in foreign(chance):
        seen = words.samples(source, [chance.choice((0, 0, 1, 2, 3))])
        words.count(seen, own=False)
        yield seen
    for source in examples():
        seen = words.samples(source, [0, 2])
        words.count(seen, own=False)
        yield seen


def fit(own: Sequence[str], words: Words, foreign: Sequence[list[Sample]]) -> Network:
    """The network trained on `foreign` programs first and on our `own` then.

    Args:
        own: programs.
        words: those of `foreign`, and to be those of `own`.
        foreign: as `foreign_material` gives them.
    """
    ours = own_material(words, own, random.Random(3))
    chosen = words.chosen()
    print(
        f"{len(foreign)} foreign programs, {len(ours)} of our own; {len(chosen[0])} traits and "
        f"{len(chosen[1])} words of evidence",
        flush=True,
    )
    first, second = words.renumbered(foreign, chosen), words.renumbered(ours, chosen)
    chance = random.Random(0)
    second += [seen for seen in first if chance.random() < REPEATED]
    trained = []
    for seed in range(MEMBERS):
        modules = build(len(chosen[0]), len(chosen[1]), seed)
        train(modules, first, FOREIGN_EPOCHS, FOREIGN_RATE, FOREIGN_FINAL, _say, seed)
        train(modules, second, OWN_EPOCHS, OWN_RATE, OWN_FINAL, _say, seed)
        trained.append(modules)
    return finished(trained, *chosen)


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Fit and store."""
    words = Words()
    foreign = [seen for seen in foreign_material(words, random.Random(1)) if seen]
    own = own_programs("dev") + corpus_snippets("dev") + task_programs()
    store(fit(own, words, foreign), NETWORK)


if __name__ == "__main__":
    main()
