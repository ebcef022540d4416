"""Who comes first where many ask at once: searches in turn, first words before verdicts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SEARCHES = 2
"""Searches at a time.  Each is hundreds of small steps, between which the interpreter may go to any
other thread: a dozen of them side by side take many times as long as one after the other."""
LONGEST = 2.0
"""Seconds after which an answer that has no word yet (a chat model's) holds nobody up any more."""
MOST = 0.5
"""Seconds that one step of an answer gives way at most."""


class Courtesy:
    """Answers without a word yet, and those that give way to them.  Thread-safe.

    Attributes:
        searching: to be held while searching.
    """

    def __init__(self, longest: float = LONGEST, most: float = MOST) -> None:
        self._longest = longest
        self._most = most
        self._begun: list[float] = []
        self._changed = threading.Condition()
        self.searching = threading.Semaphore(SEARCHES)

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """An answer's time until its first word is shown."""
        began = time.monotonic()
        with self._changed:
            self._begun.append(began)
        try:
            yield
        finally:
            with self._changed:
                self._begun.remove(began)
                self._changed.notify_all()

    def give_way(self) -> None:
        """Waits while somebody has no word yet."""
        with self._changed:
            self._changed.wait_for(self._none, self._most)

    def _none(self) -> bool:
        since = time.monotonic() - self._longest
        return all(began < since for began in self._begun)
