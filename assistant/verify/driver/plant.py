"""Puts calls to the hooks into a snippet's tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.verify.driver.change import EVERYTHING

SEE, RAISED = "__torchproof_see__", "__torchproof_raised__"
MAPS = "__torchproof_maps__"
BEFORE, AFTER = "__torchproof_before__", "__torchproof_after__"
TEXT_BEGINS, TEXT_ENDS = "__torchproof_begin__", "__torchproof_end__"


def plant(
    tree: ast.Module, probes: Iterable[Mapping[str, Any]]
) -> list[tuple[ast.stmt, list[ast.stmt]]]:
    """Puts calls to the hooks into `tree`, in place.

    Returns:
        Each statement of the module with what is to be executed for it.
    """
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    for probe in probes:
        wanted.setdefault(str(probe["key"]), []).append(probe)
    if not wanted:
        return [(statement, [statement]) for statement in tree.body]
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if node is not tree and isinstance(body, list):
                body[:] = [new for old in body for new in _planted(old, wanted)]
    groups = [(statement, _planted(statement, wanted)) for statement in tree.body]
    for _, planted in groups:
        for statement in planted:
            ast.fix_missing_locations(statement)
    return groups


def _planted(statement: ast.stmt, wanted: Mapping[str, list[Mapping[str, Any]]]) -> list[ast.stmt]:
    before: list[ast.stmt] = []
    after: list[ast.stmt] = []
    raising: list[tuple[int, bool]] = []
    for probe in wanted.get(f"{statement.lineno}:{statement.col_offset}", ()):
        number, how = int(probe["id"]), probe["how"]
        if how == "raises":
            raising.append((number, bool(probe.get("meant"))))
        elif how in ("print", "text"):
            before.append(_call_statement(TEXT_BEGINS, statement, number))
            after.insert(0, _call_statement(TEXT_ENDS, statement, number))
        if how == "print" and isinstance(statement, ast.Expr):
            call = statement.value
            if isinstance(call, ast.Call):
                call.args = [
                    arg
                    if isinstance(arg, (ast.Starred, ast.Constant, ast.JoinedStr))
                    else _seen(arg, number, place)
                    for place, arg in enumerate(call.args)
                ]
        elif how == "value":
            held = getattr(statement, "value", None)
            if isinstance(statement, ast.AugAssign):
                if isinstance(statement.target, ast.Name):
                    after.append(_look(statement, statement.target.id, number))
            elif isinstance(held, ast.expr):
                statement.value = _seen(held, number, 0)  # type: ignore[attr-defined]
        elif how == "expr":
            place = ast.Constant(int(probe.get("place", 0)))
            after.append(_look(statement, str(probe["expr"]), number, SEE, place))
        elif how == "given":
            place = ast.Constant(int(probe.get("place", 0)))
            before.append(_look(statement, str(probe["expr"]), number, SEE, place))
        elif how == "around":
            for at, name in enumerate(probe["around"], start=1):
                first, last = _around(statement, str(name), number, at)
                half = probe.get("half")
                before.extend(first if half != "last" else [])
                after.extend([last] if half != "first" else [])
        elif how == "maps":
            dims = ast.parse(repr(tuple(probe["dims"])), mode="eval").body
            after.append(_look(statement, str(probe["expr"]), number, MAPS, dims))
    # What else is looked at of a statement stays within.
    for number, meant in raising:
        # What is said to fail in a handler is what brought it there: `print(e)  # KeyError`.
        fine = [_call_statement(RAISED, statement, number, ast.Constant(not meant))]
        raised = [_call_statement(RAISED, statement, number), ast.Raise()]
        handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, raised)
        wrapped: ast.stmt = ast.Try([statement], [handler], fine, [])
        for node in (wrapped, handler, raised[1]):
            ast.copy_location(node, statement)
        ast.copy_location(handler.type or handler, statement)
        statement = wrapped
    return [*before, statement, *after]


def _call(hook: str, where: ast.AST, *args: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(hook, ast.Load()), list(args), [])
    ast.copy_location(call, where)
    ast.copy_location(call.func, where)
    return call


def _call_statement(hook: str, where: ast.stmt, number: int, *more: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Expr(_call(hook, where, ast.Constant(number), *more)), where)


def _seen(value: ast.expr, number: int, place: int) -> ast.expr:
    return _call(SEE, value, ast.Constant(number), ast.Constant(place), value)


def _look(
    where: ast.stmt, expression: str, number: int, hook: str = SEE, extra: ast.expr | None = None
) -> ast.stmt:
    """A statement that looks at `expression` and swallows whatever that raises."""
    parsed = ast.parse(expression, mode="eval").body
    second = ast.Constant(0) if extra is None else extra
    return _quietly(where, _call(hook, where, ast.Constant(number), second, parsed))


def _quietly(where: ast.stmt, call: ast.expr) -> ast.stmt:
    """A statement that makes a call and swallows whatever that raises."""
    # Worth None, so that a session does not show it.
    pair = ast.Tuple([call, ast.Constant(None)], ast.Load())
    look = ast.Expr(ast.Subscript(pair, ast.Constant(1), ast.Load()))
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
    statement = ast.Try([look], [handler], [], [])
    for node in ast.walk(statement):
        ast.copy_location(node, where)
    return statement


def _around(
    statement: ast.stmt, name: str, number: int, place: int
) -> tuple[list[ast.stmt], ast.stmt]:
    """What remembers an object in front of a statement, and what reports behind it.

    `name` is an expression, `EVERYTHING`, or the place of an expression within the statement as
    `@line:column:line:column`, which is remembered where the statement comes to it.
    """
    tag, where = ast.Constant(name), [ast.Constant(number), ast.Constant(place)]
    if name.startswith("@"):
        _Wrapping(name, number).visit(statement)
        return [], _quietly(statement, _call(AFTER, statement, where[0], tag, where[1]))
    if name == EVERYTHING:
        first: ast.expr = ast.Constant(None)
        last = _call(AFTER, statement, where[0], tag, where[1])
    else:
        first, again = (ast.parse(name, mode="eval").body for _ in range(2))
        last = _call(AFTER, statement, where[0], tag, where[1], again)
    asked = _call(BEFORE, statement, ast.Constant(number), ast.Constant(name), first)
    return [_quietly(statement, asked)], _quietly(statement, last)


def spot_of(node: ast.expr) -> str:
    """The name of an expression within its statement."""
    return f"@{node.lineno}:{node.col_offset}:{node.end_lineno}:{node.end_col_offset}"


class _Wrapping(ast.NodeTransformer):
    """Puts the hook around the expression at a spot."""

    def __init__(self, name: str, number: int) -> None:
        self._name, self._number, self._done = name, number, False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if getattr(node.func, "id", "") not in (SEE, BEFORE):
            return self.generic_visit(node)
        node.args[-1] = self.visit(node.args[-1])  # the hook's own name stands at that spot too
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        if not isinstance(node, ast.expr) or not hasattr(node, "lineno"):
            return node
        if self._done or spot_of(node) != self._name:
            return node
        self._done = True
        return _call(BEFORE, node, ast.Constant(self._number), ast.Constant(self._name), node)
