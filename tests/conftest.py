"""Fixtures: user state kept apart, the scraped documents where they are, one embedder for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


SLOW = ("test_web", "test_writers", "test_corpus_code", "test_docs", "test_silence")
"""Files that take longest; begun first, so that no worker is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the slow files first; the order within a file stays."""
    items.sort(key=lambda item: not item.path.name.startswith(SLOW))


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
def assistant(searcher):
    """The whole assistant over `small_index`, with the real sandbox."""
    from assistant.answer.pipeline import Assistant
    from assistant.answer.writers import ExtractiveWriter
    from assistant.sandbox.service import SandboxService
    from assistant.verify.verifier import Verifier

    with SandboxService() as sandbox:
        yield Assistant(searcher, ExtractiveWriter(), Verifier(sandbox))
