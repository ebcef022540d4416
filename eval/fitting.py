"""Fitting the networks by which lost indentation is rebuilt.

`python -m eval.fitting` writes `corpus/restore/network.npz` and `choice.npz` anew.  The search
learns from code in installed packages first, then from our own programs for development, the tasks
and exercises, and three quarters of the corpus's entries.  Halfway it has seen half of them alone:
from the readings that it then finds for the other half, the choice among readings is learnt.  The
figures that `eval reading` shows come from programs that are not among them.  The work is fixed: it
takes a quarter of an hour of one core and 4 GB of memory, and gives the same files again where the
same packages are installed.  `--into` writes them elsewhere.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import corpus.restore
from corpus.restore import choice
from corpus.restore.blocks import decisions
from corpus.restore.habits import traits
from corpus.restore.logical import Item, logical_lines
from corpus.restore.network import FILE, Network, Question, store
from corpus.restore.program import Program
from eval.choosing import Readings, fit_choice
from eval.material import examples, foreign, variants
from eval.programs import corpus_snippets, exercise_programs, own_programs, task_programs
from eval.training import Sample, build, finished, train

FOLDER = Path(corpus.restore.__file__).parent
FOREIGN_EPOCHS, FOREIGN_RATE, FOREIGN_FINAL = 2, 2e-3, 0.4
HALF_EPOCHS, HALF_RATE, HALF_FINAL = 3, 1e-3, 0.4
OWN_EPOCHS, OWN_RATE, OWN_FINAL = 3, 5e-4, 0.05
"""Passes over the material, and the step of Adam at first and the share of it at last: for foreign
programs, for half of our own, for all of our own."""
MOST_FOREIGN, WEIGHED_FOREIGN = 12_500, 500
"""Foreign programs from which the search is learnt, and others from which the choice is."""
REPEATED = 0.2
"""Share of foreign programs that are learnt along with our own, so as not to be forgotten."""
WEIGHED_VARIANTS = 0.1
"""Share of variants of our own programs from which the choice is learnt too."""
OWN_SOURCES = 5
"""A word is known to the network that stands in at least so many of our own programs…"""
RARE, COMMON = 120, 720
"""… or in two of them and `RARE` of others, or in `COMMON` of others."""
MOST_LINES = 90
MEMBERS = 2
"""Networks that are trained apart and judge together; the parts in which our programs are held."""

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


@dataclass(frozen=True, slots=True)
class Learnt:
    """A program to learn from.

    Attributes:
        source: its code.
        views: samples of it.
        part: in which of `MEMBERS` parts of the material it is; a variant is where its model is.
        variant: whether it was made from another program.
    """

    source: str
    views: list[Sample]
    part: int = 0
    variant: bool = False


def own_material(words: Words, own: Sequence[str], chance: random.Random) -> list[Learnt]:
    """Our own programs and variants of them."""
    found = []
    for source in own:
        part = zlib.crc32(source.encode()) % MEMBERS
        seen = words.samples(source, range(4))
        words.count(seen, own=True)
        found.append(Learnt(source, seen, part))
        for number, variant in enumerate(variants(source, chance)):
            samples = words.samples(variant, [number % 2])
            found.append(Learnt(variant, samples, part, variant=True))
    return [one for one in found if one.views]


def foreign_material(
    words: Words, sources: Iterable[str], chance: random.Random
) -> list[list[Sample]]:
    """The views of programs from installed packages: one of each, two of examples."""
    found = []
    for source in sources:
        found.append(words.samples(source, [_some_view(chance)]))
        words.count(found[-1], own=False)
    for source in examples():
        found.append(words.samples(source, [0, 2]))
        words.count(found[-1], own=False)
    return [seen for seen in found if seen]


def _some_view(chance: random.Random) -> int:
    """The number of a view; that with empty lines, which pages mostly keep, is as likely as two."""
    return chance.choice((0, 0, 1, 2, 3))


def fit_search(
    words: Words, ours: Sequence[Learnt], foreign: Sequence[list[Sample]]
) -> tuple[Network, list[Network]]:
    """The network trained on `foreign` programs first and on our own then.

    Args:
        words: those of both.
        ours: as `own_material` gives them.
        foreign: as `foreign_material` gives them.

    Returns:
        It, and for each part of `ours` a network that has learnt from that part alone.
    """
    chosen = words.chosen()
    _say(
        f"{len(foreign)} foreign programs, {len(ours)} of our own; {len(chosen[0])} traits and "
        f"{len(chosen[1])} words of evidence"
    )
    first = words.renumbered(foreign, chosen)
    second = words.renumbered((one.views for one in ours), chosen)
    chance = random.Random(0)
    trained, halves = [], []
    for seed in range(MEMBERS):
        modules = build(len(chosen[0]), len(chosen[1]), seed)
        train(modules, first, FOREIGN_EPOCHS, FOREIGN_RATE, FOREIGN_FINAL, _say, seed)
        again = [seen for seen in first if chance.random() < REPEATED]
        half = [seen for one, seen in zip(ours, second, strict=True) if one.part == seed]
        train(modules, half + again, HALF_EPOCHS, HALF_RATE, HALF_FINAL, _say, seed)
        halves.append(finished([modules], *chosen))
        train(modules, second + again, OWN_EPOCHS, OWN_RATE, OWN_FINAL, _say, seed)
        trained.append(modules)
    return finished(trained, *chosen), halves


def readings(
    ours: Sequence[Learnt], halves: Sequence[Network], kept: Sequence[str], chance: random.Random
) -> Readings:
    """Readings by networks that have not learnt from the programs.

    Args:
        ours: our own programs.
        halves: for each part of them the network that has learnt from it alone.
        kept: foreign programs that neither has learnt from.
        chance: chooses views and variants.
    """
    found = Readings()
    for one in ours:
        if one.variant and chance.random() >= WEIGHED_VARIANTS:
            continue
        numbers = [_some_view(chance)]
        if not one.variant and numbers[0]:
            numbers.append(0)
        for program, depths in _laid_out(one.source, numbers):
            found.add(program, depths, halves[(one.part + 1) % MEMBERS])
    for source in kept:
        for program, depths in _laid_out(source, [_some_view(chance)]):
            found.add(program, depths, chance.choice(halves))
    return found


def _laid_out(source: str, numbers: Iterable[int]) -> Iterable[tuple[Program, list[int]]]:
    known = views(logical_lines(source))
    for number in numbers:
        items, own_comments = known[number]
        program = Program.of(items, own_comments=own_comments)
        if 1 < len(program.facts) <= MOST_LINES:
            yield program, gold_depths(program)


def _say(line: str) -> None:
    print(f"{time.process_time() / 60:5.1f} min  {line}", flush=True)


def main() -> None:
    """Fit and store."""
    parser = argparse.ArgumentParser(prog="python -m eval.fitting", description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder to write to")
    folder = parser.parse_args().into
    folder.mkdir(parents=True, exist_ok=True)
    words = Words()
    others = foreign(random.Random(1))
    seen = foreign_material(words, others[:MOST_FOREIGN], random.Random(1))
    own = own_programs("dev") + corpus_snippets("dev") + task_programs() + exercise_programs()
    ours = own_material(words, own, random.Random(3))
    search, halves = fit_search(words, ours, seen)
    store(search, folder / FILE)
    kept = others[MOST_FOREIGN : MOST_FOREIGN + WEIGHED_FOREIGN]
    weighed = readings(ours, halves, kept, random.Random(5))
    choice.store(fit_choice(weighed, _say), folder / choice.FILE)


if __name__ == "__main__":
    main()
