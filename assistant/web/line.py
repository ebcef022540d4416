"""A fair line before the sandbox: everybody sees their place, and nobody takes all the places."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PLACES = 4
"""Runs at a time, as many as the sandbox has places."""
EACH = 2
"""Of these, how many one visitor may hold: a slow snippet leaves places for the others."""


class Ticket:
    """A place in the line; `position` is 0 once it is one's turn."""

    def __init__(self, line: Line, owner: str) -> None:
        self._line = line
        self.owner = owner

    @property
    def position(self) -> int:
        """How many runs of others and of one's own stand before this one, counted from 1."""
        return self._line.position(self)

    def wait(self, seconds: float) -> int:
        """Waits for one's turn, at most `seconds`; gives the position then."""
        return self._line.wait(self, seconds)


class Line:
    """First come, first served, but that nobody holds more than `each` places."""

    def __init__(self, places: int = PLACES, each: int = EACH) -> None:
        self._places = places
        self._each = each
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._changed = threading.Condition()

    @contextmanager
    def ticket(self, owner: str) -> Iterator[Ticket]:
        """A place in the line, given up at the end, whatever happens."""
        held = Ticket(self, owner)
        with self._changed:
            self._waiting.append(held)
            self._advance()
        try:
            yield held
        finally:
            with self._changed:
                for where in (self._waiting, self._running):
                    if held in where:
                        where.remove(held)
                self._advance()

    def position(self, held: Ticket) -> int:
        """0 where it is the ticket's turn, else its place among those that wait."""
        with self._changed:
            return self._position(held)

    def wait(self, held: Ticket, seconds: float) -> int:
        """Waits until the position changes, at most `seconds`; gives it."""
        with self._changed:
            if held in self._waiting:
                self._changed.wait(seconds)
            return self._position(held)

    def _position(self, held: Ticket) -> int:
        return self._waiting.index(held) + 1 if held in self._waiting else 0

    def _advance(self) -> None:
        for held in list(self._waiting):
            if len(self._running) >= self._places:
                break
            if sum(other.owner == held.owner for other in self._running) < self._each:
                self._waiting.remove(held)
                self._running.append(held)
        self._changed.notify_all()
