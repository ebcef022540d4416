"""Collections in BEIR's format: texts, queries and labels over their ids."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from eval.datasets import Query, QuerySet, check_labels
from eval.rows import complain, read_rows, read_text


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be found."""

    id: str
    text: str


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
