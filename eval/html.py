"""Reports as HTML pages that open without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eval.charts import retrieval_charts
from eval.datasets import Query
from eval.measures import TRUE
from eval.systems import Ranking
from eval.tables import gap, percent, retrieval_tables, span

if TYPE_CHECKING:
    from eval.figures import RetrievalFigures

TEMPLATES = Path(__file__).parent / "templates"
HITS = 5
"""Hits shown for a query and system."""


class Tile(NamedTuple):
    """A figure that stands out."""

    name: str
    figure: str
    note: str
    missed: bool = False


class _Hit(NamedTuple):
    title: str
    grade: int
    refuted: bool


@dataclass(frozen=True, slots=True)
class _Column:
    """One system's ranking for a query."""

    value: float | None
    answerable: bool | None
    hits: tuple[_Hit, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A query, what was wanted, and what each system found."""

    query: Query
    wanted: tuple[_Hit, ...]
    columns: tuple[_Column, ...]

    @property
    def gap(self) -> float:
        """The first system against the best other one; 0 without any."""
        values = [column.value for column in self.columns if column.value is not None]
        return values[0] - max(values[1:]) if len(values) > 1 else 0.0

    @property
    def kind(self) -> str:
        """Words by which the page filters."""
        if self.columns[0].value is None:
            return "nothing"
        kinds = ["lost"] if self.gap < 0 else ["won"] if self.gap > 0 else []
        hits = self.columns[0].hits
        return " ".join([*kinds, *(["missed"] if not hits or not hits[0].grade else [])])


def page(template: str, **values: object) -> str:
    """A page made of a template; everything in it is escaped but what is marked as safe."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)


def retrieval_page(figures: RetrievalFigures, made: Mapping[str, Any]) -> str:
    """The page on retrieval: figures, charts, and every query with all rankings side by side.

    Charts need plotly (extra `report`), whose script is put into the page; without it the page
    says so and holds the rest.
    """
    return page(
        "retrieval.html",
        title=f"Retrieval on {figures.dataset}",
        dataset=figures.dataset,
        found_in=figures.found_in,
        tiles=_tiles(figures),
        tables=retrieval_tables(figures),
        measures=figures.measures,
        made=made,
        index=figures.index,
        charts=retrieval_charts(figures),
        systems=[system.name for system in figures.systems],
        styles=sorted({query.style for query in figures.query_set.queries if query.style}),
        queries=_rows(figures),
    )


def _tiles(figures: RetrievalFigures) -> list[Tile]:
    ours = figures.systems[0]
    first, *others = figures.measures
    tiles = [Tile(f"{first}, {ours.name}", f"{ours.overall[first].mean:.3f}", span_of(ours, first))]
    rivals = [c for c in figures.comparisons if c.measure == first]
    if rivals:
        best = min(rivals, key=lambda comparison: comparison.difference.mean)
        tiles.append(
            Tile(
                f"against {best.theirs}, the best other",
                f"{best.difference.mean:+.3f}",
                f"{gap(best).partition(' ')[2]}, p = {best.p_holm:.4f}; {best.wins} won, "
                f"{best.losses} lost",
            )
        )
    tiles += [
        Tile(name, f"{ours.overall[name].mean:.3f}", span_of(ours, name))
        for name in others
        if name.startswith(("Success", TRUE))
    ]
    if ours.answering and ours.answering.wrong_refusals is not None:
        judged = ours.answering
        tiles.append(
            Tile(
                "AUROC of answerable",
                f"{judged.auroc:.3f}",
                f"refused wrongly {percent(judged.wrong_refusals)}, rightly "
                f"{percent(judged.right_refusals)}",
            )
        )
    if ours.latency:
        tiles.append(
            Tile(
                "one query",
                f"{ours.latency.median:.1f} ms",
                f"95% within {ours.latency.p95:.1f} ms; {ours.latency.batch:.2f} ms in a batch",
            )
        )
    return tiles


def span_of(system: Any, measure: str) -> str:  # noqa: ANN401
    """The interval of a mean, in brackets."""
    return span(system.overall[measure]).partition(" ")[2]


def _rows(figures: RetrievalFigures) -> list[_Row]:
    """All queries, the first system's worst losses first, then its lowest values."""
    rows = [_row(query, figures) for query in figures.query_set.queries]

    def order(row: _Row) -> tuple[float, float]:
        value = row.columns[0].value
        return row.gap, 2.0 if value is None else value

    return sorted(rows, key=order)


def _row(query: Query, figures: RetrievalFigures) -> _Row:
    measure = next(iter(figures.measures))
    grades = figures.query_set.qrels.get(query.id, {})
    refuted = set(figures.refuted or ())

    def hits(ids: Sequence[str]) -> tuple[_Hit, ...]:
        return tuple(_Hit(figures.titles.get(i, i), grades.get(i, 0), i in refuted) for i in ids)

    columns = []
    for system in figures.systems:
        ranking = figures.runs[system.name].get(query.id, Ranking(()))
        columns.append(
            _Column(
                system.per_query[measure].get(query.id),
                ranking.answerable,
                hits([hit.id for hit in ranking.hits[:HITS]]),
            )
        )
    wanted = [i for i in sorted(grades, key=lambda i: (-grades[i], i)) if grades[i] > 0]
    return _Row(query, hits(wanted), tuple(columns))
