"""The choice among whole readings of a program.

A search that asks line by line cannot take back what turns out odd later.  So its best readings are
weighed again as wholes, by what `outline` remarks about their blocks.  `eval.fitting` fits the
weights.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.restore.budget import WEIGHED
from corpus.restore.outline import outline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.restore.blocks import Layout
    from corpus.restore.budget import Budget
    from corpus.restore.outline import Place
    from corpus.restore.program import Program

FILE = "choice.npz"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the remarks about a reading are worth.

    Attributes:
        weights: of each known remark, as log-odds.
        trust: how much the score of the search counts.
    """

    weights: Mapping[str, float]
    trust: float

    def scores(
        self, program: Program, readings: Sequence[tuple[float, Sequence[int]]]
    ) -> list[float]:
        """How likely each reading is, as log-odds that compare with one another alone.

        Args:
            program: the lines.
            readings: the score that the search gave, and in how many blocks each line stands.
        """
        known: dict[Place, list[str]] = {}
        worths: dict[Place, float] = {}
        found = []
        for score, depths in readings:
            worth = self.trust * score
            for place, remarks in outline(program, depths, known).items():
                if place not in worths:
                    kept = sorted(set(remarks))
                    worths[place] = sum(self.weights.get(remark, 0.0) for remark in kept)
                worth += worths[place]
            found.append(worth)
        return found


def ranked(
    program: Program,
    layout: Layout,
    choice: Choice | None = None,
    budget: Budget | None = None,
) -> list[tuple[float, tuple[int, ...]]]:
    """The readings of a layout, best first, and by how much each is worse than the best.

    Args:
        program: the lines.
        layout: what the search found.
        choice: what judges; those stored with the package when there is none.
        budget: the work that may be done; unlimited when there is none.

    Raises:
        GaveUp: that was not enough.
    """
    readings = [(0.0, layout.depths), *((-gap, depths) for gap, depths in layout.rivals)]
    if len(readings) == 1:
        return readings
    if budget is not None:
        budget.spend(WEIGHED * len(readings) * len(program.facts))
    scores = (choice or stored_choice()).scores(program, readings)
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [(scores[order[0]] - scores[i], readings[i][1]) for i in order]


def store(choice: Choice, path: Path) -> None:
    """Writes `choice`, its weights in half precision."""
    import numpy as np

    words = sorted(choice.weights)
    weights = np.array([choice.weights[word] for word in words], dtype=np.float16)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            remarks=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
            weights=weights,
            trust=np.float32(choice.trust),
        )


@cache
def stored_choice() -> Choice:
    """The weights as fitted and stored with the package."""
    import numpy as np

    data = files("corpus.restore").joinpath(FILE).read_bytes()
    with np.load(io.BytesIO(data)) as stored:
        words = stored["remarks"].tobytes().decode().split("\n")
        weights = stored["weights"].astype(float).tolist()
        return Choice(dict(zip(words, weights, strict=True)), float(stored["trust"]))
