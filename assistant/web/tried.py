"""The visible examples of a task in HTML: as they stand, and what they gave behind an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.types import SnippetReport
from assistant.web.cells import code_html, details_html, summary_html


def examples_html(reports: Sequence[SnippetReport], code: str, examples: Sequence[str] = ()) -> str:
    """What the visible examples gave behind the candidate's code.

    Args:
        reports: one for each example, or, without examples, the one on the code alone.
        code: of the candidate.
        examples: as they were shown.
    """
    if not examples:
        return "".join(_tried("Your code, run", report) for report in reports)
    before = len(code.rstrip().split("\n")) + 1  # a blank line parts them
    parts: list[str] = []
    for number, (report, example) in enumerate(zip(reports, examples, strict=True), start=1):
        told = _counted_from(report, before)
        shown = [v for v, kept in zip(told.verdicts, report.verdicts, strict=True) if v != kept]
        parts.append(_tried(f"Example {number}", told, code_html(example.strip(), shown)))
    return "".join(parts)


def _tried(name: str, report: SnippetReport, code: str = "") -> str:
    return (
        f'<div class="tp-example"><h3 class="tp-sub">{name}</h3><figure class="tp-cell">{code}'
        f'<figcaption class="tp-foot"><p class="tp-line">{summary_html(report)}</p>'
        f"{details_html(report)}</figcaption></figure></div>"
    )


def _counted_from(report: SnippetReport, before: int) -> SnippetReport:
    """The report with the lines behind the first `before` counted from there."""
    verdicts = tuple(
        replace(v, claim=replace(v.claim, line=v.claim.line - before))
        if v.claim.line > before
        else v
        for v in report.verdicts
    )
    error = report.error
    if error and error.line and error.line > before:
        error = replace(error, line=error.line - before)
    return replace(report, verdicts=verdicts, error=error)


def visible_html(examples: Sequence[str]) -> str:
    """The examples of a task before they are run."""
    return "".join(
        f'<div class="tp-example"><h3 class="tp-sub">Example {n}</h3>'
        f'<figure class="tp-cell">{code_html(example, ())}</figure></div>'
        for n, example in enumerate(examples, start=1)
    )
