"""What a remark says of names that stand for one object or one memory, and what it is told by."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from assistant.verify import properties
from assistant.verify.sites import object_words, touched
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import is_print


@dataclass(frozen=True, slots=True)
class Said:
    """An event, what it becomes of and what must be looked at besides."""

    what: str
    around: tuple[str, ...] = ()
    part: str = ""
    subject: str = ""
    lenient: bool = False
    since: str = ""


def of_objects(parsed: Parsed, text: str, statement: ast.stmt) -> list[Said]:
    """Which names stand for one object."""
    target = touched.target_of(statement)
    for pattern in (object_words.PAIR, object_words.IS):
        found = pattern.fullmatch(text)
        if found is not None:
            names = [touched.known_name(parsed, found["a"]), touched.known_name(parsed, found["b"])]
            plainly = re.search(r"\b(?:same|name|alias)\b", text) is None
            if pattern is object_words.IS and plainly and not _both_here(names, statement):
                return []  # "y is target" may say what it is for
            two = found.groupdict().get("two") or found.groupdict().get("not")
            return _pair(names, two=bool(two))
    tied = object_words.TIED.fullmatch(text) is not None
    shared = object_words.ONE_MEMORY.fullmatch(text) is not None
    two = isinstance(statement, ast.Assign) and len(statement.targets) == 2  # a = b = []
    if isinstance(statement, ast.Assign) and two and (tied or shared):
        return _pair([ast.unparse(one) for one in statement.targets], two=False)
    if not isinstance(statement, ast.Assign) or not target:
        return []
    if (found := object_words.AS.fullmatch(text)) is not None:
        return _pair([target, touched.known_name(parsed, found["b"])], two=bool(found["not"]))
    other = touched.other_of(parsed, statement)
    if (apart := object_words.INDEPENDENT.fullmatch(text)) is not None:
        given = touched.known_name(parsed, touched.given_to(parsed, statement))
        named = touched.known_name(parsed, apart["b"] or "") or other or given
        return [Said("independent", subject=f"({target}, {named},)")] if named else []
    if (joint := object_words.SHARES_WITH.fullmatch(text)) is not None and not joint["not"]:
        named = touched.known_name(parsed, joint["b"])
        return [Said("one memory", subject=f"({target}, {named},)")] if named else []
    if object_words.NEW.fullmatch(text):
        if other:
            return _pair([target, other], two=True)
        used = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
        return [Said("rebound", (target,))] if target in used else []
    if other and tied:
        return _pair([target, other], two=False)
    rooted = other or touched.known_name(parsed, touched.given_to(parsed, statement))
    if rooted and shared:
        return [Said("one memory", subject=f"({target}, {rooted},)")]
    if other and object_words.UNTIED.fullmatch(text):
        return _pair([target, other], two=True)
    return []


def _both_here(names: list[str], statement: ast.stmt) -> bool:
    """Whether a statement makes one of two names of the other."""
    target, *others = properties.sources(statement) or ("",)
    return {target} < set(names) and bool(set(names) & set(others))


def of_memory(parsed: Parsed, text: str, statement: ast.stmt) -> list[Said]:
    """Whether what a statement makes shares memory with what bears no name, or goes to many."""
    shared = object_words.VIEW.fullmatch(text)
    if shared is None and object_words.COPY.fullmatch(text) is None:
        return []
    held = getattr(statement, "value", None)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    given = touched.given_to(parsed, statement)
    if isinstance(held, ast.Subscript):
        given = touched.expressed(parsed, held)
    if shared is not None and shared["of"] and shared["of"] != given:
        return []
    several = isinstance(target, ast.Tuple) or _gives_several(held)
    if not given or not (given.startswith("@") or several) or is_print(statement):
        return []
    return [Said("shares" if shared else "copies", (given,))]


def _gives_several(held: ast.expr | None) -> bool:
    """Whether a call gives several tensors."""
    name = getattr(held.func, "attr", "") if isinstance(held, ast.Call) else ""
    return name in ("split", "chunk", "unbind", "tensor_split", "hsplit", "vsplit")


def _pair(names: list[str], *, two: bool) -> list[Said]:
    if not all(names) or names[0] == names[1]:
        return []
    return [Said("two objects" if two else "one object", subject=f"({', '.join(names)},)")]
