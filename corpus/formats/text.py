"""Markdown and plain text, whole or damaged: lines to pieces.

Plain text is read by the same rules: scraped pages hold a bit of everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from corpus.bounds import Work
from corpus.codefind import Region, find_regions
from corpus.pieces import Page, Piece, View
from corpus.programs import glued_output, glued_program

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BOLD_LINE = re.compile(r"(\*\*|__(?=[^_]* ))(?!\s)([^*_].{0,120}?)\1\s*:?$")
_LEADING_STOP = re.compile(r"([.,;:!?)]{1,3})\s?([-•*])\s+(?=\S)")
_TRAILING_MARKER = re.compile(r"(.*[.:;)?!])\s?([-•*](?:\s\d{1,4}[.)])?)$")
_ITEM = re.compile(r"([ \t]*)([-*+•·‣▪◦●–]|\(?\d{1,4}[.)])(?:[ \t]+(.*))?$")
_RULE = re.compile(r"[ \t]*(?:([-*_])[ \t]*)(?:\1[ \t]*){2,}$")
_QUOTE = re.compile(r"[ \t]*>(?!>>)[ \t]?")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_TAGS = (
    "h1|h2|h3|h4|h5|h6|a|abbr|article|aside|b|big|br|button|center|col|colgroup|details|dd|div|dl|dt|em|figcaption|"
    "figure|font|footer|form|header|hr|i|iframe|img|input|ins|kbd|label|li|link|main|meta|nav|ol|p|"
    "picture|pre|s|script|section|small|source|span|strong|style|sub|summary|sup|table|tbody|td|tfoot|"
    "th|thead|tr|u|ul|video"
)
_MARKUP_LINE = re.compile(rf"[ \t]*(?:</?(?:{_TAGS})\b[^<>]*>\s*)+$", re.IGNORECASE)
_MARKUP_SCRAP = re.compile(
    rf"[ \t]*(?:/(?:{_TAGS})>|</?(?:{_TAGS})|<!--.*-->)[ \t]*$", re.IGNORECASE
)
_TAGGED_LINE = re.compile(
    rf"[ \t]*((?:<(?:{_TAGS})\b[^<>]*>\s*)+)([^<>\s](?:[^<>]*[^<>\s])?)\s*(?:</(?:{_TAGS})>\s*)*$",
    re.IGNORECASE,
)
_IMAGE_LINE = re.compile(r"[ \t]*(?:\[?!\[[^\]]*\]\([^()\s]*\)(?:\]\([^()\s]*\))?\s*)+$")


class _Line(NamedTuple):
    start: int
    end: int  # without the line end and the blank space before it
    text: str
    bare: str  # the text without blank space at its ends


def _line(start: int, text: str) -> _Line:
    return _Line(start, start + len(text), text, text.strip())


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for whole in text.splitlines(keepends=True):
        lines.append(_line(at, whole.rstrip()))
        at += len(whole)
    return lines


def scan(view: View, work: Work | None = None) -> Page:
    """The pieces of a Markdown or plain-text page.

    Args:
        view: the page, or a part of it.
        work: what is left for the whole page; that of a page when there is none.
    """
    lines = _lines(view.text)
    fixed = _fixed(lines)
    texts = ("" if at in fixed.taken else line.text for at, line in enumerate(lines))
    last = (work or Work()).reach(texts)
    whole = lines[last:]
    del lines[last:]
    free = [index not in fixed.taken for index in range(last)]
    regions = find_regions([line.text for line in lines], free, headings=fixed.marked)
    starts = {region.first: region for region in regions}
    pieces: list[Piece] = []
    gap = True
    index = 0
    while index < len(lines):
        if index in fixed.pieces:
            piece, index = fixed.pieces[index]
            pieces.append(replace(piece, gap=gap))
            gap = False
            continue
        if index in starts:
            region = starts[index]
            pieces.extend(_code_pieces(region, lines, view.text, gap=gap))
            gap = False
            index = region.last + 1
            continue
        line = lines[index]
        if not line.bare:
            gap = True
            index += 1
            continue
        following = lines[index + 1] if index + 1 < len(lines) else None
        found, used = _line_pieces(line, following, gap=gap)
        pieces.extend(found)
        gap = False
        index += used
    told = len(pieces)
    behind = pieces[-1].outer[1] if pieces else 0
    # a fence may reach further than the lines that are told apart
    rest = (line for line in whole if line.bare and line.start >= behind)
    pieces.extend(Piece("line", line.start, line.end, line.bare) for line in rest)
    return Page(view, tuple(pieces), told)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What its own marks make certain: fences, tables with pipes, front matter."""

    pieces: dict[int, tuple[Piece, int]]
    taken: set[int]
    marked: bool


