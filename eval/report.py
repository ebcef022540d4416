"""Figures for people: tables in the terminal, Markdown and HTML in a folder."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.errors import EnvironmentFault
from eval.trec import write_qrels, write_run

if TYPE_CHECKING:
    from rich.console import Console

    from eval.compare import Comparison
    from eval.gate import Gate
    from eval.retrieval import RetrievalFigures

PACKAGES = ("torchproof", "torch", "sentence-transformers", "faiss-cpu", "bm25s", "ir-measures")


class Table(NamedTuple):
    """A table as terminal, Markdown and HTML show it; the first column is text, others figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def print_retrieval(figures: RetrievalFigures, console: Console) -> None:
    """Prints the figures of retrieval, overall, by style, answerability and comparisons."""
    from rich.table import Table as RichTable

    for title, head, rows in retrieval_tables(figures):
        table = RichTable(title=title, title_justify="left")
        for n, name in enumerate(head):
            table.add_column(name, justify="right" if n else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        console.print(table)


def print_gate(result: Gate, console: Console) -> None:
    """Prints what became of each measure since the baseline."""
    for comparison in result.comparisons:
        state = "fell" if comparison.worse else "holds"
        console.print(f"gate: {comparison.measure} {state}: {_verdict(comparison)}")


def retrieval_tables(figures: RetrievalFigures) -> list[Table]:
    """The tables of a report on retrieval; those with nothing to show are left out."""
    tables = (
        _overall(figures),
        _by_style(figures),
        _answering(figures),
        _refused(figures),
        _comparisons(figures),
    )
    return [table for table in tables if table.rows]


def _overall(figures: RetrievalFigures) -> Table:
    rows = [
        [
            system.name,
            *(
                f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"
                for value in (system.overall[measure] for measure in figures.measures)
            ),
            f"{system.milliseconds:.1f}",
        ]
        for system in figures.systems
    ]
    found = sum(figures.styles.values())
    title = f"{figures.dataset}: {found} queries with something to find; mean [95% interval]"
    return Table(title, ["system", *figures.measures, "ms a query"], rows)


def _by_style(figures: RetrievalFigures) -> Table:
    measure = next(iter(figures.measures))
    rows = [
        [style, str(count), *(f"{s.by_style[style][measure]:.3f}" for s in figures.systems)]
        for style, count in figures.styles.items()
        if style
    ]
    return Table(f"{measure} by style", ["style", "queries", *_names(figures)], rows)


def _answering(figures: RetrievalFigures) -> Table:
    judged = [(s.name, s.answering) for s in figures.systems if s.answering]
    rows = [
        [
            name,
            f"{figure.answerable} : {figure.unanswerable}",
            f"{figure.auroc:.3f}",
            _percent(figure.wrong_refusals),
            _percent(figure.right_refusals),
            _percent(figure.attainable),
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
    return Table("knowing what can be answered", head, rows)


def _refused(figures: RetrievalFigures) -> Table:
    decided = {s.name: s.answering.refused for s in figures.systems if s.answering}
    decided = {name: refused for name, refused in decided.items() if refused}
    styles = next(iter(decided.values()), {})
    rows = [
        [style, *(_percent(refused[style]) for refused in decided.values())] for style in styles
    ]
    return Table("refused, by style", ["style", *decided], rows)


def _comparisons(figures: RetrievalFigures) -> Table:
    rows = [
        [c.theirs, _span(c), f"{c.p:.4f}", str(c.wins), str(c.ties), str(c.losses)]
        for c in figures.comparisons
    ]
    measure = next(iter(figures.measures))
    title = f"{figures.systems[0].name} against the others, {measure}"
    return Table(title, ["against", "difference [95%]", "p", "wins", "ties", "losses"], rows)


def _names(figures: RetrievalFigures) -> list[str]:
    return [system.name for system in figures.systems]


def provenance() -> dict[str, Any]:
    """When, where and with which versions figures were made."""
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
    }


def write_retrieval_report(figures: RetrievalFigures, folder: Path) -> list[Path]:
    """Writes `retrieval.json`, `.md`, `.html`, and the runs and labels as TREC files.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    from eval.html import retrieval_page

    made = provenance()
    runs = folder / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        written = [folder / "retrieval.json", folder / "retrieval.md", folder / "retrieval.html"]
        document = {"provenance": made, **figures.to_json()}
        written[0].write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
        written[1].write_text(_markdown(figures, made), encoding="utf-8")
        written[2].write_text(retrieval_page(figures, made), encoding="utf-8")
        for name, run in figures.runs.items():
            written.append(runs / f"{name}.trec")
            write_run(run, written[-1], name)
        written.append(runs / "qrels.trec")
        write_qrels(figures.query_set.qrels, written[-1])
    except OSError as fault:
        raise EnvironmentFault(
            (fault.strerror or "cannot be written").lower(),
            where=str(folder),
            hint="give another folder with --report",
        ) from fault
    return written


def _markdown(figures: RetrievalFigures, made: Mapping[str, Any]) -> str:
    lines = ["# Retrieval", ""]
    for title, head, rows in retrieval_tables(figures):
        lines += [f"## {title}", "", _line(head), _line(["---"] * len(head))]
        lines += [_line(row) for row in rows]
        lines.append("")
    lines += ["## Measures", ""]
    lines += [f"- **{name}**: {meaning}" for name, meaning in figures.measures.items()]
    lines += ["", "## Made", ""]
    lines += [f"- {key}: {value}" for key, value in made.items()]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"


def _span(comparison: Comparison) -> str:
    d = comparison.difference
    return f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}]"


def _verdict(comparison: Comparison) -> str:
    return f"{_span(comparison)}, p = {comparison.p:.4f}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str | None:
    """The checkout's commit, None for an installed package."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
