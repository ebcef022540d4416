"""What was copied along with code: prompts, line numbers, common indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.restore.mapped import Mapped

if TYPE_CHECKING:
    from corpus.restore.mapped import Edit

_PROMPT = re.compile(r"[ \t]*(?:(?:>>>|\.\.\.)(?: |$)|In ?\[\d*\]: ?|\.{3,}: ?)")
_FIRST_PROMPT = re.compile(r"[ \t]*(?:>>>(?: |$)|In ?\[\d*\]: ?)")
_NUMBER = re.compile(r"[ \t]*(\d{1,5})(?:(?:[.:)]|[ \t]?[|│])(?=\s|$)|(?=\s|$))")
_INLINE_PROMPT = re.compile(r"(?<=\S)[ \t]+(?=>>> \S)")
_CELL = re.compile(r"\s*In ?\[\d+\]: ")
MIN_NUMBERED = 2
MIN_GUTTER = 3


def prompts(text: Mapped) -> tuple[Mapped, int] | None:
    """The code of an interactive session without its prompts and its output.

    Returns:
        The code and how many lines of output were left out; None when there are no prompts.
    """
    if not _FIRST_PROMPT.match(text.text.lstrip("\n")):
        return None
    if "\n" not in text.text.strip():
        text = text.edit((m.start(), m.end(), "\n") for m in _INLINE_PROMPT.finditer(text.text))
    edits: list[Edit] = []
    left_out = 0
    for start, end in _lines(text.text):
        line = text.text[start:end]
        prompt = _PROMPT.match(line)
        if prompt:
            edits.append((start, start + prompt.end(), ""))
        elif line.strip():
            edits.append((start, min(end + 1, len(text.text)), ""))
            left_out += 1
    return text.edit(edits), left_out


def line_numbers(text: Mapped) -> Mapped | None:
    """The code without the numbers of its lines; None when its lines are not numbered in order."""
    found: list[tuple[int, re.Match[str]]] = []
    for start, end in _lines(text.text):
        line = text.text[start:end]
        if not line.strip():
            continue
        match = _NUMBER.match(line)
        if match is None:
            return None
        found.append((start, match))
    numbers = [int(match.group(1)) for _, match in found]
    if len(numbers) < MIN_NUMBERED or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    rest = [text.text[start + m.end() : _line_end(text.text, start)] for start, m in found]
    pad = 1 if all(r[:1] in " \t" for r in rest if r) else 0
    return text.edit(
        (start, start + m.end() + (pad if r else 0), "")
        for (start, m), r in zip(found, rest, strict=True)
    )


def pasted(code: str) -> bool:
    """Whether `code`, though valid, starts with a prompt or a column of line numbers."""
    return bool(_CELL.match(code)) or gutter(Mapped.of(code)) is not None


def gutter(text: Mapped) -> Mapped | None:
    """The code without a column of line numbers that stands above it; None when there is none."""
    expected = 1
    for start, end in _lines(text.text):
        line = text.text[start:end].strip()
        if line != str(expected):
            if expected <= MIN_GUTTER or not line:
                return None
            return text.edit([(0, start, "")])
        expected += 1
    return None


def dedented(text: Mapped) -> Mapped:
    """The code without the blank space that all its lines start with."""
    spans = [(s, e) for s, e in _lines(text.text) if text.text[s:e].strip()]
    margins = [text.text[s:e][: _margin(text.text[s:e])] for s, e in spans]
    common = margins[0] if margins else ""
    for margin in margins:
        while not margin.startswith(common):
            common = common[:-1]
    if not common:
        return text
    return text.edit((s, s + len(common), "") for s, _ in spans)


def untabbed(text: Mapped, width: int) -> Mapped:
    """Spaces for the tabs at the start of lines, to stops of `width` columns."""
    edits: list[Edit] = []
    for start, end in _lines(text.text):
        margin = text.text[start : start + _margin(text.text[start:end])]
        if "\t" in margin:
            edits.append((start, start + len(margin), margin.expandtabs(width)))
    return text.edit(edits)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _lines(text: str) -> list[tuple[int, int]]:
    spans = []
    at = 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
