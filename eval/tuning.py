"""Fitting the numbers by which search weighs its evidence, on the development queries alone.

    python -m eval.tuning DOCUMENTS

learns the map of queries from the corpus's own wordings and writes `index/adapter.npz`; then
indexes the labelled documents and the built-in corpus, fits the weights of evidence to each, as one
brings no other wordings of its questions along and the other does, and one confidence to both; says
what cross-validation by entry gives for each, and writes `index/fusion.json` anew.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer.contextualise import understand_many
from eval.adapting import learn
from eval.builtin import builtin_files, load_builtin_set
from eval.datasets import DocumentSet, Query, load_document_set
from index.adapter import SHIPPED as ADAPTER
from index.fusion import SHIPPED, Fusion

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings
    from index.evidence import Evidence
    from index.search import Searcher

FOLDS = 5
RIDGE = 0.001
"""Weight of the squared weights of standardised evidence in the loss."""
PULL = 0.5
"""How far the weights for documents are drawn to those for the corpus, which three times as many
queries gave: alone they lose 0.006 nDCG@10 on the documents, most on misspelled queries."""
INVERSE_RIDGE = 1.0
"""scikit-learn's C for the confidence."""
REFUSED = 0.02
"""Share of answerable development queries that the threshold may refuse of each collection: half of
what is allowed to it, since on queries of others the share is higher, 1.3 % for 0.9 %."""
EVIDENCE = ("near", "even", "lexical", "concept")
"""What is weighed; `near` and `even` share a weight of 1."""


@dataclass(frozen=True, slots=True)
class Material:
    """Development queries over one collection, with everything that is weighed.

    Attributes:
        searcher: over the collection.
        raw: as the searcher gave it.
        evidence: float64 of shape (queries, entries, 4), in the order of `EVIDENCE`.
        grades: shape (queries, entries); all zero for what cannot be answered.
        fold: part of the cross-validation that each query is tested in; one entry, one fold.
    """

    searcher: Searcher
    queries: Sequence[Query]
    raw: Evidence
    evidence: npt.NDArray[np.float64]
    grades: npt.NDArray[np.float64]
    fold: npt.NDArray[np.int64]

    @property
    def answerable(self) -> npt.NDArray[np.bool_]:
        """Which queries can be answered."""
        import numpy as np

        return np.array([query.answerable for query in self.queries])


@dataclass(frozen=True, slots=True)
class Held:
    """What the held-out queries over one collection got, by cross-validation.

    Attributes:
        ndcg: mean nDCG@10 of the answerable ones.
        first: share of them whose first hit is relevant.
        auroc: of the confidence.
        third: share of them with a relevant hit among the first three.
        refused: shares refused at the shipped threshold of what can be answered, and of the rest.
    """

    name: str
    ndcg: float
    first: float
    third: float
    auroc: float
    refused: tuple[float, float]

    def __str__(self) -> str:
        wrongly, rightly = self.refused
        return (
            f"{self.name}, by cross-validation: nDCG@10 {self.ndcg:.3f}, Success@1 {self.first:.3f}"
            f", Success@3 {self.third:.3f}, AUROC {self.auroc:.3f}, refused {wrongly:.1%} wrongly"
            f" and {rightly:.1%} rightly"
        )


