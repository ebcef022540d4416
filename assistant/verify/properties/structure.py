"""How a value is built: its layout, its order, its symmetry, how many things it holds."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from assistant.verify import numbers
from assistant.verify.literals import Num
from assistant.verify.properties.described import (
    CLOSE,
    all_numbers,
    is_array,
    matrix_of,
    numbers_of,
)
from assistant.verify.properties.graph import flag
from assistant.verify.properties.modes import MODES, does_nothing
from assistant.verify.properties.recogniser import Recogniser, Seen, words
from assistant.verify.properties.relations import same_values

_NUMBER = r"-?\d+(?:\.\d*)?"
_ROW = rf"[\[(]?{_NUMBER}(?:,? {_NUMBER})+[\])]?"
# What arithmetic leaves where nought should be.
ROUNDING = 1e-6
_SIDES = r"(?:(?P<high>\d+) ?(?:x|×|by) ?(?P<wide>\d+) )?"


def _sided(found: re.Match[str], seen: Seen) -> bool:
    """Whether the sizes in front, if any, are those of the value."""
    return found["high"] is None or list(seen["shape"]) == [int(found["high"]), int(found["wide"])]


def identity(seen: Seen, found: re.Match[str]) -> bool | None:
    """A matrix with ones on its diagonal and noughts elsewhere."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    return _sided(found, seen) and all(
        abs(value - (row == column)) < CLOSE
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
    )


def _leaves_alone(seen: Seen, found: re.Match[str]) -> bool | None:
    """What was made is what it was made from, or the identity matrix; or a module does nothing."""
    if seen.get("t") == "map":
        return does_nothing(seen, found)
    items = seen.get("items") or []
    if len(items) != 2 or seen.get("t") != "seq":
        return identity(seen, found)
    if found["high"] is None and "matrix" not in found.group().lower():
        same = same_values(True)(seen, found)
        if same is not None:
            return same or bool(identity(items[0], found))
    return identity(items[0], found)


def triangular(seen: Seen, found: re.Match[str]) -> bool | None:
    """Below or above the diagonal of a matrix all is nought."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    upper = found["side"].lower() == "upper"
    return all(
        abs(value) <= ROUNDING
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if (column < row if upper else column > row)
    )


def one_sided(seen: Seen, found: re.Match[str]) -> bool | None:
    """Above or below the diagonal of a matrix all is nought."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    above = found["side"].lower() in ("above", "over")
    return all(
        abs(value) <= ROUNDING
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if (column > row if above else column < row)
    )


def sorted_lines(seen: Seen, found: re.Match[str]) -> bool | None:
    """Each row, or each column, of a matrix is sorted."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    axis, way = (found["axis"] or found["axis2"]).lower(), (found["way"] or "sorted").lower()
    lines = rows if axis.startswith("row") else [list(line) for line in zip(*rows, strict=True)]
    falling = re.match(r"desc|decr|fall", way) is not None
    up = all(line == sorted(line) for line in lines)
    down = all(line == sorted(line, reverse=True) for line in lines)
    return (up or down) if way == "sorted" else down if falling else up


def on_diagonal(seen: Seen, found: re.Match[str]) -> bool | None:
    """On the diagonal of a matrix stands one number, and elsewhere nought if the words say so."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    value, alone = float(found["value"]), "elsewhere" in found.group()
    return _sided(found, seen) and all(
        abs(cell - value * (row == column)) <= ROUNDING * max(1.0, abs(value))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if row == column or alone
    )


