"""Text that remembers where each of its characters came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Edit = tuple[int, int, str]
"""Replace the characters from the first offset up to the second by the string."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A string with the offset in the original of every character.

    Attributes:
        text: the string.
        at: one offset per character of `text`, and one more for its end; never decreasing.
    """

    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Mapped:
        """`text` standing for itself."""
        return cls(text, tuple(range(len(text) + 1)))

    def edit(self, edits: Iterable[Edit]) -> Mapped:
        """This text with replacements made.

        Args:
            edits: in order and without overlap.  A replacement of the same length keeps each
                character's offset; any other takes the offset where the replaced piece starts.
        """
        pieces: list[str] = []
        at: list[int] = []
        done = 0
        for start, end, new in edits:
            pieces += (self.text[done:start], new)
            at += self.at[done:start]
            same = len(new) == end - start
            at += self.at[start:end] if same else [self.at[start]] * len(new)
            done = end
        pieces.append(self.text[done:])
        at += self.at[done:]
        return Mapped("".join(pieces), tuple(at))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` stand in the original."""
        if start >= end:
            return self.at[start], self.at[start]
        return self.at[start], self.at[end]
