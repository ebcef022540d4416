"""Kinds of remarks: which are claims, of what, and which must never be called wrong.

Behind the last `§` of a line stands what its comment deserves: C, R, U, N as in `test_verify_run`;
lines without a mark claim nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.sandbox.service import SandboxService
from assistant.types import SnippetReport
from assistant.verify.verifier import Verifier

LETTERS = {"confirmed": "C", "refuted": "R", "unverifiable": "U", "not_run": "N"}

SNIPPETS = {
    "remarks with numbers": """\
import torch
y = torch.arange(6).view(2, 3)  # 2 rows and 3 columns §C
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
s = y.t()  # not (2, 3) but (3, 2) §C
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
x = torch.zeros(B, T, C)  # (B, T, C) §C
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
x.mul_(2)  # all twos now §C
x.mul_(2)  # tensor([[4., 4., 4.], [4., 4., 4.]]) §C
w = torch.tensor(3.0, requires_grad=True)
(w - 1).pow(2).backward()  # 2 * (3 - 1) = 4
print(w.grad)  # gradient: tensor(5.) §R
p = torch.nn.Parameter(torch.zeros(1))
print(p)  # Parameter containing: tensor([1.], requires_grad=True) §R
o, s = x.sum(0), x.sum(1)  # o: (3,), s: (3,) §CR
vals = x.max(dim=1)  # values=tensor([4., 4.]) §C
""",
    "memory in other words": """\
import numpy as np
import torch
x = torch.arange(6.0)
c = x.clone()  # own memory §C
f = x[[1, 2]]  # fancy indexing copies §C
m = x[x > 2]  # masks return views as well §R
r = x.view(2, 3)  # no memory is copied §C
n = x.narrow(0, 0, 2)  # view into x §C
g = x.flatten()  # always a copy §R
b = x.view(3, 2).t().reshape(6)  # has to copy §C
w = x * 2  # a new tensor, x is unchanged §CC
r[0, 0] = 7.0  # also changes x §C
c[0] = 7.0  # x changes too §R
c[0] = 8.0  # does not touch x §C
x.add_(1)  # in-place §C
x.add(1)  # in-place §R
a = np.ones(2)
t = torch.from_numpy(a)  # zero-copy §C
v = x.reshape(-1)  # works, but this time it is a copy §CR
k = x.to(torch.float32)  # copy to the accelerator
""",
    "gradients in other words": """\
import torch
a = torch.ones(3)
b = torch.ones(3, requires_grad=True)
c = b + 1  # requires grad too, because b does §C
d = b.detach() + 1  # no gradient flows through d §C
e = b > 0.5  # boolean, so not differentiable §CC
i = b.data  # requires_grad=True is kept §R
j = c.sum()  # grad_fn is SumBackward0 §C
k = a * 2  # has a grad_fn §R
k = a * 2  # no grad_fn in here §C
k = c * 2  # has no grad_fn §R
l = b.detach()  # same data, no gradient §CC
c.sum().backward()  # b.grad is now all ones §C
c = (b * 2).sum()
c.backward()  # adds to b.grad: now 3 everywhere §C
torch.optim.SGD([b], lr=0.1).zero_grad()  # gradients are None afterwards §C
with torch.no_grad():
    n = b * 2  # no graph recorded §C
    n = b * 2  # tracked by autograd §R
h = torch.relu(a)  # differentiable everywhere
""",
    "elements in words": """\
import torch
j = torch.randint(0, 2, (8,))  # only zeros and ones §C
k = torch.randint(0, 9, (800,))  # only zeros and ones §R
f = torch.full((2, 2), 7)  # 2x2 filled with 7 §C
f = torch.full((2, 2), 7)  # 2x2 filled with 8 §R
f = torch.full((2, 2), 7)  # all sevens §C
i = torch.eye(3)  # 3x3 identity §C
i = torch.eye(3)  # 4x4 identity §R
z = torch.tensor([0.0, 0.0, 5.0])  # zeros at the start §C
r = torch.rand(50)  # values below 1 §C
t = torch.tanh(torch.randn(50))  # in the range 0 to 1 §R
s = torch.randn(4, 4)  # symmetric §R
o = torch.sort(torch.rand(9)).values  # descending §R
n = torch.tensor([1.0, float("nan")])  # no NaNs left §R
p = torch.rand(4).softmax(0).sum()  # sums to 1 §C
e = torch.zeros(2, 3)  # 6 elements, 2 dims §CC
e = torch.zeros(2, 3)  # 6 elements, 3 dims §CR
h = torch.ones(2).half()  # 16-bit floats §C
g = torch.full((2, 2), 7)  # float tensor, because that is the default §R
q = torch.arange(3).tolist()  # a plain Python list §C
u = torch.randn(1000)  # mean 0, variance 1
y = torch.clamp(torch.randn(9), max=2)  # nothing above 2 §C
""",
    "a value among other words": """\
