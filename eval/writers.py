"""Chat models that fail and lie, by script: what of it reaches the reader."""

from __future__ import annotations

import io
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.guard import UNSUPPORTED, markers_in
from assistant.answer.pipeline import Assistant, Finished, Wrote
from assistant.settings import ModelSettings
from corpus.errors import EnvironmentFault
from eval.writer_cases import FAILURES, LIES, PAGES, TWICE, Failure, Lie
from eval.writer_server import Say, WriterServer

if TYPE_CHECKING:
    from assistant.answer.chat_writer import ChatWriter
    from assistant.types import Answer
    from index.embed import SentenceEmbeddings

KEY = "sk-canary-7f3a91d0c2e84b55"
"""Stands in for a key; it must not be found in anything that leaves the program."""

PROTOCOLS = ("openai", "ollama")

TIMEOUT, PAUSE, IMPATIENT = 20.0, 0.02, 0.6
"""Seconds: what waits for minutes in earnest is tried in moments here.  Where nothing ever comes,
there is no patience at all."""

THINKING = 0.1
"""Seconds that the scripted model takes to its first token, as quick ones in earnest do."""

_REMARK = re.compile(r"\(✗(?:[^()]|\([^()]*\))*\)|✗ REFUTED.*")

FIRST_TOKEN = 0.05
"""Seconds in which a first token that needs no check must be shown."""


@dataclass(frozen=True, slots=True)
class WriterFigures:
    """What became of the scripted failures and lies.

    Attributes:
        lies, failures: how many there were.
        dangling: markers shown that cite nothing.
        uncorrected: lies shown without a correction, by name.
        keys: places where the key was found.
        unanswered: failures that ended without an answer, by name.
        first_token: seconds from a first token's leaving the server until it was shown, the median.
    """

    lies: int
    failures: int
    dangling: tuple[str, ...]
    uncorrected: tuple[str, ...]
    keys: tuple[str, ...]
    unanswered: tuple[str, ...]
    first_token: float

    @property
    def missed(self) -> tuple[str, ...]:
        """A line for each bar that was missed."""
        lines = [
            *(f"a dangling marker was shown: {one}" for one in self.dangling),
            *(f"shown uncorrected: {one}" for one in self.uncorrected),
            *(f"the key was found in {one}" for one in self.keys),
            *(f"no answer: {one}" for one in self.unanswered),
        ]
        if self.first_token > FIRST_TOKEN:
            lines.append(f"the first token was shown after {1000 * self.first_token:.0f} ms")
        return tuple(lines)

    def rows(self) -> list[tuple[str, str]]:
        """The figures for the terminal."""
        answered = self.failures - len(self.unanswered)
        return [
            ("scripted lies", str(self.lies)),
            ("dangling citations shown", str(len(self.dangling))),
            ("refuted or invented claims shown uncorrected", str(len(self.uncorrected))),
            ("scripted failures", str(self.failures)),
            ("failures that end in an answer", f"{answered / self.failures:.0%}"),
            ("keys found in logs, output or files", str(len(self.keys))),
            ("first token shown after (median)", f"{1000 * self.first_token:.1f} ms"),
        ]

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {
            "lies": self.lies,
            "failures": self.failures,
            "dangling": list(self.dangling),
            "uncorrected": list(self.uncorrected),
            "keys": list(self.keys),
            "unanswered": list(self.unanswered),
            "first_token_ms": round(1000 * self.first_token, 2),
        }


def evaluate(documents: Path | None = None) -> WriterFigures:  # noqa: ARG001 - as all parts take it
    """Plays every script to the whole assistant.

    Args:
        documents: not used; the scripts are about pages of their own.

    Raises:
        EnvironmentFault: the packages for the two protocols are not installed.
    """
    with trial() as trying:
        return measured(trying)


