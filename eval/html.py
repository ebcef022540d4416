"""The report on retrieval as one HTML page that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.datasets import Query
from eval.systems import Ranking

if TYPE_CHECKING:
    from eval.retrieval import RetrievalFigures

TEMPLATES = Path(__file__).parent / "templates"
HITS = 5
"""Hits shown for a query and system."""


def retrieval_page(figures: RetrievalFigures, made: Mapping[str, Any]) -> str:
    """The page: figures, charts, and every query with all systems' rankings side by side.

    Charts need plotly (extra `report`), whose script is put into the page; without it the page
    says so and holds the rest.
    """
    import jinja2

    from eval.report import retrieval_tables

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("retrieval.html").render(
        dataset=figures.dataset,
        tables=retrieval_tables(figures),
        measures=figures.measures,
        made=made,
        charts=_charts(figures),
        systems=[system.name for system in figures.systems],
        queries=_rows(figures),
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """One system's ranking for a query: titles with their grades."""

    value: float | None
    answerable: bool | None
    hits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A query, what was wanted, and what each system found."""

    query: Query
    wanted: tuple[tuple[str, int], ...]
    columns: tuple[_Column, ...]

    @property
    def gap(self) -> float:
        """How far the first system is behind the best other one, as a negative number."""
        values = [column.value for column in self.columns if column.value is not None]
        return min((values[0] - other for other in values[1:]), default=0.0)


def _rows(figures: RetrievalFigures) -> list[_Row]:
    """All queries, the first system's worst losses first."""
    rows = [_row(query, figures) for query in figures.query_set.queries]
    return sorted(rows, key=lambda row: row.gap)


def _row(query: Query, figures: RetrievalFigures) -> _Row:
    measure = next(iter(figures.measures))
    grades = figures.query_set.qrels.get(query.id, {})

    def titled(item: str) -> tuple[str, int]:
        return figures.titles.get(item, item), grades.get(item, 0)

    columns = []
    for system in figures.systems:
        ranking = figures.runs[system.name].get(query.id, Ranking(()))
        columns.append(
            _Column(
                system.per_query[measure].get(query.id),
                ranking.answerable,
                tuple(titled(hit.id) for hit in ranking.hits[:HITS]),
            )
        )
    wanted = sorted(grades, key=lambda item: (-grades[item], item))
    return _Row(query, tuple(titled(item) for item in wanted), tuple(columns))


def _charts(figures: RetrievalFigures) -> list[str]:
    """Charts as HTML fragments, the script in the first; none without plotly."""
    try:
        from plotly import graph_objects as go
    except ModuleNotFoundError:
        return []
    measure = next(iter(figures.measures))
    overall = go.Figure(
        [
            go.Bar(
                name=system.name,
                x=list(figures.measures),
                y=[system.overall[m].mean for m in figures.measures],
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [
                        system.overall[m].high - system.overall[m].mean for m in figures.measures
                    ],
                    "arrayminus": [
                        system.overall[m].mean - system.overall[m].low for m in figures.measures
                    ],
                },
            )
            for system in figures.systems
        ]
    )
    charts = [(overall, "All measures, with 95% intervals")]
    styles = [style for style in figures.styles if style]
    if styles:
        by_style = go.Figure(
            [
                go.Bar(
                    name=system.name,
                    x=styles,
                    y=[system.by_style[style][measure] for style in styles],
                )
                for system in figures.systems
            ]
        )
        charts.append((by_style, f"{measure} by style of query"))
    fragments = []
    for n, (chart, title) in enumerate(charts):
        chart.update_layout(title=title, template="plotly_white", yaxis_range=[0, 1], height=420)
        fragments.append(chart.to_html(full_html=False, include_plotlyjs=n == 0))
    return fragments
