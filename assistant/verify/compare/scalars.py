"""One number, truth value or kind of thing, claimed and seen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verify import numbers
from assistant.verify.compare.outcome import (
    ABOUT,
    ROUNDED,
    Outcome,
    Seen,
    flat,
    show,
)
from assistant.verify.literals import (
    Const,
    Num,
)


def scalar(seen: Seen) -> tuple[object, str] | None:
    """The one number that a value holds, with its dtype."""
    if seen.get("t") == "num":
        return seen["v"], str(seen.get("dtype") or seen["k"])
    if seen.get("t") in ("tensor", "ndarray") and "values" in seen:
        leaves = flat(seen["values"])
        if len(leaves) == 1:
            return leaves[0], str(seen["dtype"])
    return None


def number_of(seen: Seen) -> float | None:
    """The one real number that a value holds; None where it holds none, or several."""
    one = scalar(seen)
    if one is None or isinstance(one[0], bool) or not isinstance(one[0], (int, float)):
        return None
    return one[0]


def number(node: Num, seen: Seen, approximate: bool) -> Outcome:
    """A number, against a number or a value of one element."""
    observed = show(seen)
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    if seen.get("k") == "Size" and seen["n"] == 1 and node.is_int:
        return Outcome(seen["items"][0]["v"] == node.value, observed, part="shape")
    one = scalar(seen)
    if one is None:
        return Outcome(None, observed)
    value, dtype = one
    if isinstance(value, bool) and node.value not in (0, 1):
        return Outcome(None, observed)
    if numbers.agrees(node, value, dtype=dtype, approximate=approximate):
        return Outcome(True, observed)
    if approximate and isinstance(value, (int, float)) and not node.value.imag:
        return Outcome(numbers.approximates(node.text, float(value)), observed, ABOUT)
    if numbers.only_rounded(node, value):
        return Outcome(None, observed, ROUNDED)
    return Outcome(False, observed)


def scaled(node: Num, seen: Seen, scales: Sequence[float], approximate: bool) -> Outcome:
    """A number with a unit that multiplies it, against one."""
    one = scalar(seen)
    if one is None or isinstance(one[0], bool) or not isinstance(one[0], (int, float)):
        return Outcome(None, show(seen))
    for scale in scales:
        value = one[0] / scale
        if numbers.agrees(node, value, approximate=approximate) or numbers.only_rounded(
            node, value
        ):
            return Outcome(True, show(seen))
    return Outcome(False, show(seen))


def constant(node: Const, seen: Seen) -> Outcome:
    """`True`, `False` or `None` against what is there."""
    observed = show(seen)
    if node.value is None:
        if seen.get("t") == "module":
            return Outcome(None, observed)
        return Outcome(seen.get("t") == "none", observed, part="kind")
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    one = scalar(seen)
    if one is None:
        if seen.get("t") in ("tensor", "ndarray") and "values" in seen:
            leaves = flat(seen["values"])
            if leaves and all(isinstance(value, bool) for value in leaves):
                same = {value is node.value for value in leaves}
                return Outcome(True if same == {True} else None, observed)
        return Outcome(None, observed)
    value, _ = one
    if isinstance(value, bool):
        return Outcome(value is node.value, observed)
    return Outcome(None, observed)


_ADDRESS = re.compile(r"\s+at\s+(?:0x)?[\da-fA-FxX.…]+$")


def angle(text: str, seen: Seen) -> Outcome:
    """`<MulBackward0 object at …>`, `<class 'int'>`: the kind of thing, never its address."""
    observed = show(seen)
    found = re.match(r"class '([^']+)'", text)
    if found is not None:
        have = re.match(r"<class '([^']+)'>", observed)
        if have is None:
            return Outcome(None, observed)
        return Outcome(have.group(1) == found.group(1), observed, part="kind")
    plain, seen_plain = (_ADDRESS.sub("", one.strip("<>")) for one in (text, observed))
    if plain == seen_plain and plain:
        return Outcome(True, observed, part="kind")
    name = re.match(r"([\w.]+)", text)
    if name is None or name.group(1) in ("function", "built-in", "bound", "module"):
        return Outcome(None, observed)
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    if seen.get("t") != "obj":
        return Outcome(None, observed)
    want, have_name = name.group(1).rsplit(".", 1)[-1], str(seen["cls"])
    same = want == have_name or without_number(want) == without_number(have_name)
    return Outcome(same, observed, part="kind")


def without_number(name: str) -> str:
    """The name of a backward node without the number that its version ends with."""
    return re.sub(r"(?<=Backward)\d+$", "", name)
