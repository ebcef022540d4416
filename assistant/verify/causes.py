"""Why something did not run: what the page or the machine lacks, or a fault of the code."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verify.observe import Fault
from corpus import syntax

Cause = Literal["context", "hardware", "package", "file", "network", "fault"]

_HARDWARE = re.compile(
    r"\bCUDA\b|\bcuda\b|NVIDIA|\bnccl\b|NCCL|\bMPS\b|\bXPU\b|\bROCm\b|\bGPU\b|\bhip\b|No HIP",
)
_NETWORK = re.compile(
    r"urlopen|getaddrinfo|Name or service|Temporary failure|Connection|timed out|HTTP"
)
_HARDWARE_CALLS = re.compile(
    r"\bis_available\(|device_count\(|get_device_(?:name|properties|capability)\(|memory_(?:allocated|"
    r"reserved|summary)\(|mem_get_info|current_device\(|\.cuda\(|[\"']cuda|cpu_count|get_num_threads|"
    r"is_bf16_supported"
)
_CLOCK_CALLS = re.compile(
    r"\btime\.|perf_counter|\btimeit\b|\bTimer\(|\bdatetime\b|\buuid|\burandom\b|getpid|\bsecrets\b"
)
_VERSION = re.compile(r"__version__|\bversion_info\b|sys\.version|torch\.version\b|show_config")
_ADDRESS = re.compile(r"\bid\(|data_ptr\(|\bhash\(|getsizeof|getrefcount|storage\(\)")


@dataclass(frozen=True, slots=True)
class Why:
    """The cause of a failure and one sentence about it; `name` is what is missing, if a name."""

    cause: Cause
    sentence: str
    name: str = ""


def explain(fault: Fault, faults: Sequence[Fault], missing: frozenset[str]) -> Why:
    """Follows a failure to its root: a name lost by an earlier failure leads back to that one.

    Args:
        fault: the failure in question.
        faults: all of the run, in order.
        missing: names that the snippet uses and nothing on the page defines.
    """
    raised = fault.raised
    if fault.name:
        for earlier in faults:
            if earlier.line < fault.line and fault.name in earlier.lost:
                root = explain(earlier, faults, missing)
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
    if _HARDWARE.search(raised.message) and raised.type != "NameError":
        return Why("hardware", "it needs CUDA, which this machine does not offer")
    return Why("fault", f"line {fault.line} raises {raised.type}: {_short(raised.message)}")


def _short(message: str) -> str:
    line = message.strip().splitlines()[0] if message.strip() else ""
    return line if len(line) <= 160 else line[:159] + "…"


def unsettled(source: str) -> str:
    """Why the value of a statement is nothing a page can state for good; empty if it can."""
    if _VERSION.search(source):
        return "it depends on the installed version"
    if _HARDWARE_CALLS.search(source):
        return "it depends on the hardware"
    if _ADDRESS.search(source) and "==" not in source:
        return "it is an address or an implementation detail"
    if _CLOCK_CALLS.search(source):
        return "it depends on the clock or the process"
    return ""


def unwritten(source: str, claimed: str = "") -> bool:
    """Whether a statement shows memory that nobody wrote, or a claim reads as if it did."""
    return bool(_UNWRITTEN.search(source) or _SUBNORMAL.search(claimed))


def volatile(code: str) -> bool:
    """Whether a run may differ from the next although no generator was used."""
    return bool(_CLOCK_CALLS.search(code) or _UNWRITTEN.search(code) or _GENERATOR.search(code))


# Numbers as integers and addresses look when they are read as float32.
_SUBNORMAL = re.compile(r"\de-(?:39|4[0-5])\b")
_UNWRITTEN = re.compile(r"\w*empty\w*\(|skip_init|\bTensor\(\s*\d|resize_\(")
_GENERATOR = re.compile(
    r"Generator\(|default_rng|RandomState|SystemRandom|\bset\(|fork_rng|dropout"
)


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
    """Names that a module reads before it first binds them, and then binds from themselves."""
    found: set[str] = set()
    seen: set[str] = set(dir(builtins))
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
        seen |= stored
        seen |= {
            (alias.asname or alias.name).split(".")[0]
            for alias in ast.walk(statement)
            if isinstance(alias, ast.alias)
        }
    return frozenset(found)


def harmless(code: str, lines: tuple[int, int]) -> bool:
    """Whether the statement at `lines` changes nothing but the names it binds, should it fail.

    True of assignments from torch's own functions and from methods that are not in place.
    """
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    statement = next((node for node in tree.body if node.lineno == lines[0]), None)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _PURE:
            return False
    return True


# Methods and functions that only compute.
_PURE = frozenset(
    {
        "add", "argmax", "bmm", "cat", "contiguous", "div", "expand", "flatten", "float", "gather",
        "index_select", "item", "long", "matmul", "mean", "mm", "mul", "numpy", "ones", "permute",
        "repeat", "reshape", "squeeze", "stack", "sub", "sum", "t", "tensor", "to", "transpose",
        "unsqueeze", "view", "zeros",
    }
)  # fmt: skip


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
