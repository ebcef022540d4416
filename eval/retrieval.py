"""How well retrieval does, ours and the baselines side by side on the same queries."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from eval.answerable import Answerability, answerability
from eval.baselines import DenseTexts, Fused, LexicalTexts, chunk_baselines, read_texts
from eval.compare import Comparison, Interval, compare, interval
from eval.datasets import (
    DocumentSet,
    Query,
    QuerySet,
    Split,
    load_beir,
    load_document_set,
)
from eval.measures import MEASURES, Scores, describe, score
from eval.product import open_product
from eval.systems import Run, System
from eval.trec import read_run

if TYPE_CHECKING:
    from index.embed import SentenceEmbeddings

DEPTH = 10
TITLE = 80
"""Characters of a text that the report shows for it."""

DOCUMENT_SYSTEMS = ("torchproof", "dense", "bm25", "fusion")
TEXT_SYSTEMS = ("dense", "bm25", "fusion")

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system's figures.

    Attributes:
        overall: measure to its mean over all answerable queries, with its bootstrap interval.
        by_style: style to measure to mean.
        answering: how well it tells what can be answered; None where everything can be.
        milliseconds: wall clock for a query when all are asked at once, indexing not counted.
        per_query: measure to query id to value.
    """

    name: str
    overall: Mapping[str, Interval]
    by_style: Mapping[str, Mapping[str, float]]
    answering: Answerability | None
    milliseconds: float
    per_query: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class RetrievalFigures:
    """All systems on one query set; the first one is compared with each of the others.

    `titles` says for a text's id what a reader may know it by.
    """

    dataset: str
    queries: int
    styles: Mapping[str, int]
    measures: Mapping[str, str]
    systems: tuple[SystemFigures, ...]
    comparisons: tuple[Comparison, ...]
    runs: Mapping[str, Run] = field(repr=False)
    query_set: QuerySet = field(repr=False)
    titles: Mapping[str, str] = field(repr=False, default_factory=dict)

    def system(self, name: str) -> SystemFigures:
        """The figures of one system.

        Raises:
            KeyError: there is none of that name.
        """
        return {figures.name: figures for figures in self.systems}[name]

    def to_json(self) -> dict[str, Any]:
        """Everything but the rankings, which go into files of their own."""
        return {
            "dataset": self.dataset,
            "queries": self.queries,
            "styles": dict(self.styles),
            "measures": dict(self.measures),
            "systems": [asdict(figures) for figures in self.systems],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
        }


def evaluate_retrieval(
    documents: Path,
    systems: Sequence[str | System] = DOCUMENT_SYSTEMS,
    split: Split | None = None,
    *,
    measures: Sequence[str] = tuple(MEASURES),
    embedder: SentenceEmbeddings | None = None,
    dataset: DocumentSet | None = None,
    note: Note = lambda _line: None,
) -> RetrievalFigures:
    """Runs systems over documents that our queries are labelled for.

    A unit is a numbered question, and a page scraped twice counts once.

    Args:
        documents: folder of the labelled documents.
        systems: names out of `DOCUMENT_SYSTEMS`, or systems that rank groups of entries.
        split: `dev`, `test`, or None for both.
        measures: as ir-measures spells them; systems are compared by the first.
        embedder: a loaded one, to spare loading it.
        dataset: another query set than the one that is shipped.
        note: told what is being done.

    Raises:
        InputError: a document is missing or differs from the labelled one; an unknown system.
    """
    labelled = dataset or load_document_set()
    _check_documents(documents, labelled.sha256)
    wanted = [name for name in systems if isinstance(name, str)]
    _check_names(wanted, DOCUMENT_SYSTEMS)
    chosen: dict[str, System] = {}
    with tempfile.TemporaryDirectory(prefix="torchproof-eval-") as scratch:
        if wanted:
            embedder = embedder or _embedder(note)
        texts = read_texts(documents, sorted(labelled.sha256))
        if embedder and set(wanted) & set(TEXT_SYSTEMS):
            chosen.update((s.name, s) for s in chunk_baselines(texts, labelled.entries, embedder))
        if embedder and "torchproof" in wanted:
            note("indexing the documents")
            chosen["torchproof"] = open_product(
                documents, Path(scratch) / "index", labelled.group_of, embedder
            )
        ready = [chosen[s] if isinstance(s, str) else s for s in systems]
        figures = measure(ready, labelled.query_set.only(split), measures, note=note)
    return replace(figures, titles=_titles(labelled, texts))


