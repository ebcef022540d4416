"""Follow-ups get their subject; fresh questions keep theirs."""

from __future__ import annotations

import pytest

from assistant.answer.contextualise import contextualise
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
