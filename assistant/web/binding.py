"""What the tabs share: how events are bound, and who a visitor is."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

import gradio as gr

from assistant.web.state import Session
from assistant.web.store import ConversationStore
from corpus.errors import EnvironmentFault, InputError

log = logging.getLogger(__name__)

Visitor = dict[str, Any]
"""What the browser keeps: `owner`, a secret of its own; `conversation`, the one last open; `run`."""

NOBODY: Visitor = {"owner": "", "conversation": "", "run": True}

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
FREE: dict[str, Any] = {**QUIET, "concurrency_limit": None}
"""For slow work: as many at once as there are visitors; what must queue, queues in the sandbox."""
PROMPT: dict[str, Any] = {**QUIET, "queue": False}
"""For what must answer at once."""

PER_MINUTE = 40
"""Answers and runs that one session may ask for in a minute."""


class Visitors:
    """Finds a visitor's session again, and keeps what is in it."""

    def __init__(self, store: ConversationStore) -> None:
        self.store = store

    def enter(self, visitor: Visitor | None, request: gr.Request) -> tuple[Session, Visitor]:
        """The session of someone who opens the page, and what the browser shall keep of it."""
        owner = self._owner(visitor, request) or secrets.token_hex(16)
        kept = self._load(owner, str((visitor or {}).get("conversation") or ""))
        session = kept or Session(owner)
        session.run = bool((visitor or {}).get("run", True))
        return session, self.ticket(session)

    def resume(
        self, session: Session | None, visitor: Visitor | None, request: gr.Request
    ) -> Session:
        """The open session; after a restart of the server, the one that was kept."""
        return session if session is not None else self.enter(visitor, request)[0]

    def another(self, session: Session, conversation: str = "") -> Session:
        """A new conversation of the same visitor, or a kept one."""
        opened = self._load(session.owner, conversation) or Session(session.owner)
        opened.run = session.run
        return opened

    def keep(self, session: Session) -> None:
        """Stores the conversation; where that fails, the chat goes on and the log says why."""
        try:
            self.store.save(session)
        except EnvironmentFault as fault:
            log.warning("%s", fault)

    def count(self, session: Session) -> None:
        """Counts one answer or run.

        Raises:
            InputError: there were too many in the last minute.
        """
        now = time.monotonic()
        session.recent = [moment for moment in session.recent if now - moment < 60]
        if len(session.recent) >= PER_MINUTE:
            raise InputError(
                f"more than {PER_MINUTE} requests in a minute", hint="wait a little, then go on"
            )
        session.recent.append(now)

    @staticmethod
    def ticket(session: Session) -> Visitor:
        """What the browser keeps, so that a reload finds the session again."""
        return {"owner": session.owner, "conversation": session.id, "run": session.run}

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


def given(event: gr.EventData, name: str) -> Any:  # noqa: ANN401 - whatever the page sent
    """A field of what a custom component sent along with its event."""
    data = event._data
    return data.get(name) if isinstance(data, dict) else None
