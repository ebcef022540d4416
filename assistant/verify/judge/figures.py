"""What the other numbers of a remark tell of an accusation: its sum, or a second figure."""

from __future__ import annotations

import math
import re

from assistant.verify import literals, numbers
from assistant.verify.compare import number_of
from assistant.verify.expect import Value, worked_out
from assistant.verify.literals import Num
from assistant.verify.observe import Sights
from assistant.verify.sites import Site

CLOSE = 1e-6
MOST_WRITTEN = 2  # digits of a constant
LEAST_WRITTEN = 1e-8  # what is smaller may have run out of bits
# "1.118 biased, 1.29 unbiased": a figure of two digits at least, and what it is one of.
_BESIDE = re.compile(r"(?:[,;(]|\band\b|\bbut\b)\s*(?P<number>-?\d[\d,_]*\.?\d+)\s+[^\W\d]{2,}")

# "640 weights and 10 biases": parts, each with what it counts.
_PARTS = re.compile(
    r"^\s*\d[\d,_]*\s+[^\W\d]{2,}\s*(?:,|\band\b|\bplus\b|\+)\s*\d[\d,_]*\s+[^\W\d]{2,}"
)


def prints_nought(site: Site, sights: Sights, source: str, code: str) -> bool:
    """Whether a print of a written constant such as 0.01 is said to show `0.0`.

    A number of two digits at most is no outcome of arithmetic that could be rounded away, and a
    print shows all that there is of it, unless it is rounded or formatted: in its statement where
    that reads an attribute alone, else anywhere in the snippet.
    """
    if site.how != "print" or re.fullmatch(r"-?0(?:\.0?)?", site.text.strip()) is None:
        return False
    attribute = source.count("(") == 1 and re.search(r"[^\W\d]\w*\.[^\W\d]", source)
    if re.search(r"\bround\(|\bf[\"']|\bformat\(|%", source if attribute else code):
        return False
    passes = [places for places in sights.values.values() if len(places) == 1]
    seen = next(iter(passes[0].values())) if len(passes) == len(sights.values) == 1 else {}
    value = seen.get("v") if seen.get("t") == "num" and seen.get("k") == "float" else None
    digits = repr(value).partition("e")[0].replace(".", "").strip("-0")
    big = isinstance(value, float) and abs(value) >= LEAST_WRITTEN
    return big and 0 < len(digits) <= MOST_WRITTEN


def wrong_sum(site: Site, observed: str) -> bool:
    """Whether a remark that is borne out works out what was seen, and says another number.

    As in `torch.Size([13, 10]), since 7 + 4 + 2 = 12`.
    """
    told = worked_out(site.text)
    if told is None or told.right or told.first:
        return False
    seen = [float(one) for one in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", observed)]
    written = re.findall(r"-?\d+(?:\.\d+)?", site.text)
    return told.made in seen and told.said not in seen and len(written) > len(told.terms) + 1


def surely_meant(site: Site, sights: Sights) -> bool | None:
    """Whether a number that seems wrong speaks of what was seen.

    Returns:
        True where the sum in the remark makes what was seen, though the remark says otherwise;
        False where its sum is right and of something else that it names, or where another figure
        in it is what was seen; None where nothing tells.
    """
    expected = site.expectation
    if not isinstance(expected, Value) or not isinstance(expected.node, Num):
        return None
    passes = [next(iter(places.values())) for places in sights.values.values() if len(places) == 1]
    seen = number_of(passes[0]) if len(passes) == 1 else None
    if seen is None:
        return None
    if _PARTS.match(site.text):
        return False
    told = worked_out(site.text)
    if told is not None:
        if not told.right and math.isclose(told.made, seen, rel_tol=CLOSE):
            return True
        if told.right and (told.worded or (told.first and seen in told.terms)):
            return False
    beside = (literals.read_all(hit["number"]) for hit in _BESIDE.finditer(site.text))
    borne_out = (isinstance(one, Num) and numbers.agrees(one, seen) for one in beside)
    return False if any(borne_out) else None
