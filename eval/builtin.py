"""Our queries over the corpus that comes with the package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from corpus.library import builtin_paths, parse
from corpus.read import read_document
from corpus.types import Reading
from eval.datasets import (
    DATA,
    DocumentSet,
    LabelledEntry,
    QueryRow,
    QuerySet,
    Split,
    check_labels,
    check_queries,
)
from eval.rows import Row, complain, read_rows


class _LabelRow(Row):
    query: str
    entry: str
    grade: int = Field(ge=0, le=2)


def builtin_files() -> dict[str, Path]:
    """The corpus's files by name."""
    return {path.name: path for path in builtin_paths()}


def builtin_units() -> DocumentSet:
    """The corpus's entries as units to be found, without any queries."""
    return _units(_readings(), QuerySet("built-in corpus", (), {}))


def _units(readings: Mapping[str, Reading], query_set: QuerySet) -> DocumentSet:
    return DocumentSet(
        query_set,
        tuple(
            LabelledEntry(name, entry.number, entry.span, entry.id)
            for name, reading in readings.items()
            for entry in reading.entries
        ),
        {name: reading.document.sha256 for name, reading in readings.items()},
        {entry.id: entry.question for one in readings.values() for entry in one.entries},
    )


def load_builtin_set(split: Split | None = None) -> DocumentSet:
    """Queries labelled by the corpus's entries; each has its best entry's topic and level.

    Those held out are in files of their own, and among no others.

    Raises:
        InputError: a file is missing or wrong, or labels name unknown queries or entries.
    """
    folder = DATA / "builtin"
    held_out = split == "heldout"
    judged = folder / ("heldout_qrels.jsonl" if held_out else "qrels.jsonl")
    rows = read_rows(folder / ("heldout.jsonl" if held_out else "queries.jsonl"), QueryRow)
    readings = _readings()
    held = {entry.id: entry for reading in readings.values() for entry in reading.entries}
    qrels: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for label in read_rows(judged, _LabelRow):
        grades = qrels.setdefault(label.query, {})
        if label.entry in grades:
            faults.append(f"query {label.query!r} grades {label.entry} twice")
        grades[label.entry] = label.grade
    complain(faults, judged, "name each once")
    check_labels(qrels, (row.id for row in rows), held, judged)
    check_queries(rows, qrels, judged)
    queries = []
    for row in rows:
        grades = qrels.get(row.id, {})
        best = held[max(grades, key=grades.__getitem__)] if grades else None
        facets = {"topic": best.topic or "", "level": best.level or ""} if best else {}
        queries.append(row.query(facets))
    query_set = QuerySet("built-in corpus", tuple(queries), qrels).only(split)
    return _units(readings, query_set)


def _readings() -> dict[str, Reading]:
    return {name: parse(read_document(path)) for name, path in builtin_files().items()}
