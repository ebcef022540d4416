"""Retrieval measured end to end: ours through the real index, the baselines beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.datasets import DocumentSet, Query, QuerySet, load_document_set
from eval.product import ProductSearch
from eval.retrieval import RetrievalFigures, evaluate_retrieval, measure


@pytest.fixture(scope="module")
def sample() -> DocumentSet:
    """Every eighth development query: enough to see a difference, soon measured."""
    shipped = load_document_set()
    dev = shipped.query_set.only("dev")
    return replace(shipped, query_set=replace(dev, queries=dev.queries[::8]))


@pytest.fixture(scope="module")
def figures(scraped_documents: Path, sample: DocumentSet, embedder) -> RetrievalFigures:
    chosen = {query.id for query in sample.query_set.queries}
    qrels = {q: grades for q, grades in sample.query_set.qrels.items() if q in chosen}
    dataset = replace(sample, query_set=replace(sample.query_set, qrels=qrels))
    # BM25 alone of the baselines: embedding all chunks once more would take longer than all else.
    systems = ("torchproof", "bm25")
    return evaluate_retrieval(scraped_documents, systems, embedder=embedder, dataset=dataset)


def test_ours_beats_bm25_over_plain_chunks_in_the_same_run(figures: RetrievalFigures) -> None:
    ours, theirs = (figures.system(name).overall for name in ("torchproof", "bm25"))
    assert ours["nDCG@10"].mean > theirs["nDCG@10"].mean + 0.05
    assert theirs["nDCG@10"].mean > 0.5, "a baseline as weak as that would prove nothing"


def test_hits_are_known_entries_and_no_twin_comes_twice(figures: RetrievalFigures) -> None:
    groups = {entry.group for entry in load_document_set().entries}
    for ranking in figures.runs["torchproof"].values():
        found = [hit.id for hit in ranking.hits]
        assert len(found) == len(set(found)) <= 10
        assert set(found) <= groups


def test_styles_and_comparisons_add_up(figures: RetrievalFigures) -> None:
    answerable = sum(figures.styles.values())
    for system in figures.systems:
        mean = sum(
            figures.styles[style] * means["R@10"] for style, means in system.by_style.items()
        )
        assert mean / answerable == pytest.approx(system.overall["R@10"].mean)
    for comparison in figures.comparisons:
        assert comparison.wins + comparison.ties + comparison.losses == answerable


def test_a_changed_document_is_refused(scraped_documents: Path, tmp_path: Path) -> None:
    for path in scraped_documents.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "002_0916580a9547bcd5.txt").write_text("something else")
    (tmp_path / "000_172199efdc36dc0c.txt").unlink()
    with pytest.raises(InputError, match=r"000_\S+ is missing; 002_\S+ is not the labelled"):
        evaluate_retrieval(tmp_path)


def test_an_unknown_system_is_refused(scraped_documents: Path) -> None:
    with pytest.raises(InputError, match="no system and no run file called oracle"):
        evaluate_retrieval(scraped_documents, ["oracle"])


def test_our_search_is_measured_with_the_conversation_before_it(searcher) -> None:
    system = ProductSearch(searcher, {("tensors.md", n): f"group{n}" for n in range(1, 5)})
    queries = [Query("v", "view vs reshape"), Query("d", "drop.eval()")]
    run = system.rank(queries, 2)
    assert run["v"].hits[0].id == "group1"
    assert run["d"].hits[0].id == "group3"
    assert all(len(ranking.hits) == 2 for ranking in run.values())
    assert all(ranking.answerable is not None for ranking in run.values())


def test_an_entry_that_the_labels_do_not_know_is_relevant_to_nothing(searcher) -> None:
    system = ProductSearch(searcher, {("tensors.md", 1): "group1"})
    queries = (Query("d", "drop.eval()"),)
    figures = measure([system], QuerySet("small", queries, {"d": {"group1": 2}}))
    assert figures.runs["torchproof"]["d"].hits[0].id.endswith("#3")
    assert figures.system("torchproof").overall["Success@1"].mean == 0.0


def test_a_set_without_anything_to_find_is_refused(searcher) -> None:
    with pytest.raises(InputError, match="no query has a relevant text"):
        measure([ProductSearch(searcher, {})], QuerySet("empty", (Query("q", "x"),), {}))
