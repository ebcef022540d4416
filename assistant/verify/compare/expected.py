"""Sets one expectation against one value, or a text against a text."""

from __future__ import annotations

from math import prod

from assistant.verify import properties
from assistant.verify.compare.outcome import (
    MOST_SHOWN,
    Outcome,
    Seen,
    combined,
    flat,
    shape_text,
    show,
    told,
)
from assistant.verify.compare.traits import device_of, dtype_of, mapped, rank_of, shape_of
from assistant.verify.compare.values import as_expectation, value_of
from assistant.verify.expect import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Each,
    Event,
    Expectation,
    Maps,
    Printed,
    Property,
    Rank,
    Shape,
    Value,
    Values,
    sizes_of,
)
from assistant.verify.literals import Const, Num, Seq, Word
from assistant.verify.meaning import same_meaning
from assistant.verify.printed import compare_text


def compare(expected: Expectation, seen: Seen, *, text: str | None = None) -> Outcome:
    """Sets one expectation against one value.

    Args:
        expected: what the author wrote.
        seen: the value as described by the driver.
        text: what was printed, where the value was printed.
    """
    match expected:
        case Property(otherwise=other) if other is not None and seen.get("t") not in (
            "tensor",
            "ndarray",
        ):
            return compare(other, seen, text=text)
        case Property():
            held = properties.judge(expected.words, seen)
            shown = told(seen, memory=properties.of_memory(expected.words))
            return Outcome(held, shown, part="property")
        case Event():
            held = properties.events.settle(expected.what, seen, expected.part)
            return Outcome(held, properties.events.told(seen), part="property")
        case Maps():
            return mapped(expected, seen)
        case Shape():
            return shape_of(expected, seen)
        case Rank():
            return rank_of(expected.dims, seen)
        case Dtype():
            return dtype_of(expected.name, seen)
        case Device():
            return device_of(expected.name, seen)
        case Value():
            return value_of(expected, seen, text)
        case Values():
            return _values(expected, seen)
        case Each(expected=inner):
            return _each(inner, seen)
        case Printed():
            return Outcome(None) if text is None else compare_printed(expected.text, text)
    return Outcome(None)


def compare_printed(expected: str, text: str) -> Outcome:
    """Sets text against text, numbers to the digits given."""
    found = compare_text(expected, text)
    shown = text.strip()[:MOST_SHOWN]
    if not found.agrees:
        same, note = same_meaning(expected, text)
        if same or note:
            return Outcome(same, shown, note)
    return Outcome(found.agrees, shown, found.note, found.part)


def _each(expected: Expectation, seen: Seen) -> Outcome:
    """The same of each item of a sequence, or of each element of a tensor."""
    if seen.get("t") in ("tensor", "ndarray") and seen.get("values") is not None:
        if not isinstance(expected, Value) or not isinstance(expected.node, (Num, Const)):
            return Outcome(None, show(seen))
        kind = {"t": "num", "dtype": seen["dtype"]}
        items = [{**kind, "k": type(leaf).__name__, "v": leaf} for leaf in flat(seen["values"])]
        return combined([compare(expected, item) for item in items], show(seen))
    if seen.get("t") == "num":
        return compare(expected, seen)  # "4 bytes each"
    if seen.get("t") != "seq" or not seen["items"]:
        return Outcome(None, show(seen))
    sizes = {"sizes": seen["sizes"]} if "sizes" in seen else {}
    return combined([compare(expected, {**item, **sizes}) for item in seen["items"]], show(seen))


def _traits(expected: Values, seen: Seen) -> Outcome | None:
    """A shape and a dtype side by side, in either order: `(B, T), int64`."""
    if len(expected.nodes) != 2 or {type(node) for node in expected.nodes} != {Seq, Word}:
        return None
    shape, word = sorted(expected.nodes, key=lambda node: isinstance(node, Word))
    dims = sizes_of(shape)
    if not isinstance(word, Word):
        return None
    short = word.value.rsplit(".", 1)[-1]
    if dims is None or (isinstance(shape, Seq) and shape.kind == "["):
        both = (Value(shape), Dtype(DTYPE_ALIASES.get(short, short)))
        return combined([compare(one, seen) for one in both], show(seen))
    claims = (Shape(dims), Dtype(DTYPE_ALIASES.get(short, short)))
    found = combined([compare(one, seen) for one in claims], show(seen))
    if not found.agrees:
        return found
    return Outcome(True, f"{shape_text(seen['shape'])}, {seen['dtype']}", part="shape")


def _lengths(expected: Values, seen: Seen) -> Outcome | None:
    """`3, 3, 2, 2` beside a list of tensors: how long each is, along one axis."""
    items = seen["items"]
    whole = all(isinstance(node, Num) and node.is_int for node in expected.nodes)
    if not whole or not all(one.get("t") == "tensor" and one["shape"] for one in items):
        return None
    claimed = [int(node.value.real) for node in expected.nodes if isinstance(node, Num)]
    along = [
        [one["shape"][axis] for one in items]
        for axis in range(min(len(one["shape"]) for one in items))
    ]
    if claimed in along:
        return Outcome(True, str(claimed), part="shape")
    if any(prod(one["shape"]) == 1 for one in items):
        return None  # they may be what it holds
    near = [one for one in along if sum(one) == sum(claimed)]
    return Outcome(False, f"sizes {near[0]}", part="shape") if near else None


def _values(expected: Values, seen: Seen) -> Outcome:
    if seen.get("t") in ("tensor", "ndarray"):
        traits = _traits(expected, seen)
        if traits is not None:
            return traits
    if seen.get("t") in ("tensor", "ndarray") and len(seen["shape"]) == 1:
        # "0, 0.5, 1" beside a vector: its elements
        if all(isinstance(node, (Num, Const)) for node in expected.nodes):
            return compare(Value(Seq("[", expected.nodes)), seen)
        return Outcome(None, show(seen))
    if seen.get("t") != "seq" or len(seen["items"]) != len(expected.nodes):
        return Outcome(None, show(seen))
    if (lengths := _lengths(expected, seen)) is not None:
        return lengths
    outcomes = [
        compare(as_expectation(node), item)
        for node, item in zip(expected.nodes, seen["items"], strict=True)
    ]
    return combined(outcomes, show(seen))
