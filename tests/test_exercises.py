"""Tasks and items: their files, and how handed-in code is judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.interview.judging import forbidden_names, judge
from assistant.sandbox.service import SandboxService
from corpus.errors import InputError
from corpus.exercises import Check, Task, parse_task, task_paths
from corpus.predictions import parse_prediction
from corpus.read import read_document
from corpus.types import Document

SOFTMAX = Path(__file__).resolve().parents[1] / "corpus" / "tasks" / "stable-softmax.md"

PREDICTION = """\
---
id: adds-ones
topic: tensors
level: junior
answer: tensor(3.)
near_misses: ["3", "tensor(3)"]
---

## Code
```python
import torch

print(torch.ones(3).sum())
```

## Why
Each element counts once.
"""


def document(text: str) -> Document:
    return Document("d", "/d/adds-ones.md", "d", "text/markdown", text, "")


@pytest.fixture(scope="module")
def task() -> Task:
    return parse_task(read_document(SOFTMAX))


def test_every_task_that_is_shipped_is_in_the_form() -> None:
    for path in task_paths():
        assert parse_task(read_document(path)).id == path.stem


def test_a_task_that_lacks_parts_names_each() -> None:
    text = SOFTMAX.read_text(encoding="utf-8")
    with pytest.raises(InputError) as caught:
        parse_task(document(text[: text.index("## Alternatives")]))
    for words in ("'## Alternatives' is missing", "'## Mutants' is missing"):
        assert words in str(caught.value)
    with pytest.raises(InputError, match="line 6: level"):
        parse_task(document(text.replace("level: junior", "level: guru")))
    with pytest.raises(InputError, match="Mutants"):
        parse_task(document(text[: text.index("### forgets keepdim")]))


def test_a_prediction_is_read_with_its_answer() -> None:
    item = parse_prediction(document(PREDICTION))
    assert (item.answer, item.raises) == ("tensor(3.)", None)
    assert item.near_misses == ("3", "tensor(3)")
    raising = parse_prediction(document(PREDICTION.replace("tensor(3.)\nn", "raises TypeError\nn")))
    assert raising.raises == "TypeError"


def test_right_solutions_pass_and_each_mistake_is_caught_by_name(
    sandbox: SandboxService, task: Task
) -> None:
    for code in (task.solution, *task.alternatives):
        assert judge(sandbox, task, code).passed
    for mutant in task.mutants:
        verdict = judge(sandbox, task, mutant.code)
        assert verdict.outcome == "failed", mutant.name
        failing = next(check.name for check in verdict.checks if check.state != "passed")
        assert failing in verdict.reason


def test_a_failing_check_says_with_what_input_and_what_came_out(
    sandbox: SandboxService, task: Task
) -> None:
    verdict = judge(sandbox, task, "def softmax(x, dim=-1):\n    return x\n")
    assert verdict.checks[0].state == "failed"
    for words in ("given a 3x4x5 tensor, dim=0", "expected tensor", "got tensor"):
        assert words in verdict.checks[0].message


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("while True: pass", "timeout", "stopped"),
        ("def softmax(x, dim=-1):\n    while True: pass", "timeout", "'matches-torch'"),
        ("exit()", "did_not_load", "ended the program"),
        ("import os\nos._exit(0)", "killed", "ended itself"),
        ("def softmax(", "did_not_load", "SyntaxError"),
        ("a = bytearray(10**11)", "killed", "memory"),
        (
            "import torch\ntorch.testing.assert_close = lambda *a, **k: None\nsoftmax = None",
            "tampered",
            "torch.testing.assert_close",
        ),
        (
            "import torch\ntorch.Tensor.__eq__ = lambda a, b: True\n"
            "torch.Tensor.exp = lambda a: a\nsoftmax = None",
            "tampered",
            "torch.Tensor.exp",
        ),
        ("import sys\ndef softmax(x, dim=-1):\n    return sys._getframe(1)", "pried", "_getframe"),
        ("import gc\nheap = gc.get_objects()", "pried", "gc.get_objects"),
        ("def softmax(x, dim=-1):\n    return open('/proc/self/mem')", "pried", "/proc/self/mem"),
        ("def softmax(x, dim=-1):\n    raise SystemExit", "failed", "exit()"),
    ],
)
def test_tricks_do_not_pass_and_are_called_what_they_are(
    sandbox: SandboxService, task: Task, code: str, outcome: str, words: str
) -> None:
    verdict = judge(sandbox, task, code, seconds=3)
    assert verdict.outcome == outcome
    assert words in verdict.reason
    assert not verdict.passed


def test_a_stopped_trial_tells_what_was_passed_before(sandbox: SandboxService, task: Task) -> None:
    hanging = Check("hangs", "while True: pass")
    both = replace(task, checks=(task.checks[0], hanging, task.checks[1]))
    verdict = judge(sandbox, both, task.solution, seconds=3)
    assert verdict.outcome == "timeout"
    assert [check.state for check in verdict.checks] == ["passed", "not_reached", "not_reached"]
    assert "'hangs'" in verdict.reason


def test_a_tensor_of_a_class_of_ones_own_is_not_taken_for_a_tensor(
    sandbox: SandboxService, task: Task
) -> None:
    code = (
        "import torch\nclass Agreeable(torch.Tensor):\n    pass\n"
        "def softmax(x, dim=-1):\n    return x.as_subclass(Agreeable)\n"
    )
    assert "not a tensor but Agreeable" in judge(sandbox, task, code).reason


def test_forbidden_names_are_found_under_any_alias() -> None:
    banned = ["torch.nn.functional.softmax", "torch.softmax", ".softmax"]
    for code in (
        "import torch.nn.functional as G\nG.softmax(x, 0)",
        "from torch.nn import functional\nfunctional.softmax(x, 0)",
        "from torch import softmax\nsoftmax(x, 0)",
        "import torch as t\nt.softmax(x, 0)",
        "x.softmax(0)",
        "getattr(x, 'soft' + 'max')(0)",
    ):
        assert list(forbidden_names(code, banned)), code
    assert not list(forbidden_names("import torch\ndef softmax(x): return torch.exp(x)", banned))
    assert not list(forbidden_names("getattr(x, 'y')", []))
