"""A value as its author wrote it, with another one in its place and the writing kept."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from assistant.verify.literals import Call, Const, NotALiteralError, Num, Seq, Word, read_prefix

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.])-?(?:\d[\d,_]*(?<=\d)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w]))"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<mark>[^\s\w])"
)
_MARGIN = re.compile(r"(?m)^[ \t]*#+")
_DTYPE = re.compile(
    r"\b(?P<torch>torch\.)?(?:b?float|complex|u?int|q?u?int)\d+\b|\b(?:torch\.)?bool\b"
)

Piece = tuple[int, int, str]


def value(claim: str, seen: str) -> list[Piece] | None:
    """What to exchange in `claim` so that it states `seen`: `(start, end, new)` each.

    Where the two are built alike only their numbers are exchanged, so that spaces, line breaks and
    comment signs stay; else the literal as a whole is, if it stands on one line.

    Args:
        claim: as it stands in its document, comment signs of further lines included.
        seen: as it would be printed, on one line.

    Returns:
        None where no literal stands there.
    """
    if _DTYPE.fullmatch(seen):
        return _dtype(claim, seen)
    place = literal(claim) if "\n" not in claim else (0, len(claim))
    if place is None:
        return None
    start, end = place
    scalar = re.fullmatch(r"tensor\(([^\s,()]+)(?:,[^()]*)?\)", seen)
    if scalar and not claim[start:end].startswith("tensor"):
        seen = scalar[1]
    alike = _numbers(claim[start:end], seen)
    if alike is not None:
        return [(start + a, start + b, new) for a, b, new in alike]
    if "\n" in claim or "\n" in seen or not seen:
        return None
    written = claim[start:end]
    shape = re.fullmatch(r"torch\.Size\(\[(.*)\]\)", seen)
    if shape and written.startswith("("):
        inner = shape[1].strip()
        return [(start, end, f"({inner},)" if inner and "," not in inner else f"({inner})")]
    if shape and written.startswith("["):
        return [(start, end, f"[{shape[1]}]")]
    return [(start, end, seen)]


def _numbers(written: str, seen: str) -> list[Piece] | None:
    """The numbers to exchange where both texts are the same but for numbers."""
    blank = _MARGIN.sub(lambda match: " " * len(match[0]), written)
    ours, theirs = list(_TOKEN.finditer(blank)), list(_TOKEN.finditer(seen))
    if len(ours) != len(theirs):
        return None
    pieces: list[Piece] = []
    for one, other in zip(ours, theirs, strict=True):
        if one.lastgroup != other.lastgroup:
            return None
        if one.lastgroup != "number":
            if one[0] != other[0]:
                return None
            continue
        new = _digits(one[0], other[0])
        if new != one[0]:
            pieces.append((one.start(), one.end(), new))
    return pieces or None


def _digits(written: str, seen: str) -> str:
    """`seen` with as many digits as the author gave, and grouped as the author groups."""
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+", written) and re.fullmatch(r"-?\d+", seen):
        return f"{int(seen):,}"
    given = re.fullmatch(r"-?\d+\.(\d+)", written)
    more = re.fullmatch(r"-?\d+\.(\d+)", seen)
    if given and more and len(more[1]) > len(given[1]):
        step = Decimal(1).scaleb(-len(given[1]))
        try:
            return str(Decimal(seen).quantize(step, ROUND_HALF_EVEN))
        except InvalidOperation:
            return seen
    return seen


def _dtype(claim: str, seen: str) -> list[Piece] | None:
    found = _DTYPE.search(claim)
    if found is None:
        return None
    new = seen if found["torch"] else seen.removeprefix("torch.")
    return [(found.start(), found.end(), new)]


def literal(text: str) -> tuple[int, int] | None:
    """Where in a claim the value stands: the first literal that nothing but words precede."""
    for start, mark in enumerate(text):
        if start and (text[start - 1].isalnum() or text[start - 1] in "._"):
            continue
        if not (mark.isalnum() or mark in "([{-<"):
            continue
        try:
            node, end = read_prefix(text, start)
        except NotALiteralError:
            continue
        named = isinstance(node, Word) and node.value.startswith("torch.")
        if named or isinstance(node, (Num, Const, Seq, Call)):
            return start, end
    return None
