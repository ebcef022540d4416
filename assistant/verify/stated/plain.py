"""Values that go with a parameter in a sentence which does not call them defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify import foreign
from assistant.verify.names import Known
from assistant.verify.stated.pairs import DIRECT, owner_of, pairs
from assistant.verify.stated.units import Stated, Unit

MOST_AROUND = 3
"""Of what a sentence may speak of without naming it, the nearest so many are looked at."""
_CHOICE = re.compile(
    r"\b(?:if|unless|when|whenever|whether|with(?:out)?|pass|passing|passes|passed|set|setting"
    r"|call|called|calling|try|tried|choose|choosing|chose|chosen|add|adding|added|give|giving"
    r"|given|want|need|needs|prefer\w*|start|begin|take|make|put|write|writing|instead|than|not|never"
    r"|use|using|used|let|switch to|turn|turning|turned|should|would|could|might|may|can"
    r"|must|to (?:have|get))\b(?:`[^`]*`|[^.;:,`])*`?\Z",
    re.I,
)
"""What stands before a value that somebody may pass."""
_SO_DOES = re.compile(r"\b[a-z]+s(?: \w+)? with\s+[`*]*\Z")
_GIVEN = re.compile(r"(?:^|[,;:(`])\s*(?:and |or )?(?:for|under|by|at)\s+[`*]*\Z", re.I)
_IS = re.compile(
    r"[`*]*(?:\s+(?:of|in|for)\s+(?:the\s+)?[`*]*[\w.]+[`*]*)?"
    r"\s+(?:is|are|equals?|stays?(?: at)?|stands at)\s+[`*]*\Z"
)


def mentioned(
    unit: Unit,
    text: str,
    inside: Mapping[str, Known],
    around: Mapping[str, Known],
    said: Sequence[Stated],
) -> Iterator[Stated]:
    """`nn.CTCLoss` reserves an index for the blank, `blank=0`; the `p` of `nn.Dropout` is 0.5.

    Args:
        unit: a sentence.
        text: the same without what stands in calls.
        inside: what it names.
        around: what it may speak of besides, nearest first.
        said: the defaults that it calls so.
    """
    if foreign.ELSEWHERE.search(re.sub(r"`[^`]*`", " ", text)):
        return
    near = dict([*around.items()][:MOST_AROUND])
    direct = {hit.start() for hit in DIRECT.finditer(text)}
    for start, end, parameter, value, _ in pairs(text, inside, near, told=True):
        place = unit.start + start
        if any(one.start < unit.start + end and place < one.start + len(one.text) for one in said):
            continue
        chosen = _CHOICE.search(text, 0, start) and not _SO_DOES.search(text[:start])
        if chosen or _GIVEN.search(text[:start]):
            continue
        if start not in direct and not _stands_so(text, start, parameter, value):
            continue
        owner = owner_of(parameter, start, text, inside, near)
        if owner is not None:
            words = unit.text[start:end].strip("`* ")
            yield Stated("mentioned", words, place, owner, parameter, value, firm=False)


def _stands_so(text: str, start: int, parameter: str, value: str) -> bool:
    """Whether nothing but `is` stands between a parameter and its value."""
    if text[start : start + len(parameter)] != parameter:
        return False
    behind = start + len(parameter)
    at = text.find(value.strip("'\""), behind)
    return at > 0 and _IS.fullmatch(text[behind:at].rstrip("'\"")) is not None
