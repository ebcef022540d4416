"""Shapes, dtypes and devices, claimed and seen."""

from __future__ import annotations

import re

from assistant.verify import numbers
from assistant.verify.compare.outcome import (
    Outcome,
    Seen,
    dims_of,
    fits,
    flat,
    shape_text,
    show,
    sized,
)
from assistant.verify.expect import (
    DTYPE_ALIASES,
    Maps,
    Shape,
)


def shape_of(expected: Shape, seen: Seen) -> Outcome:
    """A shape, and the value of all elements if one is named."""
    if seen.get("t") == "num" and not expected.dims:
        return Outcome(True, show(seen), part="shape")
    dims = dims_of(seen)
    if dims is None:
        if seen.get("t") == "seq" and seen["items"]:
            return Outcome(None, show(seen))
        return Outcome(None, show(seen))
    observed = shape_text(dims)
    wanted = sized(expected.dims, seen.get("sizes") or {})
    if expected.loose and 2 <= len(wanted) < len(dims) and fits(wanted, dims[-len(wanted) :]):
        return Outcome(True, observed, part="shape")
    if not fits(wanted, dims):
        other = expected.loose and len(expected.dims) != len(dims)
        return Outcome(None if other else False, observed, part="shape")
    if expected.fill is not None:
        values = seen.get("values")
        held = flat(values) if values is not None else [seen.get("uniform")]
        if any(value is None for value in held):
            return Outcome(None, observed, part="shape")
        if any(numbers.as_number(value) != expected.fill for value in held):
            return Outcome(False, show(seen))
    return Outcome(True, observed, part="shape")


def mapped(expected: Maps, seen: Seen) -> Outcome:
    """The shape that a module made of one of the claimed shape."""
    made = dims_of(seen) if seen.get("t") == "tensor" else None
    if made is None:
        return Outcome(None, show(seen))
    given = expected.sizes()
    bound = dict(zip(expected.given, given, strict=True))
    wanted = [dim if isinstance(dim, int) else bound.get(dim, dim) for dim in expected.made]
    observed = f"{shape_text(given)} → {shape_text(made)}"
    return Outcome(fits(wanted, made), observed, part="shape")


def rank_of(rank: int, seen: Seen) -> Outcome:
    """A number of dimensions."""
    if seen.get("t") == "num":
        return Outcome(rank == 0, show(seen), part="shape")
    if seen.get("t") not in ("tensor", "ndarray"):
        return Outcome(None, show(seen))
    dims = dims_of(seen) or []
    return Outcome(len(dims) == rank, f"shape {shape_text(dims)}", part="shape")


def dtype_of(name: str, seen: Seen) -> Outcome:
    """A dtype, of what has one or is one."""
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


def device_of(name: str, seen: Seen) -> Outcome:
    """A device, of what is on one or is one."""
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
