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
    for node in tree.body:
        if node.lineno <= fault.statement[0]:
            continue
        loaded, stored = _names(node)
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            own = loaded if node.lineno == line else loaded | stored
            return bool(own & (tainted | lost)) or not (loaded | stored)
        if loaded & lost and isinstance(node, _SIMPLE):
            lost |= stored  # it stops for want of that name
            tainted |= loaded if _acts(node) else set()
        elif loaded & (tainted | lost):
            tainted |= stored | (loaded if not _pure(node) else set())
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            tainted -= stored
            lost -= stored
    return True


def _upto(code: str, node: ast.stmt) -> str:
    return "\n".join(code.splitlines()[: node.end_lineno]) + "\n"


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names that a statement reads, and those that it binds."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return loaded - set(dir(builtins)), stored


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement is a call for its effects alone, and no print."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") != "print"


def _pure(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but bind names or show values, as far as its form tells."""
    if isinstance(statement, ast.Expr):
        return not _acts(statement)
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) for target in statement.targets
    )
