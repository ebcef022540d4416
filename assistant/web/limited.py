"""The app's assistant and verifier under the time limit that a visitor chose."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.runtime import Runtime
from assistant.seams import Sandbox
from assistant.types import ExecutionResult

if TYPE_CHECKING:
    from assistant.answer.pipeline import Assistant
    from assistant.verify.verifier import Verifier

CHOICES = (2, 5, 10)
"""Seconds that a visitor may allow a snippet; without a choice the sandbox's own limits hold."""


class Limited:
    """Gives everybody what answers and verifies for them; nothing is made twice."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._verifiers: dict[int, Verifier] = {}
        self._lock = threading.Lock()

    def assistant(self, seconds: int) -> Assistant:
        """Answers questions; `seconds` of 0 leaves the sandbox's own limits."""
        usual = self._runtime.assistant
        if seconds not in CHOICES:
            return usual
        from assistant.answer.pipeline import Assistant

        return Assistant(usual.searcher, usual.writer, self.verifier(seconds))

    def verifier(self, seconds: int) -> Verifier:
        """Judges snippets; `seconds` of 0 leaves the sandbox's own limits."""
        if seconds not in CHOICES:
            return self._runtime.verifier
        from assistant.verify.verifier import Verifier

        with self._lock:
            if seconds not in self._verifiers:
                self._verifiers[seconds] = Verifier(_Capped(self._runtime.sandbox, seconds))
            return self._verifiers[seconds]


class _Capped:
    """A sandbox whose runs take no longer than `most` seconds."""

    def __init__(self, sandbox: Sandbox, most: float) -> None:
        self._sandbox = sandbox
        self._most = most

    def run(
        self,
        code: str,
        *,
        seconds: float | None = None,
        driver: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> ExecutionResult:
        """As the sandbox's own, with the lower of both caps."""
        cap = self._most if seconds is None else min(seconds, self._most)
        return self._sandbox.run(code, seconds=cap, driver=driver, payload=payload)

    def close(self) -> None:
        """The sandbox is not this one's to close."""
