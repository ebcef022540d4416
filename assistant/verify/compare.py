"""Sets what an author expects against what was seen.  Pure: nothing here runs or guesses.

The answer is `agrees` True or False, or None where the two cannot be set against each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.verify import numbers, properties
from assistant.verify.expect import (
    DTYPE_ALIASES,
    Device,
    Dtype,
    Expectation,
    Maps,
    Printed,
    Property,
    Rank,
    Shape,
    Value,
    Values,
)
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
from assistant.verify.meaning import same_meaning
from assistant.verify.printed import compare_text

Seen = Mapping[str, Any]
"""A value as the driver describes it (`driver.summary`)."""

MOST_SHOWN = 300
ROUNDED = "it agrees only when rounded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How claim and observation stand to each other; `moves` is what a random value may change."""

    agrees: bool | None
    observed: str = ""
    note: str = ""
    part: str = "value"


def show(seen: Seen) -> str:
    """One line that says what a value is."""
    text = " ".join(str(seen.get("repr") or "").split())
    if not text and seen.get("t") in ("tensor", "ndarray"):
        text = f"a {seen['t']} of shape {shape_text(seen['shape'])}, {seen['dtype']}"
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _told(seen: Seen) -> str:
    """What settles a property, without addresses."""
    if seen.get("t") == "seq":
        return "memory looked at"
    if seen.get("t") == "module":
        return f"{seen.get('parameters')} parameters, {seen.get('trainable')} of them trainable"
    return show(seen)


def shape_text(dims: Sequence[object]) -> str:
    """Sizes as a Python tuple."""
    inner = ", ".join(str(dim) for dim in dims)
    return f"({inner},)" if len(dims) == 1 else f"({inner})"


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
            return Outcome(properties.judge(expected.words, seen), _told(seen), part="property")
        case Maps():
            return _maps(expected, seen)
        case Shape():
            return _shape(expected, seen)
        case Rank():
            return _rank(expected.dims, seen)
        case Dtype():
            return _dtype(expected.name, seen)
        case Device():
            return _device(expected.name, seen)
        case Value():
            return _value(expected, seen, text)
        case Values():
            return _values(expected, seen)
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


def dims_of(seen: Seen) -> list[int] | None:
    """The shape that a value has or is."""
    kind = seen.get("t")
    if kind in ("tensor", "ndarray"):
        return [int(size) for size in seen["shape"]]
    if kind == "seq" and seen["k"] in ("Size", "tuple", "list"):
        found: list[int] = []
        for item in seen["items"]:
            if item.get("t") != "num" or item.get("k") != "int":
                return None
            found.append(int(item["v"]))
        return found
    return None


def _shape(expected: Shape, seen: Seen) -> Outcome:
    if seen.get("t") == "num" and not expected.dims:
        return Outcome(True, show(seen), part="shape")
    dims = dims_of(seen)
    if dims is None:
        if seen.get("t") == "seq" and seen["items"]:
            return Outcome(None, show(seen))
        return Outcome(None, show(seen))
    observed = shape_text(dims)
    if not _fits(expected.dims, dims):
        return Outcome(False, observed, part="shape")
    if expected.fill is not None:
        values = seen.get("values")
        flat = _flat(values) if values is not None else [seen.get("uniform")]
        if any(value is None for value in flat):
            return Outcome(None, observed, part="shape")
        if any(numbers.as_number(value) != expected.fill for value in flat):
            return Outcome(False, show(seen))
    return Outcome(True, observed, part="shape")


def _maps(expected: Maps, seen: Seen) -> Outcome:
    made = dims_of(seen) if seen.get("t") == "tensor" else None
    if made is None:
        return Outcome(None, show(seen))
    given = expected.sizes()
    bound = dict(zip(expected.given, given, strict=True))
    wanted = [dim if isinstance(dim, int) else bound.get(dim, dim) for dim in expected.made]
    observed = f"{shape_text(given)} → {shape_text(made)}"
    return Outcome(_fits(wanted, made), observed, part="shape")


def _fits(claimed: Sequence[int | str | None], dims: Sequence[int]) -> bool:
    """Whether sizes agree: integers exactly, the same name always with the same size."""
    if len(claimed) != len(dims):
        return False
    named: dict[str, int] = {}
    for want, have in zip(claimed, dims, strict=True):
        if isinstance(want, int):
            if want != have:
                return False
        elif want is not None and named.setdefault(want, have) != have:
            return False
    return True


