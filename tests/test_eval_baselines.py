"""Baselines: exact search, BM25, fusion, and chunks that count for the entry they lie in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpus.types import Span
from eval.baselines import DenseTexts, Fused, LexicalTexts, chunk_baselines
from eval.beir import Text
from eval.datasets import LabelledEntry, Query
from eval.systems import Ranking, Run, Scored

TEXTS = (
    Text("b", "Dropout zeroes activations at random while training."),
    Text("a", "A view shares memory with the tensor it was made from."),
    Text("c", "A scheduler lowers the learning rate."),
)
DROPOUT = Query("q", "randomly switch off units")
VIEW = Query("v", "view shares memory")


class Fixed:
    """A system with a ranking of its own."""

    def __init__(self, name: str, items: str) -> None:
        self.name = name
        self.size = 10
        self._hits = tuple(Scored(item, 1.0) for item in items.split())

    def rank(self, queries: Sequence[Query], k: int) -> Run:
        return {query.id: Ranking(self._hits[:k]) for query in queries}


def test_dense_finds_by_meaning(embedder) -> None:
    ranking = DenseTexts(TEXTS, embedder).rank([DROPOUT], 3)["q"]
    assert ranking.hits[0].id == "b"
    assert [hit.id for hit in ranking.hits[1:]] != ["b"]
    assert ranking.confidence == pytest.approx(ranking.hits[0].score)


def test_dense_orders_equal_texts_by_id(embedder) -> None:
    twice = (Text("y", "the same text"), Text("x", "the same text"))
    assert [h.id for h in DenseTexts(twice, embedder).rank([VIEW], 2)["v"].hits] == ["x", "y"]


def test_bm25_finds_by_words_and_nothing_without_a_common_word() -> None:
    system = LexicalTexts(TEXTS)
    assert system.rank([VIEW], 3)["v"].hits[0].id == "a"
    assert system.rank([Query("n", "zzz qqq")], 3).get("n", Ranking(())).hits == ()


def test_fusion_sums_reciprocal_ranks() -> None:
    ranking = Fused((Fixed("one", "a b c"), Fixed("two", "c a"))).rank([VIEW], 3)["v"]
    scores = {hit.id: hit.score for hit in ranking.hits}
    assert [hit.id for hit in ranking.hits] == ["a", "c", "b"]
    assert Fused((Fixed("one", "a"), Fixed("two", "b"))).size == 20
    assert scores == pytest.approx({"a": 1 / 61 + 1 / 62, "c": 1 / 63 + 1 / 61, "b": 1 / 62})


@pytest.fixture(scope="module")
def page() -> tuple[dict[str, str], tuple[LabelledEntry, ...]]:
    """A list of titles, two long answers and their twin on another page."""
    titles = "Dropout? Views? " * 70
    dropout = "Dropout switches units off at random. " * 30
    views = "A view shares memory with its base. " * 30
    first = titles + "\n\n" + dropout + "\n\n" + views
    starts = [first.index(dropout), first.index(views)]
    entries = (
        LabelledEntry("one.txt", 1, Span(starts[0], starts[0] + len(dropout)), "dropout"),
        LabelledEntry("one.txt", 2, Span(starts[1], len(first)), "views"),
        LabelledEntry("two.txt", 1, Span(0, len(views)), "views"),
    )
    return {"one.txt": first, "two.txt": views}, entries


def test_chunks_count_for_the_entry_they_lie_in_and_twins_once(page, embedder) -> None:
    texts, entries = page
    for system in chunk_baselines(texts, entries, embedder):
        hits = [hit.id for hit in system.rank([VIEW], 10)["v"].hits]
        assert hits[0] == "views" or hits[0].startswith("one.txt@"), system.name
        assert hits.count("views") == 1, system.name
        assert len(hits) == len(set(hits)), system.name


def test_a_chunk_outside_all_entries_is_nobodys(page, embedder) -> None:
    texts, entries = page
    bm25 = chunk_baselines(texts, entries, embedder)[1]
    hits = [hit.id for hit in bm25.rank([Query("t", "dropout? views?")], 10)["t"].hits]
    assert "one.txt@0000000" in hits
