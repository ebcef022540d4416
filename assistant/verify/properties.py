"""Properties that a comment ascribes to a value and that looking at the value settles.

To add one, write a recogniser: the words it answers to, and a test of the value as the driver
describes it (`driver.summary`), True, False or None where it does not apply.  A `pair` property is
shown the value together with each thing that the statement made it from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Seen = Mapping[str, Any]
Test = Callable[[Seen, re.Match[str]], bool | None]
# How far from a half a fraction that is "about half" may be: six standard deviations of a fair coin
# over the fewest elements that are looked at.
FEWEST, HALF = 16, 0.375


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A property: its name, the words for it, its test, and whether it is one of a pair."""

    name: str
    words: re.Pattern[str]
    test: Test
    pair: bool = False


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


def _sums_to_one(seen: Seen, _: re.Match[str]) -> bool | None:
    values = seen.get("values")
    if numbers_of(seen) is None or not isinstance(values, list):
        return None
    tests = [_sums(values, axis) for axis in range(len(seen["shape"]))]
    flat = numbers_of(seen) or []
    return any(tests) or bool(abs(sum(flat) - 1) < 1e-3)


def _sums(values: list[Any], axis: int) -> bool:
    """Whether the sums of a nested list along one axis are all one."""
    if axis > 0:
        return all(_sums(inner, axis - 1) for inner in values)
    if values and isinstance(values[0], list):
        columns = zip(*(_flat(inner) for inner in values), strict=True)
        return all(abs(sum(column) - 1) < 1e-3 for column in columns)
    return bool(abs(sum(values) - 1) < 1e-3)


def _all_equal(value: float) -> Test:
    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        numbers = numbers_of(seen)
        return None if numbers is None else all(number == value for number in numbers)

    return test


def _half_zeros(seen: Seen, _: re.Match[str]) -> bool | None:
    numbers = numbers_of(seen)
    if numbers is None or len(numbers) < FEWEST:
        return None
    share = sum(number == 0 for number in numbers) / len(numbers)
    return abs(share - 0.5) <= HALF


def _within(seen: Seen, found: re.Match[str]) -> bool | None:
    numbers = numbers_of(seen)
    if numbers is None:
        return None
    low, high = float(found["low"].replace("−", "-")), float(found["high"].replace("−", "-"))
    return all(low <= number <= high for number in numbers)


def _flag(key: str, wanted: bool) -> Test:
    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        held = seen.get(key)
        return None if not isinstance(held, bool) else held is wanted

    return test


def _parameters(seen: Seen, found: re.Match[str]) -> bool | None:
    count = int(found["count"].replace(",", ""))
    if seen.get("t") == "num" and isinstance(seen["v"], int):
        return bool(seen["v"] == count)
    if seen.get("t") != "module":
        return None
    return count in (seen.get("parameters"), seen.get("trainable"))


def _evenly(seen: Seen, found: re.Match[str]) -> bool | None:
    numbers = numbers_of(seen)
    if numbers is None or len(numbers) < 3:
        return None
    steps = [after - before for before, after in pairwise(numbers)]
    spread = max(steps) - min(steps)
    right_count = found["count"] is None or int(found["count"]) == len(numbers)
    return right_count and spread <= 1e-5 * max(1.0, abs(numbers[-1]))


def _dead_end(seen: Seen, _: re.Match[str]) -> bool | None:
    return seen["grad_fn"] is None if seen.get("t") == "tensor" else None


def _overlap(one: Seen, other: Seen) -> bool | None:
    if "ptr" not in one or "ptr" not in other or not one["bytes"] or not other["bytes"]:
        return None
    start, end = one["ptr"], one["ptr"] + one["bytes"]
    return bool(start < other["ptr"] + other["bytes"] and other["ptr"] < end)


