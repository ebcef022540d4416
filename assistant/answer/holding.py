"""How much of a sentence that is still being written may be shown already.

A reader should see a model's words as they come, and must not see a refuted value, a marker that
cites nothing or a name that does not exist, without its correction.  Both are had by this: words
pass at once, and a sentence is held back from the first thing in it that could need correcting
(a bracket, a number, a truth value, a name that no source has, something quoted, a link) until the
sentence is whole and has been checked.  Corrections stand behind what they correct, and a sentence
is marked as unsupported at its end, so that nothing shown before ever has to be taken back.

So the first token is shown the moment it comes, unless the reply opens with such a thing, with code
or with a table; those wait for the end of their sentence or block, and are then shown corrected.
"""

from __future__ import annotations

import re
from collections.abc import Set

_TAIL = re.compile(r"(?:[.!?:;,]+[\"'”)*_`]*)?\s*\Z")
"""The end of a sentence: a marker may have to go before it, or a remark behind it."""
_LIST_NUMBER = re.compile(r"\s*\d+[.)](?=\s)")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\.?\d")
_QUOTED = re.compile(r"(?<!\w)['\"“‘]")
_WORD_VALUES = re.compile(r"\b(?:True|False|None|inf|nan|true|false)\b")
_NUMBER_WORDS = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundred|thousand|dozen)\b",
    re.I,
)
_ALWAYS = re.compile(r"\[|【|!\[|<|https?:|www\.|✗|\|")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\.(?=\Z))?\(?")
_ODD = re.compile(r"[_.(\d]|[a-z][A-Z]|[A-Z][A-Z]+[a-z]")
"""What tells a name of the library from a word."""
_ERROR = re.compile(r"\b(?:rais|throw|fail|crash|error)\w*", re.I)


def showable(
    text: str, known: Set[str], *, line_start: bool, values: bool, secrets: Set[str]
) -> int:
    """How many characters of an unfinished sentence can be shown.

    Args:
        text: the sentence so far.
        known: names of the library that stand in the sources and were not refuted.
        line_start: whether it begins a line.
        values: whether values and names are going to be checked; markers always are.
        secrets: texts that must not be shown; what may begin one is held back.
    """
    tail = _TAIL.search(text)
    ends = [tail.start() if tail else len(text)]
    found = _ALWAYS.search(text)
    if found:
        ends.append(found.start())
    ends += [len(text) - size for one in secrets if (size := _begins(text, one))]
    if values:
        number = _LIST_NUMBER.match(text) if line_start else None
        start = number.end() if number else 0
        for pattern in (_NUMBER, _QUOTED, _WORD_VALUES, _NUMBER_WORDS, _ERROR):
            hit = pattern.search(text, start)
            if hit:
                ends.append(hit.start())
        for name in _NAME.finditer(text):
            word = name[0].rstrip("(.")
            if _ODD.search(name[0].rstrip(".")) and word not in known:
                ends.append(name.start())
                break
    end = max(min(ends), 0)
    return len(text[:end].rstrip(" \t\n*_`(~\"'“‘")) if end < len(text) else end


def _begins(text: str, secret: str) -> int:
    """How many characters at the end of `text` begin a secret; fewer than three tell nothing."""
    for size in range(min(len(secret), len(text)), 2, -1):
        if text.endswith(secret[:size]):
            return size
    return 0


def names_in(text: str) -> frozenset[str]:
    """The names in a source, each with the names that it is made of."""
    found: set[str] = set()
    for match in re.finditer(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", text):
        whole = match[0]
        found.add(whole)
        found.update(whole.split("."))
    return frozenset(found)
