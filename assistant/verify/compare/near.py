"""Whether a claim that does not hold is so close to what was seen that it must speak of that."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.verify.compare.outcome import Seen, dims_of, flat
from assistant.verify.compare.scalars import scalar
from assistant.verify.expect import Device, Dtype, Each, Expectation, Shape, Value, Values
from assistant.verify.expect.values import dims_of as written_dims
from assistant.verify.literals import Call, Const, Node, Num, Seq

# Digits that a number hardly has by accident, and how far from the seen one it may be.
DIGITS, FAR = 3, 0.5


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
        case Device() | Dtype():
            return printed and seen.get("t") in ("device", "dtype")
    return False


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
        if printed:
            return not node.is_int
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


def _near_shape(dims: Sequence[int | str | None], seen: Seen, *, printed: bool) -> bool:
    """As many dimensions, one of them at least the same; or what was printed is a shape itself."""
    sizes = dims_of(seen)
    if sizes is None or len(sizes) != len(dims):
        return False
    if printed and seen.get("t") == "seq":
        return True
    same = sum(want == have for want, have in zip(dims, sizes, strict=True) if have != 1)
    return len(dims) > 1 and same > 0


def _near_list(nodes: Sequence[Node], seen: Seen) -> bool:
    """As many numbers, half of them at least the same."""
    if seen.get("t") in ("tensor", "ndarray") and len(seen["shape"]) == 1:
        have = flat(seen.get("values"))
    elif seen.get("t") == "seq":
        have = [item.get("v") for item in seen["items"]]
    else:
        return False
    if len(have) != len(nodes) or len(nodes) < 2:
        return False
    pairs = zip(nodes, have, strict=True)
    same = sum(isinstance(node, Num) and node.value == value for node, value in pairs)
    return bool(2 * same >= len(nodes))
