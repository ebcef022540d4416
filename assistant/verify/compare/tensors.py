"""Tensors and arrays as they are printed or written, against those that were seen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verify import numbers
from assistant.verify.compare.outcome import (
    ROUNDED,
    Outcome,
    Seen,
    fits,
    int_items,
    shape_text,
    show,
)
from assistant.verify.compare.scalars import without_number
from assistant.verify.compare.traits import device_of, dtype_of
from assistant.verify.expect import (
    DTYPE_ALIASES,
)
from assistant.verify.literals import (
    Angle,
    Call,
    Const,
    Dots,
    Node,
    Num,
    Seq,
    Text,
    Word,
    read_all,
)


def tensor(node: Call, seen: Seen, approximate: bool) -> Outcome:
    """`tensor([1., 2.], dtype=…, grad_fn=…)`: everything that is written counts."""
    observed = show(seen)
    kind = seen.get("t")
    if kind != "tensor":
        certain = kind in ("none", "num", "seq", "ndarray", "dtype", "device", "map")
        return Outcome(False if certain else None, observed, part="kind")
    dtype, device = node.get("dtype"), node.get("device")
    if isinstance(dtype, Word):
        found = dtype_of(_plain_dtype(dtype.value), seen)
        if found.agrees is False:
            return Outcome(False, observed, f"its dtype is {found.observed}", "dtype")
    if isinstance(device, Text):
        found = device_of(device.value, seen)
        if found.agrees is False:
            return Outcome(False, observed, f"it is on {found.observed}", "device")
    grad_fn = node.get("grad_fn")
    if isinstance(grad_fn, Angle):
        want = re.match(r"[\w.]+", grad_fn.value)
        have = seen.get("grad_fn")
        if want and (have is None or without_number(want.group()) != without_number(str(have))):
            return Outcome(False, observed, f"its grad_fn is {have}", "kind")
    grad = node.get("requires_grad")
    if isinstance(grad, Const) and grad.value is not seen["grad"]:
        return Outcome(False, observed, f"its requires_grad is {seen['grad']}", "kind")
    size = node.get("size")
    if isinstance(size, Seq):
        wanted = int_items(size)
        if wanted is not None and not fits(wanted, seen["shape"]):
            return Outcome(False, observed, part="shape")
    inner = array_like(node.args[0] if node.args else None, seen, approximate, typed=dtype is None)
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


def array_like(node: Node | None, seen: Seen, approximate: bool, *, typed: bool) -> Outcome:
    """Nested numbers against a tensor or array; `typed`: their writing says the dtype."""
    observed = show(seen)
    if node is None:
        return Outcome(None, observed)
    if not has_dots(node):
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
    if not has_dots(node):
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
    written = leaves(node)
    if not written:
        return ""
    short = dtype.rsplit(".", 1)[-1]
    written_bool = all(isinstance(leaf, Const) for leaf in written)
    all_numbers = all(isinstance(leaf, Num) for leaf in written)
    written_int = all_numbers and all(isinstance(leaf, Num) and leaf.is_int for leaf in written)
    if written_bool != (short == "bool"):
        return f"its dtype is {dtype}"
    if written_int and (short.startswith(("float", "bfloat", "complex"))):
        return f"its dtype is {dtype}"
    if all_numbers and not written_int and re.match(r"u?int", short):
        return f"its dtype is {dtype}"
    return ""


def leaves(node: Node) -> list[Node]:
    """What stands in nested brackets, dots left out."""
    if isinstance(node, Seq):
        return [leaf for item in node.items for leaf in leaves(item)]
    return [] if isinstance(node, Dots) else [node]


def has_dots(node: Node) -> bool:
    """Whether something is left out anywhere in nested brackets."""
    if isinstance(node, Seq):
        return any(has_dots(item) for item in node.items)
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
        if approximate and isinstance(values, (int, float)) and not node.value.imag:
            return numbers.approximates(node.text, float(values))
        # torch prints `4.` of whole numbers only; `4.0` was written by hand
        rounded = numbers.only_rounded(node, values) and not numbers.whole_float(node.text)
        return None if rounded else False
    return isinstance(node, Dots)


def beside_tensor(node: Seq, seen: Seen, approximate: bool) -> Outcome:
    """A bracketed list beside a tensor: its values, or its shape."""
    observed = show(seen)
    dims = int_items(node)
    sizes = list(seen["shape"])
    as_shape = dims is not None and fits(dims, sizes)
    if node.kind == "(":
        if dims is None:
            return Outcome(None, observed)
        if as_shape:
            return Outcome(True, shape_text(sizes), part="shape")
        if _is_range(node) and not _is_size(node, sizes):
            return Outcome(None, observed, part="range")
        listed = Seq("[", node.items)
        # The elements one after the other: `(4, 6)`.
        flat_ = len(sizes) == 1 == len(_literal_shape(listed) or ()) and "values" in seen
        if flat_ and _nested(listed, seen["values"], str(seen["dtype"]), approximate):
            return Outcome(True, observed)
        return Outcome(False, f"shape {shape_text(sizes)}", part="shape")
    if has_dots(node):
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


def _is_size(node: Seq, sizes: Sequence[int]) -> bool:
    """Whether two rising numbers are a shape all the same: one of them is that of its place."""
    wanted = int_items(node)
    return wanted is not None and len(wanted) == len(sizes) and wanted[-1] == sizes[-1] > 1


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
