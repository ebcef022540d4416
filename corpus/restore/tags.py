"""The habits that a simple statement shows, each a short word."""

from __future__ import annotations

import ast

from corpus import syntax
from corpus.restore.names import callee

GROWING = frozenset({"append", "extend", "add", "update", "insert", "appendleft", "setdefault"})
_KEEPING = frozenset({"save", "savefig", "close", "load_state_dict", "show", "cleanup", "remove"})
_ENDINGS: dict[type, str] = {
    ast.Return: "return",
    ast.Raise: "raise",
    ast.Break: "break",
    ast.Continue: "continue",
    ast.Pass: "pass",
}


def tags_of(node: ast.AST) -> set[str]:
    """The habits of one statement."""
    ending = _ENDINGS.get(type(node))
    if ending:
        return {ending}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {"import"}
    if isinstance(node, ast.AugAssign):
        tags = {"aug"}
        if isinstance(node.value, ast.Constant):
            tags.add("count")
        if isinstance(node.op, ast.Div):
            tags.add("divides")
        return tags
    if isinstance(node, ast.AnnAssign):
        return {"annotated"} | (
            {"selfset"} if syntax.dotted(node.target).startswith("self.") else set()
        )
    if isinstance(node, ast.Assign):
        return _assignment_tags(node)
    if isinstance(node, ast.Expr):
        return _expression_tags(node.value)
    if isinstance(node, ast.Assert):
        return {"assert"}
    if isinstance(node, ast.Global | ast.Nonlocal):
        return {"global"}
    return set()


def _assignment_tags(node: ast.Assign) -> set[str]:
    tags = {"assign"}
    target = syntax.dotted(node.targets[0])
    if target.startswith("self."):
        tags.add("selfset")
    if target.isupper():
        tags.add("constant")
    if isinstance(node.targets[0], ast.Subscript):
        tags.add("subscript")
    if isinstance(node.targets[0], ast.Attribute):
        tags.add("attribute")
    value = node.value
    if isinstance(value, ast.Constant | ast.List | ast.Dict | ast.Set | ast.Tuple):
        tags.add("literal")
    if isinstance(value, ast.Call):
        name = callee(value)
        if name[:1].isupper():
            tags.add("builds")
        if name in ("item", "mean", "sum"):
            tags.add("reduces")
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        tags.add("divides")
    return tags


def _expression_tags(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str):
            return {"docstring"}
        return {"pass"} if value.value is ... else {"bare"}
    if isinstance(value, ast.Yield | ast.YieldFrom):
        return {"yield"}
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call):
        return {"bare"}
    name = callee(value)
    root = syntax.dotted(value.func).split(".")[0].lower()
    tags = {"call"}
    if name == "print":
        tags = {"print"}
        if all(isinstance(a, ast.Constant) for a in value.args):
            tags.add("banner")
    elif name in ("zero_grad", "backward"):
        tags.add("training")
    elif name == "step":
        tags.add("schedules" if "sched" in root else "training")
    elif name in ("eval", "train") and not value.args:
        tags.add("mode")
    elif name in GROWING:
        tags.add("grows")
    elif name in _KEEPING:
        tags.add("keeps")
    elif name in ("__init__", "super"):
        tags.add("init")
    elif isinstance(value.func, ast.Name):
        tags.add("runs")
    return tags


_CATEGORIES = (
    "return yield raise break continue pass docstring import global assert print training schedules"
    " mode keeps grows init aug selfset divides subscript attribute literal builds assign runs call"
).split()


def category(kind: str, tags: frozenset[str]) -> str:
    """The one word that says most about a line: its kind, or the first of its tags that counts."""
    if kind != "simple":
        return kind
    return next((tag for tag in _CATEGORIES if tag in tags), "other")
