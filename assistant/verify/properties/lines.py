"""What holds of each row, or of each column, of a matrix."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.verify import numbers
from assistant.verify.literals import Num
from assistant.verify.properties.described import CLOSE, is_array, matrix_of, numbers_of
from assistant.verify.properties.recogniser import Recogniser, Seen, words

MOST_LINES = 256
"""Lines that are set against each other."""
# How far a variance may be from the one meant, for the little that is added to it.
OFF = 1e-2
COARSE = 30
"""How much farther off what is computed with sixteen bits may be."""
_NUMBER = r"-?\d+(?:\.\d+)?"
_ROW = r"(?:rows?|samples?|tokens?|examples?)"
_LINE = rf"(?:{_ROW}|columns?|cols?|features?|channels?)"
_FIGURE = r"(?:mean|average|std|standard deviation|var(?:iance)?|norm|length|sum)"
_STAT = (
    rf"(?:(?:an? )?(?:\(\w+\) )?(?:(?P<{{0}}what>{_FIGURE}) (?:of |is |= ?|equal to |exactly )*"
    rf"(?P<{{0}}value>{_NUMBER})|(?P<{{0}}zero>0|unit) (?P<{{0}}of>{_FIGURE})))"
)
_EVERY = (
    rf"(?:(?:each|every|all|both|the|its|individual|single) )*(?:(?P<many>\d+) )?(?P<line>{_LINE})"
)
_BEHIND = (
    r"(?: (?:(?:over|across|along|in|of) (?:the |its |each |this )*(?:batch|rows?|columns?|sample"
    r"|features?|matrix)|now|alone|separately|each))*"
)


def _lines(seen: Seen, line: str) -> list[list[float]] | None:
    """The rows or the columns of a matrix; the lines along the last axis of what has more axes."""
    rows = matrix_of(seen)
    along = re.match(_ROW, line, re.IGNORECASE) is not None
    if rows is not None:
        return rows if along else [list(one) for one in zip(*rows, strict=True)]
    listed = numbers_of(seen) if is_array(seen) and len(seen["shape"]) > 2 and along else None
    if listed is None:
        return None
    size = seen["shape"][-1]
    return [listed[at : at + size] for at in range(0, len(listed), size)]


def _figures(line: Sequence[float], what: str) -> list[float]:
    """What a figure of a line may come to; a variance goes with and without correction."""
    mean = math.fsum(line) / len(line)
    if what.startswith(("mean", "average")):
        return [mean]
    if what == "sum":
        return [math.fsum(line)]
    squares = math.fsum((one - mean) ** 2 for one in line)
    spread = [squares / len(line), *([squares / (len(line) - 1)] if len(line) > 1 else [])]
    if what.startswith("var"):
        return spread
    if what.startswith("st"):
        return [math.sqrt(one) for one in spread]
    return [math.sqrt(math.fsum(one * one for one in line))]


def _all_come_to(seen: Seen, lines: Sequence[Sequence[float]], what: str, told: str) -> bool:
    """Whether a figure of each line is a number, to the digits given or to rounding on the way."""
    claimed, what, dtype = Num(told, complex(float(told))), what.lower(), str(seen.get("dtype"))
    value = claimed.value.real
    slack = (OFF if what.startswith(("var", "st")) else CLOSE) * (COARSE if "16" in dtype else 1)
    return all(
        any(
            abs(one - value) <= slack * max(1.0, abs(value), *(abs(x) * CLOSE for x in line))
            or numbers.agrees(claimed, one, dtype=dtype)
            for one in _figures(line, what)
        )
        for line in lines
    )


def _told(found: re.Match[str]) -> list[tuple[str, str]]:
    """The figures that are named, and what each is said to be."""
    groups = found.groupdict()
    named = [
        (groups[f"{at}what"] or groups[f"{at}of"], groups[f"{at}value"], groups[f"{at}zero"])
        for at in ("a", "b")
    ]
    return [
        (what, value or ("1" if word.lower() == "unit" else "0"))
        for what, value, word in named
        if what
    ]


def have_figures(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or column, has the mean, variance, norm or sum that is named."""
    lines = _lines(seen, found["line"])
    if lines is None or not lines[0]:
        return None
    if found.groupdict().get("many") and len(lines) != int(found["many"]):
        return False
    return all(_all_come_to(seen, lines, what, value) for what, value in _told(found))


