"""Rows of tables that state defaults: which cell holds a value, of which parameter, of what.

A value's owner and its parameter stand in the cells beside it, in the head above it, or (the owner)
before the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.verify.names import Known

_SAYS_DEFAULT = re.compile(
    r"\bdefaults?\b|\b(?:if|when|unless|where) (?:it is |they are |you |nothing is |nothing "
    r"|not |one"
    r" |un)?(?:omitted|left|leave|given|set|missing|passed|said|specified|overridden|omit|say|told)"
    r"|\bout of the box|\binitial|\bpreset|\bfactory|\bwithout (?:it|arguments?|any|anything)\b"
    r"|\bleft (?:out|off)\b|\bleave (?:[\w`]+ ){1,3}(?:out|off)\b"
    r"|\bomitted|\bimplicit|\bunset|\bas shipped|\bbuilt[- ]in|\bstandard (?:value|setting)",
    re.IGNORECASE,
)
_VALUES = re.compile(r"^\W*(?:its |the |real |actual )?(?:value|setting)s?\W*$", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:recommend\w*|typical\w*|common\w*|usual\w*|suggest\w*|my|our|your|we|try|used|tuned|paper"
    r"|keras|tensorflow|jax|old|before|previous\w*|formerly|good|range|values to|example"
    r"|changed)\b",
    re.IGNORECASE,
)
_PURE = re.compile(
    r"[-−–]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+−]?\d+)?|True|False|None|inf|'[^'\n]*'|\"[^\"\n]*\""
    r"|\([-−\d.,\se]+\)"
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
# "`lr` of `torch.optim.SGD`"
_WHOSE = re.compile(r"([A-Za-z_]\w*)`?\s+(?:of|in|for)\s+`?[\w.]+`?$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: its text without marks, and the offset of that in the row."""

    text: str
    start: int
    marked: bool

    @property
    def end(self) -> int:
        """The offset behind its text."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Cellwise:
    """A default that a row states: `value` of `parameter` of `owner`, and where; see `Stated`."""

    start: int
    end: int
    owner: str
    parameter: str
    value: str
    firm: bool
    known: bool


def cells(row: str) -> list[Cell]:
    """The cells of a row of a table in Markdown."""
    body = row.strip()
    at = row.find(body)
    found: list[Cell] = []
    for hit in re.finditer(r"\|((?:\\\||[^|])*)(?=\||$)", body):
        raw = hit[1]
        text = raw.strip().strip("`*").strip()
        if not text and hit.end() >= len(body):
            break
        start = at + hit.start(1) + (raw.find(text) if text else 0)
        found.append(Cell(text, start, "`" in raw))
    return found


def says_default(text: str) -> bool:
    """Whether the head of a table, or what stands above it, calls its values defaults."""
    return bool(_SAYS_DEFAULT.search(text)) and not _OTHERWISE.search(text)


def stated(
    row: str,
    head: str,
    caption: str,
    around: Mapping[str, Known],
    resolve: Callable[[str], Mapping[str, Known]],
) -> Iterator[Cellwise]:
    """The defaults that a row states.

    Args:
        row: of a table.
        head: its first row.
        caption: what stands above the table.
        around: what the table may speak of, nearest first, if it does not say it.
        resolve: what a text names of the library.
    """
    columns, heads = cells(row), cells(head)
    if len(columns) != len(heads) or len(columns) < 2 or _OTHERWISE.search(caption):
        return
    owners = [resolve(cell.text) for cell in columns]
    above = [resolve(cell.text) for cell in heads]
    own = {name: about for one in owners for name, about in one.items()}
    firm_table = says_default(caption) or says_default(head)
    for place, cell in enumerate(columns):
        if _OTHERWISE.search(heads[place].text):
            continue
        if above[place] or len(own) == 1:
            of = above[place] or own
        else:
            of = dict(around) if not own else {}
        named = _parameter(columns, heads, place, of)
        if named is None:
            continue
        owner, parameter, at, known = named
        told = says_default(heads[place].text)
        beside = bool(above[place]) or heads[place].text == parameter
        if not (told or beside or _VALUES.match(heads[place].text)):
            continue
        value = _value(cell, of[owner], parameter)
        if value is None or (not known and not told):
            continue
        begins = at if place and columns[place - 1].start == at else cell.start
        yield Cellwise(begins, cell.end, owner, parameter, value, told or firm_table, known)


def _parameter(
    columns: Sequence[Cell], heads: Sequence[Cell], place: int, of: Mapping[str, Known]
) -> tuple[str, str, int, bool] | None:
    """Owner and parameter of the value at `place`, where the parameter stands, if in the row."""
    beside = [(cell.text, cell.start, cell.marked) for cell in columns[:place]]
    for text, at, marked in [*reversed(beside), (heads[place].text, -1, False)]:
        whose = _WHOSE.match(text)
        name = whose[1] if whose is not None else text
        if not _IDENTIFIER.fullmatch(name):
            continue
        for owner, about in of.items():
            if name in about.parameters:
                return owner, name, at, True
        if marked and len(of) == 1 and at >= 0 and not _PURE.fullmatch(name):
            (owner,) = of
            if not of[owner].open and name.islower():
                return owner, name, at, False
    return None


def _value(cell: Cell, about: Known, parameter: str) -> str | None:
    """The value that a cell holds, as source."""
    if _PURE.fullmatch(cell.text):
        return cell.text
    default = about.parameters.get(parameter) or ""
    if default[:1] in "'\"" and default and re.fullmatch(r"[a-z]\w*", cell.text):
        return f"'{cell.text}'"
    truth = {"on": "True", "off": "False", "yes": "True", "no": "False", "none": "None"}
    lowered = cell.text.lower()
    if default in ("True", "False") and lowered in truth:
        return truth[lowered]
    return "None" if lowered == "none" else None
