"""Pages are scored by what was found, left and lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.library import read_library
from corpus.types import Span
from eval.cuts import CutFigures, compare_cuts, load_cuts
from eval.pages import evaluate_pages, load_pages

PAGE = (
    "# 1. What is `a`?\n\nA letter. It comes first.\n\n"
    "Claim your free trial with the promo code ALPHA!\n\n# 2. What is `b`?\n\nAnother one.\n"
)


def labelled(folder: Path, **label: object) -> Path:
    (folder / "page.md").write_text(PAGE)
    (folder / "labels.json").write_text(json.dumps({"page.md": label}))
    return folder


def test_what_is_read_as_labelled_counts_as_right(tmp_path: Path) -> None:
    entries = [["1. What is `a`?", "comes first."], ["2. What is `b`?", "Another one."]]
    pages = load_pages(labelled(tmp_path, entries=entries, cut=["Claim your free trial"]))
    figures = evaluate_pages(pages)
    assert (figures.right, figures.entries, figures.cut, figures.adverts) == (2, 2, 1, 1)
    assert not (figures.wrong)
    assert not (figures.extra)
    assert not (figures.left)
    assert not (figures.lost)


def test_what_is_missed_left_or_lost_is_named(tmp_path: Path) -> None:
    entries = [["1. What is `a`?", "promo code ALPHA!"]]
    pages = load_pages(labelled(tmp_path, entries=entries, cut=["It comes first."]))
    figures = evaluate_pages(pages)
    assert figures.wrong == ("page.md#1",)
    assert figures.extra == ("page.md: What is a?", "page.md: What is b?")
    assert figures.left == ("page.md: It comes first.",)
    assert figures.lost == ("page.md: Claim your free trial with the promo code ALPHA!",)


def test_words_that_are_not_on_the_page_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not on the page"):
        load_pages(labelled(tmp_path, entries=[["3. What is `c`?", "end"]], cut=[]))


def test_our_own_pages_are_read_as_labelled() -> None:
    figures = evaluate_pages(load_pages())
    assert figures.pages >= 46
    assert figures.right == figures.entries
    assert not (figures.extra)
    assert not (figures.left)
    assert not (figures.lost)
    assert not figures.missed


def test_titles_programs_tables_and_twins_are_compared(tmp_path: Path) -> None:
    page = "# 1. What is a?\n\n```python\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|\n"
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(page)
    entries = [["1. What is a?", "|1|2|", "What is a?"]]
    label = {
        "entries": entries,
        "cut": [],
        "code": [["x=1", None]],
        "tables": [[["a", "b"], ["1", "2"]]],
    }
    labels = {"one.md": {**label, "twins": [[1, "two.md", 1]]}, "two.md": label}
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    assert not evaluate_pages(load_pages(tmp_path)).missed
    wrong = {
        "entries": [["1. What is a?", "|1|2|", "What is b?"]],
        "cut": [],
        "code": [["x=2", None]],
        "tables": [[["a", "b"], ["1", "3"]]],
    }
    (tmp_path / "labels.json").write_text(json.dumps({"one.md": wrong, "two.md": label}))
    missed = " ".join(evaluate_pages(load_pages(tmp_path)).missed)
    for fault in ("titled", "no such program", "too many", "no such table", "yet no twins"):
        assert fault in missed


def test_cuts_are_compared_with_their_labels(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    library = read_library([tmp_path])
    advert = PAGE.index("Claim")
    span = Span(advert, PAGE.index("ALPHA!") + 6)
    answer = Span(PAGE.index("A letter"), PAGE.index("A letter") + 9)
    assert compare_cuts(library, {"page.md": [(span, "advertisement")]}) == CutFigures(1, 1, (), ())
    figures = compare_cuts(library, {"page.md": [(answer, "advertisement")]})
    assert len(figures.left) == len(figures.wrong) == 1


def test_nothing_is_cut_wrongly_from_the_scraped_documents(scraped_documents: Path) -> None:
    figures = compare_cuts(read_library([scraped_documents]), load_cuts())
    assert figures.labelled >= 60
    assert not figures.left
    assert not figures.wrong
