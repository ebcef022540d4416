"""Remarks on what modules hold, on modes, on rows and columns, on ranges, and sizes by name.

Behind the last `§` of a line stands what its comment deserves: C confirmed, R refuted; lines
without a mark claim nothing that could be wrong.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.sandbox.service import SandboxService
from assistant.types import SnippetReport
from assistant.verify import properties
from assistant.verify.verifier import Verifier

WORDS = {
    "registered as a parameter": "is registered",
    "not registered, so .to() will not move it": "not is registered",
    "in the state_dict, but not a parameter": "is among the parameters",
    "left out of the state_dict": "is kept out",
    "would be registered": "",
    "is it registered?": "",
    "8 parameters and no buffers": "holds parameters and buffers",
    "50 * 16 = 800 weights": "holds parameters and buffers",
    "no bias would save 2 parameters": "",
    "weight (5, 40)": "has a part of this shape",
    "both biases are zero afterwards": "has parts that are filled with",
    "dropout is switched off": "has dropout off",
    "batch norm uses its running statistics": "normalises by running statistics",
    "each row has mean 0 and variance 1": "has lines with figures",
    "rows are samples, columns features": "",
    "the three rows are orthonormal": "has orthogonal lines",
    "survivors are scaled to 1.3333": "has survivors",
    "never positive": "has a sign",
    "nothing outside [-1, 1]": "never leaves",
    "limit sqrt(6/100) = 0.2449": "is drawn up to a limit",
    "eight times 1.": "repeats a number",
    "each of 0..5 exactly once": "is a permutation",
    "lengths 4, 4 and 2": "has parts of these lengths",
    "values 0, 1 / 1, 2": "has these rows",
    "averages by default": "averages",
    "not shuffled by default": "not shuffles",
}

SNIPPETS = {
    "what modules hold": """\
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, d=4):
        super().__init__()
        self.fc = nn.Linear(d, d, bias=False)  # 4 * 4 = 16 weights, no bias §C
        self.out = nn.Linear(d, d)  # no bias §R
        self.w = nn.Parameter(torch.ones(d))  # does not show up in parameters() §R
        self.beta = torch.ones(d)  # a plain attribute, not registered §C
        self.gamma = torch.zeros(d)  # registered as a buffer §R
        self.register_buffer("mean", torch.zeros(d))  # in the state_dict, not a parameter §C
        self.register_buffer("tmp", torch.zeros(d), persistent=False)  # in the state_dict §R
        self.layers = [nn.Linear(d, d)]  # a plain list: its layers are not registered §C
        self.replay = []  # a buffer
        self.scratch = torch.zeros(3)  # a buffer
        self.hook = self.fc.register_forward_hook(print)  # registered
m = Net()
lin = nn.Linear(3, 2)  # 2 parameters in all: one weight, one bias §C
lin = nn.Linear(3, 2)  # 6 + 2 parameters §C
lin = nn.Linear(3, 2)  # 6 weights + 3 biases §R
lin = nn.Linear(3, 2)  # weight is 3 x 2 §R
conv = nn.Conv2d(3, 8, 3)  # weight is 8 x 3 x 3 x 3 §C
conv = nn.Conv2d(3, 8, 3)  # kernel 3 x 3, three arguments
bn = nn.BatchNorm1d(4)  # 8 parameters and 3 buffers §C
bn = nn.BatchNorm1d(4)  # 8 parameters and 2 buffers §R
ce = nn.CrossEntropyLoss(weight=torch.ones(3))  # 3 weights, one per class
lstm = nn.LSTM(3, 4, num_layers=2)  # 4 parameters per layer
nn.init.zeros_(lin.bias)  # the bias starts at zero §C
loss = nn.MSELoss()  # averages by default §C
loss = nn.MSELoss()  # sums by default §R
loss = nn.MSELoss(reduction="sum")  # the default averages
# 6 + 2 parameters §C
print(sum(p.numel() for p in lin.parameters()))
""",
    "modes, rows and columns": """\
