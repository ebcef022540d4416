"""Python files: the whole of one is a program, and its docstrings hold examples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from corpus import syntax
from corpus.pieces import Page, Piece, View


def scan(view: View) -> Page:
    """The pieces of a Python file: its docstring, the program, the examples in docstrings."""
    text = view.text
    pieces: list[Piece] = []
    tree = syntax.tree(text)
    if tree is not None:
        pieces.extend(_introduction(tree, text))
    bare = text.strip()
    if bare:
        start = len(text) - len(text.lstrip())
        pieces.append(Piece("code", start, start + len(bare), bare, True, language="python"))
    if tree is not None:
        pieces.extend(_examples(tree, text))
    return Page(view, tuple(pieces))


def _docstring(node: ast.AST, line_starts: list[int]) -> tuple[int, int] | None:
    """First and last line (0-based) of a docstring."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or not isinstance(body[0], ast.Expr):
        return None
    value = body[0].value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return None
    return value.lineno - 1, min(value.end_lineno or value.lineno, len(line_starts)) - 1


def _line_starts(text: str) -> list[int]:
    # Python's own idea of a line: form feeds and Unicode separators end none
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


def _introduction(tree: ast.Module, text: str) -> Iterator[Piece]:
    """The module's docstring: its first line as the title, the rest as paragraphs."""
    starts = _line_starts(text)
    place = _docstring(tree, starts)
    if place is None:
        return
    first, last = place
    begin = starts[first]
    end = starts[last + 1] if last + 1 < len(starts) else len(text)
    quoted = re.search(r"[rRuU]?(\"\"\"|'''|\"|')", text[begin:end])
    if quoted is None:
        return
    begin += quoted.end()
    end = begin + len(text[begin:end].rstrip().removesuffix(quoted[1]))
    titled = False
    for match in re.finditer(r"\S(?:[^\n]|\n(?![ \t]*\r?\n))*", text[begin:end]):
        shown = match[0].rstrip()
        if ">>>" in shown:
            continue
        start = begin + match.start()
        line = " ".join(shown.split())
        if not titled and len(line) <= 200:
            yield Piece("heading", start, start + len(shown), line.rstrip("."), True, 1)
        else:
            yield Piece("paragraph", start, start + len(shown), line, True)
        titled = True


def _examples(tree: ast.Module, text: str) -> Iterator[Piece]:
    """Examples with prompts in docstrings, each function's under its name."""
    starts = _line_starts(text)
    lines = [
        text[start:end].rstrip()
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        place = _docstring(node, starts)
        if place is None:
            continue
        first, last = place
        if not any(">>>" in line for line in lines[first : last + 1]):
            continue
        if not isinstance(node, ast.Module):
            at = text.find(node.name, starts[node.lineno - 1])
            if at >= 0:
                yield Piece("heading", at, at + len(node.name), f"`{node.name}`", True, 2)
        yield from _prompts(lines, starts, first, last)


def _prompts(lines: list[str], starts: list[int], first: int, last: int) -> Iterator[Piece]:
    index = first
    while index <= last:
        if not lines[index].lstrip().startswith(">>>"):
            index += 1
            continue
        end = index
        while end <= last and lines[end].strip() and lines[end].strip() not in {'"""', "'''"}:
            end += 1
        start = starts[index] + len(lines[index]) - len(lines[index].lstrip())
        shown = lines[end - 1]
        for quotes in ('"""', "'''"):
            shown = shown.removesuffix(quotes).rstrip()
        stop = starts[end - 1] + len(shown)
        yield Piece("code", start, stop, "", True, language="pycon")
        index = end
