"""Collections in BEIR's format: texts, queries and labels over their ids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from assistant.errors import foreign_faults
from corpus.read import read_document
from eval.datasets import DocumentSet, Query, QuerySet, check_labels
from eval.rows import complain, read_rows, read_text
from eval.trec import write_qrels


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be found; `title` is empty where it is part of the text."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, and queries labelled by their ids."""

    texts: tuple[Text, ...]
    query_set: QuerySet


class _BeirText(BaseModel):
    id: str = Field(alias="_id")
    title: str = ""
    text: str


def load_beir(folder: Path, split: str = "test") -> Collection:
    """The collection in `folder`: `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv`.

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
    qrels: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for number, line in enumerate(read_text(path).splitlines()[1:], start=2):
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
    return Collection(texts, QuerySet(folder.resolve().name, queries, qrels))


def texts_of(labelled: DocumentSet, files: Mapping[str, Path]) -> tuple[Text, ...]:
    """The units of one of our own sets as texts, in order; of a group of twins the first.

    Args:
        labelled: the set.
        files: where its documents lie, by name.

    Raises:
        InputError: a document cannot be read.
    """
    documents = {name: read_document(path).text for name, path in files.items()}
    texts: dict[str, Text] = {}
    for entry in labelled.entries:
        if entry.group not in texts:
            text = entry.span.of(documents[entry.document])
            texts[entry.group] = Text(entry.group, text, labelled.titles.get(entry.group, ""))
    return tuple(texts.values())


def save_beir(texts: Iterable[Text], query_set: QuerySet, folder: Path) -> list[Path]:
    """Writes a collection in BEIR's format, its labels in TREC's as well; returns the paths.

    A query's conversation and facets, for which BEIR has no field, go into its `metadata`.  Each
    split has a file of labels of its own; queries that nothing answers are in none.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    written: list[Path] = []

    def write(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        written.append(path)

    with foreign_faults(str(folder)):
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        rows = ({"_id": one.id, "title": one.title, "text": one.text} for one in texts)
        write(folder / "corpus.jsonl", _lines(rows))
        write(folder / "queries.jsonl", _lines(map(_query_row, query_set.queries)))
        for split in sorted({query.split for query in query_set.queries}):
            chosen = query_set.of(query for query in query_set.queries if query.split == split)
            labels = [
                f"{qid}\t{item}\t{grade}\n"
                for qid, grades in chosen.qrels.items()
                for item, grade in grades.items()
            ]
            name = split or "test"
            write(
                folder / "qrels" / f"{name}.tsv", "query-id\tcorpus-id\tscore\n" + "".join(labels)
            )
            write_qrels(chosen.qrels, folder / "qrels" / f"{name}.trec")
            written.append(folder / "qrels" / f"{name}.trec")
    return written


def _query_row(query: Query) -> dict[str, Any]:
    told: dict[str, Any] = dict(query.facets)
    if query.style:
        told["style"] = query.style
    if query.history:
        told["history"] = [{"role": turn.role, "content": turn.content} for turn in query.history]
    return {"_id": query.id, "text": query.text, "metadata": told}


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
