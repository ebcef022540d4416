"""Asking Python's own parser, without its warnings and without ever raising."""

from __future__ import annotations

import ast
import re

from corpus.restore.scan import tokens
from corpus.syntax import tree

_CLAUSES = {
    "else": "if x:\n pass\n",
    "elif": "if x:\n pass\n",
    "except": "try:\n pass\n",
    "finally": "try:\n pass\n",
}
_FIRST_WORD = re.compile(r"[A-Za-z_]\w*")


def statements(line: str) -> list[ast.AST] | None:
    """The statements that one logical line starts or holds; None when it is not Python.

    A header is completed with an empty body; a clause (`else:`, `except E:`, `case p:`) with the
    statement that it belongs to, and a decorator with a function.
    """
    word = first_word(line)
    is_header = ends_in_colon(line)
    body = line + "\n pass\n" if is_header else line
    if word in _CLAUSES:
        found = tree(_CLAUSES[word] + body)
        return None if found is None else _clause(found.body[0], word)
    if word == "case" and is_header:
        matched = tree("match x:\n " + line + "\n  pass")
        if matched is not None and isinstance(matched.body[0], ast.Match):
            return list(matched.body[0].cases)
    if word == "try" and is_header:
        body += "except E:\n pass"
    if line.startswith("@"):
        body = line + "\ndef f(): pass"
    module = tree(body)
    return None if module is None else list(module.body)


def _clause(node: ast.stmt, word: str) -> list[ast.AST]:
    if word == "elif" and isinstance(node, ast.If):
        return list(node.orelse)
    if word == "except" and isinstance(node, ast.Try | ast.TryStar):
        return list(node.handlers)
    if isinstance(node, ast.If):
        return list(node.orelse)
    if isinstance(node, ast.Try):
        return list(node.finalbody)
    return [node]


def first_word(line: str) -> str:
    """The name or keyword at the start of `line`, or nothing."""
    match = _FIRST_WORD.match(line)
    return match.group() if match else ""


def ends_in_colon(line: str) -> bool:
    """Whether the line's code, comments aside, ends in a colon."""
    if ":" not in line:
        return False
    bare = line.rstrip()
    if bare.endswith(":") and "#" not in bare:
        return True
    last = ""
    for token in tokens(line):
        if token.kind not in ("comment", "newline"):
            last = token.text
    return last == ":"
