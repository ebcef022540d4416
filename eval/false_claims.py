"""Claims that are made false on purpose: a verifier that looks must notice."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.verdict_figures import Miss

if TYPE_CHECKING:
    from assistant.types import Verdict
    from assistant.verify.verifier import Verifier
    from eval.claim_labels import Case

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*|\.\d+)(?![\w])")
_SIGN = re.compile(r"=\s|>\s|:\s|→\s|(?<=[)\w])=(?=[-.\d])")


def changed_claims(
    verifier: Verifier,
    confirmed: Sequence[tuple[Case, Verdict]],
    most: int,
    choice: random.Random,
) -> tuple[int, list[Miss]]:
    """Changes confirmed claims in one digit, dimension, dtype or sign.

    Returns:
        How many were changed, and those that were not refuted then.
    """
    chosen = list(confirmed)
    choice.shuffle(chosen)
    changed = 0
    escaped: list[Miss] = []
    for case, verdict in chosen:
        if changed >= most:
            break
        lines = case.text.splitlines()
        claim = verdict.claim
        first = claim.text.splitlines()[0]
        other = mutated(first, choice, verdict.observed)
        at = lines[claim.line - 1].rfind(first)
        if other is None or at < 0:
            continue
        lines[claim.line - 1] = lines[claim.line - 1][:at] + other
        report = verifier.verify_code("\n".join(lines) + "\n", name=case.name)
        states = [one.state for one in report.verdicts if one.claim.line == claim.line]
        changed += 1
        if "refuted" not in states:
            source = lines[claim.line - 1].strip()
            got = states[0] if states else "none"
            escaped.append(Miss(case.name, claim.line, claim.kind, "refuted", got, source))
    return changed, escaped


def mutated(text: str, choice: random.Random, observed: str = "") -> str | None:
    """A claim made false in one place, None where nothing in it can be changed.

    Args:
        text: the claim, its first line.
        choice: of the place and of the change.
        observed: what running showed. A remark may hold other numbers than the one that it
            states, those of a formula or of a reason: changed is one that was seen, where there
            is one.
    """
    if re.search(r"(?:error|raises|works|fails|#)", text, re.IGNORECASE):
        return None
    # A type that a remark speaks of is not what the value has.
    dtype = re.search(
        r"(?:^|torch\.|dtype\W+|→ )(float32|float64|float16|int64|int32|bool)\b", text
    )
    if dtype is not None:
        others = [name for name in ("float32", "float64", "int64") if name != dtype.group(1)]
        return text[: dtype.start(1)] + choice.choice(others) + text[dtype.end(1) :]
    truth = re.match(r"(True|False)\b", text)
    if truth is not None:
        return ("False" if truth.group() == "True" else "True") + text[truth.end() :]
    digits = _claimed(text, observed)
    if not digits:
        return None
    hit = choice.choice(digits)
    number = hit.group()
    if choice.random() < 0.3 and float(number) != 0 and "Size" not in text and "." in number:
        new = number[1:] if number.startswith("-") else f"-{number}"
    else:
        whole = number.rstrip(".")
        last = whole[-1]
        new = whole[:-1] + str((int(last) + choice.randint(1, 8)) % 10) + number[len(whole) :]
        if float(new) == float(number):
            return None
    return text[: hit.start()] + new + text[hit.end() :]


def _claimed(text: str, observed: str) -> list[re.Match[str]]:
    """The numbers of a claim by which it states a value."""
    literal = re.match(r"[\s\S]*?(?=\s+[—–]\s|\s+\([a-z]|\s{2,}|$)", text)
    end = literal.end() if literal else len(text)
    digits = [
        hit for hit in _NUMBER.finditer(text, 0, end) if not text[: hit.start()].endswith("e-")
    ]
    # What an equation or a chain of remarks ends with is the claim.
    signs = [
        hit.end()
        for hit in _SIGN.finditer(text, 0, end)
        if text.count("(", 0, hit.start()) <= text.count(")", 0, hit.start())
    ]
    last = [hit for hit in digits if hit.start() >= max(signs, default=0)]
    seen = [float(one) for one in _NUMBER.findall(observed)]
    for group in (last, digits):
        stating = [hit for hit in group if _is_among(hit.group(), seen)]
        if stating:
            return stating
    return last


def _is_among(written: str, seen: Sequence[float]) -> bool:
    """Whether a number is one of those seen, to the digits that it is written with."""
    places = len(written.partition(".")[2])
    return any(abs(float(written) - one) <= 0.5001 * 10**-places * (places > 0) for one in seen)
