"""Figures written into a folder: JSON, Markdown, HTML, runs and labels as TREC files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import EnvironmentFault
from eval.html import retrieval_page
from eval.provenance import provenance
from eval.tables import markdown, retrieval_tables
from eval.trec import write_qrels, write_run

if TYPE_CHECKING:
    from eval.figures import RetrievalFigures


def write_retrieval_report(figures: RetrievalFigures, folder: Path) -> list[Path]:
    """Writes `retrieval.json`, `.md`, `.html`, and the runs and labels as TREC files.

    Returns:
        What was written.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    made = provenance()
    tables = retrieval_tables(figures)
    texts = {
        "retrieval.json": as_json({"provenance": made, **figures.to_json()}),
        "retrieval.md": markdown("Retrieval", tables, figures.measures, made),
        "retrieval.html": retrieval_page(figures, made),
    }
    written = write_all(folder, texts)
    with writable(folder):
        for name, run in figures.runs.items():
            written.append(folder / "runs" / f"{name}.trec")
            written[-1].parent.mkdir(exist_ok=True)
            write_run(run, written[-1], name)
        written.append(folder / "runs" / "qrels.trec")
        write_qrels(figures.query_set.qrels, written[-1])
    return written


def write_all(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Writes texts into files of `folder`, which is made if it is not there.

    Raises:
        EnvironmentFault: it cannot be written.
    """
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def as_json(value: Any) -> str:  # noqa: ANN401
    """JSON for a file."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turns a failure to write into one line for the user.

    Raises:
        EnvironmentFault: writing inside failed.
    """
    try:
        yield
    except OSError as fault:
        raise EnvironmentFault(
            (fault.strerror or "cannot be written").lower(),
            where=str(folder),
            hint="give another folder with --report",
        ) from fault
