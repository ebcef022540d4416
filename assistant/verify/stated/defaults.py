"""Defaults that a sentence or a row calls so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify import foreign, tables, worded
from assistant.verify.names import Known
from assistant.verify.stated.pairs import owner_of, pairs
from assistant.verify.stated.plain import is_all
from assistant.verify.stated.units import Manner, Stated, Unit, owners_in, resolved

BY_DEFAULT = re.compile(
    r"(?<!\bno )(?<!\bnot )(?<!\bthan the )(?<!\bto the )(?<!\bfrom the )(?<!\bover the )"
    r"(?<!\bof the )\bdefaults?\b"
    r"(?!\s+(?:choice|option|go-to|pick|starting|arguments?\b(?!\s+of)))"
    r"|\b(?:if|when) (?:you|it is|they are|nothing|left|omitted|none)\b[^.;]*?"
    r"(?:leave|omit|nothing|left out|not (?:given|passed|set)|don't|do not|omitted)"
    r"|\bwithout (?:any |further |other |more )?arguments?\b"
    r"|\bunless (?:told|you|set|given|stated|otherwise|changed|overridden|asked|specified|passed"
    r"|configured|requested|(?:another|a different|some other) |it is (?:set|changed|given"
    r"|passed)|one )"
    r"|\bleft (?:alone|to itself|untouched|as (?:it )?is|unset)\b|\bfalls? back (?:to|on)\b"
    r"|\bout of the box\b|\bnothing (?:else )?is (?:said|passed|given)"
    r"|\b(?:say|pass|give) nothing\b"
    r"|\b(?:if|when) (?:omitted|left out|left unset|unset|absent|not (?:given|passed|set))\b"
    r"|\bleave\b[^.;]{0,30}\balone\b|\bships? with\b|\bpreset to\b",
    re.I,
)
_IMPLIED = re.compile(
    r"\b(?:assumes?|starts? (?:at|with|from|out)|cuts? at|comes? with|is created with)\b", re.I
)
_CHOSEN = re.compile(
    r"\b(?:if|when|whenever|pass|passing|setting|choose|choosing)\s+[`*]*\Z"
    r"|\b(?:if|unless|when|whenever)\s+(?:you|we|one|they|it|the|`)"
    r"(?:(?!\b(?:leave|omit|nothing|don't|do not|not)\b)[^,;.]|\.\w)*\Z",
    re.I,
)
"""What stands before a value that somebody passes, and that is not the default."""
_FOR = re.compile(r"\bfor\s+[`*]*\Z")
"""The same before `parameter=value` written as one: "for `max_lr=1` that is 4e-6"."""
_WHICH = re.compile(r",\s+which\s+\Z")


def defaults(
    unit: Unit, text: str, inside: Mapping[str, Known], around: Mapping[str, Known]
) -> Iterator[Stated]:
    """What a unit calls a default, or may mean as one."""
    said: list[tuple[int, int]] = []
    whole: tuple[int, int] | None = None
    for low, high in foreign.clauses(text):
        announced = bool(said) and text[said[-1][1] : low].strip() == ":"
        goes_on = whole is not None and _WHICH.search(text, 0, low)
        span = (whole[0], high) if whole is not None and goes_on else (low, high)
        whole = span
        if BY_DEFAULT.search(text, *span) or announced:
            said.append(span)
    implied = bool(_IMPLIED.search(text)) or unit.row
    if not (said or implied or unit.heading):
        return
    unmarked = re.sub(r"`[^`]*`", lambda hit: " " * len(hit.group()), text)
    # "if you do not pass one" denies nothing.
    unmarked = BY_DEFAULT.sub(lambda hit: "_" * len(hit.group()), unmarked)
    taken: list[tuple[int, int]] = []
    for start, end, parameter, value, marked in pairs(
        text, inside, around, told=bool(said) or unit.heading or bool(_IMPLIED.search(text))
    ):
        told = unit.heading or any(low <= start < high for low, high in said)
        if not (told or implied) or any(start < high and low < end for low, high in taken):
            continue
        if foreign.of_others(unmarked, start):
            continue
        if _CHOSEN.search(text, 0, start) or (marked and _FOR.search(text, 0, start)):
            continue
        words = unit.text[start:end].strip("`* |")
        owner = owner_of(parameter, start, text, inside, around)
        if owner is not None:
            taken.append((start, end))
            place = unit.start + start
            has_one = {**around, **inside}[owner].parameters[parameter] is not None
            firm = told or (has_one and is_all(text, start, end))
            yield Stated("default", words, place, owner, parameter, value, firm=firm)
        elif len(inside) == 1 and marked and told:
            (name,) = inside
            taken.append((start, end))
            yield Stated("takes", words, unit.start + start, name, parameter)
    if said and not taken and not foreign.ELSEWHERE.search(unmarked):
        yield from _only_text(unit, text, inside, said)


def _only_text(
    unit: Unit, text: str, inside: Mapping[str, Known], said: Sequence[tuple[int, int]]
) -> Iterator[Stated]:
    """`nn.KLDivLoss` reduces with `'mean'` by default: it has one default that is a text."""
    quoted = [
        hit
        for hit in re.finditer(r"(?P<mark>['\"`])(?P<word>[a-z]\w*)(?P=mark)", text)
        if (hit["mark"] != "`" or hit["word"] in worded.TEXTS)
        and any(low <= hit.start() < high for low, high in said)
    ]
    if len(quoted) != 1 or len(inside) != 1:
        return
    name, about = next(iter(inside.items()))
    texts = [key for key, default in about.parameters.items() if default and default[0] in "'\""]
    if len(texts) == 1:
        hit = quoted[0]
        words, value = unit.text[hit.start() : hit.end()], f"'{hit['word']}'"
        yield Stated("default", words, unit.start + hit.start(), name, texts[0], value)


def cells(unit: Unit, around: Mapping[str, Known], known: Mapping[str, Known]) -> Iterator[Stated]:
    """What the cells of a row state."""

    def resolve(text: str) -> dict[str, Known]:
        return resolved(owners_in(text), known)

    for one in tables.stated(unit.text, unit.head, unit.caption, around, resolve):
        words = unit.text[one.start : one.end]
        manner: Manner = "default" if one.known else "takes"
        place = unit.start + one.start
        yield Stated(manner, words, place, one.owner, one.parameter, one.value, firm=one.firm)
