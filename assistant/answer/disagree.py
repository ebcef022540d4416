"""Documents that contradict each other, and what execution says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.answer.mentions import KINDS, agree, source_of, stated
from assistant.types import SnippetReport, Verdict
from assistant.verify.facts import Fact
from corpus.types import Document, Entry, Snippet
from index.search import Searcher
from index.types import SearchResult

NEAR = 5
"""So many of the entries found are held against the answer."""


class Judge(Protocol):
    """What this asks of verification."""

    def verify(
        self, snippet: Snippet, *, document: Document, context: Sequence[Snippet] = ()
    ) -> SnippetReport:
        """Runs a snippet and judges its claims."""
        ...

    def said(self, texts: Sequence[str]) -> tuple[tuple[Fact, ...], ...]:
        """What texts say of the library, judged."""
        ...


@dataclass(frozen=True, slots=True)
class _Said:
    document: str
    words: str
    state: str
    observed: str


def disagreements(
    result: SearchResult,
    searcher: Searcher,
    cited: Sequence[str],
    reports: Sequence[SnippetReport],
    judge: Judge,
) -> Iterator[str]:
    """One sentence for each point on which a cited document and another one found contradict.

    A point is a default of the library that both state, or a line of code that both have with
    another value behind it.  The one that execution confirms is named.

    Args:
        result: what was found.
        searcher: over the index.
        cited: ids of the entries that the answer rests on.
        reports: on their snippets.
        judge: runs and asks.
    """
    entries = [searcher.entries[hit.chunk.entry_id] for hit in result.hits[:NEAR]]
    if len({entry.document_id for entry in entries}) > 1:
        yield from _defaults(entries, searcher, frozenset(cited), judge)
        yield from _values(entries, searcher, reports, judge)


def _defaults(
    entries: Sequence[Entry], searcher: Searcher, cited: frozenset[str], judge: Judge
) -> Iterator[str]:
    blocks = [
        (entry, block.text)
        for entry in entries
        for section in entry.sections
        for block in section.blocks
        if block.kind in ("prose", "list", "table") and "default" in block.text.lower()
    ]
    if len({entry.document_id for entry, _ in blocks}) < 2:
        return
    points: dict[str, list[tuple[Entry, Fact]]] = {}
    for (entry, _), facts in zip(blocks, judge.said([text for _, text in blocks]), strict=True):
        for fact in facts:
            if fact.about:
                points.setdefault(fact.about, []).append((entry, fact))
    for about, told in points.items():
        if not any(entry.id in cited for entry, _ in told):
            continue
        said = [
            _Said(_name(entry, searcher), one.text, one.judgement.state, one.judgement.observed)
            for entry, one in told
        ]
        yield from _told(f"`{about}`", said, "the installed torch has")


def _values(
    entries: Sequence[Entry], searcher: Searcher, reports: Sequence[SnippetReport], judge: Judge
) -> Iterator[str]:
    run = {report.snippet.id: report for report in reports}
    seen: set[frozenset[str]] = set()
    for report in reports:
        home = searcher.entries.get(report.snippet.entry_id)
        points = {source_of(report, one): one for one in report.verdicts if _settled(one)}
        for entry in entries if home is not None and points else ():
            assert home is not None
            for number, snippet in enumerate(entry.snippets):
                pair = frozenset((report.snippet.id, snippet.id))
                if entry.document_id == home.document_id or pair in seen:
                    continue
                seen.add(pair)
                if not _claims_otherwise(snippet, points):
                    continue
                other = run.get(snippet.id) or judge.verify(
                    snippet,
                    document=searcher.documents[entry.document_id],
                    context=entry.snippets[:number],
                )
                yield from _between(report, _name(home, searcher), other, _name(entry, searcher))


def _settled(verdict: Verdict) -> bool:
    return verdict.claim.kind in KINDS and verdict.state in ("confirmed", "refuted")


def _claims_otherwise(snippet: Snippet, points: Mapping[str, Verdict]) -> bool:
    """Whether a snippet has one of the lines, with another comment behind it."""
    for line in snippet.code.split("\n"):
        code, _, comment = line.partition("#")
        verdict = points.get(code.strip())
        if verdict is not None and comment.strip() and verdict.claim.text not in comment:
            return True
    return False


def _between(ours: SnippetReport, name: str, theirs: SnippetReport, other: str) -> Iterator[str]:
    points = {source_of(theirs, one): one for one in theirs.verdicts if _settled(one)}
    for mine in ours.verdicts:
        source = source_of(ours, mine)
        their = points.get(source)
        if their is None or not _settled(mine) or their.state == mine.state:
            continue
        right, wrong = (mine, their) if mine.state == "confirmed" else (their, mine)
        # The same line may run on other values on the other page.
        if not agree(stated(right.claim.text), stated(wrong.observed)):
            continue
        said = [
            _Said(name, stated(mine.claim.text), mine.state, wrong.observed),
            _Said(other, stated(their.claim.text), their.state, wrong.observed),
        ]
        yield from _told(f"`{source}`", said, "running it gives")


def _told(about: str, said: Sequence[_Said], verb: str) -> Iterator[str]:
    right = next((one for one in said if one.state == "confirmed"), None)
    wrong = [one for one in said if one.state == "refuted"]
    if right is None:
        return
    for one in wrong:
        if one.document != right.document:
            seen = " ".join(one.observed.split())
            yield (
                f"About {about}, {one.document} says “{one.words}” and {right.document} says"
                f" “{right.words}”; {verb} {seen}, so {right.document} is right."
            )
            return


def _name(entry: Entry, searcher: Searcher) -> str:
    return Path(searcher.documents[entry.document_id].path).name
