"""The parts put together: settings to a ready assistant, each part made once and when needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import Settings, load_settings
from index.build import BuildReport, Progress, Request, build
from index.disk import read_manifest

if TYPE_CHECKING:
    from assistant.answer.pipeline import Assistant
    from assistant.sandbox.service import SandboxService
    from assistant.verify.verifier import Verifier
    from corpus.types import Reading
    from index.search import Searcher


class Runtime:
    """Everything a command or the web app needs, opened lazily, closed together."""

    def __init__(
        self,
        index: str | Path | None = None,
        *,
        device: str = "auto",
        model: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.settings: Settings = load_settings(index)
        self._device = device
        self._model = model
        self._progress = progress

    def report_to(self, progress: Progress) -> None:
        """From now on, tells `progress` how far a build has come."""
        self._progress = progress

    def ensure_index(self) -> BuildReport | None:
        """Builds the index of the built-in corpus where there is no index yet."""
        if read_manifest(self.settings.index) is not None:
            return None
        return build(self.settings.index, Request(device=self._device), self._progress)

    @cached_property
    def searcher(self) -> Searcher:
        """The index in memory; built first where there is none."""
        self.ensure_index()
        from index.embed import load_embedder
        from index.search import Searcher

        manifest = read_manifest(self.settings.index)
        embedder = load_embedder(manifest.embedder if manifest else None, self._device)
        searcher = Searcher.open(self.settings.index, embedder)
        searcher.refuted |= self._known_refuted(searcher.stored.library.readings)
        return searcher

    def _known_refuted(self, readings: Sequence[Reading]) -> frozenset[str]:
        """Entries of which earlier runs of `verify` refuted something."""
        if not self.settings.verdict_cache.is_file():
            return frozenset()
        from assistant.verify.cache import ReportCache, installed
        from assistant.verify.kept import refuted_entries

        cache = ReportCache(self.settings.verdict_cache, version=installed(self.settings.device))
        try:
            return refuted_entries(readings, cache)
        finally:
            cache.close()

    def reload(self) -> None:
        """Forgets the index in memory, so that the next search sees what was built since."""
        self.__dict__.pop("searcher", None)
        self.__dict__.pop("assistant", None)

    @cached_property
    def sandbox(self) -> SandboxService:
        """The one place where foreign code runs, warming up in the background."""
        from assistant.sandbox.service import SandboxService

        service = SandboxService(device=self.settings.device)
        service.start()
        return service

    @cached_property
    def verifier(self) -> Verifier:
        """Judges snippets by running them in the sandbox."""
        from assistant.verify.verifier import Verifier

        return Verifier(self.sandbox)

    @cached_property
    def assistant(self) -> Assistant:
        """Answers questions."""
        from assistant.answer.pipeline import Assistant
        from assistant.answer.writers import writer_for

        return Assistant(self.searcher, writer_for(self._model), self.verifier)

    def close(self) -> None:
        """Ends the sandbox if it was started."""
        sandbox = self.__dict__.pop("sandbox", None)
        if sandbox:
            sandbox.close()

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