import torch
x = torch.arange(6.0).reshape(2, 3)
print(x.shape)  # 2x3 §C
print(x.shape)  # 2x4 §R
print(x.shape)  # unchanged, (2, 3) §C
print(x.shape)  # unchanged, (2, 4) §R
print(x.sum())  # 8 + 7 = 15, all of it §C
print(x.numel() * 4)  # 24 bytes: 6 x 4 §C
print(x.ndim)  # A: 2 §C
print(x.sum().item())  # >>> 15.0 §C
print(x.dtype)  # expect torch.float32 §C
print(x.dtype)  # expect torch.float64 §R
print(x.requires_grad)  # False again outside §C
print(x.requires_grad)  # True again outside §R
print((x > 3).sum())  # 2 values are bigger than 3 §C
print((x > 3).sum())  # 3 values are bigger than 3 §R
print(torch.nn.Dropout().p)  # default is 0.1 §R
print(x.device)  # cpu unless you moved it §C
print(x.t().shape)  # not (2, 3) but (3, 2) §C
print(x[0, 2])  # the whole thing comes to 2.5 §R
o = x[:, None] * 2  # outer product, (2, 1, 3) §C
o = x[:, None] * 2  # outer product, (2, 1, 4) §R
a = torch.ones(2, 3)  # you'll get a (2, 3) tensor back §C
c = torch.nn.Conv2d(3, 6, 3, groups=3)  # weight: (6, 1, 3, 3) §C
(g,) = (x * 2,)  # tensor([[0., 2., 4.], [6., 8., 10.]]) §C
m = x.max(dim=1)  # values [2., 5.], indices [2, 2] §CC
print(max(3, 4))  # 16777216.0, 24 bits of mantissa §R
for n in range(3):
    print(n * 3)  # 0, then 3, then 6 §C
for n in range(3):
    print(n * 3)  # 0, 3, 7 §R
for n in range(3):
    print(n * 3)  # 5, then 3, then 6 §R
print((x > 3).sum().item())  # 8 negatives §R
print(x.view(-1))  # first element, last element
print(x[0].long())  # elements 0, 1 and 2 §C
print(torch.tensor(200).to(torch.int8))  # wraps around to -56 §C
print(x.sum() > 3)  # no, False §R
print(F.normalise(x).shape)  # (2, 3) §R
""",
    "values of other circumstances": """\
import torch
a = torch.tensor([[1., 2.], [3., 4.]])
y = torch.zeros(1, 16, 30, 30)
print(a.sum(dim=1))  # tensor([4., 6.]) for dim=0
print(a.sum(dim=1))  # with dim=0: tensor([4., 6.])
print(a.sum(dim=1))  # tensor([[3.], [7.]]) with keepdim=True
print(a.sum(dim=1))  # tensor([3., 7.]) with keepdim left out §C
print(a.sum(dim=1))  # row sums: tensor([3., 8.]) §R
print(a.sum(dim=0))  # (4, 6) §C
print(a.T)  # a itself stays [[1, 2], [3, 4]]
print(a[None].shape)  # a[..., None] gives (2, 2, 1)
print(a.reshape(4, 1).shape)  # reshape(1, 4) -> (1, 4)
print(torch.cat([a, a]).shape)  # horizontally: (2, 4)
print(torch.cat([a, a]).shape)  # one under the other: (5, 2) §R
print(y.shape)  # had we padded: torch.Size([1, 16, 32, 32])
print(y.shape)  # 64x64 images: (1, 16, 62, 62)
print(y.shape)  # stride 2: (1, 16, 15, 15)
print(y.shape)  # in the paper: torch.Size([1, 64, 30, 30])
print(y.shape)  # a GAN has torch.Size([1, 16, 30, 31])
print(y.shape)  # beginners expect torch.Size([1, 30, 30, 16])
print(y.shape)  # 4 times (16, 30, 30)
print(y.dtype)  # mixing with float64 gives float64
print(y.requires_grad)  # no_grad: True
print(y.requires_grad)  # True outside
print(a.tolist())  # indices 0..1
print(a[[0, 1]])  # entries 0 and 1
print(a.std())  # 1.118 biased, 1.29 unbiased
print(a.mean())  # 1.118 biased, 1.29 unbiased §R
print(len(a))  # 4 + 4 + 2 = 10 samples
print(7 % 3)  # 7 = 2 * 3 + 1
print(a.numel() * 320)  # 2 x 8 x 5 x 16 = 1290 §R
print(3 * 500)  # 3 epochs x 500 steps = 1600 §R
print(a.sum())  # 3x^2 at x = 2
# a @ a = 2.  # SyntaxError, nothing is assigned to
""",
    "sizes, figures and failures in passing": """\
