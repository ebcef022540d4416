# ruff: noqa: E501
"""Attacks on the sandbox, as data, and what each is aimed at.

Each attack prints `BREACH` when it got what it wanted, or is caught by its targets, which are there
and are watched from outside.  Its control runs the same code without the sandbox, where it must get
through: only then does not getting through say anything.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from assistant.sandbox.limits import MIB, Limits
from assistant.sandbox.service import SandboxService
from assistant.types import ExecutionResult

TIGHT = Limits(
    seconds=1.0,
    cpu_seconds=3,
    memory_bytes=256 * MIB,
    processes=32,
    open_files=128,
    file_bytes=16 * MIB,
    scratch_bytes=32 * MIB,
    output_bytes=16 * 1024,
    record_bytes=256 * 1024,
)
INNOCENT = "import torch\nprint(torch.arange(4).sum().item(), __name__)\n"
INNOCENT_OUTPUT = "6 __main__\n"

PREAMBLE = """
import contextlib, ctypes, glob, os, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def breach(what=""):
    print("BREACH", what, flush=True)
def attempt(action):
    try:
        if action() is not False:
            breach(action.__code__.co_firstlineno)
    except BaseException as error:
        print("held:", type(error).__name__, flush=True)
"""


@dataclass(frozen=True)
class Attack:
    """One attack.

    `control`: `plain` runs it in an ordinary interpreter; `owner` does so only where the user owns
    the interpreter's files; `` has none, because without walls it would harm this machine, or
    because it is aimed at what only the sandbox has.
    `statuses`: those that the sandbox may give it.
    """

    name: str
    code: str
    control: str = "plain"
    statuses: tuple[str, ...] = ("ok", "error", "timeout", "killed")


@dataclass
class Targets:
    """What attacks are aimed at; alive while the context lasts."""

    secret: str = field(default_factory=lambda: secrets.token_hex(16))

    def __enter__(self) -> Targets:
        self._stack = contextlib.ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.file = self.folder / "secret"
        self.file.write_text(self.secret)
        self.file.chmod(0o640)
        self.mark = f"mark-{secrets.token_hex(8)}"
        self.listeners = [
            self._listen(socket.AF_INET, ("127.0.0.1", 0)),
            self._listen(socket.AF_UNIX, os.fspath(self.folder / "socket")),
            self._listen(socket.AF_UNIX, f"\0{self.mark}"),
        ]
        self.udp = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.udp.setblocking(False)
        self.bystander = subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(300)"],
            env={"SECRET": self.secret},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.bystander.kill()
        self.bystander.wait()
        self._stack.close()

    def _listen(self, family: int, address: object) -> socket.socket:
        listener = self._stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        return listener

    def code(self, attack: Attack) -> str:
        half = len(self.secret) // 2
        targets = {
            "file": os.fspath(self.file),
            "folder": os.fspath(self.folder),
            "halves": [self.secret[:half], self.secret[half:]],
            "pid": self.bystander.pid,
            "server": os.getpid(),
            "tcp": self.listeners[0].getsockname()[1],
            "unix": os.fspath(self.folder / "socket"),
            "mark": self.mark,
            "udp": self.udp.getsockname()[1],
        }
        return f"TARGET = {targets!r}\n{PREAMBLE}\n{attack.code}"

    def left_behind(self) -> list[int]:
        """Processes whose command line bears the mark."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in path.read_bytes() and int(path.parts[2]) != os.getpid():
                    found.append(int(path.parts[2]))
        return found

    def harm(self) -> list[str]:
        """What reached the targets."""
        harm = []
        for listener in self.listeners:
            with contextlib.suppress(BlockingIOError):
                listener.accept()[0].close()
                harm.append("a listener heard it")
        with contextlib.suppress(BlockingIOError):
            self.udp.recv(16)
            harm.append("a UDP listener heard it")
        if sorted(path.name for path in self.folder.iterdir()) != ["secret", "socket"]:
            harm.append("the folder changed")
        elif self.file.read_text() != self.secret or self.file.stat().st_mode & 0o777 != 0o640:
            harm.append("the file changed")
        if self.bystander.poll() is not None:
            harm.append("the bystander ended")
        left = self.left_behind()
        if left:
            harm.append("a process was left behind")
        for pid in left:  # started by the attack, and recognised by its mark
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return harm


