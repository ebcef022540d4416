"""Functions that something else reads or runs symbolically: a call put into them would be seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from corpus import syntax

NOTE = "it stands in a function that is compiled, exported or traced"
_TRACES = re.compile(
    r"\btorch\.(?:compile|export|compiler|_dynamo|fx|onnx|_inductor|_export|_functorch)\b"
    r"|\bjit\.(?:trace|trace_module|script)\b|\b(?:symbolic_trace|make_fx|aot_function|Tracer)\b"
    r"|\bfrom torch\.(?:fx|export|_dynamo|compiler|onnx)\b"
    r"|\b(?:torch\.ops\.higher_order|torch\.cond|while_loop)\b|(?<!\bre)\.compile\("
)


def hidden(code: str, lines: Sequence[int]) -> frozenset[int]:
    """Which of the statements at `lines`, by place, a probe would be noticed in.

    Where a snippet compiles, exports or traces anything, these are the bodies of its functions.
    """
    tree = syntax.tree(code) if _TRACES.search(code) else None
    if tree is None:
        return frozenset()
    inside = {
        number
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        and isinstance(node.body, list)
        for number in range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
    }
    return frozenset(place for place, line in enumerate(lines) if line in inside)
