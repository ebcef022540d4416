"""Sums that a remark works out: `2 * 3 + 1 = 7`, `7 = 2 * 3 + 1`, `3 epochs x 500 steps = 1500`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus import syntax

_NUMBER = r"[-−]?\d[\d,_]*(?:\.\d+)?"
_SIGN = r"(?:\*\*|//|[-+*/%^×·−]|\bx\b)"
_TERM = rf"(?:(?:ceil|floor|sqrt)\s*\(|\()*\s*{_NUMBER}(?:\s+[a-z]{{2,}})?\s*\)*[²³]?"
_FORMULA = rf"{_TERM}(?:\s*{_SIGN}\s*{_TERM})+"
_LAST = re.compile(rf"(?P<formula>{_FORMULA})\s*(?:=|→|[-=]>)\s*(?P<number>{_NUMBER})(?P<rest>.*)$")
_FIRST = re.compile(rf"^(?P<number>{_NUMBER})\s*=\s*(?P<formula>{_FORMULA})(?P<rest>.*)$")
_PLAIN: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_CALLS: dict[str, Callable[[float], float]] = {
    "ceil": math.ceil,
    "floor": math.floor,
    "sqrt": math.sqrt,
}
LONGEST = 120  # characters
HIGHEST = 64
"""Powers beyond it are not worked out."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum and what a remark says that it makes.

    Attributes:
        made: what it makes.
        said: what the remark says that it makes.
        right: whether the remark says so, to the digits that it gives.
        terms: the numbers in it.
        first: whether what it makes stands first.
        worded: whether words say what is counted.
    """

    made: float
    said: float
    right: bool
    terms: tuple[float, ...]
    first: bool
    worded: bool


def worked_out(text: str) -> Sum | None:
    """The sum that a remark works out; None where it has none that can be followed."""
    if len(text) > LONGEST:
        return None
    found = _FIRST.search(text.strip()) or _LAST.search(text)
    if found is None:
        return None
    formula = found["formula"]
    made = result_of(formula)
    if made is None:
        return None
    terms = tuple(_number(one) for one in re.findall(r"\d[\d,_]*(?:\.\d+)?", formula))
    words = re.search(r"[a-z]{2,}", re.sub(r"ceil|floor|sqrt", "", formula))
    counted = re.match(r"\s+[a-z]{2,}", found["rest"])
    places = len(found["number"].partition(".")[2])
    said = _number(found["number"])
    right = abs(said - made) <= (0.5001 * 10**-places if places else 1e-9)
    return Sum(made, said, right, terms, found.re is _FIRST, bool(words or counted))


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "").replace("_", ""))


def result_of(formula: str) -> float | None:
    """What a formula of numbers, as a remark writes it, makes; None where it cannot be followed."""
    code = re.sub(r"\b(?!ceil|floor|sqrt|x\b)[a-z]{2,}", "", formula)
    code = re.sub(r"(?<=\d)[,_](?=\d)", "", code)
    for old, new in (("×", "*"), ("·", "*"), ("−", "-"), ("^", "**"), ("²", "**2"), ("³", "**3")):
        code = code.replace(old, new)
    code = re.sub(r"\bx\b", "*", code)
    try:
        (statement,) = syntax.parse(code.strip()).body
        return _worked(statement.value) if isinstance(statement, ast.Expr) else None
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError):
        return None


def _worked(node: ast.expr) -> float:
    """What an expression makes.

    Raises:
        ValueError: it holds what is no arithmetic.
        ArithmeticError, TypeError: it cannot be worked out, or not with real numbers.
    """
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=held):
            return -_worked(held)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            power = _worked(right)
            if abs(power) > HIGHEST:
                raise ValueError("too high a power")
            return float(_worked(left) ** power)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _PLAIN:
            return _PLAIN[type(sign)](_worked(left), _worked(right))
        case ast.Call(func=ast.Name(id=name), args=[held]) if name in _CALLS:
            return _CALLS[name](_worked(held))
    raise ValueError("no arithmetic")
