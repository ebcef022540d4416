"""How much work a search may do, counted in steps so that every machine finds the same reading."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = 200_000
"""Steps of one restoration.  A step is about what looking at one token costs, some 10 µs; a program
of 80 lines takes a tenth of them to a fifth."""
PAGE_STEPS, CHARACTERS_A_STEP = 130_000, 16
"""Steps for all the restorations of one page, and one more for each so many of its characters: one
to two seconds' work, enough for some fifty damaged programs of ten lines."""
FREE_WORK, WORK_A_STEP = 400_000, 8
"""What telling a page apart may cost (`corpus.bounds.price`) before it is taken off these steps,
and how much of it makes a step: a long page has less of both."""
DAMAGED = 250
"""Steps that it takes of a page's to find out that some code is damaged, however short it is."""
PARSED = 2
"""Steps that it takes to have Python read a statement."""
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
    def of_page(cls, characters: int, work: float = 0) -> Budget:
        """What all restorations of a page may take.

        Args:
            characters: of the page.
            work: what telling it apart may have cost.
        """
        taken = max(0, int(work) - FREE_WORK) // WORK_A_STEP
        return cls(PAGE_STEPS + characters // CHARACTERS_A_STEP - taken)

    def spend(self, steps: int) -> None:
        """Counts steps.

        Raises:
            GaveUp: there were no more.
        """
        self.left -= steps
        if self.left < 0:
            raise GaveUp
