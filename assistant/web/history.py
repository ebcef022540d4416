"""The list of kept conversations, beside the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from assistant.web.store import Line


def history_html(lines: Sequence[Line], current: str, *, searched: bool) -> str:
    """The conversations, the open one marked."""
    if not lines:
        words = "Nothing found." if searched else "Conversations you have are kept here."
        return f'<p class="tp-quiet tp-none">{words}</p>'
    rows = "".join(_row(line, open_now=line.id == current) for line in lines)
    return f'<ul class="tp-history">{rows}</ul>'


def _row(line: Line, *, open_now: bool) -> str:
    when = datetime.fromtimestamp(line.updated).strftime("%d %b, %H:%M")
    title = escape(line.title)
    mark = ' aria-current="true"' if open_now else ""
    return (
        f'<li><button type="button" class="tp-past" data-act="open" data-id="{escape(line.id)}"'
        f"{mark}><span>{title}</span><small>{when}</small></button>"
        f'<button type="button" class="tp-act" data-act="remove" data-id="{escape(line.id)}" '
        f'aria-label="Delete the conversation {title}" title="Delete">✕</button></li>'
    )
