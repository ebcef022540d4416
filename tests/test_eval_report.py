"""Reports: pages that open offline, escape what people typed, and say what was missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.answerable import Answerability
from eval.calibration import AnswerableFigures, calibration
from eval.datasets import Query, QuerySet
from eval.figures import measure
from eval.html import retrieval_page
from eval.overview import Section, overview_page, retrieval_section
from eval.speed import Batch, SpeedFigures, Timing
from eval.systems import Ranking, Scored
from eval.tables import markdown, retrieval_tables, size
from eval.vectors import WORTH_KEEPING, KeptVectors

MADE = {"made": "today", "packages": {"torch": "2"}, "commit": None}


class Finds:
    """Finds one text for every query."""

    size = 2_000_000

    def __init__(self, name: str, item: str) -> None:
        self.name = name
        self._item = item

    def rank(self, queries, k):
        return {q.id: Ranking((Scored(self._item, 1.0),)[:k], 0.5, True) for q in queries}


@pytest.fixture(scope="module")
def figures():
    queries = (
        Query("q1", "is a < b", "code", facets={"topic": "tensors"}),
        Query("q2", "b?", "question", facets={"topic": "tensors"}),
        Query("q3", "pizza", "far", answerable=False),
    )
    labels = {"q1": {"a|x": 2}, "q2": {"b": 1}}
    systems = [Finds("ours", "a|x"), Finds("theirs", "b")]
    return measure(systems, QuerySet("set", queries, labels), refuted={"a|x"})


def test_a_page_needs_no_network_and_escapes_queries(figures) -> None:
    shown = retrieval_page(figures, MADE)
    assert "is a &lt; b" in shown
    assert "is a < b" not in shown
    assert "src=" not in shown.split("Plotly")[0].partition("<script")[0]
    assert "<link" not in shown
    assert "✗ refuted" in shown


def test_the_page_sorts_losses_first_and_says_what_kind_each_query_is(figures) -> None:
    shown = retrieval_page(figures, MADE)
    assert shown.index('data-kind="lost missed"') < shown.index('data-kind="won"')
    assert 'data-kind="nothing"' in shown


def test_tables_break_figures_down_by_every_facet(figures) -> None:
    titles = [table.title for table in retrieval_tables(figures)]
    assert "nDCG@10 by style" in titles
    assert "nDCG@10 by topic" in titles
    assert "Cost" in titles


def test_markdown_has_one_cell_for_each_column(figures) -> None:
    tables = retrieval_tables(figures)
    lines = markdown("Retrieval", tables, figures.measures, MADE).splitlines()
    for table in tables:
        at = lines.index(f"## {table.title}")
        assert all(line.count("|") == len(table.head) + 1 for line in lines[at + 2 : at + 5])


def test_the_overview_says_which_part_missed_a_bar(figures) -> None:
    held = Section("speed", (("search", "3 ms"),))
    shown = overview_page([retrieval_section(figures, ["too low"]), held], MADE)
    assert "Bar missed: too low" in shown
    assert "1 missed" in shown
    assert ">held<" in shown
    assert 'href="retrieval.html"' in shown


def _answerable(run, queries) -> AnswerableFigures:
    return AnswerableFigures(
        "set",
        Answerability(2, 2, 0.9, 0.5, 0.5, 0.5, {}, ()),
        calibration(queries, run),
        {},
        {},
    )


def test_confidence_that_means_what_it_says_has_no_calibration_error() -> None:
    queries = [Query(f"q{n}", "x", answerable=n < 8) for n in range(10)]
    right = calibration(queries, {q.id: Ranking((), 0.8) for q in queries})
    assert right.ece == pytest.approx(0.0)
    assert right.brier == pytest.approx(0.16)
    assert [(b.n, b.answerable) for b in right.bins] == [(10, 0.8)]
    assert calibration(queries, {q.id: Ranking((), 1.0) for q in queries}).ece == pytest.approx(0.2)


def test_each_missed_bar_of_answerability_is_named() -> None:
    queries = [Query("q", "x")]
    missed = _answerable({"q": Ranking((), 0.5)}, queries).missed
    assert len(missed) == 3
    assert missed[0].startswith("AUROC 0.900")


def test_vectors_of_a_large_collection_are_embedded_once(tmp_path: Path) -> None:
    class Counting:
        name = "counting"
        device = "cpu"
        calls = 0

        def encode(self, texts):
            self.calls += 1
            import numpy as np

            return np.full((len(texts), 2), len(texts[0]), dtype=np.float32)

    inner = Counting()
    kept = KeptVectors(inner, tmp_path / "vectors")
    many = ["text"] * WORTH_KEEPING
    first = kept.encode(many)
    assert (kept.encode(many) == first).all()
    assert inner.calls == 1
    kept.encode([*many, "another"])
    kept.encode(["few"])
    assert inner.calls == 3
    next((tmp_path / "vectors").iterdir()).write_bytes(b"broken")
    assert kept.encode(many).shape == first.shape


def test_sizes_are_for_people() -> None:
    assert (size(None), size(2_500_000), size(9_000)) == ("–", "2.5 MB", "9 kB")


def test_a_search_that_costs_more_than_its_embedding_misses_its_bar() -> None:
    timing = Timing(10, 10.0, 12.0)
    batch = Batch(1000, 2.0, 10.0, 5.0)
    speed = SpeedFigures(timing, timing, 1.2, batch, timing, None, None, None, None)
    assert speed.missed == ()
    slow = replace(speed, search_ratio=1.6, batch=replace(batch, times_faster=4.9))
    assert [line.split(",")[0] for line in slow.missed] == [
        "a search takes 1.60 times what embedding its query does",
        "1000 queries at once are 4.9 times faster",
    ]
