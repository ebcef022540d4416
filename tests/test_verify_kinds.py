"""Kinds of remarks: which are claims, of what, and which must never be called wrong.

Behind the last `§` of a line stands what its comment deserves: C, R, U, N as in `test_verify_run`;
lines without a mark claim nothing.
"""

from __future__ import annotations

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify.verifier import Verifier

LETTERS = {"confirmed": "C", "refuted": "R", "unverifiable": "U", "not_run": "N"}

SNIPPETS = {
    "remarks with numbers": """\
import torch
y = torch.arange(6).view(2, 3)  # 2 rows and 3 columns
lr = 0.1  # 0.01 is too low
m = y * 2  # 2x faster than a loop
n = y.numel()  # 6, one per cell §C
z = y.sum()  # 4 if there were fewer
q = len(y)  # 5 to 7 depending on the seed
o = y + 1  # 1..6
w = y.float()  # https://pytorch.org/docs/1.0
v = y.sum()  # deprecated since 0.4
x = torch.zeros(2)  # later tensor([1., 1.])
d = 512 // 8  # 8 heads
i = y.numel() // 2  # 2 halves
# Next we get a tensor([1., 1.])
k = y.shape[0]  # 1 million
t = y.t()  # input shape (2, 3)
s = y.t()  # not (2, 3) but (3, 2)
r = y.t()  # previously (2, 3)
""",
    "numbers as authors write them": """\
import math
import torch
x = torch.tensor(2.0).log()  # 0.7 approximately §C
x = torch.tensor(2.0).log()  # 0.6931... §C
x = torch.tensor(2.0).log()  # 0.6932... §R
print(math.sqrt(30))  # √30 ≈ 5.48 §C
print(math.sqrt(30))  # √30 ≈ 5.58 §R
y = torch.tensor([1.0, 2.0]).pow(2).sum()  # 1² + 2² = 5 §C
y = torch.linspace(0, 1, 5)  # 0, 0.25, 0.5, 0.75, 1 §C
g = 12 + 4  # 16 (12 + 4) §C
g = 12 + 4  # 16 = 12 + 4 §C
print(10**6)  # 1e6 §C
b = torch.zeros(4).nbytes  # 16 bytes §C
b = torch.zeros(4).nbytes  # 17 bytes §R
""",
    "a phrase before the value": """\
import torch
a = torch.arange(6.0).reshape(2, 3)
h = torch.ones(2).half() + torch.ones(2)  # promoted to float32 §C
h = torch.ones(2).half() + torch.ones(2)  # promoted to float64 §R
print((a > 1).dtype)  # bool §C
print(a.dtype)  # bool §R
i = torch.tensor([1]) / 2  # int64 → float32 §C
print(a.sum(1))  # row sums: tensor([ 3., 12.]) §C
print(a.sum(1))  # row sums: tensor([ 3., 13.]) §R
print(a.t().shape)  # transposed: (3, 2) §C
u, v = a.unbind()  # two tensors of shape (3,) §C
u, v = a.unbind()  # two tensors of shape (2,) §R
f = a.flatten()  # flat vector of shape (6,) §C
f = a.t()  # from (2, 3) to (3, 2) §C
f = a.t()  # from (2, 3) to (2, 3) §R
c = a[:1] + a  # broadcasts to (2, 3) §C
c = (a[:1] + a).sum()  # broadcasts to (2, 3)
print(a.is_contiguous())  # nope -> False §R
print(a.sum() > 3)  # True: 15 is more §C
""",
    "sizes with names": """\
import torch
B, T, C = 4, 6, 8
x = torch.randn(B, T, C)  # (B, T, C) §C
h = x.transpose(1, 2)  # swap → (B, C, T) §C
h = x.transpose(1, 2)  # (B, T, C) §R
q = torch.cat([x, x], dim=2)  # (B, T, 2*C) §C
q = x.reshape(B, T, 2, 4)  # (B, T, 2, C/2) §C
m = x.mean(dim=2)  # (B, C) §R
m = x.mean(dim=2)  # (N, L) §C
""",
    "errors in many words": """\
import torch
a, b = torch.ones(2, 3), torch.ones(4, 5)
def told(f):
    try:
        f()
    except Exception as problem:
        print(type(problem).__name__)
told(lambda: a @ b)  # RuntimeError §C
a @ b  # fails: 3 != 4 §C
a @ b  # not allowed §C
a @ b  # won't work §C
a + a  # won't work
a @ b  # mat1 and mat2 shapes cannot be multiplied (2x3 and 4x6) §R
a + a  # works §C
a @ b  # works §R
a + a  # RuntimeError §R
loss = (a - a).sum()  # error: 0.5
# a.view(7)  # shape '[7]' is invalid for input of size 6 §C
# a + a  # does not fail §C
# a @ b  # does not fail §R
# open("nowhere.txt")  # FileNotFoundError §C
""",
    "properties": """\
import torch
x = torch.ones(3, requires_grad=True)
y = x * 2  # not a leaf §C
k = torch.ones(3)  # also a leaf, since nothing here requires grad §C
c = torch.ones(3)  # doesn't require grad §C
m = torch.ones(2, 3)
v = m.reshape(-1)  # a view if possible, otherwise a copy
v = m.reshape(-1)  # a view §C
v = m.t().reshape(-1)  # a view §R
z = m.add(1)  # modifies m in place §R
s = m * 2  # same as m + m §C
s = m * 2  # same as torch.mul(m, 3), only shorter §R
t = torch.zeros_like(m)  # same shape as m §C
t = torch.tril(torch.ones(3, 3))  # upper triangular §R
r = torch.relu(torch.randn(5000))  # non-negative §C
d = torch.nn.Dropout(0.5)(torch.ones(100, 100))  # about half zeros §C
g = torch.randn(3)  # mean 0, std 1
p = torch.nn.functional.max_pool2d(torch.ones(1, 1, 4, 4), 2)  # 2×2 window
""",
    "what hardware decides": """\
import torch
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
x = torch.ones(2, device=device)
print(x.is_cuda)  # True §U
print(x.to(dtype).dtype)  # torch.bfloat16 §U
print(x.sum())  # tensor(3.) §R
print(torch.cuda.is_available())  # True on the training box §U
print(torch.cuda.device_count())  # 2 GPUs §U
""",
    "printed and bare": """\
import torch
print(*[1, 2, 3])  # 1 2 4 §R
print(repr("a"))  # 'a' §C
print(range(3))  # range(0, 3) §C
x = torch.ones(2, 3)
x.mul_(2)  # all twos now
x.mul_(2)  # tensor([[4., 4., 4.], [4., 4., 4.]]) §C
w = torch.tensor(3.0, requires_grad=True)
(w - 1).pow(2).backward()  # 2 * (3 - 1) = 4
print(w.grad)  # gradient: tensor(5.) §R
p = torch.nn.Parameter(torch.zeros(1))
print(p)  # Parameter containing: tensor([1.], requires_grad=True) §R
o, s = x.sum(0), x.sum(1)  # o: (3,), s: (3,) §CR
vals = x.max(dim=1)  # values=tensor([4., 4.])
""",
    "a session": """\
>>> np.arange(3)
array([0, 1, 2]) §C
>>> import numpy as np
>>> np.arange(3)
array([0, 1, 3]) # may vary §U
>>> with np.errstate(divide='ignore'):
...     np.arange(3) / 0.
array([nan, inf, inf]) §C
>>> 1; 2
1 §C
2
>>> np.complex128(2 + 1j)
(2+1j) §C
>>> np.bincount(np.arange(5, dtype=float))
Traceback (most recent call last): §C
  ...
TypeError: Cannot cast array data from dtype('float64') to dtype('int64')
according to the rule 'safe'
>>> np.cos(np.array([0, np.pi/2]))
array([1.00000000e+00, 6.12303177e-17]) §U
>>> np.nowhere()  # doctest: +SKIP
array(5) §U
>>> def f(): pass
>>> f
<function f at 0x...> §C
""",
}


@pytest.fixture(scope="module")
def verifier():
    with SandboxService() as sandbox:
        yield Verifier(sandbox)


@pytest.mark.parametrize("name", SNIPPETS)
def test_each_remark_gets_what_it_deserves(verifier: Verifier, name: str) -> None:
    rows = [row.rpartition("§") if "§" in row else (row, "", "") for row in _rows(name)]
    code = "\n".join(row[0].rstrip() if row[1] else row[2] or row[0] for row in rows) + "\n"
    wanted = {number: row[2] for number, row in enumerate(rows, start=1) if row[1]}
    found: dict[int, str] = {}
    for verdict in verifier.verify_code(code).verdicts:
        if verdict.claim.kind != "exists":
            line = verdict.claim.line
            found[line] = found.get(line, "") + LETTERS[verdict.state]
    assert found == wanted


def _rows(name: str) -> list[str]:
    return SNIPPETS[name].splitlines()
