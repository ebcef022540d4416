"""What prose and tables state of the library: defaults, and which arguments something takes.

A statement is read sentence by sentence, row by row.  What it speaks of (its owner) stands in the
sentence, in the head of the table, in the sentences before, or in the title.  Which words are
parameters is not guessed: the library is asked for the parameters of the owner, and those are
looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verify import foreign, names, tables, worded
from assistant.verify.names import Known

Manner = Literal["default", "takes", "takes_not", "needs", "signature"]

VALUE = (
    r"(?P<value>[-−–]?(?:\d+(?:\.\d+|\.(?=[,)`]))?|\.\d+)(?:e[-+−]?\d+)?|True|False|None|inf\b"
    r"|'[^'\n]*'|\"[^\"\n]*\"|\([-−\d.,\se]+\))"
)
_VALUE = re.compile(rf"(?<![\w.\-/]){VALUE}(?!\w)(?!\s*%)")
_DIRECT = re.compile(rf"(?<![\w.])(?P<name>[A-Za-z_]\w*)[`*]*\s*=\s*[`*]*{VALUE}(?![\w%])")
_CALL = re.compile(
    r"(?P<name>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_CLASS = re.compile(r"(?<![\w.])`?([A-Z][A-Za-z]+\d?d?)`?(?!\w|\.\w)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z`*\"'(])|\n(?=\s*(?:[-*•|]|\d+[.)])\s)")

_BY_DEFAULT = re.compile(
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
# What something is only set beside.
_COMPARED = re.compile(r"\b(?:comparable (?:with|to)|unlike|(?:other|rather) than)\s+`?[\w.]+`?")
_CHOSEN = re.compile(
    r"\b(?:if|when|whenever|pass|passing|setting|choose|choosing)\s+[`*]*\Z"
    r"|\b(?:if|unless|when|whenever)\s+(?:you|we|one|they|it|the|`)"
    r"(?:(?!\b(?:leave|omit|nothing|don't|do not|not)\b)[^,;.]|\.\w)*\Z",
    re.I,
)
"""What stands before a value that somebody passes, and that is not the default."""
_FOR = re.compile(r"\bfor\s+[`*]*\Z")
_ITS_OWNER = re.compile(r"[`*]*\w+[`*]*\s+(?:of|for|in)\s+(?:the\s+)?[`*]*([A-Za-z_][\w.]*)")
"""The same before `parameter=value` written as one: "for `max_lr=1` that is 4e-6"."""
_MEANT = re.compile(
    r"[`*]*\s*[(,]\s*(?:where |whose |its )?(?:the )?default(?: value)?\s*(?:is|being|:|=)?"
    rf"\s*[`*]*{VALUE}"
)
"""`num_workers=4` (the default is 0)."""
_APART = re.compile(
    r";|\b(?:it|they|we|(?<!and )you|this|that|when|where|if|whose|while|than)\b", re.I
)
"""What tells that a value behind a parameter belongs to something else."""
_TAKES = re.compile(
    r"\b(?:also )?(?:takes?|accepts?|has|have|supports?|offers?|knows?|provides?)\b", re.I
)
_NEEDS = re.compile(r"\b(?:needs?|requires?|must be given|expects?)\b", re.I)
_DENIED = re.compile(
    r"\b(?:no longer|does not|doesn't|do not|don't|has no|have no|lacks?|without an?|cannot"
    r"|neither)\b",
    re.I,
)
_ARGUMENT = re.compile(r"\b(?:arguments?|keywords?|options?|flags?|kwargs?)\b", re.I)
_DECLARES = re.compile(
    r"\bsignature\b|\b(?:is|are) (?:declared|defined)\b|\bprototype\b|\bdeclaration\b|\bfull form\b"
    r"|\bis the constructor\b|\bconstructor (?:is|reads|looks like)\b",
    re.I,
)
_WHICH = re.compile(r",\s+which\s+\Z")
_QUOTED = re.compile(r"`([A-Za-z_]\w*)`")

SYNONYMS = {
    "learning rate": "lr",
    "epsilon": "eps",
    "drop probability": "p",
    "with probability": "p",
    "dropout probability": "p",
    "dropout rate": "p",
    "negative slope": "negative_slope",
    "slope": "negative_slope",
    "number of layers": "num_layers",
    "number of workers": "num_workers",
    "mini-batch size": "batch_size",
}
_EVERYDAY = frozenset(
    "a p x n value input other size default name model function data weight target output source"
    " mode start end step steps key index dim out self base device tensor tensors module".split()
)
"""Parameters whose names are everyday words: prose means them only where it marks them."""
NEXT = 8  # characters between a verb and what it speaks of directly
NEAR = 70
"""Characters that may stand between a parameter and its value in a sentence."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a table row.

    Attributes:
        text: as cleaned.
        start: offset of its first character in the document.
        owners: what else it may speak of, nearest first, as `owners_in` has it.
        heading: whether the head of the table says that its values are defaults.
        row: whether it is a row of a table.
        head: the head of that table.
        caption: the last sentence above it, with the title.
    """

    text: str
    start: int
    owners: tuple[str, ...]
    heading: bool = False
    row: bool = False
    head: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a unit states of one parameter of a callable.

    Attributes:
        manner: what it says: the default is `value`; it is taken, not taken, or needed; or, for
            `signature`, the parameters between the parentheses in `value`.
        text: the words that say it.
        start: their offset in the document.
        owner: dotted name of the callable.
        parameter: its name; empty for a signature.
        value: the default as written.
        firm: whether disagreeing is a falsehood; else the words may speak of somebody's choice.
    """

    manner: Manner
    text: str
    start: int
    owner: str
    parameter: str
    value: str = ""
    firm: bool = True


