"""Whether it knows what it cannot answer, and whether its confidence means what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from eval.answerable import REFUSALS_ALLOWED, Answerability
from eval.systems import Ranking

if TYPE_CHECKING:
    from eval.datasets import Query, Split
    from eval.systems import Run

BINS = 10
LEAST_AUROC = 0.96
LEAST_REFUSED = 0.85
"""Share of what cannot be answered that has to be refused at the shipped threshold."""

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Bin:
    """Queries of about the same confidence, and the share of them that can be answered."""

    low: float
    high: float
    n: int
    confidence: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether 0.8 means that 80% can be answered.

    Attributes:
        bins: of equal width, those without queries left out.
        ece: expected calibration error, the mean over queries of |confidence - share answerable|
            of their bin.
        brier: mean of (confidence - answerable)², 0 to 1.
    """

    bins: tuple[Bin, ...]
    ece: float
    brier: float


@dataclass(frozen=True, slots=True)
class AnswerableFigures:
    """What `torchproof eval answerable` prints.

    `wrong` holds the texts of queries that were decided wrongly, by kind of mistake.
    """

    dataset: str
    answering: Answerability
    calibration: Calibration
    wrong: Mapping[str, tuple[str, ...]]
    confidences: Mapping[str, tuple[float, ...]] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return {**asdict(self), "missed": list(self.missed)}

    @property
    def missed(self) -> tuple[str, ...]:
        """A line for each bar that was missed."""
        a = self.answering
        wrong, right = a.wrong_refusals or 0.0, a.right_refusals or 0.0
        lines = []
        if a.auroc < LEAST_AUROC:
            lines.append(f"AUROC {a.auroc:.3f}, the bar is {LEAST_AUROC}")
        if wrong > REFUSALS_ALLOWED:
            lines.append(f"{wrong:.1%} wrongly refused, the bar is {REFUSALS_ALLOWED:.0%}")
        if right < LEAST_REFUSED:
            lines.append(f"{right:.1%} rightly refused, the bar is {LEAST_REFUSED:.0%}")
        return tuple(lines)

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        a = self.answering
        rows = [
            ("queries answerable, not", f"{a.answerable}, {a.unanswerable}"),
            ("AUROC", f"{a.auroc:.3f} (bar {LEAST_AUROC})"),
            ("wrongly refused", f"{a.wrong_refusals or 0:.1%} (bar {REFUSALS_ALLOWED:.0%})"),
            ("rightly refused", f"{a.right_refusals or 0:.1%} (bar {LEAST_REFUSED:.0%})"),
            ("rightly refused at the best threshold with 4% wrongly", f"{a.attainable:.1%}"),
            ("expected calibration error", f"{self.calibration.ece:.3f}"),
            ("Brier score", f"{self.calibration.brier:.3f}"),
        ]
        rows += [(f"refused, {style}", f"{share:.1%}") for style, share in a.refused.items()]
        for kind, texts in self.wrong.items():
            rows += [(kind, text) for text in texts[:SHOWN]]
        return rows

    def charts(self) -> list[str]:
        """The reliability diagram and how confidence is spread; none without plotly."""
        from eval.charts import blank, fragments

        diagram = blank("Reliability: share answerable by confidence", 380)
        spread = blank("Confidence of what can be answered, and of what cannot", 320)
        if diagram is None or spread is None:
            return []
        diagram.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", name="perfect", line={"dash": "dot", "color": "#888"}
        )
        diagram.add_scatter(
            x=[b.confidence for b in self.calibration.bins],
            y=[b.answerable for b in self.calibration.bins],
            mode="lines+markers",
            name="measured",
            marker={"size": [8 + b.n**0.5 for b in self.calibration.bins]},
            text=[f"{b.n} queries" for b in self.calibration.bins],
        )
        diagram.update_xaxes(range=[0, 1], title="confidence")
        diagram.update_yaxes(range=[0, 1.02], title="share answerable")
        for name, values in self.confidences.items():
            spread.add_histogram(
                x=list(values), name=name, opacity=0.65, xbins={"start": 0, "end": 1, "size": 0.05}
            )
        spread.update_layout(barmode="overlay")
        spread.update_xaxes(range=[0, 1], title="confidence")
        spread.update_yaxes(title="queries")
        return fragments([diagram, spread])


def evaluate(documents: Path | None = None, split: Split | None = None) -> AnswerableFigures:
    """Measures our own search on our queries over `documents`, else over the built-in corpus.

    Raises:
        InputError: the queries are all of one kind, or the documents are not there.
    """
    from eval.retrieval import Plan, evaluate_builtin, evaluate_documents

    plan = Plan(systems=("torchproof",), measures=("nDCG@10",))
    figures = (
        evaluate_documents(documents, split, plan) if documents else evaluate_builtin(split, plan)
    )
    found = figures.systems[0].answering
    if found is None:
        raise InputError("all queries are answerable, or none is", where=figures.dataset)
    queries, run = figures.query_set.queries, figures.runs["torchproof"]
    return AnswerableFigures(
        dataset=figures.dataset,
        answering=found,
        calibration=calibration(queries, run),
        wrong=_wrong(queries, run),
        confidences={
            name: tuple(run[q.id].confidence for q in queries if q.answerable is wanted)
            for name, wanted in (("answerable", True), ("not answerable", False))
        },
    )


def calibration(queries: Sequence[Query], run: Run) -> Calibration:
    """Sets confidence against the share of queries that can be answered, in bins of equal width."""
    pairs = [(run.get(q.id, Ranking(())).confidence, q.answerable) for q in queries]
    bins = []
    for n in range(BINS):
        low, high = n / BINS, (n + 1) / BINS
        held = [
            pair for pair in pairs if low <= pair[0] < high or (pair[0] >= 1.0 and n == BINS - 1)
        ]
        if held:
            bins.append(
                Bin(
                    low,
                    high,
                    len(held),
                    sum(confidence for confidence, _ in held) / len(held),
                    sum(answerable for _, answerable in held) / len(held),
                )
            )
    total = len(pairs) or 1
    ece = sum(b.n * abs(b.confidence - b.answerable) for b in bins) / total
    brier = sum((confidence - answerable) ** 2 for confidence, answerable in pairs) / total
    return Calibration(tuple(bins), ece, brier)


def _wrong(queries: Sequence[Query], run: Run) -> dict[str, tuple[str, ...]]:
    def texts(answerable: bool) -> tuple[str, ...]:
        return tuple(
            f"{query.text} ({query.style}, {run[query.id].confidence:.2f})"
            for query in queries
            if query.answerable is answerable and run[query.id].answerable is not answerable
        )

    return {"wrongly refused": texts(True), "wrongly answered": texts(False)}
