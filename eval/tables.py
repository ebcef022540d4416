"""Figures as tables, the same ones in terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

    from eval.answerable import Answerability
    from eval.compare import Comparison, Interval
    from eval.figures import RetrievalFigures
    from eval.gate import Gate


class Table(NamedTuple):
    """A table; the first column is text, the others are figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def retrieval_tables(figures: RetrievalFigures) -> list[Table]:
    """The tables of a report on retrieval; those with nothing to show are left out."""
    tables = [
        _overall(figures),
        _cost(figures),
        _comparisons(figures),
        *(_by_facet(figures, facet) for facet in figures.query_set.facets),
        _answering(figures),
        _refused(figures),
    ]
    return [table for table in tables if table.rows]


def print_tables(tables: Sequence[Table], console: Console) -> None:
    """Prints them one below the other."""
    from rich.table import Table as RichTable

    for title, head, rows in tables:
        shown = RichTable(title=title, title_justify="left")
        for n, name in enumerate(head):
            shown.add_column(name, justify="right" if n else "left", no_wrap=True)
        for row in rows:
            shown.add_row(*row)
        console.print(shown)


def print_gate(result: Gate, console: Console) -> None:
    """Prints what became of each measure since the baseline."""
    for comparison in result.comparisons:
        state = "fell" if comparison.worse else "holds"
        console.print(
            f"gate: {comparison.measure} {state}: {gap(comparison)}, p = {comparison.p:.4f}"
        )


def markdown(
    title: str, tables: Sequence[Table], measures: Mapping[str, str], made: Mapping[str, Any]
) -> str:
    """A Markdown document of tables, with what the measures mean and how it was made."""
    lines = [f"# {title}", ""]
    for name, head, rows in tables:
        lines += [f"## {name}", "", _line(head), _line(["---"] * len(head))]
        lines += [_line(row) for row in rows]
        lines.append("")
    if measures:
        lines += ["## Measures", ""]
        lines += [f"- **{name}**: {meaning}" for name, meaning in measures.items()]
        lines.append("")
    lines += ["## Made", ""]
    lines += [f"- {key}: {value}" for key, value in made.items()]
    return "\n".join(lines) + "\n"


def _overall(figures: RetrievalFigures) -> Table:
    rows = [
        [system.name, *(span(system.overall[measure]) for measure in figures.measures)]
        for system in figures.systems
    ]
    title = f"{figures.dataset}: {figures.found_in} queries with something to find; mean [95%]"
    return Table(title, ["system", *figures.measures], rows)


def _cost(figures: RetrievalFigures) -> Table:
    rows = [
        [
            system.name,
            f"{latency.median:.1f}",
            f"{latency.p95:.1f}",
            f"{latency.batch:.2f}",
            size(system.size),
        ]
        for system, latency in ((system, system.latency) for system in figures.systems)
        if latency
    ]
    head = ["system", "one query, median ms", "p95 ms", "in a batch, ms each", "index"]
    return Table("Cost", head, rows)


def _comparisons(figures: RetrievalFigures) -> Table:
    rows = [
        [
            f"{c.theirs}, {c.measure}",
            gap(c),
            f"{c.p:.4f}",
            f"{c.p_holm:.4f}",
            str(c.wins),
            str(c.ties),
            str(c.losses),
        ]
        for c in figures.comparisons
        if not c.measure.startswith("Judged")
    ]
    title = f"{figures.systems[0].name} against the others"
    head = ["against", "difference [95%]", "p", "p, Holm", "wins", "ties", "losses"]
    return Table(title, head, rows)


def _by_facet(figures: RetrievalFigures, facet: str) -> Table:
    first = figures.systems[0].by[facet]
    rows = [
        [value, str(found.n), *(span(system.by[facet][value].first) for system in figures.systems)]
        for value, found in first.items()
    ]
    measure = next(iter(figures.measures))
    return Table(f"{measure} by {facet}", [facet, "queries", *_names(figures)], rows)


def _answering(figures: RetrievalFigures) -> Table:
    return answering_table([(s.name, s.answering) for s in figures.systems if s.answering])


def answering_table(judged: Sequence[tuple[str, Answerability]]) -> Table:
    """How well systems know what can be answered."""
    rows = [
        [
            name,
            f"{figure.answerable} : {figure.unanswerable}",
            f"{figure.auroc:.3f}",
            percent(figure.wrong_refusals),
            percent(figure.right_refusals),
            percent(figure.attainable),
        ]
        for name, figure in judged
    ]
    head = [
        "system",
        "answerable : not",
        "AUROC",
        "wrongly refused",
        "rightly refused",
        "rightly, at 4% wrongly",
    ]
    return Table("Knowing what can be answered", head, rows)


def _refused(figures: RetrievalFigures) -> Table:
    decided = {s.name: s.answering.refused for s in figures.systems if s.answering}
    decided = {name: refused for name, refused in decided.items() if refused}
    styles = next(iter(decided.values()), {})
    rows = [[style, *(percent(refused[style]) for refused in decided.values())] for style in styles]
    return Table("Refused, by style", ["style", *decided], rows)


def _names(figures: RetrievalFigures) -> list[str]:
    return [system.name for system in figures.systems]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def percent(share: float | None) -> str:
    """A share as a percentage; a dash for none."""
    return "–" if share is None else f"{100 * share:.1f}%"


def span(value: Interval) -> str:
    """A mean with its interval."""
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"


def gap(comparison: Comparison) -> str:
    """A difference with its interval."""
    d = comparison.difference
    return f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}]"


def size(number: int | None) -> str:
    """Bytes for people; a dash for none."""
    if number is None:
        return "–"
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} kB"
