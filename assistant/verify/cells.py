"""Claims of a notebook by cell and line, as its reader counts, beside those of its JSON."""

from __future__ import annotations

from dataclasses import replace

from assistant.types import SnippetReport, Verdict
from assistant.verify.report import PlacedVerdict
from corpus.formats.notebook import in_cells as places_in
from corpus.types import Document


def in_cells(report: SnippetReport, document: Document) -> SnippetReport:
    """`report` with the cell and line of each claim, if its document is a notebook."""
    if document.media_type != "application/x-ipynb+json" or not report.verdicts:
        return report
    starts = [verdict.claim.span.start for verdict in report.verdicts]
    placed: list[Verdict] = []
    for verdict, (cell, line) in zip(
        report.verdicts, places_in(document.text, starts), strict=True
    ):
        if isinstance(verdict, PlacedVerdict):
            placed.append(replace(verdict, cell=cell, cell_line=line))
        else:
            placed.append(verdict)
    return replace(report, verdicts=tuple(placed))
