"""The seams of the assistant: what can be swapped, and the one default of each.

`Sandbox` → `assistant.sandbox.service.SandboxService`; `Writer` → `assistant.answer.writers`.
The index's own seams are LangChain's (`Embeddings`, `BaseRetriever`) and `index.store.VectorStore`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from assistant.types import ExecutionResult, Turn

if TYPE_CHECKING:
    from assistant.answer.passages import Passage


class Sandbox(Protocol):
    """Runs foreign code; nothing else in the project does."""

    def run(
        self,
        code: str,
        *,
        seconds: float | None = None,
        driver: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> ExecutionResult:
        """Executes `code` as `__main__`; never raises for anything that the code does.

        Answers `unavailable` rather than run code unprotected.

        Args:
            code: the source to run.
            seconds: cap on the wall clock; None means the service's own limit.
            driver: source of a module of ours that defines `drive(code, payload, emit)`.  It
                executes the code in the snippet's stead, inside the sandbox, and may call
                `emit(record)` with JSON-able mappings, which come back as
                `ExecutionResult.records` over a channel of their own, in order, whatever the
                snippet prints.  An exception leaving `drive` is reported as the snippet's.
            payload: JSON-able mapping handed to `drive`.
        """
        ...

    def close(self) -> None:
        """Ends whatever still runs."""
        ...


class Writer(Protocol):
    """Turns retrieved passages into Markdown with `[n]` markers, streamed in pieces."""

    name: str

    def write(
        self, question: str, passages: Sequence[Passage], history: Sequence[Turn]
    ) -> Iterator[str]:
        """Markdown, in pieces as they become known."""
        ...