def measured(trying: Trial) -> WriterFigures:
    """The figures of all scripts."""
    lies = [trying.lie(lie, PROTOCOLS[n % 2]) for n, lie in enumerate(LIES)]
    failures = [trying.failure(failure) for failure in FAILURES]
    delay = trying.first_token()
    keys = trying.keys_found()
    return WriterFigures(
        lies=len(LIES),
        failures=len(FAILURES),
        dangling=tuple(one for found in lies for one in found.dangling),
        uncorrected=tuple(found.name for found in lies if found.uncorrected),
        keys=tuple(keys),
        unanswered=tuple(found.name for found in failures if not found.answered),
        first_token=delay,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader saw of one script."""

    name: str
    text: str
    dangling: tuple[str, ...] = ()
    uncorrected: bool = False
    answered: bool = True


class Trial:
    """A whole assistant beside a scripted server.

    Args:
        assistant: over the pages; its writer is changed from script to script.
        server: plays the scripts.
        home: the folder in which whatever is kept is kept.
        log: everything that is logged.
    """

    def __init__(
        self, assistant: Assistant, server: WriterServer, home: Path, log: io.StringIO
    ) -> None:
        self.assistant = assistant
        self.server = server
        self._home = home
        self._log = log
        self._writers: dict[ModelSettings, ChatWriter] = {}
        self._seen: list[tuple[str, str]] = []

    def settings(self, protocol: str, address: str | None = None) -> ModelSettings:
        """The settings for a protocol of the server, with little patience."""
        openai = protocol == "openai"
        own = self.server.openai if openai else self.server.address
        return ModelSettings(f"{protocol}:scripted", address or own, timeout=TIMEOUT, pause=PAUSE)

    def close(self) -> None:
        """Ends the connections of the models that were used."""
        from assistant.answer.models import close_model

        for writer in self._writers.values():
            close_model(writer.model)

    def use(self, settings: ModelSettings) -> None:
        """Has a model of the server write from now on; each is opened once."""
        from assistant.answer.chat_writer import ChatWriter

        if settings not in self._writers:
            self._writers[settings] = ChatWriter.opened(settings)
        writer = self._writers[settings]
        writer.calls_tools = settings.rounds > 0
        self.assistant.writer = writer

    def asked(self, question: str, settings: ModelSettings) -> tuple[Answer, list[str]]:
        """The answer, and what the reader saw after each piece."""
        self.use(settings)
        shown = ""
        states: list[str] = []
        for event in self.assistant.stream(question):
            if isinstance(event, Wrote):
                shown += event.piece
                states.append(shown)
            elif isinstance(event, Finished):
                self._seen.append((question, f"{event.answer!r} {shown}"))
                return event.answer, states
        raise AssertionError("a stream ends with Finished")

    def lie(self, lie: Lie, protocol: str = "openai") -> Outcome:
        """Has a lie told, and looks at every state of what was shown."""
        self.server.play(Say(lie.reply))
        answer, states = self.asked(lie.question, self.settings(protocol))
        known = {citation.marker for citation in answer.citations}
        loose = markers_in(answer.text) - known
        wrong = any(not corrected(text, lie.false) for text in [*states, answer.text])
        if not self.server.heard:
            raise AssertionError(f"the model was not asked: {lie.question}")
        leaked = bool(lie.gone) and lie.gone in answer.text
        return Outcome(
            lie.name,
            answer.text,
            tuple(f"[{marker}] in {lie.name}" for marker in sorted(loose)),
            wrong or leaked,
        )

    def failure(self, failure: Failure) -> Outcome:
        """Has a failure happen; an answer is one that says what the documents say."""
        settings = self.settings(failure.protocol, None if failure.script else "http://127.0.0.1:9")
        if failure.stalls:
            settings = replace(settings, timeout=IMPATIENT)
        self.server.play(*(failure.script or (Say(),)))
        answer, _ = self.asked(TWICE, settings)
        notice = "this is the answer without it" in answer.text
        told = "adds to the" in answer.text and notice is not failure.recovers
        return Outcome(f"{failure.name} ({failure.protocol})", answer.text, answered=told)

    def first_token(self, times: int = 3) -> float:
        """The median of how long a first token takes from the server to the reader, in seconds."""
        delays: list[float] = []
        for _ in range(times):
            self.server.play(Say("Each call adds to the grad of the leaves.", pause=THINKING))
            self.use(self.settings("openai"))
            stream = self.assistant.stream(TWICE)
            seen = [time.monotonic() for event in stream if isinstance(event, Wrote)]
            delays.append(seen[0] - self.server.sent[0])
        return sorted(delays)[len(delays) // 2]

    def keys_found(self) -> Iterator[str]:
        """Where the key can be read that should be nowhere."""
        for place, text in [*self._seen, ("the log", self._log.getvalue())]:
            if KEY in text or KEY[8:] in text:
                yield place
        for path in self._home.rglob("*"):
            if path.is_file() and KEY.encode() in path.read_bytes():
                yield path.name
        verifier: Any = self.assistant.verifier
        report = verifier.verify_code("import os\nprint(dict(os.environ))\n")
        if report.status != "ok" or KEY in report.stdout:
            yield "the sandbox"


def corrected(text: str, false: str) -> bool:
    """Whether each sentence or line of `text` that has the false words is marked as false.

    The mark must stand behind the words, before the next sentence begins; in a refutation itself
    (“the page says 24; running it gives 96”) they are no lie.
    """
    if not false:
        return True
    bare = _REMARK.sub(lambda match: "✗" * len(match[0]), text)
    at = -1
    while (at := bare.find(false, at + 1)) >= 0:
        end = re.search(r"[.!?]\s+(?=[A-Z`])|\n\n|\Z", bare[at + len(false) :])
        behind = bare[at : at + len(false) + (end.start() if end else 0) + len(UNSUPPORTED) + 3]
        if "✗" not in behind and UNSUPPORTED not in behind:
            return False
    return True


@contextmanager
def trial(embedder: SentenceEmbeddings | None = None) -> Iterator[Trial]:
    """An assistant over the pages, with a real index, a real sandbox and the scripted server.

    Args:
        embedder: to use; None: the default one is loaded.

    Raises:
        EnvironmentFault: the packages for the two protocols are not installed.
    """
    try:
        import langchain_ollama  # noqa: F401
        import langchain_openai  # noqa: F401
    except ImportError as fault:
        raise EnvironmentFault(
            f"the package {fault.name} is not installed",
            where="eval writers",
            hint='pip install "torchproof[openai,ollama]"',
        ) from fault
    from assistant.answer.writers import ExtractiveWriter
    from assistant.sandbox.service import SandboxService
    from assistant.verify.cache import ReportCache
    from assistant.verify.verifier import Verifier
    from index.build import Request, build
    from index.embed import load_embedder
    from index.search import Searcher

    with tempfile.TemporaryDirectory(prefix="torchproof-writers-") as folder, _key_set():
        home = Path(folder)
        pages = home / "pages"
        pages.mkdir()
        for name, text in PAGES.items():
            (pages / name).write_text(text, encoding="utf-8")
        build(home / "index", Request((str(pages),), only=True, device="cpu"))
        searcher = Searcher.open(home / "index", embedder or load_embedder(device="cpu"))
        # Whether so few pages answer a question is not what is tried here.
        searcher.fusion = replace(searcher.fusion, threshold=0.0)
        cache = ReportCache(home / "verdicts.sqlite", version="writers")
        with SandboxService() as sandbox, WriterServer() as server, _log_kept() as log:
            verifier = Verifier(sandbox, cache=cache)
            made = Trial(Assistant(searcher, ExtractiveWriter(), verifier), server, home, log)
            yield made
            made.close()
        cache.close()


@contextmanager
def _key_set() -> Iterator[None]:
    held = os.environ.get("OPENAI_API_KEY")
    os.environ["OPENAI_API_KEY"] = KEY
    try:
        yield
    finally:
        if held is None:
            del os.environ["OPENAI_API_KEY"]
        else:
            os.environ["OPENAI_API_KEY"] = held


@contextmanager
def _log_kept() -> Iterator[io.StringIO]:
    """Everything that anything logs, down to the smallest matters."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