def _fixed(lines: list[_Line]) -> _Fixed:
    found: dict[int, tuple[Piece, int]] = {}
    taken: set[int] = set()
    hopeless: dict[str, int] = {}
    fences = 0
    index = _front_matter(lines, found)
    taken.update(range(index))
    while index < len(lines):
        text = lines[index].text
        match = _FENCE.match(text) if "```" in text or "~~~" in text else None
        if match:
            closing = _closing(lines, index, match[1], hopeless)
            if closing is not None:
                found[index] = (_fenced(lines, index, closing, match[2]), closing + 1)
                taken.update(range(index, closing + 1))
                fences += 1
                index = closing + 1
                continue
            mark = lines[index]
            cut = Piece("cut", mark.start, mark.end, mark.text, reason="a fence that never closes")
            found[index] = (cut, index + 1)
            taken.add(index)
        elif "|" in text:
            last = _table_end(lines, index)
            if last is not None:
                rows = lines[index : last + 1]
                start = rows[0].start + len(rows[0].text) - len(rows[0].text.lstrip())
                shown = "\n".join(row.bare for row in rows)
                found[index] = (Piece("table", start, rows[-1].end, shown), last + 1)
                taken.update(range(index, last + 1))
                index = last + 1
                continue
        index += 1
    headings = sum(
        1
        for at, line in enumerate(lines)
        if at not in taken and line.text.startswith(("## ", "### ", "#### "))
    )
    return _Fixed(found, taken, fences > 0 or headings >= 2)


def _front_matter(lines: list[_Line], found: dict[int, tuple[Piece, int]]) -> int:
    """Cuts YAML front matter; returns the first line behind it."""
    if not lines or lines[0].text != "---":
        return 0
    for index in range(1, min(len(lines), 200)):
        if lines[index].text in {"---", "..."}:
            body = lines[1:index]
            if not all(
                not line.bare or ":" in line.text or line.text[:1] in " -#\t" for line in body
            ):
                return 0
            piece = Piece("cut", 0, lines[index].end, "", reason="front matter")
            found[0] = (piece, index + 1)
            return index + 1
    return 0


def _closing(lines: list[_Line], opener: int, mark: str, hopeless: dict[str, int]) -> int | None:
    """The line that closes a fence; `hopeless` remembers what was searched for in vain."""
    length = len(mark)
    if length >= hopeless.get(mark[0], 1 << 30):
        return None
    for index in range(opener + 1, len(lines)):
        bare = lines[index].bare.lstrip("> ")
        if bare.startswith(mark) and not bare.strip(mark[0]):
            return index
    hopeless[mark[0]] = length
    return None


def _fenced(lines: list[_Line], opener: int, closing: int, info: str) -> Piece:
    """The code between two fences; the fences are lead and trail."""
    first, last = opener + 1, closing - 1
    while first <= last and not lines[first].bare:
        first += 1
    while last >= first and not lines[last].bare:
        last -= 1
    mark = lines[opener]
    outer = mark.start + len(mark.text) - len(mark.text.lstrip())
    language = re.split(r"[\s,{}:]", info.strip().strip("{}.").lower(), maxsplit=1)[0]
    if first > last:
        reason = "an empty block of code"
        return Piece("cut", outer, lines[closing].end, "", reason=reason)
    start, end = lines[first].start, lines[last].end
    text = "\n".join(line.text for line in lines[first : last + 1])
    return Piece(
        "code",
        start,
        end,
        text,
        language=language or "?",
        lead=start - outer,
        trail=lines[closing].end - end,
    )


def _table_end(lines: list[_Line], first: int) -> int | None:
    """The last line of a table with pipes that starts at line `first`."""
    bare = lines[first].bare
    has_rule = (
        first + 1 < len(lines)
        and "-" in lines[first + 1].text
        and _TABLE_RULE.match(lines[first + 1].text) is not None
        and "|" in lines[first + 1].text
    )
    if not has_rule and not (bare.startswith("|") and bare.count("|") >= 2):
        return None
    last = first
    while last + 1 < len(lines) and lines[last + 1].bare and "|" in lines[last + 1].text:
        last += 1
    return last if last > first else None


def _code_pieces(region: Region, lines: list[_Line], text: str, *, gap: bool) -> Iterator[Piece]:
    """One region's code, and the output pasted behind it."""
    first, last = lines[region.first], lines[region.last]
    indent = len(first.text) - len(first.text.lstrip())
    split = region.output_from
    if split is None:
        # keep the first line's indentation: the rest of the block is measured against it
        yield Piece("code", first.start, last.end, text[first.start : last.end], gap, level=indent)
        return
    at = lines[split].start + (region.output_at or 0)
    end = first.start + len(text[first.start : at].rstrip())
    start = at + len(text[at : last.end]) - len(text[at : last.end].lstrip())
    yield Piece("code", first.start, end, text[first.start : end], gap, level=indent)
    yield Piece("output", start, last.end, text[start : last.end])