def gather(searcher: Searcher, dataset: DocumentSet) -> Material:
    """The evidence for every development query."""
    import numpy as np

    queries = dataset.query_set.only("dev").queries
    asked = [(query.text, query.history) for query in queries]
    understood = understand_many(asked, searcher.stand_alone)
    raw = searcher.evidence(understood)
    groups = []
    for entry_id in searcher.ids:
        entry = searcher.entries[entry_id]
        name = Path(searcher.documents[entry.document_id].path).name
        groups.append(dataset.group_of[name, entry.number])
    qrels = dataset.query_set.qrels
    grades = np.array([[qrels.get(q.id, {}).get(g, 0) for g in groups] for q in queries])
    kinds = [getattr(raw, name) for name in EVIDENCE]
    return Material(
        searcher,
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
    """Non-negative weights under which grades are likeliest (softmax over entries).

    Returns:
        1, the share of `even` in that, then the weights of BM25 and concepts.
    """
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
    near, even, *others = weights / weights[:2].sum()
    return np.array([near + even, even, *others])


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


def tune(materials: Sequence[Material], names: Sequence[str]) -> tuple[Fusion, list[Held]]:
    """The fusion fitted to all development queries, and what cross-validation says of it."""
    import numpy as np

    found = [np.zeros((len(material.queries), 4)) for material in materials]
    for fold in range(FOLDS):
        fitted = _fit(materials, [material.fold != fold for material in materials])
        for material, held in zip(materials, found, strict=True):
            outside = material.fold == fold
            columns = np.column_stack([_measures(material, fitted), _confidences(material, fitted)])
            held[outside] = columns[outside]
    allowed = [
        float(np.quantile(held[material.answerable, 3], REFUSED))
        for material, held in zip(materials, found, strict=True)
    ]
    everything = [np.ones(len(material.queries), dtype=np.bool_) for material in materials]
    fusion = aligned(_fit(materials, everything), *allowed)
    figures = []
    for name, material, held, threshold in zip(names, materials, found, allowed, strict=True):
        known, other = held[material.answerable], held[~material.answerable]
        refused = [float((part[:, 3] < threshold).mean()) for part in (known, other)]
        ndcg, first, third = (float(mean) for mean in known[:, :3].mean(axis=0))
        auroc = _auroc(known[:, 3], other[:, 3])
        figures.append(Held(name, ndcg, first, third, auroc, (refused[0], refused[1])))
    return fusion, figures


def aligned(fusion: Fusion, plain: float, worded: float) -> Fusion:
    """`fusion` with one threshold where two are wanted.

    Args:
        fusion: with its confidence fitted.
        plain: the threshold wanted where entries have no other wordings.
        worded: the threshold wanted where they have; the sign `worded` makes up for the difference.
    """
    shift = math.log(plain / (1 - plain)) - math.log(worded / (1 - worded))
    weights = dict(fusion.confidence)
    weights["worded"] = round(weights.get("worded", 0.0) + shift, 4)
    return replace(fusion, confidence=weights, threshold=round(plain, 4))


def _fit(materials: Sequence[Material], rows: Sequence[npt.NDArray[np.bool_]]) -> Fusion:
    alone, worded = (fit_ranking(m, chosen) for m, chosen in zip(materials, rows, strict=True))
    plain = (1 - PULL) * alone + PULL * worded
    weights = [round(float(weight), 4) for weight in (*plain[1:], *worded[1:])]
    even, lexical, concept, worded_even, worded_lexical, worded_concept = weights
    fusion = Fusion(
        1.0, even, lexical, concept, worded_even, worded_lexical, worded_concept, {}, 0.5
    )
    signs: list[Mapping[str, float]] = []
    answerable: list[bool] = []
    for material, chosen in zip(materials, rows, strict=True):
        signs += [sign for sign, at in zip(_signs(material, fusion), chosen, strict=True) if at]
        answerable += material.answerable[chosen].tolist()
    confidence = fit_confidence(signs, answerable)
    return replace(fusion, confidence={name: round(w, 4) for name, w in confidence.items()})


def _signs(material: Material, fusion: Fusion) -> Iterator[dict[str, float]]:
    other = _weighed_by(material.searcher, fusion)
    order = (-other.fused(material.raw)).argsort(axis=1, kind="stable")
    return (other.signs(material.raw, n, row.tolist()) for n, row in enumerate(order))


def _weighed_by(searcher: Searcher, fusion: Fusion) -> Searcher:
    return type(searcher)(searcher.stored, searcher.embedder, fusion)


def _confidences(material: Material, fusion: Fusion) -> npt.NDArray[np.float64]:
    import numpy as np

    return np.array([fusion.confident(s) for s in _signs(material, fusion)])


def _measures(material: Material, fusion: Fusion) -> npt.NDArray[np.float64]:
    """nDCG@10, Success@1 and Success@3 of each query, shape (queries, 3)."""
    import numpy as np

    scores = _weighed_by(material.searcher, fusion).fused(material.raw)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    gains = np.take_along_axis(material.grades, order, axis=1)
    best = -np.sort(-material.grades, axis=1)[:, : gains.shape[1]]
    discount = 1 / np.log2(np.arange(gains.shape[1]) + 2)
    ideal = (best @ discount).clip(min=1e-9)
    return np.column_stack([gains @ discount / ideal, gains[:, 0] > 0, gains[:, :3].max(1) > 0])


def _auroc(positive: npt.NDArray[np.float64], negative: npt.NDArray[np.float64]) -> float:
    from scipy.stats import mannwhitneyu

    wins = mannwhitneyu(positive, negative, alternative="two-sided", method="asymptotic").statistic
    return float(wins) / (len(positive) * len(negative))


def adapt(embedder: SentenceEmbeddings) -> Path:
    """Learns the map of queries and writes it; returns where to."""
    import numpy as np

    from corpus.library import builtin_paths, combine, parse
    from corpus.read import read_document
    from index.adapter import Adapter, shipped_adapter
    from index.build import chunk_library
    from index.chunk import Chunking
    from index.shipped import encode

    library = combine([parse(read_document(path)) for path in builtin_paths()], [])
    chunks, texts = chunk_library(library, Chunking())
    number = {name: n for n, name in enumerate(dict.fromkeys(c.entry_id for c in chunks))}
    matrix = learn(
        encode(texts, embedder),
        np.array([number[chunk.entry_id] for chunk in chunks], dtype=np.int64),
        np.flatnonzero([chunk.kind in ("question", "alias") for chunk in chunks]),
    )
    path = Path(str(files("index").joinpath(ADAPTER)))
    Adapter(embedder.identity, matrix).save(path)
    shipped_adapter.cache_clear()
    return path


def main(documents: Path, say: Callable[[str], None] = print) -> None:
    """Fit to the labelled files in `documents` and the corpus, and write what came of it."""
    from eval.product import open_product
    from index.embed import load_embedder

    scraped, builtin = load_document_set(), load_builtin_set()
    embedder = load_embedder()
    say(f"wrote {adapt(embedder).name}")
    materials = []
    with tempfile.TemporaryDirectory(prefix="torchproof-tuning-") as scratch:
        for name, dataset, pages in (
            ("documents", scraped, scraped.find(documents)),
            ("corpus", builtin, builtin_files()),
        ):
            product = open_product(
                list(pages.values()), Path(scratch) / name, dataset.group_of, embedder
            )
            materials.append(gather(product.searcher, dataset))
        fusion, held = tune(materials, ("documents", "corpus"))
    for figures in held:
        say(str(figures))
    path = Path(str(files("index").joinpath(SHIPPED)))
    path.write_text(json.dumps(fusion.to_json(), indent=1) + "\n", encoding="utf-8")
    say(f"wrote {path.name}: {fusion.to_json()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
