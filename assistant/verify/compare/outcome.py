"""How claim and observation stand to each other, and how values are told of."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.verify.literals import (
    Node,
    Num,
    Seq,
    Word,
)
from corpus import syntax

Seen = Mapping[str, Any]
"""A value as the driver describes it (`driver.summary`)."""
MOST_SHOWN = 300
ABOUT = "how close is close enough is a matter of opinion"
ROUNDED = "it agrees only when rounded"
_TIMES = re.compile(r"(?<=\d)(?=[A-Za-z_])")
"""The place of the sign that `2D` leaves out."""


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


def told(seen: Seen, *, memory: bool) -> str:
    """What settles a property, without addresses; `memory` says that it is settled by these."""
    if seen.get("t") == "seq" and (memory or not seen.get("repr")):
        return "memory looked at"
    if seen.get("t") == "module":
        return f"{seen.get('parameters')} parameters, {seen.get('trainable')} of them trainable"
    return show(seen)


def shape_text(dims: Sequence[object]) -> str:
    """Sizes as a Python tuple."""
    inner = ", ".join(str(dim) for dim in dims)
    return f"({inner},)" if len(dims) == 1 else f"({inner})"


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


def fits(claimed: Sequence[int | str | None], dims: Sequence[int]) -> bool:
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


def sized(dims: Sequence[int | str | None], sizes: Mapping[str, int]) -> list[int | str | None]:
    """Claimed sizes with the names that the code gives them put in, as in `C/4`."""
    found: list[int | str | None] = []
    for dim in dims:
        size = _value(dim, sizes) if isinstance(dim, str) else dim
        found.append(dim if size is None else size)
    return found


def _value(dim: str, sizes: Mapping[str, int]) -> int | None:
    """What `2*D` comes to, also written `2D`; None where it is no formula of known names."""
    try:
        return _computed(syntax.parse_expression(_TIMES.sub("*", dim)).body, sizes)
    except SyntaxError:
        return None


def _computed(node: ast.expr, sizes: Mapping[str, int]) -> int | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else None
    if isinstance(node, ast.Name):
        return sizes.get(node.id)
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _computed(node.left, sizes), _computed(node.right, sizes)
    if left is None or right is None:
        return None
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.FloorDiv() if right:
            return left // right
        case ast.Div() if right and left % right == 0:
            return left // right
        case ast.Div() if right and left // right == 0:
            return 0  # no size is less than one
    return None


def int_items(node: Node) -> list[int | str | None] | None:
    """The whole numbers and names of a bracketed list; None if it holds anything else."""
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


def flat(values: object) -> list[Any]:
    """The leaves of nested lists."""
    if isinstance(values, list):
        return [leaf for item in values for leaf in flat(item)]
    return [values]


def combined(outcomes: Sequence[Outcome], observed: str) -> Outcome:
    """Several outcomes as one: any disagreement wins, then any doubt."""
    if any(found.agrees is False for found in outcomes):
        wrong = [found for found in outcomes if found.agrees is False]
        parts = {found.part for found in wrong}
        if parts <= {"shape", "dtype", "device"}:
            # What else is there, random numbers perhaps, has nothing to do with it.
            return Outcome(False, wrong[0].observed, wrong[0].note, wrong[0].part)
        return Outcome(False, observed, part=parts.pop() if len(parts) == 1 else "value")
    if any(found.agrees is None for found in outcomes):
        return Outcome(None, observed)
    parts = {found.part for found in outcomes}
    return Outcome(True, observed, part=parts.pop() if len(parts) == 1 else "value")
