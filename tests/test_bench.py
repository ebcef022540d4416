"""The harness behind the Evaluation tab: stored runs, comparisons, measuring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.web.bench import find_bench
from corpus.errors import InputError
from eval.bench import Bench, main


def retrieval(values: dict[str, float], name: str = "ours") -> str:
    mean = sum(values.values()) / len(values)
    overall = {"nDCG@10": {"mean": mean, "low": mean, "high": mean}}
    system = {"name": name, "overall": overall, "per_query": {"nDCG@10": values}}
    return json.dumps({"dataset": "d", "measures": {"nDCG@10": ""}, "systems": [system]})


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "kept")


def taken(bench: Bench, folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return bench.take(file)


def test_the_web_app_finds_the_harness(tmp_path: Path) -> None:
    found = find_bench(tmp_path)
    assert found
    assert "retrieval" in dict(found.parts)


def test_figures_stored_elsewhere_are_kept_and_shown(bench: Bench, tmp_path: Path) -> None:
    assert bench.stored() == []
    run = taken(bench, tmp_path, "retrieval.json", retrieval({"a": 0.5, "b": 1.0}))
    assert [ident for ident, _ in bench.stored()] == [run]
    shown = bench.look(run)
    assert shown.sheets[0].rows == [["ours", "0.750"]]
    assert shown.plots[0].series == [("ours", [(0.75, 0.75, 0.75)])]
    assert bench.measures(run) == ["nDCG@10"]
    other = taken(bench, tmp_path, "reading.json", json.dumps({"found": {"share": 0.97}, "n": 3}))
    assert ["found.share", "0.97"] in [list(row) for row in bench.look(other).sheets[0].rows]
    assert bench.measures(other) == []


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"part": 1, "figures": 2}', '{"a": "b"}'])
def test_what_holds_no_figures_is_refused(bench: Bench, tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="holds no figures"):
        taken(bench, tmp_path, "x.json", text)
    assert bench.stored() == []


def test_two_runs_are_set_side_by_side_query_by_query(bench: Bench, tmp_path: Path) -> None:
    first = taken(bench, tmp_path, "a.json", retrieval({"q1": 1.0, "q2": 0.5, "q3": 0.2, "x": 1}))
    second = taken(bench, tmp_path, "b.json", retrieval({"q1": 0.5, "q2": 0.5, "q3": 0.3, "y": 0}))
    found = bench.compare(first, second, "nDCG@10")
    assert "1 better, 1 equal, 1 worse" in found.line
    assert "2 queries are in one of them alone" in found.line
    assert [row[0] for row in found.sheets[0].rows] == ["q1", "q3"]
    assert found.sheets[0].rows[0] == ["q1", "1.000", "0.500", "+0.500"]
    assert sorted(found.changes) == pytest.approx([-0.1, 0.5])
    with pytest.raises(InputError, match="no query"):
        bench.compare(first, second, "P@5")
    plain = taken(bench, tmp_path, "c.json", json.dumps({"n": 3}))
    same = taken(bench, tmp_path, "d.json", json.dumps({"n": 4}))
    assert bench.compare(plain, same, "").line == "1 of 1 figures differ."
    with pytest.raises(InputError, match="share no figure"):
        bench.compare(first, taken(bench, tmp_path, "e.json", json.dumps({"k": 4})), "")


@pytest.mark.parametrize("run", ["../../etc/passwd", "none", "a/b"])
def test_no_run_outside_the_folder_is_read(bench: Bench, run: str) -> None:
    with pytest.raises(InputError, match="no such run"):
        bench.look(run)


def test_measuring_names_what_is_wrong_and_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no part"):
        list(bench.run("nothing", ""))
    with pytest.raises(InputError, match="no such folder"):
        list(bench.run("reading", str(tmp_path / "none")))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError):
        list(bench.run("retrieval", str(empty)))
    assert bench.stored() == []


def test_a_measurement_that_is_left_ends_its_process(bench: Bench) -> None:
    running = bench.run("speed", "")
    next(running)
    with pytest.raises(InputError, match="another measurement"):
        next(bench.run("speed", ""))
    running.close()
    assert not list(bench._folder.iterdir())


def test_a_part_is_measured_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["retrieval", str(tmp_path / "out.json"), str(empty)]) == 2
    assert "missing" in capsys.readouterr().err
