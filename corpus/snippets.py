"""Code as it stands on a page to code that runs, each line knowing where it came from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.pieces import View
from corpus.programs import looks_like_output, looks_like_python
from corpus.restore import Budget, Restoration, restore
from corpus.syntax import parses
from corpus.types import Snippet, Span

_PYTHON = frozenset(
    "python py python3 py3 pycon python-repl python-console ipython ipython3 doctest pytorch torch "
    "code-block".split()
)
# A page's program has 5 to 80 lines; restoring searches, and its time grows with the length.
_LONGEST_RESTORED = 8_000  # characters
_MOST_RESTORED_LINES = 250
_LONGEST_LABEL = 100  # characters
_LABEL = re.compile(
    r"\W*(?:(?:expected|sample|example|the|program|possible) )?(?:outputs?|prints?|result)"
    r"(?: is| looks like this| will be)?\W*",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)(?:\s|$)")


def is_output_label(text: str) -> bool:
    """Whether a line announces what the code before it prints."""
    return len(text) <= _LONGEST_LABEL and _LABEL.fullmatch(text) is not None


def _pasted_output(lines: list[str]) -> int:
    """The first line of the output that is pasted behind a program; 0 where there is none."""
    if len(lines) > _MOST_RESTORED_LINES:
        return 0
    at = len(lines)
    while at > 1 and (not lines[at - 1].strip() or looks_like_output(lines[at - 1])):
        at -= 1
        head = textwrap.dedent("\n".join(lines[:at]))
        if parses(head):
            whole = textwrap.dedent("\n".join(lines))
            shown = "\n".join(lines[at:]).strip()
            # `False` and `tensor(3.)` are Python too, and yet nobody writes them behind a `print`
            told = "print(" in lines[at - 1] and re.match(r"(?:tensor\(|torch\.Size\(|\S+$)", shown)
            if shown and (not parses(whole) or told):
                return at
    return 0


def without_output_label(text: str) -> str:
    """What a program prints, without a first line that only says so."""
    head, _, rest = text.partition("\n")
    return rest.lstrip("\n") if rest.strip() and is_output_label(head) else text


@dataclass(frozen=True, slots=True)
class Gathered:
    """Text picked from a view line by line; `places[i]` is where its character `i` stands there."""

    text: str
    places: tuple[int, ...]


def _gather(view: View, lines: list[tuple[int, int]]) -> Gathered:
    """The lines with their common indentation and trailing blank space left out."""
    shown = [(start, start + len(view.text[start:end].rstrip())) for start, end in lines]
    indents = [
        len(view.text[start:end]) - len(view.text[start:end].lstrip(" \t"))
        for start, end in shown
        if start < end
    ]
    common = min(indents, default=0)
    parts: list[str] = []
    places: list[int] = []
    for start, end in shown:
        begin = min(start + common, end)
        parts.append(view.text[begin:end] + "\n")
        places.extend(range(begin, end + 1))
    return Gathered("".join(parts), tuple(places))


def _lines(view: View, start: int, end: int) -> list[tuple[int, int]]:
    """The lines between two offsets; the first with its indentation."""
    line_start = view.text.rfind("\n", 0, start) + 1
    if not view.text[line_start:start].strip():
        start = line_start
    lines: list[tuple[int, int]] = []
    at = start
    for whole in view.text[start:end].splitlines(keepends=True):
        lines.append((at, at + len(whole.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))))
        at += len(whole)
    return lines


def snippet_of(
    view: View,
    start: int,
    end: int,
    language: str,
    snippet_id: str,
    entry_id: str,
    page: Budget,
) -> Snippet | None:
    """The snippet that stands at `start` to `end` of the view, or `None` when it is no Python.

    Args:
        view: the document's text as it is read.
        start: where the code starts.
        end: where it ends.
        language: as the page names it, `?` where it names none, empty where it looked like Python.
        snippet_id: its id.
        entry_id: of the entry that holds it.
        page: the steps that are left for restoring this page's code.
    """
    lines = _lines(view, start, end)
    printed: str | None = None
    first = next((view.text[a:b].lstrip() for a, b in lines if view.text[a:b].strip()), "")
    if first.startswith(">>>"):
        outputs = [view.text[a:b] for a, b in lines if not _PROMPT.match(view.text[a:b])]
        lines = [(a, b) for a, b in lines if _PROMPT.match(view.text[a:b])]
        printed = textwrap.dedent("\n".join(outputs)).strip() or None
    elif cut := _pasted_output([view.text[a:b] for a, b in lines]):
        printed = textwrap.dedent("\n".join(view.text[a:b] for a, b in lines[cut:])).strip()
        printed = without_output_label(printed)
        lines = lines[:cut]
    if language == "ipython":
        # commands to the notebook and the shell are no Python
        lines = [(a, b) for a, b in lines if not re.match(r"\s*[%!]", view.text[a:b])]
    gathered = _gather(view, lines)
    if language == "?" and not looks_like_python(_unprompted(gathered.text)):
        return None
    if language not in {"", "?"} and language not in _PYTHON:
        return None
    if not gathered.text.strip():
        return None
    restoration = _restored(gathered.text, page)
    text = view.text[start:end]
    begin = start + len(text) - len(text.lstrip())
    return Snippet(
        id=snippet_id,
        entry_id=entry_id,
        span=view.span(begin, begin + len(text.strip())),
        code=restoration.code,
        restored=restoration.restored,
        restoration_notes=restoration.notes,
        expected_output=printed,
        line_spans=tuple(_place(view, gathered, first, last) for first, last in restoration.lines),
        alternatives=restoration.alternatives,
    )


def prefer_running(snippet: Snippet, runs: Callable[[str], bool]) -> Snippet:
    """The snippet in the first of its equally good readings that runs; as it is when none does.

    Args:
        snippet: as read.
        runs: whether code runs without an error; called once for each reading until one does.
    """
    if not snippet.alternatives or runs(snippet.code):
        return snippet
    for code in snippet.alternatives:
        if runs(code):
            others = (snippet.code, *(other for other in snippet.alternatives if other != code))
            notes = (*snippet.restoration_notes, "chose the reading that runs")
            return replace(snippet, code=code, alternatives=others, restoration_notes=notes)
    return snippet


def _restored(text: str, page: Budget) -> Restoration:
    """The code restored; what is too long to search through is left as it is."""
    if len(text) <= _LONGEST_RESTORED and text.count("\n") <= _MOST_RESTORED_LINES:
        return restore(text, page)
    lines: list[tuple[int, int]] = []
    at = 0
    for whole in text.splitlines(keepends=True):
        lines.append((at, at + len(whole.rstrip())))
        at += len(whole)
    code = "\n".join(text[start:end] for start, end in lines) + "\n"
    # its lines are counted as Python counts them
    if code.count("\n") != len(lines):
        lines = [(0, 0)] * code.count("\n")
    notes = () if parses(code) else ("not restored: the program is too long for that",)
    return Restoration(code, False, notes, not notes, tuple(lines))


def _unprompted(text: str) -> str:
    return re.sub(r"^(?:>>>|\.\.\.) ?", "", text, flags=re.MULTILINE)


def _place(view: View, gathered: Gathered, first: int, last: int) -> Span:
    """Where a stretch of the gathered text stands in the document."""
    if not gathered.places:
        return view.span(0, 0)
    if first >= len(gathered.places):
        at = gathered.places[-1]
        return view.span(at, at)
    start = gathered.places[first]
    if last <= first:
        return view.span(start, start)
    return view.span(start, gathered.places[min(last, len(gathered.places)) - 1] + 1)
