"""Queries with graded labels: our own over documents, and collections in BEIR's format.

Relevance grades are 2 (answers the query), 1 (helps partly) and 0 (does not).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.types import Turn
from corpus.errors import InputError
from corpus.types import Span

DATA = Path(__file__).parent / "data"
SHOWN_FAULTS = 5

Split = Literal["dev", "test"]
Qrels = Mapping[str, Mapping[str, int]]
"""Query id to the grades of what was judged for it."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, with the conversation before it."""

    id: str
    text: str
    style: str = ""
    split: str = ""
    answerable: bool = True
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries and their labels; a query without labels has nothing to be found."""

    name: str
    queries: tuple[Query, ...]
    qrels: Qrels

    def only(self, split: Split | None) -> QuerySet:
        """The queries of one split, or all of them."""
        if split is None:
            return self
        kept = tuple(query for query in self.queries if query.split == split)
        ids = {query.id for query in kept}
        qrels = {qid: grades for qid, grades in self.qrels.items() if qid in ids}
        return replace(self, name=f"{self.name} ({split})", queries=kept, qrels=qrels)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be found."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A BEIR collection: texts, queries and labels over their ids."""

    texts: tuple[Text, ...]
    query_set: QuerySet


@dataclass(frozen=True, slots=True)
class LabelledEntry:
    """A numbered question as a person found it: `span` counts characters of the document.

    Entries of one `group` say the same thing (a page scraped twice) and count as one.
    """

    document: str
    number: int
    span: Span
    group: str


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """Queries over documents, labelled by numbered question; `query_set` labels groups."""

    query_set: QuerySet
    entries: tuple[LabelledEntry, ...]
    sha256: Mapping[str, str]

    @property
    def group_of(self) -> Mapping[tuple[str, int], str]:
        """From (document, number) to group."""
        return {(entry.document, entry.number): entry.group for entry in self.entries}


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _TurnRow(_Row):
    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class _QueryRow(_Row):
    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    style: str
    split: Split
    answerable: bool
    history: tuple[_TurnRow, ...] = ()


class _LabelRow(_Row):
    query: str
    document: str
    number: int = Field(ge=1)
    grade: int = Field(ge=0, le=2)


class _EntryRow(_Row):
    document: str
    number: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    group: str


class _DocumentRow(_Row):
    document: str
    sha256: str
    characters: int


class _BeirText(BaseModel):
    id: str = Field(alias="_id")
    title: str = ""
    text: str


_R = TypeVar("_R", bound=BaseModel)


