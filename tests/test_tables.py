"""Tables whose borders were lost."""

from __future__ import annotations

from corpus.library import parse
from corpus.read import read_text
from corpus.tables import known_names, rebuild


def test_rows_are_split_where_words_meet() -> None:
    known = known_names(["PyTorch is not NumPy."])
    rows = [
        "FeaturePyTorchNumPy",
        "Runs on GPUsYesNo",
        "GradientsAutograd recordsNone",
        "Written inC++ and PythonC and Python",
    ]
    table = rebuild(rows, known)
    assert table is not None
    assert table.splitlines()[:3] == [
        "| Feature | PyTorch | NumPy |",
        "|---|---|---|",
        "| Runs on GPUs | Yes | No |",
    ]


def test_rows_that_do_not_agree_stay_as_they_are() -> None:
    assert rebuild(["AspectEffect", "one two three", "four five six"], frozenset()) is None


def test_a_table_in_a_page_is_one_block_and_its_scrap_of_markup_is_cut() -> None:
    page = (
        "1. What is eager mode?\n\nIt runs at once.\n\nModes compared\nAspectEagerCompiled\n"
        "StartAt onceAfter a while\nSpeedModerateHigh\nDebuggingEasyHarder\n/div>\n\n"
        "2. Why compile?\n\nFor speed.\n"
    )
    entry = parse(read_text(page, path="/pages/a.txt")).entries[0]
    tables = [
        (section.heading, block.text)
        for section in entry.sections
        for block in section.blocks
        if block.kind == "table"
    ]
    assert tables == [
        (
            "Modes compared",
            "| Aspect | Eager | Compiled |\n|---|---|---|\n| Start | At once | After a while |\n"
            "| Speed | Moderate | High |\n| Debugging | Easy | Harder |",
        )
    ]


def test_lines_of_prose_are_no_table() -> None:
    page = "# What is it?\n\nPyTorch calls\nLibTorch and\nTorchScript from\nC++ code.\n"
    entry = parse(read_text(page, path="/pages/a.md")).entries[0]
    assert {block.kind for section in entry.sections for block in section.blocks} == {"prose"}
