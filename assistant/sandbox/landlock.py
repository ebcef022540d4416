"""Landlock: what files a process and its descendants may touch, decided by itself, for good.

Rights and structures: `linux/landlock.h`.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from assistant.sandbox import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
RIGHTS_LATEST = (1 << 16) - 1
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15
"""The rights that a rule on a plain file may name: those, truncating and device controls."""
MAKE_DEVICES = 1 << 6 | 1 << 11
NETWORK = 3
SCOPES = 3
"""Abstract sockets and signals: both end at the sandbox's edge."""

TRUNCATE_VERSION, NETWORK_VERSION, SCOPE_VERSION = 3, 4, 6


def version() -> int:
    """The kernel's Landlock version, 0 where it has none."""
    try:
        return kernel.syscall(kernel.SYS_LANDLOCK_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str], *, of: int, network: bool) -> None:
    """Confines this process; `PR_SET_NO_NEW_PRIVS` must be set.

    Args:
        readable: files and folders to read and execute; those that do not exist are passed over.
        writable: folders to do anything in except making devices, and files to read and write.
        of: the kernel's version, from `version`.
        network: whether TCP stays allowed (where walls of its own stand around it).
    """
    handled = RIGHTS_BY_VERSION.get(of, RIGHTS_LATEST)
    tcp = NETWORK if of >= NETWORK_VERSION and not network else 0
    scopes = SCOPES if of >= SCOPE_VERSION else 0
    attributes = struct.pack("QQQ", handled, tcp, scopes)
    attributes = attributes[: 24 if of >= SCOPE_VERSION else 16 if of >= NETWORK_VERSION else 8]
    ruleset = kernel.syscall(kernel.SYS_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path in readable:
            _allow(ruleset, path, handled & READ)
        for path in writable:
            _allow(ruleset, path, handled & ~MAKE_DEVICES)
        kernel.syscall(kernel.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= OF_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        kernel.syscall(kernel.SYS_LANDLOCK_ADD_RULE, ruleset, 1, rule, 0)
    finally:
        os.close(descriptor)
