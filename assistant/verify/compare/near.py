"""Whether a claim that does not hold is so close to what was seen that it must speak of that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

from assistant.verify import numbers
from assistant.verify.compare.outcome import Seen, dims_of, flat, sized
from assistant.verify.compare.scalars import number_of, scalar
from assistant.verify.expect import Device, Dtype, Each, Expectation, Rank, Shape, Value, Values
from assistant.verify.expect.sides import dims_of as written_dims
from assistant.verify.literals import Call, Const, Node, Num, Seq, Word

# Digits that a number hardly has by accident, and how far from the seen one it may be.
DIGITS, FAR, CLOSE = 3, 0.5, 0.2
ROUNDING = 6e-5
"""What printing with four digits changes at most, as a share or of numbers below one."""


def near(expected: Expectation, seen: Seen, *, printed: bool) -> bool:
    """Whether claim and observation are built alike and differ in part.

    Args:
        expected: the claim.
        seen: the value.
        printed: whether the value is what a print shows, alone.
    """
    match expected:
        case Each(expected=inner):
            items = seen.get("items") or []
            return bool(items) and near(inner, items[0], printed=printed)
        case Shape(dims=dims):
            return _near_shape(dims, seen, printed=printed)
        case Values(nodes=nodes):
            return _near_list(nodes, seen)
        case Value(node=node):
            return _near_value(node, seen, printed=printed)
        case Rank():
            return seen.get("t") in ("tensor", "ndarray")
        case Device() | Dtype():
            return printed and seen.get("t") in ("device", "dtype")
    return False


def slip(expected: Expectation, seen: Seen) -> bool:
    """Whether a claim is what was seen but for one size, one element or one digit."""
    match expected:
        case Device() | Dtype():
            return seen.get("t") in ("device", "dtype")
        case Each(expected=inner):
            items = seen.get("items") or []
            return bool(items) and slip(inner, items[0])
        case Shape(dims=dims):
            return _one_differs(sized(dims, seen.get("sizes") or {}), dims_of(seen))
        case Value(node=Num() as node):
            one = number_of(seen)
            return one is not None and _one_digit_off(node.text, one)
        case Value(node=Call(args=(inner, *_)) as node):
            if isinstance(inner, Num):
                one = number_of(seen)
                return one is not None and _one_digit_off(inner.text, one, alone=True)
            if node.name.endswith("Size"):
                return _one_differs(written_dims(inner), dims_of(seen))
            have = flat(seen.get("values"))
            return _one_differs(_leaves(inner), have) or _other_type(node, seen, have)
        case Value(node=Seq() as node):
            sizes = dims_of(seen) if seen.get("t") == "seq" or node.kind == "(" else None
            if sizes is not None and _one_differs(written_dims(node), sizes):
                return True
            have = flat(seen["values"]) if "values" in seen else _held(seen)
            return _one_differs(_leaves(node), have)
    return False


def _other_type(node: Call, seen: Seen, have: Sequence[object]) -> bool:
    """Whether a printed tensor is the one that was seen but for the dtype behind it."""
    named = node.get("dtype")
    claimed = _leaves(node.args[0])
    if not isinstance(named, Word) or len(claimed) != len(have):
        return False
    same = all(_same(want, got) for want, got in zip(claimed, have, strict=True))
    return same and named.value != seen.get("dtype")


def _leaves(node: Node) -> list[float | bool | str | None]:
    if isinstance(node, Seq):
        return [leaf for item in node.items for leaf in _leaves(item)]
    if isinstance(node, Num):
        return [node.value.real]
    return [node.value] if isinstance(node, Const) else [""]


def _one_differs(claimed: Sequence[object] | None, seen: Sequence[object] | None) -> bool:
    """Whether two rows of as many things differ in one of them, to four digits."""
    if not claimed or seen is None or len(claimed) != len(seen):
        return False
    pairs = zip(claimed, seen, strict=True)
    return sum(not _same(want, have) for want, have in pairs) == 1


def _same(want: object, have: object) -> bool:
    if isinstance(want, (int, float)) and isinstance(have, (int, float)):
        return abs(want - have) <= ROUNDING * max(1.0, abs(have))
    return want == have


def _near_value(node: Node, seen: Seen, *, printed: bool) -> bool:
    if isinstance(node, Call) and node.name.endswith(("tensor", "array")):
        return seen.get("t") in ("tensor", "ndarray")
    if isinstance(node, Call) and node.name.endswith("Size") and node.args:
        dims = written_dims(node.args[0])
        return dims is not None and _near_shape(dims, seen, printed=printed)
    one = scalar(seen)
    if isinstance(node, Const):
        return printed and one is not None and isinstance(one[0], bool)
    if isinstance(node, Num):
        if one is None or isinstance(one[0], bool) or not isinstance(one[0], (int, float)):
            return False
        digits = len(node.text.lstrip("+-").replace(".", "").lstrip("0"))
        claimed = node.value.real
        if printed and node.is_int:
            return digits >= DIGITS and abs(claimed - one[0]) <= CLOSE * abs(one[0])
        if printed:
            return _one_digit_off(node.text, float(one[0]))
        return (
            bool(digits >= DIGITS)
            and not node.is_int
            and abs(claimed - one[0]) <= FAR * abs(one[0])
        )
    if isinstance(node, Seq):
        dims = written_dims(node)
        if dims is not None and _near_shape(dims, seen, printed=printed):
            return True
        return _near_list(node.items, seen)
    return False


def _one_digit_off(text: str, seen: float, *, alone: bool = False) -> bool:
    """Whether a number as written is the seen one but for its sign, or for one digit."""
    places = len(re.split(r"[eE]", text)[0].partition(".")[2])
    have = f"{abs(seen):.{places}e}" if re.search(r"[eE]", text) else f"{abs(seen):.{places}f}"
    want = text.lstrip("+-").rstrip(".")
    if len(want) != len(have):
        return False
    other = sum(a != b for a, b in zip(want, have, strict=True))
    return other <= 1 and (alone or sum(mark.isdigit() for mark in want) > 1)


def _near_shape(dims: Sequence[int | str | None], seen: Seen, *, printed: bool) -> bool:
    """As many dimensions, one of them at least the same; or what was printed is a shape itself."""
    sizes = dims_of(seen)
    known = sized(dims, seen.get("sizes") or {})
    of_names = known != list(dims) and all(isinstance(dim, int) for dim in known)
    dims = known
    exact = of_names or seen.get("k") == "Size"
    if sizes is not None and printed and exact and _one_more(dims, sizes):
        return True
    if sizes is None or len(sizes) != len(dims):
        return False
    if printed and seen.get("t") == "seq":
        return True
    if len(dims) > 1 and prod(_whole(dims)) == prod(sizes) > 1:
        return True  # as many elements, laid out otherwise
    pairs = list(zip(dims, sizes, strict=True))
    same = sum(want == have or isinstance(want, str) for want, have in pairs if have != 1)
    # A column remains one, however long it is.
    ones = [want == 1 for want, _ in pairs] == [have == 1 for _, have in pairs]
    return len(dims) > 1 and (same > 0 or (ones and 1 in sizes and set(sizes) != {1}))


def _whole(dims: Sequence[int | str | None]) -> list[int]:
    return [dim if isinstance(dim, int) else 0 for dim in dims]


def _one_more(dims: Sequence[int | str | None], sizes: Sequence[int]) -> bool:
    """Whether one of two shapes is the other with one dimension more."""
    claimed, seen = [str(dim) for dim in dims], [str(size) for size in sizes]
    long, short = (claimed, seen) if len(claimed) > len(seen) else (seen, claimed)
    return len(long) == len(short) + 1 > 2 and any(
        long[:at] + long[at + 1 :] == short for at in range(len(long))
    )


def _held(seen: Seen) -> list[object]:
    """What a list holds, and the lists in it."""
    if seen.get("t") != "seq":
        return [seen.get("v")]
    return [leaf for item in seen["items"] for leaf in _held(item)]


def _numbers(node: Node) -> list[Node]:
    if isinstance(node, Seq):
        return [leaf for item in node.items for leaf in _numbers(item)]
    return [node]


def _near_list(nodes: Sequence[Node], seen: Seen) -> bool:
    """As many numbers, half of them at least the same."""
    if seen.get("t") in ("tensor", "ndarray") and len(seen["shape"]) == 1:
        have = flat(seen.get("values"))
    elif seen.get("t") == "seq":
        have = _held(seen)
        nodes = [leaf for node in nodes for leaf in _numbers(node)]
    elif seen.get("t") in ("tensor", "ndarray"):
        # Rows under each other: built alike if they have as many elements, in as many rows.
        if len(seen["shape"]) != 2 or len(nodes) != len(seen.get("values") or ()):
            return False
        nodes = [item for row in nodes if isinstance(row, Seq) for item in row.items]
        have = flat(seen["values"])
    else:
        return False
    if len(have) != len(nodes) or len(nodes) < 2:
        return False
    pairs = zip(nodes, have, strict=True)
    same = sum(isinstance(node, Num) and numbers.agrees(node, value) for node, value in pairs)
    return bool(2 * same >= len(nodes))
