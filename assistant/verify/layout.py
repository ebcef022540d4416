"""Other layouts of a snippet whose indentation was lost and put back by guessing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from assistant.verify.sites import Site
from corpus import syntax

MOST_LINES = 12


def variants(code: str, site: Site) -> Iterator[tuple[str, Site]]:
    """The code with what follows a block, up to the claim's statement, drawn into that block.

    Yields:
        The code and the claim as it stands in it.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return
    lines = code.splitlines()
    first, last = site.statement
    for node in reversed(list(ast.walk(tree))):
        if not isinstance(node, (ast.With, ast.For, ast.If, ast.While)):
            continue
        end = node.end_lineno or node.lineno
        if not end < first <= end + MOST_LINES:
            continue
        inner = node.body[0].col_offset - node.col_offset
        moved = [
            " " * inner + line if end < number <= last and line.strip() else line
            for number, line in enumerate(lines, start=1)
        ]
        new = "\n".join(moved) + "\n"
        try:
            syntax.parse(new)
        except (SyntaxError, ValueError):
            continue
        row, column = site.key.split(":")
        yield new, replace(site, key=f"{row}:{int(column) + inner}")
