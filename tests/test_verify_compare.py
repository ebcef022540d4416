"""Claimed against seen, without running anything."""

from __future__ import annotations

import pytest

from assistant.verify import expect, numbers
from assistant.verify.compare import compare
from assistant.verify.compare.outcome import sized
from assistant.verify.literals import Num
from assistant.verify.meaning import same_meaning
from assistant.verify.printed import aligned, compare_text, only_noise


def tensor(values, shape, dtype="torch.float32", **more):
    return {
        "t": "tensor", "values": values, "shape": shape, "dtype": dtype, "device": "cpu",
        "grad": False, "grad_fn": None, "default": "torch.float32", "repr": "tensor(…)", **more,
    }  # fmt: skip


def agrees(claim: str, seen) -> bool | None:
    read = expect.read(claim)
    assert read is not None
    return compare(read.expectation, seen).agrees


@pytest.mark.parametrize(
    ("kind", "items", "expected"), [("set", [], True), ("set", [1], False), ("list", [], False)]
)
def test_an_empty_set_has_no_literal(kind, items, expected):
    held = [{"t": "num", "k": "int", "v": one, "repr": str(one)} for one in items]
    seen = {"t": "seq", "k": kind, "n": len(held), "items": held}
    assert agrees("set()", seen) is expected


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("0.12", 0.115, True),
        ("0.12", 0.1249, True),
        ("0.12", 0.1251, False),
        ("0.12", 0.125, False),
        ("0.13", 0.125, True),
        ("0.0312", 0.03125, True),
        ("-0.2", -0.25, False),
        ("0.12", 0.1149, False),
        ("-0.12", -0.1249, True),
        ("1e-5", 1.2e-5, True),
        ("1e-5", 1.6e-5, False),
        ("1.0", 1.005, False),
        ("24", 24.0, True),
        ("24", 24.2, False),
        ("nan", float("nan"), True),
        ("inf", float("-inf"), False),
    ],
)
def test_numbers_agree_to_the_digits_given(written: str, value: float, expected: bool) -> None:
    assert numbers.agrees(Num(written, complex(written)), value) is expected


def test_a_whole_number_is_held_to_its_last_digit() -> None:
    seen = 67280421310721
    assert numbers.agrees(Num(str(seen), complex(seen)), seen)
    assert not numbers.agrees(Num(str(seen + 3), complex(seen + 3)), seen)


def test_a_whole_number_for_one_that_rounds_to_it_is_left_open() -> None:
    assert agrees("1.0", {"t": "num", "k": "float", "v": 1.005, "repr": "1.005"}) is None


def test_brackets_count() -> None:
    assert agrees("tensor([1., 1.])", tensor([1.0, 1.0], [2])) is True
    assert agrees("tensor([1., 1.])", tensor([[1.0, 1.0]], [1, 2])) is False


def test_dtype_and_device_of_a_printed_tensor_count() -> None:
    seen = tensor([1.0, 2.0], [2])
    assert agrees("tensor([1., 2.], dtype=torch.float64)", seen) is False
    assert agrees("tensor([1., 2.], device='cuda:0')", seen) is False
    assert agrees("tensor([1, 2])", seen) is False


def test_a_tuple_beside_a_tensor_is_its_shape() -> None:
    seen = tensor([[0.0, 0.0]], [1, 2])
    assert agrees("(1, 2)", seen) is True
    assert agrees("(2, 1)", seen) is False
    assert agrees("(B, 2)", seen) is True
    assert agrees("(N, N)", seen) is False


def test_a_range_is_not_taken_for_values() -> None:
    assert agrees("(0, 1)", tensor([[0.2, 0.3, 0.1]], [1, 3])) is None
    assert agrees("[-1, 1]", tensor([0.2, 0.3, 0.1], [3])) is None


def test_addresses_and_layout_do_not_count_in_printed_text() -> None:
    assert compare_text("<AddBackward0 object at 0x1>", "<AddBackward0 object at 0x2>").agrees
    assert compare_text("a   1\nb 2", "a 1\nb   2").agrees
    assert not compare_text("Loss: 0.25", "Loss: 0.26").agrees
    assert compare_text("[1, ..., 9]", "[1, 2, 3, 9]").agrees


def test_output_that_lost_its_lines_is_set_against_the_printed_ones() -> None:
    assert aligned("a 1 b 2", "a 1\nb 3") == [("a 1", "a 1"), ("b 2", "b 3")]


@pytest.mark.parametrize(
    ("claimed", "printed", "expected"),
    [
        ("1.5e-16j", "0.0", False),
        ("1.+0.j", "1.+0.j", True),
        ("<function f at 0x...>", "<function f at 0x7f51135e7ec0>", True),
    ],
)
def test_odd_numbers_in_printed_text_are_read(claimed: str, printed: str, expected: bool) -> None:
    assert compare_text(claimed, printed).agrees is expected


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("(2+1j)", "np.complex128(2+1j)"),
        ("[slice(0, 3, None)]", "[slice(np.int64(0), np.int64(3), None)]"),
        ("tensor(9.88131e-324 *\n  [ 1.0000])", "tensor([9.8813e-324])"),
    ],
)
def test_what_versions_print_differently_means_the_same(claimed: str, printed: str) -> None:
    assert same_meaning(claimed, printed)[0] is True


def test_rounding_error_beside_larger_numbers_is_told_from_a_difference() -> None:
    assert only_noise("[1.0, 6.1e-17]", "[1.0, 5.9e-17]")
    assert not only_noise("[1.0, 6.1e-17]", "[1.1, 6.1e-17]")


def test_sizes_named_in_formulas_are_computed_and_other_names_left_alone() -> None:
    sizes = {"B": 2, "D": 4}
    assert sized(["2D", "2*D", "D/2", "B", 7], sizes) == [8, 8, 2, 2, 7]
    assert sized(["2nd", "x-", "T", None], sizes) == ["2nd", "x-", "T", None]
