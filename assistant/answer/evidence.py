"""What a chat model may rest its answer on: passages, and what running their code showed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer.events import SnippetVerifier
from assistant.answer.passages import SAME, Passage, overlap, scored, snippet_of
from assistant.types import SnippetReport
from corpus.types import Block
from index import scope
from index.search import Searcher
from index.types import Hit, SearchResult

MORE = 4_000
"""Characters of further passages that a model is given, beyond what the default answer shows."""

ENTRIES = 4
"""So many of the entries found are read for them."""

RUNS = 4
"""Snippets that are run before the model writes; each may take seconds."""


@dataclass(slots=True)
class Evidence:
    """The passages by their markers, and reports on code; grows while the model calls tools."""

    passages: list[Passage]
    reports: list[SnippetReport] = field(default_factory=list)

    @property
    def markers(self) -> frozenset[str]:
        """The markers that exist."""
        return frozenset(passage.marker for passage in self.passages)

    @property
    def entries(self) -> dict[str, str]:
        """Which entry each marker cites."""
        return {passage.marker: passage.entry.id for passage in self.passages}

    def report_on(self, passage: Passage) -> SnippetReport | None:
        """What running a passage's snippet showed."""
        if passage.snippet is None:
            return None
        wanted = passage.snippet.id
        return next((one for one in self.reports if one.snippet.id == wanted), None)


def widened(
    passages: Sequence[Passage], result: SearchResult, searcher: Searcher, budget: int = MORE
) -> tuple[Passage, ...]:
    """The passages of the default answer, and behind them what else lies near the question.

    A model reads more than a reader wants to be shown.

    Args:
        passages: of the default answer; their markers stay.
        result: what was found.
        searcher: over the index.
        budget: characters to add at most.
    """
    used = [_words(passage.block) for passage in passages]
    taken = {(passage.entry.id, passage.block.span) for passage in passages}
    rows = [row for hit in result.hits[:ENTRIES] for row in scored(hit, searcher)]
    rows.sort(key=lambda row: -(row[0].score * (0.5 + row[3])))
    found = list(passages)
    for hit, section, block, score in rows:
        entry = searcher.entries[hit.chunk.entry_id]
        words = _words(block)
        if (
            (entry.id, block.span) in taken
            or len(block.text) > budget
            or any(overlap(words, other) >= SAME for other in used)
        ):
            continue
        budget -= len(block.text)
        used.append(words)
        document = searcher.documents[entry.document_id]
        snippet = snippet_of(entry, block)
        marker = str(len(found) + 1)
        found.append(Passage(marker, document, entry, section, block, score, snippet))
    return tuple(found)


def retold(passages: Sequence[Passage], result: SearchResult, searcher: Searcher) -> list[Passage]:
    """Code of the entries found that says nearly the same as a passage's, with other remarks.

    It is not shown to the model a second time; but what its remarks claim falsely, a model may
    have read elsewhere too, and repeat.
    """
    shown = [(_words(one.block), one.block.text) for one in passages if one.snippet]
    found: list[Passage] = []
    for hit in result.hits[:ENTRIES]:
        entry = searcher.entries[hit.chunk.entry_id]
        for section in entry.sections:
            for block in section.blocks:
                snippet = snippet_of(entry, block)
                if snippet is None or any(text == block.text for _, text in shown):
                    continue
                words = _words(block)
                if any(overlap(words, other) >= SAME for other, _ in shown):
                    document = searcher.documents[entry.document_id]
                    found.append(Passage("", document, entry, section, block, 0.0, snippet))
    return found


def of_hits(hits: Sequence[Hit], searcher: Searcher, after: int, budget: int) -> list[Passage]:
    """The best passages of hits, with markers that go on behind `after`."""
    found: list[Passage] = []
    for hit in hits:
        rows = sorted(scored(hit, searcher), key=lambda row: -row[3])[:2]
        for _, section, block, score in rows:
            if len(block.text) > budget:
                continue
            budget -= len(block.text)
            entry = searcher.entries[hit.chunk.entry_id]
            marker = str(after + len(found) + 1)
            document = searcher.documents[entry.document_id]
            snippet = snippet_of(entry, block)
            found.append(Passage(marker, document, entry, section, block, score, snippet))
    return found


def judged(passage: Passage, verifier: SnippetVerifier, searcher: Searcher) -> SnippetReport | None:
    """The report on a passage's snippet; an entry with refuted code ranks lower from now on."""
    snippet = passage.snippet
    if snippet is None:
        return None
    earlier = [s for s in passage.entry.snippets if s.span.end <= snippet.span.start]
    report = verifier.verify(snippet, document=passage.document, context=earlier)
    if any(verdict.state == "refuted" for verdict in report.verdicts):
        searcher.refuted.add(passage.entry.id)
    return report


def without_orders(passage: Passage) -> str:
    """A passage's text without sentences that give orders to whoever reads it for a user.

    They are no knowledge that an answer could rest on, and a model might obey them.
    """
    text = passage.block.text
    if passage.block.kind == "code" or not scope.injection(text):
        return text
    parts = re.split(r"((?<=[.!?])\s+|\n+)", text)
    return "".join("" if scope.injection(part) else part for part in parts)


def verdict_lines(report: SnippetReport) -> list[str]:
    """What running a snippet showed, a line for each verdict and one for an error."""
    lines = []
    if report.error:
        lines.append(f"Running it raises {report.error.type}: {_flat(report.error.message)}")
    for verdict in report.verdicts:
        claimed, seen = _flat(verdict.claimed), _flat(verdict.observed)
        line = f"line {verdict.claim.line}: " if verdict.claim.line else ""
        if verdict.state == "refuted":
            lines.append(f"{line}“{claimed}” is REFUTED; running it gives {seen}")
        elif verdict.state == "confirmed":
            lines.append(f"{line}“{claimed}” is confirmed by running it")
    return lines


def _flat(text: str) -> str:
    return " ".join(text.split())[:200]


def _words(block: Block) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", block.text.lower()))