import torch
N, C, Hh, Ww, T, B, V = 2, 3, 8, 9, 6, 4, 7
x = torch.rand(N, C, Hh, Ww)  # N x C x Hh x Ww §C
x = torch.rand(N, C, Hh, Ww)  # N x C x Ww x Hh §R
f = torch.zeros(T, B, V).flatten(0, 1)  # (T*B, V) §C
f = torch.zeros(T, B, V).flatten(0, 1)  # (T*V, B) §R
p = torch.tensor([1., 2., 4.])
# Out[8]: tensor([1., 3., 4.]) §R
c, w = torch.zeros(3), p * 1
c[0] = 9.  # w[0] stays 1 §C
c[0] = 9.  # w[0] stays 2 §R
p.sum()  # this should give 8 §R
p.prod()  # <-- 8! §C
print(len(p))  # 4 instead of 7 §R
print(p.shape)  # torch.Size([3]) instead of torch.Size([4]) §C
print(p.char().element_size())  # 1 byte instead of 4 §C
print((p > 1).float().mean())  # 67% §C
print((p > 1).float().mean())  # 50 percent §R
p.sum()  # the zeros of the border count: tensor(4.) §R
p.dim()  # one dimension -> 1 §C
h = p.half()  # runs about twice as fast on a GPU
print(type(p).__name__)  # --> Tensor §C
print(len(p))  # 3 (7 with padding) §C
torch.rand(()).item() < 0.5  # True §U
# -torch.tensor([True])  # RuntimeError, use ~ instead §C
# p.view(2, 2)  # will give RuntimeError, sizes should be checked before §C
# torch.ones(2) @ p  # RuntimeError unless you pad it §C
# accepted answer, 41 upvotes
""",
    "approximate numbers and units": """\
import math
print(math.pi)  # approximately 3.14 §C
print(math.pi)  # approximately 3.15 §R
print(math.e)  # roughly 2.9 §R
print(math.e)  # about 3 §C
print(98)  # about 100 §C
print(1e-9)  # nearly zero §C
print(0.97)  # near 1 §C
n = 1058816
print(n)  # 1.06 M multiply-adds §C
print(n)  # 1.07 M multiply-adds §R
print(2**14)  # 16 kB §C
print(0.5 + 0.25)  # 75 % §C
print(f"{n / 1e3:.1f}k")  # 1058.8k §C
print(f"{n / 1e3:.1f}k")  # 1059.9k §R
""",
    "output below": """\
import torch
x = torch.arange(6).reshape(2, 3)
print(x.T)
print(x.sum())
# Output:
# tensor([[0, 3],  §C
#         [1, 4],
#         [2, 5]])
# tensor(16)  §R
for row in x:
    print(row.tolist(), int(row.sum()))
# prints
# [0, 1, 2] 3  §C
# [3, 4, 5] 11  §R
x.sum().item()
# 15  §C
x.shape
#> torch.Size([2, 3])  §C
x.dim()
# Out[3]: 3  §R
print("rank:", x.dim())
# rank: 3  §R
print(repr(torch.nn.Dropout(0.2)))  # Dropout(p=0.2, inplace=True) §R
""",
    "errors told late": """\
import torch
x = torch.ones(3, requires_grad=True)
# x.view(7)  ==> RuntimeError: shape '[7]' is invalid for input of size 3 §C
# x[1]  ==> TypeError §R
# assert x.sum() == 5  # AssertionError §C
# x > "a"  # TypeError, there is no order §C
y = (x * 2).sum()
y.backward()
# y.backward()  # a second time raises RuntimeError §C
# y.backward()  # through the freed graph: RuntimeError §C
# torch.linalg.cholesky(torch.zeros(2, 2))  # torch.linalg.LinAlgError §C
# torch.stack([x, x])  # passes §C
x.view(7)  # oops: fails §C
z = torch.ones(2) + 1
print(z)  # tensor([2., 3.]) §R
""",
    "failures that are meant, and what comes after them": """\
import torch
c = torch.zeros(1, 3)
c += torch.ones(2, 1)  # RuntimeError §C
print(c.sum())  # tensor(1.) §R
c = c + torch.ones(2, 1)  # OK, c is now (2, 3) §C
u = torch.ones(2, requires_grad=True)
with torch.no_grad():
    u += "one"  # TypeError §C
