"""Reads the values that authors write in comments and outputs: looser than Python, kept as written.

A number keeps its text, because the digits an author gave say how exactly it is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

OPENING = {"(": ")", "[": "]", "{": "}"}
# "1,234" is one number only where nothing else could be meant: outside brackets.
_NUMBER = re.compile(
    r"[+\-−]?(?:(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?|inf(?:inity)?\b|nan\b)j?",
)
_THOUSANDS = re.compile(r"[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")
_IMAGINARY = re.compile(r"[+\-−](?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?j")
_SPACED_IMAGINARY = re.compile(r"\s+[+\-]\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?j")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
# "C/4", "seq_len + 1": a size made of named ones.
_ARITHMETIC = re.compile(r"(?:\s*(?://?|[*+-])\s*(?:\d+\b(?!\.)|[^\W\d]\w*))+(?=\s*[,)\]])")
_SIZE = re.compile(r"\d+\s*\*\s*[^\W\d]\w*(?=\s*[,)\]])")
_ANGLE = re.compile(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>")
_PRODUCT = re.compile(r"\d+(?:\s*\*\s*\d+)+")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Num:
    """A number as written, with its value (complex numbers keep theirs as `complex`).

    `cut` says that digits were left out behind it: `0.6931…`.
    """

    text: str
    value: complex
    cut: bool = False

    @property
    def is_int(self) -> bool:
        """Whether it is written without a point or an exponent."""
        return bool(re.fullmatch(r"[+-]?\d+", self.text))


@dataclass(frozen=True, slots=True)
class Const:
    """`True`, `False` or `None`."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string."""

    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """A bare name: a symbolic dimension, a dtype, a word."""

    value: str


@dataclass(frozen=True, slots=True)
class Angle:
    """`<class 'int'>`, `<MulBackward0 object at 0x7f>`: the text between the angles."""

    value: str


@dataclass(frozen=True, slots=True)
class Dots:
    """`...`: anything left out."""


