"""Claims of code about the library itself, judged by asking it."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import ClaimKind
from assistant.verify import names, stated
from assistant.verify.judge import Judgement
from assistant.verify.names import Known, Library
from assistant.verify.observe import Fault
from assistant.verify.sites import comments_of
from corpus import syntax

MOST_LABEL = 60  # characters of an expression that a claim is named by


@dataclass(frozen=True, slots=True)
class Fact:
    """A judged claim: on a line of code, or (line 0) at an offset of a text.

    `about` is the parameter whose default is stated, as `torch.nn.Dropout.p`; else empty.
    """

    kind: ClaimKind
    line: int
    text: str
    judgement: Judgement
    offset: int = 0
    about: str = ""


def of_code(
    library: Library,
    code: str,
    warned: Sequence[tuple[int, str, str]] = (),
    faults: Sequence[Fault] = (),
    failing: Container[int] = (),
) -> list[Fact]:
    """Names and keywords in code that do not exist, deprecated ones, and defaults in comments.

    Args:
        library: what is asked.
        code: the snippet.
        warned: `(line, category, message)` of the warnings that running it gave.
        faults: the statements that failed when it ran.
        failing: lines of which the page itself says that they fail: they claim no name.
    """
    uses = names.uses_in(code)
    known = library.look_up([use.name for use in uses])
    outdated = _outdated(code)
    claimed = [use for use in uses if use.line not in failing and use.line not in outdated]
    asked = names.asked_for(code)
    found: list[Fact] = list(_attributes(library, code, faults))
    told: set[str] = set()
    for use in claimed:
        about = known.get(use.name)
        if about is None:
            continue
        if about.exists is False and use.name not in told and use.written not in asked:
            told.add(use.name)
            found.append(Fact("exists", use.line, use.written, missing(use.name, about)))
        if about.exists and about.callable and not about.open:
            for keyword, line in use.keywords:
                label = f"{use.written}({keyword}=…)"
                if keyword not in about.parameters and label not in told:
                    told.add(label)
                    taken = ", ".join(name for name in about.parameters if name != "self")
                    observed = f"{use.written} takes {taken}"[:300]
                    note = f"it has no parameter `{keyword}`"
                    found.append(Fact("exists", line, label, Judgement("refuted", observed, note)))
        for keyword, line in use.keywords if about.exists and about.open else ():
            # What is written in C++ need not name all that it takes: it is asked by running it.
            fault = _turned_down(keyword, use.line, faults)
            label = f"{use.written}({keyword}=…)"
            if fault and keyword not in about.parameters and label not in told:
                told.add(label)
                observed = f"{fault.raised.type}: {fault.raised.message.splitlines()[0]}"[:300]
                note = f"it does not take `{keyword}`"
                found.append(Fact("exists", line, label, Judgement("refuted", observed, note)))
    found.extend(_default_comments(code, known))
    for line, category, message in warned:
        if "deprecat" in message.lower() or category in ("DeprecationWarning", "FutureWarning"):
            source = code.splitlines()[line - 1].strip() if 0 < line <= code.count("\n") + 1 else ""
            text = next((use.written for use in uses if use.line == line), source)
            label = f"{category}: {' '.join(message.split())}"[:300]
            if source and text not in told:
                told.add(text)
                judged = Judgement("confirmed", label, "it exists and is deprecated")
                found.append(Fact("exists", line, text, judged))
    return found


_OUTDATED = re.compile(r"\b(?:deprecated|removed|renamed|no longer|gone (?:since|in))\b", re.I)


def _outdated(code: str) -> frozenset[int]:
    """Lines with a remark that their name belongs to other versions of the library."""
    remarks = (one for one in comments_of(code) if one.trailing)
    return frozenset(one.line for one in remarks if _OUTDATED.search(one.text))


_NO_ATTRIBUTE = re.compile(r"'(?P<of>\w+)' object has no attribute '(?P<name>\w+)'")
_MEANT = re.compile(
    r"error|fail|raise|exist|no such|no attribute|wrong|bad\b|bug|broken|oops|not\b|n't\b|[❌✗✘]",
    re.IGNORECASE,
)


def _attributes(library: Library, code: str, faults: Sequence[Fault]) -> Iterator[Fact]:
    """Methods and attributes of a tensor that running the code found missing."""
    lines = code.splitlines()
    for fault in faults:
        found = _NO_ATTRIBUTE.match(fault.raised.message)
        first, last = fault.statement
        around = "\n".join(lines[max(0, first - 2) : last + 1])
        remarks = " ".join(one.text for one in comments_of(around))
        if found is None or fault.raised.type != "AttributeError" or _MEANT.search(remarks):
            continue
        owners = _owners(found["of"], code)
        tree = syntax.tree(code)
        uses = [
            node
            for node in (ast.walk(tree) if tree is not None else ())
            if isinstance(node, ast.Attribute) and node.attr == found["name"]
        ]
        known = library.look_up([f"{owner}.{found['name']}" for owner in owners])
        held = [f"{owner}.{found['name']}" for owner in owners]
        name = next((one for one in held if one in known and known[one].exists is False), "")
        about = known.get(name)
        asked = any(isinstance(node.ctx, ast.Store) for node in uses) or re.search(
            rf"[\"']{found['name']}[\"']", code
        )
        here = [node for node in uses if node.end_lineno in range(first, last + 1)]
        if asked or not here or about is None or about.exists is not False:
            continue
        label = ast.unparse(here[0])
        written = label if len(label) <= MOST_LABEL else f"Tensor.{found['name']}"
        line = here[0].end_lineno or first
        yield Fact("exists", line, written, missing(name, about))


def _owners(kind: str, code: str) -> tuple[str, ...]:
    """What of the library an exception calls by the name of its class alone."""
    if kind in ("Tensor", "Parameter"):
        return ("torch.Tensor",)
    if re.search(rf"\bclass {kind}\b", code) or not kind[:1].isupper():
        return ()
    return (f"torch.nn.{kind}", f"torch.optim.{kind}")


def _turned_down(keyword: str, line: int, faults: Sequence[Fault]) -> Fault | None:
    """The failure of the statement at `line` for want of a parameter of that name."""
    for fault in faults:
        first, last = fault.statement
        named = re.search(rf"'{keyword}'|\b{keyword}=", fault.raised.message)
        if first <= line <= last and fault.raised.type == "TypeError" and named:
            return fault
    return None


def missing(name: str, about: Known) -> Judgement:
    """The verdict on a name that is not there."""
    near = names.alternatives(name, about)
    meant = f"; nearest: {', '.join(near)}" if near else ""
    return Judgement("refuted", f"{name} does not exist{meant}", f"looked for in {about.within}")


def default_judged(stated: str, default: str, parameter: str) -> Judgement | None:
    """The verdict on a stated default; None where the two cannot be compared."""
    agreed = names.default_agrees(stated, default)
    if agreed is None:
        return None
    return Judgement("confirmed" if agreed else "refuted", f"{parameter}={default}")


def _called_default(
    remark: str, use: names.Use, known: Mapping[str, Known]
) -> list[tuple[str, str]]:
    """Parameters of what is called, and what a remark beside it says are their defaults."""
    others = {name for name in stated.owners_in(remark) if name not in ("True", "False", "None")}
    if others - {use.written, use.written.rpartition(".")[2]}:
        return []
    return [
        (one.parameter, one.value)
        for one in stated.read(stated.Unit(remark, 0, (use.name,)), known)
        if one.manner == "default" and one.firm and one.owner == use.name
    ]


def _default_comments(code: str, known: Mapping[str, Known]) -> list[Fact]:
    """`f(reduction="mean")  # default`: the comment says that the keyword is the default."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    uses = {(use.line, use.column): use for use in names.uses_in(code)}
    found: list[Fact] = []
    for comment in comments_of(code):
        if not comment.trailing:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or node.end_lineno != comment.line:
                continue
            use = uses.get((node.func.end_lineno or 0, node.func.col_offset))
            about = known.get(use.name) if use is not None else None
            keywords = [(word.arg, ast.unparse(word.value)) for word in node.keywords if word.arg]
            chosen = names.default_remark(comment.text, keywords)
            if about is None or use is None:
                continue
            pairs = [chosen] if chosen is not None else _called_default(comment.text, use, known)
            found_for = [
                default_judged(value, default, parameter)
                for parameter, value in pairs
                if (default := about.default(parameter)) is not None
            ]
            judged = next((one for one in found_for if one is not None), None)
            if judged is not None:
                found.append(Fact("property", comment.line, comment.text, judged))
                break
    return found
