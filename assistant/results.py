"""What the Python API gives back for searches and verifications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.types import SnippetReport, Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that a search found, with the passage nearest to the query.

    Attributes:
        rank: from 1.
        score: what the hits are ordered by; comparable within one search only.
        document: the file's name; `path` is where it was read from.
        entry: the entry's id.
        number: the question's number on its page.
        heading_path: the headings above the passage, outermost first.
        start, end: where the passage stands in the document, in characters.
    """

    rank: int
    score: float
    document: str
    path: str
    entry: str
    number: int
    question: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first, and whether the documents answer the query at all.

    Attributes:
        contextualised: the query as it was searched for, made self-contained by the history.
        confidence: 0 to 1, that the documents answer it.
    """

    query: str
    contextualised: str
    answerable: bool
    confidence: float
    hits: tuple[Found, ...]

    def __iter__(self) -> Iterator[Found]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class Verification:
    """What running code showed: one report a snippet, in the order of the documents."""

    reports: tuple[SnippetReport, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts of all snippets."""
        return tuple(verdict for report in self.reports for verdict in report.verdicts)

    @property
    def refuted(self) -> tuple[Verdict, ...]:
        """The claims that running proved wrong."""
        return tuple(verdict for verdict in self.verdicts if verdict.state == "refuted")

    @property
    def ok(self) -> bool:
        """Whether every snippet ran to its end and nothing was refuted."""
        return not self.refuted and all(report.status == "ok" for report in self.reports)

    def to_json(self) -> dict[str, Any]:
        """The reports in the form of `torchproof verify --json`, with their sums."""
        from assistant.verify.report import snippet_json, summary

        return {
            "snippets": [snippet_json(report) for report in self.reports],
            "summary": summary(self.reports),
        }
