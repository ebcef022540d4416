"""What interviews and drills of one app need, opened once over its runtime and store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.interview.bank import Bank, Item
from assistant.interview.schedule import Drill, Sitting, Statement, card_keys, statements
from assistant.interview.session import AWAY, Interviewer
from assistant.interview.store import InterviewStore
from assistant.interview.types import Interview
from assistant.types import SnippetReport
from corpus.exercises import Task
from corpus.predictions import Prediction
from corpus.types import Entry

if TYPE_CHECKING:
    from assistant.interview.examiner import Examiner
    from assistant.verify.verifier import Verifier


@dataclass(frozen=True, slots=True)
class Material:
    """What can be asked, and what conducts it; made anew when the index changes."""

    bank: Bank
    interviewer: Interviewer
    statements: Mapping[str, Statement]


class Room:
    """Interviews and drills of everybody who uses one app.

    Args:
        store: keeps them.
        bank: gives what can be asked, as it is now; the same object while nothing has changed.
        examiner: judges answers.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        store: InterviewStore,
        bank: Callable[[], Bank],
        examiner: Callable[[], Examiner],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.now = now
        self._bank = bank
        self._examiner = examiner
        self._material: Material | None = None
        self._lock = threading.Lock()

    @property
    def material(self) -> Material:
        """What can be asked now."""
        bank = self._bank()
        with self._lock:
            if self._material is None or self._material.bank is not bank:
                self._material = Material(
                    bank,
                    Interviewer(bank, self._examiner(), self.store, self.now),
                    {one.key: one for one in statements(bank.entries)},
                )
            return self._material

    @property
    def examiner(self) -> Examiner:
        """Judges answers."""
        return self._examiner()

    def left_open(self, owner: str) -> Interview | None:
        """The owner's latest interview that has not ended."""
        return next(iter(self.store.interviews(owner, running=True)), None)

    def in_hand(self, owner: str) -> Interview | None:
        """The same, if it was touched so lately that the candidate has not left it."""
        latest = self.left_open(owner)
        return latest if latest and self.now() - latest.touched < AWAY else None

    def drill(self, owner: str) -> Drill:
        """The owner's cards."""
        return Drill(self.store, owner)

    def sitting(
        self, owner: str, topics: Collection[str] = (), without: Collection[str] = ()
    ) -> Sitting:
        """What the owner should repeat now.

        Args:
            owner: whose cards.
            topics: only these; empty for all.
            without: keys of cards that were put aside for this sitting.
        """
        material = self.material
        items = [item for item in material.bank.items if not topics or item.topic in topics]
        said = [s for s in material.statements.values() if not topics or s.topic in topics]
        keys = [key for key in card_keys(items, said) if key not in without]
        return self.drill(owner).sitting(keys, self.now())

    def card(self, key: str) -> Statement | Item | None:
        """What a card asks; None if it has gone since."""
        return self.material.statements.get(key) or self.material.bank.get(key)

    def explained(self, entry: str) -> Item | None:
        """The question whose answer explains what an entry's statements are about."""
        items = self.material.bank.items
        return next(
            (i for i in items if isinstance(i.source, Entry) and i.source.id == entry), None
        )


def examples_of(item: Item | None) -> tuple[str, ...]:
    """The examples of a task that a candidate sees and may run."""
    return item.source.examples if item and isinstance(item.source, Task) else ()


def starter_of(item: Item | None) -> str | None:
    """The code that an answer starts from; None where the answer is words."""
    return item.source.starter if item and isinstance(item.source, Task) else None


def is_prediction(item: Item | None) -> bool:
    """Whether an output is to be foretold."""
    return item is not None and isinstance(item.source, Prediction)


def try_examples(verifier: Verifier, code: str, examples: Sequence[str]) -> list[SnippetReport]:
    """Runs each visible example behind a candidate's code and judges what it says comes out."""
    return [
        verifier.verify_code(f"{code.rstrip()}\n\n{example.strip()}\n", name=f"example {number}")
        for number, example in enumerate(examples, start=1)
    ]
