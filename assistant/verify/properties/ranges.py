"""Between which numbers the elements of a value lie."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from assistant.verify.expect.sums import result_of
from assistant.verify.properties.described import all_numbers, ends_of, is_array
from assistant.verify.properties.recogniser import Recogniser, Seen, Test, words

# Of so many numbers drawn evenly the greatest is close to the limit.
MANY, NEAR_LIMIT = 100, 0.9
_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)"
_WHO = (
    r"(?:(?P<many>\d+) (?:(?:random|distinct|different|unique) )*"
    r"(?=(?:integers?|ints?|numbers?|values?|labels?|indices|floats?"
    r"|samples?|entries|elements) ))?"
    r"(?:(?:all|every|each|everything|squashes|squashing|maps?|the|of|random|uniform|uniformly"
    r"|numbers?|values?|entry|entries|elements?"
    r"|integers?|ints?|scalars?"
    r"|indices|labels?|ids?|scores?|probabilit(?:y|ies)|floats?|outputs?|samples?|gates?"
    r"|activations?|weights|results?|any"
    r"|lie|lies|is|are|stays?|fall|falls|drawn|distributed|somewhere|strictly|squashed|clamped"
    r"|clipped|scaled|limited"
    r"|bounded|restricted|squeezed|normali[sz]ed|mapped|confined|between|in|within|into|to|inside"
    r"|range|ranges|ranging"
    r"|interval|go|goes|run|runs|from|by|on|over|half-open|closed|open|with|a"
    r"|absolute) )*(?:range:? |in: ?)?"
)


# "indices 0..2" are places, "labels 0..2" values.
_PLACES = re.compile(
    r"^(?:the |at |of |from )*(?:index|indices|entry|entries|elements?|items?|rows?|columns?|dims?"
    r"|positions?|slots?|steps?)\s+[-+]?[\d.]",
    re.IGNORECASE,
)


def _ends(seen: Seen) -> tuple[float, float] | None:
    """The least and the greatest element; a truth value has none."""
    return None if "bool" in str(seen.get("dtype")) else ends_of(seen)


def within(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every element lies between the ends that the words name."""
    if _PLACES.match(found.string) or seen.get("k") == "Size":
        return None
    ends = _ends(seen)
    if ends is None:
        return None
    low, high = float(found["low"]), float(found["high"])
    if not _laid_out(seen, found):
        return False
    if low > high or (found.groupdict().get("many") and not seen.get("shape")):
        return None  # "from 5.5 to zero" is what becomes of something
    if _counted_otherwise(seen, found):
        return False
    if re.search(r"\d ?(?:to|through|\.\.+|…) ?-?\d", found.group()) and _in_a_row(seen):
        # An end that is left out, as `range` leaves it, is one further.
        further = 0 if "through" in found.group() else 1
        return ends[0] == low and ends[1] <= high <= ends[1] + further
    slack = 1e-6 * max(abs(low), abs(high))
    return low - slack <= ends[0] and ends[1] <= high + slack


def _laid_out(seen: Seen, found: re.Match[str]) -> bool:
    """Whether rows or columns that the words count are those of the value."""
    told = re.search(r" in (\d+|an?|one) (row|column)s?$", found.group(), re.IGNORECASE)
    if told is None:
        return True
    dims = seen["shape"] if is_array(seen) else []
    count = int(told[1]) if told[1].isdigit() else 1
    if told[2].lower() == "row" and len(dims) == 1:
        return count == 1
    return len(dims) == 2 and dims[0 if told[2].lower() == "row" else 1] == count


def _counted_otherwise(seen: Seen, found: re.Match[str]) -> bool:
    """Whether the words count the elements, and there are not so many."""
    many = found.groupdict().get("many")
    return many is not None and is_array(seen) and math.prod(seen["shape"]) != int(many)


def _in_a_row(seen: Seen) -> bool:
    """Whether the elements are whole numbers, each one more than the one before it."""
    listed = all_numbers(seen) or []
    return len(listed) > 2 and all(after - before == 1 for before, after in pairwise(listed))


def interval(seen: Seen, found: re.Match[str]) -> bool | None:
    """As `within`; brackets alone may hold sizes, unless they are those of a half-open interval."""
    half_open = found["opens"] + found["closes"] in ("[)", "(]")
    unit = float(found["low"]) <= 0 and float(found["low"]) < float(found["high"]) <= 1
    named = re.sub(
        r"\b(?:from|into|to|of|with|on|by|over|go|goes|run|runs|a|the|is|are|results?|outputs?"
        r"|samples?|weights)\b",
        "",
        found["who"],
        flags=re.IGNORECASE,
    )
    if not (half_open or unit or named.strip() or found["end"].strip()):
        return None
    if found["opens"] + found["closes"] == "[)" and _in_a_row(seen):
        ends = _ends(seen)
        return ends is not None and [*ends] == [float(found["low"]), float(found["high"]) - 1]
    return within(seen, found)


def _around(seen: Seen, found: re.Match[str]) -> bool | None:
    told = found.groupdict()
    ends, size = _ends(seen), float(told["size"] or told["size2"])
    slack = 1e-6 * max(1.0, size)
    return None if ends is None else -size <= ends[0] + slack and ends[1] <= size + slack


