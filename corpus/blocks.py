"""Pieces to paragraphs, lists, headings and code: what belongs together is joined.

Pages that were scraped carelessly break their sentences at every name set as code and glue what
follows such a sentence to it.  Lines are joined where a sentence plainly goes on, and parted where
two things plainly meet; otherwise they are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from corpus import tables
from corpus.clean import mend, unglue
from corpus.pieces import Piece
from corpus.rows import Ways

DraftKind = Literal["prose", "list", "table", "code", "output", "heading", "cut"]


_TELLING = 6_000
"""Pieces from which a page's words are learnt: the first of them are enough."""
RUNNING_HEAD = "head or number of a printed page"
"""Why the lines are cut that a printed page has above and below its text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A block or heading in the making; offsets count the view's characters.

    `outer_start` and `outer_end` take in markers and fences.
    """

    kind: DraftKind
    text: str
    start: int
    end: int
    outer_start: int
    outer_end: int
    level: int = 0
    language: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a page writes, learnt from the whole of it.

    Attributes:
        marked: headings are marked, so that a bare line is none.
        width: where lines are wrapped, in characters; 0 when a line is a paragraph.
        names: words that the page writes on their own, those in its code among them.
        words: small-letter words of its text.
        ways: how much may be tried yet to find the cells of its tables.
    """

    marked: bool
    width: int
    names: frozenset[str]
    words: frozenset[str]
    ways: Ways = field(default_factory=Ways)


def habits(pieces: Sequence[Piece]) -> Habits:
    """The habits of a page."""
    lines = [piece for piece in pieces if piece.kind == "line"]
    headings = sum(piece.kind == "heading" for piece in pieces)
    marked = headings >= max(2, len(pieces) // 60) or any(
        piece.kind == "paragraph" for piece in pieces
    )
    lengths = sorted(len(piece.text) for piece in lines)
    width = 0
    if len(lengths) >= 4:
        high = lengths[int(len(lengths) * 0.95) - 1]
        follows = sum(not piece.gap for piece in lines)
        near = sum(length >= 0.75 * high for length in lengths)
        if 40 <= high <= 120 and lengths[-1] <= 1.3 * high and near * 3 >= len(lines):
            width = high if follows * 3 >= len(lines) else 0
    told = [piece for piece in pieces if piece.kind in {"line", "item", "code", "heading"}]
    texts = [piece.text for piece in told[:_TELLING]]
    words = frozenset(
        word
        for piece in lines[:_TELLING]
        for word in re.findall(r"(?<![\w.])[a-z]{2,}(?=[ ,.])", piece.text)
    )
    return Habits(marked, width, tables.known_names(texts), words)


# ------------------------------------------------------------------ parting

_LONGEST_HEADING = 100  # characters
_SENTENCE_END = re.compile(r"[.!?:;…。！？：；][\"'”’)\]*_`]*$")
_EXCEPTION = re.compile(
    r"(?<=[a-z'\")\].])(?=(?:Runtime|Value|Type|Attribute|Index|Key|Import|Name|Assertion|"
    r"NotImplemented|ZeroDivision|ModuleNotFound|OutOfMemory|FileNotFound|Memory|Recursion)Error: )"
)
_HEAD_BEHIND_STOP = re.compile(r"(?<=[a-z0-9)`'\"])\.(?=[A-Z][a-z]+ [A-Za-z])")
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_HEAD_BEHIND_WORD = re.compile(r"(?<=[a-z]{4})(?=[A-Z][a-z]{3,}(?: [a-z]+){1,4}$)")
_TEXT_BEHIND_HEAD = re.compile(
    r"(?<=[a-z])(?=(?:An?|The|In|It|This|These|To|You|We|If|When|For|Here|By|As|Both) [A-Za-z`])"
)


class _Part(NamedTuple):
    """A stretch of a line that stands for itself."""

    text: str
    start: int
    end: int


def _parts(piece: Piece, *, open_sentence: bool) -> list[_Part]:
    """The parts of a line whose borders were lost, usually one."""
    text = piece.text
    cuts: set[int] = set()
    if open_sentence and (match := re.match(r"[.!?](?=[A-Z][a-z]+ \w)", text)):
        cuts.add(match.end())
    if open_sentence:
        # only what is short can be a heading
        near = max(0, len(text) - _LONGEST_HEADING - len(".:"))
        for match in _HEAD_BEHIND_STOP.finditer(text, near):
            rest = text[match.end() :]
            headed = heading_like(rest.removesuffix(":")) and len(rest.split()) >= 2
            if headed and _last_name(text[: match.start()]) not in _MODULES:
                cuts.add(match.end())
                break
    if "Error: " in text:
        cuts.update(match.start() for match in _EXCEPTION.finditer(text))
    if _CAPITAL_INSIDE.search(text):
        if match := _HEAD_BEHIND_WORD.search(text):
            glued = text[: match.start()].split()[-1]
            if glued.isalpha() and glued.islower():
                cuts.add(match.start())
        bare = len(text) - len(text.lstrip(":. "))
        for match in _TEXT_BEHIND_HEAD.finditer(text, 0, bare + _LONGEST_HEADING + 8):
            head = text[bare : match.start()]
            if len(head.split()) >= 3 and heading_like(head) and _title_case(head):
                cuts.add(match.start())
                break
    if not cuts:
        return [_Part(text, piece.start, piece.end)]
    edges = [0, *sorted(cuts), len(text)]
    # a piece's text is its stretch of the view, stripped, so that offsets carry over
    return [
        _Part(text[a:b].strip(), piece.start + a, piece.start + b)
        for a, b in pairwise(edges)
        if text[a:b].strip()
    ]


_MODULES = frozenset({"torch", "nn", "optim", "np", "numpy", "torchvision", "F", "tf", "pd"})


def _last_name(text: str) -> str:
    """The name that a text ends with, as far as it is worth looking at."""
    match = _NAME_AT_END.search(text[-_TAIL:])
    return match[0] if match else ""


_NAME_AT_END = re.compile(r"[\w.]*$")


def _title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[A-Za-z][\w-]*", text) if len(word) > 3]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.6 * len(words)


def heading_like(text: str) -> bool:
    """Whether a bare line can be a heading: short, and no sentence."""
    if len(text) > _LONGEST_HEADING:
        return False
    text = text.strip()
    words = text.split()
    if not words or len(text) > 90 or len(words) > 12:
        return False
    if words[-1].lower() in _NEVER_LAST:
        return False
    if text[-1] in ".,;:!…-—(" or text[0] in ",.;:!?)]}—–-…'":
        return False
    if (text.endswith("?") and len(words) > 9) or re.search(r"\w(?:Error|Exception): ", text):
        return False
    first = text.lstrip('`*_"“‘([')[:1]
    if not (first.isupper() or first.isdigit() or text.startswith(("`", "."))):
        return bool(first) and not first.isascii() and not first.islower()
    return not re.search(r"[.!?] [A-Z]", text)


_NEVER_LAST = frozenset("a an the and or than your its their our every".split())

# ------------------------------------------------------------------ joining

_CODE_WORD = re.compile(r"[\w.@]+(?:\(.*\)|\[.*\]|=\S+)?$")
_CONTINUES = re.compile(r"[a-z\u00df-\u00ff,.;:)\]}%’'—–…]|\((?:e\.g|i\.e|and|or)\b")


_LONGEST_PARAGRAPH = 20_000
"""Characters beyond which nothing more is joined: what is so long was never one paragraph."""
_LOOKED_AT = 20
"""Times that a line may be looked at as a row of some table; those of a page are, once or twice."""
_TAIL = 100  # characters: enough to see how a text ends, however long it grew


def ended(text: str) -> bool:
    """Whether a text ends with the end of a sentence."""
    if text[-1:].isalnum():
        return False
    return _SENTENCE_END.search(text[-_TAIL:]) is not None


def _short(text: str) -> bool:
    return len(text) <= 150 and len(text.split()) <= 12


def goes_on(before: str, after: str) -> bool:
    """Whether a line plainly continues the sentence of the line before it."""
    if not before or not after:
        return False
    if ended(before) and not before.endswith(("e.g.", "i.e.", "etc.", "vs.")):
        return after[0] in ",;)" or (after[0] == "." and before[-1] not in ".!?:")
    return _CONTINUES.match(after) is not None


def hangs(text: str) -> bool:
    """Whether a line's last word cannot be the last of a sentence."""
    words = text[-_TAIL:].split()
    word = words[-1].lower() if words else ""
    return word in _OPEN_WORDS or text.endswith((",", "(", "—"))