@dataclass(frozen=True, slots=True)
class Seq:
    """A bracketed sequence; `kind` is its opening bracket."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping as written, entries in order."""

    items: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`tensor([...], dtype=...)` and the like."""

    name: str
    args: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()

    def get(self, name: str) -> Node | None:
        """The keyword argument of that name."""
        return next((node for key, node in self.named if key == name), None)


Node: TypeAlias = Num | Const | Text | Word | Angle | Dots | Seq | Pairs | Call


class NotALiteralError(Exception):
    """The text does not begin with something that can be read as a value."""


def read_prefix(text: str, start: int = 0) -> tuple[Node, int]:
    """Reads the value that `text` begins with at `start`.

    Returns:
        The value and the offset just behind it.

    Raises:
        NotALiteralError: nothing there can be read as one.
    """
    found = _THOUSANDS.match(text, start)
    if found is not None and not re.match(r"\s*,\s*\d", text[found.end() :]):
        return _number(found.group().replace(",", ""), found.group()), found.end()
    return _Reader(text).value(start)


def read_all(text: str) -> Node | None:
    """Reads `text` as exactly one value; None where it is anything else."""
    stripped = text.strip()
    try:
        node, end = read_prefix(stripped)
    except NotALiteralError:
        return None
    return node if end == len(stripped) else None


def _number(plain: str, written: str) -> Num:
    tidy = plain.replace("−", "-").replace("_", "")
    try:
        value = complex(tidy.replace("infinity", "inf"))
    except ValueError as error:
        raise NotALiteralError(plain) from error
    return Num(written.replace("−", "-").replace(",", "").replace("_", ""), value)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, *, inside: bool = False) -> tuple[Node, int]:
        text = self.text
        at = self._skip(at)
        if at >= len(text):
            raise NotALiteralError(text)
        if text.startswith(("...", "…"), at):
            return Dots(), at + (1 if text[at] == "…" else 3)
        here = text[at]
        if here in OPENING:
            return self._bracket(at)
        if here in "'\"":
            return self._quoted(at)
        if here == "<":
            found = _ANGLE.match(text, at)
            if found is None:
                raise NotALiteralError(text)
            return Angle(found.group()[1:-1].strip()), found.end()
        if inside:
            size = _SIZE.match(text, at)
            if size is not None:
                return Word(re.sub(r"\s", "", size.group())), size.end()
            product = _PRODUCT.match(text, at)
            if product is not None:
                total = 1
                for factor in re.findall(r"\d+", product.group()):
                    total *= int(factor)
                return Num(str(total), complex(total)), product.end()
        found = _NUMBER.match(text, at)
        if found is not None:
            return self._numeric(found, inside=inside)
        found = _NAME.match(text, at)
        if found is None:
            raise NotALiteralError(text)
        return self._named(found, inside=inside)

    def _numeric(self, found: re.Match[str], *, inside: bool) -> tuple[Node, int]:
        plain, end = found.group(), found.end()
        if re.match(r"(?!x\d)[A-Za-z_%]", self.text[end : end + 2] or " "):
            raise NotALiteralError(self.text)
        if not plain.endswith("j"):
            tail = _IMAGINARY.match(self.text, end) or (
                _SPACED_IMAGINARY.match(self.text, end) if inside else None
            )
            if tail is not None:
                plain, end = plain + re.sub(r"\s", "", tail.group()), tail.end()
        made = _number(plain, plain)
        if self.text[end - 1].isdigit() and "." in plain:
            dots = re.match(r"\.\.\.|…", self.text[end:])
            if dots is not None:
                return Num(made.text, made.value, cut=True), end + dots.end()
        return made, end

    def _named(self, found: re.Match[str], *, inside: bool) -> tuple[Node, int]:
        name, end = found.group(), found.end()
        if name in ("True", "False"):
            return Const(name == "True"), end
        if name == "None":
            return Const(None), end
        if self.text.startswith("(", end):
            inner, end = self._bracket(end, call=True)
            assert isinstance(inner, Call)
            return Call(name, inner.args, inner.named), end
        if inside and (more := _ARITHMETIC.match(self.text, end)) is not None:
            return Word(name + re.sub(r"\s", "", more.group())), more.end()
        return Word(name), end

    def _quoted(self, at: int) -> tuple[Node, int]:
        mark = self.text[at]
        end = at + 1
        while end < len(self.text) and self.text[end] != mark:
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise NotALiteralError(self.text)
        return Text(
            self.text[at + 1 : end].replace("\\n", "\n").replace("\\" + mark, mark)
        ), end + 1

    def _bracket(self, at: int, *, call: bool = False) -> tuple[Node, int]:
        """A bracketed list of values from the bracket at `at` on."""
        text, kind = self.text, self.text[at]
        closing = OPENING[kind]
        at += 1
        items: list[Node] = []
        named: list[tuple[str, Node]] = []
        pairs: list[tuple[Node, Node]] = []
        comma = False
        while True:
            at = self._skip(at)
            if at >= len(text):
                raise NotALiteralError(text)
            if text[at] == closing:
                at += 1
                break
            if items or named or pairs:
                if text[at] == ",":
                    at, comma = self._skip(at + 1), True
                    if text.startswith(closing, at):
                        continue
                elif kind in "([" and not call and text[at] in "×x" and not comma:
                    at += 1  # "(2×3)": dimensions
                elif text[at - 1 : at].isspace() and items and isinstance(items[-1], (Num, Dots)):
                    pass  # numpy separates by blanks
                else:
                    raise NotALiteralError(text)
            keyword = re.match(r"([^\W\d]\w*)\s*=\s*", text[at:])
            if keyword is not None:
                node, at = self.value(at + keyword.end(), inside=True)
                # "(batch=32, features=128)": outside a call, names only explain the dimensions
                (named.append((keyword.group(1), node)) if call else items.append(node))
                comma = comma or not call
                continue
            node, at = self.value(at, inside=True)
            at = self._skip(at) if text[self._skip(at) : self._skip(at) + 1] == ":" else at
            if kind == "{" and text.startswith(":", at):
                held, at = self.value(at + 1, inside=True)
                pairs.append((node, held))
            else:
                items.append(node)
        if call:
            return Call("", tuple(items), tuple(named)), at
        if kind == "{" and (pairs or not items):
            return Pairs(tuple(pairs)), at
        if kind == "(" and len(items) == 1 and not comma:
            return Seq("()", tuple(items)), at  # a parenthesised value, or a careless 1-tuple
        return Seq(kind, tuple(items)), at
