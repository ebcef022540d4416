"""The library's documents: what is in them, adding, removing.  Knows nothing of Gradio."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import foreign_faults
from assistant.runtime import Runtime
from assistant.web.state import Cell, Exchange, Scope
from corpus.errors import InputError
from corpus.library import representative
from corpus.types import Entry, Reading, Unreadable
from index.build import Progress, Request, build
from index.filters import Filters
from index.types import IndexedDocument

MOST_FILES = 20
"""Files that one upload may bring."""

BUILTIN = "the built-in corpus"

LISTED = 200
"""Entries listed at most."""


@dataclass(frozen=True, slots=True)
class Added:
    """What an upload came to."""

    readings: tuple[Reading, ...]
    unreadable: tuple[Unreadable, ...]


def entries(
    runtime: Runtime, query: str = "", topic: str = "", level: str = "", document: str = ""
) -> list[Entry]:
    """Entries that pass the filters, nearest to `query` first if there is one; twins once."""
    searcher = runtime.searcher
    filters = Filters(
        topics=(topic,) if topic else (),
        levels=(level,) if level else (),
        documents=(document,) if document else (),
    )
    if query.strip():
        hits = searcher.search(query.strip()[:1000], LISTED // 4, filters).hits
        return [searcher.entries[hit.chunk.entry_id] for hit in hits]
    stands_for = representative(searcher.stored.library)
    return [
        entry
        for entry in searcher.entries.values()
        if stands_for.get(entry.id, entry.id) == entry.id
        and filters.allow(entry, searcher.documents[entry.document_id])
    ]


def topics(runtime: Runtime) -> list[str]:
    """The topics of the library, sorted."""
    return sorted({e.topic for e in runtime.searcher.entries.values() if e.topic})


def levels(runtime: Runtime) -> list[str]:
    """The levels of the library, from junior up."""
    order = {"junior": 0, "mid": 1, "senior": 2}
    found = {e.level for e in runtime.searcher.entries.values() if e.level}
    return sorted(found, key=lambda level: (order.get(level, 9), level))


def scope_filters(runtime: Runtime, scope: Scope) -> Filters:
    """The scope of a question as the index takes it."""
    names: list[str] = []
    for name in scope.documents:
        if name == BUILTIN:
            held = runtime.searcher.stored.manifest.documents
            names += [Path(document.path).name for document in held if document.builtin]
        else:
            names.append(name)
    return Filters(topics=scope.topics, levels=scope.levels, documents=tuple(names))


def sources(runtime: Runtime) -> list[str]:
    """What a question may be limited to: the built-in corpus, and each added document."""
    held = runtime.searcher.stored.manifest.documents
    builtin = [BUILTIN] if any(document.builtin for document in held) else []
    return builtin + sorted({Path(document.path).name for document in documents(runtime)})


def documents(runtime: Runtime) -> list[IndexedDocument]:
    """The documents that were added to the built-in corpus."""
    return [d for d in runtime.searcher.stored.manifest.documents if not d.builtin]


def reading_of(runtime: Runtime, path: str) -> Reading:
    """What reading made of a document of the index.

    Raises:
        InputError: it is not, or no longer, in the index.
    """
    for reading in runtime.searcher.stored.library.readings:
        if reading.document.path == path:
            return reading
    raise InputError("not in the library", where=path, hint="choose a document of the list")


def add(runtime: Runtime, files: Sequence[str], progress: Progress) -> Added:
    """Keeps copies of `files` in the data folder and takes them into the index.

    Raises:
        InputError: too many files, or none of them could be read.
        EnvironmentFault: the folder cannot be written, or another build holds the index.
    """
    if len(files) > MOST_FILES:
        raise InputError(f"{len(files)} files at once", hint=f"give {MOST_FILES} at most")
    folder = runtime.settings.home / "uploads"
    kept: list[Path] = []
    with foreign_faults(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            target = folder / Path(file).name
            shutil.copyfile(file, target)
            kept.append(target)
    try:
        report = build(runtime.settings.index, _request(runtime, adding=kept), progress)
    except InputError:
        for path in kept:
            path.unlink(missing_ok=True)
        raise
    runtime.reload()
    held = {r.document.path: r for r in runtime.searcher.stored.library.readings}
    for path in kept:
        if str(path) not in held:
            path.unlink(missing_ok=True)
    return Added(tuple(held[str(path)] for path in kept if str(path) in held), report.unreadable)


def remove(runtime: Runtime, path: str) -> None:
    """Takes a document out of the index, and deletes it if it was uploaded here.

    Raises:
        InputError: it is not in the index.
        EnvironmentFault: the index cannot be written.
    """
    build(runtime.settings.index, _request(runtime, dropping=path))
    if Path(path).parent == runtime.settings.home / "uploads":
        Path(path).unlink(missing_ok=True)
    runtime.reload()


def _request(runtime: Runtime, adding: Sequence[Path] = (), dropping: str = "") -> Request:
    """What the index shall hold; one that was made without the built-in corpus stays without it."""
    held = runtime.searcher.stored.manifest.documents
    added = tuple(map(str, adding))
    if any(document.builtin for document in held):
        return Request(added, remove=(dropping,) if dropping else ())
    kept = tuple(d.path for d in held if d.path != dropping and Path(d.path).exists())
    return Request((*kept, *added), only=True)


def as_exchange(entry: Entry) -> Exchange:
    """An entry in the form in which the thread shows answers: its text, its snippets as cells."""
    return Exchange(
        id=entry.id,
        question=entry.question,
        stage="done",
        text=entry_markdown(entry),
        cells=tuple(Cell(snippet, snippet.code) for snippet in entry.snippets),
    )


def entry_markdown(entry: Entry) -> str:
    """An entry's sections as Markdown."""
    return "\n\n".join(_markdown(entry))


def _markdown(entry: Entry) -> Iterator[str]:
    for section in entry.sections:
        if section.heading:
            yield f"**{section.heading}**"
        for block in section.blocks:
            if block.kind in ("code", "output"):
                fence = "```" if "```" not in block.text else "`````"
                language = "python" if block.kind == "code" else "text"
                yield f"{fence}{language}\n{block.text.rstrip()}\n{fence}"
            else:
                yield block.text.strip()
