"""Notebooks kept as Python files (`# %%` cells), and questions kept in a file's docstring."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import replace

from corpus.bounds import Work
from corpus.formats import text as plain_text
from corpus.numbering import find_questions
from corpus.pieces import Page, Piece, View

_MARK = re.compile(r"^# ?%%(?P<rest>.*)$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]*# ?")
_QUOTED = re.compile(r"\s*(?:#[^\n]*\n\s*)*[rRuU]?(\"\"\"|''')")


def scan_cells(text: str) -> Page | None:
    """The pieces of a file of `# %%` cells, `None` when it is none.

    A Markdown cell is a page, its comment signs left out; every other cell is a program.
    """
    marks = list(_MARK.finditer(text))
    if not any("[markdown]" in mark["rest"].lower() for mark in marks):
        return None
    edges = [(0, 0, "")] if text[: marks[0].start()].strip() else []
    edges += [(mark.start(), min(mark.end() + 1, len(text)), mark["rest"]) for mark in marks]
    writer = _Writer(text)
    work = Work()
    pieces: list[Piece] = []
    for place, (_, begin, title) in enumerate(edges):
        end = edges[place + 1][0] if place + 1 < len(edges) else len(text)
        at = len(writer.parts)
        if "[markdown]" in title.lower() or "[raw]" in title.lower():
            writer.uncommented(begin, end)
            page = plain_text.scan(View("".join(writer.parts[at:])), work)
            pieces.extend(_moved(page.pieces, at))
        else:
            writer.add(begin, end)
            shown = text[begin:end]
            if shown.strip():
                start = at + len(shown) - len(shown.lstrip("\r\n"))
                stop = at + len(shown.rstrip())
                code = shown.strip("\r\n").rstrip()
                pieces.append(Piece("code", start, stop, code, True, language="ipython"))
        writer.newline(end)
    return Page(View("".join(writer.parts), writer.starts, writer.ends), tuple(pieces))


def scan_docstring(text: str) -> Page | None:
    """The pieces of a file whose docstring asks questions, `None` when it asks none."""
    opening = _QUOTED.match(text)
    closing = text.find(opening[1], opening.end()) if opening else -1
    if opening is None or closing < 0:
        return None
    page = plain_text.scan(View(text[opening.end() : closing]))
    if len(find_questions(page.pieces)) < 2:
        return None
    pieces = list(_moved(page.pieces, opening.end()))
    behind = closing + len(opening[1])
    rest = text[behind:]
    if rest.strip():
        start = behind + len(rest) - len(rest.lstrip())
        code = rest.strip()
        pieces.append(Piece("code", start, start + len(code), code, True, language="python"))
    return Page(View(text), tuple(pieces))


def _moved(pieces: tuple[Piece, ...], by: int) -> Iterator[Piece]:
    for piece in pieces:
        yield replace(piece, start=piece.start + by, end=piece.end + by)


class _Writer:
    """The view in the making."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.starts = array("L")
        self.ends = array("L")

    def add(self, start: int, end: int) -> None:
        self.parts.extend(self.source[start:end])
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    def uncommented(self, start: int, end: int) -> None:
        """Adds lines without their comment signs, or without quotation marks around them."""
        shown = self.source[start:end]
        quoted = re.match(r"\s*[rR]?(\"\"\"|''')", shown)
        if quoted and (last := shown.rfind(quoted[1])) > quoted.end():
            self.add(start + quoted.end(), start + last)
            return
        for line in re.finditer(r"[^\n]*\n?", shown):
            sign = _COMMENT.match(line[0])
            self.add(start + line.start() + (sign.end() if sign else 0), start + line.end())

    def newline(self, at: int) -> None:
        self.parts.append("\n")
        self.starts.append(at)
        self.ends.append(at)
