"""The figures that retrieval must reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpus.errors import InputError
from eval.figures import RetrievalFigures


class Bar(NamedTuple):
    """The least mean of a measure, over all queries or over those of one style."""

    measure: str
    least: float
    style: str = ""


BARS = (
    Bar("nDCG@10", 0.90),
    Bar("Success@1", 0.88),
    Bar("nDCG@10", 0.90, "follow-up"),
    Bar("nDCG@10", 0.88, "misspelled"),
    Bar("nDCG@10", 0.82, "error"),
)
"""What our own search has to reach on our own queries."""


def retrieval_bars(figures: RetrievalFigures) -> list[Bar]:
    """The project's bars that apply: to our own search, where it leads, and what was measured."""
    ours = figures.systems[0]
    if ours.name != "torchproof":
        return []
    return [
        bar
        for bar in BARS
        if bar.measure in ours.overall and (not bar.style or bar.style in ours.by.get("style", {}))
    ]


def missed_bars(figures: RetrievalFigures, bars: Sequence[Bar]) -> list[str]:
    """A line for each bar that the first system misses."""
    ours = figures.systems[0]
    lines = []
    for measure, least, style in bars:
        mean = ours.by["style"][style].means[measure] if style else ours.overall[measure].mean
        if mean < least:
            where = f" on {style}" if style else ""
            lines.append(f"{ours.name} has {measure} {mean:.4f}{where}, the bar is {least}")
    return lines


def parse_bar(text: str, measures: Sequence[str]) -> Bar:
    """`MEASURE=VALUE` as a bar.

    Raises:
        InputError: it is none, or none of `measures`.
    """
    name, _, value = text.partition("=")
    try:
        least = float(value)
    except ValueError:
        least = -1.0
    if name not in measures or not 0 <= least <= 1:
        raise InputError(
            f"{text!r} is no bar",
            where="--bar",
            hint=f"MEASURE=VALUE with 0 to 1 and a measure of {', '.join(measures)}",
        )
    return Bar(name, least)
