"""How well reading does: entries where they are, twins together, damaged code as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from corpus.library import read_library
from corpus.types import Entry, Library, Span
from eval.broken import BrokenFigures, HostileFigures, evaluate_broken, evaluate_hostile
from eval.cuts import CutFigures, compare_cuts, load_cuts
from eval.datasets import LabelledEntry, load_document_set
from eval.pages import HELD_OUT, PageFigures, evaluate_pages, load_pages
from eval.programs import corpus_snippets, own_programs
from eval.restoration import RestorationFigures, evaluate_restoration, pool


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """Entries found against entries labelled.

    Attributes:
        labelled: how many the labels name.
        right: how many were found with both ends right, blank space around them aside.
        wrong: those labelled and not found so, as `file#number`.
        superfluous: entries found that no label names.
        twin_pairs: pairs that the labels name.
        twins_found: how many of them were grouped.
        twins_wrong: pairs grouped that the labels do not name.
    """

    labelled: int
    right: int
    wrong: tuple[str, ...]
    superfluous: int
    twin_pairs: int
    twins_found: int
    twins_wrong: int


UNCHANGED = 1.0
PARSES = 0.99
EQUAL = {
    "indentation lost": 0.90,
    "indentation and empty lines lost": 0.90,
    "line breaks lost": 0.85,
    "both lost": 0.75,
    "all blank space collapsed": 0.75,
}
"""Bars: the least shares that count as done, over all programs that nothing was fitted to."""


SLOWEST = 2.0  # seconds a file
MOST_MEMORY = 500  # MB


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """What `torchproof eval reading` prints.

    Attributes:
        entries: only where the labelled documents are.
        cuts: of the same documents.
        pages: of our own pages, on which every kind of damage stands.
        held_out: of own pages that nothing was fitted to.
        broken: of a folder of mixed, partly broken files.
        hostile: of files that were made to take long.
        restoration: for each set of programs.  The network was fitted to `development`, so that
            only `test` and `corpus` tell how others' programs fare.
    """

    entries: EntryFigures | None
    cuts: CutFigures | None
    pages: PageFigures
    held_out: PageFigures
    broken: BrokenFigures
    hostile: HostileFigures
    restoration: dict[str, RestorationFigures]

    @property
    def missed(self) -> tuple[str, ...]:
        """The bars that were not reached, one line each."""
        held_out = [f for name, f in self.restoration.items() if name != DEVELOPMENT]
        found = []
        if self.entries:
            e = self.entries
            wrong = len(e.wrong) + e.superfluous + e.twin_pairs - e.twins_found + e.twins_wrong
            found += [f"{wrong} entries or twins are wrong, the bar is none"] if wrong else []
        if self.cuts:
            found += [f"not content, yet left: {what}" for what in self.cuts.left]
            found += [f"content, yet cut: {what}" for what in self.cuts.wrong]
        found += self.pages.faults
        b = self.broken
        found += [f"neither read nor named: {name}" for name in b.lost]
        if b.slowest > SLOWEST:
            found.append(f"a file took {b.slowest:.1f} s, the bar is {SLOWEST:.0f} s")
        h = self.hostile
        if h.slowest > SLOWEST:
            found.append(
                f"hostile file {h.slowest_file} took {h.slowest:.1f} s, the bar is {SLOWEST:.0f} s"
            )
        if h.read + h.named < h.files:
            found.append(f"{h.files - h.read - h.named} hostile files neither read nor named")
        if b.peak_megabytes > MOST_MEMORY:
            found.append(f"{b.peak_megabytes:.0f} MB of memory, the bar is {MOST_MEMORY} MB")
        pooled = pool(held_out)
        shares = [("undamaged programs unchanged", pooled.unchanged, UNCHANGED)]
        for d in (d for d in pooled.damages if d.n):
            shares.append((f"parse after {d.damage}", d.parses, PARSES))
            if d.damage in EQUAL:
                shares.append((f"same tree after {d.damage}", d.equal, EQUAL[d.damage]))
        return (
            *found,
            *(
                f"{name}: {share:.1%}, the bar is {bar:.0%}"
                for name, share, bar in shares
                if share < bar
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return {**asdict(self), "missed_bars": self.missed}

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        rows = []
        if self.entries:
            e = self.entries
            rows = [
                ("entries with right boundaries", f"{e.right} of {e.labelled}"),
                ("entries that are none", str(e.superfluous)),
                ("twin pairs found", f"{e.twins_found} of {e.twin_pairs}, {e.twins_wrong} wrong"),
            ]
        if c := self.cuts:
            rows += [
                ("documents: what is no content", f"{c.cut} of {c.labelled} cut"),
                ("documents: content cut", str(len(c.wrong))),
            ]
        for name, p in (("own pages", self.pages), ("held-out pages", self.held_out)):
            rows += [
                (f"{name}: entries", f"{p.right} of {p.entries}, {len(p.extra)} too many"),
                (f"{name}: what is no content", f"{p.cut} of {p.adverts} cut"),
                (f"{name}: answers cut", str(len(p.lost))),
                (
                    f"{name}: titles, code, tables, twins",
                    f"{p.marked - len(p.missed)} of {p.marked}",
                ),
            ]
        b = self.broken
        rows += [
            (f"{b.files} mixed files", f"{b.read} read, {b.named} named, {len(b.lost)} lost"),
            (
                "mixed files: time and memory",
                f"{b.seconds_per_megabyte:.1f} s a MB, {b.slowest:.2f} s at most for one file, "
                f"{b.peak_megabytes:.0f} MB",
            ),
        ]
        h = self.hostile
        rows.append(
            (
                f"{h.files} hostile files",
                f"{h.read} read, {h.named} named, {h.slowest:.2f} s at most for one file "
                f"({h.slowest_file})",
            )
        )
        for name, r in self.restoration.items():
            rows.append((f"{name}: undamaged unchanged", f"{r.unchanged:.1%} of {r.programs}"))
            rows += [
                (
                    f"{name}: {d.damage}",
                    f"{d.equal:.1%} same tree, {d.first_three:.1%} among the first three readings,"
                    f" {d.parses:.1%} parse (n = {d.n})",
                )
                for d in r.damages
            ]
        return rows + [("bar missed", line) for line in self.missed]


DEVELOPMENT = "development"
SAMPLED = 4
"""One program in so many for development is restored: enough to see whether something broke."""


def evaluate(documents: Path | None = None) -> ReadingFigures:
    """Reads the labelled `documents`, if given, and restores programs damaged in every way.

    The corpus's snippets are those of the quarter of its entries that nothing was fitted to.
    """
    entries = cuts = None
    if documents:
        labels = load_document_set()
        library = read_library([documents / name for name in sorted(labels.sha256)])
        entries = compare_entries(library, labels.entries)
        cuts = compare_cuts(library, load_cuts())
    programs = {
        "test": own_programs("test"),
        "corpus": corpus_snippets("test"),
        DEVELOPMENT: own_programs("dev")[::SAMPLED],
    }
    return ReadingFigures(
        entries,
        cuts,
        evaluate_pages(load_pages()),
        evaluate_pages(load_pages(HELD_OUT)),
        evaluate_broken(),
        evaluate_hostile(),
        {name: evaluate_restoration(p) for name, p in programs.items()},
    )


def compare_entries(library: Library, labelled: Sequence[LabelledEntry]) -> EntryFigures:
    """Entries as read against entries as labelled."""
    found: dict[tuple[str, int], tuple[Entry, str]] = {}
    for reading in library.readings:
        name = Path(reading.document.path).name
        found.update({(name, e.number): (e, reading.document.text) for e in reading.entries})
    wrong = []
    for label in labelled:
        entry, text = found.get((label.document, label.number), (None, ""))
        if entry is None or not same_place(entry.span, label.span, text):
            wrong.append(f"{label.document}#{label.number}")
    group_of = {(label.document, label.number): label.group for label in labelled}
    key_of = {entry.id: key for key, (entry, _) in found.items()}
    pairs = {frozenset((entry.id, twin)) for entry, _ in found.values() for twin in entry.twins}
    named = {frozenset((a, b)) for a, b in combinations(group_of, 2) if group_of[a] == group_of[b]}
    grouped = {frozenset(key_of[entry_id] for entry_id in pair) for pair in pairs}
    return EntryFigures(
        labelled=len(labelled),
        right=len(labelled) - len(wrong),
        wrong=tuple(wrong),
        superfluous=len(found.keys() - group_of.keys()),
        twin_pairs=len(named),
        twins_found=len(named & grouped),
        twins_wrong=len(grouped - named),
    )


def same_place(one: Span, other: Span, text: str) -> bool:
    """Whether two spans of `text` differ by blank space at most."""
    apart = (
        text[min(one.start, other.start) : max(one.start, other.start)]
        + text[min(one.end, other.end) : max(one.end, other.end)]
    )
    return not apart.strip()