print(u)  # tensor([2., 1.], requires_grad=True) §R
def scaled(lr):
    if lr < 0:
        raise ValueError("negative")
    return lr * 2  # 0.5 §R
print(scaled(0.1))  # 0.3 §R
print(scaled(0.2))  # 0.4 §C
scaled(-1)  # ValueError §C
try:
    u.numpy()  # RuntimeError §C
except RuntimeError as error:
    n = u.detach().numpy()  # works §C
try:
    [][3]
except IndexError as error:
    print(error)  # list index out of range §C
try:
    {}[3]
except KeyError as error:
    print(error)  # KeyError §C
torch.multinomial(torch.ones(2), 3)  # RuntimeError: 3 draws out of 2 §C
torch.ones(2) + torch.ones(3)  # fails: 7 is not 8 §C
torch.ones(2) + torch.ones(3)  # RuntimeError: The size of tensor a (2) must match b (4) §R
v = c[0]; v[0] = 7; c[0, 0]
# tensor(7.) §C
""",
    "a nought, and what is only near it": """\
import torch
opt = torch.optim.AdamW([torch.ones(1)])
print(opt.defaults["weight_decay"])  # 0.0 §R
print(opt.defaults["weight_decay"])  # 0.01 §C
print(0.1 + 0.2 - 0.3)  # 0.0 §U
print(torch.tensor(0.01).item())  # 0.0 §U
""",
    "sentences that begin with commented code": """\
