"""What is no content on a page, each piece judged with its neighbours.

`corpus.furniture` judges a line by what it says; menus, runs of adverts and boxes show themselves
only together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.blocks import goes_on, hangs
from corpus.clean import plain
from corpus.furniture import ORDERS, furniture, speaks_of_subject
from corpus.pieces import Piece
from corpus.printed import running_heads


def without_furniture(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with adverts and page furniture cut."""
    reasons = [_furniture_of(pieces, index) for index in range(len(pieces))]
    _menus(pieces, reasons)
    _menu_lines(pieces, reasons)
    _pagers(pieces, reasons)
    _buttons(pieces, reasons)
    _about_the_page(pieces, reasons)
    _between_adverts(pieces, reasons)
    _to_the_end(pieces, reasons)
    joined = running_heads(pieces, reasons)
    return [
        replace(piece, kind="cut", reason=reason)
        if reason and piece.kind != "cut"
        else (replace(piece, gap=False) if index in joined else piece)
        for index, (piece, reason) in enumerate(zip(pieces, reasons, strict=True))
    ]


def _furniture_of(pieces: Sequence[Piece], index: int) -> str:
    piece = pieces[index]
    if piece.kind not in {"line", "heading", "paragraph", "item"}:
        return ""
    reason = furniture(piece.text)
    if not reason or piece.kind == "item":
        # a single item is cut only with its whole menu
        return reason if reason in _ALONE else ""
    if reason == ORDERS and index and pieces[index - 1].text.rstrip().endswith(":"):
        # an answer may quote one as its example
        return ""
    if reason == "advertisement" or len(piece.text) > 40:
        return reason
    before = pieces[index - 1] if index else None
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    if piece.kind == "line":
        if (
            before is not None
            and before.kind in {"line", "item"}
            and not piece.gap
            and (hangs(before.text) or goes_on(before.text, piece.text))
        ):
            return ""
        if (
            after is not None
            and after.kind == "line"
            and not after.gap
            and (goes_on(piece.text, after.text))
        ):
            return ""
    if piece.kind == "heading" and after is not None and _is_content(after, reason):
        return ""
    return reason


_ALONE = frozenset({"advertisement", "cookie banner", "newsletter box", ORDERS})
"""Reasons that a single item of a list is cut for."""


def _is_content(after: Piece, reason: str) -> bool:
    """Whether what stands under a heading shows that it heads an answer, whatever its words."""
    if after.kind == "code":
        return True
    told = after.kind in {"line", "paragraph"} and after.text.rstrip().endswith((".", ":"))
    return told and reason in {"page navigation", "share buttons"} and not furniture(after.text)


