# ruff: noqa: E501, PTH208
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.sandbox.canaries import holes, outlives
from assistant.sandbox.limits import HEAVY, MIB, Limits
from assistant.sandbox.service import SandboxService
from assistant.types import ExecutionResult

SMALL = Limits(seconds=5, memory_bytes=512 * MIB, scratch_bytes=64 * MIB, record_bytes=100_000)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxService]:
    with SandboxService(SMALL) as service:
        yield service


def children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in path.read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    return [p for child in children(pid) for p in (child, *descendants(child))]


def cmdline(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except OSError:
        return ""


def state_of(pid: int) -> str:
    """`Z` for one that ended and that nobody has asked about yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


def test_what_a_plain_run_gives(sandbox):
    result = sandbox.run("import sys\nprint(1 + 1)\nprint('oops', file=sys.stderr)")
    assert (result.status, result.stdout, result.stderr) == ("ok", "2\n", "oops\n")
    assert result.error is None
    assert result.reason == ""
    assert result.tier == sandbox.describe()["tier"]
    assert 0 < result.seconds < 5


def test_an_exception_comes_with_its_line(sandbox):
    result = sandbox.run("def f():\n    return 1 / 0\n\nf()\n")
    assert result.status == "error"
    assert (result.error.type, result.error.message) == ("ZeroDivisionError", "division by zero")
    assert (result.error.line, result.error.source_line) == (2, "return 1 / 0")
    assert "assistant" not in result.stderr
    assert result.stderr.startswith("Traceback (most recent call last):\n  File ")


def test_a_syntax_error_comes_with_its_line(sandbox):
    error = sandbox.run("x = 1\ndef f(:\n").error
    assert (error.type, error.message, error.line) == ("SyntaxError", "invalid syntax", 2)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("raise SystemExit", "ok", None),
        ("exit(0)", "ok", None),
        ("import sys; sys.exit('bye')", "error", "SystemExit"),
        ("import sys; sys.exit(3)", "error", "SystemExit"),
        ("raise KeyboardInterrupt", "error", "KeyboardInterrupt"),
        ("\0", "error", "SyntaxError"),
        ("print('\ud800')", "ok", None),
        ("(" * 5000, "error", "SyntaxError"),
    ],
)
def test_unusual_ends(sandbox, code, status, kind):
    result = sandbox.run(code)
    assert result.status == status
    assert (result.error.type if result.error else None) == kind


@pytest.mark.parametrize(
    ("limits", "code", "status", "sentence"),
    [
        ({"seconds": 0.5}, "while True: pass", "timeout", "stopped after 0.5 s"),
        (
            {"cpu_seconds": 0.5},
            "while True: pass",
            "killed",
            "stopped after 0.5 s of processor time",
        ),
        (
            {"memory_bytes": 100 * MIB},
            "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
            "        kept = b'x' * (60 << 20); time.sleep(9); os._exit(0)\ntime.sleep(9)",
            "killed",
            "stopped: more than 105 MB of memory",
        ),
        (
            {"processes": 8},
            "import threading, time\nfor _ in range(12):\n"
            "    threading.Thread(target=time.sleep, args=(3,)).start()",
            "killed",
            "stopped: more than 8 processes and threads",
        ),
    ],
)
def test_a_limit_has_its_sentence(limits, code, status, sentence):
    with SandboxService(Limits(**({"seconds": 5} | limits)), preload=()) as service:
        result = service.run(code, profile="standard")
    assert (result.status, result.reason) == (status, sentence)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("x = bytearray(1 << 30)", "MemoryError"),
        ("import torch; torch.ones(1 << 28)", "RuntimeError"),
        ("open('f', 'wb').write(b'x' * (100 << 20))", "OSError"),
        ("kept = [open('/dev/null') for _ in range(999)]", "OSError"),
    ],
)
def test_a_limit_that_python_can_tell_is_an_exception(sandbox, code, kind):
    result = sandbox.run(code)
    assert (result.status, result.error.type) == ("error", kind)


def test_time_is_the_callers_to_choose(sandbox):
    begun = time.monotonic()
    result = sandbox.run("import time; print('here'); time.sleep(60)", seconds=0.3)
    assert (result.status, result.reason) == ("timeout", "stopped after 0.3 s")
    assert result.stdout == "here\n"
    assert time.monotonic() - begun < 2


def test_head_and_tail_of_a_flood_are_kept():
    with SandboxService(Limits(output_bytes=1000), preload=()) as service:
        result = service.run("for n in range(100000): print(n)")
    assert result.status == "ok"
    assert result.stdout.startswith("0\n1\n2\n")
    assert result.stdout.endswith("99998\n99999\n")
    assert "\n… 588 kB more …\n" in result.stdout
    assert len(result.stdout) < 1100


DRIVER = """
import __main__
import inspect

def drive(code, payload, emit):
    exec(compile(code, __main__.__file__, "exec"), __main__.__dict__)
    print("printed")
    emit({"file": open(__main__.__file__).read(), "names": sorted(payload["names"])})
    emit({"values": [repr(__main__.__dict__[name]) for name in payload["names"]]})
"""


def test_a_drivers_records_come_back_in_order_beside_the_output(sandbox):
    code = "x = [1, 2]\ny = {'a': 1.5}\nprint('{\"values\": 3}')\n"
    for _ in range(2):
        result = sandbox.run(code, driver=DRIVER, payload={"names": ["y", "x"]})
        assert result.status == "ok"
        assert result.stdout == '{"values": 3}\nprinted\n'
        assert result.records == (
            {"file": code, "names": ["x", "y"]},
            {"values": ["{'a': 1.5}", "[1, 2]"]},
        )


def test_an_exception_under_a_driver_is_the_snippets(sandbox):
    result = sandbox.run("x = 1\nx.y\n", driver=DRIVER, payload={"names": []})
    assert (result.status, result.error.type, result.error.line) == ("error", "AttributeError", 2)


def test_records_survive_odd_values_and_patched_modules(sandbox):
    driver = """
def drive(code, payload, emit):
    exec(code, {})
    emit({"nan": float("nan"), "text": "\\ud800é\\n", "none": None, "long": "x" * 60000})
    try:
        emit({"bad": object()})
    except TypeError as error:
        emit({"error": str(error)})
"""
    result = sandbox.run("import json, os\njson.dumps = os.write = None\n", driver=driver)
    first, second = result.records
    assert str(first["nan"]) == "nan"
    assert (first["text"], first["none"], len(first["long"])) == ("\ud800é\n", None, 60000)
    assert second == {"error": "a record must be JSON-able, not object"}


def test_too_many_records_stop_the_run(sandbox):
    driver = "def drive(code, payload, emit):\n    while True: emit({'x': 'y' * 1000})\n"
    result = sandbox.run("", driver=driver)
    assert (result.status, result.reason) == ("killed", "stopped: more than 100 kB of records")


def test_source_is_real(sandbox):
    code = """
    import inspect, linecache, os, sys
    import torch

    def double(x):
        return x + x

    scripted = torch.jit.script(double)
    print(scripted(torch.ones(2)).tolist(), inspect.getsource(double).strip().splitlines()[0])
    print(__name__, os.path.basename(__file__), sys.argv == [__file__])
    print(os.getcwd() == os.path.dirname(__file__), linecache.getline(__file__, 2).strip())
    """
    result = sandbox.run(textwrap.dedent(code))
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "[2.0, 2.0] def double(x):",
        "__main__ snippet.py True",
        "True import inspect, linecache, os, sys",
    ]


def test_chance_is_the_same_every_time_and_follows_the_seed(sandbox):
    code = (
        "import random, numpy, torch\n"
        "print(random.random(), numpy.random.rand(), torch.rand(2), hash('x'),"
        " torch.get_num_threads())"
    )
    first, second, other = (sandbox.run(code, seed=seed).stdout for seed in (0, 0, 1))
    assert first == second != other
    assert "tensor([0.4963, 0.7682])" in first


def test_nothing_of_one_snippet_is_seen_by_the_next(sandbox):
    sandbox.run(
        "import builtins, os, random, sys, torch\nopen('left', 'w').write('x')\n"
        "open('/dev/shm/left', 'w').write('x')\nos.environ['LEFT'] = 'x'\n"
        "torch.left = builtins.left = 1\nsys.modules['left'] = torch\nrandom.seed(7)\n"
        "torch.set_default_dtype(torch.float64)\ntorch.manual_seed(7)\n"
    )
    result = sandbox.run(
        "import builtins, os, random, sys, torch\n"
        "print(os.path.exists('left'), os.path.exists('/dev/shm/left'), os.environ.get('LEFT'),"
        " hasattr(torch, 'left'), hasattr(builtins, 'left'), 'left' in sys.modules,"
        " torch.get_default_dtype(), 'assistant' in sys.modules)"
    )
    assert result.stdout == "False False None False False False torch.float32 False\n"


def test_two_at_a_time_do_not_meet(sandbox):
    def listen() -> str:
        return sandbox.run(
            "import socket\na = socket.create_server(('127.0.0.1', 5001))\n"
            "b = socket.socket(socket.AF_UNIX)\nb.bind('\\0meet')\nb.listen()\n"
            "a.settimeout(1)\na.accept()"
        ).error.type

    def call() -> str:
        return sandbox.run(
            "import glob, socket, time\ntime.sleep(0.3)\nfound = []\n"
            "for family, at in ((socket.AF_INET, ('127.0.0.1', 5001)), (socket.AF_UNIX, '\\0meet')):\n"
            "    try: socket.socket(family).connect(at); found.append(at)\n"
            "    except OSError: pass\n"
            "print(found, len(glob.glob('/proc/[0-9]*')))"
        ).stdout

    with ThreadPoolExecutor(2) as pool:
        heard, said = pool.submit(listen), pool.submit(call)
        assert heard.result() == "TimeoutError"
        assert said.result() == "[] 1\n"


LEGITIMATE = {
    "autograd": "x = torch.ones(2, requires_grad=True)\n(x * 3).sum().backward()\nprint(x.grad.tolist())",
    "training": (
        "model = torch.nn.Linear(4, 1)\noptimiser = torch.optim.Adam(model.parameters(), lr=0.1)\n"
        "x, y = torch.randn(32, 4), torch.zeros(32, 1)\nfor _ in range(50):\n"
        "    optimiser.zero_grad()\n    loss = torch.nn.functional.mse_loss(model(x), y)\n"
        "    loss.backward()\n    optimiser.step()\nassert loss.item() < 0.1"
    ),
    "loader": (
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "data = TensorDataset(torch.arange(8.0))\n"
        "print(sum(b[0].sum().item() for b in DataLoader(data, batch_size=2, num_workers=2)))"
    ),
    "saving": (
        "torch.save({'w': torch.ones(3)}, 'model.pt')\nprint(torch.load('model.pt')['w'].tolist())"
    ),
    "tracing": "print(torch.jit.trace(lambda x: x * 2, torch.ones(2))(torch.ones(2)).tolist())",
    "compiling": "print(torch.compile(lambda x: x + 1, backend='eager')(torch.ones(2)).tolist())",
    "functional": ("print(torch.func.vmap(torch.func.grad(torch.sin))(torch.zeros(3)).tolist())"),
    "numpy": "import numpy\nprint(torch.from_numpy(numpy.eye(2)).sum().item())",
    "two ranks": (
        "import torch.distributed as dist, torch.multiprocessing as mp\n"
        "from torch.nn.parallel import DistributedDataParallel as DDP\n"
        "def work(rank):\n"
        "    dist.init_process_group('gloo', 'tcp://127.0.0.1:29500', rank=rank, world_size=2)\n"
        "    model = DDP(torch.nn.Linear(2, 1))\n    model(torch.ones(1, 2)).sum().backward()\n"
        "    total = torch.tensor([rank + 1.0])\n    dist.all_reduce(total)\n"
        "    assert total.item() == 3\n"
        # Leaving a model behind is a race in torch itself, in a plain interpreter too.
        "    dist.barrier()\n    del model\n    dist.destroy_process_group()\n"
        "if __name__ == '__main__':\n"
        "    mp.start_processes(work, nprocs=2, start_method='fork')\n    print('done')"
    ),
    "subprocess": "import subprocess\nprint(subprocess.check_output(['echo', 'hi']).decode())",
    "pool": (
        "from multiprocessing import Pool\ndef f(x): return x * x\n"
        "if __name__ == '__main__':\n    with Pool(2) as pool: print(pool.map(f, [1, 2, 3]))"
    ),
    "asyncio": "import asyncio\nprint(asyncio.run(asyncio.sleep(0.01, 'slept')))",
    "temporary files": "import tempfile\nwith tempfile.NamedTemporaryFile() as f: print(f.write(b'x'))",
}


@pytest.mark.skipif(shutil.which("g++") is None, reason="inductor needs a compiler")
def test_inductor_compiles_where_a_compiler_is(sandbox):
    code = "import torch\nf = torch.compile(lambda x: x * 2 + 1)\nprint(f(torch.ones(2)).tolist())"
    result = sandbox.run(code, seconds=120)
    assert (result.status, result.stdout) == ("ok", "[3.0, 3.0]\n"), result


@pytest.mark.parametrize("name", LEGITIMATE)
def test_the_legitimate_runs(sandbox, name):
    result = sandbox.run(f"import torch\n{LEGITIMATE[name]}", seconds=60)
    assert result.status == "ok", result
    assert "Error" not in result.stderr


def test_figures_come_back_as_png(sandbox):
    result = sandbox.run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.figure()\nplt.close()"
    )
    assert result.status == "ok", result
    assert [image[:8] for image in result.images] == [b"\x89PNG\r\n\x1a\n"]


def test_cells_of_a_session_share_a_namespace(sandbox):
    with sandbox.open_session() as session:
        assert session.run("import inspect\nx = 41\ndef f():\n    return x + 1\n").status == "ok"
        shown = session.run("print(f(), inspect.getsource(f).splitlines()[1].strip())")
        assert shown.stdout == "42 return x + 1\n"
        failed = session.run("y = 5\n1 / 0")
        assert (failed.status, failed.error.line) == ("error", 2)
        driven = session.run("z = x + y\n", driver=DRIVER, payload={"names": ["z"]})
        assert driven.records[1] == {"values": ["46"]}
        with sandbox.open_session() as other:
            assert other.run("x").error.type == "NameError"
        assert session.run("print(z)").stdout == "46\n"


def test_a_session_ends_with_its_limit(sandbox):
    with sandbox.open_session() as session:
        session.run("x = 1")
        stopped = session.run("while True: pass", seconds=0.3)
        assert (stopped.status, stopped.reason) == ("timeout", "stopped after 0.3 s")
        after = session.run("print(x)")
        assert after.status == "unavailable"
        assert "stopped after 0.3 s" in after.reason


def test_a_session_whose_process_ends_itself_says_so(sandbox):
    with sandbox.open_session() as session:
        assert session.run("import os; os._exit(0)").status == "killed"
        assert session.run("1").status == "unavailable"


def zygotes() -> set[int]:
    """The warm processes that this process started."""
    return {pid for pid in children(os.getpid()) if "zygote.py" in cmdline(pid)}


def test_it_starts_anew_when_the_warm_process_dies():
    before = zygotes()
    with SandboxService(SMALL, preload=()) as service:
        assert service.run("print(1)").stdout == "1\n"
        with service.open_session() as session:
            assert session.run("x = 1").status == "ok"
            (outer,) = zygotes() - before
            warm = service._keeper.ready()
            os.kill(outer, signal.SIGKILL)
            # A run that began in the dying process would rightly be reported as killed.
            deadline = time.monotonic() + 10
            while warm.alive and time.monotonic() < deadline:
                time.sleep(0.01)
            assert service.run("print(2)").stdout == "2\n"
            assert session.run("x").status == "killed"


def test_closing_leaves_nothing_and_later_runs_are_refused():
    before = zygotes(), sorted(os.listdir("/proc/self/fd"))
    service = SandboxService(SMALL, preload=())
    started = threading.Event()

    def long() -> str:
        started.set()
        return service.run("import time; time.sleep(60)", seconds=60).status

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(long)
        started.wait()
        assert service.run("print(1)").stdout == "1\n"
        service.close()
        assert running.result(timeout=5) in ("killed", "unavailable")
    after = service.run("print(1)")
    assert (after.status, after.reason) == ("unavailable", "the sandbox is closed")
    assert (zygotes(), sorted(os.listdir("/proc/self/fd"))) == before


SERVER = """
import os, sys, threading, time
from assistant.sandbox.service import SandboxService
service = SandboxService(tier=sys.argv[1], preload=())
assert service.run("print(1)").stdout == "1\\n"
code = "import ctypes, os, time\\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\\ntime.sleep(60)"
threading.Thread(target=service.run, args=(code,)).start()
time.sleep(0.5)
print("running", flush=True)
time.sleep(60)
"""


def only_where_it_forms(tier: str) -> None:
    with SandboxService(tier=tier, preload=()) as service:
        if not service.describe()["available"]:
            pytest.skip(f"this machine cannot form it: {service.describe()['refused']}")


@pytest.mark.parametrize("tier", ["1", "1b", "2"])
def test_nothing_outlives_a_server_that_is_killed(tier, tmp_path):
    only_where_it_forms(tier)
    environment = os.environ | {"TMPDIR": os.fspath(tmp_path)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, tier], stdout=subprocess.PIPE, env=environment
    )
    with server:
        assert server.stdout.readline() == b"running\n"
        below = descendants(server.pid)
        assert len(below) >= 2
        server.kill()
    for _ in range(100):
        left = {pid: state for pid in below if (state := state_of(pid)) not in ("gone", "Z")}
        if not left and not list(tmp_path.glob("torchproof-*")):
            break
        time.sleep(0.05)
    assert left == {}
    assert list(tmp_path.iterdir()) == []


def test_the_tier_is_chosen_by_attacks_that_a_plain_process_does_not_withstand():
    def unprotected(code: str) -> ExecutionResult:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        return ExecutionResult("ok", stdout=done.stdout.decode())

    found = holes(unprotected, forks=True)
    assert {"reads files", "writes files", "ends processes", "reaches TCP"} <= set(found)
    assert {"a listener heard it", "it left a file", "it ended a process"} <= set(found)
    assert outlives(unprotected)


def test_a_tier_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no tier 'none'; there are 1, 1b, 2"):
        SandboxService(tier="none")


def test_elsewhere_than_on_linux_nothing_is_run(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with SandboxService() as service:
        result = service.run("print(1)")
        assert result.status == "unavailable"
        assert result.reason.startswith("foreign code is only run on Linux")
        assert service.open_session().run("1").status == "unavailable"
        assert service.describe()["available"] is False


def test_a_warm_process_that_cannot_start_means_that_nothing_is_run(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with SandboxService() as service:
        result = service.run("print(1)")
    assert result.status == "unavailable"
    assert "no isolation holds on this machine" in result.reason


def test_without_bwrap_the_tier_that_needs_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with SandboxService(tier="1b") as service:
        assert service.describe()["refused"] == {"1b": "bwrap is not installed"}


def test_one_run_at_a_time_where_they_would_meet():
    only_where_it_forms("1b")
    code = "import time\nprint(time.monotonic())\ntime.sleep(0.3)\nprint(time.monotonic())"
    with SandboxService(SMALL, tier="1b", preload=()) as service, service.open_session() as session:
        assert session.run("x = 1").status == "ok"
        with ThreadPoolExecutor(3) as pool:
            spans = sorted(
                [float(t) for t in result.stdout.split()]
                for result in pool.map(lambda _: service.run(code), range(3))
            )
        assert spans[0][1] <= spans[1][0] < spans[1][1] <= spans[2][0]
        assert session.run("print(x)").stdout == "1\n"


def test_heavy_code_gets_more_unless_the_caller_set_limits(sandbox):
    code = "import resource  # torch.compile\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    with SandboxService(preload=()) as service:
        assert service.run(code).stdout == f"{HEAVY.open_files}\n"
        assert service.run(code, profile="standard").stdout == f"{Limits().open_files}\n"
    assert sandbox.run(code).stdout == f"{SMALL.open_files}\n"


def test_importing_the_sandbox_imports_neither_torch_nor_what_only_linux_has():
    code = (
        "import sys, assistant.sandbox.service\n"
        "print({'torch', 'assistant.sandbox.kernel'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code]) == b"set()\n"


def test_its_description_is_complete(sandbox):
    described = sandbox.describe()
    assert described["available"] is True
    assert described["tier"] in {"1", "1b", "2"}
    assert described["covers"]
    assert described["gaps"]
    assert json.dumps(described)


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="limits must be positive: seconds, threads"):
        Limits(seconds=0, threads=-1)


def test_many_snippets_leak_nothing(sandbox):
    def one(n: int) -> str:
        return sandbox.run(f"import torch\nprint(torch.full((2,), {n}.0).sum().item())").stdout

    one(0)
    before = len(os.listdir("/proc/self/fd")), len(descendants(os.getpid()))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(60))) == [f"{2.0 * n}\n" for n in range(60)]
    assert (len(os.listdir("/proc/self/fd")), len(descendants(os.getpid()))) == before
