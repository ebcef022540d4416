"""Calls in prose: signatures, the keywords they use, and the default that one has in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify import foreign
from assistant.verify.names import Known
from assistant.verify.stated.pairs import DIRECT
from assistant.verify.stated.units import Manner, Stated, Unit, owners_in, resolved

CALL = re.compile(
    r"(?P<name>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_DECLARES = re.compile(
    r"\bsignature\b|\b(?:is|are) (?:declared|defined)\b|\bprototype\b|\bdeclaration\b|\bfull form\b"
    r"|\bis the constructor\b|\bconstructor (?:is|reads|looks like)\b",
    re.I,
)
DENIED = re.compile(
    r"\b(?:no longer|does not|doesn't|do not|don't|has no|have no|lacks?|without an?|cannot"
    r"|neither)\b",
    re.I,
)
_THE_DEFAULT = re.compile(
    r"[`*]*(?:\s*[,(–—-]\s*|\s+)(?:(?:which|that|this) is |i\.e\.,? |is |being )?"
    r"(?:the|its) default"
    r"(?: value| setting| behaviou?r)?(?=\s*(?:[,.;:)]|$|(?:when|if|whenever|once|after)\b))"
)


def calls(unit: Unit, known: Mapping[str, Known]) -> list[tuple[str, re.Match[str]]]:
    """The calls in a unit of what is known, with its dotted name."""
    return [
        (name, hit)
        for hit in CALL.finditer(unit.text)
        if hit["inside"].strip()
        for name in resolved(owners_in(hit["name"])[-1:], known)
    ]


def _declares(unit: Unit) -> bool:
    """Whether a sentence, or the head of a table, says that its calls are signatures."""
    head = unit.row and re.search(r"\b(?:signature|constructor|prototype)s?\b", unit.head, re.I)
    return bool(_DECLARES.search(unit.text) or head)


def signatures(unit: Unit, written: Sequence[tuple[str, re.Match[str]]]) -> Iterator[Stated]:
    """Calls that are written as signatures are, or that a sentence declares to be such."""
    declares = _declares(unit) and not foreign.ELSEWHERE.search(unit.text)
    blank = CALL.sub(lambda hit: " " * len(hit.group()), unit.text)
    for name, hit in written:
        line = blank[blank.rfind("\n", 0, hit.start()) + 1 :].split("\n", 1)[0]
        if declares or re.fullmatch(r"(?:\W|\band\b|\bor\b|\bclass\b|\bdef\b|\d)*", line):
            manner: Manner = "signature"
        else:
            manner = "called"
        place = unit.start + hit.start()
        yield Stated(manner, hit.group(), place, name, "", hit["inside"], firm=declares)


def keywords(unit: Unit, written: Sequence[tuple[str, re.Match[str]]]) -> Iterator[Stated]:
    """`nn.BCELoss(pos_weight=...)`: a call in prose uses the keyword."""
    if _declares(unit):
        return
    denied = bool(DENIED.search(unit.text))
    for name, hit in written:
        for word in re.finditer(r"(?:^|,)\s*([A-Za-z_]\w*)\s*=(?!=)", hit["inside"]):
            if not denied:
                yield Stated("takes", hit.group(), unit.start + hit.start(), name, word[1])


def fixed(
    unit: Unit, written: Sequence[tuple[str, re.Match[str]]], known: Mapping[str, Known]
) -> Iterator[Stated]:
    """`DataLoader(num_workers=0)`, the default: the call has the default in it."""
    for name, hit in written:
        if not _THE_DEFAULT.match(unit.text, hit.end()):
            continue
        if foreign.of_others(unit.text, hit.start()):
            continue
        pairs = list(DIRECT.finditer(unit.text, *hit.span("inside")))
        if len(pairs) == 1 and pairs[0]["name"] in known[name].parameters:
            (pair,) = pairs
            place = unit.start + pair.start()
            yield Stated("default", pair.group(), place, name, pair["name"], pair["value"])
