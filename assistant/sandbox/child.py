"""The process of one run, from the fork to its end: raises the walls, then runs the code."""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH123

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.sandbox import kernel, landlock, mounts, runner, seccomp
from assistant.sandbox.accelerator import READ
from assistant.sandbox.limits import Limits
from assistant.sandbox.namespaces import be

FIRST_HIDDEN = 2000
"""The result channel's descriptor is above what a snippet may open, so that closing all those that
it knows of does not cut it off."""
SETUP_FAILED = 70
"""Exit status of a child that could not raise its walls."""
SPARE_PROCESSES = 8
"""How much higher the kernel's own limit is, so that the watchdog sees the run's being exceeded; in
bubblewrap's namespace, the warm process counts among them."""
_IFF_UP, _SIOCSIFFLAGS = 1, 0x8914


@dataclass(frozen=True, slots=True)
class Walls:
    """What stands around every run of a warm process.

    Attributes:
        tier: `1`, `1b` or `2`.
        landlock: version of it, 0 where there is none.
        packages: the interpreter's folders.
        mapped_bytes: address space of the warm process.
        identity: user and group id here, in the warm process's namespace.
        devices: nodes of an accelerator that runs may use.
    """

    tier: str
    landlock: int
    packages: list[str]
    mapped_bytes: int
    identity: tuple[int, int]
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One run as the warm process hands it to its child; descriptors are the child's own.

    `folder` is the working folder; in a session, `job` is the socket that brings the cells, and
    `streams` is empty.
    """

    limits: Limits
    seed: int
    session: bool
    folder: str
    job: int
    streams: tuple[int, ...]
    status: int
    driver: str | None
    drivers: dict[str, types.CodeType]


def keep_only(descriptors: tuple[int, ...]) -> None:
    """Closes every descriptor but these and the three standard ones."""
    start = 3
    for descriptor in sorted(descriptors):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, 1 << 20)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def limits_of(limits: Limits, walls: Walls, *, session: bool) -> list[tuple[int, int]]:
    """The kernel's limits for one process of a run: which, and how much."""
    resources = [
        (resource.RLIMIT_FSIZE, min(limits.file_bytes, limits.scratch_bytes)),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_RTPRIO, 0),
    ]
    if walls.tier == "1":
        # Counted in the run's own user namespace; elsewhere all processes of the user would count.
        resources.append((resource.RLIMIT_NPROC, limits.processes + SPARE_PROCESSES))
    elif walls.tier == "1b":
        resources.append((resource.RLIMIT_NPROC, limits.processes + SPARE_PROCESSES))
    if not session:
        resources.append((resource.RLIMIT_CPU, int(limits.cpu_seconds) + 1))
    if not walls.devices:
        # CUDA maps the memory of host and devices into one address space of hundreds of GiB; with
        # it, only the watchdog looks at what is really used.
        resources.append((resource.RLIMIT_AS, walls.mapped_bytes + limits.memory_bytes))
    return resources


def _limit(limits: Limits, walls: Walls, *, session: bool) -> None:
    for kind, value in limits_of(limits, walls, session=session):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def raise_walls(task: Task, walls: Walls) -> None:
    """Confines this process for good.

    Raises:
        OSError: a layer could not be put up; nothing foreign may run then.
    """
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.no_huge_pages()
    if walls.tier == "1":
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC)
        kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
        mounts.mount_scratch(task.limits.scratch_bytes, walls.packages)
        mounts.mount_proc()
        _loopback_up()
        # Of its own for the kernel to count its processes apart from those of other runs; last,
        # for the rights over the namespaces above are lost with it.
        kernel.unshare(kernel.CLONE_NEWUSER)
        be((mounts.SNIPPET_ID, mounts.SNIPPET_ID))
    elif walls.tier == "2":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            raise OSError("the warm process is gone")
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as stream:
        stream.write("1000")
    os.setsid()
    os.chdir(task.folder)
    _limit(task.limits, walls, session=task.session)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if walls.landlock:
        _confine_files(task, walls)
    strictness: Mapping[str, seccomp.Strictness] = {
        "1": "own pids",
        "1b": "shared pids",
        "2": "threads only",
    }
    kernel.seccomp(seccomp.program(strictness[walls.tier], os.getpid()))


