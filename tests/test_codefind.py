"""Code found without fences: where it starts, where it ends, the output behind it."""

from __future__ import annotations

import pytest

from corpus.codefind import find_regions
from corpus.codelines import LineKind, judge_line
from corpus.programs import glued_output, glued_program, is_program, looks_like_python


def regions(text: str, *, headings: bool = False) -> list[list[str]]:
    lines = text.splitlines()
    found = find_regions(lines, [True] * len(lines), headings=headings)
    return [lines[region.first : region.last + 1] for region in found]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("import torch.nn as nn", LineKind.CODE),
        ("for x, y in loader:", LineKind.CODE),
        ("loss = criterion(model(x), y)  # forward", LineKind.CODE),
        ("print(“smart quotes”)", LineKind.CODE),
        ("opt = torch.optim.SGD(", LineKind.CODE),
        ("if x &lt; 3:", LineKind.CODE),
        ("# a comment", LineKind.COMMENT),
        ("forward", LineKind.WEAK),
        ("step_size=5", LineKind.WEAK),
        ("zero_grad()", LineKind.CALL),
        ("for the reasons above:", LineKind.TEXT),
        ("with the following signature:", LineKind.TEXT),
        ("import the weights before training starts", LineKind.TEXT),
        ("Note: gradients accumulate", LineKind.TEXT),
        ("The loss falls, then rises again.", LineKind.TEXT),
        ("", LineKind.BLANK),
    ],
)
def test_lines_are_judged_by_what_python_makes_of_them(line: str, kind: LineKind) -> None:
    assert judge_line(line) is kind


def test_code_ends_where_prose_starts() -> None:
    text = """\
Weights are drawn first.
import torch

# a layer
layer = torch.nn.Linear(
2, 3,
bias=False,  # none here
)
print(layer.weight.shape)
What the shape says
The weight is stored transposed."""
    assert regions(text) == [text.splitlines()[1:9]]


def test_names_broken_out_of_sentences_are_no_code() -> None:
    text = """\
The scheduler takes
step_size=5
and the optimiser's
zero_grad()
clears what
.backward()
left behind."""
    assert regions(text) == []


def test_comments_set_apart_stay_with_the_code_around_them() -> None:
    text = "x = f(1)\n\n# why this is so\n# and not otherwise\n\ny = f(2)\n\n# y = f(3)\n# z = f(4)"
    assert regions(text) == [text.splitlines()]


def test_a_heading_is_no_comment_where_the_page_uses_headings() -> None:
    text = "x = f(1)\nprint(x)\n\n## Next part\n\nSome words about it."
    assert regions(text, headings=True) == [["x = f(1)", "print(x)"]]


def test_output_pasted_behind_code_is_set_apart() -> None:
    lines = ["x = torch.ones(2)", "print(x)", "tensor([1., 1.])", "Then it goes on in words."]
    region = find_regions(lines, [True] * 4)[0]
    assert (region.first, region.last, region.output_from) == (0, 2, 2)


def test_output_glued_to_the_last_print_is_found() -> None:
    line = 'print(f"mean {m:.2f}") mean 0.50 std 1.00'
    assert glued_output(line) == line.index("mean 0.50")
    assert glued_output("print(a)  # mean 0.50") is None
    assert glued_output("print(a).b") is None


@pytest.mark.parametrize(
    "program",
    [
        "import torch x = torch.ones(3) # sum them print(x.sum())",
        "# Set up device = torch.device('cpu') model = Net().to(device) # move it",
        "model = nn.Linear(2, 1) opt = optim.SGD(model.parameters(), lr=0.1)",
        "class Net(nn.Module): def __init__(self): super().__init__() self.fc = nn.Linear(1, 1)",
    ],
)
def test_programs_on_one_line_are_recognised(program: str) -> None:
    assert is_program(program)
    assert glued_program(program) == 0
    assert glued_program("This can be done as follows:" + program) == 28


@pytest.mark.parametrize(
    "text",
    [
        "Call model.eval() first and then torch.no_grad() around the loop.",
        "output = model(input), which calls forward() and then the hooks, gives the logits.",
        "# Using model.eval() in practice",
        "The import system looks for torch before it looks for anything else.",
        "From PyTorch 2.0 on: use torch.compile(model) to speed it up.",
        "Note: nn.Linear(2, 1) holds a weight and a bias.",
    ],
)
def test_sentences_with_code_in_them_are_no_programs(text: str) -> None:
    assert glued_program(text) is None


def test_a_program_glued_without_a_space_is_parted_from_its_heading() -> None:
    line = "Moving data by handimport torch x = torch.ones(2) y = x.to('cpu')"
    assert glued_program(line) == line.index("import")


def test_unlabelled_blocks_are_told_apart() -> None:
    assert looks_like_python("x = 1\nprint(x)")
    assert looks_like_python("for x in y:\nprint(x)\n")
    assert not looks_like_python("tensor([[1., 2.],\n        [3., 4.]])\nEpoch 1 done")
    assert not looks_like_python("$ pip install torch\nCollecting torch")