_OPEN_WORDS = frozenset(
    "a an the of to in on at by for from with into onto and or nor but than via like as using use "
    "is are was be called named set its their your our when while if that which what between both "
    "either per each calling has have had does do did main same".split()
)


_LAST_WORD = re.compile(r"(?<![\w.])([A-Za-z]{5,})((?:_\w+)?(?:\(\)|=\S+)?)$")


def _parted(text: str, page: Habits) -> str:
    """A line's last word parted from the name set as code that was glued to it.

    The line ends there because the name did; `page` must know both halves.
    """
    base = max(0, len(text) - _TAIL)
    match = _LAST_WORD.search(text[base:])
    if match is None or match[1] in page.names:
        return text
    for cut in range(2, len(match[1]) - 2):
        left, right = match[1][:cut], match[1][cut:] + re.split(r"[(=]", match[2])[0]
        if left in page.words and right in page.names and len(right) >= 4:
            at = base + match.start() + cut
            return f"{text[:at]} {text[at:]}"
    return text


_PLURAL = re.compile(r"'?s\b")
_METHOD = re.compile(r"\.\w")


@dataclass(slots=True)
class _Open:
    """A paragraph or list item being put together."""

    text: str = ""
    start: int = -1
    end: int = -1
    last_length: int = 0
    named: bool = False  # the last line was a word set as code
    marker: str = ""
    indent: int = 0
    outer: int = -1

    def add(self, part: _Part, *, named: bool, page: Habits | None = None) -> None:
        if self.start < 0:
            self.start = part.start
        if page is not None and part.text[:1] not in " ":
            self.text = _parted(self.text, page)
        glue = ""
        if self.text:
            tight = part.text[0] in ",.;:)]}’%…" or _PLURAL.match(part.text)
            glue = "" if tight or self.text[-1] in "([—" else " "
            if part.text[0] == "." and _METHOD.match(part.text):
                glue = " "
        self.text += glue + part.text
        self.end = part.end
        self.last_length = len(part.text)
        self.named = named


