"""Retrieval measures, computed by ir-measures on rankings without ties."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.errors import InputError
from eval.datasets import Qrels
from eval.systems import Run

MEASURES = ("nDCG@10", "RR@10", "AP", "R@10", "Success@1", "Judged@10")
"""What is measured if nothing else is asked for, as ir-measures spells it."""

TRUE = "true "
"""Put before a measure's name where hits on refuted entries count as misses."""

_MEANINGS: Mapping[str, str] = {
    "nDCG": "gain of the first {k} by grade, each discounted by log2(rank + 1), over the gain of"
    " the best possible order",
    "RR": "1 / rank of the first relevant hit, 0 if there is none among the first {k}",
    "AP": "mean of the precision at the rank of each relevant entry, one not found counting 0",
    "R": "share of the relevant entries that are among the first {k}",
    "P": "share of the first {k} that is relevant; fewer hits than that count as wrong ones",
    "Success": "1 if a relevant hit is among the first {k}, else 0",
    "Judged": "share of the first {k} hits that has a label, be it 0; low means: look at the hits"
    " before believing the other figures",
}


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
    """Each measure with what it says; relevant means graded 1 or 2.

    Raises:
        InputError: a measure that ir-measures does not know.
    """
    return {name: _meaning(measure) for name, measure in _parsed(names).items()}


def score(qrels: Qrels, run: Run, measures: Sequence[str] = MEASURES) -> Scores:
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


def depth_for(measures: Sequence[str]) -> int:
    """How many hits a ranking needs for these measures: those without a cut-off see 100.

    Raises:
        InputError: a measure that ir-measures does not know.
    """
    return max(10, *(m.params.get("cutoff") or 100 for m in _parsed(measures).values()))


def truthful(run: Run, refuted: Collection[str]) -> Run:
    """The run with every hit on a refuted text made into a hit on nothing, in its place.

    Scored against the same labels, the best possible order stays what it was: a right text that
    says something false is lost, as it is to the reader.
    """
    return {
        qid: replace(
            ranking,
            hits=tuple(
                hit._replace(id=f"refuted:{hit.id}") if hit.id in refuted else hit
                for hit in ranking.hits
            ),
        )
        for qid, ranking in run.items()
    }


def _meaning(measure: Any) -> str:  # noqa: ANN401
    cutoff = measure.params.get("cutoff")
    meaning = _MEANINGS.get(measure.NAME)
    if meaning is None or set(measure.params) - {"cutoff"}:
        return "as ir-measures defines it"
    return meaning.format(k=cutoff) if cutoff else meaning.replace("the first {k}", "all hits")


def _parsed(names: Sequence[str]) -> dict[str, Any]:
    import ir_measures

    try:
        return {name: ir_measures.parse_measure(name) for name in names}
    except (ValueError, NameError, SyntaxError) as fault:
        raise InputError(
            str(fault), where="--measure", hint=f"such as {', '.join(MEASURES)} or P@5"
        ) from fault
