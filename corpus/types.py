"""What reading a document yields: spans, blocks, sections, snippets and entries.

Everything knows where it came from: a `Span` counts characters of `Document.text`, which is the
text exactly as decoded and is never altered.  Cleaned wording lives beside the span, never instead
of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["prose", "list", "table", "code", "output"]
SectionKind = Literal[
    "short_answer",
    "explanation",
    "code",
    "pitfalls",
    "follow_ups",
    "key_points",
    "mistakes",
    "checks",
    "body",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of `Document.text`: 0-based offsets in characters, end-exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read.

    Attributes:
        id: unique in a library and stable over runs on the same path.
        path: where it was read from, as given by the user made absolute.
        title: the first heading, else the file's name.
        media_type: IANA name, such as `text/markdown`.
        text: exactly as decoded; offsets count its characters.
        sha256: of the file's bytes, hexadecimal.
    """

    id: str
    path: str
    title: str
    media_type: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table, piece of code or its output inside a section.

    `text` is cleaned for reading (prose joined, mojibake undone, markup kept only where Markdown
    needs it); `span` points at the original.  For code, `text` is the runnable code.
    """

    kind: BlockKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of an entry, its blocks in order.

    `heading_path` names the headings from the entry's title (exclusive) down to this section's own;
    it is empty for what stands directly under the title.
    """

    heading_path: tuple[str, ...]
    kind: SectionKind
    span: Span
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """The section's own heading, empty when it has none."""
        return self.heading_path[-1] if self.heading_path else ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code that can be run.

    Attributes:
        id: `<entry id>/<n>`, n counted from 1 in reading order.
        code: runnable text, ending in a newline.
        restored: whether `code` is something else than the literal original.
        restoration_notes: what was done to it, one remark each.
        expected_output: what the document prints behind it as its output, if it does.
        line_spans: for each line of `code`, where that line stands in the document; a line that
            restoring made up has an empty span at its place.
        alternatives: other readings of damaged code that are about as good as `code`, best first:
            the same lines, indented otherwise, so that `line_spans` hold for them too.
    """

    id: str
    entry_id: str
    span: Span
    code: str
    restored: bool = False
    restoration_notes: tuple[str, ...] = ()
    expected_output: str | None = None
    line_spans: tuple[Span, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer.

    Attributes:
        number: as the page numbers it, else its order on the page, from 1.
        span: from the start of the question to the end of its answer and of the questions that
            the page asks behind it.
        follow_ups: questions that the page asks at the answer's end; not part of the answer.
        twins: ids of entries that say the same thing; the group's best preserved entry stands for
            all (`Library.representative`).
    """

    id: str
    document_id: str
    number: int
    question: str
    span: Span
    sections: tuple[Section, ...]
    snippets: tuple[Snippet, ...] = ()
    topic: str | None = None
    level: str | None = None
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the document that is not content, and why it was left out."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Unsorted:
    """A stretch of the document that is kept as plain text, and why it was not looked at closer."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading made of one document.

    Attributes:
        cut: what is no content.
        unsorted: what is content, yet was not told apart into questions, prose and code.
    """

    document: Document
    entries: tuple[Entry, ...]
    cut: tuple[Cut, ...] = ()
    unsorted: tuple[Unsorted, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, and the reason in one line."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that was read together: twins are grouped over all of it."""

    readings: tuple[Reading, ...] = ()
    unreadable: tuple[Unreadable, ...] = field(default=())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, document by document."""
        return tuple(entry for reading in self.readings for entry in reading.entries)
