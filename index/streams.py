"""Several computations by torch at a time on a CPU, each on cores of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_STREAMS = 4
"""Between two operators each holds the interpreter, which more of them would queue for."""

LEAST_WORK = 3
"""Items a stream: for fewer the threads are not worth starting."""


def in_streams(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """`work` of each item, in their order, several at a time where torch has cores for it.

    Small operators do not fill two cores: their threads wait for each other after each one.  Two
    forward passes side by side, each with one core, never wait; that takes a quarter less.
    """
    import torch

    threads = torch.get_num_threads()
    streams = min(threads, MOST_STREAMS, len(items) // LEAST_WORK)
    if streams < 2:
        yield from map(work, items)
        return
    try:
        with ThreadPoolExecutor(
            streams,
            thread_name_prefix="embedding",
            initializer=torch.set_num_threads,
            initargs=(threads // streams,),
        ) as pool:
            yield from pool.map(work, items)
    finally:
        # A thread's setting is also what threads that are started later begin with.
        torch.set_num_threads(threads)
