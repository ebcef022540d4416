"""The program that runs a snippet inside the sandbox and reports what its parts were.

Its modules import the standard library and each other alone, and reach torch and numpy only if the
snippet imported them; `source` makes one source of them, which the sandbox takes as its driver.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import resources

from corpus import syntax

# Each may use the names of those before it.
PARTS = ("summary", "chance", "change", "plant", "watch", "drive")
_HEAD = "from __future__ import annotations\n"


@cache
def source() -> str:
    """The driver as one source, its imports of its own modules left out."""
    return _HEAD + "\n".join(_body(part) for part in PARTS)


def _body(part: str) -> str:
    text = resources.files(__package__).joinpath(f"{part}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in syntax.parse(text).body:
        own = isinstance(node, ast.ImportFrom) and str(node.module).startswith(
            (str(__package__), "__future__")
        )
        if own:
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    return "\n".join(lines) + "\n"
