"""What the elements of a value are: one number all over, a few, nan, or noughts in part."""

from __future__ import annotations

import math
import re

from assistant.verify import numbers
from assistant.verify.literals import Num
from assistant.verify.properties.described import all_numbers, ends_of, flat, is_array, numbers_of
from assistant.verify.properties.recogniser import Recogniser, Seen, words

# Six standard deviations of a fair coin are as far as a share that is "about half" may be from it.
FEWEST, DEVIATIONS = 16, 6.0
_NUMBER = r"-?\d+(?:\.\d+)?"
_EACH = (
    r"(?:(?:all|each|every) )?(?:the )?"
    r"(?:elements?|entr(?:y|ies)|values?|numbers?|items?|cells?|one)"
)
_SIZES = (
    r"(?:(?P<sizes>\d+(?: ?(?:x|×|by) ?\d+)*) )?"
    r"(?:(?:tensor|matrix|vector|grid|array|row|column|batch) )?"
)
_PREFIX = (
    r"(?:(?:filled|full|made up|consisting|consists) (?:with|of) (?:all )?|all |only "
    r"|entirely |nothing but |(?:contains|holds) (?:only |just )?|everything (?:is |equals? )?"
    rf"|constant |{_EACH} (?:is |are |= |== |equals? (?:to )?|set to |holds? )(?:exactly )?)"
)
_ALL_OVER = (
    r"(?:everywhere|throughout|all over|only|each|in (?:all|total)"
    r"|in every (?:place|position|cell|entry|slot))"
)
_FILLED = (
    rf"^{_SIZES}{_PREFIX}(?P<value>{_NUMBER})(?:'?s)?"
    rf"(?: {_ALL_OVER}| at the (?:start|beginning|outset))?$",
    rf"^(?:adds? to \S+ )?{_SIZES}(?:of (?:all )?)?(?P<value>{_NUMBER})'?s(?: {_ALL_OVER})?$",
    rf"^{_SIZES}(?P<value>{_NUMBER}) (?!only|each){_ALL_OVER}$",
    r"^(?P<sizes>)(?:(?:each|every)(?: single)? (?:element|entry|value|number|item|cell)"
    r"|all (?:the |its )?(?:elements|entries|values|numbers|items|cells))"
    rf" (?P<value>{_NUMBER})$",
)


def _claimed(found: re.Match[str]) -> Num:
    return Num(found["value"], complex(float(found["value"])))


def _fits(found: re.Match[str], seen: Seen) -> bool:
    """Whether the sizes in front, if any, are those of the value."""
    named = found["sizes"]
    if not named:
        return True
    sizes = [int(one) for one in re.findall(r"\d+", named)]
    return sizes == list(seen["shape"]) or (
        len(sizes) == 1 and sizes[0] == len(flat(seen.get("values")))
    )