def _rank(rank: int, seen: Seen) -> Outcome:
    if seen.get("t") == "num":
        return Outcome(rank == 0, show(seen), part="shape")
    if seen.get("t") not in ("tensor", "ndarray"):
        return Outcome(None, show(seen))
    dims = dims_of(seen) or []
    return Outcome(len(dims) == rank, f"shape {shape_text(dims)}", part="shape")


def _dtype(name: str, seen: Seen) -> Outcome:
    kind = seen.get("t")
    if kind in ("tensor", "ndarray"):
        found = str(seen["dtype"])
    elif kind == "dtype" or kind == "class":
        found = str(seen["v"])
    elif kind == "num" and seen.get("dtype"):
        found = str(seen["dtype"])
    elif kind == "str":
        found = str(seen["v"])
        if not re.fullmatch(r"(?:torch\.)?\w+", found):
            return Outcome(None, show(seen))
    else:
        return Outcome(None, show(seen))
    short = found.rsplit(".", 1)[-1]
    agrees = DTYPE_ALIASES.get(short, short) == name
    return Outcome(agrees, found, part="dtype")


def _device(name: str, seen: Seen) -> Outcome:
    kind = seen.get("t")
    if kind == "tensor":
        found = str(seen["device"])
    elif kind in ("device", "str"):
        found = str(seen["v"])
    else:
        return Outcome(None, show(seen))
    if name == "cuda" and found.startswith("cuda:"):
        return Outcome(True, found, part="device")
    return Outcome(found == name, found, part="device")


def _values(expected: Values, seen: Seen) -> Outcome:
    if seen.get("t") != "seq" or len(seen["items"]) != len(expected.nodes):
        return Outcome(None, show(seen))
    outcomes = [
        compare(as_expectation(node), item)
        for node, item in zip(expected.nodes, seen["items"], strict=True)
    ]
    return combined(outcomes, show(seen))


def combined(outcomes: Sequence[Outcome], observed: str) -> Outcome:
    """Several outcomes as one: any disagreement wins, then any doubt."""
    if any(found.agrees is False for found in outcomes):
        parts = {found.part for found in outcomes if found.agrees is False}
        return Outcome(False, observed, part=parts.pop() if len(parts) == 1 else "value")
    if any(found.agrees is None for found in outcomes):
        return Outcome(None, observed)
    parts = {found.part for found in outcomes}
    return Outcome(True, observed, part=parts.pop() if len(parts) == 1 else "value")


def as_expectation(node: Node) -> Expectation:
    """A bare value as an expectation: dtype and device names are such, the rest is a value."""
    if isinstance(node, Word):
        short = node.value.rsplit(".", 1)[-1]
        if node.value.startswith("torch.") or short in ("float32", "float64", "int64"):
            return Dtype(DTYPE_ALIASES.get(short, short))
        if re.fullmatch(r"cpu|cuda|mps|meta", node.value):
            return Device(node.value)
    return Value(node)


# --- values ------------------------------------------------------------------------------------


def _value(expected: Value, seen: Seen, text: str | None) -> Outcome:
    node, kind = expected.node, seen.get("t")
    if kind == "str":
        return _string(expected, seen, text)
    match node:
        case Num():
            return _num(node, seen, expected.approximate)
        case Const():
            return _const(node, seen)
        case Text():
            return Outcome(None, show(seen)) if kind != "str" else Outcome(seen["v"] == node.value)
        case Angle():
            return _angle(node.value, seen)
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
        return Outcome(held == node.value, observed)
    shown = text if text is not None else held
    whole = read_all(held)
    if whole is not None and whole == node:
        return Outcome(True, observed)
    if isinstance(node, Num):
        written = re.findall(r"(?<![\w.])[+-]?\d[\d,]*\.?\d*(?:[eE][+-]?\d+)?(?![\w.]*\w)", shown)
        if len(written) == 1:
            value = numbers.as_number(written[0].replace(",", ""))
            return Outcome(value is not None and numbers.agrees(node, value.real), observed)
    if isinstance(node, Const) and re.fullmatch(r"True|False|None", held.strip()):
        return Outcome(held.strip() == str(node.value), observed)
    return Outcome(None, observed)


