"""`torchproof eval`: figures as a table, as JSON and as files; exit statuses; honest absences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli.main import main
from eval.cli import PARTS, evaluate


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Three texts, two queries, and a run file that finds one of them."""
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    texts = ["dropout zeroes units", "a view shares memory", "the scheduler lowers the rate"]
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": f"d{n}", "text": text}) + "\n" for n, text in enumerate(texts))
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "view <memory>"}\n{"_id": "q2", "text": "scheduler"}\n'
    )
    (folder / "qrels" / "test.tsv").write_text("query\tdoc\tgrade\nq1\td1\t1\nq2\td2\t1\n")
    (folder / "theirs.trec").write_text("q1 Q0 d0 1 2 x\nq1 Q0 d1 2 1 x\nq2 Q0 d2 1 1 x\n")
    return folder


def _retrieval(collection: Path, *more: str) -> int:
    runs = f"bm25,{collection / 'theirs.trec'}"
    return main(["eval", "retrieval", "--dataset", str(collection), "--runs", runs, *more])


def test_json_is_one_object_with_figures_and_comparisons(collection: Path, capsys) -> None:
    assert _retrieval(collection, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [system["name"] for system in found["systems"]] == ["bm25", "theirs"]
    assert found["systems"][0]["overall"]["nDCG@10"]["mean"] == 1.0
    assert found["systems"][1]["overall"]["RR@10"]["mean"] == 0.75
    assert found["comparisons"][0]["wins"] == 1
    assert found["comparisons"][0]["ties"] == 1
    assert found["provenance"]["packages"]["ir-measures"]


def test_the_table_names_systems_and_intervals(collection: Path, capsys) -> None:
    assert _retrieval(collection) == 0
    out = capsys.readouterr().out
    assert "bm25" in out
    assert "theirs" in out
    assert "1.000 [1.000, 1.000]" in out


def test_a_missed_bar_gives_one(collection: Path, capsys) -> None:
    assert _retrieval(collection, "--bar", "nDCG@10=0.9") == 0
    runs = str(collection / "theirs.trec")
    arguments = ["eval", "retrieval", "--dataset", str(collection), "--runs", runs]
    assert main([*arguments, "--bar", "Success@1=0.9"]) == 1
    assert "bar missed: theirs has Success@1 0.5000" in capsys.readouterr().out


def test_a_gate_passes_against_its_own_figures(collection: Path, tmp_path: Path, capsys) -> None:
    _retrieval(collection, "--json")
    baseline = tmp_path / "baseline.json"
    baseline.write_text(capsys.readouterr().out)
    assert _retrieval(collection, "--gate", str(baseline)) == 0
    assert "nDCG@10 holds" in capsys.readouterr().out


def test_a_report_opens_offline_and_its_runs_are_measured_alike(
    collection: Path, tmp_path: Path, capsys
) -> None:
    folder = tmp_path / "report"
    assert _retrieval(collection, "--report", str(folder), "--json") == 0
    first = json.loads(capsys.readouterr().out)
    page = (folder / "retrieval.html").read_text(encoding="utf-8")
    assert "view &lt;memory&gt;" in page
    assert "<script src=" not in page
    assert "<link" not in page
    assert "| bm25 |" in (folder / "retrieval.md").read_text(encoding="utf-8")
    stored = json.loads((folder / "retrieval.json").read_text(encoding="utf-8"))
    assert stored["systems"] == first["systems"]
    runs = str(folder / "runs" / "bm25.trec")
    main(["eval", "retrieval", "--dataset", str(collection), "--runs", runs, "--json"])
    again = json.loads(capsys.readouterr().out)
    assert again["systems"][0]["per_query"] == first["systems"][0]["per_query"]


def test_labels_can_come_from_a_trec_file(collection: Path, capsys) -> None:
    labels = collection / "other.qrels"
    labels.write_text("q1 0 d0 1\n")
    assert _retrieval(collection, "--qrels", str(labels), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["found_in"] == 1
    assert found["systems"][1]["overall"]["Success@1"]["mean"] == 1.0
    labels.write_text("q1 0 gone 1\n")
    assert _retrieval(collection, "--qrels", str(labels)) == 2
    assert "labels unknown 'gone'" in capsys.readouterr().err


def test_the_snippets_of_a_collection_are_not_run(collection: Path, capsys) -> None:
    assert _retrieval(collection, "--truth") == 2
    assert "--truth: a collection's texts are not run" in capsys.readouterr().err


def test_other_measures_can_be_asked_for(collection: Path, capsys) -> None:
    assert _retrieval(collection, "--measure", "P@2", "--measure", "AP", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["measures"]) == {"P@2", "AP"}
    assert found["systems"][1]["overall"]["P@2"]["mean"] == 0.5
    assert found["comparisons"][0]["measure"] == "P@2"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["retrieval", "--bar", "nDCG@10=high"], "--bar: 'nDCG@10=high' is no bar"),
        (["retrieval", "--documents", "nowhere"], "nowhere: "),
        (["retrieval", "--measure", "Goodness"], "--measure: "),
        (["retrieval", "--dataset", "nowhere"], "Path 'nowhere' does not exist"),
    ],
)
def test_a_users_mistake_is_one_line_and_two(
    arguments: list[str], line: str, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TORCHPROOF_DOCUMENTS", raising=False)
    assert main(["eval", *arguments]) == 2
    err = capsys.readouterr().err
    assert line in err
    assert "Traceback" not in err


def test_what_is_not_there_yet_says_so(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert main(["eval", "grading"]) == 2
    assert "there is no evaluation of grading in this version" in capsys.readouterr().err


def test_every_part_has_help_with_an_example() -> None:
    parts = {part.name for part in PARTS}
    assert {"retrieval", "writers", "export", "all", *parts} == set(evaluate.commands)
    for name, command in evaluate.commands.items():
        assert f"torchproof eval {name}" in str(command.epilog)
