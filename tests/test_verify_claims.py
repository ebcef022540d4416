"""What counts as a claim, and what it expects."""

from __future__ import annotations

import pytest

from assistant.verify import expect
from assistant.verify.expect import Dtype, Fails, Rank, Shape, Value, Values, Works
from assistant.verify.literals import read_all
from assistant.verify.sites import find_sites, split_commented


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("(batch, 128) → (batch, 64)", Shape(("batch", 64))),
        ("3×4 zeros", Shape((3, 4), 0.0)),
        ("sum along rows → (2,)", Shape((2,))),
        ("shape is now (3, 4), contiguous", Shape((3, 4))),
        ("1D tensor of the picked elements", Rank(1)),
        ("→ float64", Dtype("float64")),
        ("torch.long", Dtype("int64")),
        ("would error!", Fails()),
        ("raises ValueError: too many", Fails("ValueError", "too many")),
        ("works!", Works()),
    ],
)
def test_comments_are_read(comment: str, expected: object) -> None:
    read = expect.read(comment)
    assert read is not None
    assert read.expectation == expected


@pytest.mark.parametrize(
    "comment",
    [
        "1. clear old gradients",
        "5 evenly spaced points",
        "50% zeros",
        "a *= 2",
        "from Python list",
        "0 or 1, float!",
        "True labels",
        "error rate of the model",
        "[0, 1) uniform",
        "fails silently if the shapes broadcast",
        "uses float32 on GPUs",
        "(optional)",
        "(mean, std)",
        "64 if memory allows",
    ],
)
def test_remarks_are_no_claims_that_a_disagreement_would_refute(comment: str) -> None:
    read = expect.read(comment)
    assert read is None or read.lenient


def test_a_claim_may_name_what_it_is_about() -> None:
    read = expect.read("works! c.shape = (3, 4)")
    assert read is not None
    assert read.subject == "c.shape"
    assert isinstance(read.expectation, Value)


def test_several_values_of_one_print() -> None:
    read = expect.read("(32, 20) (32,)")
    assert read is not None
    assert isinstance(read.expectation, Values)


def test_values_over_several_comment_lines_are_one_claim() -> None:
    sites = find_sites("print(x)\n# tensor([[0, 1],\n#         [2, 3]])\n")
    assert [(site.line, site.end_line) for site in sites] == [(2, 3)]


def test_a_block_before_code_is_a_heading() -> None:
    assert find_sites("x = 1\n\n# 3 layers\ny = 2\n") == []


def test_settings_claim_nothing() -> None:
    assert find_sites("batch = 32  # 64\n") == []


def test_commented_out_code_is_told_from_prose() -> None:
    assert split_commented("a + b  → ERROR: size 4") == ("a + b", "ERROR: size 4")
    assert split_commented("f(x)   # would error!") == ("f(x)", "would error!")
    assert split_commented("Fix: reshape to make it (3, 1)")[0] is None


def test_literals_keep_how_they_were_written() -> None:
    node = read_all("1,234.50")
    assert node is not None
    assert (node.text, node.value) == ("1234.50", 1234.5)