def told(result: ExecutionResult) -> str:
    """Everything that a caller or a reader could get to see of a result."""
    return "\n".join(
        [result.stdout, result.stderr, result.reason, str(result.error), *map(str, result.records)]
    )


def problems(service: SandboxService, attack: Attack) -> list[str]:
    """What `attack` achieved against `service`, and what it did to the next snippet."""
    with Targets() as targets:
        begun = time.monotonic()
        result = service.run(targets.code(attack), profile="standard")
        took = time.monotonic() - begun
        found = targets.harm()
        text = told(result)
        if targets.secret in text:
            found.append("the secret came out")
        if "BREACH" in text:
            found.append(text[:500])
        if result.status not in attack.statuses:
            found.append(f"status {result.status}: {result.reason} {result.error}")
        if result.status in ("timeout", "killed") and not result.reason:
            found.append("no reason given")
        if took > TIGHT.seconds + 4:
            found.append(f"took {took:.1f} s")
        if len(text) > 100_000:
            found.append(f"{len(text)} characters came out")
        json.dumps(text).encode("ascii")
        text.encode("utf-8", "strict")
    begun = time.monotonic()
    after = service.run(INNOCENT)
    took = time.monotonic() - begun
    if (after.status, after.stdout, after.stderr) != ("ok", INNOCENT_OUTPUT, ""):
        found.append(f"the next snippet: {after}")
    if took > 1:
        found.append(f"the next snippet took {took:.2f} s")
    return found


def control(attack: Attack) -> bool:
    """Whether `attack` gets through where no sandbox stands in its way."""
    with Targets() as targets, tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "attack.py")
        script.write_text(targets.code(attack), encoding="utf-8")
        environment = os.environ | {"SECRET": targets.secret}
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                [sys.executable, "attack.py"],
                cwd=folder,
                env=environment,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=20,
                check=False,
            )
            output = done.stdout.decode("utf-8", "replace")
            return bool("BREACH" in output or targets.secret in output or targets.harm())
    return False


