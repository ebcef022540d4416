"""Puts what was seen in the place of what a file of one's own wrongly claims."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from assistant.types import SnippetReport, Verdict
from assistant.verify import substitute
from assistant.verify.report import line_of
from corpus import syntax
from corpus.errors import InputError
from corpus.types import Snippet

VALUES = ("value", "shape", "dtype", "device", "bool")
SUFFIXES = (".md", ".markdown", ".py")
ROUNDS = 4
"""How often what was fixed is run again, each time without the edits that did not hold."""

_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)(?:\s|$)")

Again = Callable[[str], Sequence[SnippetReport]]


@dataclass(frozen=True, slots=True)
class Left:
    """A refuted claim that stays as it is, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file's text with what was refuted put right, and the difference.

    Attributes:
        text: the new text.
        diff: unified, empty if nothing changed.
        changed: how many claims were rewritten.
        left: the refuted claims that were not.
    """

    text: str
    diff: str
    changed: int
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    new: str
    line: int
    claim: str


def unfit(path: str) -> str:
    """Why a file is not rewritten; empty if it may be."""
    suffix = PurePath(path).suffix.lower()
    if suffix in SUFFIXES:
        return ""
    if suffix == ".ipynb":
        return "the outputs of a notebook come from running it: run it again"
    if suffix in (".html", ".htm"):
        return "a web page is made from something else: mend its source"
    return "only Markdown and Python files are rewritten"


def fix(
    path: str, text: str, reports: Sequence[SnippetReport], *, again: Again | None = None
) -> Fixed:
    """Rewrites refuted values and refuted printed lines; nothing is written to disk.

    Only what stands literally in the file and was seen literally is exchanged, character for
    character; code is never touched.  What cannot be exchanged so is left, with the reason.

    Args:
        path: the file's name; see `unfit` for those that are not touched.
        text: the file's text, as it was when the reports were made.
        reports: of that file.
        again: verifies a changed text.  Where it is given, an edit stays only if the line holds
            when the new text is run, and the code is what it was.
    """
    found = [(report, one) for report in reports for one in report.verdicts]
    wrong = [(report, one) for report, one in found if one.state == "refuted"]
    why = unfit(path)
    if why:
        return Fixed(text, "", 0, tuple(_left(report, one, why) for report, one in wrong))
    edits: list[_Edit] = []
    left: list[Left] = []
    for report, verdict in wrong:
        new = _edits(text, report, verdict)
        if isinstance(new, str):
            left.append(_left(report, verdict, new))
        elif not any(_meet(one, other) for one in new for other in edits):
            edits += new
    for _ in range(ROUNDS if again is not None and edits else 0):
        assert again is not None
        failed = _failing(text, edits, reports, again)
        if not failed:
            break
        edits = [edit for edit in edits if edit not in failed]
        left += [
            Left(e.line, e.claim, "with the new value it does not hold either") for e in failed
        ]
    else:
        if again is not None and edits:
            left += [Left(e.line, e.claim, "it does not settle") for e in edits]
            edits = []
    new_text = _applied(text, edits)
    diff = difflib.unified_diff(
        text.splitlines(keepends=True), new_text.splitlines(keepends=True), path, path
    )
    claims = len({(edit.line, edit.claim) for edit in edits})
    return Fixed(new_text, "".join(diff), claims, tuple(sorted(left, key=lambda one: one.line)))


def _left(report: SnippetReport, verdict: Verdict, why: str) -> Left:
    return Left(line_of(report, verdict), verdict.claim.text, why)


def _meet(one: _Edit, other: _Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def _edits(text: str, report: SnippetReport, verdict: Verdict) -> list[_Edit] | str:
    """What to exchange for one claim; a sentence where that cannot be."""
    claim, seen = verdict.claim, verdict.observed
    if claim.kind not in (*VALUES, "output"):
        return f"a claim of the kind `{claim.kind}` is for its author to reword"
    if not seen or "…" in seen or " →" in seen:
        return "what was seen is not a literal value"
    if re.search(r"\bat 0x[0-9a-f]{4,}", seen):
        return "what was seen holds an address, which changes from run to run"
    if report.snippet.restored and not _prompted(text, report.snippet):
        return "its code was damaged and had to be restored"
    found = claim.span.of(text)
    line = line_of(report, verdict)
    if claim.kind == "output" and not _in_comment(text, claim.span.start):
        return _of_output(text, report.snippet, verdict, line)
    if not _in_comment(text, claim.span.start):
        return "it does not stand in a comment or in an output"
    if claim.kind == "output":
        if found != claim.text or "\n" in found or "\n" in seen:
            return "the output goes over several lines of comments"
        return [_Edit(claim.span.start, claim.span.end, seen, line, claim.text)]
    pieces = substitute.value(found, seen.removeprefix("shape "))
    if pieces is None:
        return "no literal value stands there"
    at = claim.span.start
    return [_Edit(at + a, at + b, new, line, claim.text) for a, b, new in pieces]


def _in_comment(text: str, at: int) -> bool:
    """Whether what stands at `at` has a `#` before it on its line, which is no prompt's output."""
    start = text.rfind("\n", 0, at) + 1
    return "#" in text[start:at]


