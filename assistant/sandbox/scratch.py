"""Emptying a folder that foreign code had to itself, whatever it left there.

No process of that code may live any more.  Links are never followed, and a chain of folders of any
depth is no matter: each folder is first moved to the top.
"""
# System calls by their names, on paths that only the kernel reads:
# ruff: noqa: PTH101, PTH104, PTH106, PTH108, PTH208

from __future__ import annotations

import contextlib
import os
import stat


def empty(folder: str) -> None:
    """Removes everything in `folder`, which must be the caller's own."""
    moved = 0
    pending = [folder]
    while pending:
        current = pending[-1]
        deeper = False
        for name in _names(current):
            path = f"{current}/{name}"
            try:
                is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
                if not is_folder:
                    os.unlink(path)
                    continue
                os.chmod(path, 0o700)
                if current == folder:
                    target = path
                else:
                    moved += 1
                    target = f"{folder}/.moved-{moved}"
                    os.rename(path, target)
            except OSError:
                continue
            pending.append(target)
            deeper = True
        if deeper:
            continue
        pending.pop()
        if current != folder:
            with contextlib.suppress(OSError):
                os.rmdir(current)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def remove(folder: str) -> None:
    """Removes `folder` with everything in it."""
    empty(folder)
    with contextlib.suppress(OSError):
        os.rmdir(folder)
