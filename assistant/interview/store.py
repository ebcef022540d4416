"""Interviews, cards and reviews, kept in one SQLite file of the user's data folder.

Everything is written as it happens, in write-ahead mode: a process that is killed loses what was
being typed since the last draft was kept, and nothing else.  Every operation names the owner, so
that nobody reaches what is another's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.interview.types import Interview, Plan, Response, Result, Turn
from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MIGRATIONS = (
    """
    CREATE TABLE interviews (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, plan TEXT NOT NULL, started REAL NOT NULL,
        touched REAL NOT NULL, used REAL NOT NULL, ended REAL
    );
    CREATE INDEX interviews_of ON interviews (owner, started);
    CREATE TABLE turns (
        interview TEXT NOT NULL REFERENCES interviews ON DELETE CASCADE, number INTEGER NOT NULL,
        item TEXT NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL, level TEXT NOT NULL,
        prompt TEXT NOT NULL, asked REAL NOT NULL, hints TEXT NOT NULL, probe TEXT NOT NULL,
        draft TEXT NOT NULL, skipped INTEGER NOT NULL, done INTEGER NOT NULL,
        PRIMARY KEY (interview, number)
    );
    CREATE TABLE responses (
        interview TEXT NOT NULL REFERENCES interviews ON DELETE CASCADE, turn INTEGER NOT NULL,
        number INTEGER NOT NULL, probe TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (interview, turn, number)
    );
    CREATE TABLE grades (
        interview TEXT NOT NULL REFERENCES interviews ON DELETE CASCADE, turn INTEGER NOT NULL,
        score REAL, result TEXT NOT NULL, PRIMARY KEY (interview, turn)
    );
    CREATE TABLE cards (
        owner TEXT NOT NULL, key TEXT NOT NULL, due REAL NOT NULL, card TEXT NOT NULL,
        PRIMARY KEY (owner, key)
    );
    CREATE INDEX cards_due ON cards (owner, due);
    CREATE TABLE reviews (
        owner TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, rating INTEGER NOT NULL
    );
    CREATE INDEX reviews_of ON reviews (owner, at);
    """,
)
"""One script for each version of the schema; a file of an older version gets what it lacks."""


class InterviewStore:
    """What was asked, answered and graded, and when each card is due.

    Args:
        path: the SQLite file, made when first written to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, interview: Interview) -> None:
        """Keeps the interview as it stands.

        Raises:
            EnvironmentFault: the file cannot be written, or is of a later version of the program.
        """
        with self._open() as db:
            db.execute(
                "INSERT INTO interviews VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET touched = excluded.touched, used = excluded.used, ended = excluded.ended "
                "WHERE owner = excluded.owner",
                (
                    interview.id, interview.owner, json.dumps(asdict(interview.plan)),
                    interview.started, interview.touched, interview.used, interview.ended,
                ),
            )  # fmt: skip
            for number, turn in enumerate(interview.turns):
                self._save_turn(db, interview.id, number, turn)

    def _save_turn(self, db: sqlite3.Connection, interview: str, number: int, turn: Turn) -> None:
        db.execute(
            "INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                interview, number, turn.item, turn.kind, turn.topic, turn.level, turn.prompt,
                turn.asked, json.dumps(turn.hints), turn.probe, turn.draft, turn.skipped, turn.done,
            ),
        )  # fmt: skip
        db.executemany(
            "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?)",
            [(interview, number, n, r.probe, r.text, r.at) for n, r in enumerate(turn.responses)],
        )
        if turn.result is not None:
            body = self._results.dump_json(turn.result).decode()
            db.execute(
                "INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?)",
                (interview, number, turn.score, body),
            )

    def load(self, owner: str, interview: str) -> Interview:
        """One interview with everything in it.

        Raises:
            InputError: the owner has none of that id.
        """
        with self._open() as db:
            row = db.execute(
                "SELECT * FROM interviews WHERE id = ? AND owner = ?", (interview, owner)
            ).fetchone()
            if row is None:
                raise InputError(
                    "there is no such interview", where=interview, hint="list those that are kept"
                )
            return self._whole(db, row)

    def interviews(self, owner: str, *, running: bool | None = None) -> list[Interview]:
        """The owner's interviews, latest first; `running` takes those that have (not) ended."""
        where = {None: "", True: "AND ended IS NULL", False: "AND ended IS NOT NULL"}[running]
        with self._open() as db:
            rows = db.execute(
                f"SELECT * FROM interviews WHERE owner = ? {where} ORDER BY started DESC, id",
                (owner,),
            ).fetchall()
            return [self._whole(db, row) for row in rows]

    def _whole(self, db: sqlite3.Connection, row: sqlite3.Row) -> Interview:
        responses: dict[int, list[Response]] = {}
        for one in db.execute(
            "SELECT * FROM responses WHERE interview = ? ORDER BY turn, number", (row["id"],)
        ):
            responses.setdefault(one["turn"], []).append(
                Response(one["text"], one["at"], one["probe"])
            )
        results = {
            one["turn"]: self._results.validate_json(one["result"])
            for one in db.execute("SELECT * FROM grades WHERE interview = ?", (row["id"],))
        }
        turns = tuple(
            Turn(
                one["item"], one["kind"], one["topic"], one["level"], one["prompt"], one["asked"],
                tuple(responses.get(one["number"], ())), tuple(json.loads(one["hints"])),
                one["probe"], one["draft"], results.get(one["number"]), bool(one["skipped"]),
                bool(one["done"]),
            )
            for one in db.execute(
                "SELECT * FROM turns WHERE interview = ? ORDER BY number", (row["id"],)
            )
        )  # fmt: skip
        plan = self._plans.validate_json(row["plan"])
        return Interview(
            row["id"], row["owner"], plan, row["started"], row["touched"], row["used"],
            row["ended"], turns,
        )  # fmt: skip

    def known(self, owner: str) -> set[str]:
        """Ids of everything that the owner was ever asked in an interview."""
        with self._open() as db:
            return {
                row["item"]
                for row in db.execute(
                    "SELECT DISTINCT item FROM turns JOIN interviews ON id = interview "
                    "WHERE owner = ?",
                    (owner,),
                )
            }

    def cards(self, owner: str) -> dict[str, tuple[float, str]]:
        """When each card of the owner is due (seconds since the epoch), and its state as JSON."""
        with self._open() as db:
            return {
                row["key"]: (row["due"], row["card"])
                for row in db.execute("SELECT * FROM cards WHERE owner = ?", (owner,))
            }

    def reviewed(self, owner: str, key: str, at: float, rating: int, due: float, card: str) -> None:
        """Keeps one review and what it made of the card."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)", (owner, key, due, card))
            db.execute("INSERT INTO reviews VALUES (?, ?, ?, ?)", (owner, key, at, rating))

    def reviews(self, owner: str, since: float = 0.0) -> list[tuple[str, float, int]]:
        """Reviews from `since` on: key, seconds since the epoch, rating 1 to 4; oldest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT key, at, rating FROM reviews WHERE owner = ? AND at >= ? ORDER BY at",
                (owner, since),
            ).fetchall()
        return [(row["key"], row["at"], row["rating"]) for row in rows]

    def export(self, owner: str) -> dict[str, Any]:
        """Everything that is kept of an owner, as JSON-able data."""
        interviews = [replace(one, owner="") for one in self.interviews(owner)]
        return {
            "interviews": [asdict(one) for one in interviews],
            "cards": [
                {"key": key, "due": due, "card": json.loads(card)}
                for key, (due, card) in sorted(self.cards(owner).items())
            ],
            "reviews": [
                {"key": key, "at": at, "rating": rating} for key, at, rating in self.reviews(owner)
            ],
        }

    def forget(self, owner: str, interview: str | None = None) -> None:
        """Deletes one interview, or, without its id, everything that is kept of the owner."""
        with self._open() as db:
            if interview is not None:
                db.execute("DELETE FROM interviews WHERE owner = ? AND id = ?", (owner, interview))
                return
            for table in ("interviews", "cards", "reviews"):
                db.execute(f"DELETE FROM {table} WHERE owner = ?", (owner,))

    @cached_property
    def _results(self) -> TypeAdapter[Result]:
        from pydantic import TypeAdapter

        return TypeAdapter(Result)

    @cached_property
    def _plans(self) -> TypeAdapter[Plan]:
        from pydantic import TypeAdapter

        return TypeAdapter(Plan)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as db:
                db.row_factory = sqlite3.Row
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA foreign_keys = ON")
                self._migrate(db)
                with db:
                    yield db
        except (sqlite3.Error, OSError) as fault:
            raise EnvironmentFault(
                f"interviews cannot be kept ({fault})",
                where=str(self._path),
                hint="see to the file and its folder, or set TORCHPROOF_HOME to another folder",
            ) from fault

    def _migrate(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == len(MIGRATIONS):
            return
        if version > len(MIGRATIONS):
            raise EnvironmentFault(
                f"interviews were kept by a later version of the program (schema {version})",
                where=str(self._path),
                hint="update torchproof, or move the file away",
            )
        with db:
            # Taken at once, so that of two processes only one finds something to do.
            db.execute("BEGIN IMMEDIATE")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            for number in range(version, len(MIGRATIONS)):
                for statement in MIGRATIONS[number].split(";"):
                    if statement.strip():
                        db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