def evaluate_collection(
    folder: Path,
    systems: Sequence[str] = TEXT_SYSTEMS,
    *,
    measures: Sequence[str] = tuple(MEASURES),
    embedder: SentenceEmbeddings | None = None,
    note: Note = lambda _line: None,
) -> RetrievalFigures:
    """Runs systems over a collection in BEIR's format.

    Args:
        folder: the collection.
        systems: names out of `TEXT_SYSTEMS`, or paths of TREC run files.
        measures: as ir-measures spells them; systems are compared by the first.
        embedder: a loaded one, to spare loading it.
        note: told what is being done.

    Raises:
        InputError: the collection or a run file is wrong; an unknown system.
    """
    collection = load_beir(folder)
    names = [name for name in systems if not Path(name).is_file()]
    _check_names(names, TEXT_SYSTEMS)
    made: dict[str, System] = {}
    lexical = LexicalTexts(collection.texts)
    made[lexical.name] = lexical
    if set(names) & {"dense", "fusion"}:
        dense = DenseTexts(collection.texts, embedder or _embedder(note))
        made[dense.name] = dense
        made["fusion"] = Fused((dense, lexical))
    chosen = [made[s] if s in names else StoredRun(Path(s)) for s in systems]
    figures = measure(chosen, collection.query_set, measures, note=note)
    return replace(figures, titles={text.id: text.text[:TITLE] for text in collection.texts})


class StoredRun:
    """A run file as a system."""

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


def measure(
    systems: Sequence[System],
    query_set: QuerySet,
    measures: Sequence[str] = tuple(MEASURES),
    *,
    note: Note = lambda _line: None,
) -> RetrievalFigures:
    """Runs and scores systems on a query set; the first is compared with the others.

    Raises:
        InputError: an unknown measure, two systems of the same name, or no query with a relevant
            text.
    """
    described = describe(measures)
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        raise InputError(f"two systems of one name: {', '.join(names)}", hint="rename a run file")
    styles: dict[str, list[str]] = {}
    for query in query_set.queries:
        if any(query_set.qrels.get(query.id, {}).values()):
            styles.setdefault(query.style, []).append(query.id)
    if not styles:
        raise InputError("no query has a relevant text", where=query_set.name, hint="add labels")
    runs: dict[str, Run] = {}
    scores: dict[str, Scores] = {}
    figures: list[SystemFigures] = []
    for system in systems:
        note(f"running {system.name} on {len(query_set.queries)} queries")
        system.rank(query_set.queries[:1], DEPTH)  # indexes what is still to be indexed
        began = time.perf_counter()
        run = system.rank(query_set.queries, DEPTH)
        seconds = time.perf_counter() - began
        runs[system.name] = run
        scores[system.name] = score(query_set.qrels, run, measures)
        figures.append(_figures(system.name, scores[system.name], styles, query_set, run, seconds))
    first, *others = names
    comparisons = tuple(
        compare(
            measures[0],
            (first, scores[first].values[measures[0]]),
            (other, scores[other].values[measures[0]]),
        )
        for other in others
    )
    return RetrievalFigures(
        dataset=query_set.name,
        queries=len(query_set.queries),
        styles={style: len(ids) for style, ids in styles.items()},
        measures=described,
        systems=tuple(figures),
        comparisons=comparisons,
        runs=runs,
        query_set=query_set,
    )


def _figures(
    name: str,
    scores: Scores,
    styles: Mapping[str, Sequence[str]],
    query_set: QuerySet,
    run: Run,
    seconds: float,
) -> SystemFigures:
    return SystemFigures(
        name=name,
        overall={m: interval(values) for m, values in scores.values.items()},
        by_style={style: scores.means(ids) for style, ids in styles.items() if style},
        answering=answerability(query_set.queries, run),
        milliseconds=1000 * seconds / len(query_set.queries),
        per_query=scores.values,
    )


def _titles(labelled: DocumentSet, texts: Mapping[str, str]) -> dict[str, str]:
    """The first line of each group's last entry that has words on it."""
    titles: dict[str, str] = {}
    for entry in labelled.entries:
        lines = (line.strip("#* ") for line in entry.span.of(texts[entry.document]).splitlines())
        words = next((line for line in lines if len(line) > 10), "")
        titles[entry.group] = words[:TITLE]
    return titles


def _check_documents(folder: Path, hashes: Mapping[str, str]) -> None:
    faults = []
    for name, expected in hashes.items():
        try:
            found = sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            faults.append(f"{name} is missing")
            continue
        if found != expected:
            faults.append(f"{name} is not the labelled version")
    if faults:
        raise InputError(
            "; ".join(faults),
            where=str(folder),
            hint="give the folder of the labelled documents with --documents",
        )


def _check_names(names: Sequence[str], known: Sequence[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"no system and no run file called {', '.join(unknown)}",
            where="--runs",
            hint=f"there are {', '.join(known)}",
        )


def _embedder(note: Note) -> SentenceEmbeddings:
    from index.embed import load_embedder

    note("loading the embedder")
    return load_embedder()
