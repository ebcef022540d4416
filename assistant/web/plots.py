"""Plots of somebody's progress, legible on light and dark ground; every one has words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from assistant.interview.progress import Mastery
from assistant.web.bench import Dots

INK = "#8a8178"
"""Text and axes: AA as large text on the light and on the dark ground of the app."""
GRID = "rgba(128,128,128,.22)"
ACCENT, WELL, BADLY = "#d2622a", "#3f9266", "#c9564c"
PERCENT = {"tickvals": [0, 25, 50, 75, 100], "ticktext": ["0 %", "", "50 %", "", "100 %"]}
SERIES = ("#d2622a", "#3b83c0", "#3f9266", "#b06aa5", "#b58a1f", "#7d776f")
DAYS_NAMED = 5
"""Days named on an axis at most."""
DAYS = 14
"""Days of reviews shown at least, so that a first day does not fill the plot."""


def mastery_plot(topics: Sequence[Mastery]) -> Any:  # noqa: ANN401 - plotly has no types
    """Practised topics as bars, the weakest at the top."""
    shown = [m for m in topics if m.score is not None]
    figure = _blank(f"Mastery by topic, {len(shown)} practised", 90 + 26 * len(shown))
    figure.add_bar(
        orientation="h",
        x=[100 * (m.score or 0) for m in shown],
        y=[m.topic for m in shown],
        marker={"color": ACCENT, "opacity": [min(1.0, 0.45 + m.answers / 12) for m in shown]},
        text=[_bar_text(m) for m in shown],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure.update_xaxes(range=[0, 118], **PERCENT)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def sittings_plot(sittings: Sequence[tuple[float, float | None, int]]) -> Any:  # noqa: ANN401
    """The score of each interview over time."""
    judged = [(at, score, n) for at, score, n in sittings if score is not None]
    figure = _blank("Score of each interview", 260)
    figure.add_scatter(
        x=[f"{datetime.fromtimestamp(at):%d %b, %H:%M}" for at, _, _ in judged],
        y=[100 * score for _, score, _ in judged],
        mode="lines+markers",
        marker={"size": 9, "color": ACCENT},
        line={"color": ACCENT, "width": 2},
        text=[f"{n} questions" for _, _, n in judged],
        hovertemplate="%{x}: %{y:.0f} %, %{text}<extra></extra>",
    )
    figure.update_xaxes(type="category", nticks=6)
    figure.update_yaxes(range=[-3, 103], **PERCENT)
    return figure


def due_plot(due: Sequence[tuple[date, int]]) -> Any:  # noqa: ANN401
    """Cards due on each of the coming days; today's bar holds all that are overdue."""
    figure = _blank("Cards due in the coming days", 240)
    labels = ["today", *(f"{day:%a %d}" for day, _ in due[1:])]
    figure.add_bar(
        x=labels,
        y=[count for _, count in due],
        marker={"color": [BADLY, *[ACCENT] * (len(due) - 1)]},
        text=[str(count) if count else "" for _, count in due],
        hovertemplate="%{x}: %{y}<extra></extra>",
    )
    figure.update_xaxes(**_sparse(labels))
    _whole(figure, max(count for _, count in due))
    return figure


