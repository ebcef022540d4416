import ast
import subprocess
import sys
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.restore import Budget, restore

LOOP = """\
import torch

model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    total = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = (model(x) - y).pow(2).mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / len(batches)}")
print("done")
"""

MODULE = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(3, width)
        self.second = nn.Linear(width, 1)

    @property
    def width(self):
        return self.first.out_features

    def forward(self, x):
        x = torch.relu(self.first(x))
        if self.training:
            x = x + torch.randn_like(x)
        return self.second(x)

net = Net(8)
try:
    net(torch.randn(2, 5))
except RuntimeError as error:
    print("wrong shape:", error)
else:
    print("fine")
"""


def same(code, other):
    return ast.dump(ast.parse(code)) == ast.dump(ast.parse(other))


def flat(code):
    return "\n".join(line.strip() for line in code.split("\n"))


def joined(code):
    return " ".join(line.strip() for line in code.split("\n") if line.strip())


@pytest.mark.parametrize("program", [LOOP, MODULE])
@pytest.mark.parametrize("damage", [flat, joined])
def test_blocks_and_line_breaks_come_back(program, damage):
    found = restore(damage(program))
    assert found.parses
    assert found.restored
    assert found.notes
    assert same(found.code, program)


@pytest.mark.parametrize(
    "code",
    [
        LOOP,
        MODULE,
        "x = 1\n",
        "",
        "def f(x): return x\nprint(f(2))\n",
        "y = x * 2  # was y = x * 3 before print(y) showed that it is too much\n",
        "model.eval()  # same as model.train(False), see the loop above for how it is used\n",
        'print("“quoted”", "a\u00a0b", "x &lt; y")\n',
        "# a note without code, however long it may be and whatever it says\n",
        "if True:\n\tx = 1\n\ty = 2\n",
        "flags = a & lt\n",
        'text = """\n>>> not a prompt\n"""\n',
    ],
)
def test_sound_code_is_left_alone(code):
    found = restore(code)
    assert not found.restored
    assert found.notes == ()
    assert found.parses
    assert found.code == code.rstrip() + "\n"


@pytest.mark.parametrize(
    ("damaged", "code"),
    [
        ("print(“it’s fine”)", 'print("it\'s fine")'),
        ("print(“it’s fine”, 'a')", 'print("it’s fine", "a")'),
        ("d = {‘a’: 1}", "d = {'a': 1}"),
        ("if x:\n\u00a0\u00a0\u00a0\u00a0y = 1", "if x:\n    y = 1"),
        ("\u200bx = 1\n\u200by = 2", "x = 1\ny = 2"),
        (
            "if a &lt; b and c:\n    x = 1",
            "if a < b and c:\n    x = 1",
        ),
        ("y = a × b − c", "y = a * b - c"),
        (">>> for i in x:\n...     print(i)\n1\n2\n>>> y = 3", "for i in x:\n    print(i)\ny = 3"),
        ("In [1]: x = 1\nIn [2]: y = 2", "x = 1\ny = 2"),
        ("1 for i in x:\n2     print(i)\n3 y = 1", "for i in x:\n    print(i)\ny = 1"),
        ("9: x = 1\n10: y = 2", "x = 1\ny = 2"),
        ("1\n2\n3\n4\nx = 1\ny = 2\nz = 3\nw = 4", "x = 1\ny = 2\nz = 3\nw = 4"),
        ("if x:\n\ty = 1\n        z = 2", "if x:\n    y = 1\n    z = 2"),
        ("print(f(x, [1, 2])\n", "print(f(x, [1, 2]))"),
        ("print((1)  # one", "print((1)  # one\n)"),
        ("    x = 1\n    y = 2\n", "x = 1\ny = 2"),
        ("x = 1\r\ny = “a”\r\n", 'x = 1\ny = "a"'),
    ],
)
def test_characters_and_margins_are_mended(damaged, code):
    found = restore(damaged)
    assert found.parses
    assert same(found.code, code)


def test_program_swallowed_by_its_first_comment_is_recognised():
    text = (
        "import torch # Create a tensor x = torch.tensor([3.0], requires_grad=True) "
        "# Square it y = x ** 2 y.backward() print(x.grad) # Prints 6.0, the slope of x ** 2 at 3"
    )
    found = restore(text)
    assert found.restored
    assert found.code.splitlines() == [
        "import torch",
        "# Create a tensor",
        "x = torch.tensor([3.0], requires_grad=True)",
        "# Square it",
        "y = x ** 2",
        "y.backward()",
        "print(x.grad)  # Prints 6.0, the slope of x ** 2 at 3",
    ]


def test_comments_within_brackets_end_where_the_next_element_starts():
    text = (
        "net = nn.Sequential( nn.Linear(4, 8), # hidden layer nn.ReLU(), # keeps the positive part "
        "nn.Linear(8, 1), ) opt = SGD( net.parameters(), lr=0.1, # learning rate momentum=0.9, )"
    )
    whole = (
        "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\n"
        "opt = SGD(net.parameters(), lr=0.1, momentum=0.9)\n"
    )
    assert same(restore(text).code, whole)


def test_line_ends_come_back_where_the_indentation_is_left():
    code = (
        "import torch\n"
        "x = torch.zeros(3)\n"
        "try:\n"
        "    x.view(2)\n"
        "except RuntimeError as error:\n"
        "    print(error)\n"
        "else:\n"
        '    raise AssertionError("three do not fit in two")\n'
        "print(x.sum().item() < 1)  # True\n"
        "print(torch.equal(x, x + 0))  # True\n"
        "print(x.shape)  # torch.Size([3])\n"
    )
    found = restore(" ".join(code.splitlines()))
    assert same(found.code, code)


@pytest.mark.parametrize("damage", [flat, joined])
def test_each_line_knows_its_place(damage):
    text = damage(MODULE)
    found = restore(text)
    lines = found.code.split("\n")[:-1]
    assert len(lines) == len(found.lines)
    for line, (start, end) in zip(lines, found.lines, strict=True):
        assert text[start:end] == line.strip()


def test_places_hold_when_characters_were_replaced():
    text = ">>> a = “x”\n>>> b\u00a0= 2 &gt; 1\n"
    found = restore(text)
    assert found.code == 'a = "x"\nb = 2 > 1\n'
    assert [text[start:end] for start, end in found.lines] == ["a = “x”", "b\u00a0= 2 &gt; 1"]


def test_docstring_moves_with_its_function():
    code = (
        'def f(x):\n    """Double it.\n\n    Args:\n        x: what.\n    """\n    return 2 * x\n'
    )
    assert restore(flat(code)).code == code


def test_equally_good_readings_are_owned_up_to():
    calls = "".join(f"start({name})\n" for name in "abcd")
    unclear = ["if flag:\na = 1\nb = 2\nc = 3\n", "if ready:\n" + calls]
    found = [restore(text) for text in unclear]
    assert all(one.parses for one in found)
    assert any("equally good" in note for one in found for note in one.notes)
    clear = restore(flat(MODULE))
    assert not any("equally good" in note for note in clear.notes)


def test_what_cannot_be_mended_comes_back_as_it_was():
    text = "this is no program (at all"
    found = restore(text)
    assert not found.parses
    assert found.code == text + "\n"


@pytest.mark.parametrize("between", ["\n", " "])
def test_work_is_bounded(between):
    lines = ["for i in range(3):", "if i:", "print(i) # then what x = 1", "y = i"] * 100
    page = Budget(20_000)
    found = restore(between.join(lines), page)
    assert not found.restored
    assert "too much" in found.notes[-1]
    assert page.left <= 0
    again = restore("for i in range(3):\nprint(i)\n", page)
    assert not again.restored, "nothing is left for the rest of the page"
    assert "too much" in again.notes[-1]


def test_a_search_that_is_given_up_says_so(monkeypatch):
    monkeypatch.setattr("corpus.restore.repair.STEPS", 20_000)
    text = "x = f(( 1 +\n# and if for while a b c\n" * 200
    found = restore(text)
    assert not found.restored
    assert "took too much work" in found.notes[-1]


def test_next_best_readings_are_kept_as_alternatives():
    text = "x = 0\nfor i in range(3):\nx = i\nif x:\nx = 2\ny = x\nz = y\n"
    found = restore(text)
    assert 0 < len(found.alternatives) <= 3
    assert len({found.code, *found.alternatives}) == len(found.alternatives) + 1
    for other in found.alternatives:
        ast.parse(other)
        assert [line.strip() for line in other.splitlines()] == text.splitlines()
    joined_up = restore(joined(found.code))
    for other in joined_up.alternatives:
        assert other.count("\n") == joined_up.code.count("\n")


FRAGMENTS = st.sampled_from(
    [
        *["for i in x:", "def f(", "# note", "x = 1", "“", "\n", " ", "\t", ">>> ", "...", '"""'],
        *["'", "(", ")", "]", "\\", "&lt;", "else:", "try:", "@a", "\x00", "\u2028", "\x0c", "\r"],
        *["1", "λ", "if"],
    ]
)


@settings(max_examples=150, deadline=None)
@example(";")
@given(st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=25).map(" ".join)))
def test_any_text_is_survived(text):
    found = restore(text)
    assert found.code.endswith("\n")
    assert len(found.lines) == found.code.count("\n")
    assert all(0 <= start <= end <= len(text) for start, end in found.lines)
    if found.parses:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            ast.parse(found.code)


def test_importing_it_does_not_import_torch():
    check = "import sys, corpus.restore; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
