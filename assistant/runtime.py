"""The parts put together: settings to a ready assistant, each part made once and when needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import ModelSettings, Settings, load_settings, model_settings
from index.build import BuildReport, Progress, Request, build
from index.disk import read_manifest

if TYPE_CHECKING:
    from assistant.answer.pipeline import Assistant
    from assistant.sandbox.service import SandboxService
    from assistant.verify.verifier import Verifier
    from corpus.types import Reading
    from index.search import Searcher


class Runtime:
    """Everything a command or the web app needs, opened lazily, closed together.

    Args:
        index: folder of the index; None: the user's own.
        device: where texts are embedded.
        model: chat model, as `assistant.settings.model_settings` reads it.
        base_url: address of its server.
        progress: is told how far a build has come.
        niceness: by how much snippets give way to other work of this machine, such as answering.

    Raises:
        InputError: the model's name or address cannot be used.

    Attributes:
        settings: where things lie.
        model: the chat model that words answers; None: the default writer does.
    """

    def __init__(
        self,
        index: str | Path | None = None,
        *,
        device: str = "auto",
        model: str | None = None,
        base_url: str | None = None,
        progress: Progress | None = None,
        niceness: int = 0,
    ) -> None:
        self.settings: Settings = load_settings(index)
        self._device = device
        self.model: ModelSettings | None = model_settings(model, base_url)
        self._progress = progress
        self._niceness = niceness

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

        service = SandboxService(device=self.settings.device, niceness=self._niceness)
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
        from assistant.answer.writers import writer_of

        writer = writer_of(self.model)  # what is wrong with a model is said before a long build
        return Assistant(self.searcher, writer, self.verifier)

    def use_model(self, name: str | None, base_url: str | None = None) -> None:
        """From now on, lets another chat model word the answers, or (None or `none`) none.

        Answers that are being written end with the one they began with.

        Raises:
            InputError: the name or the address cannot be used.
            EnvironmentFault: the provider's package, or its key, is missing.
        """
        from assistant.answer.writers import writer_of

        chosen = model_settings(name or "none", base_url)
        writer = writer_of(chosen)
        self.model = chosen
        held = self.__dict__.get("assistant")
        if held is not None:
            held.writer = writer

    def close(self) -> None:
        """Ends the sandbox if it was started."""
        sandbox = self.__dict__.pop("sandbox", None)
        if sandbox:
            sandbox.close()

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
