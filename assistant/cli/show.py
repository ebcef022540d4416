"""Reports as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assistant.types import Citation, SnippetReport, State, Verdict

MARKS: dict[State, str] = {"confirmed": "✓", "refuted": "✗", "unverifiable": "?", "not_run": "–"}
"""One sign a state; the state's name always stands beside it."""


def citation_line(citation: Citation) -> str:
    """`[1] page.txt [120:480]  the question`."""
    span = f"{citation.span.start}:{citation.span.end}"
    return f"[{citation.marker}] {citation.document} [{span}]  {citation.question}"


def report_lines(report: SnippetReport, *, show_all: bool = True) -> Iterator[str]:
    """A snippet's outcome, then one line a claim; without `show_all`, none that was confirmed."""
    place = f"{report.document}, line {report.line}"
    restored = ", code restored" if report.snippet.restored else ""
    yield f"Ran the code of {place}{restored}: {outcome(report)} ({report.seconds:.2f} s)"
    for verdict in report.verdicts:
        if show_all or verdict.state != "confirmed":
            yield verdict_line(verdict)
    if show_all and not report.verdicts:
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
    line = f"  {MARKS[verdict.state]} {verdict.state:<12} line {claim.line}: {claim.text}"
    if verdict.state == "refuted":
        line += f" — running it gives {' '.join(verdict.observed.split())}"
    elif verdict.note:
        line += f" — {verdict.note}"
    return line


def tally(reports: list[SnippetReport]) -> str:
    """`12 snippets; claims: 9 confirmed, 1 refuted, 2 unverifiable, 0 not run`."""
    states = Counter(v.state for report in reports for v in report.verdicts)
    counts = ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in MARKS)
    return f"{len(reports)} snippets; claims: {counts}"
