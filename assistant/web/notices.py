"""One line that says what was wrong."""

from __future__ import annotations

from html import escape


def notice_html(line: str) -> str:
    """The line, announced at once."""
    return f'<p role="alert">{escape(line)}</p>'
