"""All documents together: read, split, their twins grouped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corpus import twins
from corpus.entries import is_entry, parse_entry
from corpus.errors import InputError
from corpus.formats import cells, html, notebook, python, rst, text
from corpus.pieces import View
from corpus.read import find_files, read_document
from corpus.split import split
from corpus.types import Document, Library, Reading, Unreadable

_BUILTIN = Path(__file__).resolve().parent / "questions"


def builtin_paths() -> list[Path]:
    """The files of the corpus that comes with the package, in order."""
    return sorted(_BUILTIN.rglob("*.md"))


def parse(document: Document) -> Reading:
    """What reading makes of one document, by its media type.

    Raises:
        InputError: it is one of our own entries, and not in their form.
    """
    view = View(document.text)
    match document.media_type:
        case "text/html" | "application/xhtml+xml":
            return split(document, html.scan(document.text))
        case "application/x-ipynb+json":
            return split(document, notebook.scan(document.text))
        case "text/x-rst":
            return split(document, rst.scan(view))
        case "text/x-python":
            asked = cells.scan_cells(document.text) or cells.scan_docstring(document.text)
            return split(document, asked or python.scan(view), whole=asked is None)
        case "text/markdown" if is_entry(document.text):
            return parse_entry(document)
        case _:
            return split(document, text.scan(view))


def read_library(
    paths: Sequence[str | Path],
    *,
    progress: Callable[[int, int], None] | None = None,
    made: Callable[[Document], Reading] = parse,
) -> Library:
    """Reads files, folders, patterns and archives.

    A file that cannot be read is named in the library and stops nothing.

    Args:
        paths: what to read.
        progress: called with the number of files done and of all files.
        made: makes a reading of a document, as `parse` does; another may keep what it made.

    Raises:
        InputError: a path names nothing.
    """
    files, unreadable = find_files(paths)
    readings: list[Reading] = []
    for done, path in enumerate(files, 1):
        try:
            readings.append(made(read_document(path)))
        except InputError as error:
            unreadable.append(Unreadable(str(path), error.what))
        except (RecursionError, MemoryError, ValueError) as error:
            reason = f"could not be made sense of ({type(error).__name__})"
            unreadable.append(Unreadable(str(path), reason))
        if progress is not None:
            progress(done, len(files))
    return combine(readings, unreadable)


def combine(readings: Iterable[Reading], unreadable: Iterable[Unreadable] = ()) -> Library:
    """A library of readings, with twins grouped over all of them.

    Twins that a reading brings along from another library are forgotten.
    """
    kept = list(readings)
    entries = twins.with_twins([entry for reading in kept for entry in reading.entries])
    at = 0
    known: list[Reading] = []
    for reading in kept:
        own = tuple(entries[at : at + len(reading.entries)])
        at += len(own)
        known.append(replace(reading, entries=own) if own != reading.entries else reading)
    return Library(tuple(known), tuple(unreadable))


def representative(library: Library) -> Mapping[str, str]:
    """For each entry id, the id of the best preserved entry that says the same thing."""
    return twins.representatives(library.entries)
