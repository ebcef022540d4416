"""Notebooks, one a topic: prose and code by turns, each piece of code a cell that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import foreign_faults
from assistant.export.material import Chapter, snippet_at
from assistant.export.render import linked, shown_sections
from corpus.types import Entry

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write_notebooks(chosen: Sequence[Chapter], folder: Path) -> list[Path]:
    """Writes `<topic>.ipynb` (format 4.5) for each chapter, and returns the paths.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    written = []
    with foreign_faults(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        for chapter in chosen:
            path = folder / f"{chapter.id}.ipynb"
            path.write_text(notebook(chapter), encoding="utf-8")
            written.append(path)
    return written


def notebook(chapter: Chapter) -> str:
    """One chapter as the JSON of a notebook."""
    cells: list[dict[str, Any]] = []
    for kind, text in _cells(chapter):
        cell: dict[str, Any] = {"id": f"cell-{len(cells) + 1}", "cell_type": kind, "metadata": {}}
        cell["source"] = text.splitlines(keepends=True)
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    whole = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "cells": cells,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cells(chapter: Chapter) -> Iterator[tuple[str, str]]:
    """Kind and text of each cell; prose between two pieces of code is one cell."""
    yield (
        "markdown",
        f"# {chapter.title}\n\n{chapter.summary}. The code needs `torch`; a comment behind a line "
        "says what running it gives.",
    )
    for entry in chapter.entries:
        prose = [f"## {entry.question}"]
        if entry.level:
            prose.append(f"*{entry.level}*")
        for kind, text in _pieces(entry):
            if kind == "markdown":
                prose.append(text)
                continue
            if prose:
                yield "markdown", "\n\n".join(prose)
                prose = []
            yield "code", text
        if prose:
            yield "markdown", "\n\n".join(prose)


def _pieces(entry: Entry) -> Iterator[tuple[str, str]]:
    for section in shown_sections(entry):
        if section.heading:
            yield "markdown", f"{'#' * (2 + len(section.heading_path))} {section.heading}"
        for block in section.blocks:
            if block.kind == "code":
                snippet = snippet_at(entry, block.span.start)
                yield "code", (snippet.code if snippet else block.text).rstrip()
            elif block.kind == "output":
                yield "markdown", f"```text\n{block.text.rstrip()}\n```"
            else:
                yield "markdown", linked(block.text, lambda _: None)
