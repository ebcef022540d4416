"""Fixtures: user state kept apart, the scraped documents where they are, one embedder for all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.web.server import SILENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from webserver import App, Regular

    from assistant.sandbox.service import SandboxService

ROOT = Path(__file__).parent.parent

# Before anything imports torch: a worker a core, each with its own threads, would fight for them.
for _name, _value in {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **SILENT}.items():
    os.environ.setdefault(_name, _value)

SLOW = (
    "test_web",
    "test_docs",
    "test_corpus_code",
    "test_silence",
    "test_writers",
    "test_ecosystem",
)
"""Files that take longest; begun first, so that no worker is left alone with one at the end."""
TOGETHER = {"test_web_tabs": "test_web", "test_web_behaviour": "test_web"}
"""Files that one worker runs after another file, since they look at the same server."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's, and so are files that share what is slow to start."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            name = Path(file).stem
            return file.replace(name, TOGETHER.get(name, name))

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the slow files first; the order within a file stays."""
    items.sort(
        key=lambda item: next(
            (n for n, slow in enumerate(SLOW) if item.path.name.startswith(slow)), len(SLOW)
        )
    )


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or changes what the user has; no test inherits the user's settings."""
    monkeypatch.setenv("TORCHPROOF_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def scraped_documents() -> Path:
    """The folder of scraped pages that this project was first tried on; not part of it."""
    given = os.environ.get("TORCHPROOF_DOCUMENTS")
    folder = Path(given) if given else ROOT.parent / "shared" / "documents"
    if not folder.is_dir():
        pytest.skip("the scraped documents are not here; TORCHPROOF_DOCUMENTS may name them")
    return folder


@pytest.fixture(scope="session")
def embedder():
    """The real default embedder, loaded once."""
    from index.embed import load_embedder

    return load_embedder(device="cpu")


PAGES = Path(__file__).parent / "data" / "pages"


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over the pages in `tests/data/pages`, built for real, to be read only."""
    from index.build import Request, build

    folder = tmp_path_factory.mktemp("small-index")
    build(folder, Request((str(PAGES),), only=True, device="cpu"))
    return folder


@pytest.fixture(scope="session")
def searcher(small_index: Path, embedder):
    """A searcher over `small_index`."""
    from index.search import Searcher

    return Searcher.open(small_index, embedder)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxService]:
    """The real sandbox, warm: starting one takes seconds, and no run sees what another left."""
    from assistant.sandbox.service import SandboxService

    with SandboxService() as service:
        yield service


class Lent:
    """A sandbox whose borrower opens and closes it as its own, while it runs on."""

    def __init__(self, held: SandboxService) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def close(self) -> None: ...

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture(scope="session")
def lend(sandbox: SandboxService) -> Callable[[pytest.MonkeyPatch], None]:
    """Has commands, each of which starts a sandbox, get the warm one while a patch holds."""
    service = "assistant.sandbox.service.SandboxService"
    return lambda patch: patch.setattr(service, lambda **_: Lent(sandbox))


@pytest.fixture
def lent_sandbox(
    lend: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for one test."""
    lend(monkeypatch)


@pytest.fixture(scope="session")
def assistant(small_index: Path, embedder, sandbox: SandboxService):
    """The whole assistant over `small_index`, with the real sandbox.

    Its searcher is its own: it learns which entries were refuted, and ranks them lower.
    """
    from assistant.answer.pipeline import Assistant
    from assistant.answer.writers import ExtractiveWriter
    from assistant.verify.verifier import Verifier
    from index.search import Searcher

    searcher = Searcher.open(small_index, embedder)
    return Assistant(searcher, ExtractiveWriter(), Verifier(sandbox))


# --- the web app ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app that is looked at, over the handbook alone.

    Visitors do not see each other; what they share is left as it was.
    """
    from webserver import handbook_home, serving

    with serving(handbook_home(tmp_path_factory.mktemp("app")), "--mcp") as running:
        yield running


@pytest.fixture(scope="session")
def app(server: App) -> str:
    """Its address."""
    return server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, no longer than for one file: nothing else can run a loop beside its driver."""
    from webserver import browsing

    with browsing() as chromium_browser:
        yield chromium_browser


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What keeps the app's files from visit to visit."""
    from webserver import PATIENCE

    shared = browser.new_context(viewport={"width": 1280, "height": 800})
    shared.set_default_timeout(PATIENCE)
    yield shared
    shared.close()


@pytest.fixture
def page(context: BrowserContext, app: str) -> Iterator[Page]:
    """A page of the app for somebody who was never here."""
    from webserver import visiting

    with visiting(context, app) as opened:
        yield opened


@pytest.fixture(scope="module")
def regular(browser: Browser, app: str) -> Iterator[Regular]:
    """Somebody whose page stays open from test to test."""
    from webserver import Regular

    visitor = Regular(browser, app)
    yield visitor
    visitor.leave()


@pytest.fixture
def chat(request: pytest.FixtureRequest, regular: Regular) -> Iterator[Page]:
    """A new conversation on a page that is open already, which costs less than to open one.

    For tests that leave the tabs and the settings as they find them.
    """
    failed = request.session.testsfailed
    yield regular.begin()
    if request.session.testsfailed > failed:
        regular.leave()
