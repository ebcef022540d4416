"""Follow-ups get their subject; fresh questions keep theirs."""

from __future__ import annotations

import pytest

from assistant.answer.contextualise import contextualise, understand
from assistant.types import Turn

ADAM = [
    Turn("user", "How does Adam adapt the learning rate?"),
    Turn("assistant", "It keeps running averages of gradients and of their squares."),
]


@pytest.mark.parametrize(
    "question",
    [
        "and how is that different from SGD?",
        "show me the code",
        "why?",
        "what about on the GPU?",
        "can you give an example",
        "does it need a scheduler?",
        "which one is better?",
    ],
)
def test_a_follow_up_carries_the_subject(question: str) -> None:
    standing = contextualise(question, ADAM)
    assert "Adam" in standing
    assert standing.endswith(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do I freeze the first layers of a pretrained network?",
        "What is the difference between view and reshape?",
        "Explain batch normalization in training and evaluation mode",
        "nn.CrossEntropyLoss expects which target dtype?",
    ],
)
def test_a_fresh_subject_is_left_alone(question: str) -> None:
    assert contextualise(question, ADAM) == question


def test_the_subject_is_found_behind_other_follow_ups() -> None:
    history = [*ADAM, Turn("user", "why?"), Turn("assistant", "Because steps differ.")]
    assert "Adam" in contextualise("show me the code", history)


def test_without_history_nothing_is_added() -> None:
    assert contextualise("  why \n so?", []) == "why so?"


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("never mind. how do I stack two tensors", "how do I stack two tensors"),
        ("ok, other topic: what is dropout?", "what is dropout?"),
        ("thanks. now tell me about broadcasting", "broadcasting"),
        ("by the way, what's momentum?", "what's momentum?"),
        ("let's talk about something else. schedulers?", "schedulers?"),
    ],
)
def test_an_announced_change_of_subject_leaves_the_old_one_behind(
    question: str, searched: str
) -> None:
    assert understand(question, ADAM).parts == ((searched, 1.0),)


@pytest.mark.parametrize("question", ["what if I forget it?", "can I change the topic weights?"])
def test_ordinary_words_announce_nothing(question: str) -> None:
    assert len(understand(question, ADAM).parts) == 3


def test_the_less_a_turn_says_the_more_the_conversation_counts() -> None:
    turns = ["why?", "and for sparse gradients?", "How do I freeze the first layers of a network?"]
    own = [understand(turn, ADAM).parts[0][1] for turn in turns]
    assert own == sorted(own)
    assert own[0] < 0.5 < own[-1]


def test_shares_add_up_and_the_last_answer_has_a_part() -> None:
    blend = understand("why?", ADAM)
    assert sum(share for _, share in blend.parts) == pytest.approx(1)
    assert "averages" in blend.parts[-1][0]


def test_a_correction_is_searched_without_its_apology() -> None:
    assert understand("no sorry, I meant AdamW", ADAM).parts[0][0] == "AdamW"
