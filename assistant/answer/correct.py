"""A finished answer, with what execution refuted put right where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.types import SnippetReport


def correct(text: str, reports: Iterable[SnippetReport]) -> str:
    """`text` with a remark behind every code line whose claim was refuted.

    A line with a refuted claim is never shown as if it were true: what was observed stands next
    to it.  The code itself stays as its source has it.
    """
    for report in reports:
        code = report.snippet.code.rstrip()
        if code not in text:
            continue
        lines = code.split("\n")
        for verdict in report.verdicts:
            at = verdict.claim.line - 1
            if verdict.state == "refuted" and 0 <= at < len(lines):
                seen = " ".join(verdict.observed.split())
                lines[at] += f"  # ✗ REFUTED: running it gives {seen}"
        text = text.replace(code, "\n".join(lines), 1)
    return text
