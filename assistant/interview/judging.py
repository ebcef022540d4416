"""Judges the code handed in for a task: forbidden names, the hidden checks, the tricks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from assistant.seams import Sandbox
from assistant.types import ExecutionResult, Failure
from corpus import syntax
from corpus.exercises import Check, Task

SECONDS = 20.0
"""For loading a solution and all its checks."""

Outcome = Literal[
    "passed",
    "failed",
    "forbidden",
    "tampered",
    "pried",
    "did_not_load",
    "timeout",
    "killed",
    "unavailable",
]
CheckState = Literal["passed", "failed", "error", "not_reached"]

_EVADING = frozenset({"eval", "exec", "__import__", "getattr", "globals", "vars"})
"""Builtins by which a forbidden name can be reached without writing it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one hidden check; `message` says with what input it failed, and how."""

    name: str
    state: CheckState
    message: str = ""


@dataclass(frozen=True, slots=True)
class TaskVerdict:
    """What became of a handed-in solution.

    Attributes:
        outcome: `passed` only where every check ran and held.
        reason: one sentence for every other outcome.
        checks: in their order; those after a stop are `not_reached`.
        stdout: what the solution printed.
        error: the exception that loading it raised.
        seconds: spent running.
    """

    outcome: Outcome
    reason: str
    checks: tuple[CheckResult, ...]
    stdout: str = ""
    error: Failure | None = None
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the solution is right as far as the checks can tell."""
        return self.outcome == "passed"


def judge(sandbox: Sandbox, task: Task, code: str, *, seconds: float = SECONDS) -> TaskVerdict:
    """Runs a solution against the hidden checks of its task.

    Args:
        sandbox: where it runs.
        task: what was asked.
        code: what was handed in.
        seconds: wall clock for everything together.
    """
    waiting = tuple(CheckResult(check.name, "not_reached") for check in task.checks)
    used = sorted(set(forbidden_names(code, task.forbidden)))
    if used:
        return TaskVerdict(
            "forbidden", f"uses {', '.join(used)}, which this task rules out", waiting
        )
    result = sandbox.run(
        code, seconds=seconds, driver=_driver(), payload={"checks": _as_records(task.checks)}
    )
    return _verdict(result, task.checks)


def _verdict(result: ExecutionResult, checks: Sequence[Check]) -> TaskVerdict:
    told = {record["check"]: record for record in result.records if "check" in record}
    results = tuple(
        CheckResult(check.name, told[check.name]["state"], told[check.name]["message"])
        if check.name in told
        else CheckResult(check.name, "not_reached")
        for check in checks
    )
    outcome, reason = _outcome(result, results)
    return TaskVerdict(outcome, reason, results, result.stdout, result.error, result.seconds)


def _outcome(result: ExecutionResult, checks: Sequence[CheckResult]) -> tuple[Outcome, str]:
    says: dict[str, Any] = {}
    for record in result.records:
        says.update(record)
    if "tampered" in says:
        return "tampered", f"replaces {', '.join(says['tampered'])}, which the checks rely on"
    if "pried" in says:
        return "pried", f"reaches for what is not its own ({says['pried']})"
    reached = next((check.name for check in checks if check.state == "not_reached"), None)
    if result.status in ("timeout", "killed", "unavailable"):
        place = f" in check {reached!r}" if "loaded" in says and reached else ""
        status: Outcome = (
            "timeout"
            if result.status == "timeout"
            else "killed"
            if result.status == "killed"
            else "unavailable"
        )
        return status, f"stopped{place}: {result.reason}"
    if "loaded" not in says:
        if result.error is not None:
            if result.error.type == "MemoryError":
                return "killed", "stopped: loading it takes more memory than there is"
            line = f" on line {result.error.line}" if result.error.line else ""
            told = f"{result.error.told}{line}"
            return "did_not_load", told
        return "did_not_load", "the solution ended the program before the checks could run"
    if "finished" not in says:
        return "killed", f"the solution ended the program in check {reached!r}"
    bad = [check for check in checks if check.state != "passed"]
    if bad:
        return "failed", f"check {bad[0].name!r}: {bad[0].message}"
    return "passed", ""


def forbidden_names(code: str, forbidden: Sequence[str]) -> Iterator[str]:
    """The names of `forbidden` that `code` uses, as written there.

    A name is dotted from its module (`torch.nn.functional.softmax`, `F.softmax`), or begins with a
    dot for a method of any object (`.softmax`).  Where something is forbidden, so is reaching for
    names by a detour.
    """
    tree = syntax.tree(code)
    if tree is None or not forbidden:
        return
    aliases = _aliases(tree)
    banned = {_full(name, _USUAL) for name in forbidden if not name.startswith(".")}
    methods = {name[1:] for name in forbidden if name.startswith(".")}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                f"{node.module}.{a.name}" for a in node.names if f"{node.module}.{a.name}" in banned
            )
        elif isinstance(node, ast.Attribute):
            written = ast.unparse(node)
            if _full(written, aliases) in banned:
                yield written
            elif node.attr in methods and not _is_module(node.value, aliases):
                yield f".{node.attr}"
        elif isinstance(node, ast.Name) and node.id in _EVADING:
            yield node.id


_USUAL: Mapping[str, str] = {"F": "torch.nn.functional", "nn": "torch.nn", "optim": "torch.optim"}


def _aliases(tree: ast.AST) -> dict[str, str]:
    found = dict(_USUAL)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def _full(written: str, aliases: Mapping[str, str]) -> str:
    head, dot, rest = written.partition(".")
    return aliases.get(head, head) + dot + rest


def _is_module(node: ast.expr, aliases: Mapping[str, str]) -> bool:
    head = ast.unparse(node).partition(".")[0]
    return head == "torch" or head in aliases


def _driver() -> str:
    return resources.files(__package__).joinpath("trial.py").read_text(encoding="utf-8")


def _as_records(checks: Sequence[Check]) -> list[dict[str, str]]:
    return [{"name": check.name, "code": check.code} for check in checks]
