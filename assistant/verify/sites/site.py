"""A claim and the code it speaks of, before anything has run."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

from assistant.types import ClaimKind
from assistant.verify import expect, subjects
from assistant.verify.expect import Reading
from assistant.verify.literals import Call, Num
from assistant.verify.sites.comments import Comment
from assistant.verify.sites.evidence import counts, related

How = Literal[
    "around",
    "beside",
    "rebound",
    "value",
    "print",
    "text",
    "expr",
    "given",
    "raises",
    "maps",
    "uncommented",
    "echo",
]
SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)


@dataclass(frozen=True, slots=True)
class Site:
    """A claim and the code it speaks of, before anything has run.

    Attributes:
        kind: of the claim.
        expectation: what the author expects.
        line: 1-based line of the code on which the claim begins, `end_line` on which it ends.
        column: 0-based column at which the claim's text begins on `line`.
        text: the claim as written, lines joined by a newline.
        key: `line:column` of the statement concerned, as the driver names it.
        how: how the driver has to look.
        subject: the expression looked at, for `expr` behind the statement and for `given` in front
            of it; what is looked at besides the value, for `beside` behind and for `rebound` in
            front of the statement.
        statement: first and last line of the statement concerned.
        part: which printed line a claim is about, from 0; -1 for all of it.
        run: keys of print statements whose output belongs together, for `text`.
        tentative: only a claim if what was printed has the same words.
        lenient: only a claim if it is borne out.
        near: of a lenient one, also if what was seen differs in part only.
        slip: of these, only if a single size, element or digit differs.
        apart: said of other circumstances, so that it can only be borne out.
        bare: the statement is an expression whose value nobody takes.
        names: sizes that the snippet itself names, in a claimed shape.
        clause: one of several things that a comment says of the same statement.
        last: only a claim if nothing else in its comment is one.
        around: what is looked at in front of and behind the statement, for `around`.
        since: the key of an earlier statement in front of which it is looked at instead.
        code: the snippet with commented-out code put back, for `uncommented`.
    """

    kind: ClaimKind
    expectation: expect.Expectation
    line: int
    end_line: int
    column: int
    text: str
    key: str
    how: How
    subject: str = ""
    statement: tuple[int, int] = (0, 0)
    part: int = -1
    run: tuple[str, ...] = ()
    tentative: bool = False
    lenient: bool = False
    near: bool = False
    slip: bool = False
    apart: bool = False
    bare: bool = False
    names: tuple[str, ...] = ()
    clause: bool = False
    last: bool = False
    around: tuple[str, ...] = ()
    since: str = ""
    code: str = ""


def key_of(statement: ast.stmt) -> str:
    """The name of a statement between us and the driver."""
    return f"{statement.lineno}:{statement.col_offset}"


_COUNTING = frozenset(
    {
        "sum",
        "len",
        "numel",
        "nelement",
        "count_nonzero",
        "count",
        "argmax",
        "argmin",
        "dim",
        "size",
        "_nnz",
        "nnz",
        "index",
        "searchsorted",
        "bucketize",
        "find",
    }
)
"""Calls whose value a bare number behind them can hardly mean otherwise."""


LONG = 5  # digits


def span_of(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement."""
    return statement.lineno, statement.end_lineno or statement.lineno


def is_print(statement: ast.stmt) -> bool:
    """Whether a statement is a call of print."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "print"
    )


def targets_of(statement: ast.stmt) -> Sequence[str]:
    """What an assignment with one target assigns to, as source."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return [ast.unparse(statement.targets[0])]
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        return [ast.unparse(statement.target)]
    return []


def is_setting(value: ast.expr) -> bool:
    """A literal that the author chose: a number beside it is about something else."""
    if isinstance(value, ast.UnaryOp) and not isinstance(value.op, ast.Not):
        value = value.operand
    return isinstance(value, ast.Constant)


