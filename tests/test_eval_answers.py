"""Answers judged: what they say, whether it is cited, exact, and shown as refuted where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.types import Citation
from corpus.types import Span
from eval.answers import evaluate_answers, passed_on, repeated
from eval.datasets import DocumentSet, LabelledEntry, Query, QuerySet
from eval.support import Statement, says, statements, supports

ANSWER = """\
A view shares memory. It copies nothing. [1]

**Which to use**

- `reshape` may copy [2]
- `view` never does [3]

| method | copies |
|---|---|
| view | never |

[4]

[5]
```python
x = torch.ones(2)  # ✗ REFUTED: running it gives something else
y = x.view(2)
```

It prints 24 (✗ the page says 24; running it gives 96), says the page. [6]
"""


def _said(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.markers) for one in statements(text)]


def test_every_statement_gets_the_markers_behind_it() -> None:
    assert _said(ANSWER) == [
        ("A view shares memory.", ("1",)),
        ("It copies nothing.", ("1",)),
        ("`reshape` may copy", ("2",)),
        ("`view` never does", ("3",)),
        ("| method | copies |", ("4",)),
        ("| view | never |", ("4",)),
        ("x = torch.ones(2)\ny = x.view(2)", ("5",)),
        ("It prints 24, says the page.", ("6",)),
    ]


def test_a_sentence_without_a_marker_behind_it_rests_on_nothing() -> None:
    assert _said("First. [1] Second.") == [("First.", ("1",)), ("Second.", ())]


def test_an_index_in_brackets_is_no_marker() -> None:
    assert _said("Read x[0] or `groups[0]['lr']`. [1] [2]") == [
        ("Read x[0] or `groups[0]['lr']`.", ("1", "2"))
    ]


def test_names_and_numbers_end_no_sentence() -> None:
    assert len(statements("Use torch.nn e.g. in 2.0 or later. [1]")) == 1


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("A **view** shares memory", True),
        ("Memory shares a view", True),
        ("A view never shares memory", False),
        ("A view shares 3 gigabytes of memory", False),
        ("Dropout zeroes activations", False),
    ],
)
def test_a_quote_supports_what_it_says_and_not_what_it_does_not(text: str, supported: bool) -> None:
    quote = "A view shares memory with the tensor it was made from."
    assert supports(quote, Statement(text, "sentence", ("1",))) is supported


def test_code_has_to_be_there_as_it_is() -> None:
    assert says("x = a  @  b\n", "x = a @ b")
    assert not supports("b = x * a", Statement("x = a * b\nprint(x.sum(dim=1))", "code", ("1",)))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("y.shape  # (3, 4)", True),
        ("y.shape  # (3, 4)  # ✗ REFUTED: running it gives (4, 3)", False),
        ("y.shape  # (3, 4)\n# ✗ running it gives (4, 3)", False),
        ("y.shape", False),
        ("y.shape  # (3, 4)\n\nand later ✗", True),
    ],
)
def test_a_refuted_claim_must_carry_its_remark(text: str, wrong: bool) -> None:
    assert passed_on(text, "# (3, 4)") is wrong


def test_a_claim_of_one_word_is_looked_for_on_its_own_line() -> None:
    line = "x = torch.randn(3)  # float64"
    elsewhere = "weights come in float64 as well"
    flagged = f"{line}  # ✗ REFUTED: running it gives torch.float32"
    assert not passed_on(f"{elsewhere}\n{flagged}", "float64", line)
    assert passed_on(f"{elsewhere}\n    {line}\n", "float64", line)
    assert passed_on(elsewhere, "float64", line)


@pytest.fixture
def judged(assistant):
    """What is measured on one question over one of the test's own pages."""
    document = next(
        one for one in assistant.searcher.documents.values() if one.path.endswith("tensors.md")
    )
    entries = tuple(
        LabelledEntry("tensors.md", entry.number, entry.span, entry.id)
        for entry in assistant.searcher.entries.values()
        if entry.document_id == document.id
    )
    labels = {"v": {entries[0].group: 2}}
    labelled = DocumentSet(QuerySet("small", (Query("v", "view vs reshape"),), labels), entries, {})
    return evaluate_answers(
        labelled,
        [Path(document.path)],
        assistant.verifier,
        embedder=assistant.searcher.embedder,
    )


def test_our_own_answers_are_supported_exact_and_pass_nothing_on(judged) -> None:
    assert judged.answered == 1
    assert judged.statements > 3
    assert judged.supported == judged.exact == judged.precision == 1.0
    assert judged.passed_on == judged.repeated == 0
    assert judged.missed == ()
    assert judged.relevant > 0


def test_twins_and_passages_said_twice_are_found(searcher) -> None:
    entries = {entry.id: replace(entry, twins=()) for entry in list(searcher.entries.values())[:2]}
    one, other = entries
    cited = [
        Citation(marker, "d", "/d", entry, "?", Span(0, 3), quote)
        for marker, entry, quote in (("1", one, "a b"), ("2", other, "ab"))
    ]
    assert repeated(cited, entries) == ["ab"]
    twins = {**entries, one: replace(entries[one], twins=(other,))}
    twins[other] = replace(entries[other], twins=(one,))
    assert len(repeated([cited[0], replace(cited[1], quote="c")], twins)) == 1
