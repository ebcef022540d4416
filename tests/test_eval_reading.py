"""The reading figures count what is right, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.library import read_library
from corpus.types import Library, Span
from eval.datasets import LabelledEntry
from eval.reading import compare_entries, same_place

PAGE = Path(__file__).parent / "data" / "pages" / "tensors.md"


def labels_of(library: Library) -> list[LabelledEntry]:
    return [LabelledEntry("tensors.md", e.number, e.span, f"g{e.number}") for e in library.entries]


def test_what_is_read_as_labelled_is_right() -> None:
    library = read_library([PAGE])
    figures = compare_entries(library, labels_of(library))
    assert (figures.labelled, figures.right, figures.superfluous) == (4, 4, 0)


def test_a_shifted_a_missing_and_a_superfluous_entry_are_each_counted() -> None:
    library = read_library([PAGE])
    labels = labels_of(library)
    shifted = replace(labels[0], span=Span(labels[0].span.start, labels[0].span.end - 9))
    figures = compare_entries(library, [shifted, *labels[1:3], replace(labels[3], number=9)])
    assert figures.wrong == ("tensors.md#1", "tensors.md#9")
    assert (figures.right, figures.superfluous) == (2, 1)


def test_twins_that_were_not_grouped_are_missed() -> None:
    library = read_library([PAGE])
    one, two, *rest = labels_of(library)
    figures = compare_entries(library, [one, replace(two, group=one.group), *rest])
    assert (figures.twin_pairs, figures.twins_found, figures.twins_wrong) == (1, 0, 0)


def test_blank_space_around_an_entry_does_not_count() -> None:
    assert same_place(Span(0, 4), Span(0, 6), "text  more")
    assert not same_place(Span(0, 4), Span(0, 7), "text  more")
