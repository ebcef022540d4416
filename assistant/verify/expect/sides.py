"""Sizes as authors write them: `(B, 3)`, `BS x SEQ`, `b t c = 2 4 3`."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TypeAlias

from assistant.verify import literals
from assistant.verify.literals import Node, Num, Seq, Word

# Names under which dimensions usually go; a tuple of nothing else still says how many there are.
_DIMENSIONS = re.compile(
    r"(?:[BNCHWTLDESKMPQF]|[BNTLSDH]_?\w{0,5}|batch(?:_size)?|seq(?:_len(?:gth)?)?|time|steps?"
    r"|hidden"
    r"(?:_size|_dim)?|features?|channels?|classes|n(?:um)?_\w+|\w+_(?:dim|size|len|features"
    r"|channels"
    r"|classes)|[A-Z]_(?:in|out|\w{1,3})|heads?|height|width|h|w|d_model|embed\w*|dim|vocab\w*"
    r"|tokens?|len|length|depth|rows?|cols?|columns?|queries|query|keys?|samples?|layers?|words?|vocab"
    r"|frames?|examples?|pixels?|positions?|patches|planes|in|out|k|d|n|m)"
)
# "BS x SEQ x 2*HID", "B x (T*D)", "B×6×28×28", and with single letters "BxTxC"
_SIDE = r"(?:(?:\d+\s*\*\s*)?\w+(?:\s*[*/]\s*\w+)?|\(\s*\w+\s*(?://|[-+*/])\s*\w+\s*\))"
_NAMED_SIDES = re.compile(
    rf"\s*\[?(?P<sides>{_SIDE}(?:(?:\s+[x×]\s+|\s*×\s*){_SIDE})+"
    r"|(?:[A-Z]|\d+)(?:x(?:[A-Z]|\d+))+)\]?"
    r"(?=\s*(?:$|[,;.(—–!=→⇒]|[-=]>|\s(?:now|again)\b))"
)
_TO = re.compile(r"\s*(?:→|⇒|[-=]>|=)\s*")
_ARROW = re.compile(r"→|⇒|[-=]>")
# As in `b t c = 2 4 3`.
_SPACED = re.compile(r"\s*[a-zA-Z]\w?(?:\s+[a-zA-Z]\w?)+\s*=\s*(?P<sizes>\d+(?:\s+\d+)+)\s*$")


# A size by a name of one's own.
_SHORT = re.compile(r"[A-Z][a-z]?|[a-z]{2}")
_NAMED = re.compile(
    r"\s*(?:[,;]\s*(?:and\s+)?|and\s+)?(?P<whole>(?:`?(?P<name>[^\W\d]\w*)`?"
    r"(?:\s+and\s+`?(?P<other>[^\W\d]\w*)`?(?=\s*(?::|=|are\b|both\b|have\b)))?\s*"
    r"(?:[:=]|(?:(?:both )?(?:is|are|has|have)|(?:has|have|of|is of|are of) shape"
    r"|both(?: of shape)?)(?=\s))?\s*)?(?=[(\[]))"
)
_BETWEEN = re.compile(r"\s*(?:$|[,;.!—–]|and\b|→|⇒|[-=]>|\s\()")


Sizes: TypeAlias = tuple[int | str | None, ...]


def named_sides(text: str) -> tuple[Sizes | None, Sizes] | None:
    """The sizes that names with crosses between them, or names and their numbers, stand for.

    Returns:
        Those before an arrow, if there is one, and those meant; None where no names are.
    """
    spaced = _SPACED.match(text)
    if spaced is not None:
        return None, tuple(int(one) for one in spaced["sizes"].split())
    chain: list[Sizes] = []
    at, arrow = 0, False
    while (found := _NAMED_SIDES.match(text, at)) is not None:
        chain.append(_sides(found["sides"]))
        at = found.end()
        sign = _TO.match(text, at)
        if sign is None:
            if _ARROW.search(text, at):
                return None  # one of several inputs
            break
        arrow, at = arrow or sign.group().strip() != "=", sign.end()
    else:
        if chain:
            return None  # an arrow to something else
    names = [
        name
        for sides in chain
        for side in sides
        if isinstance(side, str)
        for name in re.findall(r"[^\W\d]\w*", side)
    ]
    if not names or not all(name.isupper() or _DIMENSIONS.fullmatch(name) for name in names):
        return None
    return (chain[0] if arrow and len(chain) == 2 else None), chain[-1]


def of_names(text: str, names: Container[str]) -> Sizes | None:
    """Sizes under the names that the code itself gives them: `(B, Z)`, `N x C x Hh`, `(T*B, V)`.

    Args:
        text: a remark that is nothing but sizes.
        names: what the code calls sizes.
    """
    text = re.sub(r"\bself\.(?=[^\W\d])", "", text.strip())
    inner = re.fullmatch(r"\(([^()]+)\)|\[([^\[\]]+)\]|([^()\[\],]+[x×][^()\[\],]+)", text)
    if inner is None:
        return None
    parts = re.split(r"\s*,\s*|\s+[x×]\s+|\s*×\s*", next(filter(None, inner.groups())).strip(" ,"))
    plain = [re.sub(r"\s", "", part) for part in parts]
    known = [name for part in plain for name in re.findall(r"[^\W\d]\w*", part)]
    formula = re.compile(r"(?:[^\W\d]\w*|\d+)(?:[-+*/]+(?:[^\W\d]\w*|\d+))*")
    one = len(plain) == 1 and re.fullmatch(r"[(\[][^,]+,[)\]]", text)
    few = len(plain) < 2 and not (one and all(name in names for name in known))
    if not known or few or not all(map(formula.fullmatch, plain)):
        return None
    # "(B, nh, T, hs)": most of them are the code's, the others look like sizes.
    if not all(name in names or _SHORT.fullmatch(name) for name in known):
        return None
    sure = [name for name in known if name in names or _DIMENSIONS.fullmatch(name)]
    if not sure or 2 * len(sure) < len(known):
        return None
    return tuple(int(part) if part.isdigit() else part for part in plain)


def named_shapes(text: str, names: Container[str]) -> list[tuple[str, Sizes, str]]:
    """The shapes of named things, one after the other: `out (L, N, H), h: (1, N, H)`.

    Args:
        text: a remark; what stands behind the last shape is left out.
        names: what the code calls sizes.

    Returns:
        The name of each, empty for a first one without any, its sizes, and how they are written.
    """
    found: list[tuple[str, Sizes, str]] = []
    at = 0
    while (piece := _NAMED.match(text, at)) is not None and (piece["name"] or not at):
        try:
            node, end = literals.read_prefix(text, piece.end())
        except literals.NotALiteralError:
            break
        sizes = dims_of(node)
        if sizes is None:
            sizes = of_names(text[piece.end() : end], names)
        if sizes is None or not _BETWEEN.match(text, end):
            return []
        told = text[piece.start("whole") : end]
        found.append((piece["name"] or "", sizes, told))
        if piece["other"]:
            found.append((piece["other"], sizes, told))
        at = end
    return found


def _sides(text: str) -> Sizes:
    compact = re.fullmatch(r"(?:[A-Z]|\d+)(?:x(?:[A-Z]|\d+))+", text)
    parts = re.split(r"x" if compact else r"\s+[x×]\s+|\s*×\s*", text)
    plain = [re.sub(r"\s", "", part) for part in parts]
    return tuple(int(side) if side.isdigit() else side for side in plain)


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
