"""Slips are put right; words that are merely unknown here, and quoted code, are left alone."""

from __future__ import annotations

from collections import Counter

import pytest

from index.spelling import Speller

WORDS = Counter({"gradient": 9, "accumulation": 4, "tensor": 30, "broadcasting": 5, "starting": 2})
KNOWN = frozenset({"salmon", "stack", "shard", "this", "with", "what", "wine"})


@pytest.fixture
def speller() -> Speller:
    return Speller(WORDS, KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gradiant acumulation", "gradient accumulation"),
        ("what is a tesnor", "what is a tensor"),
        ("brodcasting", "broadcasting"),
        ("Gradeint", "gradient"),
        ("tensr.grad_fn", "tensor.grad_fn"),
    ],
)
def test_a_slip_is_put_right(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "query",
    [
        "what wine with salmon",
        "stacking",  # a form of a known word, though near to "starting"
        "sharded",
        "self.tenet.grad_fn",  # may be a name of the user's
        "`tensr`",
        "张量 градиент",
        "xyzzyqwert",
        "",
    ],
)
def test_the_rest_is_left_alone(speller: Speller, query: str) -> None:
    assert speller.correct(query) == query


def test_without_words_nothing_is_changed() -> None:
    assert Speller(Counter(), KNOWN).correct("gradiant") == "gradiant"
