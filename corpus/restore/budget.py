"""How much work a search may do, counted in steps so that every machine finds the same reading."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = 200_000
"""Steps of one restoration.  A step is about what looking at one token costs, some 10 µs; a program
of 80 lines takes a tenth of them to a fifth."""
PAGE_STEPS, CHARACTERS_A_STEP = 130_000, 16
"""Steps for all the restorations of one page, and one more for each so many of its characters: one
to two seconds' work, enough for some fifty damaged programs of ten lines."""
CHARACTERS_CLEANED = 2
"""Characters that are cleaned, and parsed again each time, in a step."""
QUESTION = 20
"""Steps that it takes to weigh whether a block ends before a line."""
READ, WEIGHED = 20, 10
"""Steps that it takes to read a line, and to weigh one in a whole reading of the program."""


class GaveUp(Exception):
    """The steps are used up."""


@dataclass(slots=True)
class Budget:
    """Steps that are left."""

    left: int = STEPS

    @classmethod
    def of_page(cls, characters: int) -> Budget:
        """What all restorations of a page of so many characters may take."""
        return cls(PAGE_STEPS + characters // CHARACTERS_A_STEP)

    def spend(self, steps: int) -> None:
        """Counts steps.

        Raises:
            GaveUp: there were no more.
        """
        self.left -= steps
        if self.left < 0:
            raise GaveUp