def _menus(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Lists of which every other item is furniture."""
    index = 0
    while index < len(pieces):
        last = index
        while last < len(pieces) and pieces[last].kind == "item":
            last += 1
        if last - index >= 2:
            hits = [furniture(piece.text) for piece in pieces[index:last]]
            if sum(bool(hit) for hit in hits) >= 0.6 * len(hits):
                reason = Counter(hit for hit in hits if hit).most_common(1)[0][0]
                reasons[index:last] = [reason] * (last - index)
        index = max(last, index + 1)


_MENU_ENTRY = 30  # characters at most


def _menu_lines(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Short lines between the entries of a menu, at the page's head or end."""
    index = 0
    while index < len(pieces):
        last = index
        while last < len(pieces) and _menu_entry(pieces[last]):
            last += 1
        hits = [i for i in range(index, last) if reasons[i]]
        if len(hits) >= 2 and 2 * len(hits) >= hits[-1] - hits[0] + 1:
            for i in range(hits[0], hits[-1]):
                reasons[i] = reasons[i] or reasons[hits[0]]
        index = max(last, index + 1)


def _menu_entry(piece: Piece) -> bool:
    if piece.kind != "line":
        return False
    text = piece.text.strip()
    return len(text) <= _MENU_ENTRY and text[-1:] not in ".?!:,;)" and len(text.split()) <= 3


_PAGER = re.compile(
    r"\W*(?:(?P<back>prev(?:ious)?|back)|(?P<on>next(?: up)?))"
    r"(?: (?:page|lesson|chapter|article|post|question|tutorial))?\s*[:→»-]\s*[^.?!]{1,80}",
    re.IGNORECASE,
)


def _pagers(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """The titles of the pages before and behind this one, side by side."""
    first: re.Match[str] | None = None
    for index, piece in enumerate(pieces):
        text = piece.text.strip()
        told = piece.kind in {"line", "paragraph"}
        told = told and not (text[:1].isalpha() and text[0] not in "pbnPBN")
        second = _PAGER.fullmatch(text) if told else None
        if first and second and bool(first["back"]) != bool(second["back"]):
            reasons[index - 1 : index + 1] = ["page navigation"] * 2
        first = second


_BUTTON = re.compile(
    r"(?:subscribe|sign (?:me )?up|submit|send(?: feedback)?|join(?: now| us)?|yes|no|ok|okay|"
    r"got it|"
    r"accept|close|cancel|dismiss|no,? thanks|maybe later|get started|learn more|start now|"
    r"your (?:e-?mail|name)(?: address)?|e-?mail(?: address)?|name|website|enroll(?: now)?)",
    re.IGNORECASE,
)
_BOXES = frozenset({"newsletter box", "comment form", "cookie banner", "page furniture"})


def _buttons(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Buttons and fields that stand right behind the box they belong to."""
    for index in range(1, len(pieces)):
        before = reasons[index - 1]
        if before in _BOXES and not reasons[index] and pieces[index].kind in {"line", "paragraph"}:
            bare = pieces[index].text.strip(" *_.!👍👎→»")
            if _BUTTON.fullmatch(bare):
                reasons[index] = before


_ABOUT = re.compile(
    r"(?:about (?:the|this) (?:author|writer|site|blog|page)|contribut(?:ing|ors?)|licen[cs]e|"
    r"acknowledg(?:e)?ments|credits|sponsors?|support(?: us| me| this project)|star history|"
    r"(?:get|stay) in touch|stay (?:in the loop|connected|tuned|updated)|connect with (?:me|us)|"
    r"contact(?: us| me)?|disclaimer|disclosure|newsletter)",
    re.IGNORECASE,
)
_LONGEST_ABOUT = 1000  # characters


def _about_the_page(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Headed parts that speak of the page or its makers, at its end."""
    for index, piece in enumerate(pieces):
        if piece.kind != "heading" or 3 * index < len(pieces):
            continue
        if not _ABOUT.fullmatch(plain(piece.text).strip(" :.!")):
            continue
        end = index + 1
        while end < len(pieces) and pieces[end].kind not in {"heading", "code", "table"}:
            end += 1
        closed = end == len(pieces) or pieces[end].kind == "heading"
        size = sum(len(piece.text) for piece in pieces[index:end])
        if closed and size <= _LONGEST_ABOUT:
            for i in range(index, end):
                reasons[i] = reasons[i] or "about the page"


def _between_adverts(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Up to two lines off the subject that stand between adverts."""
    adverts = [i for i, reason in enumerate(reasons) if reason == "advertisement"]
    for left, right in pairwise(adverts):
        inner = range(left + 1, right)
        if 0 < len(inner) <= 2 and all(
            pieces[i].kind in {"line", "paragraph", "heading", "cut"}
            and not speaks_of_subject(pieces[i].text)
            and len(pieces[i].text) < 300
            for i in inner
        ):
            for i in inner:
                reasons[i] = "advertisement"
    for first in adverts:
        # the cries that lead up to an advert
        for i in range(first - 1, max(-1, first - 4), -1):
            shout = re.search(r"![^\w]*$|[\U0001f300-\U0001faff]", pieces[i].text)
            if reasons[i] or not shout or len(pieces[i].text) > 120:
                break
            if speaks_of_subject(pieces[i].text) or pieces[i].kind not in {"line", "paragraph"}:
                break
            reasons[i] = "advertisement"


def _to_the_end(pieces: Sequence[Piece], reasons: list[str]) -> None:
    """Comments and link lists run to the page's end, or to the next heading or long paragraph."""
    headings = (i for i, piece in enumerate(pieces) if piece.kind == "heading" and piece.level <= 3)
    last_heading = max(headings, default=-1)
    reached = 0  # up to where the links behind an earlier line go
    for index, reason in enumerate(reasons):
        late = index >= 0.5 * len(reasons) and last_heading <= index
        if reason == "comment form" and late:
            for i in range(index + 1, len(pieces)):
                reasons[i] = reasons[i] or "comments"
            return
        if reason == "related links" and index >= reached:
            reached = len(pieces)
            for i in range(index + 1, len(pieces)):
                piece = pieces[i]
                short = piece.kind in {"line", "item", "paragraph"} and len(piece.text) <= 160
                if (
                    not short
                    or piece.text.rstrip().endswith((".", ":"))
                    or piece.text[:1].isdigit()
                    or (piece.kind == "item" and piece.marker[-1] in ".)")
                ):
                    reached = i
                    break
                reasons[i] = reasons[i] or "related links"
