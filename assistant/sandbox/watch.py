"""How much a run and everything below it use at this moment, read from `/proc`."""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH116, PTH123, PTH208

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
ANON, SHARED = ("RssAnon:",), ("RssShmem:",)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the processes of one run use together.

    Attributes:
        threads: processes and threads.
        cpu_seconds: of those alive and of those they waited for.
        memory_bytes: an upper bound: at most a page for each fault that a process had.
        pids: the processes.
    """

    threads: int
    cpu_seconds: float
    memory_bytes: int
    pids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    threads: int
    cpu_seconds: float
    faulted_bytes: int


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:  # it ended meanwhile
        return ""


def _process(pid: int) -> _Process | None:
    # The name, in brackets, may hold anything, brackets and blanks included.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 18:
        return None
    cpu = sum(int(value) for value in fields[11:15]) / _TICKS
    return _Process(
        parent=int(fields[1]),
        threads=int(fields[17]),
        cpu_seconds=cpu,
        faulted_bytes=(int(fields[7]) + int(fields[9])) * _PAGE,
    )


def _amounts(text: str, wanted: tuple[str, ...]) -> int:
    total = 0
    for line in text.splitlines():
        if line.startswith(wanted):
            total += int(line.split()[1]) * 1024
    return total


def usage(roots: Iterable[int], *, forks: bool, orphans: bool) -> dict[int, Usage]:
    """What the runs whose first processes are `roots` use; those that ended are left out.

    Args:
        roots: process ids.
        forks: whether a run may have more than its first process.
        orphans: whether this process inherits what a run's processes leave behind; then there is
            one run, and everything else that is visible belongs to it.
    """
    roots = set(roots)
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()] if forks else list(roots)
    table = {pid: found for pid in pids if (found := _process(pid)) is not None}
    table.pop(os.getpid(), None)
    if orphans and len(roots) == 1:
        (root,) = roots
        table = {pid: replace(found, parent=root) for pid, found in table.items()}
    members: dict[int, list[int]] = {root: [] for root in roots if root in table}
    for pid in table:
        above: int | None = pid
        while above is not None and above not in members:
            above = table[above].parent if above in table else None
        if above is not None:
            members[above].append(pid)
    result = {}
    for root, below in members.items():
        # A forked process shows all that it inherited as its own; what it wrote since, it faulted
        # in page by page, for huge pages are off (`kernel.no_huge_pages`).
        memory = sum(
            min(table[pid].faulted_bytes, _amounts(status := _read(f"/proc/{pid}/status"), ANON))
            + _amounts(status, SHARED)
            for pid in below
        )
        result[root] = Usage(
            threads=sum(table[pid].threads for pid in below),
            cpu_seconds=sum(table[pid].cpu_seconds for pid in below),
            memory_bytes=memory,
            pids=tuple(below),
        )
    return result


def exact_memory(pids: Iterable[int]) -> int:
    """Bytes of private and shared memory of `pids`, shared pages counted once over their sharers.

    A process that cannot be looked into counts with the upper bound.
    """
    total = 0
    for pid in pids:
        rollup = _read(f"/proc/{pid}/smaps_rollup")
        if rollup:
            total += _amounts(rollup, ("Pss_Anon:", "Pss_Shmem:"))
        else:
            total += _amounts(_read(f"/proc/{pid}/status"), (*ANON, *SHARED))
    return total


def available_memory() -> tuple[int, int]:
    """Bytes that the whole machine still has, and that it has in all."""
    text = _read("/proc/meminfo")
    return _amounts(text, ("MemAvailable:",)), _amounts(text, ("MemTotal:",))


def mapped_bytes() -> int:
    """Address space of this process, in bytes."""
    return int(_read("/proc/self/statm").split()[0]) * _PAGE


ENTRIES = 20_000
"""Files and folders that a run may have in its scratch."""


def mount_exceeds(mount: str, cap: int) -> bool:
    """Whether a file system of its own holds more than `cap` bytes or too many files."""
    status = os.statvfs(mount)
    used = (status.f_blocks - status.f_bfree) * status.f_frsize
    return used > cap or status.f_files - status.f_ffree > ENTRIES


def folder_exceeds(folder: str, cap: int) -> bool:
    """Whether the files below `folder` take more than `cap` bytes of disk or are too many.

    What cannot be counted (a folder without the right to list it, a path that is too long) is held
    to exceed.
    """
    pending = [folder]
    used, entries = 0, ENTRIES
    while pending:
        try:
            with os.scandir(pending.pop()) as found:
                for entry in found:
                    entries -= 1
                    status = entry.stat(follow_symlinks=False)
                    used += status.st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    if used > cap or entries < 0:
                        return True
        except FileNotFoundError:  # removed meanwhile
            continue
        except OSError:
            return True
    return False


def deleted_bytes(pid: int) -> int:
    """Disk that a process holds by files without a name."""
    used = 0
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return 0
    for name in names:
        try:
            status = os.stat(f"/proc/{pid}/fd/{name}")
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
            used += status.st_blocks * _BLOCK
    return used
