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
# What computes a new value from its arguments and does nothing else.
PURE = frozenset(
    {
        "abs", "add", "all", "any", "argmax", "argmin", "bmm", "cat", "chunk", "clamp", "clone",
        "concat", "contiguous", "cos", "cumsum", "detach", "diag", "div", "dot", "einsum", "eq",
        "exp", "expand", "eye", "flatten", "full", "full_like", "gather", "ge", "gt", "le", "log",
        "log_softmax", "logsumexp", "lt", "matmul", "max", "maximum", "mean", "min", "minimum",
        "mm", "movedim", "mul", "multiply", "mv", "ne", "neg", "norm", "ones", "ones_like", "outer",
        "permute", "pow", "prod", "ravel", "relu", "repeat", "repeat_interleave", "reshape",
        "sigmoid", "sin", "softmax", "sqrt", "square", "squeeze", "stack", "std", "sub", "subtract",
        "sum", "swapaxes", "swapdims", "t", "take", "tanh", "tensor", "tile", "to", "transpose",
        "tril", "triu", "unsqueeze", "var", "view", "view_as", "where", "zeros", "zeros_like",
        "arange", "linspace", "float", "double", "long", "int",
        "index_select", "argsort", "sort", "topk",
    }
)  # fmt: skip
MODULES = frozenset({"torch", "np", "numpy", "math", "F", "nn"})
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


def is_safe(expression: str, known: frozenset[str], methods: frozenset[str] = METHODS) -> bool:
    """Whether `expression` only looks, and only at names of the snippet, by `methods` alone."""
    try:
        tree = syntax.parse_expression(expression)
    except (SyntaxError, ValueError):
        return False
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(names & known) and all(
        _is_safe_node(node, known, methods) for node in ast.walk(tree)
    )


def is_pure(expression: str, known: frozenset[str]) -> bool:
    """Whether `expression` computes something of the snippet's names and leaves no trace."""
    return is_safe(expression, known, METHODS | PURE)


def _is_safe_node(node: ast.AST, known: frozenset[str], methods: frozenset[str]) -> bool:
    if not isinstance(node, _ALLOWED):
        return False
    if isinstance(node, ast.Name):
        return node.id in known or node.id in FUNCTIONS or node.id in MODULES
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("__")
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in FUNCTIONS
        return isinstance(node.func, ast.Attribute) and node.func.attr in methods
    return True
