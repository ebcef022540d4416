"""The names that a piece of syntax reads and binds."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from corpus import syntax


class Names(ast.NodeVisitor):
    """Collects names; those bound inside a comprehension or lambda stay there.

    Attributes:
        loads: root names that are read.
        stores: names that are bound.
        chains: dotted names that are read, such as `self.fc`.
        calls: last part of what is called, such as `step`.
        words: lower-case words of the strings.
    """

    def __init__(self) -> None:
        self.loads: set[str] = set()
        self.stores: set[str] = set()
        self.chains: set[str] = set()
        self.calls: set[str] = set()
        self.words: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        """A name read or bound."""
        (self.loads if isinstance(node.ctx, ast.Load) else self.stores).add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """A dotted name."""
        dotted = syntax.dotted(node)
        if dotted and isinstance(node.ctx, ast.Load):
            self.chains.add(dotted)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """A call."""
        self.calls.add(callee(node))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """The words of a string."""
        if isinstance(node.value, str):
            words = "".join(c if c.isalpha() else " " for c in node.value.lower()).split()
            self.words.update(words)

    def _inner(self, node: ast.AST, bound: set[str]) -> None:
        inner = Names()
        inner.generic_visit(node)
        self.loads |= inner.loads - bound - inner.stores
        self.chains |= inner.chains
        self.calls |= inner.calls
        self.words |= inner.words

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A function without a name."""
        self._inner(node, parameters(node.args))

    def visit_ListComp(self, node: ast.AST) -> None:
        """A comprehension."""
        self._inner(node, set())

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815


def names_of(nodes: Iterable[ast.AST]) -> Names:
    """The names of all `nodes` together."""
    names = Names()
    for node in nodes:
        names.visit(node)
    return names


def callee(node: ast.expr) -> str:
    """The last name of what is called: `step` of `optimizer.step()`; empty when it has none."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def parameters(args: ast.arguments) -> set[str]:
    """The names of a function's parameters."""
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.arg for a in every if a is not None}


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that imports among `nodes` bind."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names}
    return found