@dataclass(slots=True)
class _Builder:
    """Collects drafts; a list stays open as long as items follow."""

    page: Habits
    drafts: list[Draft] = field(default_factory=list)
    open: _Open | None = None
    items: list[_Open] = field(default_factory=list)

    def flush(self) -> None:
        """Closes the open paragraph or item."""
        opened, self.open = self.open, None
        if opened is None:
            return
        if opened.marker:
            if opened.text:
                self.items.append(opened)
            else:
                self.end_list()
                at = opened.outer
                end = at + len(opened.marker)
                self.drafts.append(Draft("cut", "", at, end, at, end, reason="an empty list item"))
        elif opened.text:
            self.end_list()
            self.drafts.append(
                Draft(
                    "prose",
                    _wording(opened.text, self.page),
                    opened.start,
                    opened.end,
                    opened.outer if opened.outer >= 0 else opened.start,
                    opened.end,
                )
            )

    def end_list(self) -> None:
        """Closes the open list."""
        items, self.items = self.items, []
        if not items:
            return
        base = min(item.indent for item in items)
        text = "\n".join(
            " " * (item.indent - base) + f"{_marker(item.marker)} {_wording(item.text, self.page)}"
            for item in items
        )
        start = items[0].outer
        self.drafts.append(Draft("list", text, start, items[-1].end, start, items[-1].end))

    def put(self, draft: Draft) -> None:
        """Adds something that is neither paragraph nor item."""
        self.flush()
        self.end_list()
        self.drafts.append(draft)


def _marker(marker: str) -> str:
    return marker if marker[-1] in ".)" and len(marker) > 1 else "-"


def _wording(text: str, page: Habits) -> str:
    return unglue(mend(text), page.names)