ATTACKS = (
    # No secrets
    Attack("environment", "print(dict(os.environ))"),
    Attack("file", "print(open(TARGET['file']).read())"),
    Attack("file by a link", "os.symlink(TARGET['file'], 'link')\nprint(open('link').read())"),
    Attack("file by a hard link", "os.link(TARGET['file'], 'link')\nprint(open('link').read())"),
    Attack(
        "file by way of the traceback",
        "os.unlink(__file__)\nos.symlink(TARGET['file'], __file__)\n"
        "import linecache; linecache.checkcache()\n"
        "print(linecache.getlines(__file__))\nraise ValueError",
    ),
    Attack("folder", "breach(os.listdir(TARGET['folder']))"),
    Attack(
        "environment of others",
        "for path in glob.glob('/proc/[0-9]*/environ'):\n"
        "    with contextlib.suppress(OSError):\n"
        "        print(open(path, 'rb').read())\n",
    ),
    Attack(
        "memory of others",
        "attempt(lambda: open(f\"/proc/{TARGET['pid']}/mem\", 'rb'))\n"
        "attempt(lambda: open(f\"/proc/{TARGET['server']}/mem\", 'rb'))\n"
        "if os.getpid() != 1: attempt(lambda: open('/proc/1/mem', 'rb'))\n"
        "attempt(lambda: open(f'/proc/{os.getppid()}/mem', 'rb'))\n",
    ),
    Attack(
        "another process's root",
        "for path in glob.glob('/proc/[0-9]*/root') + glob.glob('/proc/[0-9]*/cwd'):\n"
        "    with contextlib.suppress(OSError):\n"
        "        print(open(path + TARGET['file']).read())\n",
    ),
    Attack(
        "process_vm_readv",
        "class Iov(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('n', ctypes.c_size_t)]\n"
        "buffer = ctypes.create_string_buffer(8)\n"
        "local = Iov(ctypes.addressof(buffer), 8)\nremote = Iov(4096, 8)\n"
        "libc.process_vm_readv(TARGET['pid'], ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)\n"
        "if ctypes.get_errno() == 14: breach('it may read')\n",
    ),
    Attack(
        "ptrace",
        "if libc.ptrace(0x4206, TARGET['pid'], None, None) == 0: breach()\n"
        "if libc.ptrace(0x4206, os.getppid(), None, None) == 0: breach()\n",
    ),
    Attack(
        "own memory",
        "wanted = ''.join(TARGET['halves'])\n"
        "needle = bytes(ord(c) ^ 1 for c in wanted); del wanted\n"
        "os.environ.pop('nothing', None)\n"
        "total = 0\n"
        "for line in open('/proc/self/maps'):\n"
        "    parts = line.split()\n"
        "    start, end = (int(x, 16) for x in parts[0].split('-'))\n"
        "    if 'r' not in parts[1] or parts[-1].startswith('[v') or end - start > 1 << 25: continue\n"
        "    with contextlib.suppress(Exception), open('/proc/self/mem', 'rb') as memory:\n"
        "        memory.seek(start)\n"
        "        for piece in memory.read(end - start).split(b'SECRET=')[1:]:\n"
        "            total += bytes(c ^ 1 for c in piece[:len(needle)]) == needle\n"
        "if total > 0: breach(total)\n",
    ),
    Attack(
        "introspection",
        "import gc\n"
        "names = [n for n in sys.modules if n.startswith(('assistant', 'corpus', 'index'))]\n"
        "sockets = [o for o in gc.get_objects() if isinstance(o, socket.socket) and o.fileno() > 2]\n"
        "frame, seen = sys._getframe(), []\n"
        "while frame: seen.append(frame.f_locals); frame = frame.f_back\n"
        "if names or len(sockets) > 1: breach((names, sockets))\n"
        "print(os.environ.get('SECRET'), [list(names) for names in seen])\n",
    ),
    Attack(
        "pickle",
        "import pickle\nclass Evil:\n"
        "    def __reduce__(self): return (exec, (\"print(open(TARGET['file']).read())\",))\n"
        "pickle.loads(pickle.dumps(Evil()))\n",
    ),
    Attack(
        "tensor file",
        "import pickle, torch\nclass Evil:\n"
        "    def __reduce__(self):\n"
        "        return exec, (\"import __main__ as m; print(open(m.TARGET['file']).read())\",)\n"
        "torch.save(Evil(), 'm.pt')\ntorch.load('m.pt', weights_only=False)\n",
    ),
    # No harm to files
    Attack("write a file", "open(TARGET['folder'] + '/planted', 'w').write('x')"),
    Attack("remove a file", "os.unlink(TARGET['file'])"),
    Attack("rename a file", "os.rename(TARGET['file'], TARGET['file'] + '2')"),
    Attack("change a mode", "os.chmod(TARGET['file'], 0o777)"),
    Attack(
        "truncate",
        "attempt(lambda: os.truncate(TARGET['file'], 0))\n"
        "os.open(TARGET['file'], os.O_RDONLY | os.O_TRUNC)\n",
    ),
    Attack("interpreter's files", "open(os.__file__, 'a')\nbreach()", "owner"),
    Attack(
        "import hijack",
        "import site\n"
        "for folder in [os.path.dirname(os.__file__), *site.getsitepackages()]:\n"
        "    attempt(lambda: open(folder + '/torch.pth', 'ab'))\n"
        "open('json.py', 'w').write('raise SystemExit(3)')\n"
        "open('torch.py', 'w').write('raise SystemExit(3)')\n",
        "owner",
    ),
    Attack(
        "links to everywhere",
        "for n, path in enumerate(['/', '/etc', '/tmp', TARGET['folder'], TARGET['file']]):\n"
        "    with contextlib.suppress(OSError): os.symlink(path, f'link{n}')\n"
        "os.mkdir('closed', 0)\nos.mkdir('blind', 0o300)\n"
        "for _ in range(1500):\n"
        "    os.mkdir('deep'); os.chdir('deep')\n",
        "",
    ),
    # No network
    Attack("TCP", "s = socket.create_connection(('127.0.0.1', TARGET['tcp']), 1)\ns.send(b'x')"),
    Attack(
        "UDP",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', TARGET['udp']))",
    ),
    Attack("unix socket", "socket.socket(socket.AF_UNIX).connect(TARGET['unix'])"),
    Attack("abstract socket", "socket.socket(socket.AF_UNIX).connect('\\0' + TARGET['mark'])"),
    Attack(
        "other families",
        "for family in (40, 17, 38, 31):\n"
        "    attempt(lambda: socket.socket(family, socket.SOCK_STREAM if family != 38 else 5))\n"
        "attempt(lambda: socket.socket(16, socket.SOCK_RAW, 15))\n",
    ),
    Attack(
        "the world",
        "for address in ('1.1.1.1', '10.0.0.1', '169.254.169.254'):\n"
        "    attempt(lambda: socket.create_connection((address, 80), 0.3))\n",
        "",
    ),
    # Nothing outlives its verdict
    Attack(
        "daemon",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.closerange(0, 3)\n        os.execv('/bin/sh', ['sh', '-c', 'sleep 30; : ' + TARGET['mark']])\n    os._exit(0)\n"
        "time.sleep(0.2)\n",
    ),
    Attack(
        "child that waits",
        "import subprocess\n"
        "subprocess.Popen(['/bin/sh', '-c', 'sleep 30; : ' + TARGET['mark']],"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\ntime.sleep(0.2)\n",
    ),
    # Signals and hangs
    Attack("kill", "os.kill(TARGET['pid'], 9)"),
    Attack(
        "kill the server",
        "for pid in (TARGET['server'], os.getppid()):\n"
        "    with contextlib.suppress(OSError): os.kill(pid, 9)\n",
        "",
    ),
    Attack("kill everyone", "os.kill(-1, 9)\n", ""),
    Attack(
        "kill the first process",
        "import signal\nfor s in signal.valid_signals():\n"
        "    with contextlib.suppress(OSError): os.kill(1 if os.getpid() != 1 else 2, s)\n",
        "",
    ),
    Attack(
        "limits of others",
        "import resource\nresource.prlimit(TARGET['pid'], resource.RLIMIT_CORE, (0, 0))\nbreach()",
    ),
    Attack("priority of others", "os.setpriority(os.PRIO_PROCESS, TARGET['pid'], 19)\nbreach()"),
    Attack(
        "signals by owning a socket",
        "import fcntl\na, b = socket.socketpair()\nfcntl.fcntl(a, 8, TARGET['pid'])\nbreach()",
    ),
    Attack(
        "ignored signals",
        "import signal\nfor s in signal.valid_signals():\n"
        "    with contextlib.suppress(OSError, ValueError): signal.signal(s, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass\n",
        "",
        ("timeout",),
    ),
    Attack("hang in C", "libc.pause()", "", ("timeout",)),
    Attack(
        "hang holding the interpreter",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        "",
        ("timeout",),
    ),
    Attack("stops itself", "os.kill(os.getpid(), 19)\nwhile True: pass\n", "", ("timeout",)),
    Attack(
        "hang at exit", "import atexit\natexit.register(lambda: time.sleep(60))", "", ("timeout",)
    ),
    Attack(
        "hang in a thread",
        "import threading\nthreading.Thread(target=time.sleep, args=(60,)).start()",
        "",
        ("timeout",),
    ),
    Attack(
        "hang in a message",
        "class E(Exception):\n    def __str__(self): time.sleep(60)\nraise E",
        "",
        ("timeout",),
    ),
    # Bounded
    Attack(
        "many processes",
        "for _ in range(60):\n    if os.fork() == 0: time.sleep(1); os._exit(0)\nbreach()",
    ),
    Attack(
        "fork bomb",
        "while True:\n    with contextlib.suppress(OSError): os.fork()\n",
        "",
        ("killed", "timeout", "error"),
    ),
    Attack(
        "many threads",
        "import threading\n"
        "for _ in range(60): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n"
        "time.sleep(0.5)\nbreach()",
    ),
    Attack("memory", "block = b'x' * (400 << 20)\nbreach()", statuses=("error", "killed")),
    Attack(
        "memory of torch",
        "import torch\nblock = torch.ones(100 << 20)\nbreach()",
        control="",
        statuses=("error", "killed"),
    ),
    Attack(
        "memory over processes",
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n        block = b'x' * (100 << 20); time.sleep(1); os._exit(0)\n"
        "time.sleep(0.7)\nbreach()",
    ),
    Attack(
        "inherited memory",
        "import mmap\nkept = []\nfor _ in range(8):\n"
        "    block = mmap.mmap(-1, 60 << 20)\n    kept.append(block)\n"
        "    if os.fork() == 0:\n        block.write(b'x' * (60 << 20)); os._exit(0)\n    os.wait()\nbreach()",
    ),
    Attack(
        "files in memory",
        "for n in range(8):\n    f = os.memfd_create(str(n))\n"
        "    for _ in range(40): os.write(f, b'x' * (1 << 20))\nbreach()",
    ),
    Attack(
        "System V memory",
        "libc.shmat.restype = ctypes.c_void_p\n"
        "segment = libc.shmget(0, 300 << 20, 0o1600)\n"
        "if segment >= 0:\n    libc.shmctl(segment, 0, None)\n    breach()\n",
    ),
    Attack(
        "shared memory folder",
        "try:\n    with open('/dev/shm/' + TARGET['mark'], 'wb') as f:\n"
        "        for _ in range(100): f.write(b'x' * (1 << 20))\n    breach()\n"
        "finally: os.unlink('/dev/shm/' + TARGET['mark'])\n",
    ),
    Attack(
        "disk",
        "for n in range(12):\n    open(f'f{n}', 'wb').write(b'x' * (12 << 20))\n"
        "    time.sleep(0.06)\nbreach()",
    ),
    Attack(
        "disk by deleted files",
        "kept = []\nfor n in range(12):\n    f = open('f', 'wb')\n"
        "    f.write(b'x' * (12 << 20)); f.flush(); os.unlink('f'); kept.append(f)\n"
        "    time.sleep(0.06)\nbreach()",
    ),
    Attack("one large file", "f = open('f', 'wb')\nf.truncate(100 << 20)\nbreach()"),
    Attack(
        "many files", "for n in range(24000): open(f'f{n}', 'w').close()\ntime.sleep(0.2)\nbreach()"
    ),
    Attack("many descriptors", "kept = [open('/dev/null') for _ in range(300)]\nbreach()"),
    Attack(
        "higher limits",
        "import resource\n"
        "for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):\n"
        "    soft, hard = resource.getrlimit(kind)\n"
        "    if hard == resource.RLIM_INFINITY or hard > 1 << 34: breach(kind)\n"
        "    attempt(lambda: resource.setrlimit(kind, (hard + 1, hard + 1)))\n",
    ),
    Attack(
        "processor time",
        "import threading\nwhile True: sum(range(10 ** 6))\n",
        "",
        ("timeout", "killed"),
    ),
    Attack("flood", "while True: os.write(1, b'x' * (1 << 16))\n", "", ("timeout",)),
    Attack(
        "flood of errors", "while True: os.write(2, b'\\xff\\x00' * (1 << 15))\n", "", ("timeout",)
    ),
    Attack("long message", "raise ValueError('x' * (5 << 20))", "", ("error", "timeout")),
    Attack(
        "deep recursion",
        "def f(): f()\nsys.setrecursionlimit(10 ** 9)\nf()",
        "",
        ("error", "killed", "timeout"),
    ),
    # The kernel's corners
    Attack(
        "system calls",
        "import platform\n"
        "numbers = dict(keyctl=250, io_uring=425, bpf=321, perf=298, userfaultfd=323, unshare=272,"
        " setns=308, mount=165, chroot=161, acct=163, swapon=167, memfd=319, fsopen=430, clone3=435)\n"
        "for name, number in numbers.items():\n"
        "    ctypes.set_errno(0)\n"
        "    result = libc.syscall(number, 0, 0, 0, 0, 0)\n"
        "    if result >= 0 or ctypes.get_errno() not in (1, 38): breach((name, ctypes.get_errno()))\n",
    ),
    Attack(
        "clone with namespaces",
        "for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000):\n"
        "    pid = libc.syscall(56, flag | 17, 0, 0, 0, 0)\n"
        "    if pid == 0: os._exit(0)\n    if pid > 0: breach(flag)\n",
    ),
    Attack(
        "/proc writes",
        "for path in ('/proc/sys/kernel/hostname', '/proc/sysrq-trigger',"
        " '/proc/sys/vm/overcommit_memory', '/proc/sys/kernel/core_pattern'):\n"
        "    attempt(lambda: open(path, 'w'))\n",
        "owner",
    ),
    Attack(
        "oom score",
        "open('/proc/self/oom_score_adj', 'w').write('-1')\n"
        "if int(open('/proc/self/oom_score_adj').read()) < 0: breach()\n",
        "",
    ),
    Attack(
        "old interface of 32 bits",
        "import mmap\n"
        "page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "page.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')\n"
        "call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))\n"
        "if call() == os.getpid(): breach()\n",
    ),
    Attack(
        "terminal",
        "import fcntl, termios\n"
        "attempt(lambda: fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), termios.TIOCSTI, b'x'))\n",
        "",
    ),
    # Verdicts
    Attack("early exit", "os._exit(0)", "", ("killed",)),
    Attack("exit status of ours", "os._exit(70)", "", ("killed",)),
    Attack(
        "death by its own hand", "os.kill(os.getpid(), 11)\nctypes.string_at(0)", "", ("killed",)
    ),
    Attack(
        "poisoned descriptors",
        'junk = b\'{"error": null}\\n{"started": true}\\n{"exit": 0, "reason": ""}\'\n'
        "for n in range(3, 5000):\n    with contextlib.suppress(OSError): os.write(n, junk)\nraise KeyError('mine')\n",
        "",
        ("error",),
    ),
    Attack(
        "closed descriptors", "os.closerange(3, 1000)\nraise KeyError('mine')\n", "", ("error",)
    ),
    Attack(
        "forged report",
        "frame = sys._getframe()\nwhile frame:\n"
        "    if 'done' in frame.f_locals: frame.f_locals['done']({'error': None})\n    frame = frame.f_back\n"
        "while True: pass\n",
        "",
        ("timeout",),
    ),
    Attack(
        "patched modules",
        "import builtins, json, os as o, hashlib, traceback, torch\n"
        "json.dumps = json.loads = o.write = hashlib.blake2b = traceback.print_exception = None\n"
        "torch.equal = torch.Tensor.__repr__ = torch.arange = lambda *a, **k: 'patched'\n"
        "builtins.str = builtins.repr = builtins.len = builtins.isinstance = None\n"
        "sys.excepthook = sys.stdout = sys.stderr = None\nraise KeyError('mine')\n",
        "",
        ("error",),
    ),
    Attack(
        "strange exception",
        "class M(type):\n    __name__ = property(lambda c: 1 / 0)\n"
        "class E(Exception, metaclass=M):\n    def __str__(self): raise SystemExit(0)\nraise E\n",
        "",
        ("error",),
    ),
    Attack(
        "strange characters",
        "sys.stdout.reconfigure(errors='surrogatepass')\n"
        "print('\\ud800\\u202e\\x00\\x1b[2J')\nos.write(1, bytes(range(256)))\n"
        "raise ValueError('\\udfff\\x00')\n",
        "",
        ("error",),
    ),
    Attack(
        "no streams",
        "sys.stdout.close(); sys.stderr.close()\nos.close(0); os.close(1); os.close(2)\n",
        "",
        ("ok",),
    ),
    Attack("collapsing pages", "libc.prctl(41, 0, 0, 0, 0) == 0 and breach()\n"),
)


def main() -> None:
    """`python sandbox_attacks.py TIER`: all attacks, what they achieved as JSON on stdout."""
    os.environ["SECRET"] = "in the server's environment"
    with SandboxService(TIGHT, tier=sys.argv[1]) as service:
        described = service.describe()
        found = {} if described["available"] else {"start": [described["reason"]]}
        if not found:
            found = {attack.name: problems(service, attack) for attack in ATTACKS}
    print(json.dumps({name: what for name, what in found.items() if what}))


if __name__ == "__main__":
    main()
