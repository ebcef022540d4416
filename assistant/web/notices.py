"""One line that says what was wrong, or what was well."""

from __future__ import annotations

from html import escape


def notice_html(line: str) -> str:
    """The line, announced at once."""
    return f'<p role="alert">{escape(line)}</p>'


def good_html(line: str) -> str:
    """The line, announced when nothing else is."""
    return f'<p role="status" class="tp-good">{escape(line)}</p>'
