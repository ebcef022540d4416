"""Retrieval measures, computed by ir-measures on rankings without ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import InputError
from eval.datasets import Qrels
from eval.systems import Run

MEASURES: Mapping[str, str] = {
    "nDCG@10": "gain of the first ten by grade, discounted by log2 of rank, over the best possible",
    "RR@10": "1 / rank of the first relevant hit, 0 if none among ten",
    "R@10": "share of the relevant entries among the first ten",
    "Success@1": "whether the first hit is relevant",
}
"""Name, as ir-measures spells it, to what it says; relevant means graded 1 or 2."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Values by measure and query id; every labelled query is in it, found or not."""

    values: Mapping[str, Mapping[str, float]]

    def mean(self, measure: str, queries: Sequence[str] | None = None) -> float:
        """Mean over all queries, or over some; 0.0 over none."""
        held = self.values[measure]
        chosen = list(held) if queries is None else list(queries)
        return sum(held[qid] for qid in chosen) / len(chosen) if chosen else 0.0

    def means(self, queries: Sequence[str] | None = None) -> dict[str, float]:
        """`mean` for each measure."""
        return {measure: self.mean(measure, queries) for measure in self.values}


def describe(names: Sequence[str]) -> dict[str, str]:
    """Each measure with what it says; those that are not ours are as ir-measures defines them.

    Raises:
        InputError: a measure that ir-measures does not know.
    """
    _parsed(names)
    return {name: MEASURES.get(name, "as ir-measures defines it") for name in names}


def score(qrels: Qrels, run: Run, measures: Sequence[str] = tuple(MEASURES)) -> Scores:
    """Scores `run` on the queries that have a relevant text; one without hits scores 0.

    Only the order within a ranking counts: libraries break ties of score in ways of their own,
    even differently for two measures, so each position gets a score of its own.

    Raises:
        InputError: a measure that ir-measures does not know.
    """
    import ir_measures

    labelled = {qid: grades for qid, grades in qrels.items() if any(g > 0 for g in grades.values())}
    parsed = _parsed(measures)
    truth = [
        ir_measures.Qrel(qid, item, grade)
        for qid, grades in labelled.items()
        for item, grade in grades.items()
    ]
    found = [
        ir_measures.ScoredDoc(qid, hit.id, float(len(ranking.hits) - place))
        for qid, ranking in run.items()
        if qid in labelled
        for place, hit in enumerate(ranking.hits)
    ]
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(labelled, 0.0) for name in parsed}
    names = {measure: name for name, measure in parsed.items()}
    if truth and found:
        for metric in ir_measures.iter_calc(list(names), truth, found):
            values[names[metric.measure]][metric.query_id] = float(metric.value)
    return Scores(values)


def _parsed(names: Sequence[str]) -> dict[str, Any]:
    import ir_measures

    try:
        return {name: ir_measures.parse_measure(name) for name in names}
    except (ValueError, NameError, SyntaxError) as fault:
        raise InputError(
            str(fault), where="--measure", hint=f"such as {', '.join(MEASURES)}, P@5 or AP"
        ) from fault