import torch
w = torch.ones(2)
d = {}
# d["y"] raises a KeyError §C
# w.view(3) would raise a RuntimeError §C
# w.view(3)   RuntimeError: shape '[3]' is invalid for input of size 2 §C
# w.view(3)   would complain of its size: ValueError §R
# w.view(2, 1) also works §C
# w.add_(torch.ones(3)) works as well   # or so §R
# w.view(2, 1) raises a RuntimeError if it is not contiguous
# w.backward() fails §C
# w.sum() fails the second time
# w.sum() works only on a GPU
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
    "in other people's words": """\
import torch
from torch import nn
x = torch.arange(6.).view(2, 3)
d = x[0]  # drops a dimension -> shape [4] §R
g = x.long()  # dtype becomes torch.int32 §R
e = x.expand(4, 2, 3)  # strides (0, 3, 1) §C
h = x.t().contiguous()  # its strides are (3, 2) §R
v = torch.eye(3)  # trace is 4 §R
a = torch.arange(8)  # the numbers 0 through 8 §R
f = torch.zeros(2, 3)  # 3-dim §R
p = torch.sigmoid(torch.tensor(0.))  # 0.5 by symmetry §C
m = nn.Linear(10, 5)  # weight (5, 10), bias (5,) §CC
c = x.chunk(3, dim=1)  # a tuple of three (2, 1) tensors §C
o, (i, j) = nn.LSTM(3, 4)(x)  # i and j are (1, 5) §RR
print(x.prod())  # 3! = 6, to begin with
print(x[1].sum())  # tensor(12.), since 3 + 4 + 5 = 13 §R
print(torch.tensor(257.).bfloat16())  # tensor(253., dtype=torch.bfloat16) §R
x = x / 2  # same shape §C
w = x.sum(1)  # same shape
r = torch.rand(2, 3)  # (2, 3), between 0 and 1 §CC
s = x.t().reshape(6)  # a copy: the transpose is not contiguous §C
for n in range(2):
    print(n, n / 2)  # 0 0.0 then 1 0.5 §C
torch.tensor([1]) // 0  # ZeroDivisionError §U
def last(y):
    # y: (N, 3) §C
    return y[:, -1]  # y.mean() is a scalar §C
last(x)
try:
    x.view(7)
except RuntimeError as error:  # shape '[7]' is invalid for input of size 6 §C
    pass
# {[1]: 2}  # KeyError §R
# x.view(6)  # fine, all in a row §C
""",
    "what becomes of tensors": """\
import torch
x = torch.arange(4.0)
y = x.add(1)  # x is unchanged §C
x.add_(1)  # modifies x in place and returns x §CC
x.add(1)  # in place §R
x.mul_(2)  # x is not modified §R
v = x.view(2, 2)
v.fill_(3)  # x changes too §C
v.zero_()  # x stays as it was §R
z = x.clone()
z[0] = 9  # x keeps its old values §C
z[0] = 8  # also visible in x §R
x.numpy()[0] = 5  # shows up in x §C
x[x > 4] = 0  # assignment through a mask works in place §C
x.sort()  # sorts x in place §R
torch.relu(torch.tensor([-1.0, 2.0]))  # leaves its input unchanged §C
torch.relu_(torch.tensor([-1.0, 2.0]))  # leaves its input unchanged §R
z = x.flip(0)  # tensor([0., 0., 0., 0.]), a view of x §CR
z = torch.arange(3).flip(0)  # tensor([2, 1, 0]), a copy of the original §CC
parts = x.split(2)  # views of one storage §C
x = x + 1  # rebinds x; v keeps the old values §CC
x.detach_()  # in place
x.sub_(1)  # without the underscore, x is unchanged
x.sub_(1)  # use x.sub if x must be unchanged
x.sub_(1)  # is x changed in place?
print(x)  # x is unchanged §R
y = x + 1
print(x)  # unchanged §C
""",
    "what becomes of models and gradients": """\
import torch
from torch import nn
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
net(torch.ones(4, 2)).sum().backward()  # fills .grad of weight and bias §C
opt.step()  # updates the parameters in place §C
opt.zero_grad()  # fills the gradients with zeros §R
net(torch.ones(4, 2)).sum().backward()  # leaves net.weight itself untouched §C
net(torch.ones(4, 2)).sum().backward()  # the gradients accumulate §C
opt.zero_grad()  # clears the gradients §C
opt.step()  # changes net.weight §R
loss = net(torch.ones(4, 2)).sum()
g = torch.autograd.grad(loss, net.weight)  # returns a tuple and fills no .grad §CC
net.requires_grad_(False)  # freezes everything §C
half = net.half()  # returns a converted copy; net itself stays float32 §RR
h = nn.Linear(8, 4).bfloat16()  # converts the parameters in place §C
bn = nn.BatchNorm1d(2)
bn(torch.ones(4, 2))  # running statistics stay unchanged §R
bn.eval()
bn(torch.ones(4, 2))  # does not touch the running stats §C
other = nn.Linear(2, 1)
other.weight = net.weight  # tied, one Parameter object from now on §CC
opt = torch.optim.SGD(other.parameters(), lr=0.1)  # updates other.bias
""",
    "what becomes of lists": """\
import copy
nums = [3, 1, 2]
ordered = sorted(nums)  # a new list; nums is unchanged §CC
nums.sort()  # sorts in place and returns None §CC
nums.append(4)  # returns the list §R
also = nums  # the same list, no copy §CC
also.append(6)  # nums changes too §C
deep = copy.deepcopy(nums)  # not the same object as nums §C
deep.append(7)  # nums changes too §R
grid = [[0] * 2] * 3  # the rows are the same object three times §C
rows = [[0] * 2 for _ in "abc"]  # the rows are the same object three times §R
nums = nums + [8]  # rebinds nums; also keeps its old contents §CC
checks = [1]
checks.append(2)  # with a check in place
def grow(v):
    v.append(1)  # changes v in place §C
    return v
grow(nums)  # leaves nums unchanged §R
""",
    "all comments above": """\
import torch
x = torch.arange(3)
# tensor(3) §C
print(x.sum())
# the shape: torch.Size([4]) §R
print(x.shape)
# doubled: tensor([0, 2, 4]) §C
x = x * 2
print(x)
""",
}


@pytest.fixture(scope="module")
def reports(sandbox: SandboxService) -> dict[str, SnippetReport]:
    with ThreadPoolExecutor(2) as pool:
        verifier = Verifier(sandbox)
        found = pool.map(lambda name: verifier.verify_code(_marked(name)[0]), SNIPPETS)
        return dict(zip(SNIPPETS, found, strict=True))


@pytest.mark.parametrize("name", SNIPPETS)
def test_each_remark_gets_what_it_deserves(reports: dict[str, SnippetReport], name: str) -> None:
    wanted = _marked(name)[1]
    found: dict[int, str] = {}
    for verdict in reports[name].verdicts:
        if verdict.claim.kind != "exists":
            line = verdict.claim.line
            found[line] = found.get(line, "") + LETTERS[verdict.state]
    assert found == wanted


def _marked(name: str) -> tuple[str, dict[int, str]]:
    """A snippet without its marks, and the mark of each line that has one."""
    rows = [row.rpartition("§") if "§" in row else (row, "", "") for row in _rows(name)]
    code = "\n".join(row[0].rstrip() if row[1] else row[2] or row[0] for row in rows) + "\n"
    return code, {number: row[2] for number, row in enumerate(rows, start=1) if row[1]}


def _rows(name: str) -> list[str]:
    return SNIPPETS[name].splitlines()
