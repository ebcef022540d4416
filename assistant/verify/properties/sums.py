"""What the elements of a value come to: their sum, mean, norm, least and greatest."""

from __future__ import annotations

import math
import re
import statistics
from typing import Any

from assistant.verify import numbers
from assistant.verify.literals import Num
from assistant.verify.properties.described import (
    CLOSE,
    all_numbers,
    is_array,
    matrix_of,
    numbers_of,
    scalar_of,
)
from assistant.verify.properties.recogniser import Recogniser, Seen, words

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
# Of so many numbers, figures of what was drawn are close to those of what it was drawn from.
MANY = 100
# The least and greatest numbers of types.
_LIMITS = (65504.0, 127.0, 128.0, 255.0, 32767.0, 32768.0, 65535.0, 2147483647.0, 2147483648.0)
_LINES = r"(?:(?:all|each|every|both|the) )*(?P<axis>rows?|columns?|cols?)"


def sums_to(seen: Seen, found: re.Match[str]) -> bool | None:
    """The whole, or all along some axis, sums to a number: rows or columns where they are named."""
    total = float(found["total"])
    alone = scalar_of(seen)
    if alone is not None:
        return abs(alone - total) < CLOSE * max(1.0, abs(total))
    listed, values = numbers_of(seen), seen.get("values")
    if listed and all(abs(one - total) < CLOSE * max(1.0, abs(total)) for one in listed):
        return True  # they are the sums
    if listed is None or not isinstance(values, list):
        whole = all_numbers(seen)
        return (
            None if whole is None else abs(math.fsum(whole) - total) < CLOSE * max(1.0, abs(total))
        )
    axis = found["axis"]
    if axis and len(seen["shape"]) > 2:
        return _sums(
            values, len(seen["shape"]) - (1 if axis.lower().startswith("row") else 2), total
        )
    if axis and len(seen["shape"]) == 2:
        return _sums(values, 1 if axis.lower().startswith("row") else 0, total)
    if axis and len(seen["shape"]) == 1:
        return all(abs(one - total) < CLOSE * max(1.0, abs(total)) for one in listed) or abs(
            math.fsum(listed) - total
        ) < CLOSE * max(1.0, abs(total))
    tests = [_sums(values, at, total) for at in range(len(seen["shape"]))]
    return any(tests) or bool(abs(math.fsum(listed) - total) < CLOSE * max(1.0, abs(total)))


def _sums(values: list[Any], axis: int, total: float) -> bool:
    """Whether the sums of a nested list along one axis are all `total`."""
    if axis > 0:
        return all(_sums(inner, axis - 1, total) for inner in values)
    if values and isinstance(values[0], list):
        columns = zip(*(_leaves(inner) for inner in values), strict=True)
        return all(
            abs(math.fsum(column) - total) < CLOSE * max(1.0, abs(total)) for column in columns
        )
    return bool(abs(math.fsum(values) - total) < CLOSE * max(1.0, abs(total)))


def _leaves(values: object) -> list[float]:
    if isinstance(values, list):
        return [leaf for item in values for leaf in _leaves(item)]
    return [float(str(values))]


def unit_norm(seen: Seen, _: re.Match[str]) -> bool | None:
    """The whole, or each row along some axis, has the length one."""
    alone = scalar_of(seen)
    if alone is not None:
        return abs(alone - 1) < CLOSE
    listed, values = numbers_of(seen), seen.get("values")
    if listed is None or not isinstance(values, list):
        return None
    squares = _squared(values)
    whole = abs(math.fsum(one * one for one in listed) - 1) < CLOSE
    return whole or any(_sums(squares, axis, 1.0) for axis in range(len(seen["shape"])))


def _squared(values: list[Any]) -> list[Any]:
    return [_squared(one) if isinstance(one, list) else one * one for one in values]


def _statistic(seen: Seen, found: re.Match[str]) -> bool | None:
    """The mean, the least or the greatest element is a number, to the digits that are given."""
    listed, written = all_numbers(seen), found["number"].lstrip("+")
    if listed is None or not (is_array(seen) and seen["shape"]) or any(map(math.isnan, listed)):
        return None
    what = found["what"].lower()
    if found["near"]:
        return _about(what, listed, Num(written, complex(float(written))))
    if what in ("trace", "argmax", "argmin", "norm", "std", "median"):
        return _figure(seen, what, listed, Num(written, complex(float(written))))
    if re.match("mean|average", what):
        have = math.fsum(listed) / len(listed)
    elif re.match("sum|total", what):
        have = math.fsum(listed)
    else:
        have = max(listed) if re.match("max|largest|greatest|highest", what) else min(listed)
    claimed = float(written)
    if abs(claimed) in _LIMITS:
        return None if claimed != have else True
    if abs(have - claimed) < CLOSE * max(1e-2, abs(have)):
        return True
    if numbers.agrees(Num(written, complex(claimed)), have):
        return True
    # Of a draw the words tell what it is drawn from.
    spread = math.sqrt(math.fsum((one - have) ** 2 for one in listed) / len(listed))
    drawn = re.match("mean|average", what) and abs(have - claimed) <= 6 * spread / math.sqrt(
        len(listed)
    )
    return None if drawn else False