def diagonal(seen: Seen, _: re.Match[str]) -> bool | None:
    """Off the diagonal of a matrix all is nought."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    return all(
        abs(value) <= ROUNDING
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if row != column
    )


def symmetric(seen: Seen, found: re.Match[str]) -> bool | None:
    """A matrix is its own transpose."""
    rows = matrix_of(seen)
    if rows is None:
        return None
    if not _sided(found, seen) or len(rows) != len(rows[0]):
        return False
    size = range(len(rows))
    return all(
        math.isclose(rows[i][j], rows[j][i], rel_tol=1e-4, abs_tol=1e-6) for i in size for j in size
    )


def orthogonal(seen: Seen, _: re.Match[str]) -> bool | None:
    """The rows or the columns of a matrix are perpendicular and of length one."""
    rows = matrix_of(seen)
    if rows is None:
        return None

    def unit(lines: list[list[float]]) -> bool:
        return all(
            abs(math.fsum(a * b for a, b in zip(one, other, strict=True)) - (i == j)) < 10 * CLOSE
            for i, one in enumerate(lines)
            for j, other in enumerate(lines)
        )

    return unit(rows) or unit([list(column) for column in zip(*rows, strict=True)])


def ordered(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector rise, or fall if the words say so."""
    listed = all_numbers(seen)
    if listed is None or (is_array(seen) and len(seen["shape"]) != 1):
        return None
    falling = re.search(
        r"desc|decreas|fall|(?:largest|highest|biggest|greatest) (?:\w+ )?first",
        found.group(),
        re.I,
    )
    if re.search(r"largest (?:\w+ )?last|smallest (?:\w+ )?first", found.group(), re.I):
        falling = None
    said = re.search(r"asc|increas|ris|first|last", found.group(), re.I)
    up, down = listed == sorted(listed), listed == sorted(listed, reverse=True)
    if falling is None and said is None:
        return up or down or False
    return down if falling else up


def unique(seen: Seen, _: re.Match[str]) -> bool | None:
    """No element occurs twice."""
    listed = all_numbers(seen)
    return None if listed is None or len(listed) < 2 else len(set(listed)) == len(listed)


def constant(seen: Seen, _: re.Match[str]) -> bool | None:
    """All elements are the same."""
    listed = all_numbers(seen)
    if listed is None or len(listed) < 2:
        return None
    return all(math.isclose(one, listed[0], rel_tol=1e-5, abs_tol=1e-7) for one in listed)


