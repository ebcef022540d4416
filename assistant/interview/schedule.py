"""Drill: what to repeat and when, by the library `fsrs`.

A card is a statement to be called true or false (key points are true, common mistakes are not), a
prediction, a bug or a task.  What is due comes first, the longest overdue before the rest; new
cards fill what is left of a sitting, up to so many a day.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from assistant.interview.bank import Item, rubric_of
from assistant.interview.store import InterviewStore
from assistant.interview.types import PointState, Turn
from corpus.types import Entry

Rating = Literal[1, 2, 3, 4]
"""Again, hard, good, easy."""

SITTING = 20
"""Cards of one sitting, at most: a backlog is worked off in several."""
NEW_A_DAY = 10
DAY = 86_400.0
RATINGS = (0.4, 0.7, 0.95)
"""From which score on a review counts as hard, good and easy."""

_AFTER: Mapping[PointState, Rating] = {"covered": 3, "missed": 1, "wrong": 1}
"""What became of a statement in an interview, as a review of its card."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of an entry that is true (a key point) or false (a common mistake)."""

    key: str
    entry: str
    topic: str
    question: str
    text: str
    true: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """What to do now.

    Attributes:
        keys: of the cards, in order.
        due: how many of all cards are due; more than `keys` holds where there is a backlog.
        new: how many of `keys` have never been seen.
    """

    keys: tuple[str, ...]
    due: int
    new: int


def statements(entries: Iterable[Entry]) -> list[Statement]:
    """The statements of entries, keyed `statement/<entry>/<point>`."""
    return [
        Statement(
            f"statement/{entry.id}/{point.id}", entry.id, entry.topic or "", entry.question,
            point.text, not point.mistake,
        )
        for entry in entries
        for point in rubric_of(entry)
    ]  # fmt: skip


def card_keys(items: Iterable[Item], said: Iterable[Statement]) -> list[str]:
    """Keys of all cards: statements, and everything that is settled by running."""
    return [one.key for one in said] + [
        item.id for item in items if item.kind in ("predict", "debug", "code")
    ]


def rating_of(score: float) -> Rating:
    """What a score of 0 to 1 is to the scheduler."""
    ratings: tuple[Rating, ...] = (1, 2, 3, 4)
    return ratings[sum(score >= least for least in RATINGS)]


class Drill:
    """The cards of one owner."""

    def __init__(self, store: InterviewStore, owner: str) -> None:
        self._store = store
        self._owner = owner

    def sitting(
        self, keys: Sequence[str], now: float, *, most: int = SITTING, new: int = NEW_A_DAY
    ) -> Sitting:
        """What to repeat now.

        Args:
            keys: of all cards that may be asked, as of chosen topics.
            now: seconds since the epoch.
            most: cards of this sitting.
            new: cards never seen before, a day.
        """
        kept = self._store.cards(self._owner)
        open_keys = set(keys)
        due = sorted((when, key) for key, (when, _) in kept.items() if when <= now)
        mine = [key for _, key in due if key in open_keys]
        first_seen: dict[str, float] = {}
        for key, at, _ in self._store.reviews(self._owner):
            first_seen.setdefault(key, at)
        today = sum(at > now - DAY for at in first_seen.values())
        fresh = [key for key in keys if key not in kept]
        # The same order all day, so that a sitting that was broken off goes on with the same cards.
        random.Random(f"{self._owner}/{int(now // DAY)}").shuffle(fresh)
        room = max(0, min(most - len(mine), new - today))
        return Sitting((*mine[:most], *fresh[:room]), len(mine), min(room, len(fresh)))

    def after(self, turn: Turn, entry: str | None, now: float) -> None:
        """Schedules what a question of an interview was about, by how it went.

        What was run is a review of its card.  Of what was explained, statements that were missed
        or denied, and mistakes that were made, become due; a statement that was said rightly is a
        review where it has a card already.

        Args:
            turn: done.
            entry: id of the entry that was asked about.
            now: seconds since the epoch.
        """
        if turn.kind in ("predict", "debug", "code"):
            if turn.score is not None:
                self.review(turn.item, rating_of(turn.score), now)
            return
        if entry is None or turn.result is None:
            return
        kept = self._store.cards(self._owner)
        for one in turn.result.points:
            rating = _AFTER.get(one.state)
            key = f"statement/{entry}/{one.point.id}"
            # A claim that was refuted by running is on no card.
            if rating is None or one.point.id.startswith("x"):
                continue
            if rating == 1 or key in kept:
                self.review(key, rating, now)

    def review(self, key: str, rating: Rating, now: float) -> float:
        """Keeps how well a card went.

        Args:
            key: of the card.
            rating: 1 (again) to 4 (easy).
            now: seconds since the epoch.

        Returns:
            When it is due again, in seconds since the epoch.
        """
        from fsrs import Card, Scheduler
        from fsrs import Rating as Rated

        kept = self._store.cards(self._owner).get(key)
        card = Card.from_json(kept[1]) if kept else Card(card_id=0)
        card, _ = Scheduler().review_card(card, Rated(rating), datetime.fromtimestamp(now, UTC))
        due = card.due.timestamp()
        self._store.reviewed(self._owner, key, now, rating, due, card.to_json())
        return due
