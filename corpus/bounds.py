"""How much of a page is told apart into questions, prose and code; the rest stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.pieces import Page, Piece, View
from corpus.types import Unsorted

MOST_PIECES = 10_000
"""Pieces of a page that are told apart, some 600 kB of text; what follows stays whole."""
_LONGEST_WHOLE = 20_000  # characters of a paragraph in what follows


def bounded(page: Page) -> Sequence[Piece]:
    """The page's pieces; those behind `MOST_PIECES` joined to long paragraphs, as they stand."""
    if len(page.pieces) <= MOST_PIECES:
        return page.pieces
    found = list(page.pieces[:MOST_PIECES])
    begin = -1
    end = 0
    for piece in page.pieces[MOST_PIECES:]:
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
    return found


def unsorted(page: Page) -> tuple[Unsorted, ...]:
    """What stands behind `MOST_PIECES`, if anything does."""
    rest = page.pieces[MOST_PIECES:]
    if not rest:
        return ()
    span = page.view.span(rest[0].outer[0], rest[-1].outer[1])
    return (Unsorted(span, f"the page has more than {MOST_PIECES:,} lines and paragraphs"),)


def _whole_text(view: View, start: int, end: int) -> Piece:
    text = view.text[start:end]
    start += len(text) - len(text.lstrip())
    return Piece("paragraph", start, start + len(text.strip()), text.strip(), gap=True)
