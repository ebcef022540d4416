"""Properties that a comment ascribes to a value and that looking at the value settles."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verify.properties import events
from assistant.verify.properties.clauses import clauses, plain, spelt_out
from assistant.verify.properties.recogniser import Recogniser, Seen
from assistant.verify.properties.registry import REGISTRY

__all__ = [
    "Ascribed",
    "Recogniser",
    "changed",
    "clauses",
    "events",
    "judge",
    "of_memory",
    "plain",
    "recognise",
    "sources",
    "spelt_out",
    "written",
]

MODULES = ("torch", "np", "numpy", "nn", "F")
_DENIAL = re.compile(
    r"\b(?:not(?! only)|never|no|no longer|nothing|none|without|neither|nor|avoids?|cannot|lacks?"
    r"|fails to|skips|prevents|stops)\b",
    re.IGNORECASE,
)
# What holds only at times cannot be settled by one look.
_CONDITIONAL = re.compile(
    r"\b(?:if|when|unless|otherwise|may|might|could|sometimes|usually|typically|often|possibly"
    r"|whenever|either|or|depending|depends|would|should|try|tries|whether|until"
    r"|(?<!as )before|after|was"
    r"|were|used to|previously|earlier|later|needs? to|want|wants|hopefully|mostly|almost|e\.g"
    r"|for example|can be|can not be|next|will later|soon|why|how|what|does this|expects?"
    r"|(?<!at )most|(?<!thing )(?<!body )(?<!where )(?<!all )else"
    r"|(?:nearly|practically|virtually|more or less|roughly)"
    r" (?:all|every|each|none|always|never))\b"
    r"|\b(?:where|wherever|as long as|provided)\b|\?",
    re.IGNORECASE,
)
# "no memory behind these 20 parameters" denies the memory.
_OF_A_THING = re.compile(
    r"\b(?:no|without(?: an?| any)?|zero|0) (?!(?:values?|entry|entries|elements?|numbers?|rows?"
    r"|columns?|tensors?|weights?|parameters?|need|longer|more|matter|one)\b)"
    r"(?:[\w-]+ ){1,3}(?:behind|for|in|of|with|to|on|under|from|between|among|beside|beyond|at)\b",
    re.IGNORECASE,
)
# "no more than 5 parameters", "none of the 5 parameters": of counts.
_BOUND = re.compile(
    r"\b(?:(?:more|fewer|less|greater|larger|smaller) than|at (?:most|least)|up to|over|under"
    r"|above|below|around|exceeds?|every|per|(?:each|none|all|\d) of|out of"
    r"|as (?:many|few|much) as)"
    r"(?: the| its| these)?\s+$",
    re.IGNORECASE,
)
_RIGHT_AWAY = re.compile(
    r"\b(?:not|never|no longer)(?: (?:exactly|just|only|really|quite|the|simply|in fact))*\s+$",
    re.IGNORECASE,
)
# What says hardly more than that there is a value.
_VAGUE = re.compile(r"\s*(?:(?:some|any)(?:thing| number| value| float| integer)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ascribed:
    """A property that a clause ascribes, or denies."""

    recogniser: Recogniser
    words: re.Match[str]
    denied: bool


def recognise(clause: str) -> Ascribed | None:
    """The first property that a clause ascribes or denies without an if."""
    text = plain(clause)
    if _CONDITIONAL.search(text) or _VAGUE.match(clause):
        return None
    hits = [
        (found.start(), place, one, found)
        for place, one in enumerate(REGISTRY)
        if (found := one.words.search(text)) is not None
    ]
    if not hits:
        return None
    start, _, one, found = min(hits, key=lambda hit: hit[:2])
    if _DENIAL.search(text[found.end() :]) or _OF_A_THING.search(text[:start]):
        return None
    lead = text[:start]
    denied = _DENIAL.search(lead) is not None
    aside = _BOUND.search(lead) or (denied and not _RIGHT_AWAY.search(lead))
    if found.group()[:1].isdigit() and aside:
        return None
    return Ascribed(one, found, denied)


def of_memory(clause: str) -> bool:
    """Whether what a clause ascribes is told by where things lie, and not by what they are."""
    known = recognise(clause)
    return known is not None and known.recogniser.pair


def judge(clause: str, seen: Seen) -> bool | None:
    """Whether a value has the property that a clause ascribes to it."""
    known = recognise(clause)
    return (
        None if known is None else known.recogniser.settle(seen, known.words, denied=known.denied)
    )


def changed(statement: ast.stmt) -> str:
    """The name whose method a bare statement calls, or that it hands to a function first."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return ""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(held, ast.Name) and held.id not in MODULES:
        return held.id
    first = call.args[0] if call.args else None
    return first.id if isinstance(first, ast.Name) else ""


def written(statement: ast.stmt) -> str:
    """The name whose elements a statement writes: `x[0] = 1`, `x.add_(1)`, `x += 1`."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        return target.value.id
    if isinstance(statement, ast.AugAssign):
        held = (
            statement.target.value
            if isinstance(statement.target, ast.Subscript)
            else statement.target
        )
        return held.id if isinstance(held, ast.Name) else ""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        in_place = call.func.attr.endswith("_") and not call.func.attr.endswith("__")
        if in_place and isinstance(call.func.value, ast.Name):
            return call.func.value.id
    return ""


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
    return (target.id, *dict.fromkeys(name for name in used if name not in MODULES))
