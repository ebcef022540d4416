"""Queries with graded labels: our own, over scraped pages or over the built-in corpus.

Relevance grades are 2 (answers the query), 1 (helps partly) and 0 (does not).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.types import Turn
from corpus.errors import InputError
from corpus.types import Span
from eval.rows import Row, complain, read_rows

DATA = Path(__file__).parent / "data"

Split = Literal["dev", "test", "heldout"]
"""`heldout` lies in files of its own and is never measured unless it is asked for by name."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to the grades of what was judged for it."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, with the conversation before it.

    `facets` are further properties to break figures down by, such as the topic.
    """

    id: str
    text: str
    style: str = ""
    split: str = ""
    answerable: bool = True
    history: tuple[Turn, ...] = ()
    facets: Mapping[str, str] = field(default_factory=dict)

    def facet(self, name: str) -> str:
        """The value of one facet, `style` among them; empty where the query has none."""
        return self.style if name == "style" else self.facets.get(name, "")


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
        return replace(self.of(kept), name=f"{self.name} ({split})")

    def of(self, queries: Iterable[Query]) -> QuerySet:
        """These queries with their labels."""
        kept = tuple(queries)
        ids = {query.id for query in kept}
        qrels = {qid: grades for qid, grades in self.qrels.items() if qid in ids}
        return replace(self, queries=kept, qrels=qrels)

    @property
    def facets(self) -> tuple[str, ...]:
        """What figures can be broken down by."""
        named = dict.fromkeys(name for query in self.queries for name in query.facets)
        styled = any(query.style for query in self.queries)
        return (*(["style"] if styled else []), *named)


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
    """Queries over documents, labelled by numbered question; `query_set` labels groups.

    `titles` says for a group what a reader may know it by, where that is more than its first line.
    """

    query_set: QuerySet
    entries: tuple[LabelledEntry, ...]
    sha256: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def group_of(self) -> Mapping[tuple[str, int], str]:
        """From (document, number) to group."""
        return {(entry.document, entry.number): entry.group for entry in self.entries}

    def find(self, folder: Path) -> dict[str, Path]:
        """Where in `folder` each document lies, by name.

        Raises:
            InputError: one is missing, or is another version than the labelled one.
        """
        faults = []
        for name, expected in self.sha256.items():
            try:
                found = sha256((folder / name).read_bytes()).hexdigest()
            except OSError:
                faults.append(f"{name} is missing")
                continue
            if found != expected:
                faults.append(f"{name} is not the labelled version")
        complain(faults, folder, "give the folder of the labelled documents with --documents")
        return {name: folder / name for name in sorted(self.sha256)}


class TurnRow(Row):
    """A turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class QueryRow(Row):
    """A line of a file of queries."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    style: str
    split: Split
    answerable: bool
    history: tuple[TurnRow, ...] = ()

    def query(self, facets: Mapping[str, str] | None = None) -> Query:
        """The query that the line states."""
        turns = tuple(Turn(turn.role, turn.content) for turn in self.history)
        return Query(
            self.id, self.text, self.style, self.split, self.answerable, turns, facets or {}
        )


class _LabelRow(Row):
    query: str
    document: str
    number: int = Field(ge=1)
    grade: int = Field(ge=0, le=2)


class _EntryRow(Row):
    document: str
    number: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    group: str


class _DocumentRow(Row):
    document: str
    sha256: str
    characters: int


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


def check_queries(rows: Iterable[QueryRow], qrels: Qrels, where: Path) -> None:
    """Refuses doubled ids, and rows whose `answerable` the labels contradict.

    Raises:
        InputError: naming the ids.
    """
    held = list(rows)
    counts = Counter(row.id for row in held)
    faults = [f"query id {qid!r} {count} times" for qid, count in counts.items() if count > 1]
    faults += [
        f"query {row.id!r} says answerable: {row.answerable}, its labels disagree"
        for row in held
        if row.answerable != any(qrels.get(row.id, {}).values())
    ]
    complain(faults, where, "mend the labels")


def load_document_set(source: Path | None = None) -> DocumentSet:
    """Our queries over the five scraped documents, or another set of the same make.

    Args:
        source: a folder with `queries.jsonl` and `qrels.jsonl`, or a file `NAME.jsonl` that has
            `NAME_qrels.jsonl` beside it; `entries.jsonl` and `documents.jsonl` lie in the same
            folder.

    Raises:
        InputError: a file is missing or wrong, ids are doubled or unknown, twins are graded
            differently, or `answerable` disagrees with the labels.
    """
    source = source or DATA / "documents"
    folder = source if source.is_dir() else source.parent
    asked = source / "queries.jsonl" if source.is_dir() else source
    judged = folder / ("qrels.jsonl" if asked.stem == "queries" else f"{asked.stem}_qrels.jsonl")
    rows = read_rows(asked, QueryRow)
    entries = tuple(
        LabelledEntry(row.document, row.number, Span(row.start, row.end), row.group)
        for row in read_rows(folder / "entries.jsonl", _EntryRow)
    )
    hashes = {r.document: r.sha256 for r in read_rows(folder / "documents.jsonl", _DocumentRow)}
    qrels = _group_labels(read_rows(judged, _LabelRow), rows, entries, judged)
    check_queries(rows, qrels, judged)
    queries = tuple(row.query() for row in rows)
    return DocumentSet(QuerySet(folder.name, queries, qrels), entries, hashes)


def shipped_document_set(split: Split | None = None) -> DocumentSet:
    """Our queries over the five scraped documents: one split, or all but the held-out one."""
    folder = DATA / "documents"
    labelled = load_document_set(folder / "heldout.jsonl" if split == "heldout" else folder)
    return replace(labelled, query_set=labelled.query_set.only(split))


def _group_labels(
    labels: Iterable[_LabelRow],
    rows: Sequence[QueryRow],
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
    complain(faults, where, "name each once")
    check_labels(judged, (row.id for row in rows), group_of, where)
    qrels: dict[str, dict[str, int]] = {}
    for qid, grades in judged.items():
        for name, grade in grades.items():
            group = group_of[name]
            qrels.setdefault(qid, {})[group] = grade
            if any(grades.get(twin) != grade for twin in members[group]):
                faults.append(f"query {qid!r} grades the twins of {name} differently")
    complain(faults, where, "mend the labels")
    return qrels


def relabelled(query_set: QuerySet, qrels: Qrels, known: Iterable[str], where: Path) -> QuerySet:
    """The queries under other labels, such as those of a TREC file.

    Raises:
        InputError: they name unknown ids.
    """
    check_labels(qrels, (query.id for query in query_set.queries), known, where)
    queries = tuple(
        replace(query, answerable=any(qrels.get(query.id, {}).values()))
        for query in query_set.queries
    )
    if not any(query.answerable for query in queries):
        raise InputError("no query has a relevant text", where=str(where), hint="add labels")
    return replace(query_set, queries=queries, qrels=qrels)
