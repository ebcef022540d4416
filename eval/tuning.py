"""Fitting the numbers by which search weighs its evidence, on the development queries alone.

    python -m eval.tuning DOCUMENTS

indexes the labelled documents, fits, says what cross-validation by entry gives, and writes
`index/fusion.json` anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer.contextualise import understand_many
from eval.datasets import DocumentSet, Query, load_document_set
from index.fusion import SHIPPED, Fusion

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.search import Evidence, Searcher

FOLDS = 5
RIDGE = 0.01
"""Weight of the squared weights of standardised evidence in the loss."""
INVERSE_RIDGE = 1.0
"""scikit-learn's C for the confidence."""
REFUSED = 0.009
"""Share of answerable development queries that the threshold may refuse: less than a quarter of
what is allowed to it, since on queries of others the share was three to four times as high."""
EVIDENCE = ("dense", "lexical", "concept")


@dataclass(frozen=True, slots=True)
class Material:
    """Development queries with everything that is weighed.

    Attributes:
        raw: as the searcher gave it.
        evidence: float64 of shape (queries, entries, 3), in the order of `EVIDENCE`.
        grades: shape (queries, entries); all zero for what cannot be answered.
        fold: part of the cross-validation that each query is tested in; one entry, one fold.
    """

    queries: Sequence[Query]
    raw: Evidence
    evidence: npt.NDArray[np.float64]
    grades: npt.NDArray[np.float64]
    fold: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """What held-out queries got, by cross-validation.

    Attributes:
        ndcg: mean nDCG@10 of the answerable ones.
        first: share of them whose first hit is relevant.
        auroc: of the confidence.
        confidences: of every query, by weights that have not seen it.
    """

    ndcg: float
    first: float
    auroc: float
    confidences: npt.NDArray[np.float64]


def gather(searcher: Searcher, dataset: DocumentSet) -> Material:
    """The evidence for every development query."""
    import numpy as np

    queries = dataset.query_set.only("dev").queries
    asked = [(query.text, query.history) for query in queries]
    raw = searcher.evidence(understand_many(asked, searcher.stand_alone))
    groups = []
    for entry_id in searcher.ids:
        entry = searcher.entries[entry_id]
        name = Path(searcher.documents[entry.document_id].path).name
        groups.append(dataset.group_of[name, entry.number])
    qrels = dataset.query_set.qrels
    grades = np.array([[qrels.get(q.id, {}).get(g, 0) for g in groups] for q in queries])
    kinds = [getattr(raw, name) for name in EVIDENCE]
    return Material(
        queries,
        raw,
        np.stack(kinds, axis=-1).astype(np.float64),
        grades.astype(np.float64),
        np.array([_fold(q, qrels.get(q.id, {})) for q in queries]),
    )


def _fold(query: Query, grades: Mapping[str, int]) -> int:
    """By the entry that answers best, so that no entry is both fitted and tested on."""
    best = max(grades.values(), default=0)
    name = min((group for group, grade in grades.items() if grade == best), default=query.id)
    return int(sha256(name.encode()).hexdigest(), 16) % FOLDS


