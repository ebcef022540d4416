"""Where the words of a property send one to look, other than at the value of their statement."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from assistant.verify import expect, properties, subjects
from assistant.verify.expect import Reading
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import Site, is_print, site_of, targets_of

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[-?\d+\])*")
_REGISTERING = frozenset(
    "register_buffer register_parameter register_module add_module setattr".split()
)
_AGAIN = re.compile(
    r"(?:(?:draws?|gives|produces|yields|returns|reproduces|repeats|exactly|precisely|very|the"
    r"|and)\s+)*"
    r"(?:(?P<not>(?:other|different|new|not the same)(?=(?: \w+){0,2} (?:numbers|values|draws"
    r"|samples|noise|permutation|order)\b))|same|identical|equal)"
    r"(?:\s+(?:random|three|two|four|five|\d+))*"
    r"\s+(?:numbers?|values?|draws?|samples?|sequence|results?|noise|weights|entries|batch"
    r"|permutation|order|stream|tensor|output|answer|matrix|vector|thing)"
    r"(?:,?\s+(?:again|as (?:before|above|the first(?: time)?)|once more|second time|twice"
    r"|this time"
    r"|every time|each time|both times|up to (?:float )?rounding(?: errors?)?|within rounding))*",
    re.IGNORECASE,
)


def of_sizes(comment: Comment, statement: ast.stmt) -> Site | None:
    """The sizes of what an assignment makes, under names of their own: `N=8, C=3, H=W=32`."""
    words = comment.text.split(";")[0].strip(" .")
    known = properties.recognise(words)
    if known is None or known.recogniser.name != "has named sizes":
        return None
    own = set(re.findall(r"[^\W\d]\w*", words))
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    if not isinstance(statement.targets[0], ast.Name) or own & {statement.targets[0].id}:
        return None
    return site_of(Reading(expect.Property(words), words), comment, statement, "value")


def looked_at(
    parsed: Parsed,
    look: str,
    read: Reading,
    comment: Comment,
    statement: ast.stmt,
    about: str,
) -> Site | None:
    """A claim that another expression settles than the statement's value."""
    made = site_of(read, comment, statement, "expr")
    if "{owner}" in look:
        owner, name = _attribute(statement)
        if about or not owner:
            return None
        return replace(made, subject=look.format(owner=owner, name=name), bare=False)
    module = about or _module(parsed, statement) or _thing(statement)
    it = about or _thing(statement)
    if "{whole}" in look:
        whole = about or properties.written(statement) or it
        return replace(made, subject=look.format(whole=whole), bare=False) if whole else None
    if not (module if "{module}" in look else it):
        return site_of(read, comment, statement, "print" if is_print(statement) else "value")
    return replace(made, subject=look.format(it=it, module=module), bare=False)


def _module(parsed: Parsed, statement: ast.stmt) -> str:
    """What an assignment calls, if that is a thing of the snippet: `net` in `y = net(x)`."""
    call = statement.value if isinstance(statement, ast.Assign) else None
    name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
    plain = re.fullmatch(_DOTTED, name) is not None and name[:1].islower()
    return name if plain and subjects.is_safe(name, parsed.known - {"torch", "F", "nn"}) else ""


def argument_of(parsed: Parsed, statement: ast.stmt) -> str:
    """The one argument of the call that makes an assignment's value, if it can be seen again."""
    targets = targets_of(statement)
    call = statement.value if isinstance(statement, ast.Assign) else None
    if len(targets) != 1 or not isinstance(call, ast.Call) or len(call.args) != 1:
        return ""
    source = ast.unparse(call.args[0])
    used = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
    if targets[0] in used or not (used and subjects.is_pure(source, parsed.known)):
        return ""
    return source


def _attribute(statement: ast.stmt) -> tuple[str, str]:
    """The object and the attribute that a statement sets: of `self.x = …`, `self` and `x`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    target = targets[0] if len(targets) == 1 else getattr(statement, "target", None)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return target.value.id, target.attr
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not call.args:
        return "", ""
    where = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0]
    named = call.args[0 if isinstance(call.func, ast.Attribute) else 1 :][:1]
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    name = named[0].value if named and isinstance(named[0], ast.Constant) else None
    if called not in _REGISTERING or not isinstance(where, ast.Name) or not isinstance(name, str):
        return "", ""
    return (where.id, name) if name.isidentifier() else ("", "")


def _thing(statement: ast.stmt) -> str:
    """The name, or attribute, of what a statement makes, calls or shows."""
    targets = list(targets_of(statement))
    if len(targets) == 1:
        return targets[0] if re.fullmatch(_DOTTED, targets[0]) else ""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if is_print(statement) and isinstance(call, ast.Call) and len(call.args) == 1:
        call = None if isinstance(call.args[0], ast.Call) else call
        shown = ast.unparse(statement.value.args[0])  # type: ignore[attr-defined]
        return shown if call is not None and re.fullmatch(_DOTTED, shown) else ""
    return properties.changed(statement)


def appended(parsed: Parsed, statement: ast.stmt) -> str:
    """What a bare call appends to a list: `loss.item()`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return ""
    source = ast.unparse(call.args[0]) if len(call.args) == 1 else ""
    return source if call.func.attr == "append" and subjects.is_pure(source, parsed.known) else ""


def made_again(parsed: Parsed, comment: Comment, clause: str, statement: ast.stmt) -> Site | None:
    """`same seed, same numbers`: what was made above, by the same code or right in front."""
    said = _AGAIN.fullmatch(properties.plain(clause))
    targets = targets_of(statement)
    if said is None or len(targets) != 1 or not isinstance(statement, ast.Assign):
        return None
    above, made = parsed.beside(statement), targets[0]
    source = ast.unparse(statement.value)
    called = isinstance(statement.value, ast.Call)
    twins = [
        _bound_to(node)
        for node in reversed(above)
        if called and isinstance(node, ast.Assign) and ast.unparse(node.value) == source
    ]
    twins = [one for one in dict.fromkeys(twins) if one and one != made]
    lenient = not twins
    if not twins and above and not said["not"] and _bound_to(above[-1]):
        twins = [_bound_to(above[-1])]
    if not twins or (said["not"] and len(twins) > 1) or twins[0] == made:
        return None
    equal = f"one.shape == {made}.shape and bool((one == {made}).all())"
    other = f"next((one for one in ({', '.join(twins)},) if {equal}), {twins[0]})"
    words = f"{'differs from' if said['not'] else 'same as'} {twins[0]}"
    site = site_of(Reading(expect.Property(words), clause), comment, statement, "expr")
    pair = f"({made}, {other if len(twins) > 1 else twins[0]},)"
    return replace(site, subject=pair, lenient=lenient)


def _bound_to(node: ast.stmt) -> str:
    """The one name that an assignment binds."""
    names = targets_of(node)
    return names[0] if len(names) == 1 and names[0].isidentifier() else ""
