"""Which expressions of a comment may be evaluated beside the snippet without touching it."""

from __future__ import annotations

import ast
import builtins

from corpus import syntax

# Reading only: nothing here writes, prints, draws random numbers or runs a model.
METHODS = frozenset(
    {
        "abs", "all", "any", "argmax", "argmin", "data_ptr", "dim", "double", "element_size",
        "float", "get_device", "int", "is_complex", "is_contiguous", "is_floating_point", "item",
        "items", "keys", "long", "max", "mean", "min", "nelement", "norm", "numel", "numpy",
        "prod", "round", "size", "std", "storage_offset", "stride", "sum", "tolist", "type",
        "values", "var", "equal", "allclose",
    }
)  # fmt: skip
FUNCTIONS = frozenset(
    {"abs", "all", "any", "bool", "float", "id", "int", "isinstance", "len", "list", "max", "min",
     "round", "sorted", "str", "sum", "tuple", "type"}
)  # fmt: skip
MODULES = frozenset({"torch", "np", "numpy", "math"})
_ALLOWED = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Slice, ast.Tuple,
    ast.List, ast.UnaryOp, ast.BinOp, ast.Compare, ast.BoolOp, ast.Call, ast.Load, ast.unaryop,
    ast.operator, ast.cmpop, ast.boolop, ast.keyword,
)  # fmt: skip


def known_names(tree: ast.AST) -> frozenset[str]:
    """Names that a snippet binds or uses; a word of a comment that is none of them is prose."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return frozenset(names - set(dir(builtins)) | {"torch"})


def is_safe(expression: str, known: frozenset[str]) -> bool:
    """Whether `expression` only looks, and only at names of the snippet."""
    try:
        tree = syntax.parse_expression(expression)
    except (SyntaxError, ValueError):
        return False
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(names & known) and all(_is_safe_node(node, known) for node in ast.walk(tree))


def _is_safe_node(node: ast.AST, known: frozenset[str]) -> bool:
    if not isinstance(node, _ALLOWED):
        return False
    if isinstance(node, ast.Name):
        return node.id in known or node.id in FUNCTIONS or node.id in MODULES
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("__")
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in FUNCTIONS
        return isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
    return True
