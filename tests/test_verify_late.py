"""Values that stand somewhere in a remark, tables of defaults, and code that others read.

Behind the last `§` of a line stands what its comment deserves: C, R, U as in `test_verify_kinds`;
lines without a mark claim nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.sandbox.service import SandboxService
from assistant.types import SnippetReport
from assistant.verify import tables, traced
from assistant.verify.chance import settle
from assistant.verify.expect import held, read
from assistant.verify.judge import Judgement
from assistant.verify.names import Library, asked_for
from assistant.verify.prose import of_prose
from assistant.verify.sites.evidence import foreign, related
from assistant.verify.unsettled import unsettled
from assistant.verify.verifier import Verifier
from corpus import syntax

LETTERS = {"confirmed": "C", "refuted": "R", "unverifiable": "U", "not_run": "N"}

SNIPPETS = {
    "quizzes and labels": """\
import torch
x = torch.arange(6.).reshape(2, 3)
print(x.dtype)          # (a) torch.float32 §C
print(x.numel())        # (iv) 7 §R
print(x.shape)          # A3: (3, 2) §R
# x.view(4)             # (h) RuntimeError §C
print(torch.cat([x, x]).shape)   # tf.concat(axis=0): (4, 3) §C
print(torch.cat([x, x]).shape)   # tf.concat(axis=0): (4, 4)
print(x.max().item())   # uphill: 5.0 §C
print(x.max().item())   # uphill: 4.0 §R
print(x.max().item())   # lr: 0.1
print(x.max().item())   # target: 0.5
print(x.max().item())   # grad is None, so nothing moves: 5.0 §C
print(len([1, 2]))      # but the list has 3 entries §R
y = x.unsqueeze(0)      # one row per token, the class included: (1, 2, 3) §C
loss = x.sum()          # classes must be dim 1: (2, 3)
print(x.mean(0).shape)  # input: (2, 3)
print(x.T.shape)        # (2, 3) transposed
print(x.T.shape)        # the transpose of (2, 3)
e = x.sum()             # after the loop: tensor(5.)
d = x.reshape(-1)       # from (2, 3)
z = x.bool()            # False where zero
""",
    "questions and their answers": """\
import torch
e = torch.zeros(2, 3)
# e[0, 0] = 1        # RuntimeError? No! it writes through §C
# e.view(7)          # works? no §C
# e.view(6)          # Error? Yes. §R
print(e.shape)       # is it (3, 2)? no, (2, 3) §C
print(e.is_leaf)     # a leaf? True §C
# e @ e              # mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3) §C
# e @ e              # RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 3x2) §R
# e.sum().item()     # all good §C
""",
    "sizes by name": """\
import torch
BS, SEQ, EMB = 4, 6, 8
e = torch.zeros(BS, SEQ, EMB)          # BS x SEQ x EMB §C
e = torch.zeros(BS, SEQ, EMB)          # BS x EMB x SEQ §R
y = e.flatten(1)                       # (B, T, D) -> (B, T*D) = (4, 48) §C
y = e.flatten(1)                       # (B, T, D) -> (B, T*D) = (4, 49) §R
torch.einsum("bct->btc", e).shape      # b t c = 4 8 6 §C
n = 1_001_000 + 0                      # 1.001M parameters §C
n = 1_001_000 + 0                      # 1.2M parameters §R
""",
    "printed with a number by chance": """\
import torch
v = torch.rand(1).item()
print("loss", v)        # loss 0.0731 §U
print("n", 3)           # n 4 §R
""",
    "a block of which one line is wrong": """\
for i, name in enumerate(["Flatten", "Linear", "ReLU", "Linear"]):
    print(i, name)
# 0 Flatten §C
# 1 Linear §C
# 2 ReLU §C
# 3 Dense §R
""",
    "announced above": """\
import torch
x = torch.zeros(2, 3)
# prints tensor(0.) §C
print(x.sum())
y = x.t()
# should print torch.Size([2, 3]) §R
print(y.shape)
print(y.sum())
# prints tensor(0.) §C
print(y.dtype)
""",
    "a session with a loop": """\
>>> for row in [[1], [5]]:
...     print(sum(row))
...
1 §C
5
""",
    "a session of IPython": """\
In [1]: import torch

In [2]: x = torch.arange(4.)
   ...: x.sum()  # why?
