"""How far somebody has come: mastery of each topic, what is due for review, what was done when."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.interview.bank import Bank
from assistant.interview.report import score_of
from assistant.interview.schedule import Statement
from assistant.interview.store import InterviewStore
from assistant.interview.types import Interview

HALF_LIFE = 30.0
"""Days after which an answer tells half as much of what somebody knows: the span over which a
month's preparation should count, chosen, not measured."""

DAY = 86_400.0
WORTH: Mapping[int, float] = {1: 0.0, 2: 0.5, 3: 0.8, 4: 1.0}
"""What a review's rating (again, hard, good, easy) says of mastery, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Mastery:
    """What the answers so far say of one topic.

    Attributes:
        score: mean of what was answered, 0 to 1, younger answers weighing more; None where
            nothing was judged yet.
        answers: how many judged answers and reviews it rests on.
        due: cards of the topic that are due for review.
        last: when it was last practised, in seconds since the epoch; None for never.
    """

    topic: str
    score: float | None
    answers: int
    due: int
    last: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that the progress page shows.

    Attributes:
        topics: weakest first, then those never practised.
        sittings: the interviews that ended, oldest first: when, mean score, questions.
        due: how many cards are due on each of the coming days; the first, today, holds all that
            are overdue.
        reviewed: per day, how many reviews went well (good or easy), and how many did not.
    """

    topics: tuple[Mastery, ...]
    sittings: tuple[tuple[float, float | None, int], ...]
    due: tuple[tuple[date, int], ...]
    reviewed: tuple[tuple[date, int, int], ...]

    @property
    def begun(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.sittings or self.reviewed or any(m.answers for m in self.topics))

    @property
    def due_now(self) -> int:
        """Cards to repeat today."""
        return self.due[0][1] if self.due else 0


def progress_of(
    store: InterviewStore,
    owner: str,
    bank: Bank,
    statements: Mapping[str, Statement],
    now: float,
    *,
    days: int = 14,
) -> Progress:
    """What `owner` has come to.

    Args:
        store: keeps the sessions.
        owner: whose.
        bank: what can be asked, for its topics.
        statements: the statements that cards are about, by key.
        now: seconds since the epoch.
        days: how far ahead reviews are counted.
    """
    interviews = store.interviews(owner)
    reviews = store.reviews(owner)
    cards = store.cards(owner)

    def topic_of(key: str) -> str | None:
        said = statements.get(key)
        item = bank.get(key)
        return said.topic if said else item.topic if item else None

    seen: dict[str, list[tuple[float, float]]] = {}
    for interview in interviews:
        for turn in interview.turns:
            if turn.done and turn.score is not None:
                seen.setdefault(turn.topic, []).append((turn.asked, turn.score))
    # What was answered in an interview is also a review of its card, and counts once.
    sat = [(one.started, one.ended or one.touched) for one in interviews]
    for key, at, rating in reviews:
        topic = topic_of(key)
        if topic and not any(began <= at <= ended for began, ended in sat):
            seen.setdefault(topic, []).append((at, WORTH[rating]))
    overdue: dict[str, int] = {}
    for key, (due, _) in cards.items():
        topic = topic_of(key)
        if topic and due <= now:
            overdue[topic] = overdue.get(topic, 0) + 1
    topics = [
        _mastery(topic, seen.get(topic, []), overdue.get(topic, 0), now)
        for topic in sorted({*bank.topics, *seen})
    ]
    topics.sort(key=lambda m: (m.score is None, m.score or 0.0, m.topic))
    return Progress(
        tuple(topics),
        _sittings(interviews),
        _ahead([due for due, _ in cards.values()], now, days),
        _by_day(reviews),
    )


def _mastery(topic: str, seen: Sequence[tuple[float, float]], due: int, now: float) -> Mastery:
    if not seen:
        return Mastery(topic, None, 0, due, None)
    weights = [0.5 ** (max(0.0, now - at) / DAY / HALF_LIFE) for at, _ in seen]
    total = math.fsum(weights)
    # Answers of years ago weigh next to nothing, all alike.
    weights = weights if total > 0 else [1.0] * len(seen)
    score = math.fsum(w * s for w, (_, s) in zip(weights, seen, strict=True)) / math.fsum(weights)
    return Mastery(topic, score, len(seen), due, max(at for at, _ in seen))


def _sittings(interviews: Iterable[Interview]) -> tuple[tuple[float, float | None, int], ...]:
    ended = [one for one in interviews if one.ended is not None]
    return tuple(
        (one.started, score_of(one), sum(turn.done for turn in one.turns))
        for one in sorted(ended, key=lambda one: one.started)
    )


def _ahead(dues: Iterable[float], now: float, days: int) -> tuple[tuple[date, int], ...]:
    today = _day(now)
    counts = dict.fromkeys((today + timedelta(days=n) for n in range(days)), 0)
    for due in dues:
        day = max(today, _day(due))
        if day in counts:
            counts[day] += 1
    return tuple(counts.items())


def _by_day(reviews: Iterable[tuple[str, float, int]]) -> tuple[tuple[date, int, int], ...]:
    counts: dict[date, list[int]] = {}
    for _, at, rating in reviews:
        counts.setdefault(_day(at), [0, 0])[rating < 3] += 1
    return tuple((day, well, badly) for day, (well, badly) in sorted(counts.items()))


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds).astimezone().date()
