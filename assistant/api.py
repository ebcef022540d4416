"""The Python API: questions, searches, verdicts and interviews from a program of your own.

Importing this module is cheap: the index, the embedder and the sandbox are opened when they are
first needed, and closed together.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.results import Found, Hits, Verification
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.answer.pipeline import Assistant, Event
    from assistant.interview.types import Kind, Level
    from assistant.live_interview import LiveInterview
    from assistant.runtime import Runtime
    from assistant.types import Answer, ExecutionResult, Turn
    from index.filters import Filters
    from index.search import Searcher

_LONGEST_PATH = 4096
"""Characters of a path on Linux; anything longer is code."""


class Torchproof:
    r"""Answers, searches, verifies and interviews.  Safe to share between threads.

    Use it as a context manager, or call `close`: the sandbox keeps a warm process.

    Args:
        index: folder of the index; None: the user's own, or, with `documents`, one that is kept
            for exactly these documents in the data folder.
        documents: files, folders or patterns to index beside the built-in corpus.
        model: chat model that words the answers, as `provider:model`; None: the environment's, or
            none, and answers are composed of passages.
        run: whether the code that an answer cites is run and judged.
        base_url: address of the model's server, where it is not the provider's own.
        only: leave the built-in corpus out, and search `documents` alone.
        device: where texts are embedded: `auto`, `cpu` or `cuda`.

    Example:
        >>> from assistant import Torchproof
        >>> with Torchproof() as torchproof:
        ...     report = torchproof.verify("import torch\nprint(torch.ones(3).sum())  # tensor(4.)")
        >>> [(verdict.claimed, verdict.observed) for verdict in report.refuted]
        [('tensor(4.)', 'tensor(3.)')]
    """

    def __init__(
        self,
        index: str | Path | None = None,
        documents: Sequence[str | Path] | str | Path = (),
        model: str | None = None,
        run: bool = True,
        *,
        base_url: str | None = None,
        only: bool = False,
        device: str = "auto",
    ) -> None:
        given = [documents] if isinstance(documents, (str, Path)) else list(documents)
        if only and not given:
            raise InputError("only=True leaves nothing to search", hint="name some documents")
        self._documents = tuple(str(Path(one).expanduser().absolute()) for one in given)
        self._index, self._only, self._device = index, only, device
        self._model, self._base_url = model, base_url
        self._run = run
        self._held: Runtime | None = None
        self._built = not given
        self._lock = threading.RLock()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
    ) -> Answer:
        """The finished answer, its code run and its claims judged.

        Args:
            question: what is asked; with a history it may lean on what was said before.
            history: the conversation so far, oldest turn first.
            filters: which entries may be cited; None: all.

        Raises:
            InputError: the question is empty or far too long.
            EnvironmentFault: the index cannot be built, or a package is missing.
        """
        question = _checked(question)
        return self._assistant().ask(question, history, run=self._run, filters=_all(filters))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
    ) -> Iterator[Event]:
        """The same answer as it comes; the last event is `Finished` and holds it whole.

        The events are those of `assistant.answer.pipeline`: `Started`, `Wrote`, `Cited`, `Running`,
        `Judged`, `Finished`.

        Raises:
            InputError: the question is empty or far too long.
        """
        question = _checked(question)
        return self._assistant().stream(question, history, run=self._run, filters=_all(filters))

    def search(
        self,
        query: str,
        k: int = 10,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
    ) -> Hits:
        """The `k` entries nearest to `query`, one hit an entry.

        Raises:
            InputError: the query is empty or far too long, or `k` is less than 1.
        """
        from assistant.shapes import search_json

        if k < 1:
            raise InputError(f"{k} hits were asked for", where="k", hint="ask for at least one")
        query = _checked(query)
        assistant = self._assistant()
        standing, result = assistant.search(query, history, k, _all(filters))
        rows = search_json(query, standing, result, assistant.searcher)["hits"]
        hits = (Found(**{**row, "heading_path": tuple(row["heading_path"])}) for row in rows)
        return Hits(query, standing, result.answerable, result.confidence, tuple(hits))

    def verify(self, code_or_path: str | Path) -> Verification:
        """Runs code in the sandbox and judges every claim that it makes.

        Args:
            code_or_path: Python source; or a path, or one line that names an existing one: a
                document of any kind that `torchproof verify` reads, or a folder of them.

        Raises:
            InputError: there is no such file, it cannot be read, or there is no code.
        """
        path = _as_path(code_or_path)
        if path is None:
            code = str(code_or_path)
            if not code.strip():
                raise InputError("there is no code to run", hint="give Python source or a path")
            return Verification((self._runtime().verifier.verify_code(code, name="<code>"),))
        from corpus.library import read_library

        library = read_library([path])
        if library.unreadable and not library.readings:
            bad = library.unreadable[0]
            raise InputError(bad.reason, where=bad.path, hint="give a document or Python source")
        found = self._runtime().verifier.verify_readings(library.readings)
        return Verification(tuple(report for _, report in found))

    def run(self, code: str, *, seconds: float | None = None) -> ExecutionResult:
        """Runs code in the sandbox and says what became of it; never raises for what it does.

        Args:
            code: Python source.
            seconds: cap on the wall clock; None: the sandbox's own.
        """
        return self._runtime().sandbox.run(code, seconds=seconds)

    def interview(
        self,
        topics: Sequence[str] = (),
        levels: Sequence[Level] = (),
        kinds: Sequence[Kind] = (),
        *,
        role: str = "",
        questions: int = 5,
        minutes: int = 30,
        seed: int | None = None,
    ) -> LiveInterview:
        """Begins a mock interview with its first question.

        Args:
            topics: only these; empty for all.
            levels: only these of `junior`, `mid`, `senior` and `staff`; empty for what fits.
            kinds: only these of `explain`, `compare`, `design`, `predict`, `debug` and `code`.
            role: `research`, `ml`, `performance`, `llm`, or empty.
            questions: how many at most.
            minutes: how long it lasts.
            seed: chooses the same questions again; None: others each time.

        Raises:
            InputError: nothing fits what was chosen.
        """
        from assistant.live_interview import begin

        return begin(
            self._indexed(), topics, levels, kinds,
            role=role, questions=questions, minutes=minutes, seed=seed,
        )  # fmt: skip

    async def aask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
    ) -> Answer:
        """`ask` in a thread, so that the event loop goes on."""
        return await asyncio.to_thread(self.ask, question, history, filters=filters)

    async def asearch(
        self,
        query: str,
        k: int = 10,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
    ) -> Hits:
        """`search` in a thread."""
        return await asyncio.to_thread(self.search, query, k, history, filters=filters)

    async def averify(self, code_or_path: str | Path) -> Verification:
        """`verify` in a thread."""
        return await asyncio.to_thread(self.verify, code_or_path)

    async def arun(self, code: str, *, seconds: float | None = None) -> ExecutionResult:
        """`run` in a thread."""
        return await asyncio.to_thread(self.run, code, seconds=seconds)

    @property
    def runtime(self) -> Runtime:
        """The parts behind it: settings, sandbox, verifier."""
        return self._runtime()

    @property
    def searcher(self) -> Searcher:
        """The index in memory; built first where it is not there."""
        with self._lock:
            return self._indexed().searcher

    def open(self) -> Self:
        """Builds and loads everything now rather than at the first question."""
        self._assistant()
        return self

    def close(self) -> None:
        """Ends the sandbox; what is called afterwards opens a new one."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _runtime(self) -> Runtime:
        from assistant.runtime import Runtime

        with self._lock:
            if self._held is None:
                folder = self._index if self._index or not self._documents else self._own_folder()
                self._held = Runtime(
                    folder, device=self._device, model=self._model, base_url=self._base_url
                )
            return self._held

    def _indexed(self) -> Runtime:
        """The runtime, its index there."""
        with self._lock:
            runtime = self._runtime()
            if not self._built:
                from index.build import Request, build

                request = Request(self._documents, only=self._only, device=self._device)
                build(runtime.settings.index, request)
                self._built = True
            return runtime

    def _assistant(self) -> Assistant:
        with self._lock:
            return self._indexed().assistant

    def _own_folder(self) -> Path:
        """Where the index of exactly these documents lies, so that it is built only once."""
        from assistant.settings import load_settings

        named = "\0".join((str(self._only), *sorted(self._documents)))
        digest = hashlib.sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return load_settings().make_home() / "indexes" / digest


def _checked(question: str) -> str:
    """The question, refused before the index is opened if it is none."""
    from assistant.answer.pipeline import checked

    return checked(question)


def _all(filters: Filters | None) -> Filters:
    from index.filters import Filters

    return filters or Filters()


def _as_path(given: str | Path) -> Path | None:
    """The path that was meant, or None for code."""
    if isinstance(given, Path):
        return given
    if "\n" in given or "\0" in given or len(given) > _LONGEST_PATH or not given.strip():
        return None
    try:
        path = Path(given).expanduser()
        return path if path.exists() else None
    except (OSError, RuntimeError):  # a name too long for this file system, or an unknown ~user
        return None
