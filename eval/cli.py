"""`torchproof eval`: every figure that the project states, measured again."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from assistant.cli.common import json_option
from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from eval.datasets import Split
    from eval.retrieval import RetrievalFigures

F = TypeVar("F", bound=Callable[..., Any])

DOCUMENTS_VARIABLE = "TORCHPROOF_DOCUMENTS"


class Figures(Protocol):
    """What a part of the harness measures; `rows` names figures for the terminal."""

    def to_json(self) -> dict[str, Any]:
        """Everything measured, as JSON knows it."""
        ...

    def rows(self) -> Sequence[tuple[str, str]]:
        """What was measured, and its figure."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part that lives in a module of its own, imported when it is asked for."""

    name: str
    module: str
    function: str


PARTS = (
    Part("reading", "eval.reading", "evaluate"),
    Part("verification", "eval.verification", "evaluate"),
    Part("grading", "eval.grading", "evaluate"),
    Part("dialogue", "eval.dialogue", "evaluate"),
    Part("speed", "eval.speed", "evaluate_speed"),
)


def report_option(command: F) -> F:
    """`--report DIR`."""
    return click.option(
        "--report",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Also write the figures into files of this folder.",
    )(command)


def documents_option(command: F) -> F:
    """`--documents DIR`."""
    return click.option(
        "--documents",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        envvar=DOCUMENTS_VARIABLE,
        show_envvar=True,
        help="Folder of the labelled documents.",
    )(command)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  torchproof eval retrieval --documents pages/\n"
    "  torchproof eval speed --json\n  torchproof eval all --documents pages/ --report reports/",
)
def evaluate() -> None:
    """Measure how well the parts do, on labelled data.

    Exit status: 0 measured; 1 a bar was missed or a gate fell; 2 something was missing.
    """


@evaluate.command(
    epilog="\b\nExamples:\n  torchproof eval retrieval --documents pages/ --split test\n"
    "  torchproof eval retrieval --dataset cosqa/ --runs dense,bm25,other.trec\n"
    "  torchproof eval retrieval --documents pages/ --bar nDCG@10=0.9 --gate baseline.json"
)
@documents_option
@click.option(
    "--dataset",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A collection in BEIR's format instead of our queries over the documents.",
)
@click.option(
    "--runs",
    metavar="NAME,...",
    help="What to measure: torchproof, dense, bm25, fusion; with --dataset, the last three and TREC"
    " run files. The first is compared with the others.",
)
@click.option("--split", type=click.Choice(["dev", "test"]), help="Only this half of the queries.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help="As ir-measures spells it, such as P@5; the first one compares (repeatable)"
    " [default: nDCG@10, RR@10, R@10, Success@1].",
)
@click.option(
    "--bar",
    "bars",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Least mean that the first run must reach (repeatable).",
)
@click.option(
    "--gate",
    "baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Figures stored with --json; fails when a measure fell significantly since.",
)
@report_option
@json_option
def retrieval(
    documents: Path | None,
    dataset: Path | None,
    runs: str | None,
    split: Split | None,
    measures: tuple[str, ...],
    bars: tuple[str, ...],
    baseline: Path | None,
    report: Path | None,
    as_json: bool,
) -> int:
    """Measure search against plain baselines.

    All systems get the same queries in the same run; a page scraped twice counts once.
    """
    from eval.measures import MEASURES, describe

    chosen = tuple(describe(measures or tuple(MEASURES)))
    wanted = [_bar(text, chosen) for text in bars]
    figures = _retrieval(documents, dataset, runs, split, chosen)
    from eval.gate import gate
    from eval.report import print_gate, print_retrieval, provenance, write_retrieval_report

    held = gate(figures, baseline) if baseline else None
    missed = _missed(figures, wanted)
    if report:
        for path in write_retrieval_report(figures, report):
            click.echo(f"wrote {path}", err=True)
    if as_json:
        outcome = {
            "missed_bars": missed,
            "fallen": [comparison.measure for comparison in held.fallen] if held else [],
        }
        shown = {"provenance": provenance(), **figures.to_json(), **outcome}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        console = _console()
        print_retrieval(figures, console)
        if held:
            print_gate(held, console)
        for line in missed:
            console.print(f"bar missed: {line}")
    return 1 if missed or (held and held.fallen) else 0


def _part_command(part: Part, line: str) -> click.Command:
    @click.command(
        part.name,
        help=line,
        epilog=f"\b\nExamples:\n  torchproof eval {part.name}\n"
        f"  torchproof eval {part.name} --json",
    )
    @documents_option
    @report_option
    @json_option
    def command(documents: Path | None, report: Path | None, as_json: bool) -> int:
        figures = _measure(part, documents)
        if report:
            _store(part.name, figures, report)
        if as_json:
            click.echo(json.dumps(figures.to_json(), ensure_ascii=False))
        else:
            _print_rows(part.name, figures)
        return _status(figures)

    return command