Out[2]: tensor(6.) §C

In [3]: print(x.max()); x[:2]
tensor(3.) §C
Out[3]: tensor([0., 1.])

In [4]: %timeit x.sum()
1.2 us per loop

In [5]: x.view(3)
--------------------------------------------------------------------------- §C
RuntimeError                              Traceback (most recent call last)
Cell In[5], line 1
----> 1 x.view(3)

RuntimeError: shape '[3]' is invalid for input of size 4

In [6]: x.reshape(2, 2)
Out[6]:
tensor([[0., 1.], §R
        [2., 4.]])

In [7]: type(x)
Out[7]: torch.Tensor

In[8]: x.shape
Out[8]: torch.Size([5]) §R
""",
    "shape and dtype side by side": """\
import torch
N, D = 4, 6
t = torch.zeros(N, D)             # (N, D), float32 §C
t = torch.zeros(N, D)             # (D, N), float32 §R
t = torch.zeros(N, D)             # (N, D), int64 §R
u = torch.arange(N)               # (N,), int64 §C
v = torch.rand(D // 2)            # (D/2,), float32 §C
m = t > 0                         # (N, D) bool, all False §C
h = t.bfloat16()                  # bfloat16, (4, 6) §C
""",
    "several named results": """\
import torch
L, N, H = 5, 3, 4
x = torch.zeros(L, N, 2)
out, (h, c) = torch.nn.LSTM(2, H)(x)   # out (L, N, H), h (1, N, H), c: (1, N, H) §CCC
out, (h, c) = torch.nn.LSTM(2, H)(x)   # out: (N, L, H); h: (1, N, H) §RC
a, b = x.chunk(2, dim=2)               # each of shape (5, 3, 1), views of x §CC
a, b = x.chunk(2, dim=2)               # all have the same shape (5, 3, 2) §R
""",
    "what a function is given": """\
import torch
C = 7
class Net(torch.nn.Module):
    def __init__(self, width=6, depth=2):
        super().__init__()
        pe = torch.zeros(depth, width)
        self.register_buffer("pe", pe[None])    # (1, depth, width) §C
        self.register_buffer("on", pe > 0)      # (width, depth) §R
    def forward(self, x):                       # x: (B, C, 3, 3) -> (B, 9) §C
        x = x.flatten(1)                        # (B, width, 1) §R
        return x
    def plain(self, x):                         # [N, 3, 4] §R
        return x
    def both(
        self,
        q,                                      # (B, T) §C
        k=None,                                 # (B, T, 1) §C
    ):                                          # (B, T)
        "Adds."
        return q
def scaled(x, n=3):                             # n: how many (2, 2)
    return x
net = Net()
net(torch.zeros(2, 6, 3, 3))
net.plain(torch.zeros(2, 3))
net.both(torch.zeros(2, 3), torch.zeros(2, 3, 1))
scaled(torch.zeros(1))
""",
    "sizes by names of one's own": """\
import torch
def split(x, nh=2):
    B, T, E = x.shape
    hs = E // nh
    q = x.view(B, T, nh, hs).transpose(1, 2)    # (B, nh, T, hs) §C
    return q @ q.transpose(-2, -1)              # (B, nh, T, hs) §R
split(torch.zeros(2, 5, 8))
print(round(torch.tensor(1.).sin().item(), 4))  # 0.8415 = sin(1) §C
print(round(torch.tensor(1.).cos().item(), 4))  # 0.8415 = sin(1) §R
""",
    "functions that are traced": """\
import torch
def f(x):
    y = x * 2           # (3,) §U
    return torch.relu(y)
out = torch._dynamo.explain(f)(torch.ones(3))
print(out.graph_count)          # 1 §C
print(out.graph_break_count)    # 1 §R
g = torch.fx.symbolic_trace(f)
print(len(list(g.graph.nodes))) # 4 §C
""",
    "properties in a few words more": """\
import torch
x = torch.arange(9.).reshape(3, 3)
lin = torch.nn.Linear(3, 3)
torch.nn.init.zeros_(lin.bias)  # bias is all zeros now §C
torch.nn.init.ones_(lin.bias)   # bias is all zeros now §R
j = x.triu()                    # zeros above the diagonal §R
o = x.sort(dim=1).values        # every row ascending §C
w = x.masked_fill(x > 0, 0.)    # x is modified §R
a, b = x, x.clone()             # identical §C
""",
    "remarks that speak of something else": """\
import torch
x = torch.arange(6.).reshape(2, 3)
v = torch.tensor([1., 2., 3.])
print(v.numel())             # human: 0.95
print(v.numel())             # wrong answer: 4
print(v.numel())             # 12 ms
print(v.numel())             # 4 with a bias
print(v.norm())              # L2; L1 = 6
print(x.T.shape)             # x itself stays (2, 3)
print(x.T.shape)             # swaps (2, 3)
print(v.unsqueeze(0).shape)  # unsqueeze(1) gives (3, 1)
print(x.is_contiguous())     # False for views
print(v.argmax())            # position of tensor(3.)
print(v * 2)                 # v is unchanged: tensor([1., 2., 3.])
print(v.sum())               # without a point: tensor(7)
y = x.repeat(2, 1)           # (2, 3) twice
y = x @ x.T                  # (2, 3) times (3, 2)
y = x.half()                 # max 65504
print(v.sum())               # RuntimeError without the brackets
print(v.sum())               # 0.25 after another epoch
print(v.sum())               # total: 7 §R
print(v.max())               # largest: 2 §R
print(v.numel())             # number of elements: 4 §R
print(v.element_size())      # 8 byte per number §R
""",
    "sizes with letters, constants, code that fails": """\
import torch
B, T, D = 2, 5, 8
x = torch.zeros(B, T, D)
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.c = torch.nn.Conv2d(1, 6, 5)
    def forward(self, x):
        x = self.c(x)              # B×1×28×28 → B×6×24×24 §C
        x = x.mean(dim=(2, 3))     # → B×7 §R
        return x                   # → B×6 §C
n = Net()(torch.zeros(2, 1, 28, 28))
x.flatten(1)                       # B x (T*D) = 2 x 40 §C
torch.cat([x, x])                  # 3B x T x D §R
x.mT                               # BxDxT §C
torch.zeros(8, 10)                 # batch of 8 by 11 §R
x.layout                           # torch.strided §C
x.to_sparse().layout               # torch.sparse_csr §R
x.dtype, (x > 0).dtype             # (torch.float32, torch.bool) §C
r = x.view(-1)
r[0] = 1                           # writes through to x §C
# x @ x                            # boom: the inner sizes differ §C
# x @ x                            # 5 is not 8 -> RuntimeError §C
# x.sum()                          # needs numbers
# if x > 0: pass                   # ValueError, ambiguous §R
""",
    "what speaks of a part, or of something else": """\
import torch
print(torch.zeros(3, 0), torch.tensor([]))
# tensor([], size=(3, 0)) tensor([]) §C
steps = torch.arange(4)            # 0 .. maximum-1
steps[steps > 9].shape             # an empty tensor: torch.Size([0]) §C
k, score = torch.rand(4, 5, 32), torch.rand(4, 5)
(score.unsqueeze(1) @ k).squeeze(1)  # B x S, B x S x 32 → B x 32 §C
norm = torch.nn.BatchNorm1d(2)
print(len(norm.state_dict()))      # 2 parameters and 3 buffers, so 5
print(steps.max())                 # maximum: 4 §R
""",
    "a part of a remark that is changed": """\
import torch
a, b = torch.broadcast_tensors(torch.zeros(3, 1), torch.zeros(1, 4))   # both (0, 4) §R
torch.tensor([-1.7, 1.7]).int()    # truncates: tensor([-1, 1], dtype=torch.float32) §R
v = torch.zeros(3, 3, dtype=torch.float64).numpy()   # a float64 array of shape (5, 3) §R
o, h = torch.nn.GRU(3, 6)(torch.zeros(9, 3))         # unbatched input works too: o is (0, 6) §R
wide = torch.ones(3, 1).expand(3, 5)                 # (3, 6) without allocating new memory §R
print(round(1.0 / 25, 2))          # -0.04 = max_lr / 25 §R
Q = torch.zeros(5, 2, 7, 8)        # (B, H, T, D) with B=5, H=7 §R
w = torch.zeros(3, 2)              # in float32, 5 x 2 §R
print(torch.zeros(2)[0])           # still 2: nothing was written §R
print([1 / (e + 1) for e in range(4)])   # [1.0, 0.5, 0.3333, 0.2] §R
print(torch.tensor(0.25))          # tensor(0.2500) §C
""",
    "sentences around code": """\
import torch
i = torch.tensor([3, 4])
w = torch.ones(2, requires_grad=True)

# i.div_(2) works and keeps int64 §R
# i.mul_(2) is fine and stays int64 §C
# A second view, i.view(3), is not what is meant
# Outside of no_grad, w += 1 would raise RuntimeError §C
# In that case w += 1 raises ValueError §R
# (1, 2)[0] = 5 raises a TypeError: tuples are immutable §C
# i[5:]     fine, an empty tensor §C
# j = i.view(4); j.sum()   # RuntimeError: invalid for input of size 2 §C
# If i were a float, i.mean() would work
# In numpy i[10] raises IndexError
# One call of i.mean() breaks the batch into two
i.sum()                            # none of these raises §C
""",
    "invitations": """\
import torch
m = torch.ones(3, 2)               # rhs; try (3, 100) too
m = torch.ones(3, 2)               # or (3, 5), or anything that fits
m = torch.ones(3, 2)               # replace by (3, 4) to see it fail
m = torch.ones(3, 2)               # feed it (3, 7) and watch it break
m = torch.ones(3, 2)               # in production this is (64, 2)
m = m.view(6, 1)                   # a column; a row is (1, 6)
B, T = m.shape                     # (batch, time)
m = torch.tensor([1, 2])           # next: integers
print(m)                           # the reversed one is tensor([2, 1])
""",
    "denials, bounds and things next to it": """\
import torch
from torch import nn
from torch.nn import functional as F
x = torch.randn(4, 3)
ls = F.log_softmax(x, dim=1)          # rows of exp(ls) sum to 1
ls = F.log_softmax(x, dim=1)          # rows of ls.exp() sum to 1 §C
ls = F.log_softmax(x, dim=1)          # rows of ls.exp() sum to 2 §R
q = x.exp()                           # rows of q / q.sum(-1, keepdim=True) sum to 1 §C
m = nn.Linear(4, 4, device="meta")    # no memory behind these 20 parameters
m = nn.Linear(4, 4)                   # no more than 20 parameters
m = nn.Linear(4, 4)                   # not 16 parameters §C
m = nn.Linear(4, 4)                   # not 20 parameters §R
d = torch.ones(3, 2)                  # dense partner (K, M)
pad = F.pad(d, (1, 1))                # two more columns, filled with zeros
r = torch.randint(3, 9, (50,))        # between 3 and 9 inclusive §R
r = torch.randint(3, 9, (50,))        # between 3 and 8 inclusive §C
assert torch.rand(1) < 0.9999999      # passes, if you are lucky §U
e = nn.Embedding(4, 2, padding_idx=0)(torch.tensor([0, 1]))   # padding_idx gets no gradient
w = x.clamp(min=0)                    # modifies x §R
v = x.view(12)                        # changes x too
torch.einsum("i j -> j", d)           # spaces are fine; result (2,) §C
torch.arange(3)                       # tensor([0, 1, 2]), Python ints became a tensor §C
g = torch.eye(2) * 1.0000001          # ones on the diagonal §C
""",
}


@pytest.fixture(scope="module")
def reports(sandbox: SandboxService) -> dict[str, SnippetReport]:
    verifier = Verifier(sandbox)
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda text: verifier.verify_code(_code(text)), SNIPPETS.values())
        return dict(zip(SNIPPETS, found, strict=True))


def _code(text: str) -> str:
    return "\n".join(row.partition(" §")[0] for row in text.splitlines()) + "\n"


@pytest.mark.parametrize("name", SNIPPETS)
def test_each_remark_gets_what_it_deserves(reports: dict[str, SnippetReport], name: str) -> None:
    rows = enumerate(SNIPPETS[name].splitlines(), start=1)
    wanted = {number: row.partition(" §")[2] for number, row in rows if " §" in row}
    found: dict[int, str] = {}
    for verdict in reports[name].verdicts:
        if verdict.claim.kind != "exists":
            line = verdict.claim.line
            found[line] = found.get(line, "") + LETTERS[verdict.state]
    assert found == wanted


def test_a_phrase_is_tied_to_a_statement_or_names_something_else() -> None:
    statement = syntax.parse("print(x.std(dim=0))").body[0]
    assert related("standard deviation", "print(x.std(dim=0))")
    assert not related("chance level", "print(x.std(dim=0))")
    assert not foreign("over dim=0", statement, {"x", "y"})
    for phrase in ("with dim=1", "y has", "x.var() is", "in numpy", "the gradient", "along axis 1"):
        assert foreign(phrase, statement, {"x", "y"}), phrase


def test_an_accusation_rests_on_digits_that_a_print_does_not_show() -> None:
    first = Judgement("refuted", "tensor(0.9994)", exact="0.99942")
    other = Judgement("refuted", "tensor(0.9994)", exact="0.99937")
    (kept,) = settle([first], lambda *_: [first], seconds=1.0, seeded=False)
    (moved,) = settle([first], lambda *_: [other], seconds=1.0, seeded=False)
    assert (kept.state, moved.state) == ("refuted", "unverifiable")


def test_the_one_value_of_a_remark_is_found_and_a_setting_is_not() -> None:
    assert held("one learnable slope, 0.25") is not None
    assert held("see step 4") is None
    assert held("512 * 0.1 + 3 to 5") is None


def test_a_function_that_is_compiled_is_not_looked_into() -> None:
    code = "import torch\n@torch.compile\ndef f(x):\n    y = x + 1\n    return y\nz = f(1)\n"
    assert traced.hidden(code, [4, 6]) == frozenset({0})
    assert traced.hidden(code.replace("@torch.compile\n", "\n"), [4, 6]) == frozenset()


def test_names_that_the_code_asks_for_or_makes_are_not_missed() -> None:
    code = (
        "import torch\nif hasattr(torch, 'vecdot'): pass\ntorch.mine = 1\n"
        "try:\n    torch.gone\nexcept AttributeError:\n    pass\n"
    )
    assert {"torch.vecdot", "torch.mine", "torch.gone"} <= asked_for(code)


def test_a_method_that_tensors_lack_is_named(sandbox: SandboxService) -> None:
    code = "import torch\nv = torch.ones(2)\nv.assign(torch.zeros(2))\n"
    found = Verifier(sandbox).verify_code(code).verdicts
    assert [(one.claim.text, one.state) for one in found] == [("v.assign", "refuted")]
    told = Verifier(sandbox).verify_code(code.replace("2))\n", "2))  # AttributeError\n"))
    assert [one.state for one in told.verdicts] == ["confirmed"]
    hooked = "import torch\ntorch.nn.ReLU().register_backward_pre_hook(print)\n"
    (lacking,) = Verifier(sandbox).verify_code(hooked).verdicts
    assert (lacking.claim.text, lacking.state) == (
        "torch.nn.ReLU().register_backward_pre_hook", "refuted",
    )  # fmt: skip


@pytest.fixture(scope="module")
def library(sandbox: SandboxService) -> Library:
    return Library(sandbox)


def _said(library: Library, text: str, *headings: str) -> list[str]:
    found = of_prose(library, [(text, 0)], headings=headings)
    return [LETTERS[one.judgement.state] for one in found if one.kind == "property"]


@pytest.mark.parametrize(
    ("table", "states"),
    [
        ("| call | keyword | value if omitted |\n|-|-|-|\n| `nn.Conv1d` | `groups` | 1 |", "C"),
        ("| call | keyword | if left out |\n|-|-|-|\n| `nn.Fold` | `padding` | 1 |", "R"),
        ("| defaults | lr | eps |\n|-|-|-|\n| Adam | 0.001 | 1e-7 |", "CR"),
        ("| default | Adam | AdamW |\n|-|-|-|\n| weight_decay | 0 | 0 |", "CR"),
        ("| class | argument | recommended |\n|-|-|-|\n| `nn.Dropout` | `p` | 0.1 |", ""),
        ("| class | argument | value |\n|-|-|-|\n| `nn.Dropout` | `p` | 0.1 |", "U"),
        ("| layer | argument | default |\n|-|-|-|\n| `nn.Conv2d` | `paddings` | 0 |", "R"),
    ],
)
def test_tables_state_defaults_cell_by_cell(library: Library, table: str, states: str) -> None:
    assert "".join(_said(library, table)) == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("`F.interpolate` uses `nearest` unless told otherwise.", "C"),
        ("For `F.interpolate` the `mode` is `bilinear` by default.", "R"),
        ("In `nn.Linear`, `bias` is disabled by default.", "R"),
        ("`optim.SGD` has no momentum by default.", "C"),
        ("`nn.Embedding` has `max_norm=1.0` by default.", "R"),
        ("`nn.Conv2d` defaults: stride 1, padding 1.", "CR"),
        ("The signature is `torch.optim.Adam(params, lr=0.01, ...)`.", "R"),
        ("`torch.optim.Adagrad(params, lr=0.01, lr_decay=0, ...)`", "C"),
        ("Our default config uses `torch.optim.AdamW` with `weight_decay=0.1`.", ""),
        ("Unless you set `nn.LSTM` to `batch_first=True`, time comes first.", ""),
        ("Some prefer `betas=(0.9, 0.98)` to the default of `torch.optim.Adam`.", ""),
        ("In Keras: `momentum=0.99` by default, unlike `nn.BatchNorm2d`.", ""),
        ("`nn.MultiheadAttention` returns weights by default (`need_weights=True`).", ""),
    ],
)
def test_sentences_state_defaults_in_many_words(library: Library, text: str, states: str) -> None:
    assert "".join(_said(library, text)) == states


def test_a_heading_or_a_list_s_head_says_whose_defaults_they_are(library: Library) -> None:
    table = "| argument | default |\n|-|-|\n| `num_layers` | 2 |"
    assert _said(library, table, "nn.LSTM") == ["R"]
    listed = [("Defaults of `torch.optim.Adam`:", 0), ("- `lr`: 0.001\n- `eps`: 1e-7", 40)]
    found = of_prose(library, listed)
    assert [one.judgement.state for one in found if one.kind == "property"] == [
        "confirmed", "refuted",
    ]  # fmt: skip


def test_what_only_instances_have_is_not_called_missing(library: Library) -> None:
    names = ["torch.nn.Conv2d.stride", "torch.optim.Adam.eps", "torch.ops.mine.op"]
    known = library.look_up(names)
    assert [known[name].exists for name in names] == [None, None, None]


def test_cells_know_where_they_stand() -> None:
    row = "| `nn.Dropout` | p |  |"
    found = tables.cells(row)
    assert [cell.text for cell in found] == ["nn.Dropout", "p", ""]
    assert [row[cell.start : cell.end] for cell in found[:2]] == ["nn.Dropout", "p"]


@pytest.mark.parametrize(
    "remark",
    [
        "16 -> 4",
        "compare a * b = [[5., 6.], [7., 8.]]",
        "tensor([1, 3]) or tensor([3, 1])",
        "torch.zeros(0).item()    # RuntimeError: no elements to take",
    ],
)
def test_a_remark_on_other_code_or_with_a_choice_claims_nothing(remark: str) -> None:
    assert read(remark) is None
    assert held(remark) is None


def test_what_hangs_on_the_place_or_the_clock_is_told_from_dates_written_out() -> None:
    assert "where it runs" in unsettled('print(Path("data/a.csv").exists())')
    assert "hardware" in unsettled("print(torch.get_num_interop_threads())")
    assert "clock" in unsettled("print(datetime.date.today())")
    assert unsettled("print(datetime.date(2023, 2, 27) + datetime.timedelta(days=3))") == ""


def test_a_verdict_stands_by_what_was_looked_at(sandbox: SandboxService) -> None:
    code = "import torch\nx = torch.ones(3)\n"
    code += "print(x.sum() > 2)  # tensor(True), same result for delta=9\n"
    code += "print(x.shape)  # 22 points, torch.Size([3])\n"
    code += "print(x.sum())  # 1 + 1 + 1 = 3\n"
    said = [one.claim.text for one in Verifier(sandbox).verify_code(code).verdicts]
    assert [one for one in said if "torch.ones" not in one] == [
        "tensor(True)", "torch.Size([3])", "1 + 1 + 1 = 3",
    ]  # fmt: skip


def test_a_name_of_the_page_is_no_builtin(sandbox: SandboxService) -> None:
    code = ">>> input = tensor([1., 2.])\n>>> input\ntensor([1., 2.])\n"
    states = [one.state for one in Verifier(sandbox).verify_code(code).verdicts]
    assert "refuted" not in states
