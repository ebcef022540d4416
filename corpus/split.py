"""A page to entries: each question with its answer, in sections; the rest is cut, with reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.blocks import (
    Draft,
    assemble,
    habits,
    heading_like,
)
from corpus.bounds import MOST_PIECES, bounded
from corpus.clean import clean_title, plain
from corpus.cuts import without_furniture
from corpus.furniture import is_advert
from corpus.lessons import find_topics
from corpus.numbering import Start, answer_marker, find_questions, is_question, lone_question
from corpus.pieces import Page, Piece, View
from corpus.read import check_lines
from corpus.restore import Budget
from corpus.sections import build_entry
from corpus.types import Cut, Document, Entry, Reading, Span


def split(document: Document, page: Page, *, whole: bool = False) -> Reading:
    """The entries of a document whose page was read.

    Args:
        document: the document.
        page: what its format's reader made of it.
        whole: whether the document is one entry whatever it says.

    Raises:
        InputError: it falls into too many pieces.
    """
    check_lines(len(page.pieces), len(document.text), document.path)
    told = bounded(page)
    pieces = without_furniture(told.pieces)
    ways = habits(pieces[:MOST_PIECES])
    starts = [] if whole else find_questions(pieces)
    alone = not starts
    lone = lone_question(pieces) if alone else None
    if alone and not whole:
        starts = find_topics(pieces, ways, lone)
        alone = not starts
    if alone:
        starts = [lone] if lone is not None else []
        if lone is None and any(piece.kind != "cut" for piece in pieces):
            first = next(i for i, piece in enumerate(pieces) if piece.kind != "cut")
            at = pieces[first].outer[0]
            starts = [Start(0, document.title, at, first, first, pieces[first].start)]
    cuts: list[tuple[int, int, str]] = []
    if not starts:
        cuts.extend((*piece.outer, piece.reason) for piece in pieces if piece.kind == "cut")
        return Reading(document, (), _cuts(page.view, cuts), told.unsorted)
    cuts.extend(_preamble(pieces, starts[0], alone=alone))
    bodies = [
        _body(pieces, start, starts[place + 1] if place + 1 < len(starts) else None)
        for place, start in enumerate(starts)
    ]
    drafts = [assemble(body, ways) for body in bodies]
    quizzed = not alone and _has_quizzes(drafts)
    entries: list[Entry] = []
    taken: Counter[int] = Counter()
    budget = Budget.of_page(len(document.text), told.work)
    for order, (start, parts) in enumerate(zip(starts, drafts, strict=True), 1):
        last = order == len(starts)
        trimmed = _trimmed(parts, last=last, alone=alone, quizzed=quizzed)
        cuts.extend(trimmed.cuts)
        number = start.number if start.number else order
        taken[number] += 1
        name = f"{document.id}#{number}" + (f"-{taken[number]}" if taken[number] > 1 else "")
        entry = build_entry(
            document,
            page.view,
            ways,
            start,
            trimmed.drafts,
            trimmed.follow_ups,
            name,
            number,
            budget,
        )
        # What a page asks behind an answer belongs to the entry, though not to the answer.
        asked = [cut for cut in trimmed.cuts if cut[2] == FOLLOW_UP]
        if asked:
            end = page.view.span(asked[-1][0], asked[-1][1]).end
            entry = replace(entry, span=Span(entry.span.start, max(entry.span.end, end)))
        entries.append(entry)
    return Reading(document, tuple(entries), _cuts(page.view, cuts), told.unsorted)


# ------------------------------------------------------------------ around the answers


def _preamble(
    pieces: Sequence[Piece], first: Start, *, alone: bool
) -> Iterable[tuple[int, int, str]]:
    """What stands before the first question, and why it is no answer."""
    for index, piece in enumerate(pieces[: first.first + 1]):
        start, end = piece.outer
        if index == first.first:
            if start >= first.begin:
                return
            end = first.begin
        reason = piece.reason
        if piece.kind != "cut":
            listed = len(re.findall(r"(?:^|\s)\d{1,3}[.)]\s+\S", piece.text)) >= 3
            numbered = re.match(r"\[?\d{1,3}[.)]\s", f"{piece.marker} {piece.text}".lstrip("- "))
            linked = piece.kind in {"item", "table"} and "](#" in piece.text
            if listed or linked or (numbered and not alone):
                reason = "table of contents"
            elif piece.kind == "heading" or heading_like(plain(piece.text)):
                first_title = index < 4 or piece.level == 1
                reason = "title of the page" if first_title else "heading of a group of questions"
            else:
                reason = "text before the first question"
        yield start, end, reason


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """An entry's drafts without what stands behind the answer."""

    drafts: list[Draft]
    cuts: list[tuple[int, int, str]]
    follow_ups: tuple[str, ...]


