"""The real app in a process of its own, and a Chromium to look at it: for tests and screenshots."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parent.parent

PROGRAM = "from assistant.cli.main import entry; entry()"

PATIENCE = 60_000
"""Milliseconds that a page is given for what it is to show: patience, no bar to be met."""

LONGEST = 300
"""Seconds within which the app starts and ends on any machine."""

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
    """A port that nothing listens on, below those that outgoing connections are given."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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


IMPORTED = (
    "assistant.cli.chat",
    "assistant.web.ahead",
    "assistant.web.app",
    "assistant.answer.pipeline",
    "assistant.verify.verifier",
    "faiss",
    "index.build",
    "index.search",
    "sentence_transformers",
)
"""What the app imports before it is up: nearly all of its start, were it not there already."""


def run_command(arguments: list[str], home: Path, log: Path) -> None:
    """The command line in a process that was forked for it; what it says goes to `log`."""
    with log.open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.chdir(ROOT)
    os.environ["TORCHPROOF_HOME"] = str(home)
    sys.argv = ["torchproof", *arguments]
    from assistant.cli.main import entry

    entry()


class App:
    """The app on a port and a home of its own; it can be ended and started anew.

    Each start is a fork of one process that has imported everything and done nothing else.
    """

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._arguments = ["chat", "--port", str(port), *options]
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self) -> None:
        """Returns when it is ready."""
        log = self.home / "chat.log"
        log.write_bytes(b"")
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload(list(IMPORTED))
        self._process = forks.Process(target=run_command, args=(self._arguments, self.home, log))
        self._process.start()
        deadline = time.monotonic() + LONGEST
        while "Torchproof is at " not in (said := log.read_text(encoding="utf-8")):
            assert self._process.is_alive(), said or "it said nothing"
            assert time.monotonic() < deadline, said or "it does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it as a service manager would."""
        if self._process is not None:
            process, self._process = self._process, None
            process.terminate()
            process.join(LONGEST)
            ended = process.exitcode is not None
            process.kill()
            process.join()
            process.close()
            assert ended, "it does not end"


@contextmanager
def serving(home: Path, *options: str) -> Iterator[App]:
    """The app, up and ready; it is ended afterwards."""
    app = App(home, *options)
    try:
        app.start()
        yield app
    finally:
        app.stop()


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
    page.wait_for_selector("#tp-thread .tp-empty")
    page.wait_for_function("localStorage.torchproof !== undefined")  # the server knows who it is
    yield page
    pwned = page.evaluate("window.pwned")
    page.evaluate("localStorage.clear()")
    page.close()
    assert not elsewhere, "nothing is asked of another host"
    assert pwned is None, "no foreign text acts"


class Regular:
    """A visitor who stays, and begins a new conversation on the page that is open."""

    def __init__(self, browser: Browser, app: str) -> None:
        self._browser = browser
        self._app = app
        self._open = ExitStack()
        self._page: Page | None = None

    def begin(self) -> Page:
        """The page, with an empty conversation on it."""
        if self._page is None:
            context = self._open.enter_context(
                self._browser.new_context(viewport={"width": 1280, "height": 800})
            )
            context.set_default_timeout(PATIENCE)
            self._page = self._open.enter_context(visiting(context, self._app))
            return self._page
        ask_tab = self._page.get_by_role("tab", name="Ask")
        if ask_tab.get_attribute("aria-selected") != "true":
            ask_tab.click()
        if self._page.locator("#tp-thread .tp-exchange").count():
            # The side bar is closed, where no mouse reaches the button.
            self._page.get_by_text("New conversation", exact=True).dispatch_event("click")
            self._page.wait_for_selector("#tp-thread .tp-empty")
        return self._page

    def leave(self) -> None:
        """Closes the page; the next conversation begins on another."""
        self._page = None
        self._open.close()


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


def grave_findings_in_both_schemes(page: Page) -> list[tuple[str, str, list[str]]]:
    """The same in light and in dark; it is light again afterwards."""
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_function(
            f"document.body.classList.contains('dark') === {str(scheme == 'dark').lower()}"
        )
        page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
        found += [(scheme, *one) for one in grave_findings(page)]
    return found


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
