"""The JSON of the command line: the project's contract with other programs, in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.types import Answer, ExecutionResult
from corpus.syntax import parses
from corpus.tables import is_split
from corpus.types import Entry, Library, Reading, Snippet
from index.build import BuildReport
from index.search import Searcher
from index.types import Hit, SearchResult

Json = dict[str, Any]


def search_json(
    query: str,
    contextualised: str,
    result: SearchResult,
    searcher: Searcher,
    *,
    twins: bool = False,
) -> Json:
    """`search`: hits, one an entry; with `twins`, each followed by the entries it stands for."""
    hits: list[Json] = []
    for hit in result.hits:
        hits.append(_hit(hit, hit.chunk.entry_id, searcher))
        if twins:
            hits.extend(_hit(hit, twin, searcher) for twin in hit.twins)
    return {
        "query": query,
        "contextualised": contextualised,
        "answerable": result.answerable,
        "confidence": round(result.confidence, 4),
        "hits": hits,
    }


def _hit(hit: Hit, entry_id: str, searcher: Searcher) -> Json:
    entry = searcher.entries[entry_id]
    document = searcher.documents[entry.document_id]
    passage = searcher.passage(hit)
    own = entry_id == hit.chunk.entry_id
    span = passage.span if own else entry.span
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "document": Path(document.path).name,
        "path": document.path,
        "entry": entry.id,
        "number": entry.number,
        "question": entry.question,
        "heading_path": list(passage.heading_path) if own else [],
        "start": span.start,
        "end": span.end,
        "text": passage.text if own else span.of(document.text),
    }


def answer_json(answer: Answer) -> Json:
    """`ask`: the answer with its citations and the snippets that were run."""
    from assistant.verify.report import snippet_json

    return {
        "question": answer.question,
        "contextualised": answer.contextualised,
        "answer": answer.text,
        "answerable": answer.answerable,
        "confidence": round(answer.confidence, 4),
        "citations": [
            {
                "marker": citation.marker,
                "document": citation.document,
                "path": citation.path,
                "entry": citation.entry,
                "question": citation.question,
                "start": citation.span.start,
                "end": citation.span.end,
                "quote": citation.quote,
            }
            for citation in answer.citations
        ],
        "snippets": [snippet_json(report) for report in answer.snippets],
        "torch": torch_version(),
        "timings": {name: round(value, 2) for name, value in answer.timings.items()},
    }


def run_json(result: ExecutionResult) -> Json:
    """`run`: what happened to the code."""
    error = result.error
    return {
        "status": result.status,
        "reason": result.reason,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "error": error
        and {
            "type": error.type,
            "message": error.message,
            "line": error.line,
            "source_line": error.source_line,
        },
        "seconds": round(result.seconds, 4),
        "tier": result.tier,
    }


def inspect_json(library: Library) -> Json:
    """`inspect`: what reading made of each document, and which could not be read."""
    return {
        "documents": [_reading(reading) for reading in library.readings],
        "unreadable": [{"path": u.path, "reason": u.reason} for u in library.unreadable],
    }


def _reading(reading: Reading) -> Json:
    return {
        "path": reading.document.path,
        "media_type": reading.document.media_type,
        "entries": [
            {
                "id": entry.id,
                "number": entry.number,
                "question": entry.question,
                "start": entry.span.start,
                "end": entry.span.end,
                "sections": [
                    {"heading": s.heading, "start": s.span.start, "end": s.span.end}
                    for s in entry.sections
                ],
                "snippets": [_inspected(s, reading) for s in entry.snippets],
                "twins": list(entry.twins),
                **_kept_tables(entry),
            }
            for entry in reading.entries
        ],
        "cut": [
            {"start": c.span.start, "end": c.span.end, "reason": c.reason} for c in reading.cut
        ],
        **_unsorted(reading),
    }


def _unsorted(reading: Reading) -> Json:
    """What was not told apart, where there is any."""
    if not reading.unsorted:
        return {}
    return {
        "kept_as_text": [
            {"start": u.span.start, "end": u.span.end, "reason": u.reason} for u in reading.unsorted
        ]
    }


def _inspected(snippet: Snippet, reading: Reading) -> Json:
    """A snippet as read; restored code stands beside what the document holds."""
    shown: Json = {
        "start": snippet.span.start,
        "end": snippet.span.end,
        "code": snippet.code,
        "restored": snippet.restored,
        "parses": parses(snippet.code),
    }
    if snippet.restored:
        shown["original"] = snippet.span.of(reading.document.text)
    if snippet.restoration_notes:
        shown["restoration_notes"] = list(snippet.restoration_notes)
    return shown


def _kept_tables(entry: Entry) -> Json:
    """The tables whose lost borders were not found again, if there are any."""
    kept = [
        {"start": block.span.start, "end": block.span.end}
        for section in entry.sections
        for block in section.blocks
        if block.kind == "table" and not is_split(block.text)
    ]
    return {"tables_kept_as_text": kept} if kept else {}


def index_json(folder: Path, report: BuildReport) -> Json:
    """`index`: what a build did."""
    return {
        "index": str(folder),
        "documents": {
            "read": report.read,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "unreadable": [{"path": u.path, "reason": u.reason} for u in report.unreadable],
        },
        "entries": report.entries,
        "chunks": report.chunks,
        "embedded": report.embedded,
        "device": report.device,
        "embedder": report.embedder,
        "seconds": round(report.seconds, 3),
    }


def torch_version() -> str:
    """The installed torch's version, without importing torch."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("torch")
    except PackageNotFoundError:
        return ""
