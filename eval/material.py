"""Code to learn Python's habits from, beside our own: what installed packages hold.

Only counts of habits are taken from it, never the code.
"""

from __future__ import annotations

import ast
import random
import re
import sysconfig
import textwrap
from collections.abc import Iterator
from pathlib import Path

from corpus.syntax import parses, tree
from eval.programs import LONGEST, SHORTEST

MOST_PER_FILE = 6
EXAMPLES = (
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "scipy",
    "langchain_core",
)
"""Packages whose docstrings hold examples, which are written as interview snippets are."""
DEFINITIONS = (("torch", 1500), ("sklearn", 500), ("transformers", 800), ("", 600))
"""Packages whose functions and classes are taken, and how many; the nameless one is Python's own
library."""
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.) ?(.*)$")
_FENCED = re.compile(r"[ \t]*```(?:py|python)\n(.*?)```", re.DOTALL)
_LITERAL = re.compile(r"::\n\n((?:[ \t]+\S[^\n]*\n|\n)+)")
_INDENTED = re.compile(r"^ +\S", re.MULTILINE)


def examples() -> list[str]:
    """The examples in docstrings that have blocks, each once."""
    found: dict[str, None] = {}
    for package in EXAMPLES:
        for path in _files(package):
            for code in _examples_of(path):
                if SHORTEST - 1 <= _size(code) <= LONGEST and _INDENTED.search(code):
                    found.setdefault(code)
    return [code for code in found if parses(code)]


def definitions() -> list[str]:
    """Functions and classes of moderate length, of files taken in a fixed random order."""
    found: list[str] = []
    for package, most in DEFINITIONS:
        paths = _files(package)
        random.Random(0).shuffle(paths)
        held: list[str] = []
        while paths and len(held) < most:
            held += _definitions_of(paths.pop())
        found += held[:most]
    return found


def variants(code: str, chance: random.Random) -> list[str]:
    """Programs that differ from `code` in what they do and not in how they are written.

    Some statements left out, the whole in a function, a function's body by itself.
    """
    module = tree(code)
    if module is None:
        return []
    made = [_thinned(code, module, chance, share) for share in (0.15, 0.3)]
    made += [_wrapped(code, module), *_unwrapped(code, module)]
    return [one for one in made if one and parses(one)]


def _files(package: str) -> list[Path]:
    paths = sysconfig.get_paths()
    root = Path(paths["purelib"]) / package if package else Path(paths["stdlib"])
    skipped = {"site-packages", "test", "tests", "idlelib", "lib2to3"}
    return sorted(path for path in root.rglob("*.py") if package or not skipped & set(path.parts))


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _size(code: str) -> int:
    return sum(bool(line.strip()) for line in code.split("\n"))


def _examples_of(path: Path) -> Iterator[str]:
    text = _source(path).expandtabs()
    if ">>> " in text:
        yield from _sessions(text)
    if "```py" in text:
        yield from (textwrap.dedent(m[1]) for m in _FENCED.finditer(text))
    if "::\n\n" in text:
        blocks = (m[1] for m in _LITERAL.finditer(text) if ">>>" not in m[1])
        yield from (textwrap.dedent(block).strip("\n") + "\n" for block in blocks)


def _sessions(text: str) -> Iterator[str]:
    """What was typed in interactive sessions, up to the first output."""
    lines: list[str] = []
    for line in [*text.split("\n"), "end"]:
        typed = _PROMPT.match(line)
        if typed:
            lines.append(typed[1])
        elif not line.strip():
            lines.append("")
        else:
            if any(lines):
                yield "\n".join(lines).strip("\n") + "\n"
            lines = []


def _definitions_of(path: Path) -> list[str]:
    source = _source(path)
    module = tree(source)
    if module is None:
        return []
    lines = source.split("\n")
    found = []
    for node in module.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        last = node.end_lineno or first
        if SHORTEST <= last - first + 1 <= LONGEST:
            found.append("\n".join(lines[first - 1 : last]) + "\n")
    return found[:MOST_PER_FILE]


def _thinned(code: str, module: ast.Module, chance: random.Random, share: float) -> str:
    """The program without some of its simple statements; nothing when all were kept."""
    gone: set[int] = set()
    queue = [module.body]
    while queue:
        body = queue.pop()
        left = len(body)
        for node in body:
            simple = isinstance(node, ast.Assign | ast.AugAssign | ast.Assert) or (
                isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
            )
            if simple and left > 1 and chance.random() < share:
                gone |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
                left -= 1
            for part in ("body", "orelse", "finalbody"):
                inner = getattr(node, part, None)
                if isinstance(inner, list) and inner:
                    queue.append(inner)
            queue += [handler.body for handler in getattr(node, "handlers", [])]
    lines = code.split("\n")
    return "\n".join(x for n, x in enumerate(lines, 1) if n not in gone) if gone else ""


def _wrapped(code: str, module: ast.Module) -> str:
    """A script with its statements in a function; nothing when it is no plain script."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    script = [n for n in module.body if not isinstance(n, kept)]
    if len(script) <= 3 or '"""' in code:
        return ""
    first = script[0].lineno
    if any(n.lineno > first for n in module.body if isinstance(n, kept)):
        return ""
    lines = code.rstrip().split("\n")
    body = ["    " + line if line else "" for line in lines[first - 1 :]]
    return "\n".join([*lines[: first - 1], "def main():", *body, "", "", "main()"]) + "\n"


def _unwrapped(code: str, module: ast.Module) -> Iterator[str]:
    """The bodies of functions that return nothing, as scripts."""
    lines = code.split("\n")
    leaving = (ast.Return, ast.Yield, ast.YieldFrom, ast.Nonlocal)
    for node in ast.walk(module):
        if not isinstance(node, ast.FunctionDef) or node.body[0].lineno == node.lineno:
            continue
        last = node.end_lineno or node.lineno
        if last - node.lineno > SHORTEST and not any(
            isinstance(n, leaving) for n in ast.walk(node)
        ):
            yield (textwrap.dedent("\n".join(lines[node.body[0].lineno - 1 : last])) + "\n")