def are_figures(seen: Seen, found: re.Match[str]) -> bool | None:
    """The means, sums or norms of the rows, or columns, are one number."""
    lines = _lines(seen, found["line"] or found["line2"])
    if lines is None or not lines[0]:
        return None
    what, value = found["what"] or found["what2"], found["value"] or found["value2"]
    return _all_come_to(seen, lines, what, value)


def centred(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or column, has the mean nought."""
    lines = _lines(seen, found["line"])
    return None if lines is None or not lines[0] else _all_come_to(seen, lines, "mean", "0")


def normalised(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or column, is normalised in one of the usual ways; not, if the others are."""
    own, other = ("row", "column")[:: 1 if re.match(_ROW, found["line"], re.I) else -1]
    lines, across = _lines(seen, own), _lines(seen, other)
    if lines is None or not lines[0]:
        return None
    if _is_normal(seen, lines):
        return True
    return False if across is not None and _is_normal(seen, across) else None


def _is_normal(seen: Seen, lines: Sequence[Sequence[float]]) -> bool:
    standard = _all_come_to(seen, lines, "mean", "0") and _all_come_to(seen, lines, "variance", "1")
    return standard or any(_all_come_to(seen, lines, what, "1") for what in ("sum", "norm"))


PRODUCTS = (
    "(lambda one: ' / '.join(f'{{name}} {{len(lines)}} {{float((p - p.diag().diag()).abs().max())}}"
    " {{float((p.diag() - 1).abs().max())}}' for name, lines in (('row', one), ('column', one.T))"
    " for p in (lines @ lines.T,)) if getattr(one, 'ndim', 0) == 2 and hasattr(one, 'diag')"
    " and one.is_floating_point() and 16 < max(one.shape) <= 1000 and min(one.shape) > 0"
    " else one)({it}.detach() if hasattr({it}, 'detach') else {it})"
)
"""How far the products of a matrix's rows, and of its columns, are from those of unit vectors."""


def _told_of(line: str) -> str:
    kind = "row" if re.match(_ROW, line, re.IGNORECASE) else "column"
    return rf"\b{kind} (?P<many>\d+) (?P<skew>\S+) (?P<off>\S+)"


def perpendicular(seen: Seen, found: re.Match[str]) -> bool | None:
    """The rows, or the columns, are perpendicular to each other, and of length one if so said."""
    line = found["line"] or found["after"]
    if seen.get("t") == "str" and (told := re.search(_told_of(line), str(seen["v"]))):
        if found["many"] and int(told["many"]) != int(found["many"]):
            return False
        skew, off = float(told["skew"]), float(told["off"])
        return skew < 10 * CLOSE and ("normal" not in found.group().lower() or off < 10 * CLOSE)
    lines = _lines(seen, line) if matrix_of(seen) is not None else None
    if lines is None or len(lines) > MOST_LINES:
        return None
    if found["many"] and len(lines) != int(found["many"]):
        return False
    normal = "normal" in found.group().lower()
    return all(
        abs(math.fsum(a * b for a, b in zip(one, other, strict=True)) - (i == j)) < 10 * CLOSE
        for i, one in enumerate(lines)
        for j, other in enumerate(lines)
        if i != j or normal
    )


def unit_lines(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or column, has the length one."""
    lines = _lines(seen, found["line"])
    return None if lines is None or not lines[0] else _all_come_to(seen, lines, "norm", "1")


def alike(seen: Seen, found: re.Match[str]) -> bool | None:
    """All rows, or all columns, hold the same numbers."""
    lines = _lines(seen, found["line"]) if matrix_of(seen) is not None else None
    if lines is None or len(lines) < 2:
        return None
    if found["many"] and len(lines) != int(found["many"]):
        return None
    return all(
        math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-6)
        for line in lines[1:]
        for one, other in zip(line, lines[0], strict=True)
    )


def each_is(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or each column, is the list that is written."""
    lines = _lines(seen, found["line"]) if matrix_of(seen) is not None else None
    told = [Num(one, complex(float(one))) for one in re.findall(_NUMBER, found["listed"])]
    if lines is None or len(lines[0]) != len(told):
        return None
    dtype = str(seen.get("dtype") or "")
    return all(
        numbers.agrees(want, have, dtype=dtype)
        for line in lines
        for want, have in zip(told, line, strict=True)
    )


_HAS = r"(?:(?:has|have|with|now|is|are|of|gets?|again|both|a) )*"
_TWO = rf"{_STAT.format('a')}(?:(?:,? and| with|,) {_STAT.format('b')})?"
LINES = (
    Recogniser("has lines with figures", words(rf"^{_EVERY} {_HAS}{_TWO}{_BEHIND}$"), have_figures),
    Recogniser(
        "has lines with figures",
        words(
            rf"^{_HAS}{_TWO} (?:per|in each|in every|along each|for each|for every|of each"
            rf"|of every)"
            rf" (?P<line>{_LINE})$"
        ),
        have_figures,
    ),
    Recogniser(
        "has lines with figures",
        words(
            rf"^(?:all |the |its )*(?P<line>{_LINE}) (?P<what>mean|average|sum|norm|std|variance)s"
            rf" (?:(?:is|are|all|now|=|of|exactly|stay|become) )*(?P<value>{_NUMBER})s?{_BEHIND}$"
            r"|^(?P<what2>mean|average|sum|norm|std|variance) of (?:each|every|any|all|the) "
            rf"(?P<line2>{_LINE}) (?:(?:is|are|now|=|exactly|stays) )*(?P<value2>{_NUMBER})$"
        ),
        are_figures,
    ),
    Recogniser(
        "has centred lines",
        words(
            rf"^{_EVERY} (?:(?:is|are|now) )*(?:cent(?:re|ere)d(?: (?:at|around) 0)?"
            rf"|averages? (?:out )?(?:to )?0|averages out){_BEHIND}$"
        ),
        centred,
    ),
    Recogniser(
        "has normalised lines",
        words(
            rf"^{_EVERY} (?:(?:is|are|now|gets) )*(?:normali[sz]ed|standardi[sz]ed|whitened)"
            r"(?: (?:(?:with|by|using|over|across|to|on) .{1,40}|now|separately|independently))*$"
        ),
        normalised,
    ),
    Recogniser(
        "has orthogonal lines",
        words(
            rf"^{_EVERY} (?:(?:is|are|now|mutually|pairwise) )*(?:orthonormal|orthogonal"
            r"|perpendicular)(?: (?:to each other|to one another|now|vectors|set|again))*$"
            rf"|^(?:mutually |pairwise )?(?:orthonormal|orthogonal"
            rf"|perpendicular) (?P<after>{_LINE})$"
        ),
        perpendicular,
        look=PRODUCTS,
    ),
    Recogniser(
        "has equal lines",
        words(
            rf"^{_EVERY} (?:(?:is|are|all|now|the|equal to|exactly) )*(?:equal|identical|same"
            rf"|alike)"
            r"(?: to each other| to one another| again)?$"
        ),
        alike,
    ),
    Recogniser(
        "has lines that are",
        words(
            rf"^{_EVERY} (?:(?:is|are|equals?|holds?|reads|now) )+"
            rf"(?P<listed>[\[(]{_NUMBER}(?:, ?{_NUMBER})+[)\]])$"
        ),
        each_is,
    ),
    Recogniser(
        "has unit lines",
        words(rf"^{_EVERY} (?:(?:is|are|now|an?|all) )*unit[ -](?:vectors?|length|norm){_BEHIND}$"),
        unit_lines,
    ),
)
