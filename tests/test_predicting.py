"""Predict-the-output: what counts as the same answer, and what does not."""

from __future__ import annotations

import pytest

from assistant.interview.predicting import judge_prediction
from corpus.predictions import Prediction, read_predictions


def item(answer: str, *misses: str) -> Prediction:
    return Prediction(
        id="an-item", ask="What does it print?", topic="tensors", level="mid", entry=None,
        path="", code="", answer=answer, near_misses=misses, why="",
    )  # fmt: skip


RIGHT = [
    ("torch.Size([3, 4])", ["torch.Size([3, 4])", "(3,4)", "[3, 4]", "3x4", "3 × 4", "3, 4",
                            "It prints torch.Size([3, 4])", "`(3, 4)`", "shape: (3, 4)"]),
    ("(3,)", ["(3,)", "torch.Size([3])", "[3]"]),
    ("torch.Size([])", ["torch.Size([])", "()", "[]"]),
    ("torch.float32", ["torch.float32", "float32", "torch.float", "The output is float32"]),
    ("torch.int64", ["long", "torch.long", "int64"]),
    ("True", ["True", "true", "prints True"]),
    ("tensor([2., 3.])", ["tensor([2., 3.])", "tensor([2.0, 3.0])", "[2., 3.]", "tensor([2.,3.])"]),
    ("tensor([0.3333, 0.6667])", ["[0.3333, 0.6667]", "tensor([0.33333, 0.66667])"]),
    ("tensor([1, 2], dtype=torch.int32)", ["tensor([1, 2], dtype=torch.int32)",
                                           "tensor([1,2], dtype=int32)"]),
    ("0.5", ["0.5", ".5", "0.50", "It is 0.5"]),
    ("-1", ["-1", "−1"]),
    ("tensor([[1, 2],\n        [3, 4]])", ["tensor([[1,2],[3,4]])", "[[1, 2], [3, 4]]"]),
    ("4\n2", ["4\n2", "4 2", "4, 2", "4 and 2", "4, then 2"]),
    ("torch.Size([2, 3]) torch.float32", ["(2, 3) float32", "torch.Size([2, 3]) torch.float32"]),
    ("None", ["None", "none"]),
    ("nan", ["nan"]),
    ("raises RuntimeError", ["RuntimeError", "raises RuntimeError", "a RuntimeError",
                             "It raises a RuntimeError because the shapes differ"]),
]  # fmt: skip

WRONG = [
    ("torch.Size([3, 4])", ["(4, 3)", "(3, 4, 1)", "(3,)", "3", "4x3", "RuntimeError", "an error",
                            "", "I do not know", "tensor([3, 4])"]),
    ("(3,)", ["3", "(3, 1)", "()", "(1, 3)"]),
    ("torch.float32", ["torch.float64", "float16", "double"]),
    ("True", ["False", "None", "1", "error"]),
    ("tensor([2., 3.])", ["tensor([2, 3])", "[2, 3]", "tensor([3., 2.])", "tensor([[2., 3.]])",
                          "tensor([2.])", "tensor([2., 3.], dtype=torch.float64)"]),
    ("tensor([1, 2], dtype=torch.int32)", ["tensor([1, 2])", "[1, 2]"]),
    ("tensor([0.3333, 0.6667])", ["[0.33, 0.67]", "[0.3334, 0.6667]"]),
    ("0.5", ["0.4999", "5", "-0.5", "0.05", "0"]),
    ("3.0", ["3", "3.1"]),
    ("tensor(3.)", ["tensor(3)", "3", "[3.]"]),
    ("4\n2", ["2\n4", "4", "4 2 1", "42"]),
    ("raises RuntimeError", ["error", "it raises an error", "raises ValueError", "IndexError",
                             "tensor(1)", "it fails", "no error"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"), [(answer, said) for answer, forms in RIGHT for said in forms]
)
def test_the_same_thing_in_another_form_is_right(answer: str, said: str) -> None:
    found = judge_prediction(item(answer, "something else"), said)
    assert found.right, found.reason


@pytest.mark.parametrize(
    ("answer", "said"), [(answer, said) for answer, forms in WRONG for said in forms]
)
def test_another_thing_is_wrong_and_the_reason_names_what_is_right(answer: str, said: str) -> None:
    found = judge_prediction(item(answer), said)
    assert not found.right
    if said:
        assert answer.removeprefix("raises ") in found.reason


def test_every_item_that_is_shipped_is_judged_as_it_says() -> None:
    for shipped in read_predictions():
        assert judge_prediction(shipped, shipped.answer).right, shipped.id
        for miss in shipped.near_misses:
            assert not judge_prediction(shipped, miss).right, (shipped.id, miss)
