"""Execution above all other grades: claims settled by torch, checks run as counterexamples."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from assistant.interview.bank import Item, rubric_of
from assistant.interview.examiner import Examiner
from assistant.interview.executed import Execution, assertions
from assistant.interview.types import PointGrade, Result
from assistant.sandbox.service import SandboxService
from assistant.verify.verifier import Verifier
from corpus.library import parse
from corpus.read import read_document
from corpus.types import Entry, Reading


@pytest.fixture(scope="module")
def reading() -> Reading:
    [path] = (Path(corpus.__file__).parent / "questions").glob("*/broadcasting-rules.md")
    return parse(read_document(path))


@pytest.fixture(scope="module")
def entry(reading: Reading) -> Entry:
    return reading.entries[0]


@pytest.fixture(scope="module")
def execution(reading: Reading, sandbox: SandboxService) -> Execution:
    verifier = Verifier(sandbox)
    return Execution(sandbox, lambda: verifier, lambda: [reading])


def test_a_wrong_statement_gets_what_its_check_shows(execution, entry):
    rubric = {point.id: point for point in rubric_of(entry)}
    [said] = execution.refine(
        entry, "It copies.", [PointGrade(rubric["m2"], "wrong", 0, 9, "It copies")]
    )
    assert "Running `stride-zero` shows" in said.reason
    assert "no copy was made (`big.data_ptr() == small.data_ptr()`)" in said.reason


def test_a_refuted_claim_is_wrong_whatever_was_matched(execution, entry):
    answer = "Nothing is copied. By the way, `torch.optim.Adam` has lr=0.01 by default."
    point = rubric_of(entry)[2]
    kept, claim = execution.refine(
        entry, answer, [PointGrade(point, "covered", 0, 17, answer[:17])]
    )
    assert kept.state == "covered"
    assert claim.state == "wrong"
    assert claim.quote == "lr=0.01"
    assert "lr=0.001" in claim.reason


def test_the_score_follows_what_was_refuted(execution, entry):
    class Kind:
        def grade(self, _entry, rubric, answer, /):
            points = tuple(
                PointGrade(p, "covered", 0, len(answer), answer) for p in rubric if not p.mistake
            )
            return Result(1.0, "All.", points, by="rules")

    examiner = Examiner(None, Kind(), execution)
    item = Item("explain/e", "explain", "tensors", "mid", "?", 4, entry.id, entry)
    assert examiner.judge(item, ["Shapes meet from the right."]).score == 1.0
    poor = examiner.judge(item, ["Shapes meet, as in `torch.broadcast_to_all_shapes`."])
    assert poor.score == pytest.approx(0.9)
    assert any("does not exist" in one.reason for one in poor.points)


def test_what_checks_assert_is_told_with_its_reason():
    code = 'assert f(1) == 2, "it adds"\nassert g'
    assert list(assertions(code)) == ["it adds (`f(1) == 2`)", "`g`"]
