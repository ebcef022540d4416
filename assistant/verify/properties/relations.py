"""How a value stands to another one that the words name."""

from __future__ import annotations

import math
import re

from assistant.verify.properties.described import is_array, numbers_of
from assistant.verify.properties.recogniser import Recogniser, Seen, Test, words


def same_values(wanted: bool) -> Test:
    """The first and the second of a pair hold the same values in the same shape."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        if len(items) != 2 or any(item.get("t") != items[0].get("t") for item in items):
            return None
        one, other = items
        if one["t"] == "num":
            if not isinstance(one["v"], (int, float)) or not isinstance(other["v"], (int, float)):
                return (one["v"] == other["v"]) is wanted
            return math.isclose(one["v"], other["v"], rel_tol=1e-5, abs_tol=1e-7) is wanted
        if one["t"] == "seq" and one["k"] == "Size":
            return (one["repr"] == other["repr"]) is wanted
        if not is_array(one):
            return None
        if one["shape"] != other["shape"]:
            return not wanted
        left, right = numbers_of(one), numbers_of(other)
        if left is None or right is None:
            return None
        pairs = zip(left, right, strict=True)
        equal = all(math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) for a, b in pairs)
        return equal is wanted

    return test


def same_or_open(seen: Seen, found: re.Match[str]) -> bool | None:
    """The first of a pair is the second; where it is not, the words may mean something else."""
    return same_values(True)(seen, found) or None


def same_shape(seen: Seen, _: re.Match[str]) -> bool | None:
    """The first and the second of a pair have the same shape."""
    items = seen.get("items") or []
    if len(items) != 2 or any("shape" not in item for item in items):
        return None
    return bool(items[0]["shape"] == items[1]["shape"])


def same_dtype(seen: Seen, _: re.Match[str]) -> bool | None:
    """The first and the second of a pair have the same dtype."""
    items = seen.get("items") or []
    if len(items) != 2 or any("dtype" not in item for item in items):
        return None
    return bool(items[0]["dtype"] == items[1]["dtype"])


def _plain(held: object) -> object:
    """A dtype without the library that it belongs to."""
    return held.rpartition(".")[2] if isinstance(held, str) else held


def _kept(key: str) -> Test:
    """The first of several things has what the one that it was made from has, if it is one."""

    def test(seen: Seen, found: re.Match[str]) -> bool | None:
        made, *given = seen.get("items") or [{}]
        sources = [
            one for one in given if is_array(one) and (one["shape"] or not made.get("shape"))
        ]
        if not is_array(made) or not sources:
            return None
        if any(_plain(one[key]) == _plain(made[key]) for one in sources):
            return True
        # "same shape" may be said of the line above.
        told = seen["k"] == "rebound" or not found.group().lower().endswith(key)
        return False if told and len(sources) == len(given) == 1 else None

    return test


keeps_shape, keeps_dtype = _kept("shape"), _kept("dtype")


_OTHER = r"(?P<other>[^\W\d][^—–;#]*?)(?: unchanged)?$"
RELATIONS = (
    Recogniser(
        "leaves it unchanged",
        words(
            r"^(?P<other>(?!(?:shape|size|d?type)\b)[^\W\d]\w*) (?:is |stays |remains |comes back "
            r"|left )?unchanged$"
        ),
        same_or_open,
        other=True,
    ),
    Recogniser(
        "keeps its shape",
        words(
            r"^(?:the )?(?:same|unchanged|identical) (?:shapes?|sizes?)"
            r"(?: (?:as|like) (?:before|above|(?:the|its) input(?:'s)?))?$"
            r"|^(?:the )?same (?:shape|size) as (?:before|the input|its input|it was)$"
            r"|^(?:the )?(?:shape|size)s? (?:itself )?(?:is |are |stays |remains )?"
            r"(?:unchanged|preserved|kept|the same|as before|untouched|unaffected|not changed)$"
            r"|^(?:the )?(?:shape|size) (?:does not|never) changes?$|^no change (?:of|in) shape$"
            r"|^(?:keeps|preserves|does not change|leaves|retains)(?: the| its)?(?: same)? (?:shape"
            r"|size)(?: alone| unchanged| as it is)?$"
            r"|^(?:shape|size) (?:stays|kept|preserved|preserving)$|^shape-preserving$"
        ),
        keeps_shape,
        pair=True,
        before=True,
    ),
    Recogniser(
        "keeps its dtype",
        words(
            r"^(?:the )?(?:same|unchanged|identical) d?types?$"
            r"|^(?:the )?d?type (?:is |stays |remains )?(?:unchanged|preserved|kept|the same)$"
            r"|^(?:keeps|preserves|does not change) (?:the |its )?dtype$"
        ),
        keeps_dtype,
        pair=True,
        before=True,
    ),
    Recogniser(
        "has the shape of",
        words(
            r"^(?:(?:has |keeps |of )?(?:(?:the )?same )?(?:shape|size)(?: and d?type)? (?:as|like)"
            rf"(?: that of)?|shaped like|(?:same|equal) in shape (?:as|to)) {_OTHER}"
        ),
        same_shape,
        other=True,
    ),
    Recogniser(
        "has the dtype of",
        words(rf"^(?:has |keeps |of )?(?:the )?same d?type as {_OTHER}"),
        same_dtype,
        other=True,
    ),
    Recogniser(
        "differs from",
        words(
            rf"^(?:different|differs?|distinct)(?: values?| numbers?)? (?:from|than|to) {_OTHER}"
        ),
        same_values(False),
        other=True,
    ),
    Recogniser(
        "differs from",
        words(
            r"^other (?:values|numbers|draws|samples|weights|noise|entries) than (?:the )?"
            rf"{_OTHER}"
        ),
        same_values(False),
        other=True,
    ),
    Recogniser(
        "differs from",
        words(
            r"^not (?:the )?(?:same|equal|identical)(?: values?| numbers?)? (?:as|to)"
            rf" {_OTHER}"
        ),
        same_values(False),
        other=True,
    ),
    Recogniser(
        "is the same as",
        words(
            r"^(?:(?:is |exactly |gives |the |very )*(?:same|equivalent|identical|equal)"
            r"(?: values?| results?| numbers?| tensor| thing| output| draws?| samples?| answer"
            r"| vector| matrix| loss)? (?:as|to)\b"
            r"|equals?|matches|agrees with|replays|repeats|reproduces|= ?|== ?|≡ ?"
            rf"|returns?(?= \w+ unchanged)) ?{_OTHER}"
        ),
        same_values(True),
        other=True,
    ),
)
