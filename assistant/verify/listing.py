"""Reports as text for people: each refuted claim with its line and a caret under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.types import SnippetReport, Verdict
from assistant.verify.flips import Compared
from assistant.verify.places import Places
from assistant.verify.report import PlacedVerdict, column_of, line_of, summary

WIDTH = 160
"""Characters of a source line that are shown; more is cut around the claim."""
VALUE = 500
"""Characters of a claim or of an observed value that are shown."""


def as_text(
    files: Mapping[str, Sequence[SnippetReport]],
    *,
    everything: bool = False,
    texts: Mapping[str, str] | None = None,
) -> str:
    """What was found wrong in each file, then a line that sums up.

    Args:
        files: the reports of each file, by its path.
        everything: also list claims that hold or stay open.
        texts: what the files hold, by the same paths; where it is not given, lines are shown as
            far as the reports know them.
    """
    out: list[str] = []
    for path, reports in files.items():
        text = (texts or {}).get(path, "")
        for report in reports:
            out += _failure(path, report, text)
            for verdict in report.verdicts:
                if verdict.state == "refuted" or everything:
                    out += _found(path, report, verdict, text)
    return "\n".join([*out, tally(files)]) + "\n"


def tally(files: Mapping[str, Sequence[SnippetReport]]) -> str:
    """One line: how many snippets and claims there are, and what became of them."""
    counts = summary(report for reports in files.values() for report in reports)
    failed = f" ({counts['error']} failed)" if counts["error"] else ""
    return (
        f"{_counted(counts['snippets'], 'snippet')}{failed}, {_counted(counts['claims'], 'claim')}:"
        f" {counts['confirmed']} confirmed, {counts['refuted']} refuted,"
        f" {counts['unverifiable']} unverifiable, {counts['not_run_claims']} not run"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def place_of(verdict: Verdict) -> str:
    """`cell 3, line 2` in a notebook; empty elsewhere, where path and line say it all."""
    if not isinstance(verdict, PlacedVerdict) or not verdict.cell:
        return ""
    if not verdict.cell_line:
        return f"cell {verdict.cell}, its output"
    return f"cell {verdict.cell}, line {verdict.cell_line}"


def failure_line(report: SnippetReport, text: str) -> int:
    """The document's line on which a snippet failed.

    Args:
        report: of a snippet that failed.
        text: the document's; where it is empty, the line is counted from the snippet's first.
    """
    line = report.error.line if report.error is not None and report.error.line else 1
    if not text:
        return report.line + line - 1
    places = Places(text, report.snippet)
    return places.document_line(places.line_span(line))


def _failure(path: str, report: SnippetReport, text: str) -> Iterator[str]:
    error = report.error
    if report.status == "error" and error is not None:
        said = _first(f"{error.type}: {error.message}")
        yield f"{printable(path)}:{failure_line(report, text)}: the code fails: {said}"
        yield f"    {printable(error.source_line)[:WIDTH]}"
        yield ""


def _found(path: str, report: SnippetReport, verdict: Verdict, text: str) -> Iterator[str]:
    cell = place_of(verdict)
    where = f"{printable(path)}:{line_of(report, verdict)}:{column_of(verdict)}:"
    yield f"{where} {f'{cell}: ' if cell else ''}{verdict.state} ({verdict.claim.kind})"
    shown, at = _line(report, verdict, text)
    claim = verdict.claim.text.partition("\n")[0]
    yield from _marked(shown, at, min(len(claim), len(shown) - at))
    yield f"    claimed   {_first(verdict.claim.text)}"
    if verdict.observed:
        yield f"    observed  {_first(verdict.observed)}"
    if verdict.note:
        yield f"    note      {_first(verdict.note)}"
    yield ""


def _line(report: SnippetReport, verdict: Verdict, text: str) -> tuple[str, int]:
    """The line that holds a claim, and where in it the claim begins."""
    claim = verdict.claim.text.partition("\n")[0]
    column = column_of(verdict) - 1
    lines = report.snippet.code.split("\n")
    if isinstance(verdict, PlacedVerdict) and verdict.cell and not verdict.cell_line:
        return claim, 0
    if place_of(verdict) and 0 < verdict.claim.line <= len(lines):
        # A notebook's own line is JSON; its code is what its reader knows.
        shown = lines[verdict.claim.line - 1]
        return shown, max(shown.rfind(claim), 0)
    if text:
        number = line_of(report, verdict)
        whole = text.split("\n")
        if number <= len(whole):
            return whole[number - 1].rstrip("\r"), min(column, len(whole[number - 1]))
    shown = verdict.source_line if isinstance(verdict, PlacedVerdict) else claim
    # The line is stripped: the claim stands at its column, or further left by what was cut off.
    return shown, max(shown.rfind(claim, 0, column + len(claim)), shown.find(claim), 0)


def _marked(line: str, at: int, length: int) -> Iterator[str]:
    """A line and, below it, carets under `length` characters from `at`."""
    indent = len(line) - len(line.lstrip())
    line, at = line[indent:].rstrip(), max(at - indent, 0)
    if len(line) > WIDTH:
        start = max(0, min(at - WIDTH // 4, len(line) - WIDTH))
        line, at = line[start : start + WIDTH], at - start
        if start:
            line = f"…{line[1:]}"
    length = max(1, min(length, len(line) - at))
    yield f"    {printable(line)}"
    before = "".join("\t" if mark == "\t" else " " * _cells(mark) for mark in line[:at])
    yield f"    {before}{'^' * sum(map(_cells, line[at : at + length] or ' '))}"


def _cells(mark: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(mark):
        return 0
    return 2 if unicodedata.east_asian_width(mark) in "WF" else 1


def printable(text: str) -> str:
    """Text without what would steer the reader's terminal."""
    return "".join(
        mark if mark == "\t" or mark.isprintable() or unicodedata.category(mark) == "Zs" else "�"
        for mark in text
    )


def _first(text: str) -> str:
    """The first line, marked if there are more, bounded."""
    first, _, rest = text.partition("\n")
    cut = first if len(first) <= VALUE else f"{first[:VALUE]} …"
    return printable(cut) + (" …" if rest.strip() else "")


def flips_text(compared: Mapping[str, Compared], version: str) -> str:
    """What is judged otherwise than under an earlier version, file by file.

    Args:
        compared: by the file's path.
        version: the present one.
    """
    out: list[str] = []
    for path, one in compared.items():
        for flip in one.flips:
            where = f"{printable(path)}:{flip.line}:{flip.column}:"
            out += [f"{where} {flip.before} → {flip.after}"]
            out += [f"    {printable(flip.source_line)[:WIDTH]}"]
            out += [f"    claim     {_first(flip.text)}"] if flip.text != flip.source_line else []
            out += [f"    observed  {_first(flip.observed)}"] if flip.observed else []
            out += [f"    note      {_first(flip.note)}"] if flip.note else []
            out += [""]
    flipped = sum(len(one.flips) for one in compared.values())
    claims = sum(one.claims for one in compared.values())
    return "\n".join([*out, f"{flipped} changed of {claims} claims; {_since(compared, version)}"])


def _since(compared: Mapping[str, Compared], version: str) -> str:
    versions = _distinct(one.version for one in compared.values() if one.version)
    new = sum(not one.version for one in compared.values())
    said = [f"now {version}"]
    said += [f"before {'; '.join(versions)}"] if versions else []
    if new:
        files = "file was" if new == 1 else "files were"
        said += [f"{new} {files} never verified under another version"]
    return ", ".join(said)


def _distinct(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
