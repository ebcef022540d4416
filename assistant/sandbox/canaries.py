"""Attacks that a sandbox is put through before it may hold anything foreign.

Each has a target that is really there while it is attacked: a file with a secret, listeners, a
process.  Whether an attack came through is seen from outside where it can be.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.types import ExecutionResult

_ATTACKS = """
import ctypes, glob, json, os, socket, subprocess, sys

found = []

def attempt(name, action):
    try:
        if action():
            found.append(name)
    except BaseException:
        pass

def reach(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(1)
        sock.connect(address)
        sock.sendall(b"here")
    return True

def send(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"here", address)
    return False

def other_environments():
    own = os.getpid()
    for path in glob.glob("/proc/[0-9]*/environ"):
        if int(path.split("/")[2]) != own:
            with open(path, "rb") as stream:
                if stream.read():
                    return True

def trace():
    libc = ctypes.CDLL(None)
    return libc.ptrace(16, TARGET["pid"], None, None) == 0

attempt("reads files", lambda: open(TARGET["file"]).read())
attempt("lists folders", lambda: os.listdir(os.path.dirname(TARGET["file"])))
attempt("writes files", lambda: open(TARGET["file"] + ".planted", "w").write("x"))
LIBRARY = os.path.dirname(os.__file__)
attempt("writes into the interpreter", lambda: open(LIBRARY + "/planted.py", "w"))
attempt("sees the server's environment", lambda: TARGET["secret"] in str(os.environ))
attempt("reads other processes' environment", other_environments)
attempt("signals processes", lambda: os.kill(TARGET["pid"], 0) is None)
attempt("ends processes", lambda: os.kill(TARGET["pid"], 9) is None)
attempt("traces processes", trace)
attempt("reaches TCP", lambda: reach(socket.AF_INET, ("127.0.0.1", TARGET["port"])))
attempt("reaches unix sockets", lambda: reach(socket.AF_UNIX, TARGET["path"]))
attempt("reaches abstract sockets", lambda: reach(socket.AF_UNIX, "\\0" + TARGET["abstract"]))
attempt("reaches UDP", lambda: send(("127.0.0.1", TARGET["udp"])))
attempt("makes namespaces", lambda: ctypes.CDLL(None).unshare(0x10000000) == 0)
attempt("opens the machine's sockets", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("leaves the scratch folder", lambda: open("/planted-by-torchproof", "w"))
if TARGET["forks"] is False:
    attempt("forks", lambda: os.fork() >= 0)
print(json.dumps(found))
"""


class _Targets:
    """What the attacks are aimed at, alive while the context lasts."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> _Targets:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.secret = secrets.token_hex(16)
        self.file = self.folder / "secret"
        self.file.write_text(self.secret)
        self.abstract = f"torchproof-{secrets.token_hex(8)}"
        self.listeners = [
            self._listen(socket.AF_INET, ("127.0.0.1", 0)),
            self._listen(socket.AF_UNIX, os.fspath(self.folder / "socket")),
            self._listen(socket.AF_UNIX, f"\0{self.abstract}"),
        ]
        self.udp = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.udp.setblocking(False)
        self.bystander = subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL)
        self._stack.callback(self._end_bystander)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _listen(self, family: int, address: tuple[str, int] | str) -> socket.socket:
        listener = self._stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        return listener

    def _end_bystander(self) -> None:
        self.bystander.kill()
        self.bystander.wait()

    def code(self, *, forks: bool) -> str:
        targets = {
            "file": os.fspath(self.file),
            "secret": self.secret,
            "pid": self.bystander.pid,
            "port": self.listeners[0].getsockname()[1],
            "path": os.fspath(self.folder / "socket"),
            "abstract": self.abstract,
            "udp": self.udp.getsockname()[1],
            "forks": forks,
        }
        return f"TARGET = {targets!r}\n{_ATTACKS}"

    def seen_from_outside(self) -> list[str]:
        """What came through, as the targets themselves tell."""
        through = []
        for listener in self.listeners:
            with contextlib.suppress(BlockingIOError):
                listener.accept()[0].close()
                through.append("a listener heard it")
        with contextlib.suppress(BlockingIOError):
            self.udp.recv(16)
            through.append("a UDP listener heard it")
        if len(list(self.folder.iterdir())) != 2:
            through.append("it left a file")
        if self.bystander.poll() is not None:
            through.append("it ended a process")
        return through


def holes(run: Callable[[str], ExecutionResult], *, forks: bool) -> list[str]:
    """What came through when `run` was given the attacks; empty for a sandbox that holds.

    Args:
        run: runs code in the sandbox under trial.
        forks: whether foreign code may make processes there.
    """
    with _Targets() as targets:
        # The control: these targets can be reached from here, or not reaching them proves nothing.
        with socket.create_connection(("127.0.0.1", targets.listeners[0].getsockname()[1])):
            targets.listeners[0].accept()[0].close()
        os.kill(targets.bystander.pid, signal.SIG_DFL)
        result = run(targets.code(forks=forks))
        if result.status != "ok":
            return [result.reason or str(result.error)]
        try:
            found = json.loads(result.stdout)
        except ValueError:
            return ["its answer made no sense"]
        return [*found, *targets.seen_from_outside()]


def outlives(run: Callable[[str], ExecutionResult]) -> bool:
    """Whether a process that code left behind lives on when its result is there."""
    mark = f"torchproof-{secrets.token_hex(8)}"
    run(
        "import os\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        os.closerange(0, 3)\n"
        f"        os.execv('/bin/sh', ['{mark}', '-c', 'sleep 20; true'])\n"
        "    os._exit(0)\n"
        "import time; time.sleep(0.1)\n"
    )
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                os.kill(int(path.parts[2]), signal.SIGKILL)
                return True
    return False