def fit_ranking(material: Material, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Non-negative weights under which grades are likeliest (softmax over entries); dense is 1."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import log_softmax, softmax

    rows = rows & (material.grades.sum(axis=1) > 0)
    evidence, grades = material.evidence[rows], material.grades[rows]
    wanted = grades / grades.sum(axis=1, keepdims=True)
    scale = evidence.std(axis=(0, 1))
    scaled = evidence / scale

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = scaled @ weights
        value = -(wanted * log_softmax(scores, axis=1)).sum(axis=1).mean()
        slope = np.einsum("qe,qef->f", softmax(scores, axis=1) - wanted, scaled) / len(scaled)
        return value + RIDGE * (weights**2).sum(), slope + 2 * RIDGE * weights

    found = minimize(loss, np.ones(len(EVIDENCE)), jac=True, bounds=[(0, None)] * len(EVIDENCE)).x
    weights: npt.NDArray[np.float64] = found / scale
    relative: npt.NDArray[np.float64] = weights / weights[0]
    return relative


def fit_confidence(
    signs: Sequence[Mapping[str, float]], answerable: Sequence[bool]
) -> dict[str, float]:
    """Weights of a logistic over signs, those of rare kinds as much as of common ones."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    names = sorted(signs[0])
    matrix = np.array([[sign[name] for name in names] for sign in signs])
    scale = matrix.std(axis=0) + 1e-9
    model = LogisticRegression(C=INVERSE_RIDGE, class_weight="balanced", max_iter=2000)
    model.fit(matrix / scale, answerable)
    weights = dict(zip(names, (model.coef_[0] / scale).tolist(), strict=True))
    return {"bias": float(model.intercept_[0]), **weights}


def tune(searcher: Searcher, dataset: DocumentSet) -> tuple[Fusion, Held]:
    """The fusion fitted to all development queries, and what cross-validation says of it."""
    import numpy as np

    material = gather(searcher, dataset)
    everything = np.ones(len(material.queries), dtype=np.bool_)
    found = np.zeros((len(material.queries), 3))
    for fold in range(FOLDS):
        inside = material.fold != fold
        fitted = _fit(searcher, material, inside)
        confidences = _confidences(searcher, material, fitted)
        ranks = _measures(material, fitted)
        outside = ~inside
        found[outside] = np.column_stack([ranks, confidences])[outside]
    answerable = np.array([query.answerable for query in material.queries])
    held = Held(
        float(found[answerable, 0].mean()),
        float(found[answerable, 1].mean()),
        _auroc(found[answerable, 2], found[~answerable, 2]),
        found[:, 2],
    )
    threshold = float(np.quantile(held.confidences[answerable], REFUSED))
    fusion = replace(_fit(searcher, material, everything), threshold=round(threshold, 4))
    return fusion, held


def _fit(searcher: Searcher, material: Material, rows: npt.NDArray[np.bool_]) -> Fusion:
    dense, lexical, concept = (round(float(w), 4) for w in fit_ranking(material, rows))
    fusion = Fusion(dense, lexical, concept, {}, 0.5)
    signs = _signs(searcher, material, fusion)
    chosen = [n for n, inside in enumerate(rows) if inside]
    confidence = fit_confidence(
        [signs[n] for n in chosen], [material.queries[n].answerable for n in chosen]
    )
    return replace(fusion, confidence={name: round(w, 4) for name, w in confidence.items()})


def _signs(searcher: Searcher, material: Material, fusion: Fusion) -> list[dict[str, float]]:
    other = type(searcher)(searcher.stored, searcher.embedder, fusion)
    order = (-other.fused(material.raw)).argsort(axis=1, kind="stable")
    return [other.signs(material.raw, n, row.tolist()) for n, row in enumerate(order)]


def _confidences(searcher: Searcher, material: Material, fusion: Fusion) -> npt.NDArray[np.float64]:
    import numpy as np

    return np.array([fusion.confident(s) for s in _signs(searcher, material, fusion)])


def _measures(material: Material, fusion: Fusion) -> npt.NDArray[np.float64]:
    """nDCG@10 and Success@1 of each query, shape (queries, 2)."""
    import numpy as np

    weights = np.array([fusion.dense, fusion.lexical, fusion.concept])
    order = np.argsort(-(material.evidence @ weights), axis=1, kind="stable")[:, :10]
    gains = np.take_along_axis(material.grades, order, axis=1)
    best = -np.sort(-material.grades, axis=1)[:, : gains.shape[1]]
    discount = 1 / np.log2(np.arange(gains.shape[1]) + 2)
    ideal = (best @ discount).clip(min=1e-9)
    return np.column_stack([gains @ discount / ideal, gains[:, 0] > 0])


def _auroc(positive: npt.NDArray[np.float64], negative: npt.NDArray[np.float64]) -> float:
    from scipy.stats import mannwhitneyu

    wins = mannwhitneyu(positive, negative, alternative="two-sided", method="asymptotic").statistic
    return float(wins) / (len(positive) * len(negative))


def main(documents: Path, say: Callable[[str], None] = print) -> None:
    """Fit to the labelled files in `documents`, and write what came of it."""
    from eval.product import open_product
    from index.embed import load_embedder

    dataset = load_document_set()
    with tempfile.TemporaryDirectory(prefix="torchproof-tuning-") as scratch:
        pages = [documents / name for name in sorted(dataset.sha256)]
        product = open_product(pages, Path(scratch), dataset.group_of, load_embedder())
        fusion, held = tune(product.searcher, dataset)
    say(
        f"by cross-validation: nDCG@10 {held.ndcg:.3f}, Success@1 {held.first:.3f}, "
        f"AUROC {held.auroc:.3f}"
    )
    path = Path(str(files("index").joinpath(SHIPPED)))
    path.write_text(json.dumps(fusion.to_json(), indent=1) + "\n", encoding="utf-8")
    say(f"wrote {path.name}: {fusion.to_json()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