def _body(pieces: Sequence[Piece], start: Start, following: Start | None) -> list[Piece]:
    """The pieces of an answer; the first and last may be parts of pieces."""
    stop = following.first + 1 if following is not None else len(pieces)
    body: list[Piece] = []
    for index in range(start.body, min(stop, len(pieces))):
        piece = pieces[index]
        begin, end, lead, trail = piece.start, piece.end, piece.lead, piece.trail
        if index == start.body and start.body_offset > begin:
            begin, lead = min(start.body_offset, end), 0
        if following is not None and index == following.first:
            if piece.outer[0] >= following.begin:
                continue
            end, trail = max(begin, following.begin), 0
        if (begin, end) != (piece.start, piece.end):
            # only pieces whose text is their stretch of the view are ever cut in two
            text = piece.text[begin - piece.start : end - piece.start]
            begin += len(text) - len(text.lstrip())
            end = begin + len(text.strip())
            if begin >= end:
                continue
            kind = "line" if piece.kind == "item" else piece.kind
            piece = replace(
                piece, kind=kind, start=begin, end=end, text=text.strip(), lead=lead, trail=trail
            )
        body.append(piece)
    return _unmarked(body)


def _unmarked(body: list[Piece]) -> list[Piece]:
    """The body without the word that only says that the answer follows."""
    for index, piece in enumerate(body):
        if piece.kind == "cut":
            continue
        if piece.kind in {"line", "paragraph", "heading", "item"}:
            used = answer_marker(piece.text) or len(piece.text) * bool(
                re.fullmatch(r"\W*(?:Answer|Ans|Solution)\W*", piece.text)
            )
            if used and used >= len(piece.text.strip()):
                body[index] = replace(piece, kind="cut", reason="answer marker")
            elif used and len(piece.text) == piece.end - piece.start:
                kind = "line" if piece.kind == "heading" else piece.kind
                body[index] = replace(
                    piece, kind=kind, start=piece.start + used, text=piece.text[used:], lead=0
                )
        return body
    return body


def _tail_questions(drafts: Sequence[Draft]) -> list[int]:
    """Indexes of the questions at the end of an answer, cut pieces skipped."""
    found: list[int] = []
    for index in range(len(drafts) - 1, -1, -1):
        draft = drafts[index]
        if draft.kind == "cut":
            continue
        if draft.kind == "prose" and is_question(plain(draft.text)):
            found.append(index)
            continue
        break
    found.reverse()
    return (
        found if len(found) < sum(draft.kind not in {"cut", "heading"} for draft in drafts) else []
    )


def _has_quizzes(bodies: Sequence[Sequence[Draft]]) -> bool:
    """Whether answers on this page end with questions as a rule."""
    ending = sum(bool(_tail_questions(body)) for body in bodies)
    return ending >= 2 and ending * 2 >= len(bodies)


FOLLOW_UP = "follow-up question, kept beside the answer"
"""Why a question at an answer's end is cut from it."""

_FOLLOW_UPS = re.compile(
    r"(?:possible |common |typical )?(?:follow[- ]?ups?(?: questions?)?|quiz(?: yourself|"
    r" questions?)?|"
    r"test yourself|self[- ]test|interviewers? (?:may|might) (?:also )?ask(?: next)?)\W*",
    re.IGNORECASE,
)