def units(
    texts: Sequence[tuple[str, int]], title: str = "", headings: Sequence[str] = ()
) -> list[Unit]:
    """The sentences and rows of paragraphs and tables, each with what it may speak of.

    Args:
        texts: paragraphs, lists and tables, cleaned, with their offsets.
        title: of what they stand under.
        headings: of the section of each text, where they are known.
    """
    above = owners_in(title)
    found: list[Unit] = []
    last: tuple[str, ...] = ()
    caption, heading = title, ""
    for number, (text, start) in enumerate(texts):
        if number < len(headings) and headings[number] != heading:
            heading = headings[number]
            last = owners_in(heading) or last
            caption = heading or title
        if text.lstrip().startswith("|") and text.count("|") > 3:
            found.extend(_rows(text, start, (*last, *above), caption))
            caption = heading or title  # what stands above a table is that table's
            continue
        listed = caption.rstrip("* ").endswith(":") and tables.says_default(caption)
        caption = _SENTENCE.split(text.rstrip())[-1]
        before: tuple[str, ...] = ()
        at = 0
        for part in _SENTENCE.split(text):
            place = text.find(part, at)
            at = place + len(part)
            item = listed and re.match(r"\s*(?:[-*•]|\d+[.)])\s", part) is not None
            found.append(Unit(part, start + place, (*before, *last, *above), heading=item))
            before = (*reversed(owners_in(part)), *before)
        last = before or last
    return found


def _rows(text: str, start: int, context: tuple[str, ...], caption: str) -> Iterator[Unit]:
    lines = text.splitlines(keepends=True)
    head = lines[0]
    owners = owners_in(head)
    heading = tables.says_default(head)
    at = len(head)
    for line in lines[1:]:
        if not re.fullmatch(r"[|\s:\-]*", line):
            yield Unit(
                line.rstrip(), start + at, (*owners, *context), heading, row=True, head=head,
                caption=caption,
            )  # fmt: skip
        at += len(line)


def owners_in(text: str) -> tuple[str, ...]:
    """What a text names of the library, in its order: dotted names, and classes as written."""
    found = [(at, name) for _, name, at in names.names_in_prose(text)]
    found += [(hit.start(1), hit.group(1)) for hit in _CLASS.finditer(text)]
    return tuple(dict.fromkeys(written for _, written in sorted(found)))