def _shares(wanted: bool) -> Test:
    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        if len(items) < 2:
            return None
        found = [_overlap(items[0], other) for other in items[1:]]
        known = [one for one in found if one is not None]
        return None if not known else any(known) is wanted

    return test


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NUMBER = r"[-−]?\d+(?:\.\d+)?"
REGISTRY: tuple[Recogniser, ...] = (
    Recogniser(
        "shares memory",
        _words(
            r"(?<!not )(?<!n't )\bshar(?:es?|ing) (?:the )?(?:same )?(?:memory|data|storage)\b"
            r"|\bsame (?:memory|storage)\b|\b(?:is |returns )?a view\b(?! with)|\bno copy\b"
        ),
        _shares(True),
        pair=True,
    ),
    Recogniser(
        "is a copy",
        _words(
            r"\b(?:independent|deep|real|separate|full|new) copy\b"
            r"|\bcopies (?:the )?(?:data|memory)\b"
            r"|\b(?:does not|doesn't|not) shar(?:e|ing) (?:memory|data|storage)\b|\bis a copy\b"
            r"|\bmakes a copy\b"
        ),
        _shares(False),
        pair=True,
    ),
    Recogniser("sums to 1", _words(r"\bsums? to (?:1|one)(?:\.0)?\b"), _sums_to_one),
    Recogniser(
        "about half zeros",
        _words(
            r"(?:~|about |roughly |≈ ?)half (?:are |of (?:them )?)?zero"
            r"|\b50 ?% (?:are )?zero"
        ),
        _half_zeros,
    ),
    Recogniser(
        "all zeros", _words(r"^all (?:zeros|0s?)\b|\bevery element is 0\b"), _all_equal(0.0)
    ),
    Recogniser("all ones", _words(r"^all (?:ones|1s?)\b|\bevery element is 1\b"), _all_equal(1.0)),
    Recogniser(
        "lies between",
        _words(
            r"^(?:(?:random |values? |uniform |numbers? |all |are |lie |in |within |range:? )*)"
            rf"(?:[\[(]\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER})\s*[)\]])"
            r"(?:\s+(?:range|uniform)\b|\s*$|\s*[—–])"
        ),
        _within,
    ),
    Recogniser(
        "lies between",
        _words(rf"\bbetween (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})\b"),
        _within,
    ),
    Recogniser(
        "is not contiguous",
        _words(r"\b(?:not|no longer|non)[ -]contiguous\b"),
        _flag("contiguous", False),
    ),
    Recogniser(
        "is contiguous",
        _words(
            r"(?<!not )(?<!non-)(?<!longer )\bcontiguous(?: memory| copy| tensor| again)?"
            r"\s*(?:$|[—–,!])"
        ),
        _flag("contiguous", True),
    ),
    Recogniser(
        "has no graph",
        _words(
            r"\bno (?:graph|grad(?:ient)?s?)\b"
            r"(?: (?:is )?(?:built|history|tracking|tracked|recorded|needed|computation))"
            r"|\b(?:detached|disconnected) from (?:the )?graph\b|\bstop gradient\b"
        ),
        _dead_end,
    ),
    Recogniser(
        "requires grad",
        _words(r"\brequires_grad ?= ?True\b|\btracked by autograd\b|\brequires grad(?:ient)?s?\b"),
        _flag("grad", True),
    ),
    Recogniser("is a leaf", _words(r"(?<!non-)(?<!not a )\b(?:a )?leaf(?: tensor)?\s*(?:$|[—–,!])"),
               _flag("leaf", True)),
    Recogniser("is no leaf", _words(r"\b(?:non-leaf|not a leaf)\b"), _flag("leaf", False)),
    Recogniser(
        "counts parameters",
        _words(r"(?P<count>\d[\d,]*) (?:trainable |learnable )?param(?:eter)?s\b"),
        _parameters,
    ),
    Recogniser(
        "is evenly spaced",
        _words(r"(?:(?P<count>\d+) )?evenly[ -]spaced\b"),
        _evenly,
    ),
)  # fmt: skip


def recognise(comment: str) -> tuple[Recogniser, re.Match[str]] | None:
    """The first property that a comment speaks of."""
    for one in REGISTRY:
        found = one.words.search(comment)
        if found is not None:
            return one, found
    return None


def judge(comment: str, seen: Seen) -> bool | None:
    """Whether a value has the property that a comment ascribes to it."""
    known = recognise(comment)
    if known is None:
        return None
    return known[0].test(seen, known[1])


def sources(statement: ast.stmt) -> Sequence[str]:
    """Names that an assignment makes its value from, its target first; empty for what is none."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return ()
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return ()
    called = {id(node.func) for node in ast.walk(statement.value) if isinstance(node, ast.Call)}
    used = [
        node.id
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Name) and id(node) not in called and node.id != target.id
    ]
    modules = ("torch", "np", "numpy", "nn", "F")
    return (target.id, *dict.fromkeys(name for name in used if name not in modules))
