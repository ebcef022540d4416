"""A written value against a seen one: sends each kind to its comparison, and walks containers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verify import numbers
from assistant.verify.compare.outcome import (
    Outcome,
    Seen,
    combined,
    dims_of,
    fits,
    int_items,
    shape_text,
    show,
)
from assistant.verify.compare.scalars import angle, constant, number, scaled
from assistant.verify.compare.tensors import array_like, beside_tensor, tensor
from assistant.verify.compare.traits import device_of, dtype_of
from assistant.verify.expect import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Value,
)
from assistant.verify.expect.values import CONSTANT
from assistant.verify.literals import (
    Angle,
    Call,
    Const,
    Dots,
    Node,
    Num,
    Pairs,
    Seq,
    Text,
    Word,
    read_all,
)


def as_expectation(node: Node) -> Value | Dtype | Device:
    """A bare value as an expectation: dtype and device names are such, the rest is a value."""
    if isinstance(node, Word):
        short = node.value.rsplit(".", 1)[-1]
        if CONSTANT.fullmatch(node.value):
            return Value(node)
        if node.value.startswith("torch.") or short in ("float32", "float64", "int64"):
            return Dtype(DTYPE_ALIASES.get(short, short))
        if re.fullmatch(r"cpu|cuda|mps|meta", node.value):
            return Device(node.value)
    return Value(node)


def value_of(expected: Value, seen: Seen, text: str | None) -> Outcome:
    """A written value against a seen one; `text` is what was printed, if it was."""
    node, kind = expected.node, seen.get("t")
    if kind == "str":
        return _string(expected, seen, text)
    match node:
        case Num() if expected.scales:
            return scaled(node, seen, expected.scales, expected.approximate)
        case Num():
            return number(node, seen, expected.approximate)
        case Const():
            return constant(node, seen)
        case Text():
            return Outcome(None, show(seen)) if kind != "str" else Outcome(seen["v"] == node.value)
        case Angle():
            return angle(node.value, seen)
        case Word():
            other = re.fullmatch(r"torch\.\w+", show(seen))
            return Outcome(show(seen) == node.value if other else None, show(seen), part="kind")
        case Call():
            return _call(node, seen, expected.approximate)
        case Seq():
            return _seq(node, seen, expected.approximate)
        case Pairs():
            return _pairs(node, seen)
    return Outcome(None, show(seen))


def _string(expected: Value, seen: Seen, text: str | None) -> Outcome:
    """A claim beside a string: the string itself, or the one number or value printed in it."""
    held = str(seen["v"])
    node = expected.node
    observed = show(seen)
    if isinstance(node, Text):
        if text is not None and text.removesuffix("\n") == node.value:
            return Outcome(True, observed)
        return Outcome(held in (node.value, f"'{node.value}'", f'"{node.value}"'), observed)
    shown = text if text is not None else held
    whole = read_all(held)
    if whole is not None and whole == node:
        return Outcome(True, observed)
    if isinstance(node, Num) and expected.scales and (value := numbers.as_number(shown.strip())):
        return scaled(node, {"t": "num", "k": "float", "v": value.real}, expected.scales, False)
    if isinstance(node, Num):
        written = re.findall(r"(?<![\w.])[+-]?\d[\d,]*\.?\d*(?:[eE][+-]?\d+)?(?![\w.]*\w)", shown)
        if len(written) == 1:
            value = numbers.as_number(written[0].replace(",", ""))
            if value is not None and expected.approximate:
                kind = {"t": "num", "k": "float", "v": value.real, "repr": written[0]}
                return number(node, kind, approximate=True)
            return Outcome(value is not None and numbers.agrees(node, value.real), observed)
    if isinstance(node, Const) and re.fullmatch(r"True|False|None", held.strip()):
        return Outcome(held.strip() == str(node.value), observed)
    return Outcome(None, observed)


def _call(node: Call, seen: Seen, approximate: bool) -> Outcome:
    observed = show(seen)
    short = node.name.rsplit(".", 1)[-1]
    kind = seen.get("t")
    if short == "Size" and node.args:
        wanted = int_items(node.args[0])
        if kind in ("tensor", "ndarray"):
            dims: list[int] | None = dims_of(seen)
        elif kind == "seq":
            dims = dims_of(seen)
        else:
            dims = None
        if wanted is None or dims is None:
            return Outcome(None, observed)
        return Outcome(fits(wanted, dims), _size_text(seen, dims), part="shape")
    if short in ("tensor", "Parameter"):
        return tensor(node, seen, approximate)
    if short == "array":
        if kind != "ndarray":
            return Outcome(None if kind == "tensor" else False, observed, part="kind")
        dtype = node.get("dtype")
        wrong = dtype_of(dtype.value.rpartition(".")[2], seen) if isinstance(dtype, Word) else None
        if wrong is not None and wrong.agrees is False:
            return Outcome(False, observed, f"its dtype is {wrong.observed}", "dtype")
        return array_like(node.args[0] if node.args else None, seen, approximate, typed=True)
    if short == "device":
        return _device_call(node, seen)
    if short == "dtype" and node.args and isinstance(node.args[0], Text):
        return dtype_of(node.args[0].value, seen)
    if short.endswith(("dict_keys", "dict_values")) or short in ("set", "frozenset", "deque"):
        if kind != "seq":
            return Outcome(None, observed)
        if not node.args:
            return Outcome(seen["k"] == short and seen["n"] == 0, observed)
        inner = _seq(node.args[0], seen, approximate)
        if isinstance(node.args[0], Seq) and inner.agrees and seen["k"] != short:
            return Outcome(False, observed, f"it is a {seen['k']}", "kind")
        return Outcome(inner.agrees, observed, inner.note, inner.part)
    if isinstance(seen.get("repr"), str) and seen["repr"]:
        return Outcome(True if read_all(seen["repr"]) == node else None, observed)
    return Outcome(None, observed)


def _size_text(seen: Seen, dims: Sequence[int]) -> str:
    return str(seen.get("repr")) if seen.get("t") == "seq" else f"shape {shape_text(dims)}"


def _device_call(node: Call, seen: Seen) -> Outcome:
    kind, index = node.get("type"), node.get("index")
    first = node.args[0] if node.args else kind
    if not isinstance(first, Text):
        return Outcome(None, show(seen))
    name = first.value + (f":{index.text}" if isinstance(index, Num) else "")
    return device_of(name, seen)


def _seq(node: Node, seen: Seen, approximate: bool) -> Outcome:
    observed = show(seen)
    if not isinstance(node, Seq):
        return Outcome(None, observed)
    kind = seen.get("t")
    if kind in ("tensor", "ndarray"):
        return beside_tensor(node, seen, approximate)
    if kind != "seq":
        certain = kind in ("none", "num", "dtype", "device")
        return Outcome(False if certain and kind == "none" else None, observed, part="kind")
    if seen["k"] == "Size" or (node.kind == "(" and dims_of(seen) is not None):
        dims = dims_of(seen)
        wanted = int_items(node)
        if wanted is not None and dims is not None:
            return Outcome(fits(wanted, dims), observed, part="shape")
    if seen["k"] in ("set", "frozenset"):
        return _unordered(node, seen)
    items = list(node.items)
    if any(isinstance(item, Dots) for item in items):
        place = next(at for at, item in enumerate(items) if isinstance(item, Dots))
        head, tail = items[:place], items[place + 1 :]
        if seen["n"] != len(seen["items"]) or len(head) + len(tail) > seen["n"]:
            return Outcome(None, observed)
        have = [*seen["items"][: len(head)], *seen["items"][seen["n"] - len(tail) :]]
        items = [*head, *tail]
    else:
        have = list(seen["items"])
        if seen["n"] != len(items):
            return Outcome(False, observed, f"it has {seen['n']} items")
    outcomes = [item_of(item, value, approximate) for item, value in zip(items, have, strict=True)]
    return combined(outcomes, observed) if outcomes else Outcome(True, observed)


def item_of(node: Node, seen: Seen, approximate: bool) -> Outcome:
    """One item of a container; there, strings stand in quotes."""
    if isinstance(node, Text) and seen.get("t") == "str":
        return Outcome(node.value == seen["v"])
    if isinstance(node, Text) or (seen.get("t") == "str" and not isinstance(node, Word)):
        return Outcome(False)
    expected = as_expectation(node)
    if isinstance(expected, Value):
        return value_of(Value(node, approximate), seen, None)
    if isinstance(expected, Dtype):
        return dtype_of(expected.name, seen)
    return device_of(expected.name, seen)


def _unordered(node: Seq, seen: Seen) -> Outcome:
    observed = show(seen)
    if seen["n"] != len(node.items):
        return Outcome(False, observed)
    left = list(seen["items"])
    for item in node.items:
        hit = next((have for have in left if item_of(item, have, False).agrees), None)
        if hit is None:
            return Outcome(False, observed)
        left.remove(hit)
    return Outcome(True, observed)


def _pairs(node: Pairs, seen: Seen) -> Outcome:
    observed = show(seen)
    if seen.get("t") != "map":
        return Outcome(None, observed)
    if len(node.items) != seen["n"]:
        return Outcome(False, observed, f"it has {seen['n']} entries")
    outcomes = []
    for (key, value), (have_key, have) in zip(node.items, seen["items"], strict=False):
        outcomes.append(item_of(key, have_key, False))
        outcomes.append(item_of(value, have, False))
    return combined(outcomes, observed) if outcomes else Outcome(True, observed)
