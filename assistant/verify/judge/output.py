"""Printed output that a page shows behind its code."""

from __future__ import annotations

from assistant.types import State
from assistant.verify.judge.judgement import Judgement
from assistant.verify.observe import Observation
from assistant.verify.printed import aligned, compare_text


def expected_output(claimed: str, seen: Observation) -> list[tuple[int, str, Judgement]]:
    """Sets the output that a page shows against the one that was printed.

    Returns:
        For each line of the claim: the line of code that printed it, the text, the judgement.
    """
    printed = "".join(text for _, text in seen.outputs)
    owners = [line for line, text in seen.outputs for row in text.splitlines() if row.strip()]
    rows = [row for row in printed.splitlines() if row.strip()]
    pairs = aligned(claimed, "\n".join(rows))
    if pairs is not None:
        by_row = iter(owners)
        found: list[tuple[int, str, Judgement]] = []
        for want, have in pairs:
            match = compare_text(want, have)
            line = next(by_row, owners[-1] if owners else 1)
            state: State = "confirmed" if match.agrees else "refuted"
            found.append((line, want, Judgement(state, have, part=match.part)))
        return found
    wanted = [row for row in claimed.splitlines() if row.strip()]
    last = owners[-1] if owners else 1
    if len(wanted) != len(rows):
        match = compare_text(claimed, printed)
        state = "confirmed" if match.agrees else "refuted"
        return [(last, claimed.strip(), Judgement(state, printed.strip()[:300], part="text"))]
    found = []
    for want, have, line in zip(wanted, rows, owners, strict=True):
        match = compare_text(want, have)
        state = "confirmed" if match.agrees else "refuted"
        found.append((line, want.strip(), Judgement(state, have.strip()[:300], part=match.part)))
    return found
