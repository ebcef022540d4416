"""What the tabs share: how events are bound, and who a visitor is."""

from __future__ import annotations

import logging
import secrets
import threading
from typing import Any

import gradio as gr

from assistant.web.rate import Rate
from assistant.web.state import Session
from assistant.web.store import ConversationStore
from corpus.errors import EnvironmentFault

log = logging.getLogger(__name__)

Visitor = dict[str, Any]
"""What the browser keeps: `owner`, a secret; `conversation`, the one last open; `run` and
`seconds`, what may be executed."""

NOBODY: Visitor = {"owner": "", "conversation": "", "run": True, "seconds": 0}

REMEMBER = "(visitor) => localStorage.setItem('torchproof', JSON.stringify(visitor))"
RECALL = "() => [JSON.parse(localStorage.getItem('torchproof') || 'null')]"
"""Scripts that put the visitor into the browser's own storage and read it again."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
FREE: dict[str, Any] = {**QUIET, "concurrency_limit": None}
"""For slow work: as many at once as there are visitors; what must queue, queues in the sandbox."""
PROMPT: dict[str, Any] = {**QUIET, "queue": False}
"""For what must answer at once."""
LATEST: dict[str, Any] = {"trigger_mode": "always_last"}
"""For what may be asked for again before it is done: the last wish is fulfilled after the first.
Gradio's own way is to drop such a wish without a word."""
EVERY: dict[str, Any] = {"trigger_mode": "multiple"}
"""The same where each wish counts."""

MOST_SESSIONS = 2_000
"""Open pages remembered; beyond, the one that was opened first is taken up again from the store."""


class Visitors:
    """Who has a page open, and with which conversation; keeps what is in it."""

    def __init__(self, store: ConversationStore, rate: Rate) -> None:
        self.store = store
        self._rate = rate
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def enter(self, visitor: Visitor | None, request: gr.Request) -> Session:
        """Someone opened the page; the conversation that the browser remembers goes on.

        What they asked before the browser could say who they are stays in front of them.
        """
        owner = self._owner(visitor, request)
        session = self.resume(visitor, request)
        if session.exchanges or not owner:
            session.owner = owner or session.owner
        elif session.owner != owner or (visitor or {}).get("conversation") != session.id:
            session = self._opened(visitor, owner)
            self._put(session, request)
        _choose(session, visitor)
        return session

    def resume(self, visitor: Visitor | None, request: gr.Request) -> Session:
        """The page's session; after a restart of the server, the one that was kept."""
        with self._lock:
            held = self._open.get(str(request.session_hash))
            if held is None:
                owner = self._owner(visitor, request) or secrets.token_hex(16)
                held = self._open[str(request.session_hash)] = self._opened(visitor, owner)
                while len(self._open) > MOST_SESSIONS:
                    del self._open[next(iter(self._open))]
            return held

    def shows(self, session: Session, request: gr.Request) -> bool:
        """Whether the page still shows this conversation."""
        return self.shown(request) is session

    def shown(self, request: gr.Request) -> Session | None:
        """The conversation that the page shows; None for a page that was closed."""
        return self._open.get(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        """A page was closed: what it was waiting for ends."""
        with self._lock:
            session = self._open.pop(str(request.session_hash), None)
        if session:
            session.stop()

    def another(self, session: Session, request: gr.Request, conversation: str = "") -> Session:
        """Puts a new conversation of the same visitor, or a kept one, in front of them."""
        session.stop()
        opened = self._load(session.owner, conversation) or Session(session.owner)
        opened.run, opened.seconds = session.run, session.seconds
        self._put(opened, request)
        return opened

    def _put(self, session: Session, request: gr.Request) -> None:
        with self._lock:
            self._open[str(request.session_hash)] = session

    def _opened(self, visitor: Visitor | None, owner: str) -> Session:
        conversation = str((visitor or {}).get("conversation") or "")
        session = self._load(owner, conversation) or Session(owner)
        _choose(session, visitor)
        return session

    def keep(self, session: Session) -> None:
        """Stores the conversation; where that fails, the chat goes on and the log says why."""
        try:
            self.store.save(session)
        except EnvironmentFault as fault:
            log.warning("%s", fault)

    def keep_soon(self, session: Session) -> None:
        """Stores the conversation as it will stand in a moment, without waiting for the disk."""
        threading.Thread(target=self.keep, args=(session,), daemon=True).start()

    def count(self, session: Session) -> None:
        """Counts one answer or run of whoever the session belongs to.

        Raises:
            InputError: there were too many in the last minute.
        """
        self._rate.count(session.owner)

    @staticmethod
    def ticket(session: Session) -> Visitor:
        """What the browser keeps, so that a reload finds the session again."""
        return {
            "owner": session.owner,
            "conversation": session.id,
            "run": session.run,
            "seconds": session.seconds,
        }

    @staticmethod
    def _owner(visitor: Visitor | None, request: gr.Request) -> str:
        # Someone who logged in is known by name; what the browser says is then not believed.
        name = getattr(request, "username", None)
        return f"user:{name}" if name else str((visitor or {}).get("owner") or "")

    def _load(self, owner: str, conversation: str) -> Session | None:
        if not conversation:
            return None
        try:
            return self.store.load(owner, conversation)
        except EnvironmentFault as fault:
            log.warning("%s", fault)
            return None


def _choose(session: Session, visitor: Visitor | None) -> None:
    """What the browser remembers of the settings."""
    session.run = bool((visitor or {}).get("run", True))
    seconds = (visitor or {}).get("seconds", 0)
    session.seconds = seconds if isinstance(seconds, int) else 0


def given(event: gr.EventData, name: str) -> Any:  # noqa: ANN401 - whatever the page sent
    """A field of what a custom component sent along with its event."""
    data = event._data
    return data.get(name) if isinstance(data, dict) else None
