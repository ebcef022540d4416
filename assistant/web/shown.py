"""What the Ask tab shows of a conversation, as values for its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.web.notices import notice_html
from assistant.web.passage import sources_html
from assistant.web.state import Exchange, Session
from assistant.web.thread import thread_value

View = tuple[Any, ...]
"""Values for the thread, the question box, the notice and the source panel."""


class Page:
    """The views; `examples` are the questions that an empty conversation offers."""

    def __init__(self, examples: Sequence[str]) -> None:
        self.examples = tuple(examples)

    def whole(self, session: Session) -> View:
        """Everything that the tab shows of a conversation that was just opened."""
        return self.view(session, box=busy_box() if session.busy else idle_box())

    def view(self, session: Session, *, box: object = None) -> View:
        """The conversation as it stands; with a change of the box, the sources too."""
        return (
            thread_value(session, self.examples),
            gr.skip() if box is None else box,
            "",
            sources_html(latest(session)) if box is not None else gr.skip(),
        )

    @staticmethod
    def told(line: str) -> View:
        """Nothing but a line on what was wrong."""
        return gr.skip(), gr.skip(), notice_html(line), gr.skip()


def idle_box(**more: str) -> dict[str, Any]:
    """The question box when nothing is being answered; `more` changes it further."""
    return {**gr.update(submit_btn=True, stop_btn=False), **more}


def busy_box(**more: str) -> dict[str, Any]:
    """The question box while an answer is being written."""
    return {**gr.update(submit_btn=False, stop_btn=True), **more}


def latest(session: Session) -> Exchange | None:
    """The exchange that was begun last."""
    return session.exchanges[-1] if session.exchanges else None
