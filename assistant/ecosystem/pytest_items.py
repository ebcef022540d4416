"""Documents, their snippets and their prose as pytest collects and runs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corpus.errors import TorchproofError
from corpus.types import Reading, Snippet

if TYPE_CHECKING:
    from assistant.types import SnippetReport
    from assistant.verify.verifier import Verifier

SUFFIXES = {".md", ".markdown", ".rst", ".html", ".htm", ".ipynb"}
"""Files that are taken for documents; any other that is named on the command line is one, too."""


class Documents:
    """Collects documents, and keeps one sandbox for all of their items."""

    def __init__(self, config: pytest.Config) -> None:
        self.strict = config.getoption("torchproof_fail_on") == "error"
        self._close: list[Any] = []

    @pytest.hookimpl
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Page | None:
        """A document, unless the file is something else."""
        named = parent.session.isinitpath(file_path)
        if file_path.suffix.lower() in SUFFIXES or (named and file_path.suffix != ".py"):
            return Page.from_parent(parent, path=file_path, documents=self)
        return None

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """Ends the sandbox if one was started."""
        while self._close:
            self._close.pop().close()

    @cached_property
    def verifier(self) -> Verifier:
        """Runs the snippets; what is known from earlier runs is looked up."""
        from assistant.sandbox.service import SandboxService
        from assistant.settings import load_settings
        from assistant.verify.cache import ReportCache, installed
        from assistant.verify.verifier import Verifier

        settings = load_settings()
        settings.make_home()
        sandbox = SandboxService(parallel=1, device=settings.device)
        kept = ReportCache(settings.verdict_cache, version=installed(sandbox.device))
        self._close += [kept, sandbox]
        return Verifier(sandbox, cache=kept, parallel=1)


class Page(pytest.File):
    """A document."""

    def __init__(self, *, documents: Documents, **given: Any) -> None:  # noqa: ANN401
        super().__init__(**given)
        self.documents = documents

    def collect(self) -> Iterator[pytest.Item]:
        """One item a snippet, and one for what the prose says of the library."""
        from assistant.verify.kept import in_order
        from corpus.library import parse
        from corpus.read import read_document

        try:
            reading = parse(read_document(self.path))
        except TorchproofError as fault:
            raise self.CollectError(str(fault)) from fault
        names: set[str] = set()
        for snippet, context in in_order(reading):
            name = f"line {_line(reading, snippet)}"
            while name in names:
                name += "'"
            names.add(name)
            yield Code.from_parent(
                self, name=name, reading=reading, snippet=snippet, context=context
            )
        blocks = (b for entry in reading.entries for s in entry.sections for b in s.blocks)
        if any(block.kind in ("prose", "list", "table") for block in blocks):
            yield Prose.from_parent(self, name="prose", reading=reading)


class Refuted(Exception):
    """A claim that running disproved, or code that fails where that counts."""


class Claims(pytest.Item):
    """Something in a document that is verified by itself."""

    def __init__(self, *, reading: Reading, **given: Any) -> None:  # noqa: ANN401
        super().__init__(**given)
        self.reading = reading

    @property
    def documents(self) -> Documents:
        """What keeps the sandbox."""
        assert isinstance(self.parent, Page)
        return self.parent.documents

    def reports(self) -> Sequence[SnippetReport]:
        """What running showed."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Fails where a claim is refuted; skips where the code could not be run to its end."""
        from assistant.cli.show import outcome
        from assistant.verify.cells import in_cells
        from assistant.verify.listing import as_text

        reports = [in_cells(report, self.reading.document) for report in self.reports()]
        wrong = any(verdict.state == "refuted" for one in reports for verdict in one.verdicts)
        idle = next((one for one in reports if one.status != "ok"), None)
        fails = idle is not None and (
            idle.status == "unavailable" or (self.documents.strict and idle.status == "error")
        )
        if wrong or fails:
            name = self.nodeid.partition("::")[0]
            told = as_text({name: reports}, texts={name: self.reading.document.text})
            if idle is not None and idle.status == "unavailable":
                told = f"{name}: nothing was run: {idle.reason}"
            raise Refuted(told.rstrip())
        if idle is not None:
            pytest.skip(outcome(idle))

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """File, line, claimed and observed, without a traceback of ours."""
        if isinstance(excinfo.value, Refuted | TorchproofError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class Code(Claims):
    """One snippet."""

    def __init__(self, *, snippet: Snippet, context: Sequence[Snippet], **given: Any) -> None:  # noqa: ANN401
        super().__init__(**given)
        self.snippet, self.context = snippet, context

    def reports(self) -> Sequence[SnippetReport]:
        """The one report."""
        verifier = self.documents.verifier
        document = self.reading.document
        return [verifier.verify(self.snippet, document=document, context=self.context)]

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the snippet begins; pytest counts lines from 0."""
        line = _line(self.reading, self.snippet)
        return self.path, line - 1, f"{self.path.name}: the code on {self.name}"


class Prose(Claims):
    """What the paragraphs and tables of a document say of the library."""

    def reports(self) -> Sequence[SnippetReport]:
        """A report for each entry that says something."""
        entries = tuple(replace(entry, snippets=()) for entry in self.reading.entries)
        bare = replace(self.reading, entries=entries)
        return list(self.documents.verifier.verify_reading(bare))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The document."""
        return self.path, 0, f"{self.path.name}: what the text says"


def _line(reading: Reading, snippet: Snippet) -> int:
    from corpus.authored import line_at

    return line_at(reading.document.text, snippet.span.start)
