"""A snippet taken apart: statements, names, comments."""

from __future__ import annotations

import ast
import re

from assistant.verify import subjects
from assistant.verify.sites.comments import comments_of
from corpus import syntax

MOST_BEHIND = 12
"""Statements that are looked at for what a value was made of."""


class Parsed:
    """A snippet with its statements, the names it knows and its comments.

    Raises:
        SyntaxError, ValueError, RecursionError: it does not parse.
    """

    def __init__(self, code: str) -> None:
        tree = syntax.parse(code)
        self.code, self.tree = code, tree
        self.lines = code.splitlines()
        self.statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.known = subjects.known_names(tree)
        self.attributes = _attributes(tree)
        self.sizes = _sizes(tree) | self.attributes
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

    def headed_on(self, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function in whose head `line` is."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        functions = (node for node in self.statements if isinstance(node, kinds))
        here = (node for node in functions if node.lineno <= line < node.body[0].lineno)
        return next(here, None)

    def handler_on(self, line: int) -> tuple[ast.stmt, ast.expr] | None:
        """The one statement that a handler with its head on `line` guards, and what it catches."""
        blocks = [node for node in self.statements if isinstance(node, ast.Try)]
        for block in blocks:
            for handler in block.handlers:
                if handler.lineno == line and handler.type is not None and len(block.body) == 1:
                    return block.body[0], handler.type
        return None

    def shows_error(self, statement: ast.stmt) -> bool:
        """Whether a statement prints the exception that its block handles, and no more."""
        shown = re.fullmatch(r"print\((?:str\()?(\w+)\)+", ast.unparse(statement))
        if shown is None:
            return False
        blocks = [one for node in self.statements for one in getattr(node, "handlers", ())]
        return any(one.name == shown[1] and statement in one.body for one in blocks)

    def behind(self, statement: ast.stmt) -> str:
        """The source of a statement, and of those above it that made what it uses."""
        wanted = _names(statement)
        found = [ast.unparse(statement)]
        above = [one for one in self.statements if one.lineno < statement.lineno]
        for node in sorted(above, key=lambda one: one.lineno, reverse=True):
            bound = _bound(node) & wanted
            if bound and len(found) < MOST_BEHIND:
                found.append(ast.unparse(node))
                wanted |= _names(node)
        return "\n".join(found)

    def beside(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements above one in the same block, in their order."""
        for node in (self.tree, *self.statements):
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if isinstance(body, list) and statement in body:
                    return list(body[: body.index(statement)])
        return []

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
        last = max(ending, key=lambda node: (node.col_offset, node.lineno), default=None)
        # `v = t[0]; v[0]` is shown by its last part.
        behind = [node for node in self.statements if last is not None and _follows(node, last)]
        return max(behind, key=lambda node: node.col_offset, default=last)


def _follows(node: ast.stmt, other: ast.stmt) -> bool:
    """Whether a statement stands behind another on one line."""
    inside = other.lineno == other.end_lineno == node.lineno == node.end_lineno
    return inside and not hasattr(other, "body") and node.col_offset > (other.end_col_offset or 0)


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds, or defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.For):
        return _names(node.target)  # its body stands for itself
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return set()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {
        one.id
        for target in targets
        for one in ast.walk(target)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _attributes(tree: ast.Module) -> frozenset[str]:
    """Attributes that a method gives its object once, as `self.heads`."""
    given = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]
    return frozenset(name for name in given if given.count(name) == 1)


def _sizes(tree: ast.Module) -> frozenset[str]:
    """Names that stand for a size: bound once, and taken from a shape or handed to a call.

    A parameter counts as well, which is looked up where it is bound.
    """
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
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return frozenset(
        name for name in taken if stored.get(name) == 1 or (name in given and name not in stored)
    )
