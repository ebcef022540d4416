"""A conversation as a document to take away: Markdown, or a notebook that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.shapes import torch_version
from assistant.types import SnippetReport
from assistant.web.icons import MARK, NAME
from assistant.web.markup import Code, Prose, blocks
from assistant.web.state import Exchange


def as_markdown(exchanges: Sequence[Exchange]) -> str:
    """The conversation as Markdown; refuted lines carry what was observed."""
    return "\n".join(line for exchange in exchanges for line in _lines(exchange))


def as_notebook(exchanges: Sequence[Exchange]) -> str:
    """The conversation as a Jupyter notebook (format 4.5), each piece of code a cell of its own."""
    cells: list[dict[str, Any]] = []

    def add(kind: str, text: str) -> None:
        cell: dict[str, Any] = {"id": f"cell-{len(cells) + 1}", "cell_type": kind, "metadata": {}}
        cell["source"] = text.splitlines(keepends=True)
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)

    for exchange in exchanges:
        add("markdown", f"## {_one_line(exchange.question)}")
        for kind, text in _split(exchange.corrected or exchange.text):
            add(kind, text)
        after = "\n".join([*_verdicts(exchange), *_sources(exchange)]).strip()
        if after:
            add("markdown", after)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": cells,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _lines(exchange: Exchange) -> Iterator[str]:
    yield f"## {_one_line(exchange.question)}\n"
    yield (exchange.corrected or exchange.text).strip() + "\n"
    yield from _verdicts(exchange)
    yield from _sources(exchange)


def _verdicts(exchange: Exchange) -> Iterator[str]:
    reports = [cell.report for cell in exchange.cells if cell.report and not cell.changed]
    for report in reports:
        yield f"Ran with torch {torch_version()}: {report.document}, line {report.line}\n"
        yield from _claims(report)
        yield ""


def _claims(report: SnippetReport) -> Iterator[str]:
    for verdict in report.verdicts:
        line = f"- {MARK[verdict.state]} {NAME[verdict.state]}, line {verdict.claim.line}"
        line += f": `{_one_line(verdict.claim.text)}`"
        if verdict.state == "refuted":
            line += f" — running it gives `{_one_line(verdict.observed)}`"
        yield line
    if not report.verdicts:
        yield f"- {report.reason or 'no claim to check'}"


def _sources(exchange: Exchange) -> Iterator[str]:
    if exchange.citations:
        yield "Sources\n"
    for citation in exchange.citations:
        place = f"{citation.document}, characters {citation.span.start}–{citation.span.end}"
        yield f"- [{citation.marker}] {_one_line(citation.question)} ({place})"
    if exchange.citations:
        yield ""


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Markdown and Python by turns, in order."""
    prose: list[str] = []
    for block in blocks(text):
        match block:
            case Prose(source=source):
                prose.append(source)
            case Code(code=code, language=language) if language in ("python", "py", ""):
                if prose:
                    yield "markdown", "\n\n".join(prose)
                prose = []
                yield "code", code.rstrip()
            case Code(code=code, language=language):
                prose.append(f"```{language}\n{code.rstrip()}\n```")
    if prose:
        yield "markdown", "\n\n".join(prose)


def _one_line(text: str) -> str:
    return " ".join(text.split())
