"""The commands of the parts that measure in modules of their own, and `eval all`."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from assistant.cli.common import json_option
from corpus.errors import EnvironmentFault
from eval.cli.common import (
    console,
    documents_option,
    report_option,
    say_written,
    split_option,
)
from eval.progress import to_stderr

if TYPE_CHECKING:
    from eval.datasets import Split
    from eval.overview import Section


class Figures(Protocol):
    """What a part of the harness measures; `rows` names figures for the terminal.

    It may have more, shown where it is there: `missed`, lines on the bars that were missed;
    `charts()`, HTML fragments.
    """

    def to_json(self) -> dict[str, Any]:
        """Everything measured, as JSON knows it."""
        ...

    def rows(self) -> Sequence[tuple[str, str]]:
        """What was measured, and its figure."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part that lives in a module of its own, imported when it is asked for.

    `line` is its help; `splits` says that its function takes a split besides the documents.
    """

    name: str
    module: str
    function: str
    line: str
    splits: bool = False


PARTS = (
    Part("reading", "eval.reading", "evaluate", "Measure reading: entries found, code restored."),
    Part(
        "verification",
        "eval.verification",
        "evaluate",
        "Measure verdicts against labelled claims.",
    ),
    Part("grading", "eval.grading", "evaluate", "Measure grades against labelled answers."),
    Part(
        "dialogue",
        "eval.dialogue",
        "evaluate",
        "Measure conversations of several turns.",
        splits=True,
    ),
    Part(
        "answerable",
        "eval.calibration",
        "evaluate",
        "Measure whether it knows what it cannot answer.",
        splits=True,
    ),
    Part(
        "answers",
        "eval.answers",
        "evaluate",
        "Measure answers: every sentence supported, every citation exact, nothing refuted.",
        splits=True,
    ),
    Part("speed", "eval.speed", "evaluate_speed", "Measure speed, beside what it compares with."),
)

WRITERS = Part(
    "writers", "eval.writers", "evaluate", "Measure what of models that fail and lie is shown."
)
"""Apart from `eval all`, because it needs optional packages."""


def part_command(part: Part) -> click.Command:
    """The command that measures one part."""

    def run(documents: Path | None, report: Path | None, as_json: bool, split: Any = None) -> int:  # noqa: ANN401
        figures = _measure(part, documents, split)
        if report:
            _store([(part.name, figures)], report)
        if as_json:
            click.echo(json.dumps(figures.to_json(), ensure_ascii=False))
        else:
            _print_rows(part.name, figures)
        return _status(figures)

    command = json_option(report_option(documents_option(run)))
    return click.command(
        part.name,
        help=part.line,
        epilog=f"\b\nExamples:\n  torchproof eval {part.name}\n"
        f"  torchproof eval {part.name} --json",
    )(split_option(command) if part.splits else command)


@click.command(
    name="all",
    epilog="\b\nExamples:\n  torchproof eval all --documents pages/ --report reports/",
)
@documents_option
@report_option
@json_option
def everything(documents: Path | None, report: Path | None, as_json: bool) -> int:
    """Measure every part; those not there yet are named."""
    from eval.bars import missed_bars, retrieval_bars
    from eval.cli.retrieval import measure_retrieval
    from eval.overview import retrieval_section
    from eval.provenance import provenance
    from eval.report import write_retrieval_report
    from eval.tables import print_tables, retrieval_tables

    figures = measure_retrieval(documents)
    lost = missed_bars(figures, retrieval_bars(figures))
    if report:
        write_retrieval_report(figures, report)
    result: dict[str, Any] = {"provenance": provenance(), "retrieval": figures.to_json()}
    if not as_json:
        print_tables(retrieval_tables(figures), console())
        for line in lost:
            console().print(f"bar missed: {line}")
    missing: list[str] = []
    measured: list[tuple[str, Figures]] = []
    for part in PARTS:
        if _function(part) is None:
            missing.append(part.name)
            continue
        to_stderr(f"measuring {part.name}")
        measured.append((part.name, _measure(part, documents, None)))
        result[part.name] = measured[-1][1].to_json()
        if not as_json:
            _print_rows(*measured[-1])
    result["not_measured"] = missing
    if report:
        _store(measured, report, [retrieval_section(figures, lost)])
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    for name in missing:
        click.echo(f"not measured: {name} has no evaluation in this version", err=True)
    return max([1 if lost else 0, *(_status(found) for _, found in measured)])


def _function(part: Part) -> Callable[..., Figures] | None:
    """What measures `part`, None where this version has no such thing."""
    if importlib.util.find_spec(part.module) is None:
        return None
    return getattr(importlib.import_module(part.module), part.function, None)


def _measure(part: Part, documents: Path | None, split: Split | None) -> Figures:
    function = _function(part)
    if function is None:
        raise EnvironmentFault(
            f"there is no evaluation of {part.name} in this version",
            where=f"eval {part.name}",
            hint="`torchproof eval all` measures what there is",
        )
    return function(documents, split) if part.splits else function(documents)


def _status(figures: Figures) -> int:
    """1 where figures know bars of their own and missed one."""
    return 1 if getattr(figures, "missed", ()) else 0


def _store(
    measured: Sequence[tuple[str, Figures]], folder: Path, before: Sequence[Section] = ()
) -> None:
    """Writes a JSON file for each part and `index.html` over all of them."""
    from eval.overview import Section, overview_page
    from eval.provenance import provenance
    from eval.report import as_json, write_all

    made = provenance()
    texts = {
        f"{name}.json": as_json({"provenance": made, **figures.to_json()})
        for name, figures in measured
    }
    sections = [
        *before,
        *(
            Section(
                name,
                tuple(figures.rows()),
                tuple(getattr(figures, "missed", ())),
                tuple(figures.charts() if hasattr(figures, "charts") else ()),
            )
            for name, figures in measured
        ),
    ]
    texts["index.html"] = overview_page(sections, made)
    say_written(write_all(folder, texts))


def _print_rows(name: str, figures: Figures) -> None:
    from rich.table import Table

    table = Table(title=name, title_justify="left", show_header=False)
    for row in figures.rows():
        table.add_row(*row)
    shown = console()
    shown.print(table)
    for line in getattr(figures, "missed", ()):
        shown.print(f"bar missed: {line}")
