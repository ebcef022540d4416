"""Markdown of foreign origin to HTML that cannot act: no markup, no script, no remote image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from assistant.web.highlight import highlighted_lines

SHORT = 24
"""Characters of code within a line that are not broken; more might not fit a phone."""

_MARKER = re.compile(r"\[([1-9]\d{0,2})\](?![(:])")
_BUTTON = '<button type="button" class="tp-cite"'
_BEHIND = re.compile(rf"([^\s<>]{{1,{SHORT}}}) ((?:{_BUTTON}[^>]*>[^<]*</button>)+)")
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prose:
    """A top-level block as HTML, and the Markdown that it was."""

    html: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A top-level fence, with the markers of citations that stood alone right above it."""

    code: str
    language: str
    markers: tuple[str, ...] = ()


def blocks(text: str, markers: Set[str] | None = None) -> Sequence[Prose | Code]:
    """The top-level blocks of `text`, remembered, since an answer is shown anew with each verdict.

    Args:
        text: Markdown; raw HTML in it is shown as text.
        markers: the citation markers that are known; None while they are not, when every bracketed
            number counts.
    """
    return _blocks(text, None if markers is None else frozenset(markers))


@lru_cache(maxsize=512)
def _blocks(text: str, markers: frozenset[str] | None) -> tuple[Prose | Code, ...]:
    return tuple(_read(text, markers))


def _read(text: str, markers: frozenset[str] | None) -> Iterator[Prose | Code]:
    md = _parser()
    env: dict[str, Any] = {"markers": markers}
    source = text.split("\n")
    held: Prose | None = None
    alone: tuple[str, ...] = ()
    for group in _top_level(md.parse(text, env)):
        first = group[0]
        if first.type in ("fence", "code_block") and len(group) == 1:
            language = first.info.split()[0].lower() if first.info.split() else ""
            yield Code(first.content, language, alone)
            held, alone = None, ()
            continue
        if held:
            yield held
        start, end = first.map or (0, 0)
        prose = Prose(
            _glued(md.renderer.render(group, md.options, env)), "\n".join(source[start:end]).strip()
        )
        alone = _markers_alone(group)
        held = prose if alone else None
        if not alone:
            yield prose
    if held:
        yield held


def citation_button(marker: str) -> str:
    """The control that opens the passage behind a marker."""
    safe = escape(marker)
    return (
        f'{_BUTTON} data-act="cite" data-marker="{safe}" '
        f'aria-label="Open source {safe}">{safe}</button>'
    )


def _glued(html: str) -> str:
    """Markers stay on the line of the word that they stand behind."""
    return _BEHIND.sub('<span class="tp-short">\\1\u00a0\\2</span>', html)


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _markers_alone(group: Sequence[Token]) -> tuple[str, ...]:
    if len(group) != 3 or group[0].type != "paragraph_open":
        return ()
    children = group[1].children or []
    if all(c.type == "citation" or not c.content.strip() for c in children):
        return tuple(c.content for c in children if c.type == "citation")
    return ()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table"])
    md.disable(["image", "html_block", "html_inline", "reference"])
    md.inline.ruler.before("link", "citation", _citation)
    md.validateLink = lambda url: bool(_SAFE_LINK.match(url))  # type: ignore[method-assign]
    md.add_render_rule("citation", _render_citation)
    md.add_render_rule("link_open", _render_link)
    md.add_render_rule("code_inline", _render_code)
    md.add_render_rule("fence", _render_fence)
    md.add_render_rule("code_block", _render_fence)
    md.add_render_rule("table_open", lambda *_: '<div class="tp-table"><table>')
    md.add_render_rule("table_close", lambda *_: "</table></div>")
    return md


def _citation(state: StateInline, silent: bool) -> bool:
    match = _MARKER.match(state.src, state.pos)
    if not match:
        return False
    known = state.env.get("markers")
    if known is not None and match[1] not in known:
        return False
    before = state.src[state.pos - 1] if state.pos else " "
    # `x[1]` and `x[1][2]` are subscripts; `word [1][2]` are two citations.
    follows = not state.pending and state.tokens and state.tokens[-1].type == "citation"
    if not (before.isspace() or before in ".,;:!?)*_`" or follows):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[1]
    state.pos = match.end()
    return True


def _render_citation(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    return citation_button(tokens[at].content)


def _render_link(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    href = escape(str(tokens[at].attrs.get("href", "")))
    return f'<a href="{href}" target="_blank" rel="noopener noreferrer nofollow">'


def _render_code(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    text = tokens[at].content
    whole = ' class="tp-short"' if len(text) <= SHORT else ""
    return f"<code{whole}>{escape(text)}</code>"


def _render_fence(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    info = tokens[at].info.split()
    lines = highlighted_lines(tokens[at].content, info[0] if info else "")
    return f'<pre class="tp-pre" tabindex="0"><code>{chr(10).join(lines)}</code></pre>'
