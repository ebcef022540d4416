"""What the Evaluation tab asks of the harness, which stands to the right and registers itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

GROUP = "torchproof.bench"
"""Entry-point group under which a harness registers; it is called with the data folder."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; the first column is text, the others are figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Dots:
    """A plot: for each label and series a figure with its interval, None where there is none."""

    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[tuple[float, float, float] | None]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A run to look at.

    Attributes:
        title: what was measured, and when.
        made: with which versions and where, as name and value.
        missed: a line for each bar that was missed.
    """

    title: str
    sheets: Sequence[Sheet]
    plots: Sequence[Dots]
    missed: Sequence[str] = ()
    made: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs side by side.

    Attributes:
        line: the outcome in a sentence.
        sheets: figures of both; where there are queries, each one that changed.
        changes: the differences query by query, sorted; empty where there are no queries.
    """

    line: str
    sheets: Sequence[Sheet]
    changes: Sequence[float] = ()


class Bench(Protocol):
    """Runs and reads measurements."""

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """What can be measured: name, and a line on it."""
        ...

    def stored(self) -> Sequence[tuple[str, str]]:
        """The runs that are kept: id, and what a reader knows it by; latest first."""
        ...

    def run(self, part: str, documents: str) -> Iterator[str]:
        """Measures, in a process of its own that ends when the iterator is closed.

        Yields lines on what is being done, now and then an empty one; the last is the run's id.

        Raises:
            InputError: there is no such part, or it could not be measured: says why.
        """
        ...

    def take(self, file: Path) -> str:
        """Keeps figures that were stored elsewhere; returns the run's id.

        Raises:
            InputError: the file holds none.
        """
        ...

    def look(self, run: str) -> Shown:
        """A run's figures.

        Raises:
            InputError: there is no such run.
        """
        ...

    def measures(self, run: str) -> Sequence[str]:
        """By which measures its queries can be compared; empty for none."""
        ...

    def compare(self, ours: str, theirs: str, measure: str) -> Compared:
        """Two runs side by side.

        Raises:
            InputError: they have nothing in common.
        """
        ...


def find_bench(home: Path) -> Bench | None:
    """The harness that is installed; None where there is none."""
    for point in entry_points(group=GROUP):
        bench: Bench = point.load()(home / "evaluations")
        return bench
    return None
