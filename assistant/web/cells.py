"""A snippet as a cell: its code line by line with the verdicts, what it printed, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from assistant.shapes import torch_version
from assistant.types import SnippetReport, Verdict
from assistant.web.highlight import highlighted_lines
from assistant.web.icons import GRAVITY, NAME, mark
from assistant.web.markup import citation_button
from assistant.web.state import Cell

OBSERVED = 160
"""Characters of an observed value shown beside its line; the whole stands in the list below."""

PRINTED = 20_000
"""Characters of output shown; more is cut with a line saying so."""


def cell_html(
    cell: Cell, markers: Sequence[str] = (), *, waiting: bool = False, actions: bool = True
) -> str:
    """A cell, whatever state it is in.

    Args:
        cell: the snippet and its latest run.
        markers: citations that stand above it.
        waiting: it has not begun to run, but will.
        actions: whether it can be copied, run and changed here.
    """
    verdicts = cell.report.verdicts if cell.report else ()
    return (
        f'<figure class="tp-cell" data-snippet="{escape(cell.original.id)}">'
        f"{_bar(cell, markers, actions=actions)}"
        f"{code_html(cell.code, verdicts)}"
        f'<figcaption class="tp-foot">{_foot(cell, waiting=waiting)}</figcaption>'
        "</figure>"
    )


def plain_cell(code: str, language: str, markers: Sequence[str], note: str = "") -> str:
    """Code that is no snippet of a document: shown and copied, never run."""
    bar = "".join(citation_button(m) for m in markers)
    label = escape(language or "code")
    return (
        '<figure class="tp-cell">'
        f'<div class="tp-bar"><span class="tp-from">{bar}<span>{label}</span></span>'
        f'<span class="tp-acts">{_button("copy", "Copy", "Copy this code")}</span></div>'
        f"{code_html(code, (), language=language)}"
        f'<figcaption class="tp-foot"><p class="tp-line">{escape(note)}</p></figcaption>'
        "</figure>"
    )


def code_html(code: str, verdicts: Sequence[Verdict], *, language: str = "python") -> str:
    """The code's lines, each with its number, its mark and, if refuted, what was observed."""
    by_line: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        by_line.setdefault(verdict.claim.line, []).append(verdict)
    rows = "".join(
        _row(number, line, by_line.get(number, []))
        for number, line in enumerate(highlighted_lines(code, language), start=1)
    )
    return (
        '<div class="tp-code" tabindex="0" role="region" aria-label="Code">'
        f'<div class="tp-rows">{rows}</div></div>'
        f'<textarea class="tp-source" hidden readonly tabindex="-1" aria-hidden="true">'
        f"\n{escape(code)}</textarea>"
    )


def _row(number: int, line: str, verdicts: Sequence[Verdict]) -> str:
    states = {v.state for v in verdicts}
    worst = next((state for state in GRAVITY if state in states), None)
    if worst is None:
        return (
            f'<div class="tp-row"><span class="tp-gutter"></span>'
            f'<span class="tp-no" aria-hidden="true">{number}</span>'
            f"<code>{line or ' '}</code></div>"
        )
    notes = [_note(v) for v in verdicts if v.state == worst]
    refuted = [v for v in verdicts if v.state == "refuted"]
    beside = ""
    if refuted:
        seen = _short(" · ".join(_flat(v.observed) or v.note for v in refuted))
        beside = f'<span class="tp-seen">gives <b>{escape(seen)}</b></span>'
    return (
        f'<div class="tp-row tp-is-{worst}"><span class="tp-gutter" title="{escape(notes[0])}">'
        f'{mark(worst)}<span class="tp-sr">{NAME[worst]}: </span></span>'
        f'<span class="tp-no" aria-hidden="true">{number}</span>'
        f"<code>{line or ' '}</code>{beside}</div>"
    )


def _note(verdict: Verdict) -> str:
    words = NAME[verdict.state]
    if verdict.state == "refuted":
        return f"{words}: running it gives {_flat(verdict.observed)}"
    return f"{words}: {verdict.note}" if verdict.note else words


def _bar(cell: Cell, markers: Sequence[str], *, actions: bool) -> str:
    report = cell.report
    place = ""
    if cell.changed:
        place = "changed by you"
    elif report:
        place = f"{report.document}, line {report.line}"
    chips = "".join(citation_button(m) for m in markers)
    restored = (
        '<span class="tp-tag" title="The document’s code was damaged; this is the repaired '
        'text. Open the source to compare.">restored</span>'
        if cell.original.restored and not cell.changed
        else ""
    )
    acts = ""
    if actions and not cell.running:
        again = "Run again" if report else "Run"
        acts = (
            _button("copy", "Copy", "Copy this code")
            + _button("rerun", again, "Run this code")
            + _button("change", "Change", "Change this code and run it")
        )
        if cell.changed:
            acts += _button("revert", "Revert", "Back to the document’s code")
    elif actions:
        acts = _button("copy", "Copy", "Copy this code")
    return (
        f'<div class="tp-bar"><span class="tp-from">{chips}<span>{escape(place)}</span>'
        f'{restored}</span><span class="tp-acts">{acts}</span></div>'
    )


