"""Chance: a claim about a value stands only if it stands whatever the dice show.

A snippet that draws random numbers is run again under other seeds, its own seeds moved as well.  A
value that moves can be neither refuted nor confirmed, unless the snippet fixes its seed itself and
the page agrees with what that seed gives here; what does not move is judged as usual.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.verify.judge import Judgement
from assistant.verify.numbers import as_number
from assistant.verify.observe import Observation
from assistant.verify.printed import skeleton, tokens
from assistant.verify.unsettled import volatile

# Chosen so that among them the first numbers of every common draw (normal, uniform, integers,
# permutations) take either sign, either half and either parity.
SEEDS = (728, 1032, 1285, 1364)
# What says little (a yes, a no, a small whole number) can agree four times by luck: of fast
# snippets it is asked more often.
MORE_SEEDS = (5, 67, 890, 1234, 56789, 10111, 21314, 15161, 71819, 20212)
# A run that took this long (seconds) is repeated less often.
FAST, SLOW, VERY_SLOW = 1.0, 2.0, 6.0
# By how much sums in single precision may differ that are the same in exact ones.
ROUNDING = 1e-5
RANDOM = "random: the value changes from run to run"
SEEDED = "random: it depends on the seed, the version and the hardware"

UNREPEATED = "it draws random numbers and could not be repeated"

Rerun = Callable[[int, int], Sequence[Judgement] | None]
"""Judges all claims of a snippet anew under `(seed, shift)`; None where that run got stuck."""


def needs_rerun(code: str, prelude: Sequence[str], seen: Observation) -> bool:
    """Whether another run of this snippet could show something else."""
    return seen.random or not seen.finished or any(volatile(text) for text in (code, *prelude))


def settle(
    judgements: Sequence[Judgement], rerun: Rerun, *, seconds: float, seeded: bool
) -> list[Judgement]:
    """Takes back every verdict that another seed does not bear out.

    Args:
        judgements: of the first run.
        rerun: judges anew.
        seconds: how long the first run took.
        seeded: whether the snippet sets seeds of its own.
    """
    definite = [one.state in ("confirmed", "refuted") for one in judgements]
    if not any(definite):
        return list(judgements)
    little = any(map(_says_little, judgements))
    count = len(SEEDS) if little or seconds < SLOW else 3
    count = count if seconds < VERY_SLOW else 2
    others = _runs(rerun, SEEDS[:count], 1)
    if not others:
        return [_unrepeated(one) for one in judgements]
    if seconds < FAST and any(
        _says_little(one) and not _moves(one, [run[place] for run in others])
        for place, one in enumerate(judgements)
    ):
        others += _runs(rerun, MORE_SEEDS, count + 1)
    under_own: Sequence[Judgement] | None = None
    settled: list[Judgement] = []
    for place, first in enumerate(judgements):
        if not definite[place] or not _moves(first, [run[place] for run in others]):
            settled.append(first)
            continue
        # What other seeds do not bear out is no property of the code.
        drawn = first.part != "property"
        if seeded and first.state == "confirmed" and drawn and not first.hedged:
            under_own = under_own or rerun(SEEDS[0], 0)
            if under_own is not None and under_own[place].state == "confirmed":
                settled.append(replace(first, note=first.note or "under the snippet's own seed"))
                continue
        note = SEEDED if seeded else RANDOM
        settled.append(replace(first, state="unverifiable", note=note))
    return settled


def _runs(rerun: Rerun, seeds: Sequence[int], shift: int) -> list[Sequence[Judgement]]:
    runs = (rerun(seed, shift + at) for at, seed in enumerate(seeds))
    return [run for run in runs if run is not None]


def _says_little(one: Judgement) -> bool:
    """Whether agreement could be luck: few values are possible."""
    if one.state not in ("confirmed", "refuted") or one.part not in ("value", "text"):
        return False
    return bool(re.fullmatch(r"(?:tensor\()?(?:True|False|-?\d{1,3})\)?", one.observed))


def _unrepeated(one: Judgement) -> Judgement:
    """Without another run, only what chance does not touch stands."""
    if one.state not in ("confirmed", "refuted") or one.part in ("dtype", "device", "error"):
        return one
    return replace(one, state="unverifiable", note=UNREPEATED)


def _moves(first: Judgement, others: Sequence[Judgement]) -> bool:
    """Whether a verdict or, for an accusation, what it rests on differs between runs."""
    if any(other.state != first.state for other in others):
        return True
    same = all(_alike(_basis(other), _basis(first)) for other in others)
    if first.state == "refuted":
        return not same and first.part not in ("kind", "dtype", "device", "error", "property")
    return not same and first.state == "confirmed" and _says_little(first)


def _basis(one: Judgement) -> str:
    """What a verdict rests on: of a wrong shape, the shape and not the values in it."""
    if one.part == "shape" and one.note:
        return one.note
    return one.exact or one.observed


def _alike(one: str, other: str) -> bool:
    """Whether two observations are the same but for rounding in the arithmetic."""
    if one == other:
        return True
    left, right = tokens(one), tokens(other)
    if skeleton(left) != skeleton(right):
        return False
    return all(
        math.isclose(_number(a.text), _number(b.text), rel_tol=ROUNDING)
        for a, b in zip(left, right, strict=True)
        if a.kind == "number"
    )


def _number(text: str) -> float:
    value = as_number(text.replace(",", "").removesuffix("..."))
    return value.real if value is not None else math.nan