def _scalar(seen: Seen) -> tuple[object, str] | None:
    """The one number that a value holds, with its dtype."""
    if seen.get("t") == "num":
        return seen["v"], str(seen.get("dtype") or seen["k"])
    if seen.get("t") in ("tensor", "ndarray") and "values" in seen:
        flat = _flat(seen["values"])
        if len(flat) == 1:
            return flat[0], str(seen["dtype"])
    return None


def _num(node: Num, seen: Seen, approximate: bool) -> Outcome:
    observed = show(seen)
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    scalar = _scalar(seen)
    if scalar is None:
        return Outcome(None, observed)
    value, dtype = scalar
    if isinstance(value, bool) and node.value not in (0, 1):
        return Outcome(None, observed)
    if numbers.agrees(node, value, dtype=dtype, approximate=approximate):
        return Outcome(True, observed)
    if numbers.only_rounded(node, value):
        return Outcome(None, observed, ROUNDED)
    return Outcome(False, observed)


def _const(node: Const, seen: Seen) -> Outcome:
    observed = show(seen)
    if node.value is None:
        if seen.get("t") == "module":
            return Outcome(None, observed)
        return Outcome(seen.get("t") == "none", observed, part="kind")
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    scalar = _scalar(seen)
    if scalar is None:
        if seen.get("t") in ("tensor", "ndarray") and "values" in seen:
            flat = _flat(seen["values"])
            if flat and all(isinstance(value, bool) for value in flat):
                same = {value is node.value for value in flat}
                return Outcome(True if same == {True} else None, observed)
        return Outcome(None, observed)
    value, _ = scalar
    if isinstance(value, bool):
        return Outcome(value is node.value, observed)
    return Outcome(None, observed)


def _angle(text: str, seen: Seen) -> Outcome:
    """`<MulBackward0 object at …>`, `<class 'int'>`: the kind of thing, never its address."""
    observed = show(seen)
    found = re.match(r"class '([^']+)'", text)
    if found is not None:
        have = re.match(r"<class '([^']+)'>", observed)
        if have is None:
            return Outcome(None, observed)
        return Outcome(have.group(1) == found.group(1), observed, part="kind")
    name = re.match(r"([\w.]+)", text)
    if name is None or name.group(1) in ("function", "built-in", "bound", "module"):
        return Outcome(None, observed)
    if seen.get("t") == "none":
        return Outcome(False, observed, part="kind")
    if seen.get("t") != "obj":
        return Outcome(None, observed)
    want, have_name = name.group(1).rsplit(".", 1)[-1], str(seen["cls"])
    same = want == have_name or _without_number(want) == _without_number(have_name)
    return Outcome(same, observed, part="kind")


def _without_number(name: str) -> str:
    return re.sub(r"(?<=Backward)\d+$", "", name)


def _call(node: Call, seen: Seen, approximate: bool) -> Outcome:
    observed = show(seen)
    short = node.name.rsplit(".", 1)[-1]
    kind = seen.get("t")
    if short == "Size" and node.args:
        wanted = _int_items(node.args[0])
        if kind in ("tensor", "ndarray"):
            dims: list[int] | None = dims_of(seen)
        elif kind == "seq":
            dims = dims_of(seen)
        else:
            dims = None
        if wanted is None or dims is None:
            return Outcome(None, observed)
        return Outcome(_fits(wanted, dims), _size_text(seen, dims), part="shape")
    if short in ("tensor", "Parameter"):
        return _tensor(node, seen, approximate)
    if short == "array":
        if kind != "ndarray":
            return Outcome(None if kind == "tensor" else False, observed, part="kind")
        return _array_like(node.args[0] if node.args else None, seen, approximate, typed=True)
    if short == "device":
        return _device_call(node, seen)
    if short.endswith(("dict_keys", "dict_values")) or short in ("set", "frozenset", "deque"):
        if kind != "seq":
            return Outcome(None, observed)
        inner = _seq(node.args[0], seen, approximate) if node.args else Outcome(None)
        if isinstance(node.args[0], Seq) and inner.agrees and seen["k"] != short:
            return Outcome(False, observed, f"it is a {seen['k']}", "kind")
        return Outcome(inner.agrees, observed, inner.note, inner.part)
    if isinstance(seen.get("repr"), str) and seen["repr"]:
        same = compare_text(_written(node), str(seen["repr"]))
        return Outcome(True if same.agrees else None, observed)
    return Outcome(None, observed)


