"""How far a claim that was borne out goes: a verdict stands by what was looked at, and no more."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify.expect import (
    Dtype,
    Each,
    Expectation,
    Shape,
    Value,
    Works,
    literals_in,
    sizes_of,
    worked_out,
)
from assistant.verify.literals import Call, Num, Seq
from assistant.verify.sites import Site

_END = re.compile(r"\s*[,;:(—–]")
_CLAUSE = re.compile(r"([^,;:(]*)([,;:(]?)(.*)$", re.DOTALL)
_READ = ("value", "print", "expr", "given")
# What a remark could state besides.
_STATED = re.compile(r"\d|\b(?:True|False|None|bool|long|half|double)\b")


def compared(site: Site) -> str:
    """The part of a remark that a look at its one value has settled.

    `tensor(True), same result for delta=1` says two things, of which the value shows the first.
    """
    expected = site.expectation
    if isinstance(expected, Works) and site.how == "raises":
        said, sign, rest = _CLAUSE.match(site.text).groups()  # type: ignore[union-attr]
        return said if sign and _STATED.search(rest) and not _STATED.search(said) else site.text
    while isinstance(expected, Each):
        expected = expected.expected
    if (
        site.how not in _READ
        or "\n" in site.text
        or not isinstance(expected, (Value, Shape, Dtype))
    ):
        return site.text
    sum_ = worked_out(site.text)
    if sum_ is not None and sum_.right:
        return site.text
    own = [(start, end) for start, end, one in literals_in(site.text) if _same(one, expected)]
    if len(own) != 1:
        return site.text
    ((start, end),) = own
    lead, rest = site.text[:start], site.text[end:]
    named = lead.replace(site.subject, "", 1) if site.subject else lead
    if _STATED.search(named):
        lead = ""
    if (other := _STATED.search(rest)) is not None:
        ends = [hit.start() for hit in _END.finditer(rest, 0, other.start())]
        rest = rest[: ends[-1]] if ends else ""
    return lead + site.text[start:end] + rest


def _same(one: Expectation, expected: Value | Shape | Dtype) -> bool:
    """Whether a value in a remark is the one that is expected."""
    if isinstance(one, Value) and isinstance(expected, Value):
        return one.node == expected.node
    if isinstance(one, Value) and isinstance(expected, Shape):
        node = one.node.args[0] if isinstance(one.node, Call) and one.node.args else one.node
        if isinstance(node, Seq) and node.kind == "()":
            node = replace(node, kind="(")
        return not isinstance(node, Num) and sizes_of(node) == expected.dims
    return one == expected
