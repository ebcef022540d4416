"""Which entries say something that execution refutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.verify.verifier import Verifier
from corpus.library import read_library, representative
from eval.progress import Note, silently


def refuted_units(
    files: Sequence[Path],
    group_of: Mapping[tuple[str, int], str],
    verifier: Verifier,
    note: Note = silently,
) -> frozenset[str]:
    """Groups of entries of which at least one claim, in code or in prose, is refuted.

    Of twins the best preserved one is looked at: it is the one that is shown.

    Args:
        files: the documents.
        group_of: document name and number of each entry to its group; others are left out.
        verifier: with a cache, a second call costs next to nothing.
        note: told how far it is.
    """
    library = read_library(files)
    shown = representative(library)
    found: set[str] = set()
    for n, reading in enumerate(library.readings, start=1):
        name = Path(reading.document.path).name
        note(f"verifying {name} ({n} of {len(library.readings)})")
        unit_of = {
            entry.id: group_of[name, entry.number]
            for entry in reading.entries
            if shown.get(entry.id, entry.id) == entry.id and (name, entry.number) in group_of
        }
        for report in verifier.verify_reading(reading):
            unit = unit_of.get(report.snippet.entry_id)
            if unit and any(verdict.state == "refuted" for verdict in report.verdicts):
                found.add(unit)
    return frozenset(found)


@contextmanager
def open_verifier() -> Iterator[Verifier]:
    """The product's verifier with its cache of verdicts, its sandbox closed at the end."""
    from assistant.runtime import Runtime
    from assistant.verify.cache import ReportCache

    with Runtime() as runtime:
        runtime.settings.make_home()
        cache = ReportCache(runtime.settings.verdict_cache)
        try:
            yield Verifier(runtime.sandbox, cache=cache)
        finally:
            cache.close()
