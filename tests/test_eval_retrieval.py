"""Retrieval measured end to end: ours through the real index, the baselines beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.datasets import DocumentSet, Query, QuerySet, load_document_set
from eval.figures import RetrievalFigures, measure
from eval.measures import TRUE, truthful
from eval.product import ProductSearch
from eval.retrieval import Plan, evaluate_dataset, evaluate_documents, evaluate_labelled
from eval.systems import Ranking, Scored


@pytest.fixture(scope="module")
def sample() -> DocumentSet:
    """Every eighth development query: enough to see a difference, soon measured."""
    shipped = load_document_set()
    dev = shipped.query_set.only("dev")
    return replace(shipped, query_set=dev.of(dev.queries[::8]))


@pytest.fixture(scope="module")
def figures(scraped_documents: Path, sample: DocumentSet, embedder) -> RetrievalFigures:
    # BM25 alone of the baselines: embedding all chunks once more would take longer than all else.
    plan = Plan(systems=("torchproof", "bm25"))
    plan.__dict__["embedder"] = embedder
    return evaluate_labelled(sample, sample.find(scraped_documents), plan)


def test_ours_beats_bm25_over_plain_chunks_in_the_same_run(figures: RetrievalFigures) -> None:
    ours, theirs = (figures.system(name).overall for name in ("torchproof", "bm25"))
    assert ours["nDCG@10"].mean > theirs["nDCG@10"].mean + 0.05
    assert theirs["nDCG@10"].mean > 0.5, "a baseline as weak as that would prove nothing"


def test_hits_are_known_entries_and_no_twin_comes_twice(figures: RetrievalFigures) -> None:
    groups = {entry.group for entry in load_document_set().entries}
    for ranking in figures.runs["torchproof"].values():
        found = [hit.id for hit in ranking.hits]
        assert 10 <= len(found) == len(set(found))
        assert set(found) <= groups


def test_styles_and_comparisons_add_up(figures: RetrievalFigures) -> None:
    for system in figures.systems:
        styles = system.by["style"].values()
        assert sum(style.n for style in styles) == figures.found_in
        mean = sum(style.n * style.means["R@10"] for style in styles) / figures.found_in
        assert mean == pytest.approx(system.overall["R@10"].mean)
        assert system.latency
        assert system.size
    assert {comparison.measure for comparison in figures.comparisons} == set(figures.measures)
    for comparison in figures.comparisons:
        assert comparison.wins + comparison.ties + comparison.losses == figures.found_in


def test_the_index_is_described_without_saying_where_files_lie(figures: RetrievalFigures) -> None:
    assert figures.index
    assert figures.index["embedder"]
    assert len(figures.index["documents"]) == 5
    assert all(set(one) == {"name", "sha256", "entries"} for one in figures.index["documents"])


def test_a_changed_document_is_refused(scraped_documents: Path, tmp_path: Path) -> None:
    for path in scraped_documents.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "002_0916580a9547bcd5.txt").write_text("something else")
    (tmp_path / "000_172199efdc36dc0c.txt").unlink()
    with pytest.raises(InputError, match=r"000_\S+ is missing; 002_\S+ is not the labelled"):
        evaluate_documents(tmp_path, None, Plan())


def test_an_unknown_system_is_refused(scraped_documents: Path) -> None:
    with pytest.raises(InputError, match="no system and no run file called oracle"):
        evaluate_documents(scraped_documents, None, Plan(systems=("oracle",)))


def test_a_folder_that_is_no_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither corpus\.jsonl nor queries\.jsonl"):
        evaluate_dataset(tmp_path, None, None, Plan())


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


class Finds:
    """Finds the same two texts for every query."""

    name = "finds"
    size = None

    def rank(self, queries, k):
        return {q.id: Ranking((Scored("lie", 2.0), Scored("true", 1.0))[:k]) for q in queries}


def test_a_hit_on_something_refuted_gains_nothing_in_the_true_measure() -> None:
    queries = QuerySet("small", (Query("q", "x"),), {"q": {"lie": 2, "true": 1}})
    figures = measure([Finds()], queries, ["nDCG@10", "R@10"], refuted={"lie"})
    ours = figures.system("finds").overall
    assert ours["nDCG@10"].mean == 1.0
    assert 0 < ours[f"{TRUE}nDCG@10"].mean < 0.5
    assert figures.refuted == ("lie",)
    assert measure([Finds()], queries).refuted is None


def test_what_is_refuted_keeps_its_place_in_the_ranking() -> None:
    run = {"q": Ranking((Scored("lie", 2.0), Scored("true", 1.0)))}
    assert [hit.id for hit in truthful(run, {"lie"})["q"].hits] == ["refuted:lie", "true"]
