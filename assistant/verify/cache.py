"""Reports kept from run to run, in one SQLite file.

A report is good as long as nothing it rests on has changed: the code and what runs before it, the
installed torch, the device, and the verifier itself.  Which verdict each claim of a document had
under the version before is kept as well (`flips`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from assistant.types import Claim, Failure, SnippetReport
from assistant.verify.report import NOT_RUN, PlacedVerdict
from corpus.errors import EnvironmentFault
from corpus.types import Snippet, Span

SCHEMA = 2
KEPT_DAYS = 90
"""Reports of other versions that are older than this are dropped when the store is opened."""

_T = TypeVar("_T")


@cache
def installed(device: str = "cpu") -> str:
    """What a report rests on besides the code: versions and the verifier's own sources.

    Args:
        device: `cpu` or `cuda`, where snippets run.
    """
    digest = sources_digest(resources.files(__package__))
    try:
        torch = metadata.version("torch")
    except metadata.PackageNotFoundError:
        torch = "none"
    return f"torch {torch}, {device}, verifier {digest}"


def sources_digest(folder: Traversable) -> str:
    """What tells one state of a package's Python sources from another."""
    digest = hashlib.sha256()
    for path, content in _sources(folder, ""):
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()[:12]


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "__pycache__":
            yield from _sources(item, f"{path}{item.name}/")
        elif item.name.endswith(".py"):
            yield path + item.name, item.read_bytes()


class ReportCache:
    """Reports by snippet and version.  Thread-safe.

    A store that fails later on costs time and nothing else: what cannot be read is verified again,
    what cannot be written is not kept, and `fault` says why.

    Args:
        path: the SQLite file; made with its folder if it is not there.
        version: what reports rest on, see `installed`.

    Raises:
        EnvironmentFault: the file cannot be opened or written.
    """

    def __init__(self, path: str | Path, *, version: str | None = None) -> None:
        self.version = version or installed()
        self.fault = ""
        self._lock = threading.Lock()
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            with self._db:
                self._lay_out()
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentFault(
                "the store of verdicts cannot be used",
                where=str(path),
                hint="name another file, or delete this one",
            ) from error

    def _lay_out(self) -> None:
        for name, columns, key in (
            (f"reports_{SCHEMA}", "code TEXT, version TEXT, report TEXT", "code, version"),
            (f"names_{SCHEMA}", "name TEXT, version TEXT, record TEXT", "name, version"),
            (f"pages_{SCHEMA}", "page TEXT, version TEXT, claims TEXT", "page, version"),
            (f"readings_{SCHEMA}", "page TEXT, version TEXT, reading TEXT", "page, version"),
        ):
            self._db.execute(
                f"CREATE TABLE IF NOT EXISTS {name}"
                f" ({columns}, stored INTEGER DEFAULT (unixepoch()), PRIMARY KEY ({key}))"
            )
        for name in (f"reports_{SCHEMA}", f"names_{SCHEMA}", f"readings_{SCHEMA}"):
            self._db.execute(
                f"DELETE FROM {name} WHERE version != ? AND stored < unixepoch() - ?",
                (self.version, KEPT_DAYS * 86_400),
            )

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def get(self, key: str) -> SnippetReport | None:
        """The report stored for `key` under this version."""
        row = self._asked(
            lambda: self._db.execute(
                f"SELECT report FROM reports_{SCHEMA} WHERE code = ? AND version = ?",
                (key, self.version),
            ).fetchone(),
            None,
        )
        try:
            return _loaded(json.loads(row[0])) if row else None
        except (ValueError, KeyError, TypeError) as error:
            self.fault = f"a stored report cannot be read ({type(error).__name__})"
            return None

    def put(self, key: str, report: SnippetReport) -> None:
        """Stores a report that is final: none that a limit or a missing sandbox cut short."""
        if report.status in NOT_RUN:
            return
        self._write(
            f"INSERT OR REPLACE INTO reports_{SCHEMA} (code, version, report) VALUES (?, ?, ?)",
            [(key, self.version, json.dumps(asdict(report)))],
        )

    def names(self) -> dict[str, Mapping[str, Any]]:
        """What is stored of the library's names under this version."""
        rows: list[tuple[str, str]] = self._asked(
            lambda: self._db.execute(
                f"SELECT name, record FROM names_{SCHEMA} WHERE version = ?", (self.version,)
            ).fetchall(),
            [],
        )
        return {name: json.loads(record) for name, record in rows}

    def put_names(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Stores what the library said of names."""
        rows = [(name, self.version, json.dumps(dict(found))) for name, found in records.items()]
        self._write(
            f"INSERT OR REPLACE INTO names_{SCHEMA} (name, version, record) VALUES (?, ?, ?)", rows
        )

    def page(self, name: str) -> tuple[str, list[list[Any]]] | None:
        """The last other version under which a page was stored, and what was stored of it."""
        row = self._asked(
            lambda: self._db.execute(
                f"SELECT version, claims FROM pages_{SCHEMA} WHERE page = ? AND version != ?"
                " ORDER BY stored DESC, rowid DESC LIMIT 1",
                (name, self.version),
            ).fetchone(),
            None,
        )
        return (row[0], json.loads(row[1])) if row else None

    def put_page(self, name: str, claims: Sequence[Sequence[Any]]) -> None:
        """Stores what was found on a page under this version: rows of JSON-able values."""
        self._write(
            f"INSERT OR REPLACE INTO pages_{SCHEMA} (page, version, claims) VALUES (?, ?, ?)",
            [(name, self.version, json.dumps(claims))],
        )

    def reading(self, key: str) -> str | None:
        """What was stored of reading a document under this version."""
        row = self._asked(
            lambda: self._db.execute(
                f"SELECT reading FROM readings_{SCHEMA} WHERE page = ? AND version = ?",
                (key, self.version),
            ).fetchone(),
            None,
        )
        return row[0] if row else None

    def put_reading(self, key: str, reading: str) -> None:
        """Stores what reading a document came to."""
        self._write(
            f"INSERT OR REPLACE INTO readings_{SCHEMA} (page, version, reading) VALUES (?, ?, ?)",
            [(key, self.version, reading)],
        )

    def _asked(self, question: Callable[[], _T], otherwise: _T) -> _T:
        try:
            with self._lock:
                return question()
        except sqlite3.Error as error:
            self.fault = str(error)
            return otherwise

    def _write(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        try:
            with self._lock, self._db:
                self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            self.fault = str(error)


def key_of(snippet: Snippet, text: str, context: Sequence[Snippet]) -> str:
    """What makes two snippets the same: the code, its place, its output and what ran before."""
    start, end = snippet.span.start, snippet.span.end
    parts = [
        snippet.code,
        snippet.expected_output or "",
        str((start, end, text.count("\n", 0, start), snippet.restored)),
        snippet.span.of(text),
        *(f"{other.entry_id == snippet.entry_id}{other.code}" for other in context),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _loaded(data: dict[str, Any]) -> SnippetReport:
    snippet = data["snippet"]
    spans = tuple(Span(**span) for span in snippet["line_spans"])
    whole = Snippet(
        **{
            **snippet,
            "span": Span(**snippet["span"]),
            "line_spans": spans,
            "restoration_notes": tuple(snippet["restoration_notes"]),
            "alternatives": tuple(snippet["alternatives"]),
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
    kept = report.snippet  # of equally good readings, the one that ran
    same = replace(
        snippet,
        code=kept.code,
        restoration_notes=kept.restoration_notes,
        alternatives=kept.alternatives,
    )
    return replace(report, snippet=same, document=document)
