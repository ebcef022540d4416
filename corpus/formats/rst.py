"""reStructuredText: titles, paragraphs, lists, literal blocks and directives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.clean import plain
from corpus.formats.rst_tables import rows_of
from corpus.pieces import Page, Piece, View
from corpus.tables import markdown

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\s*\.\. (?:\|[^|]*\| )?([\w:+-]+)::(?:\s+(.*))?$")
_COMMENT = re.compile(r"\s*\.\.(?:\s|$)")
_TARGET = re.compile(r"\s*\.\. (?:_[^:]+:|\[[^\]]+\]|__\b)")
_ITEM = re.compile(r"(\s*)([-*+•]|\(?(?:\d{1,4}|#|[a-z])[.)])\s+(\S.*)$")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")
_CODE = frozenset(
    "code code-block sourcecode ipython ipython3 testcode doctest jupyter-execute".split()
)
_OUTPUT = frozenset({"testoutput"})
_NOTES = frozenset(
    "note tip hint warning caution danger important attention admonition seealso versionadded "
    "versionchanged deprecated topic sidebar rubric epigraph container question details "
    "dropdown".split()
)
_DEEPEST = 8  # directives inside directives
_TABLES = frozenset("table list-table csv-table".split())


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for whole in text.splitlines(keepends=True):
        lines.append(_Line(at, whole.rstrip()))
        at += len(whole)
    return lines


def scan(view: View) -> Page:
    """The pieces of a reStructuredText page."""
    return Page(view, tuple(_pieces(_lines(view.text), view.text)))


def _pieces(lines: list[_Line], text: str, depth: int = 0) -> Iterator[Piece]:
    styles: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
            continue
        title = _title(lines, index, styles)
        if title is not None:
            piece, index = title
            yield piece
            continue
        directive = _DIRECTIVE.match(line.text)
        if directive:
            found, index = _directive(lines, index, directive, text, depth)
            yield from found
        elif _TARGET.match(line.text) or _COMMENT.match(line.text):
            end = _indented_end(lines, index)
            yield _cut(lines, index, end, "a comment in the markup")
            index = end
        elif line.text.lstrip().startswith(">>>"):
            end = _paragraph_end(lines, index)
            yield _code(lines, index, end, text, "pycon")
            index = end
        elif _RULE.match(line.text.strip()) and len(line.text.strip()) >= 4:
            yield _cut(lines, index, index + 1, "a dividing line")
            index += 1
        elif _is_grid(line.text):
            end = _paragraph_end(lines, index)
            yield _table(lines, index, end)
            index = end
        else:
            found, index = _paragraph(lines, index, text)
            yield from found


def _title(lines: list[_Line], index: int, styles: list[str]) -> tuple[Piece, int] | None:
    """A title with its line below, and maybe above."""
    over = bool(_RULE.match(lines[index].text)) and index + 2 < len(lines)
    at = index + 1 if over else index
    if at + 1 >= len(lines) or lines[at].blank or (lines[at].indent and not over):
        return None
    rule = _RULE.match(lines[at + 1].text)
    if rule is None or (over and lines[index].text[0] != rule[1]):
        return None
    shown = lines[at].text.strip()
    if len(lines[at + 1].text.strip()) < min(len(shown), 4) or len(shown) > 300:
        return None
    style = rule[1] * (2 if over else 1)
    if style not in styles:
        styles.append(style)
    start = lines[at].start + lines[at].indent
    lead = start - lines[index].start
    end = start + len(shown)
    trail = lines[at + 1].start + len(lines[at + 1].text) - end
    level = min(6, styles.index(style) + 1)
    piece = Piece("heading", start, end, shown, True, level, lead=lead, trail=trail)
    return piece, at + 2


def _directive(
    lines: list[_Line], index: int, match: re.Match[str], text: str, depth: int
) -> tuple[list[Piece], int]:
    name, argument = match[1].lower(), (match[2] or "").strip()
    end = _indented_end(lines, index)
    body = index + 1
    while body < end and (_OPTION.match(lines[body].text) or lines[body].blank):
        body += 1
    if name in _CODE or name in _OUTPUT:
        if body >= end:
            return [_cut(lines, index, end, "an empty block of code")], end
        language = argument.split()[0].lower() if argument else "python"
        if name in {"doctest", "testcode", "jupyter-execute"}:
            language = "python"
        piece = _code(lines, body, end, text, language)
        if name in _OUTPUT:
            piece = Piece("output", piece.start, piece.end, text[piece.start : piece.end])
        return [piece], end
    if name in _NOTES and depth < _DEEPEST:
        found: list[Piece] = []
        if argument:
            start = lines[index].start + match.start(2)
            found.append(Piece("paragraph", start, start + len(argument), _prose(argument), True))
        found.extend(_pieces(lines[body:end], text, depth + 1))
        return found, end
    if name in _TABLES and body < end:
        return [_table(lines, body, end, name)], end
    return [_cut(lines, index, end, f"a directive ({name[:30]})")], end


def _indented_end(lines: list[_Line], index: int) -> int:
    """The line behind everything that is indented deeper than line `index`."""
    at = index + 1
    last = index + 1
    while at < len(lines) and (lines[at].blank or lines[at].indent > lines[index].indent):
        if not lines[at].blank:
            last = at + 1
        at += 1
    return last


def _paragraph_end(lines: list[_Line], index: int) -> int:
    at = index
    while at < len(lines) and not lines[at].blank:
        at += 1
    return at


def _stretch(lines: list[_Line], first: int, end: int) -> tuple[int, int]:
    last = lines[end - 1]
    return lines[first].start + lines[first].indent, last.start + len(last.text)


def _cut(lines: list[_Line], first: int, end: int, reason: str) -> Piece:
    start, stop = _stretch(lines, first, end)
    return Piece("cut", start, stop, "", True, reason=reason)


def _code(lines: list[_Line], first: int, end: int, text: str, language: str) -> Piece:
    while end > first + 1 and lines[end - 1].blank:
        end -= 1
    start, stop = _stretch(lines, first, end)
    return Piece("code", start, stop, text[start:stop], True, language=language)


def _is_grid(line: str) -> bool:
    return bool(re.match(r"\s*(?:\+[-=]+(?:\+[-=]+)+\+|=+(?:\s+=+)+)\s*$", line))


def _table(lines: list[_Line], first: int, end: int, name: str = "") -> Piece:
    """A table in Markdown; one without cells as its lines stand."""
    start, stop = _stretch(lines, first, end)
    rows = rows_of([line.text for line in lines[first:end]], name)
    if any(len(row) > 1 for row in rows):
        text = markdown([[_prose(cell) for cell in row] for row in rows])
    else:
        text = "\n".join(" ".join(row) for row in rows)
    return Piece("table", start, stop, text, True)


def _paragraph(lines: list[_Line], index: int, text: str) -> tuple[list[Piece], int]:
    """A paragraph or list item, and the literal block that it announces."""
    found: list[Piece] = []
    item = _ITEM.match(lines[index].text)
    at = index + 1
    while at < len(lines) and not lines[at].blank:
        if _ITEM.match(lines[at].text) and item:
            break
        if _DIRECTIVE.match(lines[at].text):
            break
        at += 1
    start, stop = _stretch(lines, index, at)
    literal = text[start:stop].endswith("::")
    shown = text[start:stop]
    if literal:
        shown = "" if shown.strip() == "::" else shown[:-1].rstrip(" :") + ":"
    if item:
        begin = lines[index].start + item.start(3)
        body = _prose(shown[begin - start :])
        marker = item[2] if item[2] not in {"#.", "(#)"} else "-"
        found.append(
            Piece("item", begin, stop, body, level=len(item[1]), marker=marker, lead=begin - start)
        )
    elif shown:
        stop = min(stop, start + len(shown))
        found.append(Piece("paragraph", start, stop, _prose(shown), True))
    if literal:
        end = _indented_end(lines, index if item is None else at - 1)
        body_at = at
        while body_at < end and lines[body_at].blank:
            body_at += 1
        if body_at < end:
            found.append(_code(lines, body_at, end, text, "?"))
            at = end
    return found, at


def _prose(text: str) -> str:
    """Wording with its roles and literals as Markdown shows them."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        # private characters: no text holds them, and no markup is made of them
        return f"\ue000{len(kept) - 1}\ue001"

    text = re.sub("[\ue000\ue001]", "", " ".join(text.split()))
    text = re.sub(r"``([^`]+)``", keep, text)
    text = re.sub(r":[a-z:+-]{1,60}:`~?([^`<]+?)(?:\s*<[^`<>]*>)?`", keep, text)
    text = re.sub(r"`([^`<]+?)\s*<[^`<>]*>`_{1,2}", r"\1", text)
    text = plain(text) if "`" in text or "*" in text or "|" in text else text
    return re.sub("\ue000(\\d+)\ue001", lambda match: f"`{kept[int(match[1])]}`", text)
