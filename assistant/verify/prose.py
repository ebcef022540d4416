"""Claims of prose and tables about the library, judged by asking it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.types import ClaimKind, State
from assistant.verify import names, stated
from assistant.verify.facts import Fact, default_judged, missing
from assistant.verify.inspector import WITHOUT
from assistant.verify.judge import Judgement
from assistant.verify.literals import read_all
from assistant.verify.names import Known, Library
from assistant.verify.stated import Stated
from corpus import syntax
from corpus.types import Span

FEWEST_SIGNATURES = 3  # that are right, where others may be called wrong
_LONE_CALL = re.compile(r"(?m)^[ \t]*(?:[-*#>]+[ \t]+)?(`[\w.]+\([^`\n]*\)`)[ \t]*$")
_CLAUSE = re.compile(r"[.;!?](?=\s|$)|\n|,\s+(?:but|while|whereas|and)\s")
_GONE = re.compile(
    r"\b(?:does not|doesn't|do not|don't|did not|never) (?:really |actually )?(?:exist|ship)"
    r"|\b(?:is|are) (?:not|neither) (?:a |an )?(?:part|there|in|available|thing|real|defined"
    r"|included|provided)\b|\bisn't (?:a )?(?:part|there|in|available|thing|real|defined)\b"
    r"|\bno longer (?:exists?|available)|\b(?:been|was|were) removed\b|\bno such\b"
    r"|\b(?:there is|there's|(?:torch|library|package|module|framework|it) has) no\b"
    r"|\bmade[- ]up\b|\binvented\b"
    r"|\b(?:is|are) not the (?:right |real |correct |actual )?(?:name|spelling)\b"
    r"|\bnot (?:called|spelled|spelt|named)\b"
    r"|\bnothing (?:like|called|named|such as)\b|\bno (?:function|class|layer|module|optimi[sz]er"
    r"|method|name) (?:called|named|like)\b|\bnon-?existent\b|\bhallucinat|\bimaginary\b",
    re.I,
)
_DENIED_AFTER = re.compile(r"^[`*\s]*(?:does not|doesn't|do not|don't|is not|isn't)[\s`*]*$", re.I)
_NAME_OF_INPUT = re.compile(r"(?:[a-zA-Z]|x\d|input|tensor|data|params|model\.parameters)$")
_SUPPOSED = re.compile(
    r"\b(?:your own|my own|hypothetical\w*|imagin\w+|suppose|pretend|if there (?:was|were)"
    r"|would (?:call"
    r"|be called|name|be named)|let us call|let's call|wish(?:es)?|proposed|planned)\b",
    re.I,
)
_FOREIGN = re.compile(r"\b(?:keras|tensorflow|tf\.|jax|flax|mxnet|sklearn|scikit)", re.I)


def lone_calls(text: str, within: Span) -> Iterator[tuple[str, int]]:
    """Calls marked as code that have a line to themselves, with their offsets."""
    for hit in _LONE_CALL.finditer(text, within.start, within.end):
        yield hit[1], hit.start(1)


def of_prose(
    library: Library,
    texts: Sequence[tuple[str, int]],
    originals: Sequence[tuple[str, int]] | None = None,
    title: tuple[str, int] = ("", 0),
    headings: Sequence[str] = (),
) -> list[Fact]:
    """Names, defaults and arguments that prose and tables state.

    Args:
        library: what is asked.
        texts: paragraphs and tables, cleaned, with the offset of each in its document.
        originals: the same as they stand there, where names are looked for: cleaning may part
            what a table ran together in the wrong place.
        title: what they stand under, likewise.
        headings: of the section of each of `texts`, where they are known.
    """
    looked = [*([title] if title[0] else []), *(texts if originals is None else originals)]
    mentions = [
        (written, name, text, at, start)
        for text, start in looked
        for written, name, at in names.names_in_prose(text)
    ]
    if originals is not None:
        seen = [written for written, *_ in mentions]
        mentions += [
            (written, name, text, at, start)
            for text, start in texts
            for written, name, at in names.names_in_prose(text)
            if not any(other.startswith(written) for other in seen)
        ]
    units = stated.units(texts, title[0], headings)
    known = library.look_up({name for _, name, *_ in mentions} | stated.wanted(units))
    found: list[Fact] = []
    told: set[str] = set()
    stated_all = [one for unit in units for one in stated.read(unit, known)]
    listing = _lists_signatures(stated_all, known)
    for written, name, text, at, start in mentions:
        about = known.get(name)
        if about is None or name in told:
            continue
        judged = _existence(name, about, text, at, at + len(written))
        if judged is not None:
            told.add(name)
            found.append(Fact("exists", 0, written, judged, start + at))
    said: set[tuple[str, str, str]] = set()
    for said_ in stated_all:
        one = replace(said_, firm=True) if listing and said_.manner == "signature" else said_
        judged = _judged(one, known[one.owner])
        told_already = {(one.text, one.owner, one.parameter), (one.text, one.owner, "")}
        if judged is None or not said.isdisjoint(told_already):
            continue  # a signature that was judged says of each keyword that it is there
        said.add((one.text, one.owner, one.parameter))
        kind: ClaimKind = "exists" if one.manner == "takes" and "(" in one.text else "property"
        about_what = f"{one.owner}.{one.parameter}" if one.manner == "default" else ""
        found.append(Fact(kind, 0, one.text, judged, one.start, about_what))
    return found


def _lists_signatures(found: Sequence[Stated], known: Mapping[str, Known]) -> bool:
    """Whether a text lists signatures: of those that stand alone, most are right with defaults.

    What else stands so are calls, whose arguments somebody chose.
    """
    alone = [one for one in found if one.manner == "signature" and not one.firm]
    judged = [_signature(replace(one, firm=True), known[one.owner]) for one in alone]
    right = [
        verdict is not None and verdict.state == "confirmed" and "=" in one.value
        for one, verdict in zip(alone, judged, strict=True)
    ]
    return sum(right) >= FEWEST_SIGNATURES and 2 * sum(right) >= len(right)


def _existence(name: str, about: Known, text: str, at: int, end: int) -> Judgement | None:
    """The verdict on a name in prose; None where the prose does not say that it is there."""
    if about.exists is None:
        return None
    clause, before, after = _clause(text, at, end)
    denied = bool(_GONE.search(clause) or _DENIED_AFTER.match(after))
    if about.exists:
        return None if denied else Judgement("confirmed", name)
    if names.run_together(name, about, text, at):
        return None
    if denied:
        return Judgement("confirmed", f"{name} does not exist", "as the text says")
    if _SUPPOSED.search(clause) or _FOREIGN.search(before) or re.search(r"\bnot [`*]*$", before):
        return None
    return missing(name, about)


def _clause(text: str, at: int, end: int) -> tuple[str, str, str]:
    """The clause around a mention, and what of it stands before and after the mention."""
    low = max((hit.end() for hit in _CLAUSE.finditer(text, 0, at)), default=0)
    hit = _CLAUSE.search(text, end)
    high = hit.start() if hit else len(text)
    return text[low:high], text[low:at], text[end:high]


def _judged(one: Stated, about: Known) -> Judgement | None:
    parameters = about.parameters
    takes = ", ".join(name for name in parameters if name != "self")[:280]
    match one.manner:
        case "default":
            return _default(one, about)
        case "mentioned":
            judged = _default(one, about) if parameters[one.parameter] is not None else None
            plain = judged is not None and (one.firm or judged.state == "confirmed")
            return judged if plain else None
        case "signature":
            return _signature(one, about)
        case "called":
            return _called(one, about)
        case "needs" if one.parameter in parameters:
            default = parameters[one.parameter]
            if default is None:
                return Judgement("confirmed", f"{one.parameter} has no default")
            return Judgement("unverifiable", f"{one.parameter}={default}", "it has a default")
        case "takes_not":
            there = one.parameter in parameters
            if about.open:
                return None  # it may pass on, or turn down, what it gets
            return Judgement("refuted" if there else "confirmed", f"{one.owner} takes {takes}")
        case _ if one.parameter in parameters:
            return Judgement("confirmed", f"{one.owner} takes {one.parameter}")
        case _ if about.open or (one.manner != "built_with" and one.parameter in about.called):
            return None
    note = f"it has no parameter `{one.parameter}`"
    return Judgement("refuted", f"{one.owner} takes {takes}", note)


def _default(one: Stated, about: Known) -> Judgement | None:
    default = about.parameters[one.parameter]
    if default is None:
        if not one.firm or about.open:
            return None
        return Judgement("refuted", f"{one.parameter} has no default")
    if default == "None" and one.value != "None":
        default = about.documented.get(one.parameter, default)
        if default == WITHOUT:
            state: State = "refuted" if one.firm and read_all(one.value) else "unverifiable"
            return Judgement(state, f"{one.parameter}=None", "without it nothing is done")
    judged = default_judged(one.value, default, one.parameter)
    if judged is None:
        if not one.firm:
            return None
        note = "None stands for a value that is chosen inside" if default == "None" else ""
        return Judgement("unverifiable", f"{one.parameter}={default}", note)
    if judged.state == "refuted" and not one.firm:
        note = "the text may speak of a choice, and not of the default"
        return Judgement("unverifiable", judged.observed, note)
    return judged


def _signature(one: Stated, about: Known) -> Judgement | None:
    """A signature in prose may leave out the later parameters, but not misname or reorder them."""
    inside = re.sub(r",?\s*(?:\.\.\.|…|\*{0,2}kwargs|\*)\s*$", "", one.value)
    inside = re.sub(r"^\s*self\s*,\s*", "", inside)
    inside = re.sub(r"\b(in|from|is|not|for|lambda|class)(?=\s*(?:[,:=]|$))", r"\1_", inside)
    tree = syntax.tree(f"def f({inside}): pass")
    if tree is None:
        return None
    judged = _declared(inside, one, about)
    if judged is not None and judged.state == "refuted" and not one.firm:
        return None  # a call, as it seems
    return judged


def _called(one: Stated, about: Known) -> Judgement | None:
    """What goes into a call in prose is called as the library calls it, or is somebody's."""
    parts = [part.strip() for part in re.split(r",(?![^()\[\]]*[)\]])", one.value)]
    taken = [name for name in about.parameters if name != "self"]
    plain = [part for part in parts if "=" not in part]
    shown = [name for name in about.shown if name != "self"]
    if parts[: len(plain)] != plain or plain not in (taken[: len(plain)], shown[: len(plain)]):
        return None
    for part in parts[len(plain) :]:
        name, _, value = (piece.strip() for piece in part.partition("="))
        default = about.parameters.get(name)
        if default is None or names.default_agrees(value, default) is not True:
            return None
    if len(parts) == 1 and _NAME_OF_INPUT.match(parts[0]):
        return None
    return Judgement("confirmed", f"{one.owner}({', '.join(shown or taken)})"[:300])


