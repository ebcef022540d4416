"""What answering a question yields, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Answer, Citation, SnippetReport
from assistant.verify.facts import Fact
from corpus.types import Document, Snippet
from index.types import SearchResult


class SnippetVerifier(Protocol):
    """What the pipeline asks of verification; `assistant.verify.verifier.Verifier` fills it."""

    def verify(
        self, snippet: Snippet, *, document: Document, context: Sequence[Snippet] = ()
    ) -> SnippetReport:
        """Runs `snippet` and judges its claims; `context` is what the page shows before it."""
        ...

    def said(self, texts: Sequence[str]) -> tuple[tuple[Fact, ...], ...]:
        """What each of several texts says of the library's names and defaults, judged."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """The question as it is searched for, and what was found."""

    contextualised: str
    result: SearchResult


@dataclass(frozen=True, slots=True)
class Wrote:
    """The next piece of the answer's Markdown.

    After the verdicts a last one may come, which takes back what was refuted in the prose before it
    and says where documents disagree.
    """

    piece: str


@dataclass(frozen=True, slots=True)
class Cited:
    """The passages behind the markers; comes when the text is complete."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A cited snippet begins to run: the `number`-th of `total`, from 1."""

    snippet: Snippet
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A cited snippet has been run and judged."""

    report: SnippetReport


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, refuted lines corrected."""

    answer: Answer


Event = Started | Wrote | Cited | Running | Judged | Finished
