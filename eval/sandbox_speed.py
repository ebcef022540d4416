"""How fast the sandbox is, beside plain Python on the same machine at the same time.

A shared machine is noisy: what is compared is measured in turns, and medians and ratios count.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant.sandbox.service import SandboxService

TRIVIAL = "import torch\nprint(torch.ones(2).sum().item())\n"
LOOP = """
import torch

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(10, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
x = torch.randn(64, 10)
y = x.sum(1, keepdim=True)
for step in range(100):
    optimiser.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimiser.step()
print(loss.item() < 10)
"""
_TIMED = """
import sys, time
import torch
code = compile(sys.stdin.read(), "loop", "exec")
exec(code, {"__name__": "__main__"})
begun = time.perf_counter()
exec(code, {"__name__": "__main__"})
print("took", time.perf_counter() - begun)
"""
_KINDS = (
    ("import torch\nprint(torch.full((3,), {n}.0).sum().item())", "{three}.0\n"),
    ("print('{n}' * 3)", "{n}{n}{n}\n"),
    (
        "import torch\nx = torch.tensor({n}.0, requires_grad=True)\n(x * x).backward()\n"
        "print(x.grad.item())",
        "{two}.0\n",
    ),
    ("import numpy\nprint(int(numpy.arange({n} + 1).max()))", "{n}\n"),
    ("open('f', 'w').write('{n}')\nprint(open('f').read())", "{n}\n"),
    ("import torch\ntorch.save({n}, 'f.pt')\nprint(torch.load('f.pt'))", "{n}\n"),
    ("print({n})\nraise ValueError({n})", "{n}\n"),
    ("import os\nif os.fork() == 0: os._exit(0)\nos.wait()\nprint({n})", "{n}\n"),
)
"""Kinds of snippet and what each prints; `{n}` is the snippet's number."""


@dataclass(frozen=True, slots=True)
class TrivialSpeed:
    """A trivial snippet, milliseconds from request to result; `ratio` is fresh over warm."""

    tier: str
    warm_ms: float
    warm_p95_ms: float
    fresh_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class LoopSpeed:
    """A training loop of 100 steps, medians in milliseconds.

    Attributes:
        own_ms: its second execution in an ordinary process that has torch loaded.
        sandboxed_ms: from request to result.
        allowed_ms: one and a half times the former and 20 ms.
    """

    own_ms: float
    sandboxed_ms: float
    allowed_ms: float


@dataclass(frozen=True, slots=True)
class Endurance:
    """Many mixed snippets, several at a time, and what they left behind.

    Attributes:
        wrong: results that were not what the snippet prints.
        processes: more than before, below this one.
        descriptors: the same for file descriptors of this process.
        scratch: the same for folders of the sandbox on disk.
        megabytes: memory of this process and the warm one, grown from after a tenth of the
            snippets to the end.
    """

    snippets: int
    parallel: int
    wrong: int
    median_ms: float
    p95_ms: float
    processes: int
    descriptors: int
    scratch: int
    megabytes: float


def _milliseconds(times: Sequence[float]) -> float:
    return statistics.median(times) * 1000


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def trivial(sandbox: SandboxService, *, warm: int = 60, fresh: int = 5) -> TrivialSpeed:
    """Times a trivial snippet in the sandbox and as `python snippet.py`, in turns.

    Args:
        sandbox: warmed up here first.
        warm: runs in the sandbox.
        fresh: runs of a fresh interpreter.
    """
    tier = sandbox.run(TRIVIAL).tier
    warm_times: list[float] = []
    fresh_times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "snippet.py")
        script.write_text(TRIVIAL, encoding="utf-8")
        for _ in range(fresh):
            begun = time.perf_counter()
            subprocess.run([sys.executable, script], check=True, capture_output=True)
            fresh_times.append(time.perf_counter() - begun)
            for _ in range(warm // fresh):
                begun = time.perf_counter()
                sandbox.run(TRIVIAL)
                warm_times.append(time.perf_counter() - begun)
    warm_ms, fresh_ms = _milliseconds(warm_times), _milliseconds(fresh_times)
    return TrivialSpeed(tier, warm_ms, _p95(warm_times), fresh_ms, fresh_ms / warm_ms)


def training_loop(sandbox: SandboxService, *, rounds: int = 5) -> LoopSpeed:
    """Times a training loop in the sandbox and in an ordinary process, in turns.

    Args:
        sandbox: warmed up here first.
        rounds: ordinary processes; there are three runs in the sandbox for each.
    """
    sandbox.run(LOOP)
    own: list[float] = []
    sandboxed: list[float] = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-c", _TIMED], input=LOOP, capture_output=True, text=True, check=True
        )
        own.append(float(done.stdout.split()[-1]))
        for _ in range(3):
            begun = time.perf_counter()
            sandbox.run(LOOP)
            sandboxed.append(time.perf_counter() - begun)
    own_ms = _milliseconds(own)
    return LoopSpeed(own_ms, _milliseconds(sandboxed), 1.5 * own_ms + 20)


def endurance(
    sandbox: SandboxService, *, snippets: int = 500, parallel: int = 4, seed: int = 0
) -> Endurance:
    """Runs many snippets of several kinds and looks for what they leave behind.

    Args:
        sandbox: warmed up here first.
        snippets: how many.
        parallel: at a time.
        seed: for their order.
    """
    forks = sandbox.run("import os\nif os.fork() == 0: os._exit(0)").status == "ok"
    kinds = _KINDS if forks else _KINDS[:-1]
    picks = random.Random(seed).choices(kinds, k=snippets)

    def one(number: int) -> tuple[float, bool]:
        code, output = picks[number]
        begun = time.perf_counter()
        result = sandbox.run(code.format(n=number))
        took = time.perf_counter() - begun
        return took, result.stdout == output.format(n=number, two=2 * number, three=3 * number)

    warm_up = snippets // 10
    with ThreadPoolExecutor(parallel) as pool:
        first = list(pool.map(one, range(warm_up)))
        memory = _memory()
        before = _left()
        rest = list(pool.map(one, range(warm_up, snippets)))
    after = _left()
    grown = _memory() - memory
    times = [took for took, _ in (*first, *rest)]
    return Endurance(
        snippets=snippets,
        parallel=parallel,
        wrong=sum(not right for _, right in (*first, *rest)),
        median_ms=_milliseconds(times),
        p95_ms=_p95(times),
        processes=after[0] - before[0],
        descriptors=after[1] - before[1],
        scratch=after[2] - before[2],
        megabytes=grown / 1e6,
    )


def _left() -> tuple[int, int, int]:
    """Processes below this one, its descriptors, and the sandbox's folders on disk."""
    scratch = list(Path(tempfile.gettempdir()).glob("torchproof-*/*"))
    return len(_descendants(os.getpid())), len(list(Path("/proc/self/fd").iterdir())), len(scratch)


def _memory() -> int:
    """Bytes resident in this process and those below it."""
    total = 0
    for pid in (os.getpid(), *_descendants(os.getpid())):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                total += int(line.split()[1]) * 1024
    return total


def _descendants(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found
