"""The real app in a process of its own, and a Chromium to look at it: for tests and screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent

PROGRAM = "from assistant.cli.main import entry; entry()"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str | None:
    """Where a Chromium is, if there is one; `CHROMIUM` names it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def torchproof(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    """Starts the command line as a user would, on a home of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "TORCHPROOF_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def serving(home: Path, *arguments: str | Path, seconds: float = 120) -> Iterator[str]:
    """The app, up and ready; yields its address and ends it afterwards."""
    port = free_port()
    process = torchproof("chat", "--port", str(port), *arguments, home=home)
    assert process.stdout
    said: list[str] = []
    deadline = time.monotonic() + seconds
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith("Torchproof is at ") or time.monotonic() > deadline:
                break
        assert said, "the server said nothing"
        assert said[-1].startswith("Torchproof is at "), "".join(said)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