def _trimmed(parts: Sequence[Draft], *, last: bool, alone: bool, quizzed: bool) -> _Trimmed:
    """The answer's drafts, its follow-up questions, and what is cut."""
    drafts = [_late_furniture(draft) for draft in parts]
    cuts: list[tuple[int, int, str]] = []
    follow_ups: list[str] = []
    asked = _tail_questions(drafts)
    if not alone and asked and (quizzed or len(asked) >= 2):
        for index in asked:
            draft = drafts[index]
            follow_ups.append(clean_title(draft.text))
            drafts[index] = replace(draft, kind="cut", reason=FOLLOW_UP)
    follow_ups.extend(_headed_follow_ups(drafts))
    if not last:
        _cut_group_headings(drafts)
    _cut_tail_headings(drafts)
    cuts.extend(
        (draft.outer_start, draft.outer_end, draft.reason)
        for draft in drafts
        if draft.kind == "cut"
    )
    kept = [draft for draft in drafts if draft.kind != "cut"]
    return _Trimmed(kept, cuts, tuple(follow_ups))


def _late_furniture(draft: Draft) -> Draft:
    """Adverts that show only when their lines are joined."""
    if draft.kind == "prose" and len(draft.text) <= 600 and is_advert(plain(draft.text)):
        return replace(draft, kind="cut", reason="advertisement")
    return draft


def _headed_follow_ups(drafts: list[Draft]) -> list[str]:
    """Questions under a heading that calls them follow-ups; cut from the answer."""
    tried = 0  # what stands before this was found to be followed by more than questions
    for index, draft in enumerate(drafts):
        if index < tried:
            continue
        named = draft.kind in {"heading", "prose"} and _FOLLOW_UPS.fullmatch(plain(draft.text))
        if not named:
            continue
        found: list[str] = []
        at = index + 1
        while at < len(drafts) and drafts[at].kind in {"prose", "list", "cut"}:
            lines = [
                clean_title(re.sub(r"^\s*(?:[-*+•]|\d+[.)])\s+", "", line))
                for line in drafts[at].text.splitlines()
            ]
            if drafts[at].kind != "cut" and not all(line.endswith("?") for line in lines):
                return []
            if drafts[at].kind != "cut":
                found.extend(lines)
            at += 1
        tried = at
        if found and all(later.kind == "cut" for later in drafts[at:]):
            for place in range(index, at):
                if drafts[place].kind != "cut":
                    drafts[place] = replace(
                        drafts[place],
                        kind="cut",
                        reason=FOLLOW_UP,
                    )
            return found
    return []


def _cut_group_headings(drafts: list[Draft]) -> None:
    """A heading at the end of an answer heads what comes next."""
    for index in range(len(drafts) - 1, 0, -1):
        draft = drafts[index]
        if draft.kind == "cut":
            continue
        text = plain(draft.text.removeprefix("- "))
        titled = draft.kind == "heading" or (
            draft.kind in {"prose", "list"}
            and heading_like(text)
            and len(text.split()) >= 2
            and _capitals(text) >= 0.6
            and any(before.kind not in {"cut", "heading"} for before in drafts[:index])
        )
        if not titled:
            return
        drafts[index] = replace(draft, kind="cut", reason="heading of a group of questions")


def _capitals(text: str) -> float:
    words = [word for word in re.findall(r"[A-Za-z][\w-]*", text) if len(word) > 3]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def _cut_tail_headings(drafts: list[Draft]) -> None:
    """Headings with nothing under them at the end of the page."""
    for index in range(len(drafts) - 1, 0, -1):
        if drafts[index].kind == "cut":
            continue
        if drafts[index].kind != "heading":
            return
        drafts[index] = replace(drafts[index], kind="cut", reason="a heading without text")


def _cuts(view: View, cuts: Iterable[tuple[int, int, str]]) -> tuple[Cut, ...]:
    """Cuts in order, neighbours with one reason joined."""
    joined: list[tuple[int, int, str]] = []
    for start, end, reason in sorted(cuts):
        if joined and joined[-1][2] == reason and not view.text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), reason)
        elif end > start:
            joined.append((start, end, reason))
    return tuple(Cut(view.span(start, end), reason) for start, end, reason in joined)
