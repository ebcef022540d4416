"""Claims in trailing comments: each speaks of the statement that ends on its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.verify import expect, properties, subjects
from assistant.verify.expect import Fails, Printed, Reading, Shape, Value, Works
from assistant.verify.literals import Num, Seq
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.parsed import Parsed
from assistant.verify.sites.site import (
    SIMPLE,
    Site,
    is_constructor,
    is_print,
    is_setting,
    site_of,
    targets_of,
)


def is_range(read: Reading) -> bool:
    """Whether what was read as two values may be the ends of a range."""
    node = read.expectation.node if isinstance(read.expectation, Value) else None
    if not isinstance(node, Seq) or len(node.items) != 2:
        return False
    low, high = node.items
    return (
        isinstance(low, Num)
        and isinstance(high, Num)
        and low.value.real <= 0
        and low.value.real < high.value.real <= 1
    )


def trailing(parsed: Parsed, comment: Comment) -> Iterator[Site]:
    """The claim of one trailing comment."""
    statement = parsed.ending_on(comment.line)
    if statement is None:
        return
    several = expect.parts(comment.text)
    claims = [attach(parsed, one, comment, statement) for one in several]
    if claims and all(one is not None and one.how != "text" for one in claims):
        yield from (
            replace(one, column=comment.column + max(0, comment.text.find(one.text)))
            for one in claims
            if one is not None
        )
        return
    read = expect.read(comment.text)
    text, end_line = comment.text, comment.line
    if read is None and expect.is_open(comment.text):
        text, end_line = _continued(parsed, comment)
        read = expect.read(text)
    known = properties.recognise(comment.text)
    works = read is not None and isinstance(read.expectation, Works)
    if known is not None and works:
        about = _property(parsed, known, comment, statement, None)
        if about is not None:
            yield about
    elif known is not None and _may_hold(read) and "tensor(" not in comment.text:
        pair = read if read is not None and is_range(read) else None
        about = _property(parsed, known, comment, statement, pair)
        if about is not None:
            yield about
            return
    if read is None:
        if is_print(statement) and looks_printed(comment.text):
            yield site_of(
                Reading(Printed(comment.text), comment.text),
                comment,
                statement,
                "text",
                tentative=True,
            )
        return
    site = attach(parsed, replace(read, text=text), comment, statement)
    if site is not None:
        yield replace(site, end_line=end_line)


def _may_hold(read: Reading | None) -> bool:
    """Whether a comment with a property in it says nothing that weighs more."""
    return read is None or bool(read.lenient) or is_range(read)


def _property(
    parsed: Parsed,
    known: tuple[properties.Recogniser, re.Match[str]],
    comment: Comment,
    statement: ast.stmt,
    otherwise: Reading | None,
) -> Site | None:
    """A comment that ascribes a property to the value beside it."""
    if not isinstance(statement, SIMPLE):
        return None
    other = otherwise.expectation if otherwise is not None else None
    read = Reading(expect.Property(comment.text, other), comment.text)
    recogniser, words = known
    if recogniser.pair or recogniser.other:
        named = properties.sources(statement)
        if recogniser.other:
            named = _with_other(parsed, words["other"], statement)
        else:
            said = re.search(r"\b(?:with|of) `?([^\W\d]\w*)`?\s*(?:$|[,.;—–!(])", comment.text)
            if said is not None and said[1] in named[1:]:
                named = (named[0], said[1])
        if len(named) < 2:
            return None
        site = site_of(read, comment, statement, "expr")
        return replace(site, subject=f"({', '.join(named)},)")
    return site_of(read, comment, statement, "print" if is_print(statement) else "value")


def _with_other(parsed: Parsed, other: str, statement: ast.stmt) -> Sequence[str]:
    """What a statement makes, and the expression that a comment sets beside it."""
    other = re.sub(r"^[^\W\d]\w*\s*=(?!=)\s*|\s+(?:again|too|here|above)$", "", other.strip(" `"))
    while other and not subjects.is_pure(other, parsed.known):
        other = other.rpartition(", ")[0]  # "same as f(x), only faster"
    if is_print(statement):
        call = statement.value  # type: ignore[attr-defined]
        made = [ast.unparse(argument) for argument in call.args]
    else:
        made = list(targets_of(statement))
    if len(made) != 1 or not all(subjects.is_pure(one, parsed.known) for one in (made[0], other)):
        return ()
    return (made[0], other)


def _continued(parsed: Parsed, comment: Comment) -> tuple[str, int]:
    """A trailing value that goes on over the comment lines below it."""
    text, end = comment.text, comment.line
    below = {other.line: other for other in parsed.comments if not other.trailing}
    while expect.is_open(text) and end + 1 in below:
        end += 1
        text += "\n" + below[end].text
    return text, end


def attach(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """The claim of a reading upon the statement beside it, if it can be one."""
    if isinstance(read.expectation, (Fails, Works)):
        if isinstance(statement, (ast.Raise, ast.Import, ast.ImportFrom)):
            return None
        return site_of(read, comment, statement, "raises")
    if read.subject:
        return _about(parsed, read, comment, statement)
    if not isinstance(statement, SIMPLE):
        return None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None
    held = getattr(statement, "value", None)
    chosen = is_setting(held) if held is not None else False
    if held is None or (chosen and not isinstance(statement, (ast.Expr, ast.AugAssign))):
        return None
    targets = targets_of(statement)
    if (
        isinstance(read.expectation, expect.Shape)
        and read.expectation.given
        and isinstance(held, ast.Call)
        and is_constructor(held)
        and targets
    ):
        maps = expect.Maps(read.expectation.given, read.expectation.dims)
        made = site_of(replace(read, expectation=maps), comment, statement, "maps")
        return replace(made, subject=targets[0])
    if read.weak and isinstance(held, ast.Call) and is_constructor(held):
        return None
    if read.passing and isinstance(read.expectation, Shape) and _steps(held) > 1:
        return None
    return site_of(read, comment, statement, "print" if is_print(statement) else "value")


def _about(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """A claim that names what it is about, or that only seemed to."""
    found = _named(parsed, read, comment, statement)
    known = read.subject in parsed.known or "." in read.subject
    if read.otherwise is None or known or (found is not None and not found.tentative):
        return found
    return attach(parsed, read.otherwise, comment, statement) or found


def _named(parsed: Parsed, read: Reading, comment: Comment, statement: ast.stmt) -> Site | None:
    """A claim that names what it is about: the statement's own target, or an expression."""
    subject = read.subject
    targets = targets_of(statement)
    if subject in {node.arg for node in ast.walk(statement) if isinstance(node, ast.keyword)}:
        return None  # it explains an argument
    if subject.startswith("."):
        if len(targets) == 1:
            subject = targets[0] + subject
        elif is_print(statement):
            call = statement.value  # type: ignore[attr-defined]
            dotted = [ast.unparse(arg) for arg in call.args]
            if len(dotted) == 1 and dotted[0].endswith(subject):
                return site_of(read, comment, statement, "print")
            return None
        else:
            return None
    if subject in targets and isinstance(statement, SIMPLE):
        held = getattr(statement, "value", None)
        if held is not None and is_setting(held):
            return None
        if len(targets) == 1:
            return site_of(read, comment, statement, "value")
    if is_print(statement):
        call = statement.value  # type: ignore[attr-defined]
        if len(call.args) == 1 and ast.unparse(call.args[0]) == subject:
            return site_of(read, comment, statement, "print")
    if subjects.is_safe(subject, parsed.known):
        return replace(site_of(read, comment, statement, "expr"), subject=subject)
    if is_print(statement) and len(statement.value.args) == 1:  # type: ignore[attr-defined]
        named = expect.label(read)
        if named is not None and subject not in parsed.known:
            return site_of(named, comment, statement, "print")
    if is_print(statement):
        printed = Reading(Printed(comment.text), comment.text)
        return site_of(printed, comment, statement, "text", tentative=True)
    return None


def _steps(value: ast.expr) -> int:
    """How many operations and calls make a value."""
    return sum(isinstance(node, (ast.Call, ast.BinOp)) for node in ast.walk(value))


def looks_printed(text: str) -> bool:
    """Whether a comment is short enough to be a printed line."""
    return len(text) <= 200
