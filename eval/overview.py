"""One page over all parts of the harness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.html import page
from eval.tables import percent, span

if TYPE_CHECKING:
    from eval.figures import RetrievalFigures


@dataclass(frozen=True, slots=True)
class Section:
    """A part's figures.

    Attributes:
        rows: what was measured, and its figure.
        missed: a line for each bar that was missed.
        charts: HTML fragments.
        link: the part's own page, if it has one.
    """

    name: str
    rows: tuple[tuple[str, str], ...]
    missed: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    link: str = ""


def retrieval_section(figures: RetrievalFigures, missed: Sequence[str]) -> Section:
    """What of retrieval stands in the overview."""
    ours = figures.systems[0]
    rows = [
        (f"{name}, {system.name}", span(system.overall[name]))
        for name in list(figures.measures)[:1]
        for system in figures.systems
    ]
    rows += [(name, span(value)) for name, value in list(ours.overall.items())[1:]]
    if ours.answering:
        rows.append(("AUROC of answerable", f"{ours.answering.auroc:.3f}"))
        rows.append(("wrongly refused", percent(ours.answering.wrong_refusals)))
        rows.append(("rightly refused", percent(ours.answering.right_refusals)))
    return Section("retrieval", tuple(rows), tuple(missed), link="retrieval.html")


def overview_page(sections: Sequence[Section], made: Mapping[str, Any]) -> str:
    """The page as HTML, which opens without a network."""
    return page("overview.html", title="Torchproof, measured", sections=sections, made=made)
