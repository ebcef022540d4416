"""How well retrieval does, ours and the baselines side by side on the same queries."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from eval.baselines import DenseTexts, Fused, LexicalTexts, chunk_baselines, read_texts
from eval.beir import load_beir
from eval.builtin import builtin_files, load_builtin_set
from eval.datasets import (
    DocumentSet,
    Qrels,
    Query,
    Split,
    load_document_set,
    relabelled,
    shipped_document_set,
)
from eval.figures import RetrievalFigures, measure
from eval.measures import MEASURES
from eval.product import ProductSearch, open_product
from eval.progress import Note, silently
from eval.systems import Run, System
from eval.trec import read_qrels, read_run
from eval.vectors import KeptVectors

if TYPE_CHECKING:
    from assistant.verify.verifier import Verifier
    from index.embed import SentenceEmbeddings

TITLE = 80
"""Characters of a text that the report shows for it."""

DOCUMENT_SYSTEMS = ("torchproof", "dense", "bm25", "hybrid")
TEXT_SYSTEMS = ("dense", "bm25", "hybrid")


@dataclass(frozen=True)
class Plan:
    """What to measure, and with what.

    Attributes:
        systems: names out of `DOCUMENT_SYSTEMS` or `TEXT_SYSTEMS`, or paths of TREC run files.
        measures: as ir-measures spells them; the first one leads.
        qrels: a TREC file of labels to take instead of the data set's own.
        device: where texts are embedded.
        vectors: folder that keeps the vectors of large collections; None keeps none.
        verifier: with one, the first measure is also given with refuted entries as misses.
        note: told what is being done.
    """

    systems: Sequence[str] = ()
    measures: Sequence[str] = MEASURES
    qrels: Path | None = None
    device: str = "auto"
    vectors: Path | None = None
    verifier: Verifier | None = None
    note: Note = silently

    @cached_property
    def embedder(self) -> SentenceEmbeddings:
        """The default embedder, loaded when first needed."""
        from index.embed import load_embedder

        self.note("loading the embedder")
        return load_embedder(device=self.device)

    def chosen(self, known: Sequence[str]) -> list[str]:
        """The systems asked for, or all that are known.

        Raises:
            InputError: a name is neither known nor a file.
        """
        names = list(self.systems) or list(known)
        odd = [name for name in names if name not in known and not Path(name).is_file()]
        if odd:
            raise InputError(
                f"no system and no run file called {', '.join(odd)}",
                where="--runs",
                hint=f"there are {', '.join(known)}",
            )
        return names


def evaluate_documents(documents: Path, split: Split | None, plan: Plan) -> RetrievalFigures:
    """Measures on our queries over the scraped pages, which lie in the folder `documents`.

    The held-out queries are left alone unless `split` names them.

    Raises:
        InputError: a document is missing or differs from the labelled one; a plan that names what
            is not there.
    """
    labelled = shipped_document_set(split)
    return evaluate_labelled(labelled, labelled.find(documents), plan)


def evaluate_builtin(split: Split | None, plan: Plan) -> RetrievalFigures:
    """Measures on our queries over the built-in corpus.

    Raises:
        InputError: labels name entries that are gone; a plan that names what is not there.
    """
    return evaluate_labelled(load_builtin_set(split), builtin_files(), plan)


def evaluate_dataset(
    source: Path, documents: Path | None, split: Split | None, plan: Plan
) -> RetrievalFigures:
    """Measures on a data set of the user's: a BEIR collection, or queries of our own make.

    Args:
        source: a folder with `corpus.jsonl` is a BEIR collection; any other folder or file is
            read as `load_document_set` says.
        documents: folder of the documents that queries of our make are about.
        split: which labels of a collection (default `test`), or which of our queries.
        plan: what to measure.

    Raises:
        InputError: something there is missing or wrong; a plan that names what is not there.
    """
    if (source / "corpus.jsonl").is_file():
        return _evaluate_collection(source, split or "test", plan)
    if source.is_dir() and not (source / "queries.jsonl").is_file():
        raise InputError(
            "neither corpus.jsonl nor queries.jsonl is there",
            where=str(source),
            hint="give a collection in BEIR's format, or queries with qrels and entries",
        )
    labelled = load_document_set(source)
    if documents is None:
        raise InputError(
            "the documents that the queries are about are needed",
            where="--documents",
            hint="give their folder",
        )
    labelled = replace(labelled, query_set=labelled.query_set.only(split))
    return evaluate_labelled(labelled, labelled.find(documents), plan)


def evaluate_labelled(
    labelled: DocumentSet, files: Mapping[str, Path], plan: Plan
) -> RetrievalFigures:
    """Runs systems over documents; a unit is a group of numbered questions, so twins count once.

    Args:
        labelled: queries, labels, and where the numbered questions stand.
        files: the documents by name.
        plan: what to measure.

    Raises:
        InputError: the plan names what is not there.
    """
    names = plan.chosen(DOCUMENT_SYSTEMS)
    if plan.qrels:
        known = [entry.group for entry in labelled.entries]
        query_set = relabelled(labelled.query_set, read_qrels(plan.qrels), known, plan.qrels)
        labelled = replace(labelled, query_set=query_set)
    texts = read_texts(files)
    made: dict[str, System] = {}
    index = None
    with tempfile.TemporaryDirectory(prefix="torchproof-eval-") as scratch:
        if set(names) & set(TEXT_SYSTEMS):
            parts = chunk_baselines(texts, labelled.entries, _kept(plan))
            made.update((system.name, system) for system in parts)
        if "torchproof" in names:
            plan.note("indexing the documents")
            product = open_product(
                list(files.values()), Path(scratch) / "index", labelled.group_of, plan.embedder
            )
            made[product.name] = product
            index = _manifest(product)
        refuted = None
        if plan.verifier:
            from eval.truth import refuted_units

            refuted = refuted_units(
                list(files.values()), labelled.group_of, plan.verifier, plan.note
            )
        figures = measure(
            _systems(names, made),
            labelled.query_set,
            plan.measures,
            refuted=refuted,
            note=plan.note,
        )
    return replace(figures, titles=_titles(labelled, texts), index=index)


def _evaluate_collection(folder: Path, split: str, plan: Plan) -> RetrievalFigures:
    names = plan.chosen(TEXT_SYSTEMS)
    collection = load_beir(folder, split)
    query_set = collection.query_set
    if plan.qrels:
        labels: Qrels = read_qrels(plan.qrels)
        query_set = relabelled(query_set, labels, (t.id for t in collection.texts), plan.qrels)
    lexical = LexicalTexts(collection.texts)
    made: dict[str, System] = {lexical.name: lexical}
    if set(names) & {"dense", "hybrid"}:
        dense = DenseTexts(collection.texts, _kept(plan))
        hybrid = Fused((dense, lexical))
        made |= {dense.name: dense, hybrid.name: hybrid}
    figures = measure(_systems(names, made), query_set, plan.measures, note=plan.note)
    return replace(figures, titles={text.id: text.text[:TITLE] for text in collection.texts})


class StoredRun:
    """A run file as a system."""

    size = None

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._run = read_run(path)

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        """What the file holds for these queries, cut to `k`."""
        return {
            query.id: replace(self._run[query.id], hits=self._run[query.id].hits[:k])
            for query in queries
            if query.id in self._run
        }


def _kept(plan: Plan) -> SentenceEmbeddings | KeptVectors:
    return KeptVectors(plan.embedder, plan.vectors) if plan.vectors else plan.embedder


def _systems(names: Sequence[str], made: Mapping[str, System]) -> list[System]:
    return [made[name] if name in made else StoredRun(Path(name)) for name in names]


def _manifest(product: ProductSearch) -> dict[str, Any]:
    """The index's manifest, the documents by name alone: where they lie is nobody's business."""
    manifest = product.searcher.stored.manifest
    documents = [
        {"name": Path(document.path).name, "sha256": document.sha256, "entries": document.entries}
        for document in manifest.documents
    ]
    return {**asdict(manifest), "documents": documents}


def _titles(labelled: DocumentSet, texts: Mapping[str, str]) -> dict[str, str]:
    """The first line of each group's last entry that has words on it."""
    titles: dict[str, str] = {}
    for entry in labelled.entries:
        lines = (line.strip("#* ") for line in entry.span.of(texts[entry.document]).splitlines())
        words = next((line for line in lines if len(line) > 10), "")
        titles[entry.group] = words[:TITLE]
    return {**titles, **labelled.titles}
