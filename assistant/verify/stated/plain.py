"""Values that go with a parameter in a sentence which does not call them defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify import foreign
from assistant.verify.names import Known
from assistant.verify.stated.pairs import DIRECT, VALUE, owner_of, pairs
from assistant.verify.stated.units import Stated, Unit

_VALUE = VALUE.removeprefix("(?P<value>").removesuffix(")")
# A name, and its value in brackets; or the other way round.
_ENCLOSED = re.compile(
    rf"`(?P<name>[A-Za-z_]\w*)`\s+\(`?(?P<value>{_VALUE})`?\)"
    rf"|(?<![\w.\-])`?(?P<front>{_VALUE})`?\s+\(`(?P<behind>[A-Za-z_]\w*)`\)"
)
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
    r"\s+(?:is|are|of|equals?|stays?(?: at)?|stands at)\s+[`*]*\Z"
)
# An item of a list: `RMSprop` first, then `alpha` 0.99, `eps` 1e-8.
_ITEM = re.compile(r"^\W*(?:\d+[.)]\s+)?[`*]*[\w.]+[`*]*:\s")
_BESIDE = re.compile(r"[`*]+\s+[`*]*\Z")
# The library's own thing is the subject of a sentence that says no more.
_SUBJECT = re.compile(
    r"\W*(?:\d+[.)]\s+)?`[\w.]+`\s+(?:has|starts (?:at|with|from|out with)|comes with|assumes)\s+"
    r"(?:(?:an? )?`\w+(?:=[^`]+`|` of [^\s,;]+)(?:,| and|, and)\s+)*(?:an? )?`?\Z"
)
_ITS = re.compile(r"\W*(?:\d+[.)]\s+)?The\s+`?\Z")
_ENDS = re.compile(r"[`*]*\s*[.;]?\s*\Z|[`*]*[.;]\s|[`*]*,?\s+(?:and\s+)?(?:an? )?`")


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
    unmarked = re.sub(r"`[^`]*`", lambda hit: " " * len(hit.group()), text)
    near = dict([*around.items()][:MOST_AROUND])
    direct = {hit.start() for hit in DIRECT.finditer(text)}
    found = list(pairs(text, inside, near, told=True))
    for hit in _ENCLOSED.finditer(text):
        direct.add(hit.start())
        name, value = hit["name"] or hit["behind"], hit["value"] or hit["front"]
        found = [one for one in found if one[0] >= hit.end() or one[1] <= hit.start()]
        found.append((hit.start(), hit.end(), name, value, True))
    for start, end, parameter, value, _ in found:
        place = unit.start + start
        if any(one.start < unit.start + end and place < one.start + len(one.text) for one in said):
            continue
        if foreign.ELSEWHERE.search(unmarked, *foreign.part_around(text, start)):
            continue
        chosen = _CHOICE.search(text, 0, start) and not _SO_DOES.search(text[:start])
        if chosen or _GIVEN.search(text[:start]):
            continue
        if start not in direct and not _stands_so(text, start, parameter, value):
            continue
        owner = owner_of(parameter, start, text, inside, near)
        if owner is not None:
            words = unit.text[start:end].strip("`* ")
            of_it = owner in inside and _ITS.match(text[:start]) and " of " in text[:end]
            firm = bool(is_all(text, start, end) or (of_it and _ENDS.match(text, end)))
            yield Stated("mentioned", words, place, owner, parameter, value, firm=firm)


def is_all(text: str, start: int, end: int) -> bool:
    """Whether a sentence says no more of the thing that it is about than a value."""
    return bool(_SUBJECT.match(text[:start]) and _ENDS.match(text, end))


def _stands_so(text: str, start: int, parameter: str, value: str) -> bool:
    """Whether nothing but `is` stands between a parameter and its value."""
    if text[start : start + len(parameter)] != parameter:
        return False
    behind = start + len(parameter)
    at = text.find(value.strip("'\""), behind)
    between = text[behind:at].rstrip("'\"")
    listed = _ITEM.match(text) is not None and _BESIDE.fullmatch(between) is not None
    return at > 0 and (listed or _IS.fullmatch(between) is not None)
