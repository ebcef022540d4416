"""Tests of single properties, each on values as the driver describes them (`driver.summary`).

A test says True or False, or None where the value is not of the kind that can have the property.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Seen = Mapping[str, Any]
Test = Callable[[Seen, re.Match[str]], bool | None]
# How far from a half a fraction that is "about half" may be: six standard deviations of a fair coin
# over the fewest elements that are looked at.
FEWEST, HALF = 16, 0.375
# How far a sum or a norm that was computed in single precision may be from the one meant.
CLOSE = 1e-3


def _flat(values: object) -> list[Any]:
    if isinstance(values, list):
        return [leaf for item in values for leaf in _flat(item)]
    return [values]


def numbers_of(seen: Seen) -> list[float] | None:
    """All elements of a small tensor or array of real numbers."""
    if seen.get("t") not in ("tensor", "ndarray") or "values" not in seen:
        return None
    flat = _flat(seen["values"])
    if not flat or not all(isinstance(value, (int, float)) for value in flat):
        return None
    return [float(value) for value in flat]


def ends_of(seen: Seen) -> tuple[float, float] | None:
    """The least and the greatest element of a tensor or array of real numbers."""
    numbers = numbers_of(seen)
    if numbers is not None:
        return min(numbers), max(numbers)
    low, high = seen.get("min"), seen.get("max")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)):
        return float(low), float(high)
    return None


def sums_to_one(seen: Seen, found: re.Match[str]) -> bool | None:
    """The whole, or all along some axis, sums to one: rows or columns where they are named."""
    values = seen.get("values")
    if numbers_of(seen) is None or not isinstance(values, list):
        return None
    named = re.search(r"\b(row|column)s?\b", found.string, re.IGNORECASE)
    if named and len(seen["shape"]) == 2:
        return _sums(values, 1 if named[1].lower() == "row" else 0)
    tests = [_sums(values, axis) for axis in range(len(seen["shape"]))]
    flat = numbers_of(seen) or []
    return any(tests) or bool(abs(sum(flat) - 1) < CLOSE)


def _sums(values: list[Any], axis: int) -> bool:
    """Whether the sums of a nested list along one axis are all one."""
    if axis > 0:
        return all(_sums(inner, axis - 1) for inner in values)
    if values and isinstance(values[0], list):
        columns = zip(*(_flat(inner) for inner in values), strict=True)
        return all(abs(sum(column) - 1) < CLOSE for column in columns)
    return bool(abs(sum(values) - 1) < CLOSE)


def all_equal(value: float) -> Test:
    """Every element is `value`."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        ends = ends_of(seen)
        return None if ends is None else ends == (value, value)

    return test


def half_zeros(seen: Seen, _: re.Match[str]) -> bool | None:
    """About half of many elements are nought."""
    numbers = numbers_of(seen)
    if numbers is None:
        share = seen.get("zeros")
        return None if share is None else abs(share - 0.5) <= HALF
    if len(numbers) < FEWEST:
        return None
    share = sum(number == 0 for number in numbers) / len(numbers)
    return abs(share - 0.5) <= HALF


