"""A follow-up made into a question that stands alone, by rules; no model needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer.announced import by_order, taken_up
from assistant.answer.asking import shares_both_sides
from assistant.answer.content import content_of
from assistant.answer.pointing import (
    adds,
    chooses,
    keeps_subject,
    points,
    sets_apart_from_it,
)
from assistant.answer.refers import referred
from assistant.answer.subjects import is_general
from assistant.answer.turns import Wording, read_turn
from assistant.types import Turn
from index.lexical import tokenize
from index.types import Blend

StandAlone = Callable[[Sequence[tuple[str, Sequence[str]]]], Sequence[bool]]
"""Tells of questions, each with the words that say what it is about, whether they can be understood
without what was said before; `index.search.Searcher.stand_alone` does, from what is indexed."""

SHARE_LEANING = (0.85, 0.75, 0.65, 0.6, 0.5)
"""How much the conversation counts beside a turn that leans on it, by the turn's content words."""
SHARE_ALONE = (0.3, 0.3, 0.2, 0.2, 0.1, 0.1)
"""The same for a turn that does not lean, the last for all longer ones.  Both were read off the
development dialogues, and off questions set behind a conversation about something else."""
ENOUGH = 2
"""Content words from which a turn adds to the subject alone, not to what the last turn added."""
REMEMBERED = 240
"""Characters of the last answer that count: its opening says what it is about."""


@dataclass(frozen=True, slots=True)
class _Focus:
    """What is spoken of.

    Attributes:
        about: the question that named the subject.
        added: what the last turn added.
        aside: whether that was asked of the same subject, so that the next turn can do without.
    """

    about: str
    added: str = ""
    aside: bool = False

    @property
    def text(self) -> str:
        return f"{self.about} {self.added}".strip()