_LINES = {
    "reading": "Measure reading: entries found, code restored.",
    "verification": "Measure verdicts against labelled claims.",
    "grading": "Measure grades against labelled answers.",
    "dialogue": "Measure conversations of several turns.",
    "speed": "Measure speed, beside what it compares with.",
}

for _part in PARTS:
    evaluate.add_command(_part_command(_part, _LINES[_part.name]))


@evaluate.command(
    name="all",
    epilog="\b\nExamples:\n  torchproof eval all --documents pages/ --report reports/",
)
@documents_option
@report_option
@json_option
def everything(documents: Path | None, report: Path | None, as_json: bool) -> int:
    """Measure every part; those not there yet are named."""
    from eval.measures import MEASURES
    from eval.report import print_retrieval, provenance, write_retrieval_report

    figures = _retrieval(documents, None, None, None, tuple(MEASURES))
    if report:
        write_retrieval_report(figures, report)
    result: dict[str, Any] = {"provenance": provenance(), "retrieval": figures.to_json()}
    if not as_json:
        print_retrieval(figures, _console())
    missing: list[str] = []
    status = 0
    for part in PARTS:
        if _function(part) is None:
            missing.append(part.name)
            continue
        measured = _measure(part, documents)
        result[part.name] = measured.to_json()
        status = max(status, _status(measured))
        if report:
            _store(part.name, measured, report)
        if not as_json:
            _print_rows(part.name, measured)
    result["not_measured"] = missing
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    for name in missing:
        click.echo(f"not measured: {name} has no evaluation in this version", err=True)
    return status


def _retrieval(
    documents: Path | None,
    dataset: Path | None,
    runs: str | None,
    split: Split | None,
    measures: Sequence[str],
) -> RetrievalFigures:
    from eval.retrieval import (
        DOCUMENT_SYSTEMS,
        TEXT_SYSTEMS,
        evaluate_collection,
        evaluate_retrieval,
    )

    def note(line: str) -> None:
        click.echo(f"{line} …", err=True)

    names = [name.strip() for name in runs.split(",") if name.strip()] if runs else []
    if dataset:
        if split:
            raise InputError("is for our own queries", where="--split", hint="leave it out")
        return evaluate_collection(dataset, names or TEXT_SYSTEMS, measures=measures, note=note)
    if documents is None:
        raise InputError(
            "the labelled documents are needed",
            where="--documents",
            hint=f"give their folder, or set {DOCUMENTS_VARIABLE}; --dataset measures others",
        )
    return evaluate_retrieval(
        documents, names or DOCUMENT_SYSTEMS, split, measures=measures, note=note
    )


def _bar(text: str, measures: Sequence[str]) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        bar = float(value)
    except ValueError:
        bar = -1.0
    if name not in measures or not 0 <= bar <= 1:
        raise InputError(
            f"{text!r} is no bar",
            where="--bar",
            hint=f"MEASURE=VALUE with 0 to 1 and a measure of {', '.join(measures)}",
        )
    return name, bar


def _missed(figures: RetrievalFigures, bars: Sequence[tuple[str, float]]) -> list[str]:
    first = figures.systems[0]
    return [
        f"{first.name} has {measure} {first.overall[measure].mean:.4f}, the bar is {bar}"
        for measure, bar in bars
        if first.overall[measure].mean < bar
    ]


def _function(part: Part) -> Callable[[Path | None], Figures] | None:
    """What measures `part`, None where this version has no such thing."""
    if importlib.util.find_spec(part.module) is None:
        return None
    return getattr(importlib.import_module(part.module), part.function, None)


def _measure(part: Part, documents: Path | None) -> Figures:
    function = _function(part)
    if function is None:
        raise EnvironmentFault(
            f"there is no evaluation of {part.name} in this version",
            where=f"eval {part.name}",
            hint="`torchproof eval all` measures what there is",
        )
    return function(documents)


def _status(figures: Figures) -> int:
    """1 where figures know bars of their own and missed one."""
    return 1 if getattr(figures, "missed", ()) else 0


def _store(name: str, figures: Figures, folder: Path) -> None:
    from eval.report import provenance

    path = folder / f"{name}.json"
    stored = {"provenance": provenance(), **figures.to_json()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(stored, indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as fault:
        raise EnvironmentFault(
            (fault.strerror or "cannot be written").lower(),
            where=str(path),
            hint="give another folder with --report",
        ) from fault
    click.echo(f"wrote {path}", err=True)


def _print_rows(name: str, figures: Figures) -> None:
    from rich.table import Table

    table = Table(title=name, title_justify="left", show_header=False)
    for row in figures.rows():
        table.add_row(*row)
    _console().print(table)


def _console() -> Any:  # noqa: ANN401
    from rich.console import Console

    # A pipe or file gets the whole width of a table rather than eighty columns of ellipses.
    width = None if os.isatty(1) else 160
    return Console(width=width, highlight=False)
