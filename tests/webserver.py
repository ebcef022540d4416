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
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

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
def serving(
    home: Path, *arguments: str | Path, seconds: float = 120, port: int | None = None
) -> Iterator[str]:
    """The app, up and ready; yields its address and ends it afterwards."""
    port = port or free_port()
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
        process.wait(timeout=60)
        process.stdout.close()


@contextmanager
def browsing() -> Iterator[Browser]:
    """A Chromium; the test is skipped where there is none, and fails under CI."""
    executable = chromium()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here; .ci/system installs one")
        pytest.skip("no Chromium here; .ci/system says how to get one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visiting(context: BrowserContext, app: str) -> Iterator[Page]:
    """A page of the app for a visitor who was never here; what it asks for elsewhere is a fault."""
    page = context.new_page()
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith((app, "data:", "blob:")) else elsewhere.append(r.url),
    )
    page.goto(app)
    page.wait_for_selector(".tp-empty")
    yield page
    pwned = page.evaluate("window.pwned")
    page.evaluate("localStorage.clear()")
    page.close()
    assert not elsewhere, "nothing is asked of another host"
    assert pwned is None, "no foreign text acts"


def ask(page: Page, question: str) -> None:
    """Types a question and sends it."""
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def answered(page: Page, count: int = 1) -> None:
    """Waits until so many answers are complete."""
    page.wait_for_function(f"document.querySelectorAll('.tp-closing').length >= {count}")


def grave_findings(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds serious or critical on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (found["id"], [node["html"][:160] for node in found["nodes"][:3]])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


CAT = "What shape does torch.cat give along dimension 0?"

HANDBOOK = """# Handbook

## 1. What shape does torch.cat give along dimension 0?

Concatenation along dimension 0 adds the row counts and leaves the column counts alone.

```python
import torch
a = torch.ones(2, 3)
b = torch.zeros(4, 3)
c = torch.cat([a, b])
print(c.shape)  # torch.Size([6, 3])
print(c.sum())  # tensor(7.)
```

Every other dimension must agree, or concatenation raises an error.

## 2. What does gradient accumulation do to the effective batch size?

Gradient accumulation multiplies the effective batch size by the number of accumulated steps.
<script>window.pwned = 1</script> ![pixel](http://tracker.invalid/pixel.png)
<img src=x onerror="window.pwned = 2">

```python
optimizer.zero_grad()
model.train()
```

## 3. How do I print markup from a snippet about broadcasting shapes?

Broadcasting stretches dimensions of size one; printing markup shows that output stays text.

```python
import torch
print("<img src=x onerror='window.pwned = 3'>", torch.ones(2, 1).expand(2, 3).shape)
```

## 4. How do I run something that never ends?

Something that never ends is stopped from outside.

```python
def wait_forever():
    while True:
        pass
wait_forever()
```
"""


def handbook_home(folder: Path) -> Path:
    """A home whose index holds the handbook alone."""
    from index.build import Request, build

    handbook = folder / "handbook.md"
    handbook.write_text(HANDBOOK, encoding="utf-8")
    build(folder / "index", Request((str(handbook),), only=True, device="cpu"))
    return folder
