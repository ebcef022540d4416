"""Interactive sessions: prompted lines are run, and what stands below each is claimed as its echo.

The prompts are Python's `>>>`, or IPython's `In [3]:` with `Out[3]:` before what it gave.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.verify.expect import Fails, Printed, is_open
from assistant.verify.sites import Site
from corpus import syntax
from corpus.types import Snippet, Span

_NUMBERED = re.compile(r"\s*In ?\[\d*\]:(?:\s|$)")
_PROMPT = re.compile(r"\s*(?:>>>|In ?\[\d*\]:)(?: (?P<code>.*)|\s*)$")
_MORE = re.compile(r"\s*(?:\.\.\.|\.{3,}:)(?: (?P<code>.*)|\s*)$")
_OUT = re.compile(r"\s*Out ?\[\d*\]:\s*")
# A cell as pages show one: its prompt alone on a line, or what it gave below code without prompts.
_CELL = re.compile(r"(?m)^In ?\[\d*\]:[ \t]*$")
_GIVEN = re.compile(r"(?m)^Out ?\[\d+\]:(?:\s|$)")
_TRACE = re.compile(
    r"\s*(?:Traceback \(most recent call last\)|[\w.]*(?:Error|Exception)\s*(?::|$)"
    r"|(?:-{20,}\n\s*)?\w+\s+Traceback \(most recent call last\))",
    re.MULTILINE,
)
_TITLE = re.compile(r"(?m)^\s*(\w+)\s+Traceback \(most recent call last\)")
"""How IPython heads a traceback."""
_OWN = re.compile(r"\s*(?:[%!?]|[\w.]+\?{1,2}\s*$)")
"""What IPython alone understands."""
_TYPE = re.compile(r"(?:[a-z_]\w*\.)*(?:[A-Z]\w*|int|float|complex|bool|str|list|tuple|dict|set)")
"""A class as IPython shows one; True, False and None look like it."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as plain code with the same line numbers, and what it claims to echo."""

    code: str
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a session in a document claims to echo.

    Attributes:
        sites: the claims, by the lines of the snippet's code.
        spans: where each stands in the document, by its line and text.
    """

    sites: tuple[Site, ...]
    spans: Mapping[tuple[int, str], Span]


def convert(code: str) -> Session | None:
    """Reads `code` as an interactive session; None where it is none.

    A program whose docstrings hold prompts is no session.
    """
    bare = _GIVEN.search(code) is not None
    if not bare and not any(map(_PROMPT.match, code.splitlines())):
        return None
    # `In [2]: x` and `Out[2]: x` are annotations to Python.
    if not bare and not _NUMBERED.match(code.lstrip()) and syntax.parses(code):
        return None
    plain, wants = _read(code)
    text = "\n".join(plain) + "\n"
    keys = _statements(text)
    sites = [
        _site(keys[line], first, rows)
        for line, first, rows in ((_end(end, plain), first, rows) for end, first, rows in wants)
        if line in keys and not _is_prose(rows)
    ]
    return Session(text, tuple(sites))


def in_docstrings(code: str) -> Session | None:
    """The examples in the docstrings of `code`, put behind it; None where there are none.

    The claims keep the lines on which they stand in the docstrings.
    """
    tree = syntax.tree(code) if ">>>" in code else None
    lines = code.splitlines()
    added = list(lines)
    wants: list[tuple[int, int, list[str]]] = []
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if ast.get_docstring(node) is None:
            continue
        first, last = node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno
        rows = [re.sub(r"\s*(?:\"{3}|\'{3})\s*$", "", row) for row in lines[first - 1 : last]]
        plain, shown = _read("\n".join(rows))
        wants += [(len(added) + end, first + row - 1, said) for end, row, said in shown]
        added += plain
    text = "\n".join(added) + "\n"
    keys = _statements(text)
    sites = [
        _site(keys[end], row, rows)
        for end, row, rows in ((_end(last, added), first, shown) for last, first, shown in wants)
        if end in keys and not _is_prose(rows)
    ]
    return Session(text, tuple(sites)) if sites else None


def _raised(rows: list[str]) -> Fails:
    """The exception that a traceback ends with; its message may go on over several lines."""
    if (title := _TITLE.search("\n".join(rows))) is not None:
        begins = [at for at, row in enumerate(rows) if re.match(rf"{title[1]}(?::|$)", row)]
        message = "\n".join(rows[begins[-1] :])[len(title[1]) + 1 :] if begins else ""
        return Fails(title[1], message.strip())
    for place, row in enumerate(rows):
        found = re.match(r"([A-Za-z_][\w.]*)(?::\s?(.*))?$", row)
        if found is not None and not row.startswith("Traceback"):
            message = "\n".join([found[2] or "", *rows[place + 1 :]])
            return Fails(found[1].rsplit(".", 1)[-1], message.strip())
    return Fails()


def prompted(snippet: Snippet, text: str) -> bool:
    """Whether a snippet stands in its document, whose text is `text`, with prompts before it."""
    start = r'[\s">]*(?:>>>|&gt;&gt;&gt;|In ?\[\d*\]:)'
    return re.match(start, snippet.span.of(text)) is not None


def shown(snippet: Snippet, text: str) -> Shown | None:
    """What stands below the prompts of a snippet that was read without them.

    Args:
        snippet: code without prompts, whose lines know their places.
        text: the document's.

    Returns:
        None where the document does not have it literally, as in a page of HTML.
    """
    original = snippet.span.of(text)
    plain, wants = _read(original)
    lines = snippet.code.splitlines()
    number: dict[int, int] = {}
    for place, (code, span) in enumerate(zip(lines, snippet.line_spans, strict=False), start=1):
        row = text.count("\n", snippet.span.start, max(span.start, snippet.span.start)) + 1
        if row > len(plain) or plain[row - 1].strip() != code.strip():
            return None
        number[row] = place
    if len(number) != len(lines):
        return None
    written = original.split("\n")
    starts = [0, *(match.end() for match in re.finditer("\n", original))]
    keys = _statements(snippet.code)
    sites: list[Site] = []
    spans: dict[tuple[int, str], Span] = {}
    for row, first, rows in wants:
        line = number.get(_end(row, plain), 0)
        if line not in keys or _is_prose(rows):
            continue
        site = replace(_site(keys[line], first, rows), line=line, end_line=line)
        last = first + len(rows) - 2
        # The row is what its line ends with: a label may stand before it.
        begin = snippet.span.start + starts[first - 1]
        begin += len(written[first - 1].rstrip()) - len(rows[0].strip())
        end = snippet.span.start + starts[last] + len(written[last].rstrip())
        sites.append(site)
        spans[line, site.text] = Span(begin, end)
    return Shown(tuple(sites), spans)


def _read(code: str) -> tuple[list[str], list[tuple[int, int, list[str]]]]:
    """The code of a session, its other lines left empty, and what stands below its statements.

    Returns:
        The lines; and for each echo: the last line of its statement, its own first line, its rows.
    """
    prompted = any(map(_PROMPT.match, code.splitlines()))
    if _CELL.search(code) or (not prompted and _GIVEN.search(code)):
        found = _read_cells(code, prompted=prompted)
        if syntax.parses("\n".join(found[0]) + "\n"):
            return found
    plain: list[str] = []
    wants: list[tuple[int, int, list[str]]] = []
    last_code = -1
    collecting = False
    for number, line in enumerate(code.splitlines(), start=1):
        prompt = _PROMPT.match(line)
        more = _MORE.match(line) if not collecting and plain and last_code == number - 1 else None
        if prompt is not None:
            typed = prompt["code"] or ""
            own = _NUMBERED.match(line) is not None and _OWN.match(typed) is not None
            plain.append("" if own else typed)
            last_code, collecting = (-1 if own else number), False
        elif more is not None:
            plain.append(more["code"] or "")
            last_code = number
        else:
            plain.append("")
            if not line.strip():
                # A printed tensor may hold blank lines; an open bracket says that it goes on.
                collecting = collecting and _goes_on(wants[-1][2])
            elif collecting:
                wants[-1][2].append(line)
            elif last_code == number - 1 or (_OUT.match(line) and last_code > 0):
                wants.append((last_code, number, [line]))
                collecting = True
    return plain, [want for one in wants if (want := _without_label(*one)) is not None]


def _read_cells(code: str, *, prompted: bool) -> tuple[list[str], list[tuple[int, int, list[str]]]]:
    """As `_read`, of cells: all is code from a prompt on a line of its own to what it gave."""
    plain: list[str] = []
    wants: list[tuple[int, int, list[str]]] = []
    last_code, within, collecting = -1, not prompted, False
    for number, line in enumerate(code.splitlines(), start=1):
        if collecting and not prompted and line.strip():
            # Code may follow at once, as soon as the value is whole.
            shown = _OUT.sub("", "\n".join(wants[-1][2]), count=1).strip()
            trace = _TRACE.match(shown) and not re.match(r"[\w.]+(?::|$)", wants[-1][2][-1])
            collecting = bool(trace) or not shown or is_open(shown)
            within = not collecting
        prompt = _PROMPT.match(line)
        given = _OUT.match(line) or (within and _TRACE.match(line)) or re.match(r"-{20,}$", line)
        if prompt is not None:
            typed = prompt["code"] or ""
            own = _OWN.match(typed) is not None
            plain.append("" if own else typed)
            within, collecting = not own, False
            last_code = number if typed and not own else -1
        elif given and last_code > 0:
            plain.append("")
            wants.append((last_code, number, [line]))
            within, collecting = False, True
        elif within:
            plain.append("" if _OWN.match(line) else line)
            last_code = number if line.strip(" \t#") else last_code
        else:
            plain.append("")
            if collecting and line.strip():
                wants[-1][2].append(line)
            elif collecting and not _goes_on(wants[-1][2]):
                within, collecting = not prompted, False
    return plain, [want for one in wants if (want := _without_label(*one)) is not None]


def _goes_on(rows: Sequence[str]) -> bool:
    """Whether what stands below a prompt goes on behind a blank line."""
    whole = "\n".join(rows)
    title = _TITLE.search(whole)
    if title is not None:
        return re.search(rf"(?m)^\s*{title[1]}(?::|$)", whole) is None
    return is_open(_OUT.sub("", whole, count=1))


def _without_label(end: int, first: int, rows: list[str]) -> tuple[int, int, list[str]] | None:
    """An echo without IPython's `Out[3]:`; None where Python would show it in another way."""
    labels = [at for at, row in enumerate(rows) if _OUT.match(row)]
    if not labels:
        return end, first, rows
    at = labels[0]
    held = _OUT.sub("", rows[at], count=1)
    value = [held, *rows[at + 1 :]] if held else rows[at + 1 :]
    shown = "\n".join(value).strip()
    named = _TYPE.fullmatch(shown) and shown not in ("True", "False", "None")
    if named or not shown or shown.startswith(("<function", "<matplotlib", "{")):
        return None
    if at == 0:
        return end, first if held else first + 1, value
    return (end, first, [*rows[:at], *value]) if held else None


