"""What reading cut from the scraped documents, against what is known to be no content there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.types import Library, Reading, Span

LABELS = Path(__file__).parent / "data" / "reading" / "documents_cut.jsonl"
_ASIDE = frozenset({"question behind an answer", "text before the questions"})
"""Kinds that may be cut and need not be."""
_FOUND = 0.9
"""Share of a labelled stretch's letters that must be cut for it to count as cut."""


@dataclass(frozen=True, slots=True)
class CutFigures:
    """Cuts found against cuts labelled.

    Attributes:
        labelled: stretches of the documents that are no content.
        cut: how many of them were cut.
        left: the others, as `file[start:end] kind`.
        wrong: stretches cut that no label names, as `file[start:end] reason`.
    """

    labelled: int
    cut: int
    left: tuple[str, ...]
    wrong: tuple[str, ...]


def load_cuts(path: Path = LABELS) -> dict[str, list[tuple[Span, str]]]:
    """For each document, by file name, what is no content in it and of what kind that is."""
    found: dict[str, list[tuple[Span, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["document"], []).append((Span(row["start"], row["end"]), row["kind"]))
    return found


def compare_cuts(library: Library, labels: Mapping[str, Sequence[tuple[Span, str]]]) -> CutFigures:
    """Judges every cut by the labels, and every label by the cuts."""
    left: list[str] = []
    wrong: list[str] = []
    total = 0
    for reading in library.readings:
        name = Path(reading.document.path).name
        labelled = [*labels.get(name, ())]
        needed = [(span, kind) for span, kind in labelled if kind not in _ASIDE]
        total += len(needed)
        cut = [one.span for one in reading.cut]
        left += [
            f"{name}[{span.start}:{span.end}] {kind}"
            for span, kind in needed
            if _share(span, cut, reading) < _FOUND
        ]
        known = [span for span, _ in labelled]
        wrong += [
            f"{name}[{one.span.start}:{one.span.end}] {one.reason}"
            for one in reading.cut
            if _share(one.span, known, reading) < 1
        ]
    return CutFigures(total, total - len(left), tuple(left), tuple(wrong))


def _share(span: Span, others: Sequence[Span], reading: Reading) -> float:
    """The share of a stretch's letters and digits (its signs, if it has none) that others cover."""
    text = reading.document.text
    places = [i for i in range(span.start, span.end) if text[i].isalnum()]
    places = places or [i for i in range(span.start, span.end) if not text[i].isspace()]
    held = sum(any(other.start <= i < other.end for other in others) for i in places)
    return held / len(places) if places else 1.0
