"""Measures: golden values, ties, queries without hits, and run files as other tools see them."""

from __future__ import annotations

import math
from pathlib import Path

import ir_measures
import pytest

from corpus.errors import InputError
from eval.measures import MEASURES, depth_for, describe, score
from eval.systems import Ranking, Run, Scored, first_of_each, ranked
from eval.trec import read_qrels, read_run, write_qrels, write_run

QRELS = {"q1": {"a": 2, "b": 1}, "q2": {"c": 1}, "q3": {"a": 0}}


def _run(**hits: str) -> Run:
    return {
        qid: Ranking(tuple(Scored(item, 1.0) for item in items.split()))
        for qid, items in hits.items()
    }


def test_golden_values() -> None:
    values = score(QRELS, _run(q1="x b a", q2="c")).values
    ideal = 2 + 1 / math.log2(3)
    assert values["nDCG@10"]["q1"] == pytest.approx((1 / math.log2(3) + 2 / 2) / ideal)
    assert values["RR@10"] == {"q1": 0.5, "q2": 1.0}
    assert values["R@10"] == {"q1": 1.0, "q2": 1.0}
    assert values["Success@1"] == {"q1": 0.0, "q2": 1.0}


def test_a_query_without_hits_scores_zero_instead_of_vanishing() -> None:
    scores = score(QRELS, _run(q1="a b"))
    assert scores.values["nDCG@10"] == {"q1": 1.0, "q2": 0.0}
    assert scores.mean("nDCG@10") == 0.5
    assert score(QRELS, {}).mean("nDCG@10") == 0.0


def test_queries_without_anything_relevant_are_not_averaged() -> None:
    assert set(score(QRELS, _run(q1="a", q3="a")).values["RR@10"]) == {"q1", "q2"}


def test_equal_scores_are_ordered_by_id_whatever_order_they_came_in() -> None:
    hits = [Scored(item, 0.5) for item in "cab"]
    assert [hit.id for hit in ranked(hits)] == ["a", "b", "c"]
    assert ranked(hits) == ranked(reversed(hits))


def test_the_order_of_a_ranking_counts_even_where_scores_are_equal() -> None:
    first = score(QRELS, _run(q1="a x")).values
    second = score(QRELS, _run(q1="x a")).values
    assert (first["Success@1"]["q1"], second["Success@1"]["q1"]) == (1.0, 0.0)
    assert (first["RR@10"]["q1"], second["RR@10"]["q1"]) == (1.0, 0.5)


def test_units_keep_their_first_hit_only() -> None:
    hits = [Scored("one", 3.0), Scored("lost", 2.0), Scored("two", 1.0)]
    units = first_of_each(hits, {"one": "u", "two": "u"})
    assert [(hit.id, hit.score) for hit in units] == [("u", 3.0), ("lost", 2.0)]


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(InputError, match="--measure"):
        score(QRELS, {}, ("Goodness@10",))


def test_our_run_files_give_the_same_figures_elsewhere(tmp_path: Path) -> None:
    run = _run(q1="x b a y", q2="z c")
    write_run(run, tmp_path / "a.trec", "a")
    write_qrels(QRELS, tmp_path / "qrels.trec")
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    elsewhere = ir_measures.calc_aggregate(
        measures,
        [q for q in ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")) if q.relevance > 0],
        ir_measures.read_trec_run(str(tmp_path / "a.trec")),
    )
    assert {str(m): value for m, value in elsewhere.items()} == score(QRELS, run).means()


def test_run_and_label_files_come_back_as_they_went(tmp_path: Path) -> None:
    run = _run(q1="x b a", q2="c")
    write_run(run, tmp_path / "a.trec", "a")
    write_qrels(QRELS, tmp_path / "qrels.trec")
    back = read_run(tmp_path / "a.trec")
    assert {qid: [hit.id for hit in r.hits] for qid, r in back.items()} == {
        "q1": ["x", "b", "a"],
        "q2": ["c"],
    }
    assert read_qrels(tmp_path / "qrels.trec") == QRELS


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("q1 Q0 a 1 0.5\n", "line 1: 5 fields instead of 6"),
        ("q1 Q0 a 1 high n\n", "line 1: score 'high' is no number"),
        ("q1 Q0 a 1 2 n\nq1 Q0 a 2 1 n\n", "line 2: 'a' twice for query 'q1'"),
    ],
)
def test_a_bad_run_file_says_where(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "bad.trec"
    path.write_text(text)
    with pytest.raises(InputError, match=fault):
        read_run(path)


def test_every_measure_says_what_it_is_with_its_own_cut_off() -> None:
    said = describe(["nDCG@5", "P@3", "AP", "RBP(p=0.8)"])
    assert "first 5" in said["nDCG@5"]
    assert "first 3" in said["P@3"]
    assert "precision" in said["AP"]
    assert said["RBP(p=0.8)"] == "as ir-measures defines it"


def test_rankings_are_as_deep_as_the_measures_look() -> None:
    assert depth_for(["P@5"]) == 10
    assert depth_for(["R@30", "nDCG@10"]) == 30
    assert depth_for(["AP"]) == 100
