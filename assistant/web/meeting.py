"""Opens the room of interviews over the app's runtime."""

from __future__ import annotations

import threading

from assistant.interview.bank import Bank
from assistant.interview.room import Room
from assistant.interview.store import InterviewStore
from assistant.runtime import Runtime
from index.search import Searcher


def room_of(runtime: Runtime) -> Room:
    """The room; what can be asked is read in the background, and anew when the index changes."""
    from assistant.interview.opening import make_examiner

    banks = _Banks(runtime)
    room = Room(
        InterviewStore(runtime.settings.home / "interviews.sqlite"),
        banks.current,
        lambda: make_examiner(runtime),
    )
    threading.Thread(target=lambda: room.material, name="interview-bank", daemon=True).start()
    return room


class _Banks:
    """What can be asked, over the index that is in memory."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._held: tuple[Searcher, Bank] | None = None
        self._lock = threading.Lock()

    def current(self) -> Bank:
        """The bank of the index as it is now; the same object while that stays."""
        from corpus.exercises import read_tasks
        from corpus.predictions import read_predictions

        searcher = self._runtime.searcher
        with self._lock:
            if self._held is None or self._held[0] is not searcher:
                entries = searcher.stored.library.entries
                self._held = (searcher, Bank(entries, read_tasks(), read_predictions()))
            return self._held[1]
