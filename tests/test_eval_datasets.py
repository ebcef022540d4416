"""Query sets: the shipped one holds together, and a doubtful one is refused with its faults."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.beir import load_beir
from eval.builtin import load_builtin_set
from eval.datasets import DATA, load_document_set, relabelled, shipped_document_set


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "documents", tmp_path / "documents"))


def _rewrite(path: Path, change) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_the_shipped_set_is_large_and_of_every_style() -> None:
    queries = load_document_set().query_set.queries
    assert sum(query.answerable for query in queries) >= 200
    assert sum(not query.answerable for query in queries) >= 60
    for style in ("question", "keywords", "error", "code", "misspelled", "interviewer", "language"):
        assert sum(query.style == style for query in queries) >= 20, style
    assert all(query.history for query in queries if query.style == "follow-up")


def test_no_entry_answers_queries_of_both_halves() -> None:
    shipped = load_document_set().query_set
    answering = {
        split: {
            group
            for qid, grades in shipped.only(split).qrels.items()
            for group, grade in grades.items()
            if grade == 2
        }
        for split in ("dev", "test")
    }
    assert answering["dev"]
    assert answering["dev"].isdisjoint(answering["test"])


def test_held_out_queries_are_measured_only_when_they_are_named() -> None:
    held = shipped_document_set("heldout").query_set.queries
    usual = shipped_document_set().query_set.queries
    assert sum(query.answerable for query in held) >= 200
    assert sum(not query.answerable for query in held) >= 60
    assert {query.style for query in held} == {query.style for query in usual}
    assert all(query.split != "heldout" for query in usual)
    assert {q.text for q in held if not q.history}.isdisjoint(q.text for q in usual)


def test_held_out_queries_over_the_corpus_are_among_no_others() -> None:
    held, usual = load_builtin_set("heldout").query_set, load_builtin_set().query_set
    assert len(held.queries) == len(held.qrels) == 200
    assert {query.text for query in held.queries}.isdisjoint(q.text for q in usual.queries)
    assert held.qrels.keys().isdisjoint(usual.qrels)


def test_labels_can_come_from_elsewhere_but_must_name_what_is_there() -> None:
    shipped = load_document_set()
    groups = [entry.group for entry in shipped.entries]
    other = relabelled(shipped.query_set, {"keywords-01": {groups[0]: 1}}, groups, DATA)
    assert [query.id for query in other.queries if query.answerable] == ["keywords-01"]
    with pytest.raises(InputError, match="labels unknown 'nothing'"):
        relabelled(shipped.query_set, {"keywords-01": {"nothing": 1}}, groups, DATA)


def test_the_queries_over_the_corpus_fit_it_and_its_halves_share_no_answer() -> None:
    shipped = load_builtin_set()
    queries = shipped.query_set.queries
    assert len(queries) >= 400
    for style in ("question", "keywords", "error", "code", "misspelled", "interviewer", "language"):
        assert sum(query.style == style for query in queries) >= 20, style
    assert shipped.query_set.facets == ("style", "topic", "level")
    found = {
        split: {
            entry
            for grades in shipped.query_set.only(split).qrels.values()
            for entry, grade in grades.items()
            if grade == 2
        }
        for split in ("dev", "test")
    }
    assert found["dev"].isdisjoint(found["test"])
    assert len(found["dev"] | found["test"]) >= 60


def test_every_entry_answers_some_query() -> None:
    shipped = load_document_set()
    answering = {
        group
        for grades in shipped.query_set.qrels.values()
        for group, grade in grades.items()
        if grade == 2
    }
    assert answering == {entry.group for entry in shipped.entries}


def test_spans_begin_with_the_question_in_the_documents(scraped_documents: Path) -> None:
    for entry in load_document_set().entries:
        text = (scraped_documents / entry.document).read_text(encoding="utf-8")
        head = entry.span.of(text)[:12]
        assert entry.number == 1 or f"{entry.number}." in head, entry
        assert not entry.span.of(text)[-1].isspace(), entry


def test_a_label_of_an_unknown_entry_is_refused(copied: Path) -> None:
    def change(rows):
        rows[0]["number"] = 99
        return rows

    _rewrite(copied / "qrels.jsonl", change)
    with pytest.raises(InputError, match=r"labels unknown .*#99"):
        load_document_set(copied)


def test_twins_graded_differently_are_refused(copied: Path) -> None:
    def change(rows):
        twin = next(row for row in rows if row["document"].startswith("003"))
        twin["grade"] = 3 - twin["grade"]
        return rows

    _rewrite(copied / "qrels.jsonl", change)
    with pytest.raises(InputError, match=r"grades the twins of 00[34].* differently"):
        load_document_set(copied)


def test_an_answerable_query_without_labels_is_refused(copied: Path) -> None:
    _rewrite(
        copied / "qrels.jsonl", lambda rows: [row for row in rows if row["query"] != "keywords-01"]
    )
    with pytest.raises(InputError, match="'keywords-01' says answerable: True"):
        load_document_set(copied)


def test_all_bad_lines_are_named_at_once(copied: Path) -> None:
    path = copied / "queries.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[0] = "{"
    lines[2] = lines[2].replace('"split": "dev"', '"split": "train"')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1: not JSON.*line 3: split"):
        load_document_set(copied)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "Views", "text": "share memory"}\n'
        '{"_id": "d2", "text": "dropout"}\n'
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "memory"}\n{"_id": "q2", "text": "not judged"}\n'
    )
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return tmp_path


def test_a_beir_collection_joins_titles_and_keeps_judged_queries(collection: Path) -> None:
    loaded = load_beir(collection)
    assert [text.text for text in loaded.texts] == ["Views share memory", "dropout"]
    assert [query.id for query in loaded.query_set.queries] == ["q1"]
    assert loaded.query_set.qrels == {"q1": {"d1": 1}}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("q1\td9\t1", "labels unknown 'd9'"),
        ("q7\td1\t1", "label of unknown query 'q7'"),
        ("q1\td1", "line 3: expected query, text and grade"),
    ],
)
def test_beir_labels_that_fit_nothing_are_refused(collection: Path, line: str, fault: str) -> None:
    with (collection / "qrels" / "test.tsv").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(InputError, match=fault):
        load_beir(collection)


def test_a_missing_collection_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"corpus\.jsonl: cannot be read"):
        load_beir(tmp_path / "nowhere")
