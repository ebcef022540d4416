"""Verdicts that are other ones than under an earlier version of torch or of the verifier."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import SnippetReport, Verdict
from assistant.verify.cache import ReportCache
from assistant.verify.report import NOT_RUN, PlacedVerdict, column_of, line_of

_Key = tuple[str, int, str, int]


@dataclass(frozen=True, slots=True)
class Flip:
    """Something of a document that is judged otherwise than under an earlier version.

    Attributes:
        line: the document's, from 1.
        column: of that line, from 1.
        source_line: that line, stripped.
        text: the claim; of code that runs no more, or again, its first line.
        before: the state under the earlier version; of code, what became of it.  Where a claim
            came up only now, or no longer comes up, `nothing to refute` stands on that side.
        after: the same for now.
        observed: what is seen now.
        note: why, where that was said.
    """

    line: int
    column: int
    source_line: str
    text: str
    before: str
    after: str
    observed: str
    note: str = ""


NOTHING = "nothing to refute"


@dataclass(frozen=True, slots=True)
class Compared:
    """A document beside what stands of it from the last other version.

    Attributes:
        version: that version; empty where the document was never verified under another one.
        claims: how many claims there are on both sides.
        flips: what is judged otherwise now.
    """

    version: str
    claims: int
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one claim, or (line 0 of its code) of a snippet as a whole."""

    state: str
    report: SnippetReport
    verdict: Verdict | None


def compare(kept: ReportCache, page: str, reports: Sequence[SnippetReport]) -> Compared:
    """Sets a document's verdicts beside those of the last other version, and keeps them.

    A claim is the same one if its code, its line in it and its wording are: what was edited since
    is no flip.  What a limit or a missing sandbox left open is not compared.

    Args:
        kept: where they are from run to run.
        page: names the document there, its absolute path for one.
        reports: all of it.
    """
    now = _told(reports)
    stored = kept.page(page)
    if now or not reports:
        kept.put_page(page, [[*key, told.state] for key, told in now.items()])
    if stored is None:
        return Compared("", 0, ())
    version, rows = stored
    before = {(code, line, text, nth): state for code, line, text, nth, state in rows}
    claims = sum(bool(text) for _, _, text, _ in before.keys() & now.keys())
    return Compared(version, claims, tuple(_flips(before, now)))


def _told(reports: Iterable[SnippetReport]) -> dict[_Key, _Told]:
    found: dict[_Key, _Told] = {}
    seen: Counter[tuple[str, int, str]] = Counter()

    def put(code: str, line: int, text: str, told: _Told) -> None:
        seen[code, line, text] += 1
        found[code, line, text, seen[code, line, text]] = told

    for report in reports:
        if report.status in NOT_RUN:
            continue
        content = report.snippet.code.encode("utf-8", "surrogatepass")
        code = hashlib.sha256(content).hexdigest()[:16] if content else ""
        if code:
            put(code, 0, "", _Told(report.status, report, None))
        for verdict in report.verdicts:
            claim = verdict.claim
            # What prose says belongs to no code.
            put(
                code if claim.line else "",
                claim.line,
                claim.text,
                _Told(verdict.state, report, verdict),
            )
    return found


def _flips(before: Mapping[_Key, str], now: Mapping[_Key, _Told]) -> Iterator[Flip]:
    for key, told in now.items():
        code, line, text, _ = key
        was = before.get(key)
        if was is None and told.state == "refuted" and (code, 0, "", 1) in before:
            # A name is a claim only where it does not exist.
            was = NOTHING
        if was is not None and was != told.state:
            yield _flip(told, was)
    for key, was in before.items():
        code, line, text, _ = key
        whole = now.get((code, 0, "", 1))
        if was == "refuted" and key not in now and whole is not None:
            at = whole.report.line + line - 1
            yield Flip(at, 1, text, text, was, NOTHING, "")


def _flip(told: _Told, was: str) -> Flip:
    report, verdict = told.report, told.verdict
    if verdict is None:
        first = report.snippet.code.strip().partition("\n")[0]
        error = report.error
        seen = f"{error.type}: {error.message}" if error is not None else ""
        at = report.line + (error.line - 1 if error is not None and error.line else 0)
        source = error.source_line if error is not None and error.source_line else first
        return Flip(at, 1, source, first, was, told.state, seen, report.reason)
    source = verdict.source_line if isinstance(verdict, PlacedVerdict) else verdict.claim.text
    return Flip(
        line_of(report, verdict),
        column_of(verdict),
        source,
        verdict.claim.text,
        was,
        told.state,
        verdict.observed,
        verdict.note,
    )