def _size_text(seen: Seen, dims: Sequence[int]) -> str:
    return str(seen.get("repr")) if seen.get("t") == "seq" else f"shape {shape_text(dims)}"


def _written(node: Call) -> str:
    return f"{node.name}({', '.join(str(arg) for arg in node.args)})"


def _int_items(node: Node) -> list[int | str | None] | None:
    if not isinstance(node, Seq):
        return None
    found: list[int | str | None] = []
    for item in node.items:
        if isinstance(item, Num) and item.is_int:
            found.append(int(item.value.real))
        elif isinstance(item, Word):
            found.append(item.value)
        else:
            return None
    return found


def _device_call(node: Call, seen: Seen) -> Outcome:
    kind, index = node.get("type"), node.get("index")
    first = node.args[0] if node.args else kind
    if not isinstance(first, Text):
        return Outcome(None, show(seen))
    name = first.value + (f":{index.text}" if isinstance(index, Num) else "")
    return _device(name, seen)


def _tensor(node: Call, seen: Seen, approximate: bool) -> Outcome:
    """`tensor([1., 2.], dtype=…, grad_fn=…)`: everything that is written counts."""
    observed = show(seen)
    kind = seen.get("t")
    if kind != "tensor":
        certain = kind in ("none", "num", "seq", "ndarray", "dtype", "device", "map")
        return Outcome(False if certain else None, observed, part="kind")
    dtype, device = node.get("dtype"), node.get("device")
    if isinstance(dtype, Word):
        found = _dtype(_plain_dtype(dtype.value), seen)
        if found.agrees is False:
            return Outcome(False, observed, f"its dtype is {found.observed}", "dtype")
    if isinstance(device, Text):
        found = _device(device.value, seen)
        if found.agrees is False:
            return Outcome(False, observed, f"it is on {found.observed}", "device")
    grad_fn = node.get("grad_fn")
    if isinstance(grad_fn, Angle):
        want = re.match(r"[\w.]+", grad_fn.value)
        have = seen.get("grad_fn")
        if want and (have is None or _without_number(want.group()) != _without_number(str(have))):
            return Outcome(False, observed, f"its grad_fn is {have}", "kind")
    grad = node.get("requires_grad")
    if isinstance(grad, Const) and grad.value is not seen["grad"]:
        return Outcome(False, observed, f"its requires_grad is {seen['grad']}", "kind")
    size = node.get("size")
    if isinstance(size, Seq):
        wanted = _int_items(size)
        if wanted is not None and not _fits(wanted, seen["shape"]):
            return Outcome(False, observed, part="shape")
    inner = _array_like(node.args[0] if node.args else None, seen, approximate, typed=dtype is None)
    if inner.agrees and dtype is None and _prints_dtype(seen):
        return Outcome(None, observed, "the values agree, but its dtype is " + seen["dtype"])
    return Outcome(inner.agrees, observed, inner.note, inner.part)


def _prints_dtype(seen: Seen) -> bool:
    """Whether torch shows this dtype in a printed tensor: all but the default ones."""
    return str(seen["dtype"]) not in (
        str(seen.get("default", "torch.float32")), "torch.int64", "torch.bool",
        "torch.complex64" if seen.get("default") == "torch.float32" else "torch.complex128",
    )  # fmt: skip


def _plain_dtype(name: str) -> str:
    short = name.rsplit(".", 1)[-1]
    return DTYPE_ALIASES.get(short, short)


def _array_like(node: Node | None, seen: Seen, approximate: bool, *, typed: bool) -> Outcome:
    """Nested numbers against a tensor or array; `typed`: their writing says the dtype."""
    observed = show(seen)
    if node is None:
        return Outcome(None, observed)
    if not _has_dots(node):
        dims = _literal_shape(node)
        if dims is None:
            return Outcome(None, observed)
        if dims != list(seen["shape"]) and not (0 in dims and 0 in seen["shape"]):
            return Outcome(False, observed, f"its shape is {shape_text(seen['shape'])}", "shape")
    if typed and (wrong := _wrong_family(node, str(seen["dtype"]))):
        return Outcome(False, observed, wrong, "dtype")
    if "values" not in seen:
        return _against_repr(node, seen)
    agreed = _nested(node, seen["values"], str(seen["dtype"]), approximate)
    return Outcome(agreed, observed, ROUNDED if agreed is None else "")