def _line_pieces(line: _Line, following: _Line | None, *, gap: bool) -> tuple[list[Piece], int]:
    """What one line is, and how many lines it took."""
    text = line.text
    indent = len(text) - len(line.bare)  # nothing blank stands behind it
    start = line.start + indent
    marked = text[indent] in "</!["
    if marked and (
        _MARKUP_LINE.match(text) or _MARKUP_SCRAP.match(text) or _IMAGE_LINE.match(text)
    ):
        return [Piece("cut", start, line.end, line.bare, gap, reason="leftover markup")], 1
    tagged = _TAGGED_LINE.match(text) if marked else None
    titled = re.search(r"<(?:summary|h([1-6]))\b", tagged[1], re.IGNORECASE) if tagged else None
    if tagged and titled:
        at, end = line.start + tagged.start(2), line.start + tagged.end(2)
        lead, trail, level = at - start, line.end - end, int(titled[1] or 5)
        return [Piece("heading", at, end, tagged[2], gap, level, lead=lead, trail=trail)], 1
    glued = glued_program(text)
    if glued is not None:
        return list(_split_program(line, glued, gap=gap)), 1
    if following is not None and following.bare[:1] in {"=", "-"} and not _ITEM.match(text):
        rule = _SETEXT.match(following.text)
        if rule and len(line.bare) <= 120 and (len(rule[1]) >= 3 or rule[1][0] == "="):
            trail = following.end - line.end
            level = 1 if rule[1][0] == "=" else 2
            return [Piece("heading", start, line.end, line.bare, gap, level, trail=trail)], 2
    worded = line.bare[0].isalpha()  # no mark stands before it
    if not worded and _RULE.match(text):
        return [Piece("cut", start, line.end, line.bare, gap, reason="a dividing line")], 1
    atx = None if worded else _ATX.match(text)
    if atx:
        title = atx[2] or ""
        if not title:
            return [Piece("cut", start, line.end, line.bare, gap, reason="an empty heading")], 1
        at = line.start + atx.start(2)
        piece = Piece("heading", at, at + len(title), title, gap, len(atx[1]), lead=at - start)
        return [replace(piece, trail=line.end - piece.end)], 1
    quote = None if worded else _QUOTE.match(text)
    if quote and quote.end() < len(text):
        at = line.start + quote.end()
        piece = Piece("line", at, line.end, text[quote.end() :].strip(), gap, lead=at - start)
        return [piece], 1
    stop = None if worded else _LEADING_STOP.match(text)
    if stop:
        # the end of a sentence whose last word stood on the line before, then the next item
        head = _line(line.start, stop[1])
        tail = _line(line.start + stop.start(2), text[stop.start(2) :])
        return [*_line_pieces(head, None, gap=gap)[0], *_line_pieces(tail, None, gap=False)[0]], 1
    trailing = _TRAILING_MARKER.match(text) if text[-1] in "-•*.)" else None
    if trailing and not _ITEM.match(text) and "|" not in text:
        # the next item's marker, glued to the end of the line before it
        head = _line(line.start, trailing[1])
        tail = _line(line.start + trailing.start(2), trailing[2])
        return [*_line_pieces(head, None, gap=gap)[0], *_line_pieces(tail, None, gap=False)[0]], 1
    item = None if worded else _ITEM.match(text)
    if item:
        body = item[3] or ""
        at = line.start + item.start(3) if body else line.end
        return [Piece("item", at, line.end, body, gap, indent, marker=item[2], lead=at - start)], 1
    bold = None if worded else _BOLD_LINE.match(line.bare)
    if bold and bold[1] not in bold[2]:
        at = start + bold.start(2)
        end = start + bold.end(2)
        return [
            Piece("heading", at, end, bold[2], gap, 7, lead=at - start, trail=line.end - end)
        ], 1
    return [Piece("line", start, line.end, line.bare, gap, level=indent)], 1


def _split_program(line: _Line, at: int, *, gap: bool) -> Iterator[Piece]:
    """A line with a program on it: the sentence before, the program, the output behind."""
    before = line.text[:at]
    indent = len(before) - len(before.lstrip())
    if before.strip():
        yield from _line_pieces(_line(line.start, before.rstrip()), None, gap=gap)[0]
        gap = False
    else:
        at = indent
    code = line.text[at:]
    cut = glued_output(code)
    if cut is None:
        yield Piece("code", line.start + at, line.end, code, gap)
        return
    end = line.start + at + len(code[:cut].rstrip())
    yield Piece("code", line.start + at, end, code[:cut].rstrip(), gap)
    yield Piece("output", line.start + at + cut, line.end, code[cut:])
