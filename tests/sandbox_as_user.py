# ruff: noqa: PTH103, PTH116
"""`python sandbox_as_user.py SCRIPT ARGUMENT…`: as root, runs a script as an ordinary user.

The interpreter may lie in a folder that only root can enter; in a mount namespace of its own, that
folder is covered by one which holds nothing but the interpreter.
"""

from __future__ import annotations

import os
import stat
import sys

from assistant.sandbox import kernel, mounts

NOBODY = 65534


def closed_ancestor(path: str) -> str | None:
    parts = path.split("/")
    for end in range(2, len(parts)):
        ancestor = "/".join(parts[:end])
        if not os.stat(ancestor).st_mode & stat.S_IXOTH:
            return ancestor
    return None


def open_the_way() -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    covers: dict[str, list[str]] = {}
    for path in mounts.prefixes():
        ancestor = closed_ancestor(path)
        if ancestor is not None:
            covers.setdefault(ancestor, []).append(path)
    for ancestor, paths in covers.items():
        held = [os.open(path, os.O_PATH) for path in paths]
        kernel.mount("cover", ancestor, "tmpfs", 0, "mode=755")
        for path, descriptor in zip(paths, held, strict=True):
            os.makedirs(path)
            kernel.mount(f"/proc/self/fd/{descriptor}", path, "", kernel.MS_BIND)
            os.close(descriptor)


if __name__ == "__main__":
    open_the_way()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.environ["HOME"] = "/tmp"
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