import torch
from torch import nn
net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.BatchNorm1d(4))
net.eval()  # dropout is switched off, batch norm uses its running statistics §C
net.train()  # dropout is off §R
net.eval()  # forget this and dropout stays on
plain = nn.Linear(2, 2)
plain.eval()  # dropout is off
drop = nn.Dropout(0.5)
w = drop(torch.ones(2000))  # survivors are scaled to 2.0 §C
w = drop(torch.ones(2000))  # surviving values are 1.5 §R
z = drop(torch.ones(2000) * 2)  # is the identity §R
drop.eval()  # from now on drop is the identity §C
y = drop(torch.ones(5))  # identity in eval mode §C
a = torch.arange(12.0).reshape(3, 4) ** 2
u = nn.LayerNorm(4)(a)  # each row has mean 0 and variance 1 §C
u = nn.LayerNorm(4)(a)  # columns have mean zero §R
n = a / a.norm(dim=0, keepdim=True)  # every row has norm 1 §R
q = torch.linalg.qr(torch.eye(6, 3))[0]  # columns are orthonormal §C
h = a.softmax(1).half()  # each row sums to 1 §C
# every row sums to one §C
p = a.softmax(1)
s = a[:2]  # rows are samples, columns features
""",
    "ranges, counts and what was before": """\
import torch
from torch import nn
x = torch.linspace(-3, 3, 12)
l = x.log_softmax(0)  # never positive §C
s = x.softmax(0)  # never positive §R
r = x.relu()  # never below zero §C
t = x.clamp(-0.5, 0.5)  # never beyond ±0.5 §C
t = x * 10  # nothing outside [-1, 1] §R
i = torch.arange(1000)[:512]  # capped at 100
w = torch.empty(64, 100)
nn.init.xavier_uniform_(w)  # limit sqrt(6/164) = 0.1913 §C
nn.init.normal_(w, std=0.02)  # std close to 0.02 §C
nn.init.normal_(w, std=0.02)  # std is about 0.2 §R
print(torch.full((7,), 2.0))  # seven 2. §C
print(torch.full((7,), 2.0))  # six times 2. §R
p = torch.randperm(6)  # each of 0..5 exactly once §C
v = torch.arange(4).reshape(2, 2)  # values 0, 1 / 2, 4 §R
c = torch.arange(10).split(4)  # lengths 4, 4 and 2 §C
c = torch.arange(10).tensor_split(4)  # 3, 3, 2, 2 §C
c = torch.arange(10).tensor_split(4)  # 3, 3, 3, 1 §R
e = (torch.tensor([0]), torch.tensor([2]))  # of size 1, 1 §C
torch.manual_seed(1)
a = torch.rand(3)
torch.manual_seed(1)
b = torch.rand(3)  # same seed, same numbers §C
c = torch.rand(3)  # same numbers again §R
d = torch.rand(3)  # the generator moved on, so d differs from b §C
o = torch.ones(3)
f = torch.ones(3)  # a new tensor
assert a.shape == (3,)  # holds exactly §C
assert a.shape == b.shape  # both (3,) §C
losses = []
losses.append(a.sum().item())  # a plain Python float §C
""",
    "sizes by name": """\
import torch
from torch import nn
class Attention(nn.Module):
    def __init__(self, dim=32, heads=4):
        super().__init__()
        self.heads, self.hd = heads, dim // heads
        self.h = 9
    def forward(self, x):
        B, T, C = x.shape
        q = x.view(B, T, self.heads, self.hd).transpose(1, 2)  # (B, heads, T, hd) §C
        k = x.view(B, T, self.heads, self.hd).transpose(1, 2)  # (B, T, heads, hd) §R
        y = q @ k.transpose(-2, -1)  # B x heads x T x T §C
        w = x.unflatten(2, (4, 8))  # (batch, tokens, h, w)
        return x.mean(1)  # (B, T) §R
Attention()(torch.zeros(2, 6, 32))
def embed(ids):  # ids: (B, T) §C
    h = ids[..., None].float().expand(-1, -1, 5)  # (B, T, 5) §C
    g = h * 2  # (B, T, 5) §C
    return g.mean(1)  # (B, T) §R
