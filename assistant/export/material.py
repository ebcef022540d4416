"""The chapters that every export is made of, and what is known of each entry's code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.interview.types import LEVELS
from corpus.errors import InputError
from corpus.types import Entry, Library, Reading, Snippet

if TYPE_CHECKING:
    from assistant.proving import Proofs
    from assistant.types import SnippetReport
    from assistant.verify.cache import ReportCache
    from assistant.verify.verifier import Verifier

ALOUD = {
    "cnn": "CNN", "cuda": "CUDA", "gpu": "GPU", "llm": "LLM", "lr": "Learning rate",
    "nn": "nn", "peft": "PEFT", "rnn": "RNN",
}  # fmt: skip
"""Words of topics that are not written as they are spelt in a file name."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The entries of one topic, easiest first; of a document without topics, all of them in order.

    Attributes:
        id: a name for files: lower case, hyphens.
        readings: the readings of the entries, by the entries' ids.
    """

    id: str
    title: str
    entries: tuple[Entry, ...]
    readings: Mapping[str, Reading]

    @property
    def summary(self) -> str:
        """How many questions there are, and in which order."""
        count = len(self.entries)
        said = f"{count} question{'' if count == 1 else 's'}"
        levels = {entry.level for entry in self.entries}
        return f"{said}, the easier ones first" if len(levels) > 1 else said


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the code that is exported.

    Attributes:
        reports: the reports on snippets, by the snippets' ids.
        proved: ids of entries whose snippets all ran to their end, nothing refuted, when the
            package was made; their single verdicts may be unknown.
        torch: the version that this was found with.
    """

    reports: Mapping[str, SnippetReport] = field(default_factory=dict)
    proved: frozenset[str] = frozenset()
    torch: str = ""


def read_chapters(paths: Sequence[str | Path] = (), topics: Sequence[str] = ()) -> list[Chapter]:
    """The chapters of the built-in corpus, or of other documents.

    Args:
        paths: documents to take instead of the built-in corpus.
        topics: only these; empty for all.

    Raises:
        InputError: a path names nothing, no document could be read, or a topic has no entry.
    """
    from corpus.library import builtin_paths, read_library

    if not paths:
        # The built-in corpus has a folder for each topic: what is not wanted need not be read.
        own = builtin_paths()
        _check_topics(topics, {path.parent.name for path in own})
        paths = [path for path in own if not topics or path.parent.name in topics]
    library = read_library(list(paths))
    if library.unreadable and not library.entries:
        bad = library.unreadable[0]
        raise InputError(bad.reason, where=bad.path, hint="give documents with questions")
    return chapters(library, topics)


def _check_topics(topics: Sequence[str], known: Collection[str]) -> None:
    missing = [topic for topic in topics if topic not in known]
    if missing:
        raise InputError(
            f"there is no topic {', '.join(missing)}",
            where="--topic",
            hint=f"topics are {', '.join(sorted(known))}",
        )


def chapters(library: Library, topics: Sequence[str] = ()) -> list[Chapter]:
    """The entries of a library by topic, each group of twins once.

    Raises:
        InputError: a topic has no entry.
    """
    from corpus.library import representative

    stands = representative(library)
    grouped: dict[str, list[tuple[Entry, Reading]]] = {}
    for reading in library.readings:
        for entry in reading.entries:
            if stands.get(entry.id, entry.id) == entry.id:
                name = entry.topic or Path(reading.document.path).stem.lower()
                grouped.setdefault(name, []).append((entry, reading))
    _check_topics(topics, grouped)
    return [
        Chapter(
            name,
            title_of(name),
            tuple(sorted((entry for entry, _ in held), key=_order)),
            {entry.id: reading for entry, reading in held},
        )
        for name, held in sorted(grouped.items())
        if not topics or name in topics
    ]


def _order(entry: Entry) -> tuple[int, int, str]:
    if entry.level in LEVELS:
        return LEVELS.index(entry.level), 0, entry.question
    return 0, entry.number, ""


def title_of(topic: str) -> str:
    """`lr-schedulers` as `Learning rate schedulers`."""
    words = [ALOUD.get(word, word) for word in topic.replace("_", "-").split("-")]
    title = " ".join(words)
    return title[:1].upper() + title[1:] if words and words[0] not in ALOUD else title


def look_up(chosen: Iterable[Chapter], cache: ReportCache | None, proofs: Proofs) -> Known:
    """What earlier runs found out of the chapters' code; nothing is run.

    Args:
        chosen: the chapters.
        cache: this user's reports, if there are any.
        proofs: what held of the built-in corpus.
    """
    from assistant.proving import snippets_key, torch_version
    from assistant.verify.cache import key_of
    from assistant.verify.kept import in_order

    reports: dict[str, SnippetReport] = {}
    proved: set[str] = set()
    for reading in _readings(chosen):
        if proofs.held(snippets_key(reading)):
            proved |= {entry.id for entry in reading.entries}
        for snippet, context in in_order(reading) if cache is not None else ():
            report = cache.get(key_of(snippet, reading.document.text, context)) if cache else None
            if report is not None:
                reports[snippet.id] = report
    return Known(reports, frozenset(proved), torch_version())


def run(
    chosen: Iterable[Chapter],
    verifier: Verifier,
    progress: Callable[[int, int], None] | None = None,
) -> Known:
    """What running the chapters' code shows.

    Args:
        chosen: the chapters.
        verifier: runs it; one with a cache runs only what is not known.
        progress: called with the number of snippets done and of all.
    """
    from assistant.proving import torch_version

    found = verifier.verify_readings(_readings(chosen), progress)
    return Known({report.snippet.id: report for _, report in found}, torch=torch_version())


def _readings(chosen: Iterable[Chapter]) -> list[Reading]:
    held = {r.document.id: r for chapter in chosen for r in chapter.readings.values()}
    return list(held.values())


def snippet_at(entry: Entry, start: int) -> Snippet | None:
    """The snippet of a block of code, by where the block begins."""
    return next((one for one in entry.snippets if one.span.start == start), None)
