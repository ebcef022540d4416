"""Leaving the machine's namespaces, as an ordinary user or as root."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from assistant.sandbox import kernel, mounts

NOBODY = 65534


def be(identity: tuple[int, int]) -> None:
    """Maps the one user and group of this new user namespace to `identity` outside it."""
    for name, text in (
        ("uid_map", f"{mounts.SNIPPET_ID} {identity[0]} 1"),
        ("setgroups", "deny"),
        ("gid_map", f"{mounts.SNIPPET_ID} {identity[1]} 1"),
    ):
        Path("/proc/self", name).write_text(text, encoding="ascii")


def enter_tier_1(parent: int, devices: Sequence[str] = (), readable: Sequence[str] = ()) -> None:
    """Moves into namespaces of its own; returns in their first process, with the new root built.

    The process that called it stays behind, outside, to die with the server and to take the
    namespaces along.

    Args:
        parent: the server's process id.
        devices: nodes for the new root, see `mounts.build_root`.
        readable: files and folders for it.
    """
    flags = kernel.CLONE_NEWNS
    built = os.geteuid() == 0
    if built:
        # With real rights, the file system is prepared first and the rights are given up then: what
        # runs inside is nobody on the machine as well.
        kernel.unshare(flags)
        mounts.build_root(proc=False, devices=devices, readable=readable)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    identity = (os.geteuid(), os.getegid())
    for more in ("USER", "PID", "NET", "IPC", "UTS", "CGROUP"):
        flags |= getattr(kernel, f"CLONE_NEW{more}")
    kernel.unshare(flags)
    be(identity)
    pid = os.fork()
    if pid:
        follow_parent(parent)
        os.closerange(3, 1 << 20)
        os.waitpid(pid, 0)
        os._exit(0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if built:
        kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
        mounts.mount_proc()
    else:
        mounts.build_root(proc=True, devices=devices, readable=readable)
    socket.sethostname("sandbox")


def follow_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Ends this process, by a signal, with the server, whose id is `parent` (0: not known here)."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, by)
    if parent and os.getppid() != parent:
        os._exit(0)
