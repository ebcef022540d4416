"""Everything read together: one bad file stops nothing, formats are told apart."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.library import builtin_paths, parse, read_library, representative
from corpus.read import read_text
from eval.broken import evaluate_broken


def test_a_bad_file_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# What is a?\n\nA letter.\n")
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "c.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": ["# Wh')
    (tmp_path / "d.txt").write_text("")
    seen: list[tuple[int, int]] = []
    library = read_library([tmp_path], progress=lambda done, all_: seen.append((done, all_)))
    assert [Path(found.document.path).name for found in library.readings] == [
        "a.md",
        "c.ipynb",
        "d.txt",
    ]
    assert [Path(bad.path).name for bad in library.unreadable] == ["b.txt"]
    assert "binary" in library.unreadable[0].reason
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_thousand_mixed_files_are_each_read_or_named(tmp_path: Path) -> None:
    chance = random.Random(3)
    page = "## 1. What is x?\n\nIt is `x`.\n\n```python\nx = 1\n```\n\n## 2. Why?\n\nSo.\n"
    suffixes = [".md", ".txt", ".rst", ".html", ".ipynb", ".py"]
    for number in range(200):
        data = bytearray(page.encode() * chance.randint(0, 3))
        for _ in range(chance.randint(0, 30)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.randint(0, len(data))] if chance.random() < 0.5 else data
        (tmp_path / f"{number}{suffixes[number % 6]}").write_bytes(bytes(data))
    library = read_library([tmp_path])
    assert len(library.readings) + len(library.unreadable) == 200
    assert all(bad.reason for bad in library.unreadable)
    assert representative(library).keys() == {entry.id for entry in library.entries}


def test_reading_the_same_path_again_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# What is a?\n\nA letter.\n")
    assert read_library([path]) == read_library([str(path)])


def test_our_own_entries_are_read_in_their_own_form() -> None:
    for path in builtin_paths()[:3]:
        library = read_library([path])
        assert not library.unreadable
        assert library.entries[0].topic


def test_time_is_linear_in_what_is_read() -> None:
    hostile = [
        "<div>",
        "<a href='",
        "[a](",
        "**a ",
        "`",
        "- 1. ",
        "(",
        "x = (\n",
        "1. a?\n",
        "# a\n",
        "import a ",
        "> ",
        "|a|b\n",
        "aB",
        "&amp;",
        '"',
        "<!--",
        "q?\n",
    ]
    for piece in hostile:
        for suffix in ("md", "html", "rst", "ipynb"):
            text = piece * (6_000 // len(piece))
            start = time.process_time()
            with suppress(InputError):
                parse(read_text(text, path=f"/pages/a.{suffix}"))
            assert time.process_time() - start < 3, (piece, suffix)


def test_json_that_is_no_notebook_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{ not a notebook")
    (tmp_path / "b.ipynb").write_text('{"cells": [], "nbformat": 4}')
    library = read_library([tmp_path])
    assert [Path(bad.path).name for bad in library.unreadable] == ["a.ipynb"]
    assert "not a notebook" in library.unreadable[0].reason


def test_a_folder_of_broken_files_is_read_or_named_file_by_file() -> None:
    figures = evaluate_broken(count=115)
    assert not figures.lost
    assert figures.read > 80
    assert figures.named >= 15
    assert figures.slowest < 2
    assert figures.peak_megabytes < 500


SCRAPS = [
    *("\n", "# ", "1. ", "```\n", "|a|b|\n", "<div>", "</p>", "<pre>", "- ", "> ", "    "),
    *('{"cells": [', '"source": ', "import torch ", "print(", '"""', "What?\n", ".. x::\n"),
    *("===\n", "# %%\n", "AaBb", "\x00", "&lt;", "[a](b)"),
]


@pytest.mark.parametrize("suffix", [".md", ".txt", ".rst", ".html", ".ipynb", ".py"])
@settings(max_examples=25, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(SCRAPS),
        ),
        max_size=60,
    )
)
def test_no_mixture_of_markup_crashes_or_hangs_a_reader(suffix: str, parts: list[str]) -> None:
    with suppress(InputError):
        found = parse(read_text("".join(parts), path=f"/pages/a{suffix}"))
        for entry in found.entries:
            assert entry.span.end <= len(found.document.text)