def contextualise(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves unsaid, taken from the conversation; see `understand`."""
    return understand(question, history).text


def understand(
    question: str, history: Sequence[Turn], stand_alone: StandAlone | None = None
) -> Blend:
    """What to search for when `question` comes after `history`; see `understand_many`."""
    return understand_many([(question, history)], stand_alone)[0]


def understand_many(
    asked: Sequence[tuple[str, Sequence[Turn]]], stand_alone: StandAlone | None = None
) -> list[Blend]:
    """What to search for when each question comes after its history.

    A question that names its own subject stays as it is, so that an old topic is never dragged
    along; one that leans on the conversation gets the question that named the subject put before
    it.  The conversation counts in the ranking by how little the question says itself, and not at
    all where another subject is announced.

    Args:
        asked: questions, each with the turns before it.
        stand_alone: asked about turns whose wording does not tell; without it, those that ask
            about two things at least stand alone.
    """
    spoken = [(" ".join(question.split()), history) for question, history in asked]
    wordings = {
        text: read_turn(text)
        for question, history in spoken
        if history
        for text in (*_asked(history), question)
    }
    unsure = [text for text, wording in wordings.items() if wording.kind == "unsure"]
    alone = (
        dict(zip(unsure, stand_alone([(t, wordings[t].content) for t in unsure]), strict=True))
        if stand_alone and unsure
        else {text: len(wordings[text].content) > 1 for text in unsure}
    )
    return [_blend(question, history, wordings, alone) for question, history in spoken]


def _blend(
    question: str,
    history: Sequence[Turn],
    wordings: Mapping[str, Wording],
    alone: Mapping[str, bool],
) -> Blend:
    earlier = _asked(history)
    if not earlier:
        return Blend(question, ((question, 1.0),))
    wording = wordings[question]
    said = wording.said
    if wording.kind == "fresh":
        return Blend(said, ((said, 1.0),))
    if wording.kind == "returns":
        about = _spoken_of_before(wording, earlier, wordings, alone)
        text = f"{about} {said}".strip()
        return Blend(text, ((said, 0.5), (text, 0.5)) if about else ((said, 1.0),))
    focus = _focus(earlier, wordings, alone)
    if wording.kind in ("leans", "unsure") and (
        about := _taken_up_unsaid(wording, focus, _subjects(earlier, wordings, alone))
    ):
        text = f"{about} {said}"
        return Blend(text, ((said, 0.5), (text, 0.5)))
    last = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    piece = referred(question, last)
    shown = f"{said} ({piece})" if piece else said
    said = f"{said} {piece}".strip()
    leans = wording.kind in ("leans", "corrects") or not alone.get(question, True)
    # What was misread goes; what chooses anew among what was named leaves the rest as it was.
    replaces = wording.kind == "corrects" and not chooses(wording.said)
    subject = focus.about if replaces else focus.text
    share = _share(wording, leans=leans)
    parts = (
        (said, 1 - share),
        (f"{subject} {said}", share / 2),
        (f"{subject} {_opening(last)} {said}", share / 2),
    )
    # What was asked in passing is another thing than what this turn asks.
    in_passing = focus.aside and len(wording.content) >= ENOUGH and not sets_apart_from_it(said)
    if in_passing or wording.kind == "unsure":
        subject = focus.about
    return Blend(f"{subject} {shown}" if leans else shown, parts)


def _focus(
    earlier: Sequence[str], wordings: Mapping[str, Wording], alone: Mapping[str, bool]
) -> _Focus:
    """What is spoken of after the questions asked so far; the first of them needs nothing."""
    focus = _Focus(earlier[0])
    subjects: list[str] = []
    for number, question in enumerate(earlier[1:], start=1):
        wording = wordings[question]
        subjects.append(focus.about)
        if wording.kind == "fresh":
            focus = _Focus(wording.said)
        elif wording.kind == "returns":
            before = _spoken_of_before(wording, earlier[:number], wordings, alone)
            focus = _Focus(before or wording.said, wording.said if before else "")
        elif wording.kind == "alone" or alone.get(question, False):
            focus = _Focus(question)
        elif wording.kind in ("leans", "unsure") and (
            about := _taken_up_unsaid(wording, focus, subjects)
        ):
            focus = _Focus(about, wording.said)
        elif wording.content:
            added = f"{focus.added} {wording.said}" if adds(wording.said) else wording.said
            focus = _Focus(focus.about, added.strip(), keeps_subject(wording.said))
    return focus


def _spoken_of_before(
    wording: Wording,
    earlier: Sequence[str],
    wordings: Mapping[str, Wording],
    alone: Mapping[str, bool],
) -> str:
    """The earlier question that a turn goes back to: by its place, else by the words they share."""
    nth = by_order(wording.said)
    if nth is not None:
        subjects = _subjects(earlier, wordings, alone)
        return subjects[nth] if -len(subjects) <= nth < len(subjects) else subjects[0]
    asked = [set(tokenize(" ".join(content_of(question)))) for question in earlier]
    for named in (content_of(taken_up(wording.said)), wording.content):
        words = set(tokenize(" ".join(named)))
        shared = [len(words & other) for other in asked]
        if best := max(shared):
            return earlier[shared.index(best)]
    return ""


def _taken_up_unsaid(wording: Wording, focus: _Focus, subjects: Sequence[str]) -> str:
    """The earlier subject that a turn names without saying that it goes back to it; or nothing.

    All that its first part names must be of that subject, and none of it of what is spoken of now.
    """
    first = taken_up(wording.said)
    content = content_of(first)
    named = _specific(content)
    if not named or points(first, content, leads=False) or named & set(tokenize(focus.text)):
        return ""
    return next((s for s in reversed(subjects) if named <= _specific(content_of(s))), "")


def _specific(words: Sequence[str]) -> set[str]:
    """Stems of the words that name something."""
    return {stem for word in words if not is_general(word) for stem in tokenize(word)}


def _subjects(
    earlier: Sequence[str], wordings: Mapping[str, Wording], alone: Mapping[str, bool]
) -> list[str]:
    """The questions that named a subject, in their order."""
    named = [
        _focus(earlier[:number], wordings, alone).about for number in range(1, len(earlier) + 1)
    ]
    return list(dict.fromkeys(named))


def _share(wording: Wording, *, leans: bool) -> float:
    words = len(wording.content)
    if not leans and shares_both_sides(wording.said):
        return SHARE_ALONE[-1]
    shares = SHARE_LEANING if leans else SHARE_ALONE
    return shares[min(words, len(shares) - 1)]


def _asked(history: Sequence[Turn]) -> list[str]:
    return [" ".join(turn.content.split()) for turn in history if turn.role == "user"]


def _opening(answer: str) -> str:
    prose = re.sub(r"```.*?(?:```|\Z)|\[\d+\]|[*`#>|]", " ", answer, flags=re.DOTALL)
    return " ".join(prose.split())[:REMEMBERED]