def _end(line: int, plain: Sequence[str]) -> int:
    """The last line of code at or above `line`: a block in a session ends with an empty `...`."""
    while line > 1 and not plain[line - 1].strip():
        line -= 1
    return line


def _statements(code: str) -> dict[int, tuple[int, int, int]]:
    """Top-level statements by their last line: first line, last line, column."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return {}
    return {
        (node.end_lineno or node.lineno): (
            node.lineno,
            node.end_lineno or node.lineno,
            node.col_offset,
        )
        for node in tree.body
    }


def _is_prose(rows: list[str]) -> bool:
    """A remark below a prompt without a blank line: words that no echo would show."""
    words = re.findall(r"[A-Za-z]{2,}", rows[0])
    return len(rows) == 1 and len(words) > 4 and not re.search(r"[\d\[\](){}<>='\"]", rows[0])


def _site(statement: tuple[int, int, int], first: int, rows: list[str]) -> Site:
    indent = min(len(row) - len(row.lstrip()) for row in rows)
    text = "\n".join(row[indent:].rstrip() for row in rows)
    if _TRACE.match(text):
        return Site(
            "raises", _raised(text.splitlines()), first, first + len(rows) - 1, indent, text,
            f"{statement[0]}:{statement[2]}", "raises", statement=(statement[0], statement[1]),
        )  # fmt: skip
    return Site(
        "output", Printed(text), first, first + len(rows) - 1, indent, text,
        f"{statement[0]}:{statement[2]}", "echo", statement=(statement[0], statement[1]),
    )  # fmt: skip
