"""Why something did not run: what the page or the machine lacks, or a fault of the code."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verify import subjects
from assistant.verify.observe import Fault
from corpus import syntax

Cause = Literal["context", "hardware", "package", "file", "network", "fault"]

_HARDWARE = re.compile(
    r"\bCUDA\b|\bcuda\b|NVIDIA|\bnccl\b|NCCL|\bMPS\b|\bXPU\b|\bROCm\b|\bGPU\b|\bhip\b|No HIP"
    r"|accelerator device",
)
# What is said for want of hardware even where CUDA is there.
_MORE_HARDWARE = re.compile(
    r"\bnccl\b|NCCL|\bMPS\b|\bXPU\b|\bROCm\b|\bhip\b|No HIP|invalid device ordinal|out of memory"
    r"|compute capability|requires? .*\bGPUs?\b"
)
_NETWORK = re.compile(
    r"urlopen|getaddrinfo|Name or service|Temporary failure|Connection|timed out|HTTP"
)


@dataclass(frozen=True, slots=True)
class Why:
    """The cause of a failure and one sentence about it; `name` is what is missing, if a name."""

    cause: Cause
    sentence: str
    name: str = ""


def explain(
    fault: Fault, faults: Sequence[Fault], missing: frozenset[str], *, cuda: bool = False
) -> Why:
    """Follows a failure to its root: a name lost by an earlier failure leads back to that one.

    Args:
        fault: the failure in question.
        faults: all of the run, in order.
        missing: names that the snippet uses and nothing on the page defines.
        cuda: whether the machine that ran it offers CUDA.
    """
    raised = fault.raised
    if fault.name:
        for earlier in faults:
            if earlier.line < fault.line and fault.name in earlier.lost:
                root = explain(earlier, faults, missing, cuda=cuda)
                return Why(root.cause, root.sentence, root.name)
        if fault.name in missing:
            return Why("context", f"`{fault.name}` is not defined on the page", fault.name)
    if fault.module or raised.type == "ModuleNotFoundError":
        name = fault.module or raised.message
        return Why("package", f"the package `{name.split('.')[0]}` is not installed here", name)
    if raised.type == "FileNotFoundError":
        return Why("file", f"a file is missing: {_short(raised.message)}")
    if raised.type in ("URLError", "HTTPError", "gaierror", "ConnectionError"):
        return Why("network", "it needs the network")
    if _NETWORK.search(raised.message) and "OSError" in raised.bases:
        return Why("network", "it needs the network")
    lacking = _MORE_HARDWARE if cuda else _HARDWARE
    if lacking.search(raised.message) and raised.type != "NameError":
        what = "hardware" if cuda else "CUDA"
        return Why("hardware", f"it needs {what}, which this machine does not offer")
    return Why("fault", f"line {fault.line} raises {raised.type}: {_short(raised.message)}")


def _short(message: str) -> str:
    line = message.strip().splitlines()[0] if message.strip() else ""
    return line if len(line) <= 160 else line[:159] + "…"


def missing_names(code: str) -> frozenset[str]:
    """Names that `code` uses at its top level or in what it calls, and never binds.

    A name bound anywhere counts as bound, for a use before the binding is a fault of the code;
    unless what it is first bound to is made from itself, as in `model = wrap(model)`.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    bound = set(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "__spec__"}
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            if node.name == "*":
                return frozenset()
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(node.names)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return frozenset(used - bound) | _remade(tree)


def _remade(tree: ast.Module) -> frozenset[str]:
    """Names that a module reads before it first binds them: from themselves, or by an import."""
    found: set[str] = set()
    seen: set[str] = set(dir(builtins))
    used: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            seen.add(statement.name)
            continue
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        if isinstance(statement, (ast.Assign, ast.AugAssign, ast.If)):
            loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            loaded |= stored if isinstance(statement, ast.AugAssign) else set()
            found |= (stored & loaded) - seen
        used |= {node.id for node in names if isinstance(node.ctx, ast.Load)} - seen
        imported = {
            (alias.asname or alias.name).split(".")[0]
            for alias in ast.walk(statement)
            if isinstance(alias, ast.alias)
        }
        found |= imported & used  # taken for granted at first, and imported later
        seen |= stored | imported
    return frozenset(found)


# A function or class of the library that makes something new of its arguments.
_PLAIN_CALL = re.compile(
    r"(?:torch|F|nn|optim)(?:\.(?:nn|functional|optim|linalg|fft|special))*\."
    r"(?!(?:set|use|manual|seed|enable|disable|load|save|compile|register))[A-Za-z]\w*(?<!_)"
)


def harmless(code: str, lines: tuple[int, int]) -> bool:
    """Whether the statement at `lines` changes nothing but the names it binds, should it fail.

    True of assignments and prints that call torch's own functions, and methods not in place.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    statement = next((node for node in tree.body if node.lineno == lines[0]), None)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)):
        return False
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        plain = isinstance(node.func, ast.Name) and node.func.id == "print"
        ours = _PLAIN_CALL.fullmatch(syntax.dotted(node.func) or "") is not None
        if name not in subjects.METHODS | subjects.PURE and not (plain or ours):
            return False
    return True


def related_names(code: str, lines: tuple[int, int]) -> frozenset[str]:
    """Names whose state hangs together with those of the statement at `lines`.

    Two names hang together when a statement uses both; modules, functions and classes tie nothing.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    inert = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            inert.discard(node.id)  # `input` is its own then
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            inert.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inert.add(node.name)
    groups = [_names(statement) - inert for statement in tree.body]
    start = next(
        (
            group
            for statement, group in zip(tree.body, groups, strict=True)
            if statement.lineno <= lines[0] <= (statement.end_lineno or statement.lineno)
        ),
        set(),
    )
    tied, grown = set(start), True
    while grown:
        grown = False
        for group in groups:
            if group & tied and not group <= tied:
                tied |= group
                grown = True
    return frozenset(tied)


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