def _against_repr(node: Node, seen: Seen) -> Outcome:
    if not _has_dots(node):
        return Outcome(None, show(seen))
    written = read_all(str(seen.get("repr", "")))
    if not isinstance(written, Call) or not written.args:
        return Outcome(None, show(seen))
    same = _same_literal(node, written.args[0])
    return Outcome(same, show(seen))


def _same_literal(one: Node, other: Node) -> bool:
    if isinstance(one, Dots) or isinstance(other, Dots):
        return isinstance(one, Dots) and isinstance(other, Dots)
    if isinstance(one, Num) and isinstance(other, Num):
        value = other.value
        return numbers.agrees(one, value.real if not value.imag else str(value))
    if isinstance(one, Seq) and isinstance(other, Seq):
        return len(one.items) == len(other.items) and all(
            _same_literal(left, right) for left, right in zip(one.items, other.items, strict=True)
        )
    return one == other


def _wrong_family(node: Node, dtype: str) -> str:
    """Integers claimed of floats and the like: the printed form would differ."""
    leaves = list(_leaves(node))
    if not leaves:
        return ""
    short = dtype.rsplit(".", 1)[-1]
    written_bool = all(isinstance(leaf, Const) for leaf in leaves)
    all_numbers = all(isinstance(leaf, Num) for leaf in leaves)
    written_int = all_numbers and all(isinstance(leaf, Num) and leaf.is_int for leaf in leaves)
    if written_bool != (short == "bool"):
        return f"its dtype is {dtype}"
    if written_int and (short.startswith(("float", "bfloat", "complex"))):
        return f"its dtype is {dtype}"
    if all_numbers and not written_int and re.match(r"u?int", short):
        return f"its dtype is {dtype}"
    return ""


def _leaves(node: Node) -> list[Node]:
    if isinstance(node, Seq):
        return [leaf for item in node.items for leaf in _leaves(item)]
    return [] if isinstance(node, Dots) else [node]


def _has_dots(node: Node) -> bool:
    if isinstance(node, Seq):
        return any(_has_dots(item) for item in node.items)
    return isinstance(node, Dots)


def _literal_shape(node: Node) -> list[int] | None:
    """The shape of a nested list; None when it is ragged or no list of numbers."""
    if isinstance(node, (Num, Const)):
        return []
    if not isinstance(node, Seq):
        return None
    if not node.items:
        return [0]
    inner = [_literal_shape(item) for item in node.items]
    first = inner[0]
    if first is None or any(shape != first for shape in inner):
        return None
    return [len(node.items), *first]


def _flat(values: object) -> list[Any]:
    if isinstance(values, list):
        return [leaf for item in values for leaf in _flat(item)]
    return [values]


def _nested(node: Node, values: object, dtype: str, approximate: bool) -> bool | None:
    """Nested numbers against nested values; None where they agree only when rounded."""
    if isinstance(node, Seq):
        if not isinstance(values, list):
            return False
        items = list(node.items)
        dots = [place for place, item in enumerate(items) if isinstance(item, Dots)]
        if dots:
            head, tail = items[: dots[0]], items[dots[-1] + 1 :]
            if len(head) + len(tail) > len(values):
                return False
            values = [*values[: len(head)], *values[len(values) - len(tail) :]]
            items = [*head, *tail]
        if len(items) != len(values):
            return False
        inner = [
            _nested(item, value, dtype, approximate)
            for item, value in zip(items, values, strict=True)
        ]
        return False if False in inner else None if None in inner else True
    if isinstance(node, Const):
        return isinstance(values, bool) and values is node.value
    if isinstance(node, Num) and not isinstance(values, list):
        if isinstance(values, bool):
            return node.value in (0, 1) and bool(node.value) is values
        if numbers.agrees(node, values, dtype=dtype, approximate=approximate):
            return True
        # torch prints `4.` of whole numbers only; `4.0` was written by hand
        rounded = numbers.only_rounded(node, values) and not numbers.whole_float(node.text)
        return None if rounded else False
    return isinstance(node, Dots)


# --- sequences ---------------------------------------------------------------------------------


