"""The library in HTML: lists of entries, what reading made of a document, audits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.types import SnippetReport
from assistant.web.icons import GRAVITY, NAME, mark
from corpus.types import Cut, Entry, Reading, Unreadable, Unsorted

CUT = 160
"""Characters of a stretch that was cut or kept as plain text, as an excerpt."""

Row = tuple[str, int, str, str, str]


def entries_html(entries: Sequence[Entry], most: int, current: str = "") -> str:
    """Entries as a list to choose from."""
    if not entries:
        return '<p class="tp-quiet tp-none">No entry matches.</p>'
    rows = "".join(_entry(entry, open_now=entry.id == current) for entry in entries[:most])
    more = len(entries) - most
    tail = f'<p class="tp-quiet">… and {more} more; narrow the search.</p>' if more > 0 else ""
    count = _counted(len(entries), "entry")
    return f'<p class="tp-quiet tp-listed">{count}</p><ul class="tp-entries">{rows}</ul>{tail}'


def _entry(entry: Entry, *, open_now: bool) -> str:
    tags = " · ".join(filter(None, (entry.topic, entry.level)))
    code = len(entry.snippets)
    if code:
        tags = " · ".join(filter(None, (tags, _counted(code, "snippet"))))
    mark_open = ' aria-current="true"' if open_now else ""
    return (
        f'<li><button type="button" class="tp-past" data-act="read" data-id="{escape(entry.id)}"'
        f"{mark_open}><span>{escape(entry.question)}</span><small>{escape(tags)}</small></button></li>"
    )


def added_html(readings: Sequence[Reading], unreadable: Sequence[Unreadable]) -> str:
    """What came of an upload, file by file."""
    items = [document_html(reading) for reading in readings]
    items += [
        f'<div class="tp-file"><b>{escape(Path(u.path).name)}</b> '
        f'<span class="tp-bad">✗ not read: {escape(u.reason)}</span></div>'
        for u in unreadable
    ]
    return "".join(items)


def document_html(reading: Reading) -> str:
    """What reading made of a document: entries, snippets, restored, cut, kept as plain text."""
    name = escape(Path(reading.document.path).name)
    if not reading.entries:
        return (
            f'<div class="tp-file"><b>{name}</b> <span class="tp-bad">✗ no question and answer was '
            "found in it</span></div>"
        )
    snippets = [s for entry in reading.entries for s in entry.snippets]
    restored = [s for s in snippets if s.restored]
    facts = [_counted(len(reading.entries), "entry"), _counted(len(snippets), "snippet")]
    if restored:
        facts.append(f"{len(restored)} restored")
    cut = sum(c.span.end - c.span.start for c in reading.cut)
    if cut:
        facts.append(f"{cut:,} characters cut")
    kept = sum(u.span.end - u.span.start for u in reading.unsorted)
    if kept:
        facts.append(f"{kept:,} characters kept as plain text")
    details = ""
    if reading.cut or restored or kept:
        text = reading.document.text
        rows = "".join(_stretch(c, text) for c in reading.cut[:60])
        rows += "".join(_stretch(u, text, "kept as plain text: ") for u in reading.unsorted)
        notes = Counter(note for s in restored for note in s.restoration_notes)
        rows += "".join(f"<li>restored: {escape(n)} ({k}×)</li>" for n, k in notes.most_common(20))
        title = "What was cut, restored and kept as plain text" if kept else _DETAILS
        details = f'<details class="tp-cut"><summary>{title}</summary><ul>{rows}</ul></details>'
    return (
        f'<div class="tp-file"><b>{name}</b> '
        f'<span class="tp-quiet">{" · ".join(facts)}</span>{details}</div>'
    )


_DETAILS = "What was cut and restored"


def _stretch(stretch: Cut | Unsorted, text: str, what: str = "") -> str:
    """One stretch of a document that is no part of its entries as told apart, and why."""
    span = stretch.span
    return (
        f"<li><b>{what}{escape(stretch.reason)}</b>, characters {span.start:,}–{span.end:,}: "
        f"<q>{escape(_excerpt(span.of(text)))}</q></li>"
    )


def refuted_rows(reports: Sequence[SnippetReport], reading: Reading) -> list[Row]:
    """Refuted claims as rows: question, line in the document, claim, observed, note."""
    questions = {entry.id: entry.question for entry in reading.entries}
    text = reading.document.text
    return [
        (
            questions.get(report.snippet.entry_id, ""),
            text.count("\n", 0, verdict.claim.span.start) + 1,
            verdict.claim.text,
            verdict.observed,
            verdict.note,
        )
        for report in reports
        for verdict in report.verdicts
        if verdict.state == "refuted"
    ]


def refuted_html(rows: Sequence[Row]) -> str:
    """Refuted claims as a table."""
    if not rows:
        return ""
    body = "".join(
        f"<tr><td>{escape(question)}</td><td>{line}</td><td><code>{escape(claim)}</code></td>"
        f"<td><code>{escape(observed)}</code>{_beneath(note)}</td></tr>"
        for question, line, claim, observed, note in rows
    )
    return (
        '<div class="tp-table tp-refuted-table" tabindex="0" role="region" '
        'aria-label="Refuted claims"><table><thead><tr><th>Question</th><th>Line</th>'
        f"<th>Claim</th><th>Running it gives</th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def _beneath(note: str) -> str:
    return f'<br><span class="tp-quiet">{escape(note)}</span>' if note else ""


def audit_html(reports: Sequence[SnippetReport], total: int) -> str:
    """The audit's sums so far."""
    states = Counter(v.state for report in reports for v in report.verdicts)
    counts = "".join(
        f'<span class="tp-count">{mark(state)} {states[state]} {NAME[state]}</span>'
        for state in reversed(GRAVITY)
    )
    done = f"{len(reports)} of {total} snippets run"
    return f'<p class="tp-audit" role="status"><span class="tp-quiet">{done}</span>{counts}</p>'


def _counted(number: int, noun: str) -> str:
    plural = noun if number == 1 else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {plural}"


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= CUT else f"{flat[:CUT]}…"
