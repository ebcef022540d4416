"""Properties that a comment ascribes to a value and that looking at the value settles."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from assistant.verify.properties.checks import Seen
from assistant.verify.properties.registry import REGISTRY, Recogniser

__all__ = ["Recogniser", "judge", "recognise", "sources"]

_NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno|\bno longer|\bnothing|\bnone|\bwithout|\binstead of|\brather than"
    r"|\bunlike|\bavoids?)"
    r"\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
# What holds only at times cannot be settled by one look.
_CONDITIONAL = re.compile(
    r"\b(?:if|when|unless|otherwise|may|might|could|sometimes|usually|possibly|whenever|either|or"
    r"|depending|depends|would|should|try|tries|whether)\b|\?",
    re.IGNORECASE,
)


def recognise(comment: str) -> tuple[Recogniser, re.Match[str]] | None:
    """The first property that a comment ascribes without an if or a not."""
    if _CONDITIONAL.search(comment):
        return None
    hits = [
        (found.start(), place, one, found)
        for place, one in enumerate(REGISTRY)
        if (found := one.words.search(comment)) and not _NEGATED.search(comment[: found.start()])
    ]
    if not hits:
        return None
    _, _, one, found = min(hits, key=lambda hit: hit[:2])
    return one, found


def judge(comment: str, seen: Seen) -> bool | None:
    """Whether a value has the property that a comment ascribes to it."""
    known = recognise(comment)
    return None if known is None else known[0].test(seen, known[1])


def sources(statement: ast.stmt) -> Sequence[str]:
    """Names that an assignment makes its value from, its target first; empty for what is none."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return ()
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return ()
    called = {id(node.func) for node in ast.walk(statement.value) if isinstance(node, ast.Call)}
    used = [
        node.id
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Name) and id(node) not in called and node.id != target.id
    ]
    modules = ("torch", "np", "numpy", "nn", "F")
    return (target.id, *dict.fromkeys(name for name in used if name not in modules))