def _button(act: str, text: str, name: str) -> str:
    return f'<button type="button" class="tp-act" data-act="{act}" title="{name}">{text}</button>'


def _foot(cell: Cell, *, waiting: bool) -> str:
    if cell.place:
        return (
            f'<p class="tp-line tp-busy"><span class="tp-spin"></span>Waiting to run, '
            f"{_ordinal(cell.place)} in line …</p>"
        )
    if cell.running:
        return '<p class="tp-line tp-busy"><span class="tp-spin"></span>Running …</p>'
    report = cell.report
    if report is None:
        words = "Waiting to run" if waiting else "Not run"
        return f'<p class="tp-line">{words}</p>'
    return (
        f'<details class="tp-more"><summary>{summary_html(report)}</summary>'
        f"{details_html(report)}</details>"
    )


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def summary_html(report: SnippetReport) -> str:
    """One line: the notice if it could not run, else the tally, the time and torch's version."""
    pieces: list[str] = []
    counts = Counter(v.state for v in report.verdicts)
    match report.status:
        case "ok":
            pass
        case "error" if report.error:
            at = f" on line {report.error.line}" if report.error.line else ""
            pieces.append(
                f'<span class="tp-notice tp-bad"><b>✗ Raised {escape(report.error.type)}</b>'
                f"{at}</span>"
            )
        case "needs_context":
            why = report.reason or "it uses names that the page never defines"
            pieces.append(_notice("Not run", why))
        case "timeout":
            pieces.append(_notice("Stopped", report.reason or "it took too long"))
        case "killed":
            pieces.append(_notice("Stopped", report.reason or "it hit a limit"))
        case _:
            pieces.append(_notice("Not run", report.reason or "the sandbox is unavailable"))
    if not (report.status in ("needs_context", "unavailable") and set(counts) <= {"not_run"}):
        pieces += [
            f'<span class="tp-count">{mark(state)} {counts[state]} {NAME[state]}</span>'
            for state in reversed(GRAVITY)
            if counts[state]
        ]
    if report.status == "ok" and not counts:
        pieces.append('<span class="tp-count">Ran; it makes no claim to check</span>')
    if report.status in ("ok", "error", "timeout", "killed"):
        pieces.append(
            f'<span class="tp-count tp-quiet">{report.seconds:.2f} s · torch '
            f"{escape(torch_version())}</span>"
        )
    return "".join(pieces)


def _notice(what: str, why: str) -> str:
    return f'<span class="tp-notice"><b>– {what}:</b> {escape(why)}</span>'


def details_html(report: SnippetReport) -> str:
    """What is behind the summary: each verdict, the error, the output."""
    parts: list[str] = []
    if report.verdicts:
        items = "".join(_verdict(v) for v in report.verdicts)
        parts.append(f'<ul class="tp-verdicts">{items}</ul>')
    if report.error:
        where = f"line {report.error.line}: " if report.error.line else ""
        line = escape(f"{where}{report.error.source_line}") if report.error.source_line else ""
        message = escape(report.error.told[:PRINTED])
        parts.append(
            f'<h4>Error</h4><pre class="tp-pre" tabindex="0">{line}{chr(10) if line else ""}'
            f"{message}</pre>"
        )
    printed = report.stdout
    if printed:
        cut = len(printed) - PRINTED
        tail = f"\n… {cut:,} more characters" if cut > 0 else ""
        parts.append(
            f'<h4>Output</h4><pre class="tp-pre" tabindex="0">'
            f"{escape(printed[:PRINTED])}{tail}</pre>"
        )
    else:
        parts.append('<p class="tp-quiet">It printed nothing.</p>')
    return f'<div class="tp-inside">{"".join(parts)}</div>'


def _verdict(verdict: Verdict) -> str:
    claim = f"<code>{escape(_flat(verdict.claim.text))}</code>"
    extra = ""
    if verdict.state == "refuted":
        extra = f" — running it gives <code>{escape(_flat(verdict.observed))}</code>"
        if verdict.note:
            extra += f" ({escape(verdict.note)})"
    elif verdict.note:
        extra = f" — {escape(verdict.note)}"
    return (
        f"<li>{mark(verdict.state)} <b>{NAME[verdict.state]}</b>, line {verdict.claim.line}: "
        f"{claim}{extra}</li>"
    )


def _flat(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= OBSERVED else f"{text[: OBSERVED - 1]}…"
