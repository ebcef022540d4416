"""Which entries a search may find."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.types import Document, Entry


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries may be found; an empty tuple allows all."""

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def allow(self, entry: Entry, document: Document) -> bool:
        """Whether `entry` passes; documents are named by file name or id."""
        return (
            (not self.topics or entry.topic in self.topics)
            and (not self.levels or entry.level in self.levels)
            and (
                not self.documents
                or document.id in self.documents
                or Path(document.path).name in self.documents
            )
        )
