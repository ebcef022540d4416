"""The warm process: loads torch once, then forks itself for every run.

Started as a script, `python zygote.py SETTINGS`, with SETTINGS a JSON object (`Settings`).  It
speaks over one socket with the server and never sees foreign code: that goes from the server to the
child by a descriptor which this process only passes on.  How a run ended is said by this process
alone.
"""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH100

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import importlib.util
import json
import logging
import multiprocessing.util
import os
import select
import signal
import socket
import sys
import tempfile
import time
import types
from dataclasses import dataclass, field
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, os.path.abspath(f"{__file__}/../../.."))

from assistant.sandbox import accelerator, kernel, landlock, mounts, scratch, watch
from assistant.sandbox.child import Task, Walls, live
from assistant.sandbox.limits import Limits, human_bytes, human_seconds
from assistant.sandbox.namespaces import enter_tier_1, follow_parent

TICK_SECONDS = 0.05
"""How often a running snippet's use of memory, processes and disk is looked at."""
GRACE_SECONDS = 1.0
"""How much later than the server this process stops a run whose time is up."""
MEMORY_FLOOR = 0.03
"""Part of the machine's memory below which the largest run is stopped."""
DRIVERS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server wants this process.

    Attributes:
        tier: `1`, `1b` or `2`.
        control: the socket's descriptor.
        parent: the server's process id, as seen from here; 0 where that is another namespace's.
        preload: modules to load; those that are not installed are passed over.
        packages: the server's folders of packages, of which a user's own are not found here.
        scratch: where to make working folders (tier 2).
        devices: nodes of an accelerator that runs may use, and this process may not.
    """

    tier: str
    control: int
    parent: int
    preload: tuple[str, ...]
    packages: tuple[str, ...]
    scratch: str
    devices: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """A run in progress; `reason` is set once, by whatever stops it."""

    number: int
    pid: int
    pidfd: int
    status: int
    limits: Limits
    deadline: float
    folder: str
    reason: str = ""
    cpu_before: float = 0.0
    cpu_seen: float = 0.0


@dataclass(slots=True)
class _Zygote:
    settings: Settings
    control: socket.socket
    walls: Walls
    own_pids: int
    scratch_base: str
    runs: dict[int, _Run] = field(default_factory=dict)
    drivers: dict[str, types.CodeType] = field(default_factory=dict)

    def serve(self) -> Task | None:
        """Answers the server until it hangs up (None) or until this is a child (its task)."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        next_tick = time.monotonic() + TICK_SECONDS
        while True:
            wait = max(next_tick - time.monotonic(), 0.0) * 1000 if self.runs else None
            for descriptor, _ in poll.poll(wait):
                if descriptor == self.control.fileno():
                    message, received, _, _ = socket.recv_fds(
                        self.control, 1 << 16, 8, socket.MSG_CMSG_CLOEXEC
                    )
                    if not message:
                        return None
                    task = self._obey(json.loads(message), received, poll)
                    if task is not None:
                        return task
                else:
                    poll.unregister(descriptor)
                    self._finish(next(r for r in self.runs.values() if r.pidfd == descriptor))
            if self.runs and time.monotonic() >= next_tick:
                self._tick()
                next_tick = time.monotonic() + TICK_SECONDS

    def _obey(self, order: dict[str, Any], received: list[int], poll: select.poll) -> Task | None:
        kind = order["op"]
        if kind == "run":
            return self._fork(order, received, poll)
        if kind == "driver":
            with os.fdopen(received[0], "rb") as stream:
                source = stream.read()
            while len(self.drivers) >= DRIVERS_KEPT:
                del self.drivers[next(iter(self.drivers))]
            self.drivers[order["name"]] = compile(source, "<driver>", "exec", dont_inherit=True)
        elif kind == "ping":
            self.control.send(b'{"pong": true}')
        elif order["id"] in self.runs:
            run = self.runs[order["id"]]
            if kind == "stop":
                self._stop(run, order["reason"])
            elif kind == "cell":
                run.cpu_before = run.cpu_seen
                run.deadline = time.monotonic() + order["seconds"] + GRACE_SECONDS
        return None

    def _fork(self, order: dict[str, Any], received: list[int], poll: select.poll) -> Task | None:
        limits = Limits(**order["limits"])
        job, status, *streams = received
        folder = mounts.SCRATCH
        try:
            if self.walls.tier != "1":
                folder = tempfile.mkdtemp(prefix="run-", dir=self.scratch_base)
            if self.walls.tier == "1":
                kernel.unshare(kernel.CLONE_NEWPID)
            pid = -1
            try:
                pid = os.fork()
            finally:
                if self.walls.tier == "1" and pid:
                    kernel.setns(self.own_pids, kernel.CLONE_NEWPID)
        except OSError as error:
            os.write(status, json.dumps({"failed": f"no process for it: {error}"}).encode())
            for descriptor in received:
                os.close(descriptor)
            return None
        if pid == 0:
            return Task(
                limits=limits,
                seed=order["seed"],
                session=order["session"],
                folder=folder,
                job=job,
                streams=tuple(streams),
                status=status,
                driver=order["driver"],
                drivers=self.drivers,
            )
        for descriptor in (job, *streams):
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        poll.register(pidfd, select.POLLIN)
        deadline = time.monotonic() + order["seconds"] + GRACE_SECONDS
        self.runs[order["id"]] = _Run(order["id"], pid, pidfd, status, limits, deadline, folder)
        return None

    def _stop(self, run: _Run, reason: str) -> None:
        run.reason = run.reason or reason
        if self.walls.tier == "1b":
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            os.kill(run.pid, signal.SIGKILL)

    def _finish(self, run: _Run) -> None:
        """The first process of `run` has ended: ends the others, clears up, says how it went."""
        del self.runs[run.number]
        _, code, use = os.wait4(run.pid, 0)
        os.close(run.pidfd)
        if self.walls.tier == "1b":
            self._end_leftovers()
        if self.walls.tier != "1":
            scratch.remove(run.folder)
        report = {
            "exit": os.waitstatus_to_exitcode(code),
            "reason": run.reason,
            "cpu_seconds": use.ru_utime + use.ru_stime,
        }
        with contextlib.suppress(OSError):
            os.write(run.status, json.dumps(report).encode())
        os.close(run.status)

    def _end_leftovers(self) -> None:
        """In a pid namespace shared with the runs, one at a time: everything else is that run's."""
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        scratch.empty(mounts.SHARED_MEMORY)

    def _tick(self) -> None:
        forks = self.walls.tier != "2"
        usages = watch.usage(
            (run.pid for run in self.runs.values()), forks=forks, orphans=self.walls.tier == "1b"
        )
        largest, size = None, 0
        for run in self.runs.values():
            used = usages.get(run.pid)
            if used is None:
                continue
            run.cpu_seen = used.cpu_seconds
            if time.monotonic() > run.deadline:
                self._stop(run, "stopped: its time was up")
            elif used.threads > run.limits.processes:
                limit = str(run.limits.processes)
                self._stop(run, f"stopped: more than {limit} processes and threads")
            elif used.cpu_seconds - run.cpu_before > run.limits.cpu_seconds:
                limit = human_seconds(run.limits.cpu_seconds)
                self._stop(run, f"stopped after {limit} of processor time")
            elif (
                used.memory_bytes > run.limits.memory_bytes
                and watch.exact_memory(used.pids) > run.limits.memory_bytes
            ):
                limit = human_bytes(run.limits.memory_bytes)
                self._stop(run, f"stopped: more than {limit} of memory")
            elif self.walls.tier != "1" and self._fills_disk(run):
                limit = human_bytes(run.limits.scratch_bytes)
                self._stop(run, f"stopped: more than {limit} in its working folder")
            if used.memory_bytes > size:
                largest, size = run, used.memory_bytes
        available, total = watch.available_memory()
        if largest is not None and available < total * MEMORY_FLOOR:
            self._stop(largest, "stopped: the machine's memory ran out")

    def _fills_disk(self, run: _Run) -> bool:
        cap = run.limits.scratch_bytes
        if self.walls.tier == "1b":
            return any(watch.mount_exceeds(m, cap) for m in (mounts.SCRATCH, mounts.SHARED_MEMORY))
        return watch.deleted_bytes(run.pid) > cap or watch.folder_exceeds(run.folder, cap)

    def end(self) -> None:
        """Leaves nothing behind."""
        for run in self.runs.values():
            self._stop(run, "")
            os.waitpid(run.pid, 0)
        if self.walls.tier == "2":
            scratch.remove(self.scratch_base)


