"""Conversations kept across restarts, in one SQLite file of the user's data folder."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web.state import Exchange, Session, ended
from corpus.errors import EnvironmentFault

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, updated REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_owner ON conversations (owner, updated);
"""

LISTED = 200
"""Conversations listed at most, the latest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as the list shows it; `updated` is in seconds since the epoch."""

    id: str
    title: str
    updated: float


class ConversationStore:
    """Every operation names the owner, so that nobody reaches another's conversations."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # One at a time from reading the session on: what is written last is then the latest.
        self._saving = threading.Lock()

    def save(self, session: Session) -> None:
        """Keeps the session's conversation as it stands; an empty one is not kept.

        Raises:
            EnvironmentFault: the file cannot be written.
        """
        if not session.exchanges:
            self.remove(session.owner, session.id)
            return
        with self._saving, self._open() as db:
            exchanges = session.exchanges
            body = self._form.dump_json(exchanges).decode()
            title = " ".join(exchanges[0].question.split())[:120]
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "title = excluded.title, updated = excluded.updated, body = excluded.body "
                "WHERE owner = excluded.owner",
                (session.id, session.owner, title, time.time(), body),
            )

    def load(self, owner: str, conversation: str) -> Session | None:
        """A kept conversation; what was being answered when it was last saved is interrupted."""
        with self._open() as db:
            row = db.execute(
                "SELECT body FROM conversations WHERE id = ? AND owner = ?", (conversation, owner)
            ).fetchone()
        if row is None:
            return None
        try:
            exchanges = self._form.validate_json(row[0])
        except ValueError:  # written by another version of the app
            return None
        return Session(
            owner, conversation, tuple(ended(exchange, "interrupted") for exchange in exchanges)
        )

    def lines(self, owner: str, containing: str = "") -> list[Line]:
        """The owner's conversations, latest first; with `containing`, those that hold that text."""
        needle = containing.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        with self._open() as db:
            rows = db.execute(
                "SELECT id, title, updated FROM conversations WHERE owner = ? "
                "AND body LIKE ? ESCAPE '\\' ORDER BY updated DESC LIMIT ?",
                (owner, f"%{needle}%", LISTED),
            ).fetchall()
        return [Line(*row) for row in rows]

    def remove(self, owner: str, conversation: str) -> None:
        """Forgets a conversation."""
        with self._open() as db:
            db.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner)
            )

    def export(self, owner: str) -> list[dict[str, Any]]:
        """All of an owner's conversations, as JSON-able data.

        Raises:
            EnvironmentFault: the file cannot be read.
        """
        with self._open() as db:
            rows = db.execute(
                "SELECT id, title, updated, body FROM conversations WHERE owner = ? "
                "ORDER BY updated",
                (owner,),
            ).fetchall()
        return [
            {"id": ident, "title": title, "updated": updated, "exchanges": json.loads(body)}
            for ident, title, updated, body in rows
        ]

    def forget(self, owner: str) -> None:
        """Deletes all of an owner's conversations.

        Raises:
            EnvironmentFault: the file cannot be written.
        """
        with self._open() as db:
            db.execute("DELETE FROM conversations WHERE owner = ?", (owner,))

    @cached_property
    def _form(self) -> TypeAdapter[tuple[Exchange, ...]]:
        from pydantic import TypeAdapter

        return TypeAdapter(tuple[Exchange, ...])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
                db.executescript(SCHEMA)
                yield db
        except (sqlite3.Error, OSError) as fault:
            raise EnvironmentFault(
                f"conversations cannot be kept ({fault})",
                where=str(self._path),
                hint="the chat goes on; see to the file's folder",
            ) from fault
