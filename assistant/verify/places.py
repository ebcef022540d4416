"""Where a claim stands in its document."""

from __future__ import annotations

import re
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
        at = self.text.rfind(opening, first.start, first.end) if opening else -1
        start = at if at >= 0 else first.start
        if end_line == line:
            return Span(start, start + len(opening)) if at >= 0 else first
        return Span(start, max(last.end, start))

    def claim_in_prose(self, text: str) -> Span:
        """Where a page shows `text` as output: on lines of its own, if it can be told."""
        first = re.escape(text.partition("\n")[0].strip())
        # Quotation marks and `\n` are those of a notebook's JSON.
        own_line = re.compile(rf'^[ \t">#]*({first})[ \t]*(?:\\n)?[",]*\r?$', re.MULTILINE)
        ranges = self._of_output()
        for begin, stop in ranges:
            hit = own_line.search(self.text, begin, stop)
            if hit:
                whole = self.text.startswith(text, hit.start(1))
                return Span(hit.start(1), hit.start(1) + len(text) if whole else hit.end(1))
        for begin, stop in () if self._notebook else ranges:
            at = self.text.find(text, begin, stop)
            if at >= 0:
                return Span(at, at + len(text))
        return self.snippet.span

    def _of_output(self) -> list[tuple[int, int]]:
        """Where the snippet's output may stand, the likeliest stretch first."""
        start, end = self.snippet.span.start, self.snippet.span.end
        if self._notebook:
            # In the same cell, and before its source where keys are in alphabetical order.
            following = self.text.find('"cell_type"', end)
            begin = max(self.text.rfind('"cell_type"', 0, start), 0)
            found = [(begin, start), (end, following if following >= 0 else len(self.text))]
        else:
            found = [(end, len(self.text))]
        prompted = re.match(r'[\s">]*(?:>>>|&gt;)', self.snippet.span.of(self.text))
        return [(start, end), *found] if prompted else [*found, (start, end)]

    @property
    def _notebook(self) -> bool:
        return self.text.lstrip().startswith("{")

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