def within(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every element lies between the ends that the words name."""
    ends = ends_of(seen)
    if ends is None:
        return None
    low, high = float(found["low"].replace("−", "-")), float(found["high"].replace("−", "-"))
    slack = 1e-6 * max(abs(low), abs(high))
    return low - slack <= ends[0] and ends[1] <= high + slack


def flag(key: str, wanted: bool) -> Test:
    """A flag of the description is set, or not."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        held = seen.get(key)
        return None if not isinstance(held, bool) else held is wanted

    return test


def parameters(seen: Seen, found: re.Match[str]) -> bool | None:
    """A module has so many parameters, all or trainable ones."""
    count = int(found["count"].replace(",", ""))
    if seen.get("t") == "num" and isinstance(seen["v"], int):
        return bool(seen["v"] == count)
    if seen.get("t") != "module":
        return None
    return count in (seen.get("parameters"), seen.get("trainable"))


def elements(seen: Seen, found: re.Match[str]) -> bool | None:
    """There are so many elements, items or entries."""
    count = int((found["count"] or found["length"]).replace(",", ""))
    if seen.get("t") in ("tensor", "ndarray"):
        return bool(math.prod(seen["shape"]) == count)
    if seen.get("t") in ("seq", "map"):
        return bool(seen["n"] == count)
    if seen.get("t") == "num" and isinstance(seen["v"], int):
        return bool(seen["v"] == count)
    return None


def evenly(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector rise by the same step."""
    numbers = numbers_of(seen)
    if numbers is None or len(numbers) < 3:
        return None
    steps = [after - before for before, after in pairwise(numbers)]
    spread = max(steps) - min(steps)
    right_count = found["count"] is None or int(found["count"]) == len(numbers)
    return right_count and spread <= 1e-5 * max(1.0, abs(numbers[-1]))


def dead_end(seen: Seen, _: re.Match[str]) -> bool | None:
    """No graph leads to a tensor."""
    return seen["grad_fn"] is None if seen.get("t") == "tensor" else None


def _overlap(one: Seen, other: Seen) -> bool | None:
    if "ptr" not in one or "ptr" not in other or not one["bytes"] or not other["bytes"]:
        return None
    start, end = one["ptr"], one["ptr"] + one["bytes"]
    return bool(start < other["ptr"] + other["bytes"] and other["ptr"] < end)


def shares(wanted: bool) -> Test:
    """The first of several things shares memory with one of the others, or with none."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        if len(items) < 2:
            return None
        found = [_overlap(items[0], other) for other in items[1:]]
        known = [one for one in found if one is not None]
        return None if not known else any(known) is wanted

    return test


def signed(low: float, *, strict: bool) -> Test:
    """All elements are above `low`, or not below it."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        ends = ends_of(seen)
        if ends is None:
            return None
        return ends[0] > low or (not strict and ends[0] == low)

    return test


def unit_norm(seen: Seen, _: re.Match[str]) -> bool | None:
    """The whole, or each row along some axis, has the length one."""
    numbers, values = numbers_of(seen), seen.get("values")
    if numbers is None or not isinstance(values, list):
        return None
    squares = _squared(values)
    whole = abs(math.fsum(number * number for number in numbers) - 1) < CLOSE
    return whole or any(_sums(squares, axis) for axis in range(len(seen["shape"])))


def _squared(values: list[Any]) -> list[Any]:
    return [_squared(one) if isinstance(one, list) else one * one for one in values]


def triangular(seen: Seen, found: re.Match[str]) -> bool | None:
    """Below or above the diagonal of a matrix all is nought."""
    values = seen.get("values")
    if numbers_of(seen) is None or not isinstance(values, list) or len(seen["shape"]) != 2:
        return None
    upper = found["side"].lower() == "upper"
    return all(
        value == 0
        for row, line in enumerate(values)
        for column, value in enumerate(line)
        if (column < row if upper else column > row)
    )


def identity(seen: Seen, _: re.Match[str]) -> bool | None:
    """A matrix with ones on its diagonal and noughts elsewhere."""
    values = seen.get("values")
    if numbers_of(seen) is None or not isinstance(values, list) or len(seen["shape"]) != 2:
        return None
    return all(
        abs(value - (row == column)) < CLOSE
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    )


def ordered(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector rise, or fall if the words say so."""
    numbers = numbers_of(seen)
    if numbers is None or len(seen["shape"]) != 1:
        return None
    falling = re.search("desc|decreas|largest first", found.group(), re.IGNORECASE) is not None
    return numbers == sorted(numbers, reverse=falling)


def permutation(seen: Seen, _: re.Match[str]) -> bool | None:
    """The elements of a vector are 0 to n - 1, each once."""
    numbers = numbers_of(seen)
    if numbers is None or len(seen["shape"]) != 1:
        return None
    return sorted(numbers) == [float(place) for place in range(len(numbers))]


def same_values(wanted: bool) -> Test:
    """The first and the second of a pair hold the same values in the same shape."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        if len(items) != 2 or any(item.get("t") != items[0].get("t") for item in items):
            return None
        one, other = items
        if one["t"] == "num":
            return math.isclose(one["v"], other["v"], rel_tol=1e-5, abs_tol=1e-7) is wanted
        if one["t"] not in ("tensor", "ndarray"):
            return None
        if one["shape"] != other["shape"]:
            return not wanted
        left, right = numbers_of(one), numbers_of(other)
        if left is None or right is None:
            return None
        pairs = zip(left, right, strict=True)
        equal = all(math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) for a, b in pairs)
        return equal is wanted

    return test


def same_or_open(seen: Seen, words: re.Match[str]) -> bool | None:
    """The first of a pair is the second; where it is not, the words may mean something else."""
    return same_values(True)(seen, words) or None


def same_shape(seen: Seen, _: re.Match[str]) -> bool | None:
    """The first and the second of a pair have the same shape."""
    items = seen.get("items") or []
    if len(items) != 2 or any("shape" not in item for item in items):
        return None
    return bool(items[0]["shape"] == items[1]["shape"])
