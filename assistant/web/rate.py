"""How often one caller may have something answered, run or judged."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from corpus.errors import InputError

PER_MINUTE = 40
"""Answers and runs that one caller may ask for in a minute."""

MOST_CALLERS = 10_000
"""Callers remembered; beyond, whoever has been quiet for longest is forgotten."""


class Rate:
    """Counts the requests of each caller over the last minute.  Thread-safe.

    Args:
        most: requests allowed in a minute.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self, most: int = PER_MINUTE, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._now = now
        self._recent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, caller: str) -> None:
        """Counts one request.

        Raises:
            InputError: the caller had too many in the last minute; says when the next may come.
        """
        with self._lock:
            now = self._now()
            recent = self._recent.pop(caller, deque())
            self._recent[caller] = recent  # the latest caller stands last
            while recent and now - recent[0] >= 60:
                recent.popleft()
            if len(recent) >= self._most:
                seconds = max(1, round(60 - (now - recent[0])))
                raise InputError(
                    f"more than {self._most} requests in a minute",
                    hint=f"wait {seconds} s, then go on",
                )
            recent.append(now)
            while len(self._recent) > MOST_CALLERS:
                del self._recent[next(iter(self._recent))]
