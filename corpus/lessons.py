"""Lessons: pages that ask nothing, whose sections are topics and so entries of their own.

The headings of a page that treats one subject name the parts that any subject has (Explanation,
Example, Common mistakes): such a page is one entry.  The headings of a lesson name its topics.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.blocks import Habits, assemble, with_plain_headings
from corpus.clean import clean_title
from corpus.numbering import Start
from corpus.pieces import Piece

_FEWEST_TOPICS = 2
_FEWEST_BARE = 3  # headings that nothing marks must be so many, and set apart or in capitals
_MOST_BARE = 6_000  # pieces of a page whose bare lines are looked at; a lesson has hundreds
_TASK = re.compile(
    r"(?:explain|describe|implement|compare|contrast|write|define|discuss|differentiate|"
    r"distinguish|outline|prove|derive)\b",
    re.IGNORECASE,
)
_PART = frozenset(
    "a able about add additional advanced after all alternative alternatives an analogy and answer "
    "answers applications approach are as at avoid background basic basics before behind benefits "
    "best big breakdown bugs by can case cases caveats challenge cheat check checks checklist code "
    "coding common comparison complete concept conclusion considerations contents context cons "
    "core criteria deep definition demo description details dev differences disadvantages "
    "discussion dive do does drawbacks end error errors exam example examples exercise exercises "
    "expected experienced explained explanation fast faq final fix fixes follow for formal formula "
    "from full further general get getting goal goals good gotcha gotchas guidelines handling "
    "happened happening happens hint hints hood how idea ideas if illustration implementation "
    "important in input insight insights install installation intro introduction intuition "
    "intuitive is issues it its just key know knowledge learn learned learning lesson lessons "
    "limitations limits links long look main math mathematical mathematics matter matters meaning "
    "mental minimal mistake mistakes model more motivation need needs next not note notes "
    "numerical "
    "objective objectives of on one or other output outputs overview parameters part parts "
    "performance pitfall pitfalls point points practical practice prerequisites pro problem pros "
    "properties purpose questions quick quiz read reading real recap recovery reference references "
    "related remarks requirements resources result results return returns review rule rules sample "
    "scenario see self setup short should show signature simple simply solution solutions some "
    "source start started step steps strengths summary syntax tables takeaway takeaways task terms "
    "test that the theory things this tips tl;dr tldr to topics tricks troubleshooting try "
    "tutorial under understand understanding up usage use used useful using variants variations "
    "version visual visualization visualisation vs walkthrough want warning warnings watch way "
    "ways "
    "we weaknesses what when where which who why will with work worked working works world would "
    "you your yourself".split()
)
"""Words that headings of parts are made of, whatever the subject."""
_ATTACHED = re.compile(
    r"(?:(?:full |sample |minimal |quick |worked |code |usage )?examples?\b|code\b|outputs?\b|"
    r"results?\b|solutions?\b|answers?\b|hints?\b|explanation\b|syntax\b|parameters\b|"
    r"returns?\b|notes?\b|tips?\b|exercises?\b|implementation\b|usage\b|how it works\b)",
    re.IGNORECASE,
)
# parts that lessons have as well as pages on one subject
_FRAME = re.compile(
    r"(?:overview|intro(?:duction)?|motivation|prerequisites|setup|summary|conclusions?|recap|"
    r"wrap(?:ping)? up|references|resources|further reading|next steps?|what(?: is|'s) next|"
    r"(?:key )?takeaways|(?:full |worked )?examples?|exercises|code|"
    r"(?:table of )?contents)\W*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(?:part|chapter|section|step|lesson)\s+)?(\d{1,3})(?:\.\d{1,2})*\s*[.):–—-]*\s+(?=\S)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Heading:
    piece: int
    level: int
    title: str
    bare: bool


def is_part(title: str) -> bool:
    """Whether a heading names a part that a page on any subject has."""
    words = re.finditer(r"[^\W\d_][\w;'’]*", title.lower().replace("’", "'"))
    return all(word[0].split("'")[0] in _PART for word in words)


def find_topics(pieces: Sequence[Piece], page: Habits, title: Start | None) -> list[Start]:
    """The sections of a lesson, what stands before them first; empty when the page is one entry.

    Args:
        pieces: the page.
        page: its habits.
        title: the page's title as far as it is known; a question is answered by the whole page.
    """
    if title is not None and (title.title.rstrip().endswith("?") or _TASK.match(title.title)):
        return []
    headings = _headings(pieces, page)
    chosen = _topics(headings, title.first if title is not None else -1)
    if not chosen:
        return []
    first = title.first if title is not None else 0
    starts: list[Start] = []
    named = title.title if title is not None else ""
    if any(_says(piece) for piece in pieces[first + 1 if title else 0 : chosen[0].piece]):
        opening = next(i for i in range(first, len(pieces)) if pieces[i].kind != "cut")
        begin = pieces[opening].outer[0]
        if title is not None:
            starts.append(title)
        else:
            starts.append(Start(0, "", begin, opening, opening, pieces[opening].start))
    for heading in chosen:
        piece = pieces[heading.piece]
        number = _NUMBERED.match(heading.title)
        wording = heading.title[number.end() :] if number else heading.title
        if is_part(wording) and named:
            wording = f"{named}: {wording}"
        after = heading.piece + 1
        at = pieces[after].start if after < len(pieces) else piece.end
        starts.append(Start(0, wording, piece.outer[0], heading.piece, after, at))
    return starts


def _says(piece: Piece) -> bool:
    return piece.kind in {"line", "paragraph", "item", "code", "table", "output"}


def _headings(pieces: Sequence[Piece], page: Habits) -> list[_Heading]:
    """The page's headings in order; those of a page that marks none are its bare lines."""
    marked = [
        _Heading(index, piece.level, clean_title(piece.text), bare=False)
        for index, piece in enumerate(pieces)
        if piece.kind == "heading"
    ]
    if page.marked or len(marked) >= _FEWEST_BARE or len(pieces) > _MOST_BARE:
        return marked
    places = {piece.start: index for index, piece in enumerate(pieces)}
    bare = [
        _Heading(places[draft.start], draft.level, clean_title(draft.text), bare=True)
        for draft in with_plain_headings(assemble(pieces, page), page)
        if draft.kind == "heading" and draft.start in places
    ]
    apart = all(pieces[heading.piece].gap for heading in bare)
    capital = sum(_capital(heading.title) for heading in bare)
    if len(bare) < _FEWEST_BARE or not (apart or capital >= 0.8 * len(bare)):
        return []
    # an answer told in lists and tables has short lines that head nothing
    told = sum(
        sum(len(piece.text) for piece in pieces[heading.piece + 1 : after]) >= 60
        for heading, after in zip(
            bare, [*(heading.piece for heading in bare[1:]), len(pieces)], strict=True
        )
    )
    return bare if told >= 0.75 * len(bare) else []


def _capital(title: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]\w*", title) if len(word) > 3]
    return all(word[0].isupper() for word in words)


def _topics(headings: Sequence[_Heading], title: int) -> list[_Heading]:
    """The headings of the highest level that has topics, parts that belong to one left out."""
    below = [heading for heading in headings if heading.piece > title]
    if not below:
        return []
    level = min(heading.level for heading in below)
    same = [heading for heading in below if heading.level == level]
    if len(same) == 1:
        # a second title, or the page's own where nothing else told of it
        return _topics(headings, same[0].piece) if same[0] is below[0] else []
    topics = [heading for heading in same if not is_part(heading.title)]
    counted = [heading for heading in same if not _FRAME.match(heading.title)]
    if len(topics) < _FEWEST_TOPICS or 2 * len(topics) < len(counted):
        return []
    repeated = Counter(heading.title.lower() for heading in same)
    seen = False
    kept: list[_Heading] = []
    for heading in same:
        topic = not is_part(heading.title)
        attached = _ATTACHED.match(heading.title) or repeated[heading.title.lower()] > 1
        if topic or not (seen and attached):
            kept.append(heading)
        seen = seen or topic
    return kept