def _inside(seen: Seen, found: re.Match[str]) -> bool | None:
    """No element is outside the ends that the words name."""
    ends = _ends(seen)
    low, high = float(found["low"] or found["low2"]), float(found["high"] or found["high2"])
    if ends is None or low > high:
        return None
    slack = 1e-6 * max(abs(low), abs(high))
    return low - slack <= ends[0] and ends[1] <= high + slack


def _capped(seen: Seen, found: re.Match[str]) -> bool | None:
    """No element is beyond one number, on the side that the words name."""
    ends, number = _ends(seen), float(found["number"])
    if ends is None or any(map(math.isnan, ends)):
        return None
    slack = 1e-6 * max(1.0, abs(number))
    low = re.search(r"floor|below", found.group(), re.IGNORECASE)
    held = ends[0] >= number - slack if low else ends[1] <= number + slack
    # Of whole numbers it may be the count that is capped.
    return held or (False if "float" in str(seen.get("dtype")) else None)


def _limit(seen: Seen, found: re.Match[str]) -> bool | None:
    """Elements are drawn from between a number and its negative: they come close to it."""
    ends, size = _ends(seen), float(found["size"])
    if ends is None or not is_array(seen) or math.prod(seen["shape"]) < MANY:
        return None
    far = max(abs(ends[0]), abs(ends[1]))
    if NEAR_LIMIT * size <= far <= size * (1 + 1e-4):
        return True
    return False if found["root"] and far > size * (1 + 1e-3) else None


def _magnitude(seen: Seen, found: re.Match[str]) -> bool | None:
    """No element is beyond a root, or a sum worked out, on either side."""
    ends = _ends(seen)
    size = float(found["size"]) if found["size"] else result_of(found["root"])
    if ends is None or size is None or not is_array(seen):
        return None
    places = len(str(found["size"] or "").partition(".")[2])
    slack = 0.51 * 10**-places if places else 1e-6 * max(1.0, size)
    far = max(abs(ends[0]), abs(ends[1]))
    if far <= size + slack:
        return True
    return None if far <= size * (1 + 1e-3) else False


