"""Entries as HTML: prose as it was written, code with a verdict at each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from assistant.cli.show import MARKS, outcome
from assistant.export.material import Known, snippet_at
from assistant.types import SnippetReport, Verdict
from assistant.web.highlight import highlighted_lines
from corpus.types import Block, Entry, Section, Snippet

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

HIDDEN = ("checks",)
"""Kinds of section that are not for readers."""
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^)\s]*/)?([\w-]+)\.md\)")
Link = Callable[[str], str | None]
"""From an entry's id to its address, or None where it is not exported."""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def linked(text: str, link: Link) -> str:
    """Markdown whose links between entries lead to where these are exported, or are plain words."""

    def moved(found: re.Match[str]) -> str:
        address = link(found[2])
        return f"[{found[1]}]({address})" if address else found[1]

    return _LINK.sub(moved, text)


def markdown_html(text: str, link: Link = lambda _: None) -> str:
    """Markdown as HTML; markup that is no Markdown is inert."""
    return str(_markdown().render(linked(text, link)))


def shown_sections(entry: Entry) -> Iterator[Section]:
    """The sections that a reader is shown."""
    return (section for section in entry.sections if section.kind not in HIDDEN)


def section_html(entry: Entry, section: Section, known: Known, link: Link) -> str:
    """The blocks of one section."""
    return "\n".join(_block(entry, block, known, link) for block in section.blocks)


def _block(entry: Entry, block: Block, known: Known, link: Link) -> str:
    if block.kind == "code":
        snippet = snippet_at(entry, block.span.start)
        if snippet is not None:
            return snippet_html(snippet, known)
        return code_html(block.text)
    if block.kind == "output":
        return f'<pre class="output">{escape(block.text.rstrip())}</pre>'
    return markdown_html(block.text, link)


def code_html(code: str) -> str:
    """Python code, coloured."""
    lines = "\n".join(highlighted_lines(code.rstrip()))
    return f'<pre class="code" tabindex="0"><code>{lines}</code></pre>'


def snippet_html(snippet: Snippet, known: Known) -> str:
    """A snippet with what is known of its claims."""
    report = known.reports.get(snippet.id)
    if report is None:
        said = ""
        if snippet.entry_id in known.proved:
            said = f'<p class="said">{_mark("confirmed")} ran, nothing refuted ({known.torch})</p>'
        return f'<div class="snippet">{code_html(snippet.code)}{said}</div>'
    at: dict[int, list[Verdict]] = {}
    for verdict in report.verdicts:
        at.setdefault(verdict.claim.line, []).append(verdict)
    rows = []
    for number, line in enumerate(highlighted_lines(snippet.code.rstrip()), start=1):
        found = at.get(number, [])
        mark = _mark(worst(found)) if found else "<b></b>"
        rows.append(f'<span class="line">{mark}{line}</span>')
        rows += [
            f'<span class="line observed"><b></b>running it gives {escape(_short(one.observed))}'
            "</span>"
            for one in found
            if one.state == "refuted"
        ]
    code = "".join(rows)  # each a block of its own
    said = f'<p class="said">{escape(summed(report, known))}</p>'
    return (
        f'<div class="snippet"><pre class="code marked" tabindex="0"><code>{code}</code></pre>'
        f"{said}</div>"
    )


def summed(report: SnippetReport, known: Known) -> str:
    """`it ran, 3 confirmed (torch 2.13.0)`."""
    states = [verdict.state for verdict in report.verdicts]
    counts = [f"{states.count(one)} {one.replace('_', ' ')}" for one in dict.fromkeys(states)]
    return f"{', '.join([outcome(report), *counts])} ({known.torch})"


def worst(found: list[Verdict]) -> str:
    """The state that decides how a line is marked."""
    order = ("refuted", "unverifiable", "not_run", "confirmed")
    return min((verdict.state for verdict in found), key=order.index)


def _mark(state: str) -> str:
    sign = {str(name): sign for name, sign in MARKS.items()}[state]
    words = state.replace("_", " ")
    return f'<b class="{state}" role="img" aria-label="{words}" title="{words}">{sign}</b>'


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 300 else words[:299] + "…"
