"""What answering and verifying yield, as the design names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus.types import Snippet, Span

ExecutionStatus = Literal["ok", "error", "timeout", "killed", "unavailable"]
SnippetStatus = Literal["ok", "error", "needs_context", "timeout", "killed", "unavailable"]
ClaimKind = Literal[
    "value", "shape", "dtype", "device", "bool", "output", "raises", "exists", "property"
]
State = Literal["confirmed", "refuted", "unverifiable", "not_run"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that a snippet raised: its type's name, its message and where, if known.

    `line` is 1-based in the code that ran; `source_line` is that line, stripped.
    """

    type: str
    message: str
    line: int | None = None
    source_line: str = ""

    @property
    def told(self) -> str:
        """`ValueError: what it says`, or the type alone where it says nothing."""
        return f"{self.type}: {self.message}" if self.message.strip() else self.type


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """What happened to code handed to the sandbox.

    Attributes:
        status: `ok`; `error` (it raised); `timeout`, `killed` (a limit, see `reason`);
            `unavailable` (it never ran).
        seconds: wall clock spent on the snippet itself.
        reason: one sentence for a status other than `ok` and `error`.
        tier: which isolation held it, for `doctor` and the JSON of `run`.
        records: what a driver emitted beside the snippet's own output (see `Sandbox.run`).
        images: PNG files of the figures that the snippet left open.
    """

    status: ExecutionStatus
    stdout: str = ""
    stderr: str = ""
    error: Failure | None = None
    seconds: float = 0.0
    reason: str = ""
    tier: str = ""
    records: tuple[Mapping[str, Any], ...] = ()
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a snippet says of itself that execution can settle.

    `span` counts characters of `Document.text`; `line` is 1-based in the snippet's code; `text` is
    the claim as written.
    """

    span: Span
    line: int
    text: str
    kind: ClaimKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one claim.  The four states are never mixed up, and none is ever guessed.

    `confirmed`: executed and agrees.  `refuted`: executed and disagrees; `observed` says what was
    seen.  `unverifiable`: it ran, but chance, hardware or the claim's nature leaves it open.
    `not_run`: it was never reached; `note` says why.
    """

    claim: Claim
    state: State
    claimed: str
    observed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SnippetReport:
    """One snippet, what running it did, and the verdict on each of its claims.

    `document` is the file's name; `span` the snippet's place in it; `line` the 1-based line of the
    document on which it starts.
    """

    document: str
    snippet: Snippet
    line: int
    status: SnippetStatus
    error: Failure | None
    stdout: str
    seconds: float
    verdicts: tuple[Verdict, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer and the passage it stands for; `quote` is the text at `span`."""

    marker: str
    document: str
    path: str
    entry: str
    question: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer; `text` is Markdown with `[n]` markers."""

    question: str
    contextualised: str
    text: str
    citations: tuple[Citation, ...]
    snippets: tuple[SnippetReport, ...]
    answerable: bool
    confidence: float
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str
