"""Whether one system is better than another, or luck with these queries would do as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

RESAMPLES = 9999
SEED = 20250
"""Resampling starts from this seed, so that a report can be made again to the digit."""

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds of its bootstrap interval (percentile, 95%)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """`ours` against `theirs` on one measure, query by query.

    Attributes:
        difference: mean of ours minus theirs, with its bootstrap interval.
        p: two-sided paired randomisation test: how often swapping the two systems query by query
            at random gives a difference at least this large.
        p_holm: the same after Holm's correction for all systems that ours is compared with on this
            measure.
        differences: query id to ours minus theirs, largest loss first; equal ones left out.
    """

    measure: str
    ours: str
    theirs: str
    difference: Interval
    p: float
    p_holm: float
    wins: int
    ties: int
    losses: int
    differences: Mapping[str, float]

    @property
    def worse(self) -> bool:
        """Whether ours is worse, and not by luck."""
        return self.difference.mean < 0 and self.p < 1 - CONFIDENCE


def interval(values: Mapping[str, float]) -> Interval:
    """Mean of `values` with its bootstrap interval; one point where all values are equal."""
    import numpy as np

    held = np.array([values[qid] for qid in sorted(values)], dtype=np.float64)
    if not len(held):
        return Interval(0.0, 0.0, 0.0)
    return _interval(held)


def compare(
    measure: str,
    ours: tuple[str, Mapping[str, float]],
    theirs: tuple[str, Mapping[str, float]],
) -> Comparison:
    """Compares two systems' values per query id; each is given as (name, values).

    Raises:
        InputError: the two were not measured on the same queries.
    """
    import numpy as np
    from scipy.stats import permutation_test

    (our_name, our_values), (their_name, their_values) = ours, theirs
    if set(our_values) != set(their_values):
        odd = sorted(set(our_values) ^ set(their_values))
        raise InputError(
            f"{our_name} and {their_name} were measured on different queries, such as {odd[0]}",
            hint="compare runs over the same query set",
        )
    ids = sorted(our_values)
    gaps = np.array([our_values[qid] - their_values[qid] for qid in ids], dtype=np.float64)
    p = 1.0
    if len(gaps) > 1 and np.any(gaps):
        # Swapping two paired systems on a query turns the sign of its difference.
        p = float(
            permutation_test(
                (gaps,),
                np.mean,
                permutation_type="samples",
                vectorized=True,
                n_resamples=RESAMPLES,
                rng=np.random.default_rng(SEED),
            ).pvalue
        )
    order = sorted((float(gap), qid) for gap, qid in zip(gaps, ids, strict=True) if gap)
    return Comparison(
        measure=measure,
        ours=our_name,
        theirs=their_name,
        difference=_interval(gaps) if len(gaps) else Interval(0.0, 0.0, 0.0),
        p=p,
        p_holm=p,
        wins=int((gaps > 0).sum()),
        ties=int((gaps == 0).sum()),
        losses=int((gaps < 0).sum()),
        differences={qid: gap for gap, qid in order},
    )


def compare_all(
    measure: str, systems: Sequence[tuple[str, Mapping[str, float]]]
) -> tuple[Comparison, ...]:
    """Compares the first system's values with each other one's; all given as (name, values).

    Raises:
        InputError: they were not measured on the same queries.
    """
    ours, *others = systems
    found = [compare(measure, ours, theirs) for theirs in others]
    adjusted = holm([comparison.p for comparison in found])
    return tuple(replace(c, p_holm=p) for c, p in zip(found, adjusted, strict=True))


def holm(values: Sequence[float]) -> list[float]:
    """P values corrected for their number by Holm's step-down method (1979), in their order."""
    adjusted = [0.0] * len(values)
    worst = 0.0
    for place, n in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        worst = max(worst, min(1.0, (len(values) - place) * values[n]))
        adjusted[n] = worst
    return adjusted


def _interval(values: npt.NDArray[np.float64]) -> Interval:
    import numpy as np
    from scipy.stats import bootstrap

    mean = float(values.mean())
    if len(values) < 2 or np.ptp(values) == 0:
        return Interval(mean, mean, mean)
    bounds = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Interval(mean, float(bounds.low), float(bounds.high))
