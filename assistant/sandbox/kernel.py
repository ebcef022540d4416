"""The few system calls that Python's standard library lacks, by ctypes.

Each raises `OSError` with the kernel's reason.  Constants are those of Linux's uapi headers.
"""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH123

from __future__ import annotations

import ctypes
import os
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 38, 47
PR_SET_THP_DISABLE = 41
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522

# These numbers are the same on every architecture.
SYS_MOUNT_SETATTR = 442
SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25
HUGE_PAGE = 2 << 20

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Moves this process into new namespaces."""
    _checked(_libc.unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Moves this process (for pid namespaces: its children) into the namespace of `descriptor`."""
    _checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mounts; empty strings stand for NULL."""
    result = _libc.mount(
        source.encode() or None,
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _checked(result, f"mount on {target}")


def bind(source: str, target: str, *, nodev: bool = True) -> None:
    """Binds `source` on `target`, read-only, with everything mounted below it."""
    mount(source, target, "", MS_BIND | MS_REC)
    attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (MOUNT_ATTR_NODEV if nodev else 0)
    request = struct.pack("QQQQ", attributes, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(SYS_MOUNT_SETATTR),
        ctypes.c_int(AT_FDCWD),
        target.encode(),
        ctypes.c_uint(AT_RECURSIVE),
        request,
        ctypes.c_size_t(len(request)),
    )
    _checked(result, f"mount_setattr on {target}")


def pivot_root(new: str, old: str) -> None:
    """Makes the mount `new` the root; the former one appears at `old`."""
    _checked(_libc.pivot_root(new.encode(), old.encode()), "pivot_root")


def detach(target: str) -> None:
    """Unmounts `target` and all below it, lazily."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount of {target}")


def prctl(option: int, value: int = 0) -> None:
    """`prctl` with one argument."""
    zero = ctypes.c_ulong(0)
    _checked(_libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero), f"prctl {option}")


def no_huge_pages() -> None:
    """From now on memory comes page by page, here and in all descendants; existing pages stay."""
    _checked(_libc.prctl(PR_SET_THP_DISABLE, *(ctypes.c_ulong(v) for v in (1, 0, 0, 0))), "prctl")


def drop_capabilities() -> None:
    """Gives up every capability, for good: also those that an exec could bring back."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # past the last one, or nothing to drop with
            break
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")


def seccomp(program: bytes) -> None:
    """Installs a classic BPF program (8 bytes an instruction) as this process's filter."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    result = _libc.prctl(
        PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), header, ctypes.c_ulong(0)
    )
    _checked(result, "seccomp")


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """A system call by number; integers are passed as longs."""
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *converted), f"system call {number}")


def collapse_to_huge_pages() -> None:
    """Folds this process's private memory into huge pages where the kernel can.

    A fork copies one entry for 2 MiB instead of 512: measured on a torch process, fork and exit
    together fall from about 16 to 3 ms.  Purely a matter of speed, so failures are ignored.
    """
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        parts = line.split()
        if "w" not in parts[1] or "p" not in parts[1] or (len(parts) > 5 and parts[5] != "[heap]"):
            continue
        start, end = (int(side, 16) for side in parts[0].split("-"))
        start, end = -(-start // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
        if end > start:
            for advice in (MADV_HUGEPAGE, MADV_COLLAPSE):
                _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)