def _load(names: tuple[str, ...], devices: tuple[str, ...]) -> None:
    """Loads modules and gets this process into the shape that forks fastest.

    Raises:
        OSError: that has initialised the accelerator, which no child could use then.
    """
    for name in names:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        # A parallel operation here would start threads that no child inherits; it would hang.
        torch.set_num_threads(1)
        if not devices:  # it would count them
            torch.ones(2, requires_grad=True).sum().backward()
    if accelerator.opened(devices):
        raise OSError("loading the packages initialised the GPU, so that no run could use it")
    # The exit handlers that came along with torch take 36 ms; those of the standard library stay.
    atexit._clear()
    atexit.register(logging.shutdown)
    atexit.register(multiprocessing.util._exit_function)  # type: ignore[attr-defined]
    gc.collect()
    gc.freeze()
    kernel.collapse_to_huge_pages()


def main() -> None:
    """Sets itself up, says so, and serves."""
    raw = json.loads(sys.argv[1])
    settings = Settings(
        raw["tier"],
        raw["control"],
        raw["parent"],
        tuple(raw["preload"]),
        tuple(raw["packages"]),
        raw["scratch"],
        tuple(raw["devices"]),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=settings.control)
    os.closerange(3, settings.control)
    os.closerange(settings.control + 1, 1 << 20)
    sys.path += [path for path in settings.packages if path not in sys.path]
    packages = mounts.prefixes()
    try:
        if settings.tier == "1":
            readable = accelerator.READ[:-1] if settings.devices else ()  # it has its own /proc
            enter_tier_1(settings.parent, settings.devices, readable)
        elif settings.tier == "1b":
            follow_parent(settings.parent)
        else:
            # Not at once: there are folders to be removed.  The loop ends as if the server hung up.
            signal.signal(signal.SIGTERM, lambda *_: control.shutdown(socket.SHUT_RDWR))
            follow_parent(settings.parent, signal.SIGTERM)
        del sys.path[0]
        sys.path[:] = [path for path in sys.path if mounts.provided(path, packages)]
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        base = mounts.SCRATCH
        if settings.tier == "2":
            base = tempfile.mkdtemp(prefix="torchproof-", dir=settings.scratch)
        _load(settings.preload, settings.devices)
        walls = Walls(
            tier=settings.tier,
            landlock=landlock.version(),
            packages=packages,
            mapped_bytes=watch.mapped_bytes(),
            identity=(os.geteuid(), os.getegid()),
            devices=settings.devices,
        )
    except Exception as error:  # noqa: BLE001
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        return
    # Foreign code finds no trace of this package, and may have a module of that name.
    for name in [n for n in sys.modules if n.partition(".")[0] == "assistant"]:
        del sys.modules[name]
    own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    control.send(json.dumps({"ready": True, "landlock": walls.landlock}).encode())
    zygote = _Zygote(settings, control, walls, own_pids, base)
    task = zygote.serve()
    if task is None:
        zygote.end()
        return
    # The child's copy of the sockets must not close a descriptor that bears their number by then.
    control.detach()
    del zygote
    live(task, walls)


if __name__ == "__main__":
    main()
    os._exit(0)
