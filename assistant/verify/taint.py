"""What a failed statement may have left other than its author saw it: names, followed forward."""

from __future__ import annotations

import ast
import builtins
import re

from assistant.verify import causes
from assistant.verify.observe import Fault
from corpus import syntax

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.Expr, ast.AugAssign)
# What a failed call may have been meant to set for all that follows.
_GLOBAL = re.compile(r"\.(?:set_|use_|manual_seed|seed\()|\bseed\(")


def done_before(code: str, line: int, fault: Fault) -> bool:
    """Whether the statement at `line` had been executed for the last time before a failure.

    What stands in a function is executed whenever that is called, which is not told here.
    """
    tree = syntax.tree(code)
    own = _at(tree, line) if tree is not None else None
    if own is None or (own.end_lineno or own.lineno) >= fault.statement[0]:
        return False
    return not isinstance(own, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def made_up(code: str, names: frozenset[str], line: int) -> bool:
    """Whether the statement at `line` may have been reached by what stands in for some names.

    What a call may have changed counts as reached, with all that hangs together with it up to
    there; what was done before, or apart from it, does not.
    """
    tree = syntax.tree(code)
    own = _at(tree, line) if tree is not None else None
    if tree is None or own is None:
        return True
    if isinstance(own, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return bool(causes.related_names(code, (line, line)) & names)
    reached, bound = set(names), _bound(tree)
    for node in tree.body[: tree.body.index(own) + 1]:
        loaded, stored = _names(node, bound)
        if node is own:
            simple = isinstance(node, _SIMPLE)
            return bool((loaded if simple else loaded | stored) & reached)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            reached |= {node.name} if loaded & reached else set()
        elif loaded & reached:
            lines = (node.lineno, node.end_lineno or node.lineno)
            reached |= stored
            if not causes.harmless(code, lines):
                reached |= causes.related_names(_upto(code, node), lines)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            reached -= stored
    return True


def upset(code: str, fault: Fault, line: int, *, meant: bool) -> bool:
    """Whether the statement at `line` may see something else for the failure of an earlier one.

    A name that is bound anew from sound ones is sound again.

    Args:
        code: the snippet.
        fault: the failure.
        line: of the statement in question.
        meant: whether the page itself says that it fails, so that its author saw the same.
    """
    tree = syntax.tree(code)
    if tree is None:
        return True
    failed = next((node for node in tree.body if node.lineno == fault.statement[0]), None)
    if failed is None:
        return True
    simple = isinstance(failed, _SIMPLE)
    lost, tainted = set(fault.lost) | ({fault.name} if fault.name else set()), set[str]()
    if not meant and not causes.harmless(code, fault.statement):
        if _GLOBAL.search(ast.unparse(failed)):
            return True
        # What is missing a name would have changed its others only if it is there to do so.
        if not (simple and fault.raised.type == "NameError") or _acts(failed):
            tainted |= causes.related_names(_upto(code, failed), fault.statement)
    if not tainted | lost:
        return False
    bound = _bound(tree)
    speaking = _at(tree, line)
    if meant and speaking is not None and speaking.lineno < failed.lineno:
        loaded, stored = _names(speaking, bound)
        return bool((loaded | stored) & lost)
    for node in tree.body:
        if node.lineno <= fault.statement[0]:
            continue
        loaded, stored = _names(node, bound)
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            own = loaded if node.lineno == line else loaded | stored
            return bool(own & (tainted | lost)) or (not (loaded | stored) and _asks(node))
        if loaded & lost and isinstance(node, _SIMPLE):
            lost |= stored  # it stops for want of that name
            tainted |= loaded if _acts(node) else set()
        elif loaded & (tainted | lost):
            tainted |= stored | (loaded if not _pure(node) else set())
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            tainted -= stored
            lost -= stored
    return True


def _at(tree: ast.Module, line: int) -> ast.stmt | None:
    """The statement of a module in which a line stands."""
    return next(
        (node for node in tree.body if node.lineno <= line <= (node.end_lineno or node.lineno)),
        None,
    )


def _upto(code: str, node: ast.stmt) -> str:
    return "\n".join(code.splitlines()[: node.end_lineno]) + "\n"


def _bound(tree: ast.Module) -> set[str]:
    """The names that a snippet binds anywhere: `input` is its own then, and no builtin."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in names if not isinstance(node.ctx, ast.Load)}


def _names(statement: ast.stmt, bound: set[str]) -> tuple[set[str], set[str]]:
    """Names that a statement reads, and those that it binds.

    Args:
        statement: the statement.
        bound: what its snippet binds, which is no builtin.
    """
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return loaded - (set(dir(builtins)) - bound), stored


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement is a call for its effects alone, and no print."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") != "print"


def _asks(statement: ast.stmt) -> bool:
    """Whether a statement calls anything besides print, so that it may see more than constants."""
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(getattr(call.func, "id", "") != "print" for call in calls)


def _pure(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but bind names or show values, as far as its form tells."""
    if isinstance(statement, ast.Expr):
        return not _acts(statement)
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) for target in statement.targets
    )
