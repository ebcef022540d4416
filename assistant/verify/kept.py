"""What earlier runs found out about a page: asked of the store alone, nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assistant.verify.cache import key_of
from corpus.types import Reading, Snippet

if TYPE_CHECKING:
    from assistant.verify.cache import ReportCache


def in_order(reading: Reading) -> Iterator[tuple[Snippet, list[Snippet]]]:
    """Each snippet of a page, with those that it may build on: of other entries, then its own."""
    page: list[Snippet] = []
    for entry in reading.entries:
        for place, snippet in enumerate(entry.snippets):
            others = [other for other in page if other.entry_id != snippet.entry_id]
            yield snippet, [*others, *entry.snippets[:place]]
        page.extend(entry.snippets)


def refuted_entries(readings: Iterable[Reading], cache: ReportCache) -> frozenset[str]:
    """Ids of the entries of whose code the store says that a claim was refuted."""
    found: set[str] = set()
    for reading in readings:
        for snippet, context in in_order(reading):
            report = cache.get(key_of(snippet, reading.document.text, context))
            if report and any(verdict.state == "refuted" for verdict in report.verdicts):
                found.add(snippet.entry_id)
    return frozenset(found)