def wanted(found: Sequence[Unit]) -> set[str]:
    """The dotted names that have to be looked up before `read`."""
    owners = {owner for unit in found for owner in (*owners_in(unit.text), *unit.owners)}
    return {name for owner in owners for name in names.candidates(owner)}


def read(unit: Unit, known: Mapping[str, Known]) -> list[Stated]:
    """What a unit states, given what is known of the names in it."""
    inside = _resolved(owners_in(_COMPARED.sub(" ", unit.text)), known)
    around = _resolved(unit.owners, known)
    calls = _calls(unit, known)
    found = [*_signatures(unit, calls), *_keywords(unit, calls)]
    blank = unit.text
    for hit in _CALL.finditer(blank):  # what a call passes is no default
        low, high = hit.span("inside")
        blank = blank[:low] + " " * (high - low) + blank[high:]
    by_cell = list(_cells(unit, around, known)) if unit.row else []
    found += by_cell or _defaults(unit, blank, inside, around)
    found += _arguments(unit, blank, inside)
    return found


def _resolved(owners: Sequence[str], known: Mapping[str, Known]) -> dict[str, Known]:
    """Those of `owners` that exist and can be called, by dotted name, in order."""
    found: dict[str, Known] = {}
    for owner in owners:
        for name in names.candidates(owner):
            if name in known and known[name].exists and known[name].callable:
                found.setdefault(name, known[name])
                break
    return found


def _calls(unit: Unit, known: Mapping[str, Known]) -> list[tuple[str, re.Match[str]]]:
    return [
        (name, hit)
        for hit in _CALL.finditer(unit.text)
        if hit["inside"].strip()
        for name in _resolved(owners_in(hit["name"])[-1:], known)
    ]


def _signatures(unit: Unit, calls: Sequence[tuple[str, re.Match[str]]]) -> Iterator[Stated]:
    declares = bool(_DECLARES.search(unit.text)) and not foreign.ELSEWHERE.search(unit.text)
    blank = _CALL.sub(lambda hit: " " * len(hit.group()), unit.text)
    for name, hit in calls:
        line = blank[blank.rfind("\n", 0, hit.start()) + 1 :].split("\n", 1)[0]
        if declares or re.fullmatch(r"(?:\W|\band\b|\bor\b|\bclass\b|\bdef\b|\d)*", line):
            yield Stated(
                "signature", hit.group(), unit.start + hit.start(), name, "", hit["inside"],
                firm=declares,
            )  # fmt: skip


def _keywords(unit: Unit, calls: Sequence[tuple[str, re.Match[str]]]) -> Iterator[Stated]:
    """`nn.BCELoss(pos_weight=...)`: a call in prose uses the keyword."""
    if _DECLARES.search(unit.text):
        return
    denied = bool(_DENIED.search(unit.text))
    for name, hit in calls:
        for word in re.finditer(r"(?:^|,)\s*([A-Za-z_]\w*)\s*=(?!=)", hit["inside"]):
            if not denied:
                yield Stated("takes", hit.group(), unit.start + hit.start(), name, word[1])


