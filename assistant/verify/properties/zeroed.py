"""Which rows or columns of a matrix are nought, and how much of each is."""

from __future__ import annotations

import math
import re

from assistant.verify.properties.recogniser import Recogniser, Seen, words

_LOOK = (
    "(lambda one: ' / '.join(f'{{name}} ' + ' '.join(str(int(n)) for n in (lines == 0).sum(1))"
    " + f' of {{lines.shape[1]}}' for name, lines in (('row', one), ('column', one.T)))"
    " if getattr(one, 'ndim', 0) == 2 and 0 < max(one.shape) <= 1000 and hasattr(one, 'numel')"
    " else one)(getattr({whole}, 'weight', {whole}))"
)
"""How many noughts each row and each column of a matrix, or of a module's weight, has."""
_SHARES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4, "thirds": 1 / 3}
_SO = (
    r"(?:(?:is|are|gets?|becomes?|has been|have been|all|entirely|completely|set to|filled with"
    r"|full of|now|just|exactly|made) )*"
    r"(?:0s?|wiped(?: out)?|zeroed(?: out)?|nought|blanked(?: out)?)$"
)


def _noughts(seen: Seen, line: str) -> tuple[list[int], int] | None:
    """How many noughts each row, or each column, has, and how long it is."""
    kind = "row" if line.lower().startswith("row") else "column"
    told = str(seen["v"]) if seen.get("t") == "str" else ""
    found = re.search(rf"\b{kind} ((?:\d+ )+)of (\d+)", told)
    return None if found is None else ([int(one) for one in found[1].split()], int(found[2]))


def lines_are(seen: Seen, found: re.Match[str]) -> bool | None:
    """The rows, or columns, that are named are nought."""
    counts = _noughts(seen, found["line"])
    which = [int(one) for one in re.findall(r"\d+", found["which"])]
    if counts is None or max(which) >= len(counts[0]):
        return None
    return all(counts[0][one] == counts[1] for one in which)


def share_is(seen: Seen, found: re.Match[str]) -> bool | None:
    """So much of each row, or of each column, is nought."""
    counts = _noughts(seen, found["line"])
    if counts is None:
        return None
    part = _SHARES.get((found["part"] or "").lower(), 0.01)
    share = float(found["count"] or 1) * part
    low, high = math.floor(share * counts[1] + 1e-9), math.ceil(share * counts[1] - 1e-9)
    return all(low <= one <= high for one in counts[0])


ZEROED = (
    Recogniser(
        "has zero lines",
        words(
            r"^(?:(?:the|only|all|both|whole) )*(?P<line>rows?|columns?|cols?)"
            rf" (?P<which>\d+(?:(?:,| and|, and) ?\d+)*) {_SO}"
        ),
        lines_are,
        look=_LOOK,
    ),
    Recogniser(
        "has lines that are zero in part",
        words(
            r"^(?:(?:exactly|1|a) )*(?:(?P<count>\d+) ?(?:%|percent|(?=quarters|thirds)))?"
            r" ?(?P<part>half|third|quarter|quarters|thirds)?"
            r" of (?:(?:the|all) )*(?:(?:entries|values|elements|weights|numbers) (?:of|in) )?"
            rf"(?:each|every|all|the) (?P<line>row|column|col)s? {_SO}"
        ),
        lambda seen, found: share_is(seen, found) if found["count"] or found["part"] else None,
        look=_LOOK,
    ),
)
