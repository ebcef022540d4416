"""`torchproof inspect`."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator

import click

from assistant.cli.common import json_option
from corpus.types import Cut, Entry, Library, Reading, Snippet, Unsorted

STDIN = "-"
_SHOWN_LINES = 12  # of what restoring changed in a program
_WIDTH = 88  # characters of a line of code that are shown
_CUT_SHOWN = 60  # characters of what was cut
_LOOKED_AT = 10_000  # characters of it, blank space among them


@click.command(
    epilog="\b\nExamples:\n  torchproof inspect page.html\n  torchproof inspect notes/ --json"
)
@click.argument("paths", nargs=-1, required=True)
@json_option
def inspect(paths: tuple[str, ...], as_json: bool) -> None:
    """Show what reading made of PATHS: entries, snippets, twins, and what was cut as no content.

    `-` reads a page from stdin.
    """
    from assistant.shapes import inspect_json

    library = _library(paths)
    if as_json:
        click.echo(json.dumps(inspect_json(library), ensure_ascii=False, indent=1))
        return
    for reading in library.readings:
        click.echo("\n".join(_told(reading)))
    for unreadable in library.unreadable:
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)


def _library(paths: tuple[str, ...]) -> Library:
    """Everything that the paths name, `-` being what stands on stdin."""
    from corpus.library import combine, parse, read_library
    from corpus.read import decode, read_text

    if STDIN not in paths:
        return read_library(paths)
    named = [path for path in paths if path != STDIN]
    library = read_library(named) if named else Library()
    text = decode(sys.stdin.buffer.read(), where="<stdin>")
    piped = parse(read_text(text, path="<stdin>"))
    return combine([*library.readings, piped], library.unreadable)


def _told(reading: Reading) -> Iterator[str]:
    """What reading made of one document, line by line."""
    document = reading.document
    yield f"{document.path}  ({document.media_type}, {len(document.text):,} characters)"
    for entry in reading.entries:
        yield f"  {entry.number:>3}. {entry.question}"
        yield f"       [{entry.span.start}:{entry.span.end}] {', '.join(_facts(entry))}"
        for snippet in entry.snippets:
            if snippet.restored:
                yield from _restored(snippet, document.text)
            elif snippet.restoration_notes:
                where = f"[{snippet.span.start}:{snippet.span.end}]"
                yield f"       {where} {'; '.join(snippet.restoration_notes)}"
    for cut in reading.cut:
        yield f"  cut {_excerpt(cut, document.text)}"
    for rest in reading.unsorted:
        yield f"  kept as plain text {_excerpt(rest, document.text)}"


def _excerpt(stretch: Cut | Unsorted, text: str) -> str:
    """Where it stands, the reason, and how it begins."""
    span = stretch.span
    held = " ".join(text[span.start : min(span.end, span.start + _LOOKED_AT)].split())
    shown = held if len(held) <= _CUT_SHOWN else held[: _CUT_SHOWN - 3] + "…"
    return f"[{span.start}:{span.end}] {stretch.reason}: {shown}"


def _facts(entry: Entry) -> Iterator[str]:
    from corpus.tables import is_split

    yield _count(len(entry.sections), "section")
    yield _count(len(entry.snippets), "snippet")
    restored = sum(snippet.restored for snippet in entry.snippets)
    if restored:
        yield f"{restored} restored"
    tables = [
        is_split(block.text)
        for section in entry.sections
        for block in section.blocks
        if block.kind == "table"
    ]
    if tables:
        kept = tables.count(False)
        yield _count(len(tables), "table") + (f" ({kept} kept as text)" if kept else "")
    if entry.follow_ups:
        yield _count(len(entry.follow_ups), "follow-up question")
    if entry.twins:
        yield f"twin of {', '.join(entry.twins)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _restored(snippet: Snippet, text: str) -> Iterator[str]:
    """A restored program beside what stands in the document."""
    notes = "; ".join(snippet.restoration_notes) or "changed"
    yield f"       restored [{snippet.span.start}:{snippet.span.end}] {notes}"
    before, after = (
        [line.rstrip() for line in code.splitlines() if line.strip()]
        for code in (snippet.span.of(text), snippet.code)
    )
    changes = [
        line
        for line in difflib.unified_diff(before, after, lineterm="", n=1)
        if not line.startswith(("---", "+++", "@@"))
    ]
    for line in changes[:_SHOWN_LINES]:
        shown = line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
        yield f"         {shown[0]} {shown[1:]}"
    if len(changes) > _SHOWN_LINES:
        yield f"         … {_count(len(changes) - _SHOWN_LINES, 'more line')}"
