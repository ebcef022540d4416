"""How well reading does: entries where they are, twins together, damaged code as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from corpus.library import read_library
from corpus.types import Entry, Library, Span
from eval.datasets import LabelledEntry, load_document_set
from eval.restoration import RestorationFigures, evaluate_restoration, own_programs


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


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """What `torchproof eval reading` prints; `entries` only where the documents are."""

    entries: EntryFigures | None
    restoration: RestorationFigures

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return asdict(self)

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
        r = self.restoration
        rows.append(("undamaged programs unchanged", f"{r.unchanged:.1%} of {r.programs}"))
        rows += [
            (
                f"restored after {d.damage}",
                f"{d.equal:.1%} same tree, {d.parses:.1%} parse (n = {d.n})",
            )
            for d in r.damages
        ]
        return rows


def evaluate(documents: Path | None = None) -> ReadingFigures:
    """Reads the labelled `documents`, if given, and restores the test half of our own programs."""
    entries = None
    if documents:
        labels = load_document_set()
        library = read_library([documents / name for name in sorted(labels.sha256)])
        entries = compare_entries(library, labels.entries)
    return ReadingFigures(entries, evaluate_restoration(own_programs(test=True)))


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