def _of_output(text: str, snippet: Snippet, verdict: Verdict, line: int) -> list[_Edit] | str:
    """Exchanges lines of an output, if they are the only ones that say so."""
    wants = [row.strip() for row in verdict.claim.text.splitlines() if row.strip()]
    seen = [row.rstrip() for row in verdict.observed.splitlines() if row.strip()]
    if len(wants) != len(seen):
        return "another number of lines is printed"
    rows = _output_rows(text, snippet)
    here = [n for n, (start, end) in enumerate(rows) if start <= verdict.claim.span.start <= end]
    places = [
        n
        for n in range(len(rows) - len(wants) + 1)
        if [text[a:b].strip() for a, b in rows[n : n + len(wants)]] == wants
    ]
    at = next((n for n in here if n in places), None)
    if at is None or (len(places) > 1 and not _prompted(text, snippet)):
        return "it cannot be told which line of the output it is"
    edits: list[_Edit] = []
    for (start, end), want, new in zip(rows[at : at + len(wants)], wants, seen, strict=True):
        if want != new.strip():
            begin = start + text[start:end].index(want)
            edits.append(_Edit(begin, begin + len(want), new.strip(), line, verdict.claim.text))
    return edits or "it is the layout that is another one"


def _prompted(text: str, snippet: Snippet) -> bool:
    return _PROMPT.match(snippet.span.of(text)) is not None


def _output_rows(text: str, snippet: Snippet) -> list[tuple[int, int]]:
    """The lines of a document that show a snippet's output, without line ends."""
    if _prompted(text, snippet):
        rows = _rows(text, snippet.span.start, snippet.span.end)
        return [(a, b) for a, b in rows if not _PROMPT.match(text[a:b]) and text[a:b].strip()]
    wanted = [row.strip() for row in (snippet.expected_output or "").splitlines() if row.strip()]
    rows = [(a, b) for a, b in _rows(text, snippet.span.end, len(text)) if text[a:b].strip()]
    for at in range(len(rows) - len(wanted) + 1 if wanted else 0):
        if [text[a:b].strip() for a, b in rows[at : at + len(wanted)]] == wanted:
            return rows[at : at + len(wanted)]
    return []


def _rows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + m.start(), start + m.end()) for m in re.finditer(r"[^\r\n]+", text[start:end])]


def _failing(
    text: str, edits: Sequence[_Edit], reports: Sequence[SnippetReport], again: Again
) -> list[_Edit]:
    """The edits on whose lines the changed text is still refuted; all, if its code changed."""
    new_text = _applied(text, edits)
    try:
        now = again(new_text)
    except InputError:
        return list(edits)
    if [_code(r.snippet) for r in now] != [_code(r.snippet) for r in reports]:
        return list(edits)
    lines = {
        line
        for report in now
        for verdict in report.verdicts
        if verdict.state == "refuted"
        for line in _lines_of(report, verdict, new_text)
    }
    failed: list[_Edit] = []
    shift = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        first = new_text.count("\n", 0, edit.start + shift) + 1
        shift += len(edit.new) - (edit.end - edit.start)
        if not lines.isdisjoint(range(first, first + edit.new.count("\n") + 1)):
            failed.append(edit)
    wrong = {(edit.line, edit.claim) for edit in failed}
    return [edit for edit in edits if (edit.line, edit.claim) in wrong]


def _lines_of(report: SnippetReport, verdict: Verdict, text: str) -> range:
    first = line_of(report, verdict)
    return range(first, first + verdict.claim.span.of(text).count("\n") + 1)


def _code(snippet: Snippet) -> str:
    """What a snippet does, without comments and docstrings."""
    tree = syntax.tree(snippet.code)
    if tree is None:
        return snippet.code
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                node.value = ast.Constant(None)
    return ast.dump(tree)