def _defaults(
    unit: Unit, text: str, inside: Mapping[str, Known], around: Mapping[str, Known]
) -> Iterator[Stated]:
    said: list[tuple[int, int]] = []
    whole: tuple[int, int] | None = None
    for low, high in foreign.clauses(text):
        announced = bool(said) and text[said[-1][1] : low].strip() == ":"
        goes_on = whole is not None and _WHICH.search(text, 0, low)
        span = (whole[0], high) if whole is not None and goes_on else (low, high)
        whole = span
        if _BY_DEFAULT.search(text, *span) or announced:
            said.append(span)
    implied = bool(_IMPLIED.search(text)) or unit.row
    if not (said or implied or unit.heading):
        return
    unmarked = re.sub(r"`[^`]*`", lambda hit: " " * len(hit.group()), text)
    # "if you do not pass one" denies nothing.
    unmarked = _BY_DEFAULT.sub(lambda hit: "_" * len(hit.group()), unmarked)
    taken: list[tuple[int, int]] = []
    for start, end, parameter, value, marked in _pairs(
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
        owner = _owner_of(parameter, start, text, inside, around)
        if owner is not None:
            taken.append((start, end))
            place = unit.start + start
            yield Stated("default", words, place, owner, parameter, value, firm=told)
        elif len(inside) == 1 and marked and told:
            (name,) = inside
            taken.append((start, end))
            yield Stated("takes", words, unit.start + start, name, parameter)
    if said and not taken and not foreign.ELSEWHERE.search(unmarked):
        yield from _only_text(unit, text, inside, said)


def _cells(unit: Unit, around: Mapping[str, Known], known: Mapping[str, Known]) -> Iterator[Stated]:
    """What the cells of a row state."""

    def resolve(text: str) -> dict[str, Known]:
        return _resolved(owners_in(text), known)

    for one in tables.stated(unit.text, unit.head, unit.caption, around, resolve):
        words = unit.text[one.start : one.end]
        manner: Manner = "default" if one.known else "takes"
        place = unit.start + one.start
        yield Stated(manner, words, place, one.owner, one.parameter, one.value, firm=one.firm)


def _pairs(
    text: str, inside: Mapping[str, Known], around: Mapping[str, Known], *, told: bool
) -> Iterator[tuple[int, int, str, str, bool]]:
    """Start, end, parameter, value, and whether they were written as `parameter=value`."""
    covered: list[tuple[int, int]] = []
    for hit in _DIRECT.finditer(text):
        meant = _MEANT.match(text, hit.end("value")) or hit
        covered.append((hit.start(), meant.end("value")))
        yield hit.start(), meant.end("value"), hit["name"], meant["value"], True
    if not told:
        return
    values = [
        hit
        for hit in _VALUE.finditer(text)
        if not any(low <= hit.start() < high for low, high in covered)
    ]
    owners = {**around, **inside}
    spots = sorted(_spots(text, owners))
    for n, (low, high, parameter) in enumerate(spots):
        if any(start <= low < end for start, end in covered):
            continue
        told_in_words = worded.in_words(text, low, high, worded.default_of(parameter, owners))
        if told_in_words is not None:
            yield low, told_in_words[0], parameter, told_in_words[1], False
            continue
        limit = spots[n + 1][0] if n + 1 < len(spots) else len(text)
        after = next((v for v in values if high <= v.start() <= min(limit, high + NEAR)), None)
        if after is not None and _elsewhere(text, low, high, after):
            continue
        if after is not None and not _APART.search(text, high, after.start()):
            yield low, after.end(), parameter, after["value"], False
            continue
        before = next((v for v in reversed(values) if low - 40 <= v.end() <= low), None)
        uses = before is not None and re.search(
            r"\b(?:uses|takes|sets|picks|has|assumes)\s+[`*]*\Z", text[: before.start()]
        )
        if (
            before is not None
            and uses
            and re.fullmatch(r"[`*]*\s+(?:for|as)\s+(?:the |its )?[`*]*", text[before.end() : low])
        ):
            yield before.start(), high, parameter, before["value"], False
            continue
        if before is not None and re.fullmatch(
            r"[`*]*\s+(?:is|as)\s+(?:the|its)\s+default\s+(?:value\s+)?(?:of|for)?[\s`*]*(?:the\s+)?[`*]*",
            text[before.end() : low],
        ):
            yield before.start(), high, parameter, before["value"], False


def _elsewhere(text: str, low: int, high: int, value: re.Match[str]) -> bool:
    """Whether a value stands in another cell of a row than what is said to have it, or is a range.

    A cell that holds nothing but a parameter's name has its value in the next.
    """
    if re.match(r"\s*(?:to|–|—|-|…|\.\.)\s*\d", text[value.end() :]):
        return True
    if "|" not in text[high : value.start()]:
        return False
    cell = text[text.rfind("|", 0, low) + 1 : text.find("|", high)]
    return cell.strip("`* ") != text[low:high].strip("`* ")


def _spots(text: str, owners: Mapping[str, Known]) -> Iterator[tuple[int, int, str]]:
    """Where parameters of the owners are named."""
    known = {name for about in owners.values() for name in about.parameters}
    for hit in re.finditer(r"(?<![\w.])([A-Za-z_]\w*)(?![\w(]|\.\w)", text):
        marked = (
            text[hit.start() - 1 : hit.start()] == "`" or text[hit.end() : hit.end() + 1] == "`"
        )
        if hit[1] in known and (marked or hit[1] not in _EVERYDAY):
            yield hit.start(), hit.end(), hit[1]
    lower = text.lower()
    spoken = {name.replace("_", " "): name for name in known if "_" in name.strip("_")}
    for words, name in {**spoken, **SYNONYMS}.items():
        if name in known:
            for hit in re.finditer(rf"\b{re.escape(words)}\b", lower):
                yield hit.start(), hit.end(), name


def _owner_of(
    parameter: str,
    at: int,
    text: str,
    inside: Mapping[str, Known],
    around: Mapping[str, Known],
) -> str | None:
    """The nearest callable that has the parameter: in the sentence, else before it."""

    def distance(name: str) -> int:
        place = text.find(name.rpartition(".")[2])
        return abs(at - place) + (0 if place <= at else 20)

    named = _ITS_OWNER.match(text, at)
    last = named[1].rstrip(".").rpartition(".")[2] if named else ""
    for name in inside:
        if last and name.rpartition(".")[2] == last:
            return name if parameter in inside[name].parameters else None
    for name in sorted(inside, key=distance):
        if parameter in inside[name].parameters:
            return name
    if inside:
        return None
    return next((name for name in around if parameter in around[name].parameters), None)


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


def _arguments(unit: Unit, text: str, inside: Mapping[str, Known]) -> Iterator[Stated]:
    """`X` takes `a` and `b`; `X` has a `c` argument; `X` needs `d`."""
    if len(inside) != 1 or _BY_DEFAULT.search(text) or unit.row:
        return
    name, about = next(iter(inside.items()))
    verb = _NEEDS.search(text) or _TAKES.search(text)
    owner = text.find(name.rpartition(".")[2])
    if verb is None or not 0 <= owner < verb.start():
        return
    denied = bool(_DENIED.search(text))
    needs = bool(_NEEDS.search(text)) and not denied
    for hit in _QUOTED.finditer(text, verb.end()):
        # What an optimiser or a scheduler takes are arguments; a layer takes inputs as well.
        direct = name.startswith("torch.optim.") and hit.start() - verb.end() < NEXT
        direct = direct and bool(re.search(r"(?:takes?|accepts?)$", verb.group(), re.I))
        direct = direct and bool(re.match(r"\s*(?:$|[.,;]|and\b|or\b)", text[hit.end() :]))
        if not (hit[1] in about.parameters or direct or _is_called_argument(text, hit)):
            continue
        manner: Manner = "takes_not" if denied else "needs" if needs else "takes"
        yield Stated(manner, hit[1], unit.start + hit.start(1), name, hit[1])


def _is_called_argument(text: str, hit: re.Match[str]) -> bool:
    """Whether the words around a quoted name call it an argument.

    It may be a method or an input otherwise; "parameters" may be those that are trained.
    """
    behind = re.match(r"(?:[\s,]*(?:and|or)?\s*`\w+`)*\s+", text[hit.end() :])
    after = text[hit.end() + (behind.end() if behind else 0) :]
    before = text[max(0, hit.start() - 30) : hit.start()]
    named = re.match(
        r"(?:as an? )?(?:(?:extra|keyword|optional|further) )*" + _ARGUMENT.pattern, after
    )
    called = re.search(r"\bparameter (?:called|named|by the name of) [`*]*\Z", before)
    return bool(named or called or re.search(_ARGUMENT.pattern + r"[^.;`]{0,12}\Z", before))
