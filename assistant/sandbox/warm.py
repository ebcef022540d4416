"""The server's end of one warm process: starting it, giving it runs, noticing its death."""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH112, PTH114, PTH115

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from assistant.sandbox.accelerator import Accelerator, bwrap_options, environment
from assistant.sandbox.limits import Limits

READY_SECONDS = 60.0
"""Loading torch takes 2 to 3 s on an idle machine."""
PACKAGE_IN_BWRAP = "/run/torchproof"

_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "HOME": "/tmp",
    "USER": "snippet",
    "LOGNAME": "snippet",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_WAIT_POLICY": "passive",
    # A thread in the warm process could not be forked along.
    "OPENBLAS_NUM_THREADS": "1",
    # Makes no helper processes of its own ahead of need.
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
    # Pays off over many compilations only: it takes 13 s and 156 MB.
    "TORCHINDUCTOR_CPP_CACHE_PRECOMPILE_HEADERS": "0",
    "GLOO_SOCKET_IFNAME": "lo",
}


class NotStarted(Exception):
    """The warm process could not be brought up; the message says why."""


class Warm:
    """One warm process; thread-safe.

    Args:
        tier: `1`, `1b` or `2`.
        preload: modules for it to load.
        scratch_bytes: cap on the working folder where it is fixed at the start (tier 1b).
        accelerator: the GPU that runs may use, if any.
        niceness: by how much its runs give way to other work of this machine, 0 to 19.

    Call `await_ready` before anything else.

    Raises:
        NotStarted: it cannot be started.
    """

    def __init__(
        self,
        tier: str,
        preload: Sequence[str],
        scratch_bytes: int,
        accelerator: Accelerator | None = None,
        niceness: int = 0,
    ) -> None:
        if tier == "1b" and shutil.which("bwrap") is None:
            raise NotStarted("bwrap is not installed")
        self.tier = tier
        self._accelerator = accelerator
        self._niceness = niceness
        self._numbers = count(1)
        self._drivers: dict[str, None] = {}
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._stderr = b""
        self._spawned = threading.Event()
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure = ""
        self._files: list[int] = []
        arguments = self._command(theirs.fileno(), tuple(preload), scratch_bytes)
        # The kernel ties the process's life to the thread that started it, so that thread stays.
        keeper = threading.Thread(
            target=self._keep, args=(arguments, theirs), name="sandbox-keeper", daemon=True
        )
        keeper.start()
        self.facts: Mapping[str, Any] = {}

    def _command(self, control: int, preload: tuple[str, ...], scratch_bytes: int) -> list[str]:
        script = Path(__file__).with_name("zygote.py")
        parent = os.getpid() if self.tier != "1b" else 0
        settings = {
            "tier": self.tier,
            "control": control,
            "parent": parent,
            "preload": preload,
            "scratch": tempfile.gettempdir(),
            "devices": self._accelerator.devices if self._accelerator else (),
            "packages": [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))],
        }
        wall: list[str] = []
        if self.tier == "1b":
            # Here, for it loads the C library, and this module is imported on any system.
            from assistant.sandbox import mounts

            for name, text in mounts.WRITTEN.items():
                self._files.append(memory_file(text.encode()))
                wall += ["--ro-bind-data", str(self._files[-1]), f"/etc/{name}"]
            wall = [
                *_bwrap(script.parent, mounts.prefixes(), scratch_bytes),
                *wall,
                *bwrap_options(self._accelerator),
                "--",
            ]
            script = Path(PACKAGE_IN_BWRAP, "assistant", "sandbox", script.name)
        # `-s -P` and a wholly given environment isolate as `-I` does, which would also ignore the
        # hash seed.
        python = [sys.executable, "-s", "-P", "-B", "-X", "utf8"]
        return [*wall, *python, os.fspath(script), json.dumps(settings)]

    def _keep(self, arguments: list[str], theirs: socket.socket) -> None:
        try:
            process = self._spawn(arguments, theirs)
        except OSError as error:
            self._failure = str(error)
            self._spawned.set()
            self._ended.set()
            return
        self._process = process
        self._spawned.set()
        with process:
            assert process.stderr is not None
            while data := process.stderr.read1():  # type: ignore[attr-defined]
                self._stderr = (self._stderr + data)[-4096:]
        self._ended.set()

    def _spawn(self, arguments: list[str], theirs: socket.socket) -> subprocess.Popen[bytes]:
        try:
            if self._niceness:
                # Of this thread alone, and of what it starts.
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
            return subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment(_ENVIRONMENT, self._accelerator),
                cwd="/",
                pass_fds=(theirs.fileno(), *self._files),
                start_new_session=True,
            )
        finally:
            theirs.close()
            for descriptor in self._files:
                os.close(descriptor)

    def await_ready(self) -> None:
        """Waits until it is warm.

        Raises:
            NotStarted: it did not come up within `READY_SECONDS`; it is closed then.
        """
        try:
            self.facts = self._hear_facts()
        except BaseException:
            # Busy loading, it would not notice for seconds; in tier 2 it has a folder to remove.
            self.close(patience=2.0 if self.tier == "2" else 0.0)
            raise

    def _hear_facts(self) -> Mapping[str, Any]:
        readable, _, _ = select.select([self._control], [], [], READY_SECONDS)
        message = self._control.recv(1 << 16) if readable else b""
        if not message:
            self._ended.wait(1.0)
            said = self._stderr.decode("utf-8", "replace").strip().splitlines()
            raise NotStarted(self._failure or (said[-1] if said else "its process did not start"))
        facts: Mapping[str, Any] = json.loads(message)
        if "failed" in facts:
            raise NotStarted(str(facts["failed"]))
        return facts

    @property
    def alive(self) -> bool:
        """Whether it can take another run, as far as is known."""
        return not self._ended.is_set()

    def order(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Sends one order with descriptors, which stay the caller's.

        Raises:
            OSError: the process is gone.
        """
        data = json.dumps(message).encode()
        with self._lock:
            socket.send_fds(self._control, [data], list(descriptors))

    def begin(
        self,
        descriptors: Sequence[int],
        limits: Limits,
        *,
        seconds: float,
        seed: int,
        driver: str | None,
        session: bool = False,
    ) -> int:
        """Begins a run; its number.

        Args:
            descriptors: job, status, and unless it is a session: stdout, stderr, report.
            limits: for it.
            seconds: wall clock after which the warm process stops it if the server has not.
            seed: for every generator.
            driver: name of a driver from `teach`.
            session: whether it is one.

        Raises:
            OSError: the process is gone.
        """
        number = next(self._numbers)
        message = {
            "op": "run",
            "id": number,
            "limits": dataclasses.asdict(limits),
            "seconds": seconds,
            "seed": seed,
            "driver": driver,
            "session": session,
        }
        self.order(message, descriptors)
        return number

    def teach(self, source: str) -> str:
        """Hands a driver over, once; its name.

        Raises:
            OSError: the process is gone.
        """
        name = driver_name(source)
        with self._lock:
            known = name in self._drivers
            if not known:
                # The warm process forgets in the same order.
                while len(self._drivers) >= DRIVERS_KEPT:
                    del self._drivers[next(iter(self._drivers))]
                self._drivers[name] = None
                descriptor = memory_file(source.encode())
                try:
                    message = json.dumps({"op": "driver", "name": name}).encode()
                    socket.send_fds(self._control, [message], [descriptor])
                finally:
                    os.close(descriptor)
        return name

    def stop(self, number: int, reason: str) -> None:
        """Ends a run; no matter if it or the process is gone."""
        try:
            self.order({"op": "stop", "id": number, "reason": reason})
        except OSError:
            return

    def hang_up(self) -> None:
        """Asks the process to end, from whatever thread, also while it is being waited for."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self, patience: float = 2.0) -> None:
        """Ends the process and every run in it; waits until it is gone.

        Args:
            patience: seconds that it may take to end by itself.
        """
        self.hang_up()
        self._spawned.wait()
        with self._lock:
            self._control.close()
        process = self._process
        if process is not None and not self._ended.wait(patience):
            process.kill()
            self._ended.wait(5.0)


DRIVERS_KEPT = 16


def driver_name(source: str) -> str:
    """By what the warm process knows a driver."""
    return hashlib.sha256(source.encode()).hexdigest()


def memory_file(content: bytes) -> int:
    """A descriptor that reads `content` from its start; nothing touches a disk."""
    descriptor = os.memfd_create("job", os.MFD_CLOEXEC)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _bwrap(package: Path, prefixes: Sequence[str], scratch_bytes: int) -> list[str]:
    """The command line up to the interpreter for where only bwrap may make namespaces."""
    binds: list[str] = []
    for path in ("/usr", *prefixes):
        binds += ["--ro-bind", path, path]
    for path in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(path):
            binds += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            binds += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/sys/devices/system/cpu"):
        binds += ["--ro-bind-try", path, path]
    inside = f"{PACKAGE_IN_BWRAP}/assistant/sandbox"
    return [
        shutil.which("bwrap") or "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--as-pid-1",
        "--cap-drop",
        "ALL",
        *("--hostname", "sandbox"),
        *("--uid", "1000", "--gid", "1000"),
        *("--size", str(scratch_bytes), "--tmpfs", "/tmp"),
        *("--dev", "/dev", "--proc", "/proc"),
        *("--size", str(scratch_bytes), "--tmpfs", "/dev/shm"),
        *binds,
        *("--ro-bind", os.fspath(package), inside),
    ]
