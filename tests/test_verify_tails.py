"""Comments that begin with what was seen and go on in words."""

from __future__ import annotations

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify.verifier import Verifier

PRELUDE = "import torch\nx = torch.arange(12).view(3, 4)\nf = torch.tensor([0.5, 2.5])\n"


@pytest.fixture(scope="module")
def verifier(sandbox: SandboxService) -> Verifier:
    return Verifier(sandbox)


def states(verifier: Verifier, lines: list[str]) -> list[str]:
    """The state of the claim on each line, `-` for none."""
    report = verifier.verify_code(PRELUDE + "\n".join(lines) + "\n")
    said = {verdict.claim.line: verdict.state for verdict in report.verdicts}
    return [said.get(number, "-") for number in range(4, 4 + len(lines))]


def test_words_behind_a_value_do_not_hide_it(verifier: Verifier) -> None:
    lines = [
        "print(f.round())  # tensor([0., 2.]) banker's rounding",
        "print(f.round())  # tensor([1., 3.]) ordinary rounding",
        "print(f.sum())  # tensor(3.) -> all of it",
        "print(x.t().shape)  # (4, 3) the sides swapped",
        "print(x.t().shape)  # (3, 4) the sides swapped",
        "print(torch.tensor(70000.0).half().item())  # inf -> overflow",
        "print(f.mean().item())  # exactly 1.5",
        "print(f.mean().item())  # exactly 1.25",
        "print(torch.ones(2, 2))  # all entries are 1",
        "print(torch.ones(2, 2))  # all entries are 2",
    ]
    assert states(verifier, lines) == [
        "confirmed", "refuted", "confirmed", "confirmed", "refuted", "confirmed", "confirmed",
        "refuted", "confirmed", "refuted",
    ]  # fmt: skip


def test_a_value_under_a_condition_is_confirmed_or_left_alone(verifier: Verifier) -> None:
    lines = [
        "print(0.1 + 0.2 == 0.3)  # False in float64",
        "print(0.1 + 0.2 == 0.3)  # True in exact arithmetic",
        "print(x[:, 1])  # second column -> 1, 5, 9",
        "print(x[:, 1])  # second column, counted from one -> 0, 4, 8",
        "print(x[-1, -1])  # last element (11)",
        "print(x[-1, -1])  # an element (12)",
        "print(x.shape)  # 3 x 4",
        "print(x.sum(1))  # row sums 6, 22 and 38",
        "print(len(x))  # 2 steps from here it fails",
    ]
    assert states(verifier, lines) == [
        "confirmed", "-", "confirmed", "-", "confirmed", "-", "confirmed", "confirmed", "-",
    ]  # fmt: skip


def test_rows_that_sum_to_one_are_no_columns(verifier: Verifier) -> None:
    lines = [
        "p = torch.softmax(torch.randn(2, 5), dim=1)  # each row sums to one",
        "p = torch.softmax(torch.randn(2, 5), dim=1)  # each column sums to one",
        "p = torch.softmax(torch.randn(2, 5), dim=0)  # columns sum to 1",
    ]
    assert states(verifier, lines) == ["confirmed", "refuted", "confirmed"]
