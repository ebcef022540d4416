"""A slow iterator drained in a thread of its own, so that leaving it early blocks nobody."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _End(Generic[T]):
    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault


def pumped(make: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The items of `make()`, made in another thread.

    A page that is closed drops its generator wherever the server happens to be; an iterator that
    waits for its workers when it is closed would make the whole server wait.
    """
    items: queue.Queue[T | _End[T]] = queue.Queue()
    left = threading.Event()

    def drain() -> None:
        try:
            for item in make():
                items.put(item)
                if left.is_set():
                    return
        except Exception as fault:  # noqa: BLE001 - handed on to whoever reads
            items.put(_End(fault))
        else:
            items.put(_End(None))

    threading.Thread(target=drain, daemon=True).start()
    try:
        while True:
            item = items.get()
            if isinstance(item, _End):
                if item.fault:
                    raise item.fault
                return
            yield item
    finally:
        left.set()
