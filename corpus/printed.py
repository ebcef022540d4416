"""Text taken from printed pages: their numbers, and the heads that stand by them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.blocks import RUNNING_HEAD, goes_on, hangs
from corpus.pieces import Piece

_FOLIO = re.compile(
    r"\W*(?:(?P<named>(?:page|p\.|seite|página|стр\.) ?)?(?P<number>\d{1,4})"
    r"(?: ?(?:of|/|von|de|из) ?(?P<total>\d{1,4}))?)\W*",
    re.IGNORECASE,
)
_LONGEST_HEAD = 90  # characters


def running_heads(pieces: Sequence[Piece], reasons: list[str]) -> set[int]:
    """The numbers of printed pages, and the heads that stand by them again and again.

    Returns:
        The lines behind them that go on with a sentence from the page before.
    """
    found: list[tuple[int, int, str]] = []
    for index, piece in enumerate(pieces):
        if piece.kind in {"line", "heading", "paragraph"}:
            match = _FOLIO.fullmatch(piece.text.strip())
            if match:
                sign = f"{match['named'] or ''}|{match['total'] or ''}".strip("|")
                found.append((index, int(match["number"]), sign))
    # numbers that say that they count pages count up; bare ones need a head that is repeated
    folios = {
        index
        for one, other in pairwise([folio for folio in found if folio[2]])
        for index in (one[0], other[0])
        if other[1] == one[1] + 1 and one[2] == other[2]
    }
    beside = {at for index, _, _ in found for at in (index - 1, index + 1)}
    near = Counter(
        pieces[at].text.strip() for at in beside if 0 <= at < len(pieces) and _may_run(pieces[at])
    )
    for one, other in pairwise(found):
        if other[1] == one[1] + 1 and all(
            any(
                0 <= at < len(pieces) and near[pieces[at].text.strip()] >= 2
                for at in (index - 1, index + 1)
            )
            for index, _, _ in (one, other)
        ):
            folios |= {one[0], other[0]}
    running = set(folios)
    for index in folios:
        for at in (index - 1, index + 1):
            if 0 <= at < len(pieces) and _may_run(pieces[at]) and near[pieces[at].text.strip()] > 1:
                running.add(at)
    joined: set[int] = set()
    for index in running:
        reasons[index] = reasons[index] or RUNNING_HEAD
    for index in sorted(running):
        after = index + 1
        if after in running or after >= len(pieces) or pieces[after].kind != "line":
            continue
        before = index
        while before >= 0 and before in running:
            before -= 1
        if before >= 0 and pieces[before].kind in {"line", "item"}:
            text = pieces[before].text
            if hangs(text) or goes_on(text, pieces[after].text):
                joined.add(after)
    return joined


def _may_run(piece: Piece) -> bool:
    return (
        piece.kind in {"line", "heading", "paragraph"}
        and len(piece.text) <= _LONGEST_HEAD
        and piece.text.strip()[-1:] not in ".?!:;,"
        and not _FOLIO.fullmatch(piece.text.strip())
    )
