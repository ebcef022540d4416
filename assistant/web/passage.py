"""The passage behind a citation, highlighted in its document."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.types import Citation
from assistant.web.highlight import highlighted_lines
from assistant.web.markup import citation_button
from assistant.web.state import Exchange
from corpus.types import Document, Entry, Snippet, Span
from index.search import Searcher

AROUND = 6_000
"""Characters of the entry shown on either side of the passage at most."""


def panel_html(citation: Citation, searcher: Searcher) -> str:
    """The side panel for one citation."""
    entry = searcher.entries.get(citation.entry)
    document = searcher.documents.get(entry.document_id) if entry else None
    if entry and document and citation.span.of(document.text) == citation.quote:
        body = _restored(entry, citation) + _in_context(citation.span, entry, document)
    else:
        body = (
            '<p class="tp-quiet">This document has changed or left the index since; this is the '
            f'passage as it was cited.</p><pre class="tp-doc">{_marked(citation.quote)}</pre>'
        )
    return (
        f'<section class="tp-panel" aria-label="Source {escape(citation.marker)}">'
        f'<header><h2 tabindex="-1"><span class="tp-cite-no">{escape(citation.marker)}</span>'
        f"{escape(citation.question)}</h2>"
        '<button type="button" class="tp-act" data-act="close" title="Close the source (Esc)">'
        "Close</button></header>"
        f'<p class="tp-where"><span title="{escape(citation.path)}">{escape(citation.document)}'
        f"</span> · characters {citation.span.start:,}–{citation.span.end:,}</p>{body}</section>"
    )


def sources_html(exchange: Exchange | None) -> str:
    """What the panel shows while no passage is open: the sources of an answer, one an entry."""
    if exchange is None or not exchange.citations:
        return ""
    by_entry: dict[str, list[Citation]] = {}
    for citation in exchange.citations:
        by_entry.setdefault(citation.entry, []).append(citation)
    rows = "".join(_source(citations) for citations in by_entry.values())
    return (
        f'<section class="tp-panel tp-sources" aria-label="Sources" '
        f'data-exchange="{escape(exchange.id)}"><header><h2>Sources</h2></header>'
        f'<ul class="tp-source-list">{rows}</ul></section>'
    )


def _source(citations: Sequence[Citation]) -> str:
    first = citations[0]
    buttons = "".join(citation_button(citation.marker) for citation in citations)
    return (
        f"<li><b>{escape(first.question)}</b>"
        f'<small title="{escape(first.path)}">{escape(first.document)}</small>'
        f"<span>{buttons}</span></li>"
    )


def _in_context(span: Span, entry: Entry, document: Document) -> str:
    whole = entry.span if entry.span.holds(span) else span
    start = max(whole.start, span.start - AROUND)
    end = min(whole.end, span.end + AROUND)
    before = document.text[start : span.start]
    after = document.text[span.end : end]
    return (
        f'<h3>In the document</h3><pre class="tp-doc" tabindex="0">'
        f"{'… ' if start > whole.start else ''}{escape(before)}"
        f"{_marked(span.of(document.text))}{escape(after)}"
        f"{' …' if end < whole.end else ''}</pre>"
    )


def _marked(text: str) -> str:
    return f'<mark class="tp-here">{escape(text)}</mark>'


def _restored(entry: Entry, citation: Citation) -> str:
    snippet = _snippet_at(entry, citation.span)
    if snippet is None or not snippet.restored:
        return ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in snippet.restoration_notes)
    code = "\n".join(highlighted_lines(snippet.code))
    return (
        '<h3>Restored code</h3><div class="tp-beside">'
        f'<div><h4>In the document</h4><pre class="tp-pre" tabindex="0">'
        f"{escape(citation.quote)}</pre></div>"
        f'<div><h4>As it runs</h4><pre class="tp-pre" tabindex="0">{code}</pre></div></div>'
        + (f'<ul class="tp-notes">{notes}</ul>' if notes else "")
    )


def _snippet_at(entry: Entry, span: Span) -> Snippet | None:
    return next((s for s in entry.snippets if s.span == span), None)
