"""Text against text: what a page says is printed, and what was.

Layout does not count, words do, and numbers are compared to the digits the page gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verify import numbers
from assistant.verify.literals import Num

_TOKEN = re.compile(
    r"<(?P<graph>\w*Backward)\d*(?: object)?(?:\s+at\s+0x[0-9a-fA-F]+)?>"
    r"|(?P<address>\bat\s+\.\.\.|\b(?:at )?0x(?:[0-9a-fA-F]+|\.\.\.)|<BLANKLINE>)"
    r"|(?P<dots>\.\.\.|…)"
    r"|(?P<number>(?<![\w.])[+\-−]?(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*(?:[eE][+\-]?\d+)?"
    r"|\.\d+(?:[eE]"
    r"[+\-]?\d+)?)j?(?:\.\.\.|(?![\w])|(?=(?:[kKMGB]|ms|[sx]|[kMGKT]i?B)\b)))"
    r"|(?P<word>[^\W\d]\w*|\d\w*)"
    r"|(?P<mark>[^\s\w])"
)


# Beside a number of size one, what single precision leaves of a nought.
NOISE = 1e-6


@dataclass(frozen=True, slots=True)
class Match:
    """Whether two texts agree; `part` is `value` where only numbers differ, else `text`."""

    agrees: bool
    note: str = ""
    part: str = "value"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark of a text; `line` counts from 0, `end` is exclusive."""

    kind: str
    text: str
    line: int
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words, numbers and marks of `text`, addresses and the layout left out."""
    found: list[Token] = []
    line, at = 0, 0
    for hit in _TOKEN.finditer(text):
        line += text.count("\n", at, hit.start())
        at = hit.start()
        kind = hit.lastgroup or ""
        if kind == "address" or (kind == "word" and hit.group() == "object"):
            continue
        found.append(Token(kind, hit.group(kind), line, hit.start(), hit.end()))
    return found


def same_token(claimed: Token, seen: Token) -> bool:
    """Whether one token can stand for the other."""
    if claimed.kind == "number" and seen.kind == "number":
        return _same_number(claimed.text, seen.text)
    if claimed.kind == "mark" and seen.kind == "mark":
        quotes, dashes = "'\"’‘“”`", "-–—−"
        both = claimed.text + seen.text
        return (
            claimed.text == seen.text
            or all(mark in quotes for mark in both)
            or all(mark in dashes for mark in both)
        )
    return claimed.kind == seen.kind and claimed.text == seen.text


def _same_number(claimed: str, seen: str) -> bool:
    written = claimed.replace(",", "").replace("−", "-")
    have = seen.replace(",", "")
    if written.endswith("..."):
        return have.startswith(written.removesuffix("..."))
    if written == have:
        return True
    try:
        value = complex(written)
    except ValueError:
        return False
    exact = bool(re.fullmatch(r"[+-]?\d+", written)) != bool(re.fullmatch(r"[+-]?\d+", have))
    if exact and (numbers.whole_float(written) or numbers.whole_float(have)):
        return False  # "1" and "1." are printed of different types
    number = numbers.as_number(have)
    if number is None:
        return False
    if written.endswith("j") or have.endswith("j"):
        return numbers.agrees(Num(written, value), have)
    # What was printed is rounded itself: half a unit of its own last digit is its to give.
    given, shown = numbers.step(written), numbers.step(have)
    if given and shown and given < shown <= numbers.SHOWN:
        return abs(float(written) - float(have)) <= shown / 2
    if numbers.whole(written):
        return number.real == value.real
    if numbers.rounds_to(number.real, written):
        return True
    return numbers.agrees(Num(written, value), number.real)


def compare_text(claimed: str, seen: str) -> Match:
    """Sets a claimed text against a printed one."""
    left, right = tokens(claimed), tokens(seen)
    if _match(left, right):
        return Match(True)
    if skeleton(left) == skeleton(right):
        return Match(False, part="value")
    return Match(False, part="text")


# Words of which a setting has one: what says another one of them, speaks of the same thing.
_CHOICES = (
    {"min", "max"}, {"mean", "sum", "none"}, {"train", "eval"}, {"cpu", "cuda", "mps", "meta"},
    {"relu", "tanh", "gelu", "sigmoid"}, {"True", "False", "None"}, {"yes", "no"},
    {"fan_in", "fan_out"}, {"zeros", "reflect", "replicate", "circular", "border"},
    {"strided", "sparse_coo", "sparse_csr"}, {"nearest", "bilinear", "bicubic", "area", "linear"},
)  # fmt: skip


def contrary(claimed: str, seen: str) -> bool:
    """Whether two texts differ in words of which only one can be: a setting, a truth value."""
    left, right = tokens(claimed), tokens(seen)
    if len(left) != len(right) or not left:
        return False
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if not same_token(a, b)]
    return bool(pairs) and all(
        a.kind == b.kind == "number"
        or any({a.text, b.text} <= choice for choice in _CHOICES)
        or _same_unit(a.text, b.text)
        for a, b in pairs
    )


def _same_unit(one: str, other: str) -> bool:
    """Whether two words are numbers with the same unit: `1h`, `2h`."""
    left, right = re.fullmatch(r"\d+([a-z]+)", one), re.fullmatch(r"\d+([a-z]+)", other)
    return left is not None and right is not None and left[1] == right[1]


def only_noise(claimed: str, seen: str) -> bool:
    """Whether two texts differ in nothing but numbers that are rounding error beside the others."""
    left, right = tokens(claimed), tokens(seen)
    if skeleton(left) != skeleton(right):
        return False
    pairs = [
        (numbers.as_number(a.text.replace(",", "")), numbers.as_number(b.text.replace(",", "")))
        for a, b in zip(left, right, strict=True)
        if a.kind == "number" and not same_token(a, b)
    ]
    sizes = [numbers.as_number(token.text.replace(",", "")) for token in right]
    largest = max((abs(size) for size in sizes if size is not None), default=0.0)
    return all(
        a is not None
        and b is not None
        # A difference that came out as nought here was rounding error there.
        and (max(abs(a), abs(b)) <= NOISE * largest or (b == 0 and 0 < abs(a) <= NOISE))
        for a, b in pairs
    )


def skeleton(found: list[Token]) -> tuple[str, ...]:
    """What is left of a text when its numbers are put aside."""
    return tuple("#" if token.kind == "number" else token.text for token in found)


def _match(left: list[Token], right: list[Token]) -> bool:
    """Token by token; `...` in the claim stands for anything."""
    if not any(token.kind == "dots" for token in left):
        return len(left) == len(right) and all(map(same_token, left, right))
    # A doctest's ellipsis: match piece by piece, greedily.
    pieces: list[list[Token]] = [[]]
    for token in left:
        if token.kind == "dots":
            pieces.append([])
        else:
            pieces[-1].append(token)
    if len(pieces[0]) + len(pieces[-1]) > len(right):
        return False
    head, tail = pieces[0], pieces[-1]
    if not all(map(same_token, head, right)):
        return False
    if tail and not all(map(same_token, tail, right[len(right) - len(tail) :])):
        return False
    at, end = len(head), len(right) - len(tail)
    for piece in pieces[1:-1]:
        while at + len(piece) <= end and not all(map(same_token, piece, right[at:])):
            at += 1
        if at + len(piece) > end:
            return False
        at += len(piece)
    return True


def aligned(claimed: str, seen: str) -> list[tuple[str, str]] | None:
    """Pairs each printed line with its part of a claimed text whose layout is lost.

    Returns:
        `(claimed, printed)` per printed line, or None where the words differ.
    """
    left, right = tokens(claimed), tokens(seen)
    if skeleton(left) != skeleton(right):
        return None
    rows: list[list[tuple[Token, Token]]] = []
    for want, have in zip(left, right, strict=True):
        if not rows or have.line != rows[-1][-1][1].line:
            rows.append([])
        rows[-1].append((want, have))
    return [
        (claimed[row[0][0].start : row[-1][0].end], seen[row[0][1].start : row[-1][1].end])
        for row in rows
    ]


def contains(claimed: str, seen: str) -> bool | None:
    """Whether a printed text holds a claimed piece; False where only its numbers differ."""
    left, right = tokens(claimed), tokens(seen)
    if not left:
        return None
    near = False
    for at in range(len(right) - len(left) + 1):
        piece = right[at : at + len(left)]
        if _match(left, piece):
            return True
        near = near or skeleton(left) == skeleton(piece)
    return False if near and any(token.kind == "word" for token in left) else None
