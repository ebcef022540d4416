"""A comment taken apart into clauses, each plain enough to be recognised."""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"\s*[;—–]\s*|\s+-{1,2}\s+|\s{3,}"
    r"|(?<!\bw\.r\.t)(?<!\bi\.e)(?<!\be\.g)(?<!\betc)(?<!\bvs)(?<!\bresp)(?:(?<!\d)[.!]|(?<=\d)[.!](?=\s+(?-i:[A-Z])))\s+|\s*:\s+"
    # "0, 4, 8" are one list.
    r"|(?<!\d)\s*,\s+|(?<=\d)\s*,\s+(?!-?\d[\d.]*(?:\s*,|\s+(?:is|are|and|or|gives)\b|\s*[/|]|\s*$))"
    r"|\s+\((?=[A-Za-z]{2,}[ )])|\)\s+"
    r"|\s+(?:but|and so|so|hence|thus|therefore|which|while|whereas|yet)\s+(?:now |then )?",
    re.IGNORECASE,
)
# What follows gives a reason, or speaks of what is not the case.
_ASIDE = re.compile(
    r"(?:^|\s+)(?:because|since"
    r"|as (?!(?:it|they) (?:was|were|is|are|has been|have been)(?: before)?\W*$)"
    r"(?:it|both|the|they|nothing|no|each|every|its|there|rows?|columns?|we|you)\b"
    r"|thanks to|due to|for safety"
    r"|instead of|rather than|unlike|compared (?:to|with)|in contrast to|as opposed to)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_BUT = re.compile(r"\bnot .{1,40}?,? but (?:rather )?", re.IGNORECASE)
_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "zeros": "0s", "zeroes": "0s", "ones": "1s", "twos": "2s", "threes": "3s", "fours": "4s",
    "fives": "5s", "sixes": "6s", "sevens": "7s", "eights": "8s", "nines": "9s", "tens": "10s",
}  # fmt: skip
_SPELT = re.compile(rf"(?<![\w.])(?:{'|'.join(_NUMBERS)})(?![\w.(-])", re.IGNORECASE)
# Words that change nothing.
_FILL = (
    r"(?:now|still|also|again|just|simply|here|exactly|always|actually|really|already|indeed"
    r"|effectively|basically|of course|this time|once more|afterwards|too|as well|once again|then"
    r"|today|finally|by design|by construction|on purpose|as expected|as promised|even|both"
    r"|at (?:first|last|this point|all|init(?:iali[sz]ation)?)"
    r"|initially|to begin with|right away|from the start|the same way|by default|in fact|well"
    r"|oops|note|on the way)"
)
_LEAD = re.compile(
    rf"(?:{_FILL}\b,?|but\b|and\b|so\b|yet\b|which\b|hence\b|(?:the )?(?:result|output|value|tensor"
    rf"|outcome)s?"
    r" (?=(?:is|are|has|have|does|shares?|still|stays|keeps|requires?|sums?)\b)"
    r"|it(?:'s)?\b|this\b(?! is the)|that\b|they\b|these\b|we (?:get|have|now have)\b|you get\b"
    r"|(?:is|are|has to be|will be|must be|stays?|remains?|becomes?|keeps?|gives?|yields?|returns?"
    r"|produces?|creates?|makes|means|prints|holds|contains|hence|has to|have to|must|will|we|you"
    r"|expected?|should be|should)\b"
    r"|(?:an?|the|some)\b(?= \w))\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(rf"\s+{_FILL}\s*$", re.IGNORECASE)
_SHORT = re.compile(r"\b(do|does|did|is|are|was|were|has|have|ca|wo|could|should|would)n['’]t\b")
_NUMBER = r"[-−]?\d+(?:\.\d+)?"
_EITHER = re.compile(rf"(?:either )?({_NUMBER}s?) or (?={_NUMBER}s?\b)", re.IGNORECASE)


def clauses(comment: str) -> list[str]:
    """What a comment says, piece by piece; reasons and what it contrasts with are left out."""
    text = _NOT_BUT.sub("", comment.strip())
    pieces: list[str] = []
    start = 0
    for found in _BREAK.finditer(text):
        if found.start() < start or _inside(text, found.start()):
            continue
        pieces.append(text[start : found.start()])
        start = found.end()
    pieces.append(text[start:])
    found_pieces = (_ASIDE.sub("", piece).strip(" .!✓✔`") for piece in pieces)
    return [_closed(piece) for piece in found_pieces if piece]


def _closed(piece: str) -> str:
    """A piece without a bracket at its end that another piece opened."""
    return (
        piece[:-1]
        if piece.endswith(")")
        and piece.count(")") > piece.count("(")
        and not re.search(r"\[[^\])]*\)$", piece)
        else piece
    )


def _inside(text: str, at: int) -> bool:
    """Whether a place stands within brackets, those of a half-open interval included."""
    depth = 0
    for mark in text[:at]:
        depth += (mark in "([{") - (mark in ")]}")
    return depth > 0


def spelt_out(clause: str) -> str:
    """A clause without quotes and signs at its ends, `n't` as `not`."""
    text = re.sub(r"[`\"“”]", "", clause).replace("−", "-").strip(" .!")
    return _SHORT.sub(lambda hit: {"ca": "can", "wo": "will"}.get(hit[1], hit[1]) + " not", text)


def plain(clause: str) -> str:
    """A clause without words that change nothing, its numbers as digits, `n't` as `not`."""
    text = spelt_out(clause)
    text = _SPELT.sub(lambda hit: _NUMBERS[hit.group().lower()], text)
    text = _EITHER.sub(r"\1 and ", text)
    before = ""
    while text != before:
        before = text
        found = _LEAD.match(text)
        if found is not None and found.end() < len(text):
            text = text[found.end() :]
        text = _TAIL.sub("", text)
    return text
