"""Verdicts of real runs."""

from __future__ import annotations

import pytest

from assistant.verify.report import snippet_json
from assistant.verify.verifier import Verifier
from corpus.library import parse
from corpus.read import read_text
from corpus.types import Document, Snippet, Span

STATES = {"C": "confirmed", "R": "refuted", "U": "unverifiable", "N": "not_run"}


@pytest.fixture(scope="module")
def verifier(sandbox):
    return Verifier(sandbox)


def states(verifier: Verifier, code: str) -> dict[int, str]:
    letters = {state: letter for letter, state in STATES.items()}
    report = verifier.verify_code(code)
    return {verdict.claim.line: letters[verdict.state] for verdict in report.verdicts}


def test_values_errors_and_what_comes_after_an_error(verifier: Verifier) -> None:
    code = """\
import torch
x = torch.tensor([2.0, 3.0], requires_grad=True)
y = (x ** 2).sum()     # y = 13.0
y.backward()
print(x.grad)          # tensor([4., 6.])
print(x.grad)          # tensor([4., 7.])
print(y.grad_fn)       # <SumBackward0 object at 0x7f>
# x + torch.ones(3)  → ERROR: size 2 != size 3
for i in range(3):
    print("step", i)
# step 0
# step 1
# step 3
print("before")
z = x.reshape(5)
print(z.shape)         # torch.Size([5])
print("after", 1 + 1)  # after 2
"""
    report = verifier.verify_code(code)
    found = states(verifier, code)
    assert found == {
        3: "C", 5: "C", 6: "R", 7: "C", 8: "C", 11: "C", 12: "C", 13: "R", 16: "N", 17: "C",
    }  # fmt: skip
    assert report.status == "error"
    assert report.error is not None
    assert report.error.line == 15
    assert report.stdout.endswith("before\n")
    refuted = next(verdict for verdict in report.verdicts if verdict.claim.line == 6)
    assert refuted.observed == "tensor([4., 6.])"


def test_chance_is_neither_refuted_nor_confirmed(verifier: Verifier) -> None:
    code = """\
import torch
x = torch.randn(3, 4)
print(x.mean())        # tensor(0.1234)
print(x[0, 0] > 0)     # tensor(True)
print(x.shape)         # torch.Size([4, 3])
print(torch.softmax(x, 1).sum(1))  # tensor([1., 1., 1.])
torch.manual_seed(0)
print(torch.rand(2))   # tensor([0.4963, 0.7682])
"""
    assert states(verifier, code) == {3: "U", 4: "U", 5: "R", 6: "C", 8: "C"}


def test_what_the_page_lacks_is_said(verifier: Verifier) -> None:
    report = verifier.verify_code("for batch in train_loader:\n    print(len(batch))  # 2\n")
    assert report.status == "needs_context"
    assert report.verdicts[0].state in ("not_run", "unverifiable")
    assert "train_loader" in report.reason


def test_claims_are_placed_in_their_document(verifier: Verifier) -> None:
    text = "# Sums\n\n    print(1 + 1)  # 3\n"
    code = "print(1 + 1)  # 3\n"
    start = text.index("print")
    span = Span(start, start + len(code) - 1)
    snippet = Snippet("p/1/1", "p/1", span, code, line_spans=(span,))
    document = Document("p", "/tmp/p.md", "Sums", "text/markdown", text, "")
    report = verifier.verify(snippet, document=document)
    [verdict] = report.verdicts
    assert verdict.claim.span.of(text) == "3"
    found = snippet_json(report)
    assert (found["document"], found["line"]) == ("p.md", 3)
    assert found["claims"][0]["source_line"] == "print(1 + 1)  # 3"
    assert found["claims"][0]["state"] == "refuted"


def test_a_session_is_judged_by_what_it_echoes(verifier: Verifier) -> None:
    code = ">>> import torch\n>>> torch.arange(3)\ntensor([0, 1, 2])\n>>> 1 + 1\n3\n"
    assert states(verifier, code) == {3: "C", 5: "R"}


def test_a_session_of_ipython_in_a_page_is_judged_where_its_values_stand(
    verifier: Verifier,
) -> None:
    page = "# What is x?\n\n```python\nIn [1]: x = 3\n\nIn [2]: x + 1\nOut[2]: 5\n```\n"
    reading = parse(read_text(page, path="a.md", media_type="text/markdown"))
    [report] = verifier.verify_reading(reading)
    [verdict] = report.verdicts
    assert (verdict.state, verdict.observed) == ("refuted", "4")
    assert page[: verdict.claim.span.start].endswith("Out[2]: ")
    assert verdict.claim.span.of(page) == "5"


def test_output_behind_the_code_is_judged_line_by_line(verifier: Verifier) -> None:
    code = "for i in range(2):\n    print('row', i)\nprint('sum', 7)\n"
    snippet = Snippet("p/1/1", "p/1", Span(0, len(code)), code, expected_output="row 0 row 1 sum 8")
    document = Document("p", "/tmp/p.md", "p", "text/plain", code, "")
    report = verifier.verify(snippet, document=document)
    assert [verdict.state for verdict in report.verdicts] == ["confirmed", "confirmed", "refuted"]


def test_what_a_failure_cannot_have_touched_is_judged(verifier: Verifier) -> None:
    code = """\
import torch
cfg = load_config("run.yaml")
model = torch.nn.Linear(10, cfg.classes)
a = torch.zeros(2)
train(model, a)
x = torch.zeros(4, 10)
print(x.shape)         # torch.Size([4, 11])
print(model(x).shape)  # torch.Size([4, 5])
print(x.dtype)         # torch.float64
print(a)               # tensor([1., 1.])
"""
    assert states(verifier, code) == {7: "R", 8: "N", 9: "R", 10: "N"}


def test_examples_in_docstrings_of_a_snippet_are_run(verifier: Verifier) -> None:
    code = '''\
"""Adds."""
import torch


def add(a):
    """Adds one.

    >>> add(torch.tensor(1))
    tensor(2)
    >>> add(1)
    3
    """
    return a + 1


print(add(2))  # 3
add(5)
'''
    report = verifier.verify_code(code)
    assert states(verifier, code) == {9: "C", 11: "R", 16: "C"}
    assert report.stdout == "3\n"