def read_rows(path: Path, model: type[_R]) -> list[_R]:
    """Every line of a JSON Lines file as `model`.

    Raises:
        InputError: the file is missing, or lines are wrong; the first few are all named.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            "cannot be read", where=str(path), hint="check the path; UTF-8 text is expected"
        ) from fault
    rows: list[_R] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(model.model_validate(json.loads(line)))
        except ValidationError as fault:
            first = fault.errors()[0]
            field = ".".join(map(str, first["loc"])) or "line"
            faults.append(f"line {number}: {field}: {first['msg']}")
        except json.JSONDecodeError as fault:
            faults.append(f"line {number}: not JSON ({fault.msg})")
    complain(faults, path, "mend these lines")
    return rows


def complain(faults: Iterable[str], where: Path | str, hint: str) -> None:
    """Raises one InputError that names the first faults; does nothing without any."""
    found = list(faults)
    if found:
        more = f"; and {len(found) - SHOWN_FAULTS} more" if len(found) > SHOWN_FAULTS else ""
        raise InputError("; ".join(found[:SHOWN_FAULTS]) + more, where=str(where), hint=hint)


def check_labels(
    qrels: Qrels, queries: Iterable[str], known: Iterable[str], where: Path | str
) -> None:
    """Refuses labels of queries or texts that do not exist: they would silently score zero.

    Raises:
        InputError: naming the unknown ids.
    """
    query_ids, known_ids = set(queries), set(known)
    faults = [f"label of unknown query {qid!r}" for qid in qrels if qid not in query_ids]
    faults += [
        f"query {qid!r} labels unknown {item!r}"
        for qid, grades in qrels.items()
        for item in grades
        if item not in known_ids
    ]
    complain(faults, where, "labels must name what is there")


def load_document_set(folder: Path | None = None) -> DocumentSet:
    """Our queries over the five scraped documents, or another folder of the same make.

    Raises:
        InputError: a file is missing or wrong, ids are doubled or unknown, twins are graded
            differently, or `answerable` disagrees with the labels.
    """
    folder = folder or DATA / "documents"
    rows = read_rows(folder / "queries.jsonl", _QueryRow)
    labels = read_rows(folder / "qrels.jsonl", _LabelRow)
    entries = tuple(
        LabelledEntry(row.document, row.number, Span(row.start, row.end), row.group)
        for row in read_rows(folder / "entries.jsonl", _EntryRow)
    )
    hashes = {r.document: r.sha256 for r in read_rows(folder / "documents.jsonl", _DocumentRow)}
    qrels = _group_labels(labels, rows, entries, folder / "qrels.jsonl")
    queries = tuple(
        Query(
            row.id,
            row.text,
            row.style,
            row.split,
            row.answerable,
            tuple(Turn(turn.role, turn.content) for turn in row.history),
        )
        for row in rows
    )
    return DocumentSet(QuerySet(folder.name, queries, qrels), entries, hashes)


def _group_labels(
    labels: Iterable[_LabelRow],
    rows: Sequence[_QueryRow],
    entries: Iterable[LabelledEntry],
    where: Path,
) -> Qrels:
    """Labels of entries made into labels of groups, everything doubtful refused."""
    members: dict[str, list[str]] = {}
    group_of: dict[str, str] = {}
    for entry in entries:
        name = f"{entry.document}#{entry.number}"
        members.setdefault(entry.group, []).append(name)
        group_of[name] = entry.group
    judged: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for label in labels:
        grades = judged.setdefault(label.query, {})
        name = f"{label.document}#{label.number}"
        if name in grades:
            faults.append(f"query {label.query!r} grades {name} twice")
        grades[name] = label.grade
    counts = Counter(row.id for row in rows)
    faults += [f"query id {qid!r} {count} times" for qid, count in counts.items() if count > 1]
    complain(faults, where, "name each once")
    check_labels(judged, counts, group_of, where)
    qrels: dict[str, dict[str, int]] = {}
    for qid, grades in judged.items():
        for name, grade in grades.items():
            group = group_of[name]
            qrels.setdefault(qid, {})[group] = grade
            if any(grades.get(twin) != grade for twin in members[group]):
                faults.append(f"query {qid!r} grades the twins of {name} differently")
    faults += [
        f"query {row.id!r} says answerable: {row.answerable}, its labels disagree"
        for row in rows
        if row.answerable != any(qrels.get(row.id, {}).values())
    ]
    complain(faults, where, "mend the labels")
    return qrels


def load_beir(folder: Path, split: str = "test") -> Collection:
    """A collection in BEIR's format: `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv`.

    Title and text are joined by a space.  Queries without labels in `split` are left out, as BEIR
    does.

    Raises:
        InputError: a file is missing or wrong, or labels name unknown ids.
    """
    texts = tuple(
        Text(row.id, f"{row.title} {row.text}".strip())
        for row in read_rows(folder / "corpus.jsonl", _BeirText)
    )
    asked = {row.id: row.text for row in read_rows(folder / "queries.jsonl", _BeirText)}
    path = folder / "qrels" / f"{split}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as fault:
        raise InputError("cannot be read", where=str(path), hint="check the split") from fault
    qrels: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        fields = line.split("\t")
        try:
            qid, item, grade = fields[0], fields[1], int(fields[2])
        except (IndexError, ValueError):
            faults.append(f"line {number}: expected query, text and grade between tabs")
            continue
        qrels.setdefault(qid, {})[item] = grade
    complain(faults, path, "mend these lines")
    check_labels(qrels, asked, (text.id for text in texts), path)
    queries = tuple(Query(qid, asked[qid]) for qid in qrels)
    return Collection(texts, QuerySet(folder.name, queries, qrels))
