"""Vectors of texts that come again, such as words and the statements of a rubric."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from assistant.interview.grading.places import Places

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = Mapping[str, npt.NDArray[np.float32]]

MOST_KEPT = 20_000
"""Vectors that are kept: 30 MB."""


class Encoder(Protocol):
    """What turns texts into vectors of length one."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 of shape (texts, dimension)."""
        ...


class Kept:
    """An encoder that remembers.

    Args:
        encoder: gives it, when something is first to be read.
        places: gives what is known beforehand; None if nothing is.
    """

    def __init__(
        self, encoder: Callable[[], Encoder], places: Callable[[], Places] | None = None
    ) -> None:
        self._make = encoder
        self._places = places
        self._kept: dict[str, npt.NDArray[np.float32]] = {}

    @cached_property
    def _encoder(self) -> Encoder:
        return self._make()

    def of(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that come again, by the text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
                new = list(dict.fromkeys(texts))
            places = self._places() if self._places else None
            known = [text for text in new if places and text in places]
            unknown = [text for text in new if not (places and text in places)]
            if places and known:
                self._kept.update(zip(known, places.whole(known), strict=True))
            if unknown:
                self._kept.update(zip(unknown, self._encoder.encode(unknown), strict=True))
        return {text: self._kept[text] for text in texts}

    def new(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of texts that do not come again, float32 of shape (texts, dimension)."""
        return self._encoder.encode(texts)
