"""A stream that is waited for, but not for ever."""

from __future__ import annotations

import contextlib
import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeVar

T = TypeVar("T")
_Parcel = tuple[Literal["item", "end", "fault"], Any]


def paced(start: Callable[[], Iterable[T]], *, idle: float, total: float) -> Iterator[T]:
    """The items of a stream, as soon as they come.

    The stream is read by a thread of its own, because what blocks in a socket cannot be stopped;
    when time is up, it is left behind and ends with its own time limit.

    Args:
        start: opens the stream.
        idle: seconds to wait for the next item, the first included.
        total: seconds for all of it.

    Raises:
        TimeoutError: one of them was exceeded.
        Exception: whatever the stream raises.
    """
    parcels: queue.SimpleQueue[_Parcel] = queue.SimpleQueue()
    left = threading.Event()

    def read() -> None:
        try:
            stream = iter(start())
            for item in stream:
                if left.is_set():
                    with contextlib.suppress(Exception):
                        getattr(stream, "close", lambda: None)()
                    return
                parcels.put(("item", item))
            parcels.put(("end", None))
        except BaseException as fault:  # noqa: BLE001 - raised again where the stream is read
            parcels.put(("fault", fault))

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(read,), name="model-stream", daemon=True).start()
    end = time.monotonic() + total
    try:
        while True:
            wait = min(idle, end - time.monotonic())
            try:
                kind, item = parcels.get(timeout=max(wait, 0.001))
            except queue.Empty:
                raise TimeoutError("the model took too long") from None
            if kind == "end":
                return
            if kind == "fault":
                raise item
            yield item
            if time.monotonic() > end:
                raise TimeoutError("the model took too long")
    finally:
        left.set()