def filled(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every element is the number that is named."""
    ends = ends_of(seen)
    if ends is None or (not is_array(seen) and seen.get("t") != "seq"):
        return None
    if found["sizes"] and is_array(seen) and not seen["shape"]:
        return None  # "9 cells, 3 ones" beside a count
    if is_array(seen) and not _fits(found, seen):
        return _so_many(found, seen)
    number, dtype = _claimed(found), str(seen.get("dtype") or "")
    return all(numbers.agrees(number, end, dtype=dtype) for end in ends)


def _so_many(found: re.Match[str], seen: Seen) -> bool | None:
    """Whether that many elements are the number: `36 ones` of a triangle; False for other sizes."""
    listed = all_numbers(seen)
    if not found["sizes"].strip().isdigit():
        return False
    return None if listed is None else listed.count(float(found["value"])) == int(found["sizes"])


def repeated(seen: Seen, found: re.Match[str]) -> bool | None:
    """There are so many elements, and all are one number: `eight times 1.`, `seven 2.`."""
    listed = all_numbers(seen)
    if listed is None or len(listed) < 2:
        return None
    number, dtype = _claimed(found), str(seen.get("dtype") or "")
    same = all(numbers.agrees(number, end, dtype=dtype) for end in (min(listed), max(listed)))
    right_count = len(listed) == int(found["count"])
    if same and right_count:
        return True
    return False if found["times"] and (same or right_count) else None


def truths(seen: Seen, found: re.Match[str]) -> bool | None:
    """Every element is true, or false."""
    if not is_array(seen) or "bool" not in str(seen["dtype"]) or "values" not in seen:
        return None
    wanted = found["truth"].lower() == "true"
    return all(value is wanted for value in flat(seen["values"]))


def begins_with(seen: Seen, found: re.Match[str]) -> bool | None:
    """The first elements are the number; or all are, if the words tell of a value's beginning."""
    listed = numbers_of(seen)
    if listed is None:
        return None
    number = float(found["value"])
    at_end = found["place"].lower() in ("end", "back")
    return listed[-1 if at_end else 0] == number


def members(seen: Seen, found: re.Match[str]) -> bool | None:
    """No element is other than those that are named."""
    named = {float(one) for one in re.findall(_NUMBER, found["listed"])}
    listed = all_numbers(seen)
    if listed is None:
        return None
    return all(any(math.isclose(one, name, rel_tol=1e-4) for name in named) for one in listed)


def survivors(seen: Seen, found: re.Match[str]) -> bool | None:
    """What is not nought is one number."""
    listed = numbers_of(seen)
    kept = [one for one in listed if one != 0] if listed is not None else []
    told, _, under = (found["value"] or "2").partition("/")
    if listed is None or not kept or float(told) == 0 or float(under or 1) == 0:
        return None  # "a single 1, rest 0" speaks of the others
    if under:
        number = float(told) / float(under)
        right = all(math.isclose(one, number, rel_tol=1e-5) for one in (min(kept), max(kept)))
    else:
        number = float(told)
        right = all(
            numbers.agrees(Num(told, complex(number)), one) for one in (min(kept), max(kept))
        )
    if right:
        return True
    # By what they were multiplied tells nothing of what they are, unless they all were ones.
    by = found["by"] is not None or found["value"] is None
    return None if by or len(kept) == len(listed) or min(kept) != max(kept) else False


def some_of(seen: Seen, found: re.Match[str]) -> bool | None:
    """So many of so many elements are true, nought, or of a sign."""
    if not is_array(seen) or "values" not in seen:
        return None
    leaves, what = flat(seen["values"]), found["what"].lower()
    truth = "bool" in str(seen["dtype"])
    if truth is not (what in ("true", "false")) or len(leaves) != int(found["whole"]):
        return None
    listed = leaves if truth else numbers_of(seen)
    if listed is None:
        return None
    chosen = {
        "true": [one for one in listed if one],
        "false": [one for one in listed if not one],
        "0": [one for one in listed if one == 0],
        "positive": [one for one in listed if one > 0],
        "negative": [one for one in listed if one < 0],
    }
    kept = chosen.get(what, [one for one in listed if one != 0])
    return len(kept) == int(found["count"])


def binary(seen: Seen, _: re.Match[str]) -> bool | None:
    """Every element is nought or one."""
    listed = all_numbers(seen)
    return None if listed is None else set(listed) <= {0.0, 1.0}


def half_zeros(seen: Seen, found: re.Match[str]) -> bool | None:
    """About so many of many elements are nought."""
    share = float(found["percent"]) / 100 if found["percent"] else 0.5
    listed = numbers_of(seen)
    count = len(listed) if listed is not None else math.prod(seen.get("shape") or ())
    have = sum(one == 0 for one in listed) / count if listed else seen.get("zeros")
    if have is None or count < FEWEST:
        return None
    slack = DEVIATIONS * math.sqrt(share * (1 - share) / count)
    return bool(abs(have - share) <= max(slack, 0.02))


def not_numbers(seen: Seen, found: re.Match[str]) -> bool | None:
    """Some element is nan, or infinite; or all are."""
    if seen.get("t") == "seq":
        return None
    listed = all_numbers(seen)
    if listed is None:
        return None
    test = math.isnan if found["what"].lower() == "nan" else math.isinf
    held = (all if found["all"] else any)(test(one) for one in listed)
    ahead = re.findall(r"[^\W\d]+|[^\w\s]+|\d+", found.string[: found.start()])
    return held if held or set(map(str.lower, ahead)) <= _HOLDING else None


_HOLDING = frozenset(
    "has have contains holds full of becomes turns into gives is are some only now no not any all"
    " never the first last entry element value row one mean sum everything result it".split()
)
"""Words in front of a nan that say no more than that it is there."""


def finite(seen: Seen, _: re.Match[str]) -> bool | None:
    """No element is nan or infinite."""
    listed = all_numbers(seen)
    return None if listed is None or not is_array(seen) else all(map(math.isfinite, listed))


FILLED = (
    Recogniser(
        "about half zeros",
        words(
            r"^(?:about |roughly |around |approximately |~ ?|≈ ?)?(?:half|(?P<percent>\d{1,2}) ?%)"
            r" (?:of )?(?:(?:them|the (?:\w+)|all \w+|its \w+|elements|entries|values) )?(?:are "
            r"|is |will be )?(?:set to |dropped to )?(?:0s?|zeroed)\b"
        ),
        half_zeros,
    ),
    *(Recogniser("is filled with", words(pattern), filled) for pattern in _FILLED),
    Recogniser(
        "repeats a number",
        words(
            r"^(?:(?:holds|contains|the|same|value|number) )*(?P<count>\d+) (?P<times>times "
            r"|copies of )?"
            rf"(?:the (?:number|value) )?(?P<value>{_NUMBER})(?: in a (?:row|column))?$"
        ),
        repeated,
    ),
    Recogniser(
        "is all true",
        words(
            rf"^(?:(?:all|{_EACH}(?: is| are)?|everywhere|entirely) )?(?P<truth>True"
            rf"|False)(?: everywhere| throughout)?$"
        ),
        truths,
    ),
    Recogniser(
        "begins with",
        words(
            rf"^(?P<value>{_NUMBER})s (?:at|in|on) (?:the )?(?P<place>start|beginning|front|end"
            rf"|back)\b"
        ),
        begins_with,
    ),
    Recogniser(
        "is made of",
        words(
            r"^(?:(?:only|just|all|nothing but|no values? but|the|either|entries|values|elements"
            r"|labels|numbers"
            r"|contains?|of|drawn from|in|from|each|every"
            r"|element|entry|value|is|are|random|a|mix|mixture) )*"
            rf"(?P<listed>\{{?{_NUMBER}'?s?(?:, ?{_NUMBER}'?s?)*(?:,? (?:and|or)|,)"
            rf" {_NUMBER}'?s?\}}?)"
            r"(?: only| alone| and nothing else| can occur| can appear| occur| remain| are left"
            r"| appear)*$"
        ),
        lambda seen, found: (
            members(seen, found)
            if re.search(
                r"\ds\b|only|just|either|nothing|values|entries (?:are|is)|\{", found.group()
            )
            else None
        ),
    ),
    Recogniser(
        "has survivors",
        words(
            r"^(?:(?:the|all|every|each|what|whatever) )*(?:survivors?|survives"
            r"|(?:surviving|kept|remaining|non-?zero|undropped|other)(?: (?:1s?|ones?|values?"
            r"|entries"
            r"|entry"
            r"|elements?|units?|numbers?|activations?))?|rest)"
            r" (?:(?:is|are|get|gets|have|become|becomes|been|all|now|equals?|exactly|scaled"
            r"|rescaled"
            r"|multiplied|blown|raised|up|to|into|(?P<by>by)|being|set|of|=) )*"
            rf"(?:(?P<value>{_NUMBER}(?: ?/ ?\d+)?)s?|doubled|twice as large)$"
        ),
        survivors,
    ),
    Recogniser(
        "has some of a kind",
        words(
            r"^(?:exactly |only )?(?P<count>\d+) (?:out )?of (?:the |its |all )?(?P<whole>\d+)"
            r"(?: (?:entries|elements|values|cells|positions|numbers))? (?:is|are)"
            r" (?P<what>true|false|0|non-?zero|positive|negative)s?$"
        ),
        some_of,
    ),
    Recogniser(
        "holds no nought",
        words(r"^no (?:single )?0(?:e?s)?(?: (?:left|anywhere|in it|among them))*$"),
        lambda seen, _: (
            None if (listed := numbers_of(seen)) is None else all(one != 0 for one in listed)
        ),
    ),
    Recogniser(
        "is binary",
        words(
            r"^(?P<listed>(?<!\d)binary(?: mask| values| tensor| matrix)?)(?: (?:as|of|in) \w+)?$"
        ),
        binary,
    ),
    Recogniser(
        "holds nan",
        words(
            r"\b(?:(?P<all>all|only|nothing but) )?(?:(?P<what>nan|inf)s?|(?:infinit\w+))"
            r"(?: (?:values?|entries|anywhere|left|remain(?:s|ing)?|in (?:it|sight)))*$"
        ),
        lambda seen, found: not_numbers(seen, found) if found["what"] else None,
    ),
    Recogniser("is finite", words(r"^(?:all |everything )?finite(?: values| numbers)?$"), finite),
)
