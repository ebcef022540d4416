"""Progress: mastery of each topic, due reviews, history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.interview.bank import Bank
from assistant.interview.progress import DAY, HALF_LIFE, progress_of
from assistant.interview.room import Room, examples_of, try_examples
from assistant.interview.schedule import Statement
from assistant.interview.store import InterviewStore
from assistant.interview.types import Interview, Plan, Result, Turn
from corpus.predictions import Prediction

NOW = 1_800_000_000.0


def prediction(name: str, topic: str) -> Prediction:
    return Prediction(
        name,
        "What does it print?",
        topic,
        "mid",
        None,
        f"{name}.md",
        "print(1)",
        "1",
        ("2",),
        "So.",
    )


BANK = Bank((), (), [prediction("one", "autograd"), prediction("two", "losses")])


def interview(ident: str, topic: str, score: float | None, days_ago: float) -> Interview:
    at = NOW - days_ago * DAY
    turn = Turn(
        "predict/one", "predict", topic, "mid", "What?", at, result=Result(score, ""), done=True
    )
    return Interview(ident, "ann", Plan(), at, at, ended=at + 60, turns=(turn,))


@pytest.fixture
def store(tmp_path: Path) -> InterviewStore:
    return InterviewStore(tmp_path / "i.sqlite")


def test_nothing_done_is_nothing_to_show(store: InterviewStore) -> None:
    found = progress_of(store, "ann", BANK, {}, NOW)
    assert not found.begun
    assert [(m.topic, m.score) for m in found.topics] == [("autograd", None), ("losses", None)]


def test_younger_answers_weigh_more_and_the_weakest_topic_comes_first(
    store: InterviewStore,
) -> None:
    store.save(interview("a", "autograd", 0.0, HALF_LIFE))
    store.save(interview("b", "autograd", 0.9, 0.0))
    store.save(interview("c", "losses", 0.2, 1.0))
    store.save(interview("d", "losses", None, 1.0))
    found = progress_of(store, "ann", BANK, {}, NOW)
    assert [m.topic for m in found.topics] == ["losses", "autograd"]
    autograd = found.topics[1]
    assert autograd.score == pytest.approx(0.9 / 1.5)
    assert autograd.answers == 2
    assert found.topics[0].score == pytest.approx(0.2)
    assert [score for _, score, _ in found.sittings] == [0.0, 0.2, None, 0.9]
    assert not progress_of(store, "bob", BANK, {}, NOW).begun
    store.reviewed("ann", "predict/two", NOW - DAY + 30, 1, NOW, "{}")
    again = progress_of(store, "ann", BANK, {}, NOW)
    assert again.topics[0].answers == 1, "the review that an interview makes is not a second answer"


def test_reviews_count_and_what_is_overdue_is_due_today(store: InterviewStore) -> None:
    said = Statement("statement/e/k1", "e", "losses", "Why?", "So.", True)
    for key, rating, due in (
        ("predict/one", 1, NOW - 3 * DAY),
        ("statement/e/k1", 4, NOW + 2 * DAY),
        ("predict/gone", 3, NOW + 400 * DAY),
    ):
        store.reviewed("ann", key, NOW - DAY, rating, due, "{}")
    found = progress_of(store, "ann", BANK, {said.key: said}, NOW, days=5)
    assert {m.topic: (m.score, m.due) for m in found.topics} == {
        "autograd": (0.0, 1),
        "losses": (1.0, 0),
    }
    assert [count for _, count in found.due] == [1, 0, 1, 0, 0]
    assert found.due_now == 1
    assert found.due[1][0] - found.due[0][0] == timedelta(days=1)
    assert [(well, badly) for _, well, badly in found.reviewed] == [(2, 1)]


def test_a_room_knows_what_is_in_hand_and_deals_cards(store: InterviewStore) -> None:
    clock = [NOW]
    room = Room(store, lambda: BANK, lambda: None, lambda: clock[0])  # type: ignore[arg-type,return-value]
    assert room.left_open("ann") is None
    begun = room.material.interviewer.open(Plan(seed=1), "ann")
    assert room.in_hand("ann") == begun
    clock[0] += 3_600
    assert room.in_hand("ann") is None, "left for an hour"
    assert room.left_open("ann") == begun
    assert room.material is room.material
    dealt = room.sitting("ann").keys
    assert sorted(dealt) == ["predict/one", "predict/two"]
    assert room.sitting("ann", ["losses"]).keys == ("predict/two",)
    assert room.sitting("ann", without=["predict/two"]).keys == ("predict/one",)
    item = room.card("predict/one")
    assert item
    assert room.card("predict/none") is None
    assert examples_of(None) == ()


def test_examples_run_behind_the_code_and_are_judged(assistant) -> None:
    code = "def double(x):\n    return 2 * x\n"
    right, wrong, failing = try_examples(
        assistant.verifier, code, ("print(double(2))  # 4", "print(double(2))  # 5", "double()")
    )
    assert [v.state for v in right.verdicts] == ["confirmed"]
    assert [(v.state, v.observed) for v in wrong.verdicts] == [("refuted", "4")]
    assert failing.error
    assert failing.error.type == "TypeError"
