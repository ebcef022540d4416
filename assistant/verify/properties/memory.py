"""Whether a value shares memory with what it was made from, or is a copy."""

from __future__ import annotations

import re

from assistant.verify.properties.recogniser import Recogniser, Seen, Test, words


def overlap(one: Seen, other: Seen) -> bool | None:
    """Whether two things hold the same memory, or are one object."""
    if "ident" in one and "ident" in other and one.get("k") not in ("tuple", "Size"):
        same = one["ident"] == other["ident"]
        return same if same or one.get("t") == other.get("t") else None
    if "ptr" not in one or "ptr" not in other or not one["bytes"] or not other["bytes"]:
        return None
    start, end = one["ptr"], one["ptr"] + one["bytes"]
    return bool(start < other["ptr"] + other["bytes"] and other["ptr"] < end)


def shares(wanted: bool) -> Test:
    """The first of several things shares memory with one of the others, or with none."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        if len(items) < 2:
            return None
        found = [overlap(items[0], other) for other in items[1:]]
        known = [one for one in found if one is not None]
        return None if not known else any(known) is wanted

    return test


def _repeated(wanted: bool) -> Test:
    """All items of a sequence are one object, or no two of them are."""

    def test(seen: Seen, _: re.Match[str]) -> bool | None:
        items = seen.get("items") or []
        ids = [one.get("at", one.get("ident")) for one in items]
        if len(ids) < 2 or None in ids:
            return None
        return len(set(ids)) == (1 if wanted else len(ids))

    return test


_ITEMS = (
    r"^(?:all )?(?:the |inner |\d+ )*(?:rows|elements|items|entries|lists|sublists|slots|layers"
    r"|blocks|modules|copies)(?: are| is)?(?: all| actually| really| just| in fact)*"
)
# What becomes of another name when one is written to.
_FOLLOWS = (
    r"(?:changes?(?: too| as well)?|(?:is |gets |was )?(?:changed|modified|updated|affected|touched"
    r"|overwritten)|sees (?:it|that|the (?:change|write|update|new values?)|this)|follows"
    r"|moves along|notices)"
)
_MEMORY = r"(?:memory|data|storage|buffer|bytes)"
# "copy to the GPU" is what is done where there is one; "half the memory" counts.
_ELSEWHERE = r"(?! (?:\w+ )?(?:to|onto|into|over|on write|constructor|initiali[sz]er)\b)"
MEMORY = (
    Recogniser(
        "repeats one object",
        words(
            rf"{_ITEMS} (?:the (?:very )?same|1 and the same|1|a single) (?:object|list|tensor"
            r"|module|layer|instance|thing)(?: (?:\d+ times|twice|thrice|repeated|over and over))?$"
        ),
        _repeated(True),
    ),
    Recogniser(
        "holds objects of their own",
        words(
            rf"{_ITEMS} (?:(?:\d+ )?(?:different|distinct|separate|independent)(?: (?:object|list"
            r"|tensor|module|layer|instance)s?)?)$"
        ),
        _repeated(False),
    ),
    Recogniser("follows a change", words(rf"^(?:does not )?{_FOLLOWS}$"), shares(True), pair=True),
    Recogniser(
        "is left alone",
        words(
            r"^(?:unaffected|untouched|not affected|not touched|not modified"
            r"|unharmed)(?: by \S+(?: \w+)?)?$"
        ),
        shares(False),
        pair=True,
    ),
    Recogniser(
        "works in place",
        words(
            r"^(?:modif(?:y|ies|ied)|chang(?:e|es|ed)|updates?|mutates?|works|done|overwrites?"
            r"|converts?|casts?|sorts?|operates?|happens)\b"
            r"(?: \S+)?(?: directly)? in[- ]place$|^in[- ]place$"
        ),
        shares(True),
        pair=True,
    ),
    Recogniser("works out of place", words(r"\bout[- ]of[- ]place\b"), shares(False), pair=True),
    Recogniser(
        "shares memory",
        words(
            rf"\bshar(?:e|es|ing|ed)\b(?: \w+){{0,3}} {_MEMORY}\b|\b{_MEMORY}(?: \w+){{0,3}}"
            rf" shared\b"
            rf"|\bsame (?:underlying )?(?:{_MEMORY}|object|tensor object|data_ptr)\b"
            r"|\bsame (?:list|dict|dictionary|set|module|model|layer|instance)\b"
            r"|^shares?$|^returns? [^\W\d]\w* itself$|^(?:a )?no-?op$"
            rf"|\balias(?:es)?\b"
            r"|\bzero[- ]copy\b|^shared(?: with \S+)?$|\bjust (?:another|a second) name\b"
            r"|\bviews?\b(?! (?:with|as|works?|fails?|needs?|requires?|would|raises?|is|can|and"
            r"|or)\b)"
            r"(?![(.\w])(?! of (?:the )?(?:world|problem))"
        ),
        shares(True),
        pair=True,
    ),
    Recogniser(
        "is a copy",
        words(
            rf"\bowns? (?:its|their)(?: own)? {_MEMORY}\b|\bcop(?:y|ies|ied"
            rf"|ying)\b(?![(_]){_ELSEWHERE}|\b(?:allocat\w+|reallocat\w+)\b"
            rf"|\b(?:own|new|fresh|separate|different|distinct|independent) (?:\w+ )?{_MEMORY}\b"
            r"|\bindependent (?:of \S+|tensor|clone)|^(?:new|separate|independent|distinct|fresh)"
            r" (?:tensor|object|array)\b|^clone(?:d|s)?(?: \w+)?$|\bdecoupled\b"
        ),
        shares(False),
        pair=True,
    ),
)
