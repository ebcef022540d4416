"""A snippet taken apart: statements, names, comments."""

from __future__ import annotations

import ast
import re

from assistant.verify import subjects
from assistant.verify.sites.comments import comments_of
from corpus import syntax


class Parsed:
    """A snippet with its statements, the names it knows and its comments.

    Raises:
        SyntaxError, ValueError, RecursionError: it does not parse.
    """

    def __init__(self, code: str) -> None:
        tree = syntax.parse(code)
        self.code = code
        self.lines = code.splitlines()
        self.statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.known = subjects.known_names(tree)
        self.sizes = _sizes(tree)
        self.comments = comments_of(code)

    def ending_on(self, line: int) -> ast.stmt | None:
        """The innermost statement that ends on `line`, the last one of several."""
        fitting = [
            node
            for node in self.statements
            if node.end_lineno == line
            and not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
            and not hasattr(node, "body")
        ]
        return max(fitting, key=lambda node: (node.lineno, node.col_offset), default=None)

    def block_owner(self, line: int, indent: int) -> ast.stmt | None:
        """The statement that ends on `line` and to which a block indented so far belongs."""
        ending = [
            node
            for node in self.statements
            if node.end_lineno == line and node.col_offset <= indent
        ]
        ending = [
            node
            for node in ending
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        return max(ending, key=lambda node: (node.col_offset, node.lineno), default=None)


def _sizes(tree: ast.Module) -> frozenset[str]:
    """Names that stand for a size: bound once, and taken from a shape or handed to a call."""
    stored: dict[str, int] = {}
    taken: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored[node.id] = stored.get(node.id, 0) + 1
        elif isinstance(node, ast.Assign) and re.search(
            r"\.shape|\.size\(", ast.unparse(node.value)
        ):
            taken |= {n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in ("print", "range", "len", "manual_seed"):
                taken |= {
                    n.id for one in node.args for n in ast.walk(one) if isinstance(n, ast.Name)
                }
    return frozenset(name for name in taken if stored.get(name) == 1)
