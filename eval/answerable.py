"""Whether a system knows when the documents do not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.datasets import Query
from eval.systems import Ranking, Run

REFUSALS_ALLOWED = 0.04
"""Share of answerable questions that may be refused; refusing more makes a nuisance of it."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """How well confidence tells answerable questions from the others.

    Attributes:
        auroc: chance that an answerable question gets more confidence than another one; ties half.
        wrong_refusals: share of answerable questions that the system itself refuses, None if it
            takes no such decision.
        right_refusals: share of the others that it refuses.
        attainable: share of the others refused at the best threshold that refuses at most
            `REFUSALS_ALLOWED` of the answerable ones.
        refused: style of query to the share that the system refuses; empty without decisions.
        missed: ids of the answerable that it refuses, then of the others that it answers.
    """

    answerable: int
    unanswerable: int
    auroc: float
    wrong_refusals: float | None
    right_refusals: float | None
    attainable: float
    refused: Mapping[str, float]
    missed: tuple[str, ...]


def answerability(queries: Sequence[Query], run: Run) -> Answerability | None:
    """Judges `run` on queries of both kinds; None if there is only one kind."""
    known = [run.get(query.id, Ranking(())) for query in queries if query.answerable]
    other = [run.get(query.id, Ranking(())) for query in queries if not query.answerable]
    if not known or not other:
        return None
    decided = all(ranking.answerable is not None for ranking in (*known, *other))
    missed = tuple(
        query.id
        for wanted in (True, False)
        for query in queries
        if query.answerable is wanted and run.get(query.id, Ranking(())).answerable is not wanted
    )
    return Answerability(
        answerable=len(known),
        unanswerable=len(other),
        auroc=_auroc([r.confidence for r in known], [r.confidence for r in other]),
        wrong_refusals=_share([not r.answerable for r in known]) if decided else None,
        right_refusals=_share([not r.answerable for r in other]) if decided else None,
        attainable=_attainable([r.confidence for r in known], [r.confidence for r in other]),
        refused=_refused_by_style(queries, run) if decided else {},
        missed=missed if decided else (),
    )


def _refused_by_style(queries: Sequence[Query], run: Run) -> dict[str, float]:
    flags: dict[str, list[bool]] = {}
    for query in queries:
        refused = not run.get(query.id, Ranking(())).answerable
        flags.setdefault(query.style, []).append(refused)
    return {style: _share(held) for style, held in flags.items()}


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    from scipy.stats import mannwhitneyu

    wins = mannwhitneyu(positive, negative, alternative="two-sided", method="asymptotic").statistic
    return float(wins) / (len(positive) * len(negative))


def _attainable(positive: Sequence[float], negative: Sequence[float]) -> float:
    allowed = int(REFUSALS_ALLOWED * len(positive))
    threshold = sorted(positive)[allowed]
    return _share([value < threshold for value in negative])


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)
