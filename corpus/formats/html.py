"""Saved web pages: what a reader would see, without menus, scripts, banners and forms."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus.bounds import Work
from corpus.codefind import find_regions
from corpus.formats.markup import Token, entity, tokens
from corpus.pieces import Page, Piece, PieceKind, View
from corpus.programs import glued_program
from corpus.read import most_lines
from corpus.tables import markdown

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr command keygen".split()
)
_BLOCK = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary "
    "table tbody td tfoot th thead tr ul caption button".split()
)
_LABELLED = _BLOCK | {"span", "a"}
"""Elements whose classes and ids may tell them to be furniture."""
_SKIPPED = {
    "nav": "page navigation",
    "form": "form",
    "button": "button",
    "select": "form",
    "iframe": "embedded page",
    "object": "embedded page",
    "canvas": "embedded page",
    "audio": "embedded page",
    "video": "embedded page",
    "dialog": "dialog box",
}
_PART = (
    r"(?:[\w-]{0,24}[-_])?(?:NAMES)(?:[-_](?:wrap(?:per)?|container|box|list|bar|section|area|"
    r"widget|"
    r"inner|outer|menu|links?|block|panel|content|buttons?|form|items?|left|right|main|\d+))*"
)
_FURNITURE = tuple(
    (re.compile(_PART.replace("NAMES", names) + r"\Z", re.IGNORECASE), reason)
    for names, reason in (
        (
            r"nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|prev-?next|toolbar|topbar|"
            r"skip-?link|site-?header|masthead",
            "page navigation",
        ),
        (r"sidebar|side-?bar|widget-?area", "sidebar"),
        (r"footer|site-?footer|colophon", "page footer"),
        (r"cookies?|consent|gdpr|cookie-?(?:banner|notice|consent)", "cookie banner"),
        (
            r"share|sharing|social|share-?buttons?|social-?share|sharedaddy|addtoany",
            "share buttons",
        ),
        (
            r"newsletter|subscribe|subscription|signup|sign-?up|mailing-?list|optin",
            "newsletter box",
        ),
        (
            r"ads?|advert|advertisement|adsense|adsbygoogle|sponsor(?:ed)?|promo|promotion|"
            r"banner-?ad|"
            r"affiliate",
            "advertisement",
        ),
        (
            r"related|related-?(?:posts|articles|questions)|suggested|suggested-?topics|linked|hot-?network-?questions|"
            r"read-?next|recommend(?:ed|ations)?|more-?posts|"
            r"you-?may-?like|also-?like",
            "related links",
        ),
        (
            r"comments?|comment-?(?:form|list|respond)|respond|disqus(?:_thread)?|discussion",
            "comments",
        ),
        (
            r"author|author-?(?:box|bio|card|info)|about-?author|bio|byline|post-?(?:meta|author|"
            r"info|menu|footer|tags)|entry-?meta|article-?meta|question-?meta|user-?(?:info|card)|"
            r"tags?|stats|views?|votes?|reactions|claps|meta",
            "notes on author or page",
        ),
        (
            r"feedback|was-?this-?helpful|helpful|rating|page-?feedback",
            "feedback form",
        ),
        (r"cta|call-?to-?action|upsell|lead-?magnet|enroll", "advertisement"),
        (r"popup|pop-?up|modal|overlay|lightbox|paywall", "pop-up"),
        (r"toc|table-?of-?contents|ez-toc", "table of contents"),
        (r"linenos?|lineno|line-?numbers?|gutter|blob-num|hljs-ln-numbers", "line numbers"),
    )
)
_DEEPEST = 40
"""Elements within one another among which a heading is looked for."""
_NOTE = re.compile(r"note|tip|warning|caution|important|callout|admonition|info|example", re.I)
_LANGUAGE = re.compile(r"(?:lang(?:uage)?|brush|highlight|source|code)[-:_ ]\s*([A-Za-z0-9+#]+)")


@dataclass(slots=True)
class _Text:
    """The view in the making, and where each of its characters stands in the page."""

    parts: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("L"))
    ends: array[int] = field(default_factory=lambda: array("L"))

    def add(self, char: str, start: int, end: int) -> None:
        """Adds one character."""
        self.parts.append(char)
        self.starts.append(start)
        self.ends.append(end)

    def add_run(self, run: str, start: int) -> None:
        """Adds characters that stand in the page as they are."""
        self.parts.extend(run)
        self.starts.extend(range(start, start + len(run)))
        self.ends.extend(range(start + 1, start + len(run) + 1))

    def __len__(self) -> int:
        return len(self.parts)


@dataclass(slots=True)
class _Reader:
    """Reads tokens into pieces; one paragraph, item, heading, cell or listing is open at a time."""

    source: str
    trust: int  # 2: tags and class names tell furniture; 1: tags alone; 0: neither
    work: Work = field(default_factory=Work)
    text: _Text = field(default_factory=_Text)
    pieces: list[Piece] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    begin: int = 0  # where the open piece starts in the view
    lists: list[list[int]] = field(default_factory=list)  # counters; -1 in unordered lists
    pre: int = 0
    language: str = ""
    item: str = ""  # marker of the open item
    cells: list[list[str]] | None = None
    table_begin: int = 0
    table_depth: int = 0
    skip: str = ""
    skip_depth: int = 0
    skip_start: int = 0
    skip_reason: str = ""
    anchors: int = 0  # links of the open piece
    linked: int = 0  # its letters that stand in links
    headed: bool = False  # whether there was a heading among the first `seen` pieces
    seen: int = 0
    total: int = 0  # letters outside of scripts
    kept: int = 0

    def read(self) -> None:
        """Reads the whole page."""
        most = most_lines(len(self.source))
        for token in tokens(self.source):
            if len(self.pieces) > most:
                # nothing but crumbs: the page will be refused
                break
            if self.skip:
                self._skipping(token)
            elif token.kind == "text":
                self._show(token)
            elif token.kind == "open":
                self._open(token)
            elif token.kind == "close":
                self._close(token)
            elif token.kind == "raw" and token.name != "svg":
                self._cut(token.start, token.end, _RAW_REASONS.get(token.name, "no text"))
        if self.skip:
            self._cut(self.skip_start, len(self.source), self.skip_reason)
            self.skip = ""
        if self.cells is not None:
            self._no_table()
        self._flush()

    # -------------------------------------------------------------- skipping

    def _skipping(self, token: Token) -> None:
        if token.kind == "text":
            self.total += len(self.source[token.start : token.end].strip())
        if token.name != self.skip:
            return
        if token.kind == "open":
            self.skip_depth += 1
        elif token.kind == "close":
            self.skip_depth -= 1
            if self.skip_depth == 0:
                self.skip = ""
                self._cut(self.skip_start, token.end, self.skip_reason)

    def _reason_to_skip(self, token: Token) -> str:
        """Why an element is furniture; empty when it is not."""
        if token.name in {"html", "body", "main", "article", "pre", "code", "table", "h1"}:
            return ""
        if not self.trust or not (token.attributes or token.name in _TELLING):
            return ""
        if token.attributes.get("hidden") is not None or re.search(
            r"display\s*:\s*none", token.attributes.get("style", "")
        ):
            return "" if token.name in {"dd", "details"} else "hidden"
        if token.name == "aside":
            noted = _NOTE.search(token.attributes.get("class", ""))
            return "" if noted else "sidebar"
        if token.name == "footer":
            return "" if "article" in self.stack or "blockquote" in self.stack else "page footer"
        if token.name == "button" and self._asking(token):
            return ""
        if token.name in _SKIPPED:
            return _SKIPPED[token.name]
        if token.attributes.get("role") in {"navigation", "search", "banner", "dialog"}:
            return "page navigation"
        if self.trust < 2 or token.name not in _LABELLED:
            return ""
        labels = [*token.attributes.get("class", "").split()[:12], token.attributes.get("id", "")]
        return next(filter(None, map(_labelled, labels)), "")

    def _asking(self, token: Token) -> bool:
        """Whether a button opens the answer to a question, as in folded FAQs."""
        if any(name in _HEADINGS for name in self.stack[-3:]):
            return True
        end = self.source.find("</button", token.end, token.end + 600)
        shown = re.sub(r"<[^<>]*>", "", self.source[token.end : max(end, token.end)]).strip()
        return shown.endswith("?")

    def _cut(self, start: int, end: int, reason: str) -> None:
        """Puts a stretch of the page's source into the view as cut."""
        self._flush()
        begin = len(self.text)
        # its ends are enough to say where it stands
        for at in (start, max(start, end - 1)):
            self.text.add("\u00b7", at, at + 1)
        self.pieces.append(Piece("cut", begin, len(self.text), "", reason=reason))
        self._newline(end)

    # -------------------------------------------------------------- text

    def _show(self, token: Token) -> None:
        shown = self.source[token.start : token.end]
        letters = len(shown.strip())
        self.total += letters
        self.kept += letters
        if "a" in self.stack[-4:]:
            self.linked += len("".join(shown.split()))
        at = token.start
        if not self.pre and "&" not in shown and "\u00a0" not in shown:
            bare = shown.strip()
            if bare and bare == " ".join(bare.split()):
                # words with single spaces between them are shown as they stand
                begin = at + shown.index(bare)
                if begin > at:
                    self._show_run(" ", at, at + 1)
                self.text.add_run(bare, begin)
                if begin + len(bare) < token.end:
                    self._show_run(" ", begin + len(bare), begin + len(bare) + 1)
                return
        while at < token.end:
            sign = self.source.find("&", at, token.end)
            if sign != at:
                stop = sign if sign > 0 else token.end
                for run in (_LINE if self.pre else _RUN).finditer(self.source, at, stop):
                    self._show_run(run[0], run.start(), run.start() + 1)
                at = stop
                continue
            shown, end = entity(self.source, at, token.end) or ("&", at + 1)
            for char in shown:
                self._show_run(char, at, end)
            at = end

    def _show_run(self, run: str, start: int, end: int) -> None:
        """Shows letters, or blank space as one space; `end` is where the first of them ends."""
        text = self.text
        if self.pre:
            if run != "\r":
                text.add(run, start, end) if len(run) == 1 else text.add_run(run, start)
        elif run[0].isspace() and run[0] != "\u00a0":
            if len(text) > self.begin and text.parts[-1] not in " \n":
                text.add(" ", start, end)
        elif run == "\u00a0":
            text.add(" ", start, end)
        elif len(run) == 1:
            text.add(run, start, end)
        else:
            text.add_run(run, start)

    def _newline(self, at: int) -> None:
        self.text.add("\n", at, at)
        self.begin = len(self.text)

    def _flush(self, at: int | None = None) -> None:
        """Closes the open piece."""
        if self.pre:
            self._end_pre(self.text.ends[-1] if len(self.text) else 0)
            return
        begin, end = self.begin, len(self.text)
        if begin == end:
            return
        shown = "".join(self.text.parts[begin:end])
        text = shown.strip()
        if not text:
            if begin < end:
                self.begin = end
            return
        start = begin + len(shown) - len(shown.lstrip())
        stop = start + len(text)
        if self.cells is not None:
            return
        kind: PieceKind = "paragraph"
        level = 0
        inner = self.stack[:-_DEEPEST:-1]
        heading = next((name for name in inner if name in _HEADINGS), "")
        if heading:
            kind, level = "heading", _HEADINGS[heading]
            text = " ".join(text.split())
        elif self.item:
            kind, level = "item", 2 * max(0, len(self.lists) - 1)
            text = " ".join(text.split())
        piece = Piece(kind, start, stop, text, True, level, marker=self.item)
        if kind == "paragraph" and self._is_menu(text):
            self.pieces.append(replace(piece, kind="cut", reason="page navigation"))
        elif kind == "paragraph":
            self.pieces.extend(_paragraphs(piece, self.work))
        else:
            self.pieces.append(piece)
        self.item = ""
        self.anchors = self.linked = 0
        self._newline(self.text.ends[-1] if at is None else at)

    def _is_menu(self, text: str) -> bool:
        """Whether the open paragraph holds links and nothing else, side by side."""
        if self.anchors < 2:
            return False
        self.headed |= any(piece.kind == "heading" for piece in self.pieces[self.seen :])
        self.seen = len(self.pieces)
        letters = sum(char.isalnum() for char in text)
        return (
            self.linked >= 0.95 * letters
            and len(text) <= (40 if self.anchors >= 3 or not self.headed else 20) * self.anchors
            and text[-1] not in ".?!:"
        )

    # -------------------------------------------------------------- tags

    def _open(self, token: Token) -> None:
        name = token.name
        reason = self._reason_to_skip(token)
        if reason and name not in _VOID:
            self._flush(token.start)
            self.skip, self.skip_depth = name, 1
            self.skip_start, self.skip_reason = token.start, reason
            return
        if name == "br":
            self.text.add("\n", token.start, token.end)
            return
        if name in _BLOCK and not self.pre and name not in {"td", "th", "tr", "tbody", "thead"}:
            self._flush(token.start)
        if self.cells is not None and (name in _HEADINGS or name == "pre"):
            self._no_table()
        match name:
            case "pre":
                self._flush(token.start)
                self.pre += 1
                self.language = _language(token)
                self.begin = len(self.text)
            case "code" if self.pre:
                self.language = self.language or _language(token)
            case "code" | "kbd" | "samp" | "tt":
                self.text.add("`", token.start, token.start)
            case "ul" | "menu":
                self.lists.append([-1])
            case "ol":
                first = token.attributes.get("start", "1")
                self.lists.append([int(first) if first.isascii() and first.isdigit() else 1])
            case "li":
                self.item = self._marker(token)
            case "table":
                self._start_table()
            case "tr" if self.cells is not None:
                self.cells.append([])
                self.begin = len(self.text)
            case "td" | "th" if self.cells is not None:
                if not self.cells:
                    self.cells.append([])
                self.begin = len(self.text)
            case "hr":
                self._flush(token.start)
            case _:
                pass
        if name == "a":
            self.anchors += 1
        if name not in _VOID:
            self.stack.append(name)
            if len(self.stack) > 500:
                del self.stack[:250]

    def _marker(self, token: Token) -> str:
        if not self.lists or self.lists[-1][0] < 0:
            return "-"
        counter = self.lists[-1]
        value = token.attributes.get("value", "")
        if value.isascii() and value.isdigit():
            counter[0] = int(value)
        counter[0] += 1
        return f"{min(counter[0] - 1, 9999)}."

    def _close(self, token: Token) -> None:
        name = token.name
        if name in {"code", "kbd", "samp", "tt"} and not self.pre:
            if name in self.stack:
                self.text.add("`", token.end, token.end)
        elif name == "pre" and self.pre:
            self.pre -= 1
            if not self.pre:
                self._end_pre(token.start)
        elif name in {"td", "th"} and self.cells is not None and self.cells:
            shown = "".join(self.text.parts[self.begin :])
            self.cells[-1].append(" ".join(shown.split()))
            self.begin = len(self.text)
            self.text.add(" ", token.start, token.start)
        elif name == "table" and self.table_depth:
            self._end_table()
        elif name in _BLOCK and not self.pre and name not in {"tr", "tbody", "thead"}:
            self._flush(token.start)
        if name in {"ul", "ol", "menu"} and self.lists:
            self.lists.pop()
        if name in self.stack[-60:]:
            while self.stack and self.stack.pop() != name:
                pass

    def _end_pre(self, at: int) -> None:
        shown = "".join(self.text.parts[self.begin :])
        if shown.strip():
            start = self.begin + len(shown) - len(shown.lstrip("\n"))
            stop = self.begin + len(shown.rstrip())
            text = shown[start - self.begin : stop - self.begin]
            self.pieces.append(
                Piece("code", start, stop, text, True, language=self.language or "?")
            )
        self.language = ""
        self._newline(at)

    def _no_table(self) -> None:
        """Takes the open table for a means of layout: what it holds are pieces of their own."""
        self.cells = None
        self.begin = self.table_begin
        self._flush()

    def _start_table(self) -> None:
        self.table_depth += 1
        if self.cells is None and self.table_depth == 1:
            self.cells = []
            self.table_begin = len(self.text)

    def _end_table(self) -> None:
        self.table_depth -= 1
        if self.table_depth > 0:
            return
        self.table_depth = 0
        if self.cells is None:
            self._flush()
            return
        rows = [row for row in self.cells if any(row)]
        self.cells = None
        shown = "".join(self.text.parts[self.table_begin :])
        if rows and shown.strip():
            start = self.table_begin + len(shown) - len(shown.lstrip())
            stop = start + len(shown.strip())
            if max(len(row) for row in rows) > 1:
                self.pieces.append(Piece("table", start, stop, markdown(rows), True))
            else:
                self.pieces.append(Piece("paragraph", start, stop, " ".join(shown.split()), True))
        self._newline(self.text.ends[-1] if len(self.text) else 0)


