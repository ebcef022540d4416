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


def test_known_names_numbers_and_brackets_show_where_cells_end() -> None:
    rows = [
        "dtypeAliasBitsUse",
        "torch.float32torch.float32Default for weights",
        "torch.float64torch.double64High precision",
        "torch.float16torch.half16Mixed precision",
        "torch.bool8Masks",
    ]
    table = rebuild(rows, frozenset())
    assert table is not None
    assert table.splitlines()[2:] == [
        "| torch.float32 | torch.float | 32 | Default for weights |",
        "| torch.float64 | torch.double | 64 | High precision |",
        "| torch.float16 | torch.half | 16 | Mixed precision |",
        "| torch.bool |  | 8 | Masks |",
    ]


def test_a_corner_may_be_empty_and_a_header_may_ask() -> None:
    table = rebuild(["Copies?Checks?", "viewNeverYes", "reshapeSometimesNo"], frozenset())
    assert table is not None
    assert table.splitlines() == [
        "|  | Copies? | Checks? |",
        "|---|---|---|",
        "| view | Never | Yes |",
        "| reshape | Sometimes | No |",
    ]


def test_a_table_that_numbers_its_rows_is_no_list() -> None:
    page = (
        "1. How does it work?\n\nIn steps.\nStepRule\n1. Align rightPad with ones\n"
        "2. Check sizesEqual or one\n3. StretchRepeat the ones\n/div>\n\n2. Why?\n\nFor ease.\n"
    )
    entry = parse(read_text(page, path="/pages/a.txt")).entries[0]
    tables = [b.text for s in entry.sections for b in s.blocks if b.kind == "table"]
    assert tables[0].splitlines()[2] == "| 1. Align right | Pad with ones |"


def test_a_very_long_run_of_rows_stays_text() -> None:
    assert rebuild(["AspectEffect", *["Some rowGood"] * 500], frozenset()) is None