def _bounded(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every element is on the named side of one number."""
    ends, number = _ends(seen), float(found["number"])
    if ends is None or any(map(math.isnan, ends)) or (found["many"] and not seen.get("shape")):
        return None
    if _counted_otherwise(seen, found):
        return False
    sign, slack = found["sign"].lower(), 1e-6 * abs(number)
    denied = found["denied"] is not None
    below = bool(re.match(r"below|under|less|smaller|lower|<|≤|at most|most", sign))
    strict = not (denied or re.search(r"=|≤|≥|equal|most|least", sign))
    if below != denied:
        return ends[1] < number if strict else ends[1] <= number + slack
    return ends[0] > number if strict else ends[0] >= number - slack


def _signed(seen: Seen, found: re.Match[str]) -> bool | None:
    ends, word = _ends(seen), found["word"].lower()
    if ends is None or (found["never"] and word.startswith("non")):
        return None
    if found["never"]:
        return ends[1] <= 0 if "pos" in word else ends[0] >= 0
    if word.startswith("non"):
        return ends[0] >= 0 if "neg" in word else ends[1] <= 0
    return ends[0] > 0 if "pos" in word else ends[1] < 0


def _no_sign(wanted_low: bool) -> Test:
    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        ends = _ends(seen)
        if ends is None:
            return None
        return ends[0] >= 0 if wanted_low else ends[1] <= 0

    return test


_END = (
    r"(?: (?:range|uniform|interval|now|each|inclusive|exclusive|included|excluded|everywhere"
    r"|only|uniformly|in (?:\d+|an?|one) (?:row|column)s?))*$"
)
_NONE_IS = (
    r"(?:(?:all |every |each )?(?:values?|entries|entry|elements?|numbers?|weights?"
    r"|it) )?(?:nothing"
    r"|none|never|no (?:values?|entr(?:y|ies)|elements?|numbers?|weights?|samples?|draws?))"
    r"(?: (?:is|are|lies?|falls?|goes|go|gets?|ends? up|ever|strays?|drawn|of them|found))*"
    r" (?:outside|beyond|out of|leaves?|leaving|past)(?: of)?(?: (?:the )?(?:range|interval"
    r"|bounds?))?"
    r"(?: of)? ?"
)
RANGES = (
    Recogniser(
        "includes an end",
        words(r"^includes -?\d+ though drawn below it$"),
        lambda seen, _: None if _ends(seen) is None else False,
    ),
    Recogniser(
        "lies between",
        words(
            rf"^(?P<who>{_WHO})(?P<opens>[\[(])\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER})\s*"
            rf"(?P<closes>[)\]])(?P<end>{_END})"
        ),
        interval,
    ),
    Recogniser(
        "lies between",
        words(
            rf"^{_WHO}(?:between|from|in|within|range|ranging from|into) (?:the )?(?:range "
            rf"|interval )?(?:from |of |between )?"
            rf"(?P<low>{_NUMBER}) ?(?:and|to|through|\.\.+|…|up to) ?(?P<high>{_NUMBER}){_END}"
        ),
        within,
    ),
    Recogniser(
        "lies between",
        words(
            rf"^(?=[a-z]){_WHO}(?P<low>{_NUMBER}) ?(?:to|through|\.\.+"
            rf"|…) ?(?P<high>{_NUMBER}){_END}"
        ),
        within,
    ),
    Recogniser(
        "lies between", words(rf"\bbetween (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})\b"), within
    ),
    Recogniser(
        "lies between",
        words(
            rf"^(?:nothing|none|no (?:value|entry|element|number)s?)(?: is| are)? (?:below|under"
            rf"|less than) (?P<low>{_NUMBER})(?:,)? (?:or|and|nor) (?:above|over|more than)"
            rf" (?P<high>{_NUMBER})$"
        ),
        within,
        denied=within,
    ),
    Recogniser(
        "never leaves",
        words(
            rf"^{_NONE_IS}(?:[\[(]\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER})\s*[)\]]"
            rf"|(?P<low2>{_NUMBER}) ?(?:to|\.\.+|and) ?(?P<high2>{_NUMBER})|(?:±|\+/?- ?)"
            rf"(?P<size>{_NUMBER}))$"
        ),
        lambda seen, found: _around(seen, found) if found["size"] else _inside(seen, found),
    ),
    Recogniser(
        "is capped",
        words(
            r"^(?:(?:all|values?|entries|elements|is|are|everything|now) )*(?:capped"
            r"|clipped|clamped|saturates?|saturated|bounded(?: from)? (?:above|below)"
            r"|floored)"
            rf" (?:at|by|to at most|to at least|from (?:below|above) at) (?P<number>{_NUMBER})$"
        ),
        _capped,
    ),
    Recogniser(
        "is small in magnitude",
        words(
            r"^(?:all |the |every |each |no )*(?:absolute values?|magnitudes?|\|\w+\|)"
            r"(?: (?:is|are|stays?|all|everywhere))* ?(?:at most|<=|≤|below|under|<|bounded by"
            rf"|never (?:above|over|exceeds?|exceed|more than)|exceeds) ?(?P<size>{_NUMBER})$"
            r"|^(?:all |every |values? |entries |elements |is |are )*(?:bounded by|at most|below"
            r"|within"
            r"|no (?:entry|value|element|weight) is (?:larger|bigger|greater|more) than)"
            rf" (?P<size2>{_NUMBER}) in (?:absolute value|magnitude)$"
        ),
        _around,
    ),
    Recogniser(
        "is drawn up to a limit",
        words(
            r"^(?:the |uniform |an? )*(?:limit|bound)s?(?: is| of| =|:|=)* ?"
            r"(?P<root>(?:math\.)?sqrt\((?:[^()]|\([^()]*\))*\) ?[=≈~] ?)?"
            rf"(?P<size>{_NUMBER})$"
        ),
        _limit,
    ),
    Recogniser(
        "is bounded by a root",
        words(
            r"^(?:(?:all|values?|entries|elements|weights?|is|are|everything|now) )*"
            r"(?:bounded|limited) by (?:±|\+/?- ?)?"
            r"(?P<root>(?:math\.)?sqrt\((?:[^()]|\([^()]*\))*\))"
            rf"(?: ?[=≈~] ?(?P<size>{_NUMBER}))?$"
        ),
        _magnitude,
    ),
    Recogniser("lies around nought", words(rf"^{_WHO}(?:±|\+/?- ?)(?P<size>{_NUMBER})$"), _around),
    Recogniser(
        "is bounded",
        words(
            rf"^{_WHO}(?P<denied>(?:not|no|never|nothing|none|no (?:value|entry|element"
            rf"|number|weight|score|item)s?)(?: is| are| ever| goes| falls| rises"
            rf"| drops)* )?(?P<sign>(?:at )?(?:below|under|less than"
            rf"|smaller than|lower than|above|over|greater than"
            r"|more than|larger than|bigger than|exceeds?|exceeding|most|least)(?: or equal to)?"
            r"|[<>]=?|[≤≥])"
            rf" ?(?P<number>{_NUMBER}){_END}"
        ),
        _bounded,
    ),
    Recogniser(
        "has a sign",
        words(
            r"^(?:(?:all|strictly|always|values?|entries|elements|only|numbers|every|one|stays?|are"
            r"|is) )*"
            r"(?P<never>(?:never|nothing|none|no (?:values?|entr(?:y|ies)|elements?|numbers?))"
            r"(?: (?:is|are|becomes?|gets?))? )?"
            r"(?P<word>(?:non-?)?(?:positive|negative))(?: values?| numbers?| entries| everywhere"
            r"| only)*$"
        ),
        _signed,
    ),
    Recogniser(
        "has no negative element",
        words(
            r"\b(?:no|without|never|not any)(?: a)? negatives?(?: values?| numbers?| entries"
            r"| elements?| parts?)?(?: left| remain(?:s|ing)?| survives?)?$"
        ),
        _no_sign(True),
        denied=_no_sign(True),
    ),
)
