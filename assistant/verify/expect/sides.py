"""Sizes as authors write them: `(B, 3)`, `BS x SEQ`, `b t c = 2 4 3`."""

from __future__ import annotations

import re

from assistant.verify.literals import Node, Num, Seq, Word

# Names under which dimensions usually go; a tuple of nothing else still says how many there are.
_DIMENSIONS = re.compile(
    r"(?:[BNCHWTLDESKMPQF]|[BNTLSDH]_?\w{0,5}|batch(?:_size)?|seq(?:_len(?:gth)?)?|time|steps?"
    r"|hidden"
    r"(?:_size|_dim)?|features?|channels?|classes|n(?:um)?_\w+|\w+_(?:dim|size|len|features"
    r"|channels"
    r"|classes)|[A-Z]_(?:in|out|\w{1,3})|heads?|height|width|h|w|d_model|embed\w*|dim|vocab\w*"
    r"|tokens?|len|length|k|d|n|m)"
)
# "BS x SEQ x 2*HID"
_NAMED_SIDES = re.compile(
    r"\s*\[?(?P<sides>(?:\d+\s*\*\s*)?\w+(?:\s*\*\s*\w+)?(?:\s+[x×]\s+(?:\d+\s*\*\s*)?\w+(?:\s*[*/]\s*"
    r"\w+)?)+)\]?(?=\s*(?:$|[,;.(—–!]|\s(?:now|again)\b))"
)
# As in `b t c = 2 4 3`.
_SPACED = re.compile(r"\s*[a-zA-Z]\w?(?:\s+[a-zA-Z]\w?)+\s*=\s*(?P<sizes>\d+(?:\s+\d+)+)\s*$")


def named_sides(text: str) -> tuple[int | str | None, ...] | None:
    """The sizes that names with crosses between them, or names and their numbers, stand for."""
    spaced = _SPACED.match(text)
    if spaced is not None:
        return tuple(int(one) for one in spaced["sizes"].split())
    found = _NAMED_SIDES.match(text)
    if found is None:
        return None
    sides = [re.sub(r"\s", "", one) for one in re.split(r"\s+[x×]\s+", found["sides"])]
    names = [name for side in sides for name in re.findall(r"[^\W\d]\w*", side)]
    if not names or not all(name.isupper() or _DIMENSIONS.fullmatch(name) for name in names):
        return None
    return tuple(int(side) if side.isdigit() else side for side in sides)


def dims_of(node: Node) -> tuple[int | str | None, ...] | None:
    """The sizes that a bracketed list of integers and names stands for."""
    if not isinstance(node, Seq) or node.kind == "{":
        return None
    dims: list[int | str | None] = []
    for item in node.items:
        if isinstance(item, Num) and item.is_int and item.value.real >= 0:
            dims.append(int(item.value.real))
        elif isinstance(item, Word):
            dims.append(item.value)
        else:
            return None
    words = [dim for dim in dims if isinstance(dim, str)]
    named = [name for word in words for name in re.findall(r"[^\W\d]\w*", word)]
    if len(words) == len(dims) and not all(map(_DIMENSIONS.fullmatch, named)):
        return None
    return tuple(dims)
