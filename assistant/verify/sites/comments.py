"""The comments of a snippet, and code that was commented out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from corpus import syntax

# "#> tensor(1.)", "#=> 3": what is shown of a result.
_SHOWN = re.compile(r"(?:=|-)?>\s+")
_REMARK = re.compile(
    r"\s+#+\s*|\s+<-+\s+|\s*(?:→|⇒|-->|==+>|->|=>|❌|✗)\s*|\s{2,}(?=raises|ERROR|Error|(?:fine|works|ok|okay"
    r"|allowed|legal|accepted|no error|runs|fails|crashes|throws|not allowed|illegal|refused"
    r"|forbidden)\b)"
)
MOST_PARTS = 3
"""Statements on one line that was commented out."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment token: where it stands, its text without `#`, and whether code precedes it."""

    line: int
    column: int
    text: str
    trailing: bool


def comments_of(code: str) -> list[Comment]:
    """The comments of `code`; as many as can be read where it does not tokenize."""
    found: list[Comment] = []
    lines = code.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                stripped = token.string.lstrip("#")
                lead = len(token.string) - len(stripped)
                lead += len(stripped) - len(stripped.lstrip())
                before = lines[row - 1][:column]
                if (sign := _SHOWN.match(stripped)) is not None:
                    stripped = stripped[sign.end() :]
                    lead += sign.end()
                found.append(
                    Comment(row, column + lead, stripped.strip(), trailing=bool(before.strip()))
                )
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def split_commented(text: str) -> tuple[str | None, str]:
    """Splits `a + b  → ERROR: …` into code and remark; no code where it is prose."""
    pieces = [(text[: hit.start()], text[hit.end() :]) for hit in _REMARK.finditer(text)]
    pieces.append((text, ""))
    for code, remark in pieces:
        candidate = code.strip()
        try:
            tree = syntax.parse(candidate)
        except (SyntaxError, ValueError):
            continue
        if 1 <= len(tree.body) <= MOST_PARTS and all(map(_is_work, tree.body)):
            return candidate, remark.strip()
    return None, ""


def _is_work(statement: ast.stmt) -> bool:
    """Whether a line of code does something that prose would not parse as."""
    if isinstance(statement, (ast.If, ast.For, ast.While, ast.With)):
        return len(statement.body) == 1  # "if torch.ones(2) > 0: pass"
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.UnaryOp):
        # "-m", not "- m", which is an item of a list
        return statement.value.operand.col_offset == statement.col_offset + 1
    if isinstance(statement, ast.Expr):
        if isinstance(statement.value, (ast.Dict, ast.List)):
            held = ast.iter_child_nodes(statement.value)
            return not all(isinstance(one, ast.Name | ast.expr_context) for one in held)
        return isinstance(
            statement.value, (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute, ast.Compare)
        )
    return isinstance(statement, (ast.Assign, ast.AugAssign, ast.Assert, ast.Delete, ast.AnnAssign))
