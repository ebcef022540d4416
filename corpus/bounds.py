"""How much of a page is told apart into questions, prose and code; the rest stays as it is.

What a line may cost is known at a glance, by its length and its signs; work is counted in these
prices and not by the clock, so that a page is read alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.pieces import Page, Piece, View
from corpus.types import Unsorted

MOST_PIECES = 10_000
"""Pieces of a page that are told apart, some 600 kB of text; what follows stays whole."""
MOST_WORK = 750_000
"""What the pieces that are told apart may cost, in one or two microseconds each: what follows stays
whole too.  Prose of some 750 kB comes to so much, code that nothing marks of half of it."""
_LONGEST_WHOLE = 20_000  # characters of a paragraph in what follows
_LOOKED_AT = 40_000  # characters by which a line is judged
_A_LINE, _A_CHARACTER = 30, 0.6
_A_SIGN = 60
"""Where a statement may start, or a program behind a sentence: each is looked at as one."""
_FOREIGN = 0.9
"""A character of a line that is not ASCII alone."""
_GARBLED = 12
"""A character of a line that may be mojibake, and is tried as such."""
_A_MARK = 3
"""A sign of markup, or a place where a lost cell border may be."""
_AN_ENTRY = 200
"""A line that may begin a question: each becomes an entry, which is built and compared."""
_NUMBERED = re.compile(r"\W{0,8}(?:Q(?:uestion)?\W{0,2})?(?:\d{1,6}|[IVXLC]{1,7})[.):]")
_COLON = re.compile(r":(?=\s?[A-Za-z_#@])")
_MOJIBAKE = re.compile(r"[ÃÂÐð]|â[€\x80-\x9f]")
_MARKS = "`*_[<&\\"
_BORDER = re.compile(r"[a-z)\]0-9][A-Z]")


def price(text: str) -> float:
    """What telling a line or paragraph apart from its neighbours may cost, in microseconds."""
    text = text[:_LOOKED_AT]
    signs = text.count("=") + text.count("(")
    if ":" in text:
        signs += len(_COLON.findall(text))
    marks = sum(map(text.count, _MARKS)) + len(_BORDER.findall(text))
    found = _A_LINE + _A_CHARACTER * len(text) + _A_SIGN * signs + _A_MARK * marks
    if _NUMBERED.match(text):
        found += _AN_ENTRY
    if text.isascii():
        return found
    return found + (_GARBLED if _MOJIBAKE.search(text) else _FOREIGN) * len(text)


@dataclass(slots=True)
class Work:
    """What is left for one step of reading a page.

    Attributes:
        pieces: lines or paragraphs that may still be looked at.
        cost: what they may cost.
    """

    pieces: int = field(default_factory=lambda: MOST_PIECES)
    cost: float = field(default_factory=lambda: MOST_WORK)

    def reach(self, texts: Iterable[str]) -> int:
        """How many of the texts may be looked at, from the first on; empty ones cost nothing.

        Once there was too little for one, nothing is left for others.
        """
        done = 0
        for done, text in enumerate(texts, 1):
            if text:
                self.pieces -= 1
                self.cost -= price(text)
                if self.pieces < 0 or self.cost < 0:
                    self.pieces = 0
                    return done - 1
        return done


@dataclass(frozen=True, slots=True)
class Bounded:
    """A page of which only so much is told apart.

    Attributes:
        pieces: those of the page; the ones that are not told apart are joined to long paragraphs.
        unsorted: where these stand.
        work: what telling the others apart may cost.
    """

    pieces: Sequence[Piece]
    unsorted: tuple[Unsorted, ...]
    work: float


def bounded(page: Page) -> Bounded:
    """The page's pieces as far as they can be told apart."""
    work = Work()
    given = work.cost
    told = min(page.told, work.reach(_costing(piece) for piece in page.pieces))
    spent = given - max(0.0, work.cost)
    rest = page.pieces[told:]
    if not rest:
        return Bounded(page.pieces, (), spent)
    found = list(page.pieces[:told])
    begin = -1
    end = 0
    for piece in rest:
        if begin >= 0 and (piece.kind == "cut" or piece.outer[1] - begin > _LONGEST_WHOLE):
            found.append(_whole_text(page.view, begin, end))
            begin = -1
        if piece.kind == "cut":
            found.append(piece)
            continue
        begin = piece.outer[0] if begin < 0 else begin
        end = piece.outer[1]
    if begin >= 0:
        found.append(_whole_text(page.view, begin, end))
    span = page.view.span(rest[0].outer[0], rest[-1].outer[1])
    reason = f"the page has more than {MOST_PIECES:,} lines and paragraphs"
    if told < MOST_PIECES:
        reason = "the page is too long to be told apart to its end"
    return Bounded(found, (Unsorted(span, reason),), spent)


def _costing(piece: Piece) -> str:
    """What of a piece was or will be looked at: not code that the page itself marks."""
    marked = piece.kind in {"cut", "output"} or (piece.kind == "code" and piece.language)
    return "x" if marked else piece.text


def _whole_text(view: View, start: int, end: int) -> Piece:
    text = view.text[start:end]
    start += len(text) - len(text.lstrip())
    return Piece("paragraph", start, start + len(text.strip()), text.strip(), gap=True)
