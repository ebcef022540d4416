"""Which words ascribe which property.

To add one, write a recogniser: the words it answers to, and its test (see `checks`).  A `pair`
property is shown the value together with each thing that the statement made it from; one with an
`other` is shown it with what the words name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verify.properties import checks
from assistant.verify.properties.checks import Test


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A property: its name, the words for it, its test, and what the test is shown."""

    name: str
    words: re.Pattern[str]
    test: Test
    pair: bool = False
    other: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NUMBER = r"[-−]?\d+(?:\.\d+)?"
_FILLED = r"^(?:now |still )?(?:all|filled with|full of)"
_OTHER = r"(?P<other>[^\W\d][^—–;#]*?)\s*(?:$|[—–;]|\s\(| unchanged\b)"
REGISTRY: tuple[Recogniser, ...] = (
    Recogniser(
        "leaves it unchanged",
        _words(r"^(?P<other>[^\W\d]\w*) (?:is |stays |remains )?unchanged\b"),
        checks.same_or_open,
        other=True,
    ),
    Recogniser(
        "has the shape of",
        _words(rf"^(?:has the )?same shape(?: and dtype)? as {_OTHER}"),
        checks.same_shape,
        other=True,
    ),
    Recogniser(
        "differs from",
        _words(rf"^(?:different|differs?)(?: values?)? (?:from|than|to) {_OTHER}"),
        checks.same_values(False),
        other=True,
    ),
    Recogniser(
        "is the same as",
        _words(
            r"^(?:(?:is |exactly |gives )?(?:the )?(?:same|equivalent|identical|equal)"
            r"(?: values?| results?| numbers?| tensor)? (?:as|to)|equals?"
            rf"|returns?(?= \w+ unchanged)) {_OTHER}"
        ),
        checks.same_values(True),
        other=True,
    ),
    Recogniser(
        "shares memory",
        _words(
            r"\bshar(?:es?|ing) (?:the |its |their )?(?:same |underlying )?"
            r"(?:memory|data|storage|buffer)\b|\bzero[- ]copy\b"
            r"|\bsame (?:memory|storage)\b|\b(?:is |returns )?a view\b(?! with (?:the )?shape)"
            r"|\bno copy\b"
        ),
        checks.shares(True),
        pair=True,
    ),
    Recogniser(
        "is a copy",
        _words(
            r"\b(?:independent|deep|real|separate|full|new) copy\b"
            r"|\bcopies (?:the )?(?:data|memory)\b"
            r"|\b(?:does not|doesn't|not) shar(?:e|ing) (?:memory|data|storage)\b|\bis a copy\b"
            r"|\bmakes a copy\b|^(?:it |this one |this |always )?copies\b|\bit is a copy\b"
        ),
        checks.shares(False),
        pair=True,
    ),
    Recogniser("sums to 1", _words(r"\bsums? to (?:1|one)(?:\.0)?\b"), checks.sums_to_one),
    Recogniser(
        "about half zeros",
        _words(
            r"(?:~|about |roughly |≈ ?)half (?:are |of (?:them )?)?zero"
            r"|\b50 ?% (?:are )?zero"
        ),
        checks.half_zeros,
    ),
    Recogniser(
        "all zeros",
        _words(rf"{_FILLED} (?:zeros|0s?)\b|\bevery element is 0\b"),
        checks.all_equal(0.0),
    ),
    Recogniser(
        "all ones",
        _words(rf"{_FILLED} (?:ones|1s?)\b|\bevery element is 1\b"),
        checks.all_equal(1.0),
    ),
    Recogniser(
        "lies between",
        _words(
            r"^(?:(?:random |values? |uniform |numbers? |all |are |lie |in |within |range:? )*)"
            rf"(?:[\[(]\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER})\s*[)\]])"
            r"(?:\s+(?:range|uniform)\b|\s*$|\s*[—–])"
        ),
        checks.within,
    ),
    Recogniser(
        "lies between",
        _words(rf"\bbetween (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})\b"),
        checks.within,
    ),
    Recogniser(
        "is not contiguous",
        _words(r"\b(?:not|no longer|non)[ -]contiguous\b"),
        checks.flag("contiguous", False),
    ),
    Recogniser(
        "is contiguous",
        _words(
            r"(?<!not )(?<!non-)(?<!longer )\bcontiguous(?: memory| copy| tensor| again)?"
            r"\s*(?:$|[—–,!])"
        ),
        checks.flag("contiguous", True),
    ),
    Recogniser(
        "has no graph",
        _words(
            r"\bno (?:graph|grad(?:ient)?s?)\b"
            r"(?: (?:is )?(?:built|history|tracking|tracked|recorded|needed|computation))"
            r"|\b(?:detached|disconnected) from (?:the )?graph\b|\bstop gradient\b"
        ),
        checks.dead_end,
    ),
    Recogniser(
        "requires no grad",
        _words(
            r"\b(?:does not|doesn't|do not|don't|no longer) requires? (?:a )?grad(?:ient)?s?\b"
            r"|\brequires no grad(?:ient)?s?\b|\bnot tracked by autograd\b"
        ),
        checks.flag("grad", False),
    ),
    Recogniser(
        "works in place",
        _words(
            r"\b(?:modif(?:ies|ied)|changes|updates|mutates|works)\b(?: \w+)? in[- ]place\b"
            r"|^(?:done )?in[- ]place\b"
        ),
        checks.shares(True),
        pair=True,
    ),
    Recogniser(
        "works out of place",
        _words(r"\bout[- ]of[- ]place\b|^(?:a |returns a |creates a |makes a )?new tensor\b"),
        checks.shares(False),
        pair=True,
    ),
    Recogniser(
        "requires grad",
        _words(r"\brequires_grad ?= ?True\b|\btracked by autograd\b|\brequires grad(?:ient)?s?\b"),
        checks.flag("grad", True),
    ),
    Recogniser(
        "is no leaf",
        _words(r"\b(?:non-leaf|(?:not|no longer) a leaf)\b"),
        checks.flag("leaf", False),
    ),
    Recogniser(
        "is a leaf",
        _words(r"\b(?:a )?leaf(?: tensor)?\s*(?:$|[—–,!])"),
        checks.flag("leaf", True),
    ),
    Recogniser(
        "counts parameters",
        _words(r"(?P<count>\d[\d,]*) (?:trainable |learnable )?param(?:eter)?s\b"),
        checks.parameters,
    ),
    Recogniser(
        "has so many elements",
        _words(
            r"^(?:(?:a )?(?:flat )?vector of )?length (?P<length>\d+)\s*(?:$|[.,;(—–])"
            r"|^(?P<count>\d[\d,]*) (?:elements?|entries|items|values?)"
            r"(?: (?:left|remain(?:ing)?|in total|total|survive|selected|kept))?\s*(?:$|[.,;(—–])"
        ),
        checks.elements,
    ),
    Recogniser(
        "has no negative element",
        _words(r"\b(?:non-?negative|no negatives?|all ≥ ?0|>= ?0 everywhere)\b"),
        checks.signed(0.0, strict=False),
    ),
    Recogniser(
        "is positive",
        _words(r"^(?:all |strictly )*positive(?: values?| numbers?)?\s*(?:$|[—–,])"),
        checks.signed(0.0, strict=True),
    ),
    Recogniser(
        "has unit norm",
        _words(r"\bunit[ -](?:norm|length|vectors?)\b|\bnorm (?:is |= ?|of )?1(?:\.0)?\b"),
        checks.unit_norm,
    ),
    Recogniser("is an identity", _words(r"^(?:the |an )?identity matrix\b"), checks.identity),
    Recogniser(
        "is triangular", _words(r"\b(?P<side>upper|lower)[- ]triang\w+"), checks.triangular
    ),
    Recogniser(
        "is sorted",
        _words(
            r"^(?:now )?(?:sorted\b(?:,? (?:in )?(?:ascending|descending)(?: order)?)?"
            r"|(?:in )?(?:ascending|descending) order)\s*(?:$|[—–,])"
        ),
        checks.ordered,
    ),
    Recogniser(
        "is a permutation", _words(r"\bpermutation of (?:0|indices|range)"), checks.permutation
    ),
    Recogniser(
        "is evenly spaced",
        _words(r"(?:(?P<count>\d+) )?evenly[ -]spaced\b"),
        checks.evenly,
    ),
)  # fmt: skip