def _about(what: str, listed: list[float], claimed: Num) -> bool | None:
    """A mean or a spread is about a number: no farther than chance, or rounding, takes it."""
    number, count = claimed.value.real, len(listed)
    if count < 2 or not re.match(r"mean|average|st", what):
        return None
    spread = statistics.pstdev(listed)
    mean = re.match(r"mean|average", what) is not None
    have = math.fsum(listed) / count if mean else spread
    chance = 6 * spread / math.sqrt(count if mean else 2 * count)
    places = len(claimed.text.partition(".")[2])
    slack = max(0.5 * 10**-places if places else 0.05 * abs(number), 1e-4 * abs(number))
    if abs(have - number) <= max(slack, chance if count >= MANY else 0.0):
        return True
    far = max(2 * slack, 2 * chance, 0.25 * abs(number), 0.5 * 10**-places)
    return False if count >= MANY and abs(have - number) > far else None


def _figure(seen: Seen, what: str, listed: list[float], claimed: Num) -> bool | None:
    """A figure of all elements; None where it may be told of each row."""
    rows = matrix_of(seen)
    if what == "trace":
        have = math.fsum(row[at] for at, row in enumerate(rows[: len(rows[0])])) if rows else None
    elif what.startswith("arg"):
        end = max(listed) if what == "argmax" else min(listed)
        have = float(listed.index(end))
    elif what == "norm":
        have = math.sqrt(math.fsum(one * one for one in listed))
    elif what == "median":
        have = sorted(listed)[(len(listed) - 1) // 2]
    else:
        have = statistics.stdev(listed) if len(listed) > 1 else None
    if have is None:
        return None
    if numbers.agrees(claimed, have, dtype=str(seen.get("dtype") or "")):
        return True
    return False if what == "trace" or (len(seen["shape"]) == 1 and what != "std") else None


def standardised(seen: Seen, found: re.Match[str]) -> bool | None:
    """The mean is nought, or the variance one; None where not, as it may be what is drawn from."""
    listed = numbers_of(seen)
    if listed is None or len(listed) < 2:
        return None
    mean = "mean" in found.group()
    have = math.fsum(listed) / len(listed) if mean else statistics.pstdev(listed)
    other = have if mean else statistics.stdev(listed)
    return True if min(abs(one - (0 if mean else 1)) for one in (have, other)) < CLOSE else None


def distribution(seen: Seen, _: re.Match[str]) -> bool | None:
    """No element is negative, and the whole or all along some axis sum to one."""
    listed, values = numbers_of(seen), seen.get("values")
    if listed is None or not isinstance(values, list):
        return None
    if min(listed) < 0:
        return False
    return any(_sums(values, axis, 1.0) for axis in range(len(seen["shape"])))


SUMS = (
    Recogniser(
        "sums to",
        words(
            rf"\b(?:{_LINES} )?(?:\w+ )??(?:sums?|adds?|summing|add|adding"
            rf"|total)(?: up)? to (?:exactly )?(?P<total>{_NUMBER})(?![\d.]*[\w%]|(?:,| and) \d)"
        ),
        sums_to,
    ),
    Recogniser(
        "is a distribution",
        words(
            r"^(?:(?:each|every) (?:row|column|line|query|position|sample) (?:is |holds |forms )+"
            r"(?:an? )?)?(?:valid |proper |discrete )*(?:probability )?distributions?"
            r"(?: over (?:the )?(?:\d+ )?\w+)?"
            r"(?: (?:in|for|per|along) (?:each |every )?(?:row|column"
            r"|sample|position|query|line))?$"
        ),
        distribution,
    ),
    Recogniser(
        "has unit norm",
        words(
            r"\bunit[ -](?:norm|length|vectors?)\b|\bnorm (?:is |= ?|of )?1(?:\.0)?\b|\blength 1$"
        ),
        unit_norm,
    ),
    Recogniser(
        "is standardised",
        words(r"^(?:0 (?P<mean>mean)|mean 0|unit (?:variance|std|standard deviation))$"),
        standardised,
    ),
    Recogniser(
        "has this mean",
        words(
            r"^(?:the |its |their )?(?P<what>mean|average|max(?:imum)?|min(?:imum)?"
            r"|largest(?: \w+)?|smallest(?: \w+)?|greatest|sum|total|trace|argmax|argmin|norm|std"
            r"|median"
            r"|standard deviation)"
            r"(?: ?(?:is|=|of|:|==) ?(?:now |still |exactly )?| )"
            r"(?P<near>(?:very |quite )?(?:near|about|around|close to|roughly|approximately|≈|~)"
            rf"(?: to)? ?)?(?P<number>{_NUMBER})$"
        ),
        _statistic,
    ),
)
