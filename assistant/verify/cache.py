"""Reports kept from run to run, in one SQLite file.

A report is good as long as nothing it rests on has changed: the code and what runs before it, the
installed torch, the device, and the verifier itself.  What stood before such a change is kept
beside the new one, so that the verdicts that flipped can be listed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from assistant.types import Claim, Failure, SnippetReport
from assistant.verify.report import PlacedVerdict
from corpus.errors import EnvironmentFault
from corpus.types import Snippet, Span

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Flip:
    """A claim whose verdict is another one than under an earlier version."""

    document: str
    line: int
    text: str
    before: str
    after: str
    observed: str
    version_before: str


@cache
def installed() -> str:
    """What a report rests on besides the code: versions and the verifier's own sources."""
    folder = resources.files(__package__)
    digest = hashlib.sha256()
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.endswith(".py"):
            digest.update(item.read_bytes())
    try:
        torch = metadata.version("torch")
    except metadata.PackageNotFoundError:
        torch = "none"
    return f"torch {torch}, cpu, verifier {digest.hexdigest()[:12]}"


class ReportCache:
    """Reports by snippet and version.

    Args:
        path: the SQLite file; made with its folder if it is not there.
        version: what reports rest on, see `installed`.

    Raises:
        EnvironmentFault: the file cannot be opened or written.
    """

    def __init__(self, path: str | Path, *, version: str | None = None) -> None:
        self.version = version or installed()
        self._lock = threading.Lock()
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(
                f"CREATE TABLE IF NOT EXISTS reports_{SCHEMA} (code TEXT, version TEXT,"
                " report TEXT, stored INTEGER DEFAULT (unixepoch()), PRIMARY KEY (code, version))"
            )
            self._db.execute(
                f"CREATE TABLE IF NOT EXISTS names_{SCHEMA} (name TEXT, version TEXT,"
                " record TEXT, PRIMARY KEY (name, version))"
            )
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentFault(
                "the store of verdicts cannot be used",
                where=str(path),
                hint="name another file, or delete this one",
            ) from error

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def get(self, key: str) -> SnippetReport | None:
        """The report stored for `key` under this version."""
        found = self._row(key, self.version)
        return _loaded(json.loads(found)) if found else None

    def put(self, key: str, report: SnippetReport) -> None:
        """Stores a report that is final: none that a limit or a missing sandbox cut short."""
        if report.status in ("unavailable", "timeout", "killed"):
            return
        with self._lock, self._db:
            self._db.execute(
                f"INSERT OR REPLACE INTO reports_{SCHEMA} (code, version, report) VALUES (?, ?, ?)",
                (key, self.version, json.dumps(asdict(report))),
            )

    def names(self) -> dict[str, Mapping[str, Any]]:
        """What is stored of the library's names under this version."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT name, record FROM names_{SCHEMA} WHERE version = ?", (self.version,)
            ).fetchall()
        return {name: json.loads(record) for name, record in rows}

    def put_names(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Stores what the library said of names."""
        rows = [(name, self.version, json.dumps(dict(found))) for name, found in records.items()]
        with self._lock, self._db:
            self._db.executemany(f"INSERT OR REPLACE INTO names_{SCHEMA} VALUES (?, ?, ?)", rows)

    def flips(self, key: str, report: SnippetReport) -> Iterator[Flip]:
        """Claims of `report` that were judged otherwise under the last other version."""
        with self._lock:
            row = self._db.execute(
                f"SELECT report, version FROM reports_{SCHEMA} WHERE code = ? AND version != ?"
                " ORDER BY stored DESC LIMIT 1",
                (key, self.version),
            ).fetchone()
        if row is None:
            return
        earlier = _loaded(json.loads(row[0]))
        states = {(one.claim.line, one.claim.text): one.state for one in earlier.verdicts}
        for one in report.verdicts:
            before = states.get((one.claim.line, one.claim.text), one.state)
            if before != one.state:
                yield Flip(
                    report.document, one.claim.line, one.claim.text, before, one.state,
                    one.observed, row[1],
                )  # fmt: skip

    def _row(self, key: str, version: str) -> str | None:
        with self._lock:
            row = self._db.execute(
                f"SELECT report FROM reports_{SCHEMA} WHERE code = ? AND version = ?",
                (key, version),
            ).fetchone()
        return None if row is None else str(row[0])


def key_of(snippet: Snippet, text: str, context: Sequence[Snippet]) -> str:
    """What makes two snippets the same: the code, its place, its output and what ran before."""
    parts = [
        snippet.code,
        snippet.expected_output or "",
        str((snippet.span.start, snippet.span.end, snippet.restored)),
        snippet.span.of(text),
        *(f"{other.entry_id == snippet.entry_id}{other.code}" for other in context),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _loaded(data: dict[str, Any]) -> SnippetReport:
    snippet = data["snippet"]
    spans = tuple(Span(**span) for span in snippet["line_spans"])
    whole = Snippet(
        **{
            **snippet,
            "span": Span(**snippet["span"]),
            "line_spans": spans,
            "restoration_notes": tuple(snippet["restoration_notes"]),
        }
    )
    verdicts = tuple(
        PlacedVerdict(
            **{
                **verdict,
                "claim": Claim(**{**verdict["claim"], "span": Span(**verdict["claim"]["span"])}),
            }
        )
        for verdict in data["verdicts"]
    )
    error = Failure(**data["error"]) if data["error"] else None
    return SnippetReport(**{**data, "snippet": whole, "verdicts": verdicts, "error": error})


def renamed(report: SnippetReport, snippet: Snippet, document: str) -> SnippetReport:
    """A stored report as that of `snippet`, whose id and document may be other ones."""
    return replace(report, snippet=snippet, document=document)
