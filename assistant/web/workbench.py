"""Runs a snippet of an answer again, as it is or as a user changed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.runtime import Runtime
from assistant.types import SnippetReport
from assistant.verify.verifier import Verifier
from assistant.web.state import Cell
from corpus.errors import InputError
from corpus.types import Document, Snippet, Span

MAX_CODE = 100_000
"""Characters of code that are run; more is refused with a line saying so."""


def run_cell(
    runtime: Runtime, cell: Cell, code: str, verifier: Verifier | None = None
) -> SnippetReport:
    """Runs and judges `code` in the place of the cell's snippet.

    The snippets before it in its entry are its context, as they are for the original.

    Args:
        runtime: where the snippet's document is.
        cell: the snippet.
        code: what to run in its place.
        verifier: judges it; None for the runtime's own.

    Raises:
        InputError: there is no code, or far too much.
    """
    if not code.strip():
        raise InputError("there is no code to run", hint="write some, or revert")
    if len(code) > MAX_CODE:
        raise InputError(
            f"the code has {len(code):,} characters, at most {MAX_CODE:,} are run",
            hint="shorten it",
        )
    judge = verifier or runtime.verifier
    searcher = runtime.searcher
    original = cell.original
    entry = searcher.entries.get(original.entry_id)
    document = searcher.documents.get(entry.document_id) if entry else None
    if entry and document and code == original.code:
        earlier = [s for s in entry.snippets if s.span.end <= original.span.start]
        return judge.verify(original, document=document, context=earlier)
    return _changed(runtime, judge, original, code, document)


def _changed(
    runtime: Runtime,
    judge: Verifier,
    original: Snippet,
    code: str,
    document: Document | None,
) -> SnippetReport:
    """Judges code that stands in no document: its claims count characters of the code itself."""
    own = Document(
        id="changed",
        path=Path(document.path).name if document else "changed",
        title="",
        media_type="text/x-python",
        text=code,
        sha256="",
    )
    snippet = replace(
        original,
        code=code if code.endswith("\n") else f"{code}\n",
        span=Span(0, len(code)),
        restored=False,
        restoration_notes=(),
        expected_output=None,
        line_spans=(),
    )
    entry = runtime.searcher.entries.get(original.entry_id)
    earlier = [s for s in entry.snippets if s.span.end <= original.span.start] if entry else []
    return judge.verify(snippet, document=own, context=earlier)
