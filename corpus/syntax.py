"""Python's own parser, asked by one thread at a time and without its warnings."""

from __future__ import annotations

import ast
import keyword
import re
import threading
import warnings
from functools import lru_cache

_ONE_AT_A_TIME = threading.Lock()
"""In CPython 3.11 building trees in two threads at once may end in `SystemError: AST constructor
recursion depth mismatch`; and the filters of warnings belong to all threads together."""

MAX_PARSED = 400_000
"""Characters beyond which text is not given to the parser: it is no snippet any more."""


def parse(code: str) -> ast.Module:
    """The syntax tree of `code`.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse` does.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def parse_expression(code: str) -> ast.Expression:
    """The syntax tree of one expression; raises what `parse` does."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code, mode="eval")


_KEYWORD = rf"(?:{'|'.join((*keyword.kwlist, *keyword.softkwlist))})\b"
_SIDE_BY_SIDE = re.compile(rf"\b(?!{_KEYWORD})[^\W\d]\w*[ \t]+(?!{_KEYWORD})[^\W\d]")
_QUOTED = re.compile(r"[\"'#]")


def hopeless(code: str) -> bool:
    """Whether two names stand side by side before any string or comment: that never parses.

    The parser takes much longer to find out.
    """
    quoted = _QUOTED.search(code)
    return _SIDE_BY_SIDE.search(code, 0, quoted.start() if quoted else len(code)) is not None


def tree(code: str) -> ast.Module | None:
    """The syntax tree of `code`, or None when it does not parse."""
    if len(code) > MAX_PARSED or hopeless(code):
        return None
    try:
        return parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parses(code: str) -> bool:
    """Whether `code` is a valid Python module."""
    return _short_parses(code) if len(code) <= _REMEMBERED else tree(code) is not None


_REMEMBERED = 4_000
"""Characters of code up to which it is remembered whether it parses: that is asked repeatedly."""


@lru_cache(maxsize=1024)
def _short_parses(code: str) -> bool:
    return tree(code) is not None


def dotted(node: ast.AST) -> str:
    """`a.b.c` for such a node, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
