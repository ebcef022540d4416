"""Reports as the JSON that the command line promises, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.types import SnippetReport, Verdict

NOT_RUN = ("timeout", "killed", "unavailable")


@dataclass(frozen=True, slots=True)
class PlacedVerdict(Verdict):
    """A verdict that knows its place in the document.

    Attributes:
        source_line: the document's line on which the claim begins, stripped.
        document_line: the 1-based number of that line.
        column: the 1-based column of the claim in that line as it stands.
        cell: in a notebook, the 1-based number of the cell; else 0.
        cell_line: the 1-based number of the line in that cell.
    """

    source_line: str = ""
    document_line: int = 0
    column: int = 1
    cell: int = 0
    cell_line: int = 0


def line_of(report: SnippetReport, verdict: Verdict) -> int:
    """The document's line of a claim."""
    if isinstance(verdict, PlacedVerdict) and verdict.document_line:
        return verdict.document_line
    return report.line + max(verdict.claim.line - 1, 0)


def column_of(verdict: Verdict) -> int:
    """The 1-based column of a claim in the document's line; 1 where it is not known."""
    return verdict.column if isinstance(verdict, PlacedVerdict) else 1


def snippet_json(report: SnippetReport) -> dict[str, Any]:
    """One snippet as `verify`, `ask` and the web app give it.

    `line` is the document's, the claims' `line` is that of the code, as in `Claim`.
    """
    snippet, error = report.snippet, report.error
    return {
        "document": report.document,
        "start": snippet.span.start,
        "end": snippet.span.end,
        "line": report.line,
        "code": snippet.code,
        "restored": snippet.restored,
        "status": report.status,
        "error": None
        if error is None
        else {
            "type": error.type,
            "message": error.message,
            "line": error.line,
            "source_line": error.source_line,
        },
        "stdout": report.stdout,
        "seconds": round(report.seconds, 4),
        "claims": [claim_json(verdict, snippet.code) for verdict in report.verdicts],
    }


def claim_json(verdict: Verdict, code: str) -> dict[str, Any]:
    """One verdict; where its document is unknown, the code's own line stands for the source."""
    claim = verdict.claim
    if isinstance(verdict, PlacedVerdict):
        source = verdict.source_line
    else:
        lines = code.splitlines()
        source = lines[claim.line - 1].strip() if 0 < claim.line <= len(lines) else ""
    return {
        "line": claim.line,
        "source_line": source,
        "text": claim.text,
        "kind": claim.kind,
        "state": verdict.state,
        "claimed": verdict.claimed,
        "observed": verdict.observed,
        "note": verdict.note,
    }


def summary(reports: Iterable[SnippetReport]) -> dict[str, int]:
    """Counts of snippets and claims by what became of them."""
    counts = dict.fromkeys(
        (
            "snippets", "ok", "error", "needs_context", "not_run", "claims", "confirmed", "refuted",
            "unverifiable", "not_run_claims",
        ),
        0,
    )  # fmt: skip
    for report in reports:
        counts["snippets"] += 1
        counts["not_run" if report.status in NOT_RUN else report.status] += 1
        for verdict in report.verdicts:
            counts["claims"] += 1
            counts["not_run_claims" if verdict.state == "not_run" else verdict.state] += 1
    return counts


def files_json(
    files: Mapping[str, Sequence[SnippetReport]], *, torch: str, python: str, device: str
) -> dict[str, Any]:
    """Everything that one call of `verify` found.

    Args:
        files: the reports of each file, by its path.
        torch: the version that ran the snippets.
        python: the version of Python.
        device: `cpu` or `cuda`.
    """
    return {
        "torch": torch,
        "python": python,
        "device": device,
        "files": [
            {"path": path, "snippets": [snippet_json(report) for report in reports]}
            for path, reports in files.items()
        ],
        "summary": summary(report for reports in files.values() for report in reports),
    }
