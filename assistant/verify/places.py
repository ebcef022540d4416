"""Where a claim stands in its document."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.types import Snippet, Span


@dataclass(frozen=True, slots=True)
class Places:
    """Maps lines of a snippet's code to its document."""

    text: str
    snippet: Snippet

    def line_span(self, line: int) -> Span:
        """Where line `line` (1-based) of the code stands; the snippet if unknown."""
        spans = self.snippet.line_spans
        if spans:
            return spans[line - 1] if 0 < line <= len(spans) else self.snippet.span
        return self._found(line)

    def _found(self, line: int) -> Span:
        """Looks a line of the code up in the snippet's stretch of the document, in order."""
        lines = self.snippet.code.splitlines()
        at, end = self.snippet.span.start, self.snippet.span.end
        for number, code in enumerate(lines, start=1):
            wanted = code.strip()
            hit = self.text.find(wanted, at, end) if wanted else at
            if number == line:
                return Span(hit, hit + len(wanted)) if hit >= 0 else self.snippet.span
            at = hit + len(wanted) if hit >= 0 else at
        return self.snippet.span

    def claim_span(self, line: int, end_line: int, text: str) -> Span:
        """The stretch of the document that holds a claim."""
        first, last = self.line_span(line), self.line_span(end_line)
        opening = text.splitlines()[0] if text else ""
        at = self.text.find(opening, first.start, first.end) if opening else -1
        start = at if at >= 0 else first.start
        if end_line == line:
            return Span(start, start + len(opening)) if at >= 0 else first
        return Span(start, max(last.end, start))

    def claim_in_prose(self, text: str) -> Span:
        """The first place behind the snippet where `text` stands, else the snippet."""
        at = self.text.find(text, self.snippet.span.start)
        return Span(at, at + len(text)) if at >= 0 else self.snippet.span

    def source_line(self, span: Span) -> str:
        """The document's line on which `span` begins, stripped."""
        start = self.text.rfind("\n", 0, span.start) + 1
        end = self.text.find("\n", span.start)
        return self.text[start : end if end >= 0 else len(self.text)].strip()

    def column(self, span: Span) -> int:
        """The 1-based column of `span` in that line."""
        return span.start - self.text.rfind("\n", 0, span.start)

    def document_line(self, span: Span) -> int:
        """The 1-based number of that line."""
        return self.text.count("\n", 0, span.start) + 1
