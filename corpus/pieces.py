"""Between a file format and the entries: the pieces that a page is made of, in reading order.

Every format is first turned into a `View` (what a reader would see, each character knowing where it
came from) and a list of `Piece`s over it.  Everything after that is the same for all formats.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.types import Span

PieceKind = Literal["line", "paragraph", "item", "heading", "code", "output", "table", "cut"]


@dataclass(frozen=True, slots=True)
class View:
    """Readable text over a document.

    Attributes:
        text: what is read.
        starts: for each character of `text`, where it starts in the document; `None` when the text
            is the document itself.
        ends: for each character of `text`, where it ends in the document.
        ordered: whether what is read stands in the document in the same order.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None
    ordered: bool = True

    def span(self, start: int, end: int) -> Span:
        """The document's span under `text[start:end]`."""
        if self.starts is None or self.ends is None:
            return Span(start, end)
        if not self.starts:
            return Span(0, 0)
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else self.ends[-1]
            return Span(at, at)
        if not self.ordered:
            return Span(min(self.starts[start:end]), max(self.ends[start:end]))
        return Span(self.starts[start], max(self.starts[start], self.ends[end - 1]))


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of a view, of one kind.

    Attributes:
        kind: `line` is a line of plain text that may go on in the next one; a `paragraph` is whole.
        start: offset in the view's text.
        end: end-exclusive offset in the view's text.
        text: what it says, without its marker (`#`, `-`, fence).
        gap: whether blank space stands before it.
        level: of a heading (1 is the highest), or the indentation of a list item.
        marker: of a list item, as it is written.
        language: of fenced code, lower case.
        reason: why it is cut.
        lead: how many characters before `start` belong to it (a fence, a heading's signs).
        trail: how many characters after `end` belong to it.
    """

    kind: PieceKind
    start: int
    end: int
    text: str
    gap: bool = False
    level: int = 0
    marker: str = ""
    language: str = ""
    reason: str = ""
    lead: int = 0
    trail: int = 0

    @property
    def outer(self) -> tuple[int, int]:
        """Start and end with markers and fences."""
        return self.start - self.lead, self.end + self.trail


@dataclass(frozen=True, slots=True)
class Page:
    """A document as its format's reader sees it.

    Attributes:
        view: what is read.
        pieces: what it is made of.
        told: how many of the pieces were told apart; those behind them are lines as they stand.
    """

    view: View
    pieces: tuple[Piece, ...]
    told: int = sys.maxsize
