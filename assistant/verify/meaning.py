"""Printed values set against each other by what they mean, where their texts differ.

Versions print the same thing differently: a dtype that is the default, brackets around complex
numbers, the names in a named tuple.  None of that makes a page wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verify import numbers
from assistant.verify.expect import DTYPE_ALIASES
from assistant.verify.literals import Angle, Call, Const, Dots, Node, Num, Seq, Word, read_all

# How NumPy 2 shows what NumPy 1 showed bare.
_NUMPY_SCALAR = re.compile(r"np\.(?:float|u?int|complex)\d+|np\.(?:bool_?|str_|bytes_)")
# "9.88e-324 *\n [1.0, …]": how torch used to print very small and very large numbers.
_SCALED = re.compile(
    r"(?P<scale>[+-]?\d[\d.]*(?:e[+-]?\d+)?)\s*\*\s*\n\s*(?P<held>\[[^()]*\])", re.IGNORECASE
)
OMITTED = "the values agree, but the page leaves out "


def same_meaning(claimed: str, seen: str) -> tuple[bool | None, str]:
    """Whether two printed values mean the same.

    Returns:
        True, False or None (they cannot be read, or the claim leaves out a dtype or device that is
        printed), and a note on what is left out.
    """
    one, other = _read(claimed), _read(seen)
    if one is None or other is None:
        return None, ""
    omitted: set[str] = set()
    if not _same(one, other, omitted):
        return False, ""
    if omitted:
        return None, OMITTED + ", ".join(sorted(omitted))
    return True, ""


def readable(text: str) -> bool:
    """Whether a printed text is one value."""
    return _read(text) is not None


def _read(text: str) -> Node | None:
    plain = re.sub(r"Parameter containing:\s*|<BLANKLINE>", "", text).strip()
    plain = _SCALED.sub(_multiplied, plain)
    node = read_all(plain)
    unnamed = isinstance(node, Word) and not node.value.startswith("torch.")
    return None if unnamed else node


def _multiplied(found: re.Match[str]) -> str:
    """The numbers of a scaled list, each to the digits that it was given."""
    scale = float(found["scale"])

    def one(hit: re.Match[str]) -> str:
        digits = len(re.sub(r"\D", "", hit.group()).lstrip("0")) or 1
        return f"{float(hit.group()) * scale:.{digits - 1}e}"

    return re.sub(r"[+-]?\d+\.?\d*", one, found["held"])


def _plain(node: Node) -> Node:
    if isinstance(node, Call) and "return_types" in node.name:
        return Seq("(", (*node.args, *(value for _, value in node.named)))
    if isinstance(node, Seq) and node.kind == "()":
        return _plain(node.items[0])
    if isinstance(node, Call) and _NUMPY_SCALAR.fullmatch(node.name) and len(node.args) == 1:
        return _plain(node.args[0])
    if isinstance(node, Word) and node.value in ("np.True_", "np.False_"):
        return Const(node.value == "np.True_")
    return node


def _same(one: Node, other: Node, omitted: set[str]) -> bool:
    one, other = _plain(one), _plain(other)
    if isinstance(one, Num) and isinstance(other, Num):
        return _same_number(one, other)
    if isinstance(one, Seq) and isinstance(other, Seq):
        if one.kind != other.kind or len(one.items) != len(other.items):
            return _with_dots(one, other, omitted)
        return _all_same(one.items, other.items, omitted)
    if isinstance(one, Call) and isinstance(other, Call):
        return _same_call(one, other, omitted)
    if isinstance(one, Angle) and isinstance(other, Angle):
        return _kind_of(one) == _kind_of(other)
    if isinstance(one, Word) and isinstance(other, Word):
        return _dtype_of(one) == _dtype_of(other)
    return one == other and not isinstance(one, Dots)


def _dtype_of(node: Word) -> str:
    short = node.value.rsplit(".", 1)[-1]
    return DTYPE_ALIASES.get(short, short)


def _all_same(ones: Sequence[Node], others: Sequence[Node], omitted: set[str]) -> bool:
    return all(_same(a, b, omitted) for a, b in zip(ones, others, strict=True))


def _with_dots(one: Seq, other: Seq, omitted: set[str]) -> bool:
    places = [at for at, item in enumerate(one.items) if isinstance(item, Dots)]
    if len(places) != 1 or one.kind != other.kind or len(one.items) - 1 > len(other.items):
        return False
    tail = len(one.items) - places[0] - 1
    head = zip(one.items[: places[0]], other.items, strict=False)
    rest = zip(one.items[places[0] + 1 :], other.items[len(other.items) - tail :], strict=True)
    return all(_same(a, b, omitted) for pairs in (head, rest) for a, b in pairs)


def _same_call(one: Call, other: Call, omitted: set[str]) -> bool:
    if one.name.rsplit(".", 1)[-1] != other.name.rsplit(".", 1)[-1]:
        return False
    if len(one.args) != len(other.args):
        return False
    if not _all_same(one.args, other.args, omitted):
        return False
    for name, value in one.named:
        have = other.get(name)
        if have is None:
            if name == "dtype" and isinstance(value, Word) and _usual(other, value.value):
                continue
            return False
        if not _same(value, have, omitted):
            return False
    given = {name for name, _ in one.named}
    shown = {"dtype", "device", "requires_grad"}
    omitted |= {name for name, _ in other.named if name in shown} - given
    return True


def _usual(node: Call, dtype: str) -> bool:
    """Whether torch leaves `dtype` out when it prints values written like these."""
    leaves = _leaves(node.args[0]) if node.args else []
    short = dtype.rsplit(".", 1)[-1]
    if leaves and all(isinstance(leaf, Const) for leaf in leaves):
        return short == "bool"
    if leaves and all(isinstance(leaf, Num) and leaf.is_int for leaf in leaves):
        return short in ("int64", "long")
    return short in ("float32", "float", "complex64")


def _leaves(node: Node) -> list[Node]:
    if isinstance(node, Seq):
        return [leaf for item in node.items for leaf in _leaves(item)]
    return [] if isinstance(node, Dots) else [node]


def _same_number(one: Num, other: Num) -> bool:
    if one.value.imag or other.value.imag:
        return abs(one.value - other.value) <= 1e-4 * max(1.0, abs(one.value))
    if one.is_int != other.is_int:
        return False
    if one.text == other.text or numbers.agrees(one, other.value.real):
        return True
    given, shown = numbers.step(one.text), numbers.step(other.text)
    return 0 < given < shown <= numbers.SHOWN and abs(one.value - other.value) <= shown / 2


def _kind_of(node: Angle) -> str:
    text = re.sub(r"\s+at\s+(?:0x[0-9a-fA-F]+|\.\.\.)|\bobject\b", "", node.value)
    return re.sub(r"(?<=Backward)\d+", "", " ".join(text.split()))