_RUN = re.compile(r"\S+|[^\S\u00a0]+|\u00a0")
_LINE = re.compile(r"[^\r]+|\r")
_TELLING = frozenset({"aside", "footer", "button", *_SKIPPED})
"""Elements that their names alone may tell to be furniture."""


@lru_cache(maxsize=4096)
def _labelled(label: str) -> str:
    """Why a class or id tells its element to be furniture; empty when it does not."""
    if not label or len(label) >= 60:
        return ""
    return next((reason for pattern, reason in _FURNITURE if pattern.match(label)), "")


_PRINTED = frozenset({"output", "code-output", "stdout", "expected-output", "program-output"})
_RAW_REASONS = {
    "script": "script",
    "style": "style sheet",
    "noscript": "text for browsers without scripts",
    "template": "template",
    "textarea": "form",
    "title": "title of the page",
    "svg": "picture",
}
_HEADINGS = {
    "h1": 1,
    "h2": 2,
    "h3": 3,
    "h4": 4,
    "h5": 5,
    "h6": 6,
    "summary": 5,
    "dt": 5,
    "button": 5,
}


def _language(token: Token) -> str:
    """The language that a listing's marks name; `output` for what a program prints."""
    names = token.attributes.get("class", "").lower().split()
    if any(name in _PRINTED for name in names):
        return "output"
    label = " ".join(
        (token.attributes.get("class", ""), "lang-" + token.attributes.get("data-lang", ""))
    )
    match = _LANGUAGE.search(label)
    if match:
        return match[1].lower()
    words = set(label.lower().split())
    return next(
        (word for word in ("python", "py", "bash", "shell", "console") if word in words), ""
    )