def permutation(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector are 0 to n - 1, each once."""
    listed = all_numbers(seen)
    if listed is None or (is_array(seen) and len(seen["shape"]) != 1):
        return None
    last = found.groupdict().get("last") or found.groupdict().get("last2")
    count = int(last) + 1 if last else len(listed)
    held = sorted(listed) == [float(place) for place in range(count)]
    if held or last or "of" in found.group().split():
        return held
    # Of other numbers than places, or counted ones, the words may be true as well.
    alone = len(set(listed)) == len(listed)
    if alone or max(listed) <= 1:
        return True if alone and "once" in found.group() else None
    return held


def rows_are(seen: Seen, found: re.Match[str]) -> bool | None:
    """The rows of a matrix are those that are written: `0, 1 / 1, 2`."""
    rows = matrix_of(seen)
    told = re.split(r"/|\||\band\b", found["rows"])
    claimed = [[Num(one, complex(float(one))) for one in re.findall(_NUMBER, row)] for row in told]
    if rows is None or [len(row) for row in claimed] != [len(row) for row in rows]:
        return None
    return all(
        numbers.agrees(want, have, dtype=str(seen.get("dtype") or ""))
        for one, row in zip(claimed, rows, strict=True)
        for want, have in zip(one, row, strict=True)
    )


def monotone(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector never fall, or never rise."""
    listed = all_numbers(seen)
    if listed is None or (is_array(seen) and len(seen["shape"]) != 1):
        return None
    rises = (
        re.search(r"decreas|fall|drop|go down|goes down|shrink", found.group(), re.I) is not None
    )
    return listed == sorted(listed, reverse=not rises)


def one_hot(seen: Seen, _: re.Match[str]) -> bool | None:
    """Each row holds one one, else noughts."""
    values, listed = seen.get("values"), numbers_of(seen)
    if listed is None or not isinstance(values, list) or len(seen["shape"]) > 2:
        return None
    rows = values if len(seen["shape"]) == 2 else [values]
    return all(sorted(row)[-1] == 1 and sorted(row)[:-1] == [0] * (len(row) - 1) for row in rows)


def evenly(seen: Seen, found: re.Match[str]) -> bool | None:
    """The elements of a vector rise by the same step."""
    listed = numbers_of(seen)
    if listed is None or len(listed) < 3:
        return None
    steps = [after - before for before, after in pairwise(listed)]
    even = max(steps) - min(steps) <= 1e-5 * max(1.0, abs(listed[-1]))
    told = found.groupdict()
    if told.get("step") is not None:
        near = abs(steps[0] - float(told["step"])) <= 1e-4 * max(1.0, abs(steps[0]))
        return even and near if is_array(seen) and len(seen["shape"]) == 1 else None
    right_count = told["count"] is None or int(told["count"]) == len(listed)
    return right_count and even


def _empty(seen: Seen, found: re.Match[str]) -> bool | None:
    if is_array(seen):
        return math.prod(seen["shape"]) == 0
    if "tensor" in found.group():
        return None  # said of what the shape belongs to
    if seen.get("t") == "str":
        # Where the word itself is printed nothing is said of its length.
        return None if seen["v"] and seen["v"] in found.group() else bool(seen["v"] == "")
    return bool(seen["n"] == 0) if seen.get("t") in ("seq", "map") else None


def _square(seen: Seen, _: re.Match[str]) -> bool | None:
    return (
        seen["shape"][0] == seen["shape"][1] if is_array(seen) and len(seen["shape"]) == 2 else None
    )


def _vector(seen: Seen, found: re.Match[str]) -> bool | None:
    """One column or one row of a matrix; a flat one has one dimension."""
    if not is_array(seen):
        return None
    dims, kind = seen["shape"], found["kind"].lower()
    if kind == "flat":
        return len(dims) == 1
    return len(dims) == 2 and dims[1 if kind == "column" else 0] == 1


STRUCTURE = (
    Recogniser(
        "is contiguous",
        words(
            r"\b(?P<no>non-)?contiguous(?: (?:memory|copy|tensor|again|in memory|slice"
            r"|view(?: of \w+)?|layout|anymore|any more|any longer|result))*$"
        ),
        lambda seen, found: flag("contiguous", found["no"] is None)(seen, found),
    ),
    Recogniser(
        "is an identity",
        words(
            rf"^{_SIDES}(?:(?:acts as|works as|behaves like|just|the|an|pure|plain) )*identity"
            r"(?: (?:matrix|function|map|mapping|operation|layer))?"
            r"(?: (?:in|during|at) (?:eval(?:uation)?|inference)(?: mode| time)?)?$"
        ),
        _leaves_alone,
        argument=True,
        look=MODES,
    ),
    Recogniser("is triangular", words(r"\b(?P<side>upper|lower)[- ]triang\w+"), triangular),
    Recogniser(
        "is triangular",
        words(r"^(?:only |all )?0s? (?P<side>above|below|under|over) (?:the )?(?:main )?diagonal$"),
        one_sided,
    ),
    Recogniser(
        "has sorted lines",
        words(
            r"^(?:(?:all|every|each|the|both) )*(?P<axis>rows?|columns?|cols?) (?:(?:is|are"
            r"|stays?|in"
            r"|each|now|individually|entries|sorted|ordered|strictly) )*(?P<way>sorted|ascending"
            r"|descending"
            r"|increasing|decreasing|rising|falling)(?: order| apart| separately| individually)?$"
            r"|^sorted (?:along|within|in) (?:each|every|the) (?P<axis2>row|column)s?$"
        ),
        sorted_lines,
    ),
    Recogniser(
        "has this diagonal",
        words(
            rf"^{_SIDES}(?:with |has |only |matrix )*"
            r"(?P<value>-?\d+(?:\.\d+)?)'?s? (?:on|along|down)"
            r" (?:the |its )?(?:main )?diagonal(?: and 0s? elsewhere)?$"
        ),
        on_diagonal,
    ),
    Recogniser("is diagonal", words(r"^diagonal(?: matrix)?$"), diagonal),
    Recogniser(
        "is symmetric",
        words(rf"^{_SIDES}symmetric(?: matrix| tensor)?$|^symmetric \d+ ?[x×] ?\d+(?: matrix)?$"),
        symmetric,
    ),
    Recogniser(
        "is orthogonal",
        words(r"^(?:orthogonal|orthonormal)(?: matrix| rows| columns)?$"),
        orthogonal,
    ),
    Recogniser("is square", words(r"^square(?: matrix)?$"), _square),
    Recogniser("is a vector", words(r"^(?P<kind>column|row|flat) vector$"), _vector),
    Recogniser("is empty", words(r"^empty(?: (?:tensor|list|dict|tuple|string|set))?$"), _empty),
    Recogniser(
        "is sorted",
        words(
            r"^(?:(?:values|entries|elements|indices|in|by|monotonically|strictly|sorted"
            r"|ordered) )*"
            r"(?:sorted\b(?: (?:in )?(?:ascending|descending|increasing|decreasing)(?:ly)?"
            r"(?: order)?)?"
            r"|(?:ascending|descending|increasing|decreasing|rising|falling)(?: order| sequence)?"
            r"|(?:largest|smallest|biggest|highest|greatest) (?:\w+ )?(?:first|last)"
            r"|from (?:smallest|largest) to (?P<to>largest|smallest))$"
        ),
        ordered,
    ),
    Recogniser(
        "never turns",
        words(
            r"^(?:(?:values|entries|elements) )?never (?:decreas|fall|drop|shrink|increas|ris|grow)"
            r"(?:e|es|s|ing)?$|^never go(?:es)? (?:down|up)$"
        ),
        monotone,
    ),
    Recogniser(
        "has these rows",
        words(
            rf"^(?:(?:the |values|entries|elements|holds|matrix|are|is|:) ?)*"
            rf"(?P<rows>{_ROW}(?: ?[/|] ?{_ROW})+)$"
        ),
        rows_are,
    ),
    Recogniser(
        "has these rows",
        words(
            rf"^(?:the |its |two |2 )*rows(?: (?:are|is|now|of))*:? (?P<rows>{_ROW},? and {_ROW})$"
        ),
        rows_are,
    ),
    Recogniser(
        "has no duplicates",
        words(
            r"^(?:all |only )?(?:unique|distinct|different)(?: (?:values?|entries|elements|numbers"
            r"|indices))?$"
        ),
        unique,
    ),
    Recogniser(
        "repeats nothing",
        words(r"\bno (?:duplicates?|repeats|repetitions?)(?: values?| entries)?$"),
        unique,
        denied=unique,
    ),
    Recogniser(
        "is constant",
        words(
            r"^(?:all|every one|values|entries|elements)(?: \w+)? (?:the )?(?:same|equal"
            r"|identical)(?: (?:value|number))?$"
        ),
        constant,
    ),
    Recogniser(
        "is one-hot",
        words(
            r"^one[- ]hot(?: (?:vectors?|rows|encoding|encoded|matrix))?$|^1[- ]hot\b"
            r"|^(?:exactly |only |single )?1 1 (?:per|in each|in every) row$"
            r"|^(?:(?:each|every|all|the) )*rows? (?:(?:is|are|an?) )*one[- ]hot(?: vectors?)?$"
            r"|^(?:each|every) row (?:holds|has|contains) (?:exactly |only |just |a )*(?:single"
            r"|1) 1$"
        ),
        one_hot,
    ),
    Recogniser(
        "is a permutation",
        words(
            r"\bpermutation of (?:0|indices|range|the indices|integers)|^(?:random )?permutation$"
            r"|^(?:(?:each|every) )(?:label|index|number|value|element|integer|class|item|entry)"
            r" (?:(?:is|there|in it|appears|occurs|comes|shows up|drawn|used|just|only|exactly) )*"
            r"once$"
            r"|^(?:each|every)(?: (?:1|one|of|index|number|integer|value|element|class|label))*"
            r"(?: (?:from|in|of|between))? 0 ?(?:to|through|and|-|–|\.\.+) ?(?P<last>\d+)"
            r"(?: (?:appears|occurs|comes|shows up|is (?:there|drawn|used|in it)|exactly|just"
            r"|only))*"
            r" once$"
            r"|^(?:the |all )*(?:numbers|integers|indices|values)(?: from)? 0 ?(?:to|through"
            r"|\.\.+) ?"
            r"(?P<last2>\d+),? (?:in (?:a )?(?:random|some|any|shuffled|mixed) order|shuffled"
            r"|once each|each once|permuted|mixed up)$"
        ),
        permutation,
    ),
    Recogniser(
        "is evenly spaced", words(r"(?:(?P<count>\d+) )?(?:evenly|equally)[ -]spaced\b"), evenly
    ),
    Recogniser(
        "rises by",
        words(
            r"^(?:in |with (?:an? )?|by )?(?:steps?|spacing|increment|stride)(?: size)?"
            r" (?:of |is |= ?)(?P<step>-?\d+(?:\.\d+)?)$"
        ),
        evenly,
    ),
)
