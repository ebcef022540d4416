"""Reports as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.types import Citation, SnippetReport, State, Verdict

MARKS: dict[State, str] = {"confirmed": "✓", "refuted": "✗", "unverifiable": "?", "not_run": "–"}
"""One sign a state; the state's name always stands beside it."""


def citation_line(citation: Citation) -> str:
    """`[1] page.txt [120:480]  the question`."""
    span = f"{citation.span.start}:{citation.span.end}"
    return f"[{citation.marker}] {citation.document} [{span}]  {citation.question}"


def report_lines(report: SnippetReport) -> Iterator[str]:
    """A snippet's outcome, then one line a claim."""
    place = f"{report.document}, line {report.line}"
    restored = ", code restored" if report.snippet.restored else ""
    yield f"Ran the code of {place}{restored}: {outcome(report)} ({report.seconds:.2f} s)"
    for verdict in report.verdicts:
        yield verdict_line(verdict)
    if not report.verdicts:
        yield "  it makes no claim that running could settle"


def outcome(report: SnippetReport) -> str:
    """What became of a snippet, in words."""
    match report.status:
        case "ok":
            return "it ran"
        case "needs_context":
            return report.reason or "it needs names that the page never defines"
        case "error" if report.error:
            at = f" on line {report.error.line}" if report.error.line else ""
            return f"it raised {report.error.type}{at}: {report.error.message}"
        case _:
            return report.reason or report.status


def verdict_line(verdict: Verdict) -> str:
    """`  ✗ refuted       line 7: 24 — running it gives 96`."""
    claim = verdict.claim
    place = f"line {claim.line}" if claim.line else "in the text"
    line = f"  {MARKS[verdict.state]} {verdict.state:<12} {place}: {claim.text}"
    if verdict.state == "refuted":
        line += f" — running it gives {' '.join(verdict.observed.split())}"
    elif verdict.note:
        line += f" — {verdict.note}"
    return line