def _paragraphs(piece: Piece, work: Work) -> Iterator[Piece]:
    """A paragraph; where `<br>` broke it into lines, its code apart from its text."""
    lines = piece.text.split("\n")
    if len(lines) == 1:
        yield piece
        return
    regions = find_regions(lines[: work.reach(lines)])
    offsets = [piece.start]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    coded = {index: region for region in regions for index in range(region.first, region.last + 1)}
    index = 0
    while index < len(lines):
        if index in coded:
            region = coded[index]
            start, end = offsets[region.first], offsets[region.last + 1] - 1
            text = piece.text[start - piece.start : end - piece.start]
            yield Piece("code", start, end, text, True)
            index = region.last + 1
            continue
        last = index
        while last + 1 < len(lines) and last + 1 not in coded and lines[last].strip():
            last += 1
        text = "\n".join(lines[index : last + 1])
        if text.strip():
            start = offsets[index] + len(text) - len(text.lstrip())
            shown = text.strip().replace("\n", " ")
            yield Piece("paragraph", start, start + len(shown), shown, True)
        index = last + 1


def _with_code(pieces: Sequence[Piece], view: View) -> Iterator[Piece]:
    """Code that the page sets as paragraphs, line by line or glued to a sentence."""
    index = 0
    while index < len(pieces):
        last = index
        while last < len(pieces) and pieces[last].kind == "paragraph":
            last += 1
        run = pieces[index:last]
        if not run:
            yield pieces[index]
            index += 1
            continue
        regions = {region.first: region for region in find_regions([piece.text for piece in run])}
        at = 0
        while at < len(run):
            region = regions.get(at)
            if region is not None and region.last > region.first:
                start, end = run[at].start, run[region.last].end
                yield Piece("code", start, end, view.text[start:end], True)
                at = region.last + 1
                continue
            yield from _parted(run[at])
            at += 1
        index = last


def _parted(piece: Piece) -> Iterator[Piece]:
    glued = glued_program(piece.text) if len(piece.text) == piece.end - piece.start else None
    if glued is None or "`" in piece.text[glued:]:
        yield piece
        return
    before = piece.text[:glued].rstrip()
    if before:
        yield replace(piece, end=piece.start + len(before), text=before)
    yield Piece("code", piece.start + glued, piece.end, piece.text[glued:], True)


def scan(text: str) -> Page:
    """The pieces of a saved web page."""
    reader = _Reader(text, trust=2)
    reader.read()
    while reader.trust and reader.kept < 0.35 * reader.total:
        # marks that would cut most of a page do not mean what they seem to
        reader = _Reader(text, trust=reader.trust - 1)
        reader.read()
    view = View("".join(reader.text.parts), reader.text.starts, reader.text.ends)
    if len(reader.pieces) > most_lines(len(text)):
        return Page(view, tuple(reader.pieces))
    told = Work().reach(piece.text for piece in reader.pieces)
    pieces = list(_with_code(reader.pieces[:told], view))
    return Page(view, (*pieces, *reader.pieces[told:]), len(pieces))
