"""The sentences and rows of a text, and what each may speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verify import names, tables
from assistant.verify.names import Known

Manner = Literal[
    "default", "mentioned", "takes", "takes_not", "needs", "built_with", "signature", "called"
]

_CLASS = re.compile(r"(?<![\w.])`?([A-Z][A-Za-z]+\d?d?)`?(?!\w|\.\w)")
# A function of several words, marked as code: `clip_grad_norm_`.
_FUNCTION = re.compile(r"`([a-z]+(?:_[a-z\d]+)+_?)(?=`|\()")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z`*\"'(])|\n(?=\s*(?:[-*•|]|\d+[.)])\s)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a table row.

    Attributes:
        text: as cleaned.
        start: offset of its first character in the document.
        owners: what else it may speak of, nearest first, as `owners_in` has it.
        heading: whether the head of the table says that its values are defaults.
        row: whether it is a row of a table.
        head: the head of that table.
        caption: the last sentence above it, with the title.
    """

    text: str
    start: int
    owners: tuple[str, ...]
    heading: bool = False
    row: bool = False
    head: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a unit states of one parameter of a callable.

    Attributes:
        manner: what it says: the default is `value`; it is taken, not taken, or needed, or the
            constructor takes it; or, for `signature`, the parameters between the parentheses in
            `value`.  Where agreeing tells that it is right, and disagreeing tells nothing, since
            somebody may have chosen: `mentioned` with `value`, `called` with what `value` has.
        text: the words that say it.
        start: their offset in the document.
        owner: dotted name of the callable.
        parameter: its name; empty for a signature.
        value: the default as written.
        firm: whether disagreeing is a falsehood; else the words may speak of somebody's choice.
    """

    manner: Manner
    text: str
    start: int
    owner: str
    parameter: str
    value: str = ""
    firm: bool = True


def units(
    texts: Sequence[tuple[str, int]], title: str = "", headings: Sequence[str] = ()
) -> list[Unit]:
    """The sentences and rows of paragraphs and tables, each with what it may speak of.

    Args:
        texts: paragraphs, lists and tables, cleaned, with their offsets.
        title: of what they stand under.
        headings: of the section of each text, where they are known.
    """
    above = owners_in(title)
    found: list[Unit] = []
    last: tuple[str, ...] = ()
    caption, heading = title, ""
    for number, (text, start) in enumerate(texts):
        if number < len(headings) and headings[number] != heading:
            heading = headings[number]
            last = owners_in(heading) or last
            caption = heading or title
        if text.lstrip().startswith("|") and text.count("|") > 3:
            found.extend(_rows(text, start, (*last, *above), caption))
            caption = heading or title  # what stands above a table is that table's
            continue
        listed = caption.rstrip("* ").endswith(":") and tables.says_default(caption)
        caption = _SENTENCE.split(text.rstrip())[-1]
        before: tuple[str, ...] = ()
        at = 0
        for part in _SENTENCE.split(text):
            place = text.find(part, at)
            at = place + len(part)
            item = listed and re.match(r"\s*(?:[-*•]|\d+[.)])\s", part) is not None
            found.append(Unit(part, start + place, (*before, *last, *above), heading=item))
            before = (*reversed(owners_in(part)), *before)
        last = before or last
    return found


def _rows(text: str, start: int, context: tuple[str, ...], caption: str) -> Iterator[Unit]:
    lines = text.splitlines(keepends=True)
    head = lines[0]
    owners = owners_in(head)
    heading = tables.says_default(head)
    at = len(head)
    for line in lines[1:]:
        if not re.fullmatch(r"[|\s:\-]*", line):
            yield Unit(
                line.rstrip(), start + at, (*owners, *context), heading, row=True, head=head,
                caption=caption,
            )  # fmt: skip
        at += len(line)


def owners_in(text: str) -> tuple[str, ...]:
    """What a text names of the library, in its order: dotted names, and classes as written."""
    found = [(at, name) for _, name, at in names.names_in_prose(text)]
    found += [(hit.start(1), hit[1]) for one in (_CLASS, _FUNCTION) for hit in one.finditer(text)]
    return tuple(dict.fromkeys(written for _, written in sorted(found)))


def wanted(found: Sequence[Unit]) -> set[str]:
    """The dotted names that have to be looked up before `read`."""
    owners = {owner for unit in found for owner in (*owners_in(unit.text), *unit.owners)}
    return {name for owner in owners for name in names.candidates(owner)}


def resolved(owners: Sequence[str], known: Mapping[str, Known]) -> dict[str, Known]:
    """Those of `owners` that exist and can be called, by dotted name, in order."""
    found: dict[str, Known] = {}
    for owner in owners:
        for name in names.candidates(owner):
            if name in known and known[name].exists and known[name].callable:
                found.setdefault(name, known[name])
                break
    return found
