"""The file system that foreign code sees: built once for the warm process, then once a run."""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH102, PTH103, PTH106, PTH110, PTH112, PTH115, PTH120, PTH211

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.sandbox import kernel
from assistant.sandbox.watch import ENTRIES

SCRATCH = "/tmp"
SHARED_MEMORY = "/dev/shm"
STAGING = "/tmp"
"""Any folder that every Linux has: the new root is mounted over it, in a namespace of its own."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/fonts",
    "/etc/localtime", "/etc/mime.types",
)  # fmt: skip
_DEVICES = ("null", "full", "random", "urandom")
_PROCESSORS = "/sys/devices/system/cpu"
WRITTEN = {
    "passwd": "snippet:x:1000:1000:snippet:/tmp:/bin/sh\n",
    "group": "snippet:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
"""Files of `/etc` that are made up."""
SNIPPET_ID = 1000
"""User and group that foreign code is, in a namespace where that means nothing outside."""


def prefixes() -> list[str]:
    """The folders that hold this interpreter and its packages, none inside another or in /usr."""
    found = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    found |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    found |= {os.path.realpath(path) for path in found}
    # A link such as `python -> /opt/x/bin/python3` leads into a prefix of another name.
    found.add(os.fspath(Path(os.path.realpath(sys.executable)).parent.parent))
    kept: list[str] = []
    for path in sorted(found):
        if not provided(path, kept) and path != "/" and os.path.isdir(path):
            kept.append(path)
    return kept


def provided(path: str, packages: list[str]) -> bool:
    """Whether `path` lies in what foreign code finds in its place: the system's and `packages`."""
    return any(path == top or path.startswith(f"{top}/") for top in (*_SYSTEM, *packages))


def readable_without_namespaces() -> list[str]:
    """What the interpreter needs of the machine's own file system."""
    system = [os.path.realpath(path) for path in _SYSTEM if os.path.exists(path)]
    devices = [f"/dev/{name}" for name in ("zero", *_DEVICES)]
    proc = ["/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory"]
    return [*system, *prefixes(), *_ETC, *devices, *proc, _PROCESSORS]


def build_root(*, proc: bool, devices: Sequence[str] = (), readable: Sequence[str] = ()) -> None:
    """Replaces the root by one with the system's programs, the interpreter and nothing else.

    Needs a mount namespace of its own and the right to mount.

    Args:
        proc: whether to mount a `/proc` of this pid namespace (then this must be a process in it);
            else the former one is carried over.
        devices: nodes of `/dev` to carry over besides the usual ones.
        readable: files and folders likewise, read-only.

    Raises:
        OSError: a step was refused.
    """
    packages = prefixes()
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", STAGING, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=4m")
    os.mkdir(f"{STAGING}/old")
    kernel.pivot_root(STAGING, f"{STAGING}/old")
    os.chdir("/")
    # For the warm process itself, while it loads; every run covers it with its own.
    os.mkdir(SCRATCH)
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("scratch", SCRATCH, "tmpfs", flags, "mode=1777,size=64m")
    for path in (*_SYSTEM, *_ETC, *packages, _PROCESSORS, *readable):
        _carry(path)
    for name in _DEVICES:
        _carry(f"/dev/{name}", nodev=False)
    for device in devices:
        _carry(device, nodev=False)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")
    for folder in ("/proc", SHARED_MEMORY, "/etc", "/var", "/run"):
        os.makedirs(folder, exist_ok=True)
    os.symlink(SCRATCH, "/var/tmp")
    for name, text in WRITTEN.items():
        Path("/etc", name).write_text(text, encoding="ascii")
    if proc:
        mount_proc()
    else:
        kernel.mount("/old/proc", "/proc", "", kernel.MS_BIND | kernel.MS_REC)
    kernel.detach("/old")
    os.rmdir("/old")
    kernel.mount("", "/", "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | flags)


def _carry(path: str, *, nodev: bool = True) -> None:
    """Binds `path` of the old root at its place in the new one; links are made anew."""
    old = f"/old{path}"
    try:
        status = os.lstat(old)
    except OSError:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if stat.S_ISLNK(status.st_mode):
        target = os.readlink(old)
        if not os.path.lexists(path):
            os.symlink(target, path)
        return
    if stat.S_ISDIR(status.st_mode):
        os.makedirs(path, exist_ok=True)
    else:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.bind(old, path, nodev=nodev)


def mount_proc() -> None:
    """A `/proc` that shows this process's pid namespace."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", "/proc", "proc", flags)


def mount_scratch(scratch_bytes: int, packages: list[str]) -> None:
    """An empty working folder and an empty `/dev/shm`, gone with the mount namespace.

    Args:
        scratch_bytes: cap on each.
        packages: the interpreter's folders; those that lie where scratch comes are put back.
    """
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    covered = [path for path in packages if path.startswith(f"{SCRATCH}/")]
    held = [os.open(path, os.O_PATH | os.O_CLOEXEC) for path in covered]
    for target in (SCRATCH, SHARED_MEMORY):
        options = f"mode=1777,size={scratch_bytes},nr_inodes={ENTRIES}"
        kernel.mount("scratch", target, "tmpfs", flags, options)
    for path, descriptor in zip(covered, held, strict=True):
        os.makedirs(path)
        kernel.bind(f"/proc/self/fd/{descriptor}", path)
        os.close(descriptor)