def assemble(pieces: Sequence[Piece], page: Habits) -> list[Draft]:
    """The blocks and headings of a stretch of a page."""
    pieces = list(_with_tables(pieces, page))
    builder = _Builder(page)
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        outer_start, outer_end = piece.outer
        match piece.kind:
            case "line":
                _add_line(builder, piece, following)
            case "item":
                builder.flush()
                if not piece.text and following is None:
                    builder.end_list()
                builder.open = _Open(marker=piece.marker, indent=piece.level, outer=outer_start)
                if piece.text:
                    builder.open.add(_Part(piece.text, piece.start, piece.end), named=False)
                    if piece.gap and builder.items and _restarts(builder.items[-1], piece):
                        builder.end_list()
            case "paragraph":
                builder.put(
                    Draft("prose", mend(piece.text), piece.start, piece.end, outer_start, outer_end)
                )
            case "cut" if builder.open and _passed_over(pieces, index):
                builder.drafts.append(
                    Draft(
                        "cut",
                        piece.text,
                        piece.start,
                        piece.end,
                        outer_start,
                        outer_end,
                        reason=piece.reason,
                    )
                )
            case "heading" | "code" | "output" | "table" | "cut":
                builder.put(
                    Draft(
                        piece.kind,
                        piece.text,
                        piece.start,
                        piece.end,
                        outer_start,
                        outer_end,
                        piece.level,
                        piece.language,
                        piece.reason,
                    )
                )
    builder.flush()
    builder.end_list()
    return builder.drafts


def _passed_over(pieces: Sequence[Piece], index: int) -> bool:
    """Whether what is cut stood where a printed page broke a sentence."""
    while index < len(pieces) and pieces[index].reason == RUNNING_HEAD:
        index += 1
        if index < len(pieces) and pieces[index].kind == "line" and not pieces[index].gap:
            return True
    return False


def _restarts(last: _Open, piece: Piece) -> bool:
    """Whether a numbered list starts anew."""
    numbered = (last.marker[-1] in ".)", piece.marker[-1] in ".)")
    if last.indent == piece.level and numbered[0] != numbered[1]:
        return True
    return piece.marker in {"1.", "1)"} and last.indent == piece.level


def _add_line(builder: _Builder, piece: Piece, following: Piece | None) -> None:
    opened = builder.open
    going = opened is not None and bool(opened.text) and not piece.gap
    sentence_open = going and opened is not None and not ended(opened.text)
    for number, part in enumerate(_parts(piece, open_sentence=sentence_open)):
        first = number == 0
        _add_part(builder, part, piece if first else None, following)


def _add_part(builder: _Builder, part: _Part, piece: Piece | None, following: Piece | None) -> None:
    """Joins a part to the open paragraph, or starts a new one."""
    opened = builder.open
    gap = piece is not None and piece.gap
    named = (
        " " not in part.text
        and _CODE_WORD.match(part.text) is not None
        and part.text.lower() not in _OPEN_WORDS
    )
    if opened is not None and opened.marker and not opened.text:
        opened.add(part, named=named)
        return
    if opened is not None and opened.text and piece is not None:
        if not gap and _joins(builder.page, opened, part, following, named=named):
            opened.add(part, named=named, page=builder.page)
            return
        inside = piece.level > opened.indent + 1 and bool(opened.marker)
        if inside:
            opened.text += "\n" + " " * 2
            opened.end = part.end
            opened.text += part.text
            opened.named = named
            return
    was_item = opened is not None and bool(opened.marker)
    builder.flush()
    outer = part.start - (piece.lead if piece is not None else 0)
    if not was_item or gap or piece is not None:
        builder.end_list()
    builder.open = _Open(outer=outer)
    builder.open.add(part, named=named)


def _joins(
    page: Habits, opened: _Open, part: _Part, following: Piece | None, *, named: bool
) -> bool:
    if len(opened.text) > _LONGEST_PARAGRAPH:
        return False
    if goes_on(opened.text, part.text):
        return True
    announced = named and opened.text.endswith(":") and _short(opened.text)
    if announced and _leads(part, following):
        return True
    if opened.marker and opened.named and _ITEM_TITLE.match(part.text):
        return True
    if page.marked and not opened.marker:
        return True
    full = page.width and opened.last_length >= 0.7 * page.width
    if full and not heading_like(opened.text):
        return not (ended(opened.text) and heading_like(part.text))
    if ended(opened.text):
        return False
    if opened.named and not named and opened.text.count(" ", 0, 200) >= 5:
        # after a name set as code a long sentence goes on even with a capital: `Module` Classes
        return len(part.text) > 0 and part.text.split()[0].isupper()
    if not named:
        return hangs(opened.text) and not heading_like(opened.text)
    return hangs(opened.text) or _leads(part, following)


def _leads(part: _Part, following: Piece | None) -> bool:
    """Whether the next line goes on with the sentence of this one."""
    told = following is not None and following.kind == "line" and not following.gap
    return told and following is not None and goes_on(part.text, following.text)


_ITEM_TITLE = re.compile(r"[A-Z]\w+(?: \w+){0,2}:")