def _declared(inside: str, one: Stated, about: Known) -> Judgement | None:
    real = [(name, default) for name, default in about.parameters.items() if name != "self"]
    shown = ", ".join(name if d is None else f"{name}={d}" for name, d in real)[:280]
    observed = f"{one.owner}({shown})"
    for place, (name, default) in enumerate(_parameters(inside)):
        by_place = real[place] if place < len(real) else None
        right = by_place if by_place and by_place[0] == name else None
        if right is None and default is not None:
            right = next((pair for pair in real if pair[0] == name), None)
        free = _NAME_OF_INPUT.match(name) or (by_place and _shortens(name, by_place[0]))
        if right is None and default is None and by_place and free:
            continue  # what goes in may be called anything
        if right is None:
            return None if about.open else Judgement("refuted", observed)
        if default is not None:
            if right[1] is None:
                return Judgement("refuted", observed)
            agrees = names.default_agrees(default, right[1])
            if agrees is not True:
                return Judgement("unverifiable" if agrees is None else "refuted", observed)
    return Judgement("confirmed", observed)


def _shortens(name: str, real: str) -> bool:
    """Whether a name is short for that of a parameter: `in_ch`, `k`, `in`."""
    parts = real.lower().split("_")
    pieces = [piece for piece in name.lower().split("_") if piece]
    return all(any(part.startswith(piece) for part in parts) for piece in pieces) or (
        len(name.strip("_")) == 1
    )


def _parameters(inside: str) -> Iterator[tuple[str, str | None]]:
    """Names and defaults of `a, b: int, c=1`."""
    for part in re.split(r",\s*(?![^()\[\]]*[)\]])", inside):
        hit = re.match(r"\s*([A-Za-z_]\w*)\s*(?::[^=]*)?(?:=\s*(.+?))?\s*$", part)
        if hit:
            yield hit[1], hit[2]
