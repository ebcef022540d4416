"""Fitting the weights of search on material made to have known answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eval.datasets import Query
from eval.tuning import Material, fit_confidence, fit_ranking
from index.evidence import Evidence
from index.search import Searcher


@pytest.fixture
def material(searcher: Searcher) -> Callable[[np.ndarray, np.ndarray], Material]:
    empty = np.zeros((0, 0), dtype=np.float32)
    rows = empty.astype(np.int64)
    raw = Evidence([], [], [], empty, rows, *[empty] * 7)

    def made(evidence: np.ndarray, grades: np.ndarray) -> Material:
        queries = [Query(str(n), "q") for n in range(len(evidence))]
        fold = np.zeros(len(evidence), dtype=np.int64)
        return Material(searcher, queries, raw, evidence, grades, fold)

    return made


Made = Callable[[np.ndarray, np.ndarray], Material]


def test_evidence_that_tells_gets_the_weight_and_noise_gets_none(material: Made) -> None:
    rng = np.random.default_rng(0)
    grades = (rng.random((200, 20)) < 0.1) * 2.0
    noise = rng.random((200, 20))
    lexical = grades + 0.3 * rng.random((200, 20))
    near, even = (grades + spread * rng.random((200, 20)) for spread in (1.0, 2.0))
    found = fit_ranking(
        material(np.stack([near, even, lexical, noise], axis=-1), grades),
        np.ones(200, dtype=np.bool_),
    )
    assert found[0] == pytest.approx(1)
    assert 0 < found[1] < 0.5
    assert found[2] > 1
    assert 0 <= found[3] < 0.2


def test_queries_outside_the_rows_are_not_looked_at(material: Made) -> None:
    rng = np.random.default_rng(1)
    grades = np.eye(10)[rng.integers(0, 10, 100)]
    noise = rng.random((3, *grades.shape))
    evidence = np.stack([grades + noise[0], grades + noise[1], grades, noise[2]], axis=-1)
    spoilt = evidence.copy()
    spoilt[50:] = rng.random((50, 10, 4))
    rows = np.arange(100) < 50
    np.testing.assert_allclose(
        fit_ranking(material(evidence, grades), rows), fit_ranking(material(spoilt, grades), rows)
    )


def test_confidence_learns_which_way_a_sign_points() -> None:
    rng = np.random.default_rng(2)
    answerable = rng.random(300) < 0.5
    signs = [
        {"coverage": float(a) + rng.random(), "unknown": float(not a) + rng.random()}
        for a in answerable
    ]
    weights = fit_confidence(signs, answerable.tolist())
    assert weights["coverage"] > 0 > weights["unknown"]
    assert set(weights) == {"bias", "coverage", "unknown"}
