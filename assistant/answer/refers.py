"""Which piece of the last answer a question speaks of: “line 3”, “your second point”."""

from __future__ import annotations

import re

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
_PIECE = (
    r"(?P<piece>line|step|point|item|bullet|sentence|paragraph|example|snippet|row|command|"
    r"argument|code)s?\b"
)
_BY_ORDINAL = re.compile(
    rf"\b(?P<nth>{'|'.join(_ORDINALS)}|last|final|\d+(?:st|nd|rd|th))\s+(?:code\s+)?{_PIECE}",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(rf"\b{_PIECE}\s*(?:number\s*|no\.?\s*|#\s*)?(?P<n>\d+)\b", re.IGNORECASE)
_CODE = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(.*)$", re.MULTILINE)
_ROW = re.compile(r"^\s*\|(.*)\|\s*$", re.MULTILINE)
_RULE = re.compile(r"^[\s|:-]+$")
_MARKERS = re.compile(r"\s*\[\d+\]|\(✗[^)]*\)|[*`]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*\"(])")

LONGEST = 160
"""Characters of a piece that are taken along."""


def referred(question: str, answer: str) -> str:
    """The piece of `answer` that `question` names by its place; empty where it names none.

    Lines and snippets are those of the code, counted as they stand; steps, points and items are
    those of lists, else paragraphs.
    """
    named = _BY_NUMBER.search(question) or _BY_ORDINAL.search(question)
    if not named:
        return ""
    piece = named["piece"].lower()
    groups = named.groupdict()
    number = int(groups["n"]) if groups.get("n") else _number(str(groups["nth"]).lower())
    pieces = _pieces(piece, answer)
    at = number - 1 if number > 0 else len(pieces) - 1
    if not 0 <= at < len(pieces):
        return ""
    text = pieces[at]
    if piece == "line" and not text.strip():
        # Whoever counts lines leaves empty ones out.
        full = [line for line in pieces if line.strip()]
        text = full[at] if at < len(full) else ""
    return " ".join(_MARKERS.sub("", text).split())[:LONGEST]


def _number(nth: str) -> int:
    """1 for the first; 0 for the last."""
    if nth in _ORDINALS:
        return _ORDINALS.index(nth) + 1
    return int(nth[:-2]) if nth[0].isdigit() else 0


def _pieces(piece: str, answer: str) -> list[str]:
    code = [match[1] for match in _CODE.finditer(answer)]
    prose = _CODE.sub("\n\n", answer)
    if piece in ("line", "command"):
        return [line for block in code for line in block.rstrip("\n").split("\n")]
    if piece in ("example", "snippet", "code"):
        return code
    if piece == "row":
        # The first row of a table is its head.
        return [row for row in _ROW.findall(prose) if not _RULE.match(row)][1:]
    paragraphs = [part for part in re.split(r"\n\s*\n", prose) if part.strip()]
    if piece == "paragraph":
        return paragraphs
    plain = [part for part in paragraphs if not part.lstrip().startswith(("|", "#"))]
    if piece == "sentence":
        return [one for part in plain for one in _SENTENCE_END.split(part.strip())]
    return _ITEM.findall(prose) or plain
