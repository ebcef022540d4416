"""Scores over time as a line in SVG, for pages that open offline and print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

Series = tuple[tuple[float, float], ...]
"""Seconds since the epoch, and a score of 0 to 1; oldest first."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 10, 8, 20
_LETTER = 12


def line_chart(
    points: Sequence[tuple[float, float]], name: str, width: int = 640, height: int = 180
) -> str:
    """A line through the points, with dates below and percent at the side; empty for no point.

    Args:
        points: seconds since the epoch, and a score of 0 to 1; oldest first.
        name: of what is drawn, for those who hear the page.
        width: in pixels.
        height: in pixels.
    """
    if not points:
        return ""
    first, last = points[0][0], points[-1][0]
    wide, high = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def x(at: float) -> float:
        return _LEFT + (wide * (at - first) / (last - first) if last > first else wide / 2)

    def y(score: float) -> float:
        return _TOP + high * (1 - min(1.0, max(0.0, score)))

    lines = "".join(
        f'<line x1="{_LEFT}" x2="{width - _RIGHT}" y1="{y(s):.1f}" y2="{y(s):.1f}" '
        f'stroke="currentColor" stroke-opacity="0.25"/><text x="{_LEFT - 5}" y="{y(s) + 4:.1f}" '
        f'text-anchor="end">{100 * s:.0f}</text>'
        for s in (0.0, 0.5, 1.0)
    )
    path = "M" + " L".join(f"{x(at):.1f} {y(score):.1f}" for at, score in points)
    dots = "".join(
        f'<circle cx="{x(at):.1f}" cy="{y(score):.1f}" r="3.5">'
        f"<title>{_day(at)}: {100 * score:.0f} %</title></circle>"
        for at, score in points
    )
    dates = f'<text x="{_LEFT}" y="{height - 4}">{_day(first)}</text>'
    if _day(last) != _day(first):
        dates += (
            f'<text x="{width - _RIGHT}" y="{height - 4}" text-anchor="end">{_day(last)}</text>'
        )
    told = ", ".join(f"{_day(at)} {100 * score:.0f} %" for at, score in points)
    return (
        f'<svg class="plot" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(f"Score of {name}: {told}")}" '
        f'font-size="{_LETTER}" fill="currentColor">'
        f'{lines}<path d="{path}" fill="none" stroke="currentColor" stroke-width="2"/>{dots}{dates}'
        "</svg>"
    )


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d")
