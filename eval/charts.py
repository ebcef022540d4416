"""Charts as HTML fragments; the page's own style sheet gives them the colours of day and night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.compare import Interval
    from eval.figures import RetrievalFigures

COLOURS = ("#d55e00", "#56b4e9", "#009e73", "#cc79a7", "#e69f00", "#0072b2")
"""Okabe and Ito's palette (2008), told apart by colour-blind readers, on white and on black."""

GRID = "rgba(128,128,128,.25)"


def retrieval_charts(figures: RetrievalFigures) -> list[str]:
    """Each measure, and the first one by each facet, for all systems; none without plotly."""
    first = next(iter(figures.measures))
    shown = [name for name in figures.measures if not name.startswith("Judged")]
    made = [
        _dots(
            "All measures, with 95% intervals",
            shown,
            [(s.name, [s.overall[name] for name in shown]) for s in figures.systems],
        )
    ]
    for facet in figures.query_set.facets:
        values = list(figures.systems[0].by[facet])
        labels = [f"{value} ({figures.systems[0].by[facet][value].n})" for value in values]
        rows = [(s.name, [s.by[facet][v].first for v in values]) for s in figures.systems]
        made.append(_dots(f"{first} by {facet}, with 95% intervals", labels, rows))
    return fragments(made)


def fragments(charts: Sequence[Any]) -> list[str]:
    """Plotly figures as HTML, the script in the first; none without plotly."""
    return [
        chart.to_html(
            full_html=False,
            include_plotlyjs=n == 0,
            config={"responsive": True, "displayModeBar": False},
        )
        for n, chart in enumerate(chart for chart in charts if chart is not None)
    ]


def blank(title: str, height: int) -> Any:  # noqa: ANN401 - plotly has no types
    """An empty chart in the style of all others; None without plotly."""
    try:
        from plotly import graph_objects as go
    except ModuleNotFoundError:
        return None
    chart = go.Figure()
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True, "fixedrange": True}
    chart.update_layout(
        title={"text": title, "font": {"size": 14}, "x": 0.01, "xanchor": "left", "y": 0.98},
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=COLOURS,
        font={"family": "system-ui, sans-serif", "size": 12},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 12, "t": 64, "b": 24},
        xaxis=axis,
        yaxis=axis,
    )
    return chart


def _dots(title: str, labels: Sequence[str], rows: Sequence[tuple[str, Sequence[Interval]]]) -> Any:  # noqa: ANN401
    """A row for each label and system: the mean as a dot, its interval as a line."""
    chart = blank(title, 110 + len(labels) * (16 + 13 * len(rows)))
    if chart is None:
        return None
    for n, (name, intervals) in enumerate(rows):
        # Systems stand below each other inside their label's row.
        shift = (n - (len(rows) - 1) / 2) * 0.7 / max(1, len(rows))
        chart.add_scatter(
            name=name,
            mode="markers",
            marker={"size": 8},
            x=[value.mean for value in intervals],
            y=[place + shift for place in range(len(labels))],
            text=list(labels),
            hovertemplate="%{text}: %{x:.3f}",
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [value.high - value.mean for value in intervals],
                "arrayminus": [value.mean - value.low for value in intervals],
                "thickness": 1.5,
                "width": 3,
            },
        )
    chart.update_xaxes(range=[0, 1.01], dtick=0.2)
    chart.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
    )
    return chart
