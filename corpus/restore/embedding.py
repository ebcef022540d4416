"""Tables of numbers for words: summed over the words that are known, and stored in little space."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_LEVELS = 7
"""Steps into which the range of a row is parted on either side of zero: half a byte each."""
_RANGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares of a row's largest number at which it may be cut off; the best is taken."""


def known(numbers: Mapping[str, int], words: Iterable[str]) -> list[int]:
    """The rows of those `words` that have one, each once."""
    return [numbers[word] for word in sorted(set(words)) if word in numbers]


def summed(table: Floats, rows: Sequence[list[int]]) -> Floats:
    """For each list of row numbers the sum of these rows of `table`."""
    import numpy as np

    flat = np.array([row for some in rows for row in some], dtype=np.intp)
    owner = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    sums = np.zeros((len(rows), table.shape[1]), dtype=np.float32)
    filled = np.flatnonzero([bool(some) for some in rows])
    if len(filled):
        starts = np.searchsorted(owner, filled)
        sums[filled] = np.add.reduceat(table[flat], starts, axis=0)
    return sums


def packed(array: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Two numbers a byte, shape (n, half the width, rounded up), and the scale of each row."""
    import numpy as np

    largest = np.abs(array).max(axis=1, keepdims=True) + 1e-6
    best = np.full(len(array), np.inf)
    steps = np.zeros(array.shape, dtype=np.int8)
    scales = np.zeros((len(array), 1), dtype=np.float16)
    for share in _RANGES:
        scale = (largest * share / _LEVELS).astype(np.float16)
        tried = np.clip(np.round(array / scale), -_LEVELS, _LEVELS).astype(np.int8)
        error = ((tried * scale.astype(np.float32) - array) ** 2).sum(axis=1)
        better = error < best
        best[better], steps[better], scales[better] = error[better], tried[better], scale[better]
    halves = np.pad(steps + _LEVELS, ((0, 0), (0, array.shape[1] % 2))).astype(np.uint8)
    return (halves[:, ::2] * 16 + halves[:, 1::2]).astype(np.uint8), scales


def unpacked(halves: NDArray[np.uint8], scales: NDArray[np.float16], width: int) -> Floats:
    """What `packed` made small; shape (n, `width`)."""
    import numpy as np

    steps = np.stack([halves >> 4, halves & 15], axis=2).reshape(len(halves), -1)[:, :width]
    unpacked: Floats = (steps.astype(np.float32) - _LEVELS) * scales.astype(np.float32)
    return unpacked