def _confine_files(task: Task, walls: Walls) -> None:
    if walls.tier == "2":
        own = f"/proc/{os.getpid()}"
        landlock.restrict(
            [*mounts.readable_without_namespaces(), *(READ if walls.devices else ()), own],
            [task.folder, "/dev/null", *walls.devices],
            of=walls.landlock,
            network=False,
        )
    else:
        landlock.restrict(
            ["/"],
            [task.folder, mounts.SHARED_MEMORY, "/dev/null", *walls.devices],
            of=walls.landlock,
            network=True,
        )


def _take_streams(streams: tuple[int, ...]) -> int:
    """Puts stdout and stderr in place; the result channel's descriptor, moved out of reach."""
    out, err, report = streams
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    return report


def _hide(descriptor: int) -> int:
    hidden = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_HIDDEN)
    os.close(descriptor)
    return hidden


def _read_job(descriptor: int) -> dict[str, Any]:
    with os.fdopen(descriptor, "rb") as stream:
        job: dict[str, Any] = json.loads(stream.read())
    return job


def live(task: Task, walls: Walls) -> None:
    """The whole life of the child; it never returns."""
    leave = os._exit
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        keep_only((task.job, task.status, *task.streams))
        null = os.open("/dev/null", os.O_RDWR)
        for standard in (0,) if task.streams else (0, 1, 2):
            os.dup2(null, standard)
        os.close(null)
        raise_limit_of_files()
        report = _hide(_take_streams(task.streams)) if task.streams else -1
        source = task.job if not task.session else _hide(task.job)
        job = {} if task.session else _read_job(source)
        raise_walls(task, walls)
        runner.seed_everything(task.seed, task.limits.threads)
        _settle_in(task.folder)
    except BaseException as error:  # noqa: BLE001
        os.write(task.status, json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        os._exit(SETUP_FAILED)
    os.write(task.status, b'{"started": true}')
    os.close(task.status)
    try:
        if task.session:
            _serve_cells(task, source)
        else:
            _one_run(task, job, report)
    finally:
        leave(0)


def raise_limit_of_files() -> None:
    """Makes room for the hidden descriptor; the run's own limit comes later."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft <= FIRST_HIDDEN + 2 <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FIRST_HIDDEN + 2, hard))


def _settle_in(folder: str) -> None:
    sys.path.insert(0, folder)
    tempfile.tempdir = None
    os.environ.update({"HOME": folder, "TMPDIR": folder, "PWD": folder})
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = f"{folder}/.inductor"


def _one_run(task: Task, job: Mapping[str, Any], report: int) -> None:
    channel = runner.Channel(report, bytes.fromhex(job["key"]))
    runner.standard_streams()
    path = runner.place_source(job["code"], task.folder, job["name"])
    runner.fresh_main(path)
    sys.argv = [path]
    runner.run_code(
        job["code"],
        path,
        channel,
        driver=None if task.driver is None else task.drivers[task.driver],
        payload=job["payload"],
        image_bytes=task.limits.image_bytes,
    )


def _serve_cells(task: Task, source: int) -> None:
    """Runs one cell after another in the same `__main__` until the server hangs up."""
    requests = socket.socket(fileno=source)
    drivers = dict(task.drivers)
    main = None
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 4096, 4, socket.MSG_CMSG_CLOEXEC)
        if not message:
            return
        job = _read_job(descriptors[0])
        channel = runner.Channel(_take_streams(tuple(descriptors[1:])), bytes.fromhex(job["key"]))
        runner.standard_streams()
        path = runner.place_source(job["code"], task.folder, job["name"])
        if main is None:
            main = runner.fresh_main(path)
        main.__file__ = path
        sys.modules["__main__"] = main
        sys.argv = [path]
        driver = job["driver"]
        if driver is not None and driver not in drivers:
            drivers[driver] = compile(job["driver_source"], "<driver>", "exec", dont_inherit=True)
        runner.run_code(
            job["code"],
            path,
            channel,
            driver=None if driver is None else drivers[driver],
            payload=job["payload"],
            image_bytes=task.limits.image_bytes,
            last=False,
        )
        channel.close()
        null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.close(null)
