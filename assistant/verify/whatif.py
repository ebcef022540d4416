"""What if: a snippet with lines changed, judged anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.types import SnippetReport
from assistant.verify.verifier import Verifier
from corpus.errors import InputError


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A changed snippet, its report, and the claims whose verdict is another one now.

    `flipped` holds `(line, claim, state before, state now)`.
    """

    code: str
    report: SnippetReport
    flipped: tuple[tuple[int, str, str, str], ...]


def what_if(verifier: Verifier, before: SnippetReport, changes: Mapping[int, str]) -> WhatIf:
    """Runs a snippet with some of its lines replaced.

    Args:
        verifier: runs it.
        before: the report on the snippet as it stands.
        changes: new lines by 1-based number in the snippet's code.

    Raises:
        InputError: a number is not one of the snippet's lines.
    """
    lines = before.snippet.code.splitlines()
    for number, text in changes.items():
        if not 1 <= number <= len(lines):
            raise InputError(
                f"there is no line {number}",
                where="the snippet",
                hint=f"it has the lines 1 to {len(lines)}",
            )
        lines[number - 1] = text
    code = "\n".join(lines) + "\n"
    report = verifier.verify_code(code, name=before.document)
    states = {(one.claim.line, one.claim.text): one.state for one in before.verdicts}
    flipped = tuple(
        (one.claim.line, one.claim.text, states[one.claim.line, one.claim.text], one.state)
        for one in report.verdicts
        if states.get((one.claim.line, one.claim.text), one.state) != one.state
    )
    return WhatIf(code, report, flipped)