def _seq(node: Node, seen: Seen, approximate: bool) -> Outcome:
    observed = show(seen)
    if not isinstance(node, Seq):
        return Outcome(None, observed)
    kind = seen.get("t")
    if kind in ("tensor", "ndarray"):
        return _seq_of_tensor(node, seen, approximate)
    if kind != "seq":
        certain = kind in ("none", "num", "dtype", "device")
        return Outcome(False if certain and kind == "none" else None, observed, part="kind")
    if seen["k"] == "Size" or (node.kind == "(" and dims_of(seen) is not None):
        dims = dims_of(seen)
        wanted = _int_items(node)
        if wanted is not None and dims is not None:
            return Outcome(_fits(wanted, dims), observed, part="shape")
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
    outcomes = [_item(item, value, approximate) for item, value in zip(items, have, strict=True)]
    return combined(outcomes, observed) if outcomes else Outcome(True, observed)


def _item(node: Node, seen: Seen, approximate: bool) -> Outcome:
    if isinstance(node, Text) and seen.get("t") == "str":
        return Outcome(node.value == seen["v"])
    if isinstance(node, Text) or (seen.get("t") == "str" and not isinstance(node, Word)):
        return Outcome(False)
    expected = as_expectation(node)
    if isinstance(expected, Value):
        return _value(Value(node, approximate), seen, None)
    return compare(expected, seen)


def _unordered(node: Seq, seen: Seen) -> Outcome:
    observed = show(seen)
    if seen["n"] != len(node.items):
        return Outcome(False, observed)
    left = list(seen["items"])
    for item in node.items:
        hit = next((have for have in left if _item(item, have, False).agrees), None)
        if hit is None:
            return Outcome(False, observed)
        left.remove(hit)
    return Outcome(True, observed)


def _seq_of_tensor(node: Seq, seen: Seen, approximate: bool) -> Outcome:
    """A bracketed list beside a tensor: its values, or its shape."""
    observed = show(seen)
    dims = _int_items(node)
    sizes = list(seen["shape"])
    as_shape = dims is not None and _fits(dims, sizes)
    if node.kind == "(":
        if dims is None:
            return Outcome(None, observed)
        if as_shape:
            return Outcome(True, shape_text(sizes), part="shape")
        if _is_range(node):
            return Outcome(None, observed, part="range")
        return Outcome(False, f"shape {shape_text(sizes)}", part="shape")
    if _has_dots(node):
        if "values" in seen:
            return Outcome(_nested(node, seen["values"], seen["dtype"], approximate), observed)
        return _against_repr(node, seen)
    literal = _literal_shape(node)
    if literal == sizes:
        if "values" not in seen:
            return Outcome(None, observed)
        agreed = _nested(node, seen["values"], str(seen["dtype"]), approximate)
        if not agreed and as_shape:
            return Outcome(True, shape_text(sizes), part="shape")
        return Outcome(agreed, observed, ROUNDED if agreed is None else "")
    if as_shape:
        return Outcome(True, shape_text(sizes), part="shape")
    if _is_range(node):
        return Outcome(None, observed, part="range")
    if literal is not None and len(literal) == 1 and dims is not None and literal[0] == len(sizes):
        return Outcome(False, f"shape {shape_text(sizes)}", part="shape")
    if literal is None:
        return Outcome(None, observed)
    return Outcome(False, observed, f"its shape is {shape_text(sizes)}", "shape")


def _is_range(node: Seq) -> bool:
    """Two rising numbers may be the ends of a range rather than values or sizes."""
    if len(node.items) != 2:
        return False
    low, high = node.items
    return (
        isinstance(low, Num)
        and isinstance(high, Num)
        and low.value.real < high.value.real
        and (low.value.real <= 0 or not low.is_int)
    )


def _pairs(node: Pairs, seen: Seen) -> Outcome:
    observed = show(seen)
    if seen.get("t") != "map":
        return Outcome(None, observed)
    if len(node.items) != seen["n"]:
        return Outcome(False, observed, f"it has {seen['n']} entries")
    outcomes = []
    for (key, value), (have_key, have) in zip(node.items, seen["items"], strict=False):
        outcomes.append(_item(key, have_key, False))
        outcomes.append(_item(value, have, False))
    return combined(outcomes, observed) if outcomes else Outcome(True, observed)
