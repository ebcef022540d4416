"""`pytest --torchproof docs/`: every snippet of a document is a test.

pytest loads this module at each start, so it imports nothing; what verifies is imported where the
flag is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("torchproof", "documentation that proves itself")
    group.addoption(
        "--torchproof",
        action="store_true",
        help="run the snippets of Markdown, reStructuredText, HTML and notebooks as tests; a "
        "refuted claim fails",
    )
    group.addoption(
        "--torchproof-fail-on",
        choices=("refuted", "error"),
        default="refuted",
        help="error: code that fails is a failure as well (default: refuted)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begins to collect documents where that is asked for."""
    if config.getoption("torchproof"):
        from assistant.ecosystem.pytest_items import Documents

        config.pluginmanager.register(Documents(config), "torchproof-documents")
