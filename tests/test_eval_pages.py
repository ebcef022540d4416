"""Pages are scored by what was found, left and lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
    assert figures.pages >= 13
    assert figures.right == figures.entries
    assert not (figures.extra)
    assert not (figures.left)
    assert not (figures.lost)