def is_constructor(call: ast.Call) -> bool:
    """Whether a call makes an object of a class, going by its capital."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name[:1].isupper() and not name.endswith(("Parameter", "Tensor", "Variable"))


def site_of(
    read: Reading,
    comment: Comment,
    statement: ast.stmt,
    how: How,
    *,
    tentative: bool = False,
) -> Site:
    """The claim of `read`, made by `comment` of `statement`."""
    slip = _as_shown(read, statement)
    return Site(
        kind=expect.kind_of(read.expectation),
        expectation=read.expectation,
        line=comment.line,
        end_line=comment.line,
        column=comment.column,
        text=read.text,
        key=key_of(statement),
        how=how,
        subject=read.subject,
        statement=span_of(statement),
        tentative=tentative,
        lenient=_is_lenient(read, statement),
        near=read.lenient in ("unless near", "unless printed")
        or slip
        or (read.lenient == "unless counted" and is_print(statement) and _is_long(read))
        or (read.lenient == "unless related" and related(read.phrase, ast.unparse(statement))),
        slip=slip,
        bare=isinstance(statement, ast.Expr) and not is_print(statement),
    )


# Words by which what a remark ends with is another time's, or another thing's.
_OTHERS = re.compile(
    r"\b(?:would|could|might|may|if|when|whenever|unless|until|before|was|were|had|instead|not|never"
    r"|no|without|unlike|previous\w*|earlier|former\w*|old|original\w*|initial\w*"
    r"|others?(?= (?:one|ones|way|is|are|has|gives)\b|\s*:)|another(?= (?:one|way|run|seed|call)\b)"
    r"|e\.g|example|default|given|needs?|requires?|wants?|expects?|inputs?|targets?|from|between"
    r"|than|rather|like|numpy|np|tensorflow|keras|jax|later|then|soon|will|next|after|first(?=\s*[:,])|once"
    r"|mistakes?|wrong|naive|flips?|swaps?|dim|axis|for|with|at|each|every|per|random|guess)\b|[?=]",
    re.IGNORECASE,
)


def _as_shown(read: Reading, statement: ast.stmt) -> bool:
    """Whether a remark ends with a value in the form in which the statement shows its own."""
    expected = read.expectation
    node = expected.node if isinstance(expected, expect.Value) else None
    of_type = isinstance(expected, expect.Dtype) and ast.unparse(statement).endswith(
        (".dtype", ".dtype)")
    )
    exact = isinstance(node, Num) and re.search(r"\.\d{4,}$", node.text) is not None
    if read.lenient != "always" or not (isinstance(node, Call) or of_type or exact):
        return False
    alone = is_print(statement) and len(getattr(statement.value, "args", ())) == 1  # type: ignore[attr-defined]
    found = re.search(
        r"(?:[:→>]|\b(?:is|are|gives?|see|get|be))\s+(?:[\w.]+\(.*\)|torch\.\w+|[-−]?\d*\.\d+)[.!]?$",
        read.text,
        re.DOTALL,
    )
    shown = alone or is_shown(statement)
    return shown and found is not None and not _OTHERS.search(read.text[: found.start()])


def _is_long(read: Reading) -> bool:
    """Whether a number has so many digits that it is hardly another's."""
    node = read.expectation.node if isinstance(read.expectation, expect.Value) else None
    return isinstance(node, Num) and len(node.text) >= LONG


def _is_lenient(read: Reading, statement: ast.stmt) -> bool:
    """Whether a disagreement with this statement would prove nothing."""
    if read.lenient in ("unless printed", "unless shown", "unless related"):
        shown = is_print(statement) or is_shown(statement)
        loose = read.lenient == "unless related"
        if loose and read.phrase in ("amount", "apiece", "bytes", "percent", "machine"):
            return not related(read.phrase, ast.unparse(statement))
        return not shown or (loose and not related(read.phrase, ast.unparse(statement)))
    if read.lenient == "unless counted":
        held = getattr(statement, "value", None)
        if is_print(statement) and isinstance(held, ast.Call) and len(held.args) == 1:
            held = held.args[0]
        if _is_call(held) and isinstance(held.func, ast.Attribute) and held.func.attr == "item":
            held = held.func.value
        if isinstance(held, ast.BinOp) and isinstance(held.op, (ast.FloorDiv, ast.Mod)):
            return not related(read.phrase, ast.unparse(held))
        name = getattr(held.func, "attr", getattr(held.func, "id", "")) if _is_call(held) else ""
        if isinstance(held, ast.Subscript) and ast.unparse(held.value).endswith(".shape"):
            name = "size"
        return name not in _COUNTING or not counts(read.phrase, name, ast.unparse(statement))
    return bool(read.lenient)


def is_shown(statement: ast.stmt) -> bool:
    """Whether a bare expression is there for its value: it calls nothing, or what computes."""
    if not isinstance(statement, ast.Expr):
        return False
    held = statement.value
    if isinstance(held, ast.Call):
        name = getattr(held.func, "attr", getattr(held.func, "id", ""))
        return name in subjects.METHODS | subjects.PURE | subjects.FUNCTIONS
    return not isinstance(held, (ast.Constant, ast.Await, ast.Yield, ast.YieldFrom))


def _is_call(node: ast.expr | None) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)
