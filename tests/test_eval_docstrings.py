"""Examples out of docstrings of installed libraries."""

from __future__ import annotations

from eval.docstrings import docstrings, evaluate, session

TEXT = """\
Adds.

    >>> x = 1
    >>> x + 1
    2

Prose between.

Examples::

    >>> x
    1
"""


def test_a_docstring_becomes_one_session() -> None:
    assert [line for line in session(TEXT).splitlines() if line] == [
        ">>> x = 1", ">>> x + 1", "2", ">>> x", "1",
    ]  # fmt: skip


def test_each_docstring_is_taken_once() -> None:
    names = [name for name, _ in docstrings(("random", "statistics"))]
    assert len(names) == len(set(names))
    assert "statistics.mean" in names


def test_the_standard_library_is_right() -> None:
    figures = evaluate(("statistics",), only="median")
    assert figures.docstrings >= 4
    assert figures.states.get("confirmed", 0) >= 4
    assert figures.refuted == ()