embed(torch.zeros(2, 7).long())
x = torch.zeros(8, 3, 32, 32)  # N=8, C=3, H=W=32 §C
x = torch.zeros(8, 3)  # N=8, C=4 §R
x = torch.zeros(8, 3)  # K=3, S=1
""",
}
LETTERS = {"confirmed": "C", "refuted": "R"}


@pytest.mark.parametrize("comment", WORDS)
def test_words_are_recognised(comment: str) -> None:
    known = properties.recognise(properties.clauses(comment)[0])
    found = "" if known is None else f"{'not ' * known.denied}{known.recogniser.name}"
    assert found == WORDS[comment]


@pytest.fixture(scope="module")
def reports(sandbox: SandboxService) -> dict[str, SnippetReport]:
    with ThreadPoolExecutor(2) as pool:
        verifier = Verifier(sandbox)
        found = pool.map(lambda name: verifier.verify_code(_marked(name)[0]), SNIPPETS)
        return dict(zip(SNIPPETS, found, strict=True))


@pytest.mark.parametrize("name", SNIPPETS)
def test_each_remark_gets_what_it_deserves(reports: dict[str, SnippetReport], name: str) -> None:
    wanted = _marked(name)[1]
    found: dict[int, set[str]] = {}
    for verdict in reports[name].verdicts:
        if verdict.claim.kind != "exists" and verdict.state in LETTERS:
            found.setdefault(verdict.claim.line, set()).add(LETTERS[verdict.state])
    assert {line: found.get(line, set()) for line in wanted} == {
        line: {letter} for line, letter in wanted.items()
    }
    accused = {line for line, letters in found.items() if "R" in letters}
    assert accused == {line for line, letter in wanted.items() if letter == "R"}


def _marked(name: str) -> tuple[str, dict[int, str]]:
    """A snippet without its marks, and the mark of each line that has one."""
    rows = [row.rpartition("§") for row in SNIPPETS[name].splitlines()]
    code = "\n".join(lead.rstrip() if mark else rest for lead, mark, rest in rows) + "\n"
    return code, {at: rest for at, (_, mark, rest) in enumerate(rows, start=1) if mark}


SESSIONS_AND_TABLES = (
    """In [1]:
import torch
x = torch.arange(6).view(2, 3)
x.sum(0)
Out[1]: tensor([3, 5, 7])  §C

In [2]:
x.sum(1)
Out[2]:
tensor([3, 13])  §R
""",
    """import torch
def check(name, got):
    print(f"ok   {name}: {got}")
check("ndim", torch.zeros(3, 0).ndim)
# ok   ndim: 2  §C
check("size", tuple(torch.zeros(3, 0).shape))
# ok   size: (0, 3)  §R

# layer  output  params
# fc1    (N, 4)  20  §C
# fc2    (N, 2)  11  §RC
net = torch.nn.Sequential()
net.fc1 = torch.nn.Linear(4, 4)
net.fc2 = torch.nn.Linear(4, 2)
w = torch.ones(4, 3)
w[::2] = 0  # rows 0 and 2 are wiped  §C
g = torch.Generator().manual_seed(1)
torch.rand(3, generator=g)  # advances the global generator too  §R
torch.nn.init.sparse_(w, 0.5)  # half of each column is zero  §C
a = x = torch.arange(3)
a.div_(2)  # RuntimeError: result type Float can't be cast to Long  §C
a.mul_(0.5)  # same story, halves are floats  §C
""",
)


@pytest.mark.parametrize("code", SESSIONS_AND_TABLES)
def test_cells_printed_lines_and_tables_are_held_to_what_runs(
    sandbox: SandboxService, code: str
) -> None:
    rows = [row.partition("  §") for row in code.splitlines()]
    plain = "\n".join(row[0] for row in rows) + "\n"
    got: dict[int, str] = {}
    for one in Verifier(sandbox).verify_code(plain).verdicts:
        if one.claim.kind != "exists":
            line = plain.count("\n", 0, one.claim.span.start)
            got[line] = got.get(line, "") + one.state[0].upper()
    assert got == {at: mark for at, (_, _, mark) in enumerate(rows) if mark}