def with_plain_headings(drafts: Sequence[Draft], page: Habits) -> list[Draft]:
    """Bare lines that head what follows, made headings, on a page that marks none."""
    if page.marked:
        return list(drafts)
    found: list[Draft] = []
    behind: list[Draft | None] = []
    last: Draft | None = None
    for draft in reversed(drafts):
        behind.append(last)
        last = last if draft.kind == "cut" else draft
    for draft, after in zip(drafts, reversed(behind), strict=True):
        if (
            draft.kind == "prose"
            and after is not None
            and heading_like(draft.text)
            and not (draft.text.endswith("?") and after.kind != "prose")
            and not (
                after.kind == "prose" and after.text.endswith("?") and draft.text.endswith("?")
            )
        ):
            found.append(
                Draft(
                    "heading",
                    draft.text,
                    draft.start,
                    draft.end,
                    draft.outer_start,
                    draft.outer_end,
                    level=8,
                )
            )
        else:
            found.append(draft)
    return found


def _with_tables(pieces: Sequence[Piece], page: Habits) -> Iterator[Piece]:
    """Runs of lines that are a table with lost borders, made one piece."""
    index = 0
    while index < len(pieces):
        last = index
        while (
            last < len(pieces)
            and (pieces[last].kind == "line" or (last > index and _numbered(pieces[last])))
            and (last == index or not pieces[last].gap)
        ):
            last += 1
        run = pieces[index:last]
        if not run:
            yield pieces[index]
            index += 1
            continue
        behind = pieces[last] if last < len(pieces) else None
        scrap = behind is not None and behind.reason == "leftover markup"
        # a table's first column may number its rows
        items = {piece.outer[0]: piece for piece in run if piece.kind == "item"}
        rows = [_as_row(piece) for piece in run]
        found = list(_table_in(rows, page, scrap=scrap))
        if items and not any(piece.kind == "table" and piece.start not in items for piece in found):
            found = list(run)
        yield from (
            items.get(piece.start, piece) if piece.kind == "line" else piece for piece in found
        )
        index = last


def _numbered(piece: Piece) -> bool:
    return piece.kind == "item" and bool(piece.text) and piece.marker[-1] in ".)"


def _as_row(piece: Piece) -> Piece:
    if piece.kind != "item":
        return piece
    start = piece.outer[0]
    return replace(piece, kind="line", start=start, lead=0, text=f"{piece.marker} {piece.text}")


def _heads(line: str, rows: Sequence[Piece], page: Habits) -> bool:
    """Whether a line that ends like a question is a table's header: it has as many cells."""
    head = tables.borders(line, page.names)
    if not head or len(line) > 120:
        return False
    texts = [piece.text for piece in rows]
    return len(head) == len(tables.borders(texts[0], page.names)) or (
        line.endswith("?") and tables.rebuild([line, *texts], page.names, page.ways) is not None
    )


def _table_in(run: Sequence[Piece], page: Habits, *, scrap: bool) -> Iterator[Piece]:
    """The lines of one run, their table (if they hold one) as one piece.

    A scrap of markup behind the run is what is left of the table's end.
    """
    rows = [tables.is_row(piece.text, page.names) for piece in run]
    looked_at = 0
    for start in range(len(run)):
        if not rows[start]:
            continue
        if looked_at > _LOOKED_AT * (len(run) + 100):
            break
        end = start + 1
        misses = 0
        last_row = start
        while end < len(run):
            if rows[end]:
                last_row = end
            elif run[end].text[-1] in ".?!:" or len(run[end].text) > 300:
                break
            else:
                misses += 1
            if misses > 0.4 * (end - start + 1) + 1:
                break
            end += 1
        looked_at += end - start
        end = last_row + 1
        if scrap and all(piece.text[-1] not in ".?!:" for piece in run[end:]):
            end = len(run)
        first = start
        if start and _heads(run[start - 1].text, run[start:end], page):
            first -= 1
        body = run[first:end]
        if any(piece.text[0] in ",;:—–)" for piece in body):
            break
        hits = sum(rows[start:end])
        if hits >= 3 - scrap and hits >= 0.6 * len(body):
            texts = [piece.text for piece in body]
            text = tables.rebuild(texts, page.names, page.ways) or "\n".join(texts)
            yield from run[:first]
            yield Piece("table", body[0].start, body[-1].end, text, body[0].gap)
            yield from run[end:]
            return
    yield from run
