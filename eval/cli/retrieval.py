"""`torchproof eval retrieval`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import device_option, json_option
from corpus.errors import InputError
from eval.cli.common import (
    console,
    documents_option,
    report_option,
    say_written,
    split_option,
)
from eval.progress import to_stderr

if TYPE_CHECKING:
    from eval.bars import Bar
    from eval.datasets import Split
    from eval.figures import RetrievalFigures


@click.command(
    epilog="\b\nExamples:\n  torchproof eval retrieval --documents pages/ --split test\n"
    "  torchproof eval retrieval --dataset cosqa/ --runs dense,bm25,other.trec\n"
    "  torchproof eval retrieval --bar nDCG@10=0.9 --gate baseline.json --report reports/"
)
@documents_option
@click.option(
    "--dataset",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR|FILE",
    help="A collection in BEIR's format, or queries in the form of ours.",
)
@click.option(
    "--qrels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Labels in TREC's format, instead of the data set's own.",
)
@click.option(
    "--runs",
    metavar="NAME,...",
    help="What to measure: torchproof, dense, bm25, hybrid (on a collection, the last three) and "
    "TREC run files. The first is compared with the others.",
)
@split_option
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help="As ir-measures spells it, such as P@5; the first one leads (repeatable)"
    " [default: nDCG@10, RR@10, AP, R@10, Success@1, Judged@10].",
)
@click.option(
    "--truth",
    is_flag=True,
    help="Run the documents' snippets, and count hits on entries with a refuted claim as misses.",
)
@click.option(
    "--bar",
    "bars",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Least mean that the first run must reach (repeatable) [default: on our own queries, the"
    " project's bars].",
)
@click.option(
    "--gate",
    "baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Figures stored with --json or --report; fails when a measure fell significantly since.",
)
@device_option
@report_option
@json_option
def retrieval(
    documents: Path | None,
    dataset: Path | None,
    qrels: Path | None,
    runs: str | None,
    split: Split | None,
    measures: tuple[str, ...],
    truth: bool,
    bars: tuple[str, ...],
    baseline: Path | None,
    device: str,
    report: Path | None,
    as_json: bool,
) -> int:
    """Measure search against plain baselines.

    All systems get the same queries in the same run; a page scraped twice counts once.
    """
    from eval.bars import parse_bar, retrieval_bars
    from eval.measures import MEASURES, describe

    chosen = tuple(describe(measures or MEASURES))
    wanted = [parse_bar(text, chosen) for text in bars]
    names = [name.strip() for name in runs.split(",") if name.strip()] if runs else []
    figures = measure_retrieval(
        documents, dataset, split, names, chosen, qrels=qrels, device=device, truth=truth
    )
    if not bars and not dataset and not qrels:
        wanted = retrieval_bars(figures)
    from eval.gate import gate
    from eval.provenance import provenance
    from eval.report import write_retrieval_report
    from eval.tables import print_gate, print_tables, retrieval_tables

    held = gate(figures, baseline) if baseline else None
    missed = _missed(figures, wanted)
    if report:
        say_written(write_retrieval_report(figures, report))
    if as_json:
        outcome = {
            "missed_bars": missed,
            "fallen": [comparison.measure for comparison in held.fallen] if held else [],
        }
        shown = {"provenance": provenance(), **figures.to_json(), **outcome}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        print_tables(retrieval_tables(figures), console())
        if held:
            print_gate(held, console())
        for line in missed:
            console().print(f"bar missed: {line}")
    return 1 if missed or (held and held.fallen) else 0


def measure_retrieval(
    documents: Path | None,
    dataset: Path | None = None,
    split: Split | None = None,
    runs: Sequence[str] = (),
    measures: Sequence[str] | None = None,
    *,
    qrels: Path | None = None,
    device: str = "auto",
    truth: bool = False,
) -> RetrievalFigures:
    """Figures on the data set given, else on our queries over `documents`, else over the corpus."""
    from assistant.settings import load_settings
    from eval.measures import MEASURES
    from eval.retrieval import Plan, evaluate_builtin, evaluate_dataset, evaluate_documents
    from eval.truth import open_verifier

    if truth and dataset and (dataset / "corpus.jsonl").is_file():
        raise InputError(
            "a collection's texts are not run", where="--truth", hint="leave one of both out"
        )
    with ExitStack() as stack:
        plan = Plan(
            systems=tuple(runs),
            measures=tuple(measures or MEASURES),
            qrels=qrels,
            device=device,
            vectors=load_settings().home / "eval" / "vectors",
            verifier=stack.enter_context(open_verifier()) if truth else None,
            note=to_stderr,
        )
        if dataset:
            return evaluate_dataset(dataset, documents, split, plan)
        if documents:
            return evaluate_documents(documents, split, plan)
        return evaluate_builtin(split, plan)


def _missed(figures: RetrievalFigures, bars: Sequence[Bar]) -> list[str]:
    from eval.bars import missed_bars

    return missed_bars(figures, bars)