def reviews_plot(reviewed: Sequence[tuple[date, int, int]]) -> Any:  # noqa: ANN401
    """Reviews of each day, those that went well and those that did not."""
    figure = _blank("Reviews a day", 240)
    counts = {day: (well, badly) for day, well, badly in reviewed}
    last = max(counts)
    first = min(*counts, last - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for which, (name, colour) in enumerate((("went well", WELL), ("to repeat", BADLY))):
        figure.add_bar(
            name=name,
            x=[f"{day:%d %b}" for day in days],
            y=[counts.get(day, (0, 0))[which] for day in days],
            marker={"color": colour},
        )
    figure.update_layout(barmode="stack")
    _named(figure)
    figure.update_xaxes(**_sparse([f"{day:%d %b}" for day in days]))
    _whole(figure, max(well + badly for well, badly in counts.values()))
    return figure


def dots_plot(dots: Dots) -> Any:  # noqa: ANN401
    """Figures with their intervals, a row for each label, the series below each other in it."""
    rows = max(1, len(dots.series))
    figure = _blank(dots.title, 110 + len(dots.labels) * (16 + 13 * rows))
    for n, (name, values) in enumerate(dots.series):
        shift = (n - (rows - 1) / 2) * 0.7 / rows
        held = [
            (at + shift, label, v)
            for at, (label, v) in enumerate(zip(dots.labels, values, strict=True))
            if v
        ]
        figure.add_scatter(
            name=name,
            mode="markers",
            marker={"size": 8, "color": SERIES[n % len(SERIES)], "symbol": n % 4},
            x=[mean for _, _, (mean, _, _) in held],
            y=[at for at, _, _ in held],
            text=[label for _, label, _ in held],
            hovertemplate="%{text}: %{x:.3f}<extra></extra>",
            error_x={
                "type": "data", "symmetric": False, "thickness": 1.5, "width": 3,
                "array": [high - mean for _, _, (mean, _, high) in held],
                "arrayminus": [mean - low for _, _, (mean, low, _) in held],
            },
        )  # fmt: skip
    if len(dots.series) > 1:
        _named(figure)
    figure.update_xaxes(range=[-0.01, 1.02], dtick=0.2)
    figure.update_yaxes(
        tickvals=list(range(len(dots.labels))),
        ticktext=[label if len(label) <= 60 else f"{label[:59]}…" for label in dots.labels],
        range=[len(dots.labels) - 0.5, -0.5],
        showgrid=False,
    )
    return figure


def changes_plot(changes: Sequence[float]) -> Any:  # noqa: ANN401
    """The differences query by query, from the worst loss to the best gain."""
    figure = _blank(f"{len(changes)} queries that changed, first minus second", 240)
    ordered = sorted(changes)
    figure.add_bar(
        x=list(range(1, len(ordered) + 1)),
        y=ordered,
        marker={"color": [WELL if change > 0 else BADLY for change in ordered]},
        hovertemplate="%{y:+.3f}<extra></extra>",
    )
    figure.update_xaxes(showticklabels=False, showgrid=False)
    return figure


def _sparse(labels: Sequence[str]) -> dict[str, Any]:
    """An axis of days that names so few of them that the names stand upright on a phone."""
    step = max(1, -(-len(labels) // DAYS_NAMED))
    return {
        "type": "category", "tickvals": list(labels[::step]), "tickangle": 0, "showgrid": False
    }  # fmt: skip


def _named(figure: Any) -> None:  # noqa: ANN401
    """Names the series, below the title, which a narrow page needs all of its line for."""
    figure.update_layout(showlegend=True, margin={"t": 70})


def _whole(figure: Any, most: int) -> None:  # noqa: ANN401
    """An axis that counts things: whole numbers, some five of them."""
    figure.update_yaxes(tickformat="d", rangemode="tozero", dtick=max(1, -(-most // 5)))


def _bar_text(mastery: Mastery) -> str:
    word = "answer" if mastery.answers == 1 else "answers"
    return f"{100 * (mastery.score or 0):.0f} %, {mastery.answers} {word}"


def _blank(title: str, height: int) -> Any:  # noqa: ANN401
    from plotly import graph_objects as go

    figure = go.Figure()
    axis = {
        "gridcolor": GRID, "zeroline": False, "automargin": True, "fixedrange": True,
        "tickfont": {"color": INK},
    }  # fmt: skip
    figure.update_layout(
        template="none",
        title={
            "text": title,
            "font": {"size": 14, "color": INK},
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "pad": {"t": 12},
        },
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "ui-sans-serif, system-ui, sans-serif", "size": 12, "color": INK},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        showlegend=False,
        dragmode=False,
        xaxis=axis,
        yaxis=axis,
    )
    return figure
