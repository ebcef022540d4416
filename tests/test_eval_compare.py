"""Comparisons: luck is told from a difference, and a gate fails only on the latter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.answerable import answerability
from eval.compare import compare, compare_all, holm, interval
from eval.datasets import Query, QuerySet
from eval.figures import RetrievalFigures, measure
from eval.gate import gate
from eval.systems import Ranking, Scored

GOOD = {f"q{n:02d}": 1.0 - 0.01 * (n % 5) for n in range(40)}
BAD = {qid: value - 0.2 for qid, value in GOOD.items()}


def _compare(ours, theirs):
    return compare("nDCG@10", ("ours", ours), ("theirs", theirs))


def test_equal_systems_are_not_different() -> None:
    same = _compare(GOOD, GOOD)
    assert (same.p, same.wins, same.ties, same.losses) == (1.0, 0, 40, 0)
    assert same.difference.low == same.difference.high == 0.0
    assert not same.worse


def test_a_steady_loss_is_no_luck() -> None:
    lost = _compare(BAD, GOOD)
    assert lost.worse
    assert lost.p < 0.001
    assert lost.losses == 40
    assert lost.difference.mean == pytest.approx(-0.2)


def test_a_single_query_proves_nothing() -> None:
    lost = _compare({"q": 0.0}, {"q": 1.0})
    assert (lost.p, lost.losses, lost.difference.mean) == (1.0, 1, -1.0)


def test_one_lost_query_among_many_is_luck() -> None:
    lost = _compare({**GOOD, "q00": 0.0}, GOOD)
    assert lost.difference.mean < 0
    assert not lost.worse
    assert list(lost.differences) == ["q00"]


def test_turning_the_pair_around_turns_the_result() -> None:
    there = _compare({**GOOD, "q00": 0.0, "q01": 0.1}, GOOD)
    back = _compare(GOOD, {**GOOD, "q00": 0.0, "q01": 0.1})
    assert there.p == pytest.approx(back.p)
    assert there.difference.mean == pytest.approx(-back.difference.mean)
    assert (there.wins, there.losses) == (back.losses, back.wins)


def test_other_queries_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="different queries, such as q00"):
        _compare({k: v for k, v in GOOD.items() if k != "q00"}, GOOD)


def test_an_interval_holds_its_mean_and_shrinks_to_a_point() -> None:
    spread = interval(GOOD)
    assert spread.low < spread.mean < spread.high
    assert interval({"a": 0.5, "b": 0.5}).low == interval({"a": 0.5, "b": 0.5}).high == 0.5


def test_holms_correction_steps_down_and_never_crosses() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_each_other_system_is_compared_and_their_number_is_paid_for() -> None:
    slightly = {qid: value - 0.02 * (n % 3 - 1) for n, (qid, value) in enumerate(GOOD.items())}
    found = compare_all("RR", [("ours", GOOD), ("bad", BAD), ("near", slightly)])
    assert [comparison.theirs for comparison in found] == ["bad", "near"]
    assert found[0].p_holm == pytest.approx(2 * found[0].p)
    assert found[1].p_holm >= found[1].p > 0.05


class Answers:
    """Finds the right text for the queries named."""

    name = "answers"
    size = None

    def __init__(self, right: set[str]) -> None:
        self._right = right

    def rank(self, queries, k):
        return {
            q.id: Ranking((Scored("yes" if q.id in self._right else "no", 1.0),)[:k])
            for q in queries
        }


def _figures(right: set[str]) -> RetrievalFigures:
    queries = tuple(Query(qid, "text", "question") for qid in GOOD)
    return measure([Answers(right)], QuerySet("set", queries, {q.id: {"yes": 1} for q in queries}))


def _store(figures: RetrievalFigures, path: Path) -> Path:
    path.write_text(json.dumps(figures.to_json()))
    return path


def test_the_gate_holds_against_itself_and_falls_after_a_loss(tmp_path: Path) -> None:
    baseline = _store(_figures(set(GOOD)), tmp_path / "baseline.json")
    assert gate(_figures(set(GOOD)), baseline).fallen == ()
    fallen = gate(_figures(set(list(GOOD)[:20])), baseline).fallen
    assert {comparison.measure for comparison in fallen} >= {"nDCG@10", "Success@1"}


def test_the_gate_lets_luck_and_gains_pass(tmp_path: Path) -> None:
    baseline = _store(_figures(set(list(GOOD)[:38])), tmp_path / "baseline.json")
    assert gate(_figures(set(list(GOOD)[:37])), baseline).fallen == ()
    assert gate(_figures(set(GOOD)), baseline).fallen == ()


@pytest.mark.parametrize("text", ["nonsense", "{}", '{"dataset": "other", "systems": []}'])
def test_a_baseline_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"baseline\.json"):
        gate(_figures(set(GOOD)), path)


def _asked(answerable: bool, n: int) -> list[Query]:
    return [Query(f"{answerable}{i}", "text", answerable=answerable) for i in range(n)]


def test_answerability_counts_what_confidence_tells_apart() -> None:
    queries = _asked(True, 4) + _asked(False, 2)
    confidence = [0.9, 0.8, 0.7, 0.3, 0.5, 0.1]
    run = {
        q.id: Ranking((), c, answerable=c >= 0.6) for q, c in zip(queries, confidence, strict=True)
    }
    judged = answerability(queries, run)
    assert judged is not None
    assert judged.auroc == pytest.approx(7 / 8)
    assert judged.wrong_refusals == 0.25
    assert judged.right_refusals == 1.0
    assert judged.attainable == 0.5
    assert judged.missed == ("True3",)
    assert judged.refused == {"": pytest.approx(3 / 6)}


def test_a_system_without_decisions_is_judged_by_confidence_alone() -> None:
    queries = _asked(True, 2) + _asked(False, 2)
    judged = answerability(queries, {q.id: Ranking((), 0.5) for q in queries})
    assert judged is not None
    assert judged.auroc == 0.5
    assert judged.wrong_refusals is None
    assert answerability(queries[:2], {}) is None
