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

MOST_PER_FILE = 12
MOST_CHARACTERS = 400_000
"""A longer file was written by a program."""
EXAMPLES = (
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "scipy",
    "langchain_core",
)
"""Packages whose docstrings hold examples, which are written as interview snippets are."""
DEFINITIONS = (
    ("torch", 3600),
    ("transformers", 2400),
    ("sklearn", 1000),
    ("scipy", 800),
    ("networkx", 600),
    ("sympy", 480),
    ("pandas", 480),
    ("matplotlib", 480),
    ("numpy", 480),
    ("sentence_transformers", 240),
    ("gradio", 200),
    ("huggingface_hub", 200),
    ("langchain_core", 160),
    ("", 1000),
)
"""Packages whose functions and classes are taken, and how many; the nameless one is Python's own
library.  A package that is not installed is passed over."""
DOCUMENTED, TOGETHER, FOLLOWED, ALONE = 0.3, 0.3, 0.5, 0.6
"""Shares of definitions that keep their docstrings, of pairs taken together, of those that a script
follows, and of scripts that are taken by themselves."""
SHOWN = 0.6
"""Share of scripts that print their result; the others bind it."""
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


def foreign(chance: random.Random) -> list[str]:
    """Programs made of what packages define, in random order.

    Functions and classes alone, two together, or with a script behind them; and scripts, which are
    bodies of functions that print what they returned.
    """
    found = []
    for definitions in _definitions(chance):
        scripts = [script for code in definitions for script in _scripts(code, chance)]
        left = list(definitions)
        while left:
            some = [left.pop(0) for _ in range(min(len(left), 1 + (chance.random() < TOGETHER)))]
            if scripts and chance.random() < FOLLOWED:
                some.append(chance.choice(scripts))
            found.append(("\n" * chance.choice((0, 1, 1, 2))).join(some))
        found += [script for script in scripts if chance.random() < ALONE]
    found = [code for code in found if SHORTEST - 2 <= _size(code) <= LONGEST and parses(code)]
    chance.shuffle(found)
    return found


def _definitions(chance: random.Random) -> Iterator[list[str]]:
    """Definitions of moderate length, those of a file together, each once."""
    seen: set[str] = set()
    for package, most in DEFINITIONS:
        paths = _files(package)
        chance.shuffle(paths)
        count = 0
        for path in paths:
            if path.stat().st_size > MOST_CHARACTERS:
                continue
            held = [code for code in _definitions_of(path) if code not in seen]
            seen.update(held)
            count += len(held)
            if held:
                yield [c if chance.random() < DOCUMENTED else _undocumented(c) for c in held]
            if count >= most:
                break


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


def _undocumented(code: str) -> str:
    """The code without its docstrings; one that is all that a body holds stays."""
    module = tree(code)
    gone: set[int] = set()
    for node in ast.walk(module) if module else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and len(node.body) > 1:
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                gone |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return "\n".join(x for n, x in enumerate(code.split("\n"), 1) if n not in gone)


def _scripts(code: str, chance: random.Random) -> Iterator[str]:
    """The bodies of functions that return at their end or never; what they return is printed."""
    module = tree(code)
    lines = code.split("\n")
    for node in ast.walk(module) if module else ():
        if not isinstance(node, ast.FunctionDef) or node.body[0].lineno == node.lineno:
            continue
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        if not body or any(
            isinstance(n, ast.Yield | ast.YieldFrom | ast.Nonlocal) for n in ast.walk(node)
        ):
            continue
        made = lines[body[0].lineno - 1 : body[-1].end_lineno]
        returns = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
        if returns:
            if returns != body[-1:] or made[-1].strip()[:7] != "return ":
                continue
            shown = "print({})" if chance.random() < SHOWN else "result = {}"
            bare = made[-1].lstrip()
            margin = made[-1][: len(made[-1]) - len(bare)]
            made[-1] = margin + shown.format(bare.removeprefix("return ").rstrip())
        script = textwrap.dedent("\n".join(made)) + "\n"
        if _size(script) <= LONGEST and _INDENTED.search(script):
            yield script
