"""Signs of the four verdicts and the words that always stand beside them."""

from __future__ import annotations

from assistant.types import State

MARK: dict[State, str] = {"confirmed": "✓", "refuted": "✗", "unverifiable": "?", "not_run": "–"}
NAME: dict[State, str] = {
    "confirmed": "confirmed",
    "refuted": "refuted",
    "unverifiable": "unverifiable",
    "not_run": "not run",
}
GRAVITY: tuple[State, ...] = ("refuted", "not_run", "unverifiable", "confirmed")
"""Of several claims on one line, the first of these that occurs marks the line."""


def mark(state: State) -> str:
    """A verdict's sign for the eye; hidden from screen readers, which get the word."""
    return f'<span class="tp-mark tp-{state}" aria-hidden="true">{MARK[state]}</span>'
