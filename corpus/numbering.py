"""Where a page's questions start: numbered, headed, or alone.

Numbers are trusted as a chain: they rise through the page, their titles read like questions and an
answer stands behind each.  A list inside an answer starts anew at one and asks nothing; a table of
contents has the titles and no answers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.blocks import goes_on, hangs, heading_like
from corpus.clean import clean_title, plain
from corpus.foreign import ANSWER_WORDS, QUESTION_WORDS
from corpus.pieces import Piece


@dataclass(frozen=True, slots=True)
class Start:
    """A question's place on the page.

    Attributes:
        number: as written, or 0.
        title: as a reader would say it.
        begin: offset in the view where the question (its number, its marker) starts.
        first: index of the piece it starts in.
        body: index of the first piece behind the title; when the title's piece goes on with the
            answer, that piece.
        body_offset: offset in the view where the answer starts.
    """

    number: int
    title: str
    begin: int
    first: int
    body: int
    body_offset: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: Start
    style: str
    asks: bool
    answered: bool = True
    repeated: bool = False

    @property
    def weight(self) -> int:
        return 2 + 4 * self.asks + 2 * self.answered - (5 if self.repeated else 0)


_ASKING = re.compile(
    r"(?:what|why|how|when|where|which|who|whose|explain|describe|compare|contrast|define|discuss|"
    r"differentiate|distinguish|list|name|outline|implement|write|give|can|could|do|does|did|is|"
    r"are|"
    r"should|would|will|tell|show|state|walk|suppose|in (?:pytorch|python)|if you)\b",
    re.IGNORECASE,
)
_Q = rf"(?:(?:(?:[a-z]+ ){{0,2}}interview )?q(?:uestion|uest|ue|n)?s?|{QUESTION_WORDS})"
_TASKS = r"(?:problem|exercise|task|challenge|no\.?|nr\.?|№)"
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()
_NUMBERED = re.compile(
    rf"(?:(?P<q>{_Q}\s*[.:#-]?\s*(?:no\.?\s*)?)#?(?:(?P<m>\d{{1,4}})|(?P<w>{'|'.join(_WORDS)}))\b"
    rf"(?:\s*(?:of|/)\s*\d{{1,4}}\b)?\s*[.):：．、\]–—-]?|"
    rf"(?P<t>{_TASKS})\s*#?(?P<k>\d{{1,4}})\b\s*[.):：–—-]?|"
    r"第\s*(?P<c>\d{1,4})\s*[题題问問个]\s*[.:：、]?|#(?P<h>\d{1,4})\b(?=\s+[A-Z`])|"
    r"(?P<major>\d{1,2})\.(?P<minor>\d{1,2})[.):]?(?=\s+[A-Z`*])|"
    rf"(?P<r>{'|'.join(sorted(_ROMAN, key=len, reverse=True))})[.):](?=\s+[A-Z`*])|"
    r"(?P<l>[a-pr-z])[.)](?=\s+[A-Z`*])|"
    r"[\[#]?(?P<n>\d{1,4})\s*(?:[.):\]、．：–—-]|\.\)|\ufe0f?\u20e3))\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_Q_ONLY = re.compile(rf"{_Q}\s*[.:：)]\s*(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
_INLINE = re.compile(
    r"(?:(?<=[.?!:)\"'])|(?<=\s))(?:Q(?:uestion)?\s?(\d{1,3})[.:)]?|"
    r"(\d{1,3})[.)])\s+(?=[A-Z`\"'*_.])"
)
_ANSWER = re.compile(
    rf"\s*(?:\*\*|__)?(?:Answer|Ans|A|Solution|Response|(?i:{ANSWER_WORDS}))(?:\*\*|__)?"
    r"\s*[:.：．\-–—]\s*(?:\*\*|__)?\s*"
)
_ANSWER_INSIDE = re.compile(r"(?<=[?.:])\s*(?:\*\*)?(?:Answer|Ans)(?:\*\*)?\s*:")
_LONGEST_TITLE = 300
_MOST_TITLE_LINES = 8


_MARKS = ("?", "？", "؟", "՞")


def asks(title: str) -> bool:
    """Whether a title reads like a question or a task."""
    return title.rstrip(" *_`\"'").endswith(_MARKS) or _ASKING.match(title) is not None


def is_question(title: str) -> bool:
    """Whether a line is one question, whole."""
    if not title.isascii() and title.endswith(_MARKS):
        return 3 <= len(title) <= _LONGEST_TITLE
    return title.endswith("?") and 8 <= len(title) <= _LONGEST_TITLE and len(title.split()) >= 3


def answer_marker(text: str) -> int:
    """How many characters of `text` only say that the answer follows."""
    match = _ANSWER.match(text)
    if match is None or (match[0].strip()[:1] == "A" and match[0].strip() in {"A.", "A-", "A -"}):
        return 0
    return match.end()


def find_questions(pieces: Sequence[Piece]) -> list[Start]:
    """The questions of a page in order; empty when it has none to be told apart."""
    numbered = _numbered(pieces)
    if numbered:
        return numbered
    return _headed(pieces) or _unfolded(pieces) or _asked(pieces)


# ------------------------------------------------------------------ numbered


def _numbered(pieces: Sequence[Piece]) -> list[Start]:
    candidates = _candidates(pieces)
    contents = _contents(candidates)
    groups: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        if candidate.start.begin not in contents:
            groups.setdefault(candidate.style, []).append(candidate)
    best: list[_Candidate] = []
    best_weight = 0
    on_questions = _about_questions(pieces)
    for style, group in groups.items():
        chain = _chain(_marked(group))
        chain = _without_list_items(chain, group)
        if not _credible(chain, style, on_questions=on_questions):
            continue
        weight = sum(candidate.weight for candidate in chain)
        if weight > best_weight:
            best, best_weight = chain, weight
    if best and best[0].style.startswith("section"):
        return [replace(candidate.start, number=order) for order, candidate in enumerate(best, 1)]
    if not best:
        return []
    return [candidate.start for candidate in _filled(best, candidates, pieces)]


def _about_questions(pieces: Sequence[Piece]) -> bool:
    head = " ".join(piece.text for piece in pieces[:4])[:400].lower()
    return bool(re.search(r"questions|interview|faq|q&a|quiz", head))


def _credible(chain: Sequence[_Candidate], style: str, *, on_questions: bool) -> bool:
    """Whether a chain of numbers is a list of questions rather than of steps."""
    if not chain:
        return False
    asking = sum(candidate.asks for candidate in chain)
    if style in {"roman", "letter", "task"} or style.startswith("section"):
        return len(chain) >= 3 and asking >= 0.6 * len(chain)
    if style in {"q", "dash"}:
        return len(chain) >= 2 or asking == len(chain)
    if len(chain) == 1:
        only = chain[0].start
        return asking == 1 and only.first <= 2 and only.title.endswith("?")
    if style.startswith("heading") and on_questions and len(chain) >= 3:
        return True
    return asking >= 0.5 * len(chain) and asking >= 2


def _candidates(pieces: Sequence[Piece]) -> list[_Candidate]:
    """Everything that may be a numbered question, in page order."""
    found: list[_Candidate] = []
    for index, piece in enumerate(pieces):
        if piece.kind in {"line", "item", "heading", "paragraph"}:
            candidate = _at_start(pieces, index)
            if candidate is not None:
                found.append(candidate)
            if piece.kind in {"line", "paragraph"}:
                found.extend(_inline(piece, index))
    return found


# bold type and little pictures before a number
_DECORATION = re.compile(r"[\s*_]*(?:[\u2022-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*\s*)*[*_]*")


def _at_start(pieces: Sequence[Piece], index: int) -> _Candidate | None:
    """A numbered question at the start of piece `index`."""
    piece = pieces[index]
    text = piece.text
    lead = _DECORATION.match(text).end()  # type: ignore[union-attr]  # it matches anything
    bare = text[lead:]
    begin = piece.outer[0]
    if piece.kind == "item" and piece.marker[-1] in ".)" and len(piece.marker) > 1:
        number = int(re.sub(r"\D", "", piece.marker))
        style = f"number{piece.level}"
        return _with_title(pieces, index, begin, number, text, 0, style)
    match = _NUMBERED.match(bare)
    if match and _plausible(match, piece):
        offset = lead + match.start("rest")
        number, style = _number_of(match, piece)
        return _with_title(pieces, index, begin, number, match["rest"], offset, style)
    if piece.kind == "heading" and re.fullmatch(r"#?\d{1,3}", bare.strip()):
        number, style = int(bare.strip(" #")), f"heading{piece.level}"
        return _with_title(pieces, index, begin, number, "", len(text), style)
    match = _Q_ONLY.match(bare)
    if match:
        offset = lead + match.start("rest")
        return _with_title(pieces, index, begin, 0, match["rest"], offset, "q")
    return None


def _number_of(match: re.Match[str], piece: Piece) -> tuple[int, str]:
    """A numbered question's number, and the style of its numbering."""
    if match["major"]:
        # rising numbers are all that counts; the questions are numbered anew afterwards
        return 100 * int(match["major"]) + int(match["minor"]), f"section{piece.kind}"
    if match["r"]:
        return _ROMAN.index(match["r"].upper()) + 1, "roman"
    if match["l"]:
        return ord(match["l"].lower()) - ord("a") + 1, "letter"
    if match["t"]:
        return int(match["k"]), "task"
    if match["w"]:
        return _WORDS.index(match["w"].lower()) + 1, "q"
    number = int(match["n"] or match["m"] or match["h"] or match["c"])
    if piece.kind == "heading":
        return number, f"heading{piece.level}"
    if match["q"] or match["c"]:
        return number, "q"
    return number, "dash" if piece.kind == "item" else f"number{piece.level}"


def _plausible(match: re.Match[str], piece: Piece) -> bool:
    """Whether a number at the start of a line numbers it, rather than being one of its words."""
    rest = match["rest"].lstrip("*_ ")
    if match["q"] or match["t"]:
        return not rest or rest[0] not in "=+*/.,"
    if match["r"] or match["l"] or match["major"]:
        return asks(plain(rest))
    if piece.kind == "item" and not rest:
        return True
    separator = match[0][: match.start("rest") - match.start()].rstrip()[-1:]
    if separator in "-–—" and piece.kind != "heading":
        return rest[:1].isupper() and asks(plain(rest))
    return bool(rest) and not rest[0].isdigit()


def _with_title(
    pieces: Sequence[Piece],
    index: int,
    begin: int,
    number: int,
    rest: str,
    offset: int,
    style: str,
) -> _Candidate | None:
    """The candidate with its title read on over the lines that it spreads over."""
    piece = pieces[index]
    if piece.kind in {"line", "item", "paragraph"} and rest:
        bold = "**" in piece.text[: offset or 2]
        title, used = _title_on_line(rest, bold=bold)
        if used < len(rest):
            body_offset = piece.start + offset + used
            start = Start(number, clean_title(title), begin, index, index, body_offset)
            return _Candidate(start, style, asks(start.title))
    title = rest
    body = index + 1
    body_offset = -1
    if piece.kind != "heading" or not rest:
        while body < len(pieces) and body - index <= _MOST_TITLE_LINES:
            after = pieces[body]
            if after.kind not in {"line", "heading"} and (title or after.kind != "paragraph"):
                break
            if after.gap and title:
                break
            if answer_marker(after.text) or len(title) > _LONGEST_TITLE:
                break
            if title and not _title_goes_on(title, after.text, dashed=style == "dash" and not rest):
                break
            marker = _ANSWER_INSIDE.search(after.text)
            wording = after.text[: marker.start()] if marker else after.text
            glue = (
                "" if not title or (after.text[0] in ",.;:?)" and after.text[1:2] != "g") else " "
            )
            if re.match(r"\.\w", after.text):
                glue = " "
            title += glue + wording
            if marker:
                body_offset = after.start + marker.start()
                break
            body += 1
            if title.endswith("?"):
                break
    if not title.strip():
        return None
    at = body_offset
    if at < 0:
        at = pieces[body].start if body < len(pieces) else piece.end
    clean = clean_title(title)
    return _Candidate(Start(number, clean, begin, index, body, at), style, asks(clean))


def _title_goes_on(title: str, after: str, *, dashed: bool) -> bool:
    if title.rstrip()[-1:] in "?.:!":
        return False
    if goes_on(title, after) or hangs(title):
        return True
    return dashed and asks(title) and len(after) <= 100 and not heading_like(after)


_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1\s*(?=\S)")
_BOLD_END = re.compile(r"([^*]*[^*\s])\*\*\s*(?=\S)")


def _title_on_line(rest: str, *, bold: bool = False) -> tuple[str, int]:
    """The title at the start of a line, and how much of the line it takes.

    Args:
        rest: the line behind the number.
        bold: whether the number stands in bold type that goes on.
    """
    set_off = _BOLD.match(rest) or (_BOLD_END.match(rest) if bold else None)
    if set_off and asks(plain(set_off[set_off.lastindex or 0])):
        behind = rest[set_off.end() :].lstrip(" :")
        if not behind.startswith("**") or answer_marker(behind):
            return set_off[set_off.lastindex or 0], set_off.end()
    marker = re.search(r"\s(?:\*\*)?(?:Answer|Ans)\s*:", rest) or _ANSWER_INSIDE.search(rest)
    if marker:
        blank = len(marker[0]) - len(marker[0].lstrip())
        return rest[: marker.start()], marker.start() + blank
    head = rest[:_LONGEST_TITLE]
    last = head.find("?")
    if last >= 0:
        # a second question right behind belongs to the title; one behind a sentence does not
        while (further := head.find("?", last + 1)) > 0:
            if re.search(r"[.!:;]\s|\bQ?\d+[.)]?\s", head[last + 1 : further + 1]):
                break
            last = further
        end = last + 1
        while end < len(rest) and rest[end] in "*_`\"')”’":
            end += 1
        if not rest[end:].strip():
            return rest, len(rest)
        return rest[:end], end + len(rest[end:]) - len(rest[end:].lstrip())
    if len(rest) > 160:
        stop = re.search(r"[.:]\s+(?=[A-Z])", head)
        if stop:
            return rest[: stop.start() + 1].rstrip(":"), stop.end()
    return rest, len(rest)


def _inline(piece: Piece, index: int) -> list[_Candidate]:
    """Numbered questions inside a line; used only to fill the gaps of a chain."""
    if "?" not in piece.text or len(piece.text) != piece.end - piece.start:
        return []
    found = []
    matches = [match for match in _INLINE.finditer(piece.text) if match.start()]
    for place, match in enumerate(matches):
        until = matches[place + 1].start() if place + 1 < len(matches) else len(piece.text)
        rest = piece.text[match.end() : until]
        title, used = _title_on_line(rest)
        if not title.rstrip().endswith("?"):
            continue
        body = match.end() + used
        start = Start(
            int(match[1] or match[2]),
            clean_title(title),
            piece.start + match.start(),
            index,
            index if body < len(piece.text.rstrip()) else index + 1,
            piece.start + body,
        )
        answered = bool(rest[used:].strip()) or until == len(piece.text)
        found.append(_Candidate(start, "inline", asks=True, answered=answered))
    return found


def _key(title: str) -> str:
    return re.sub(r"\W+", " ", title.lower()).strip()


def _contents(candidates: Sequence[_Candidate]) -> set[int]:
    """Where the lines of a table of contents begin: titles that stand again further down.

    They follow one another with nothing between, and what they list is marked in another way.
    """
    places: dict[str, int] = {}
    for place, candidate in enumerate(candidates):
        places[_key(candidate.start.title)] = place
    listed = [
        place
        for place, candidate in enumerate(candidates)
        if (again := places[_key(candidate.start.title)]) > place
        and candidates[again].style not in {candidate.style, "inline"}
        and candidate.start.number == candidates[again].start.number
    ]
    return {candidates[place].start.begin for place in listed} if len(listed) >= 2 else set()


def _marked(group: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates with what the others tell: no answer behind, or repeated further down."""
    later: set[str] = set()
    marked: list[_Candidate] = []
    for place in range(len(group) - 1, -1, -1):
        candidate = group[place]
        after = group[place + 1].start if place + 1 < len(group) else None
        answered = candidate.answered and not (
            after is not None
            and after.first <= candidate.start.body
            and after.begin <= candidate.start.body_offset + 3
        )
        key = _key(candidate.start.title)
        marked.append(replace(candidate, answered=answered, repeated=key in later))
        later.add(key)
    marked.reverse()
    return _renumbered(marked)


def _renumbered(group: list[_Candidate]) -> list[_Candidate]:
    """Questions marked without numbers, numbered by their order."""
    if any(candidate.start.number for candidate in group):
        return [candidate for candidate in group if candidate.start.number]
    return [
        replace(candidate, start=replace(candidate.start, number=place))
        for place, candidate in enumerate(group, 1)
    ]


def _chain(group: Sequence[_Candidate]) -> list[_Candidate]:
    """The heaviest run of candidates whose numbers rise (n log n, by a Fenwick tree of maxima)."""
    numbers = sorted({candidate.start.number for candidate in group})
    tree: list[tuple[int, int]] = [(0, -1)] * (len(numbers) + 1)
    previous = [-1] * len(group)
    best_at, best = -1, 0
    for place, candidate in enumerate(group):
        rank = bisect_left(numbers, candidate.start.number) + 1
        top = (0, -1)
        at = rank - 1
        while at > 0:
            top = max(top, tree[at])
            at -= at & -at
        weight = top[0] + max(0, candidate.weight)
        previous[place] = top[1]
        # the later of two equals wins: contents come before what they list
        if weight >= best:
            best, best_at = weight, place
        at = rank
        while at <= len(numbers):
            if (weight, place) > tree[at]:
                tree[at] = (weight, place)
            at += at & -at
    chain: list[_Candidate] = []
    while best_at >= 0:
        chain.append(group[best_at])
        best_at = previous[best_at]
    chain.reverse()
    return [candidate for candidate in chain if not candidate.repeated or candidate.answered]


def _without_list_items(chain: list[_Candidate], group: Sequence[_Candidate]) -> list[_Candidate]:
    """The chain without items of lists inside answers, on a page whose titles ask."""
    if sum(candidate.asks for candidate in chain) < 0.6 * len(chain):
        return chain
    members = {candidate.start.begin for candidate in chain}
    kept: list[_Candidate] = []
    numbers = [candidate.start.number for candidate in chain]
    before: _Candidate | None = None
    listed: set[int] = set()
    for candidate in group:
        follows_list = (
            before is not None
            and before.start.number == candidate.start.number - 1
            and (before.start.begin not in members or before.start.begin in listed)
        )
        if candidate.start.begin in members:
            if candidate.asks or not follows_list:
                kept.append(candidate)
            else:
                listed.add(candidate.start.begin)
        before = candidate
    # a number far beyond the others, without a question, is a word of the text
    typical = Counter(b - a for a, b in pairwise(numbers)).most_common(1)
    if typical and typical[0][0] == 1:
        while (
            len(kept) > 1
            and not kept[-1].asks
            and (kept[-1].start.number > kept[-2].start.number + 1)
        ):
            kept.pop()
    return kept


def _filled(
    chain: list[_Candidate], candidates: Sequence[_Candidate], pieces: Sequence[Piece]
) -> list[_Candidate]:
    """The chain with its missing numbers found in other styles between their neighbours."""
    filled: list[_Candidate] = []
    spare = [candidate for candidate in candidates if candidate.asks and candidate.start.number]
    place = 0
    bounds = [*chain, None]
    low = chain[0].start.number - 1
    from_begin = chain[0].start.begin
    for candidate in bounds:
        high = candidate.start.number if candidate is not None else low + 100
        to_begin = (
            candidate.start.begin
            if candidate is not None
            else (pieces[-1].end + 1 if pieces else 0)
        )
        wanted = low + 1
        while place < len(spare) and spare[place].start.begin <= from_begin:
            place += 1
        while place < len(spare) and spare[place].start.begin < to_begin and wanted < high:
            extra = spare[place]
            place += 1
            behind_title = not filled or extra.start.begin >= filled[-1].start.body_offset
            if extra.start.number == wanted and extra.answered and behind_title:
                filled.append(extra)
                wanted += 1
        if candidate is not None:
            filled.append(candidate)
            low, from_begin = candidate.start.number, candidate.start.begin
    return filled


# ------------------------------------------------------------------ without numbers


def _headed(pieces: Sequence[Piece]) -> list[Start]:
    """Questions that are headings, as in a FAQ."""
    levels: dict[int, list[int]] = {}
    for index, piece in enumerate(pieces):
        if piece.kind == "heading":
            levels.setdefault(piece.level, []).append(index)
    for level in sorted(levels):
        indexes = levels[level]
        asking = [index for index in indexes if is_question(plain(pieces[index].text))]
        if len(asking) >= 2 and len(asking) >= 0.6 * len(indexes):
            asking = [index for index in indexes if _puts(plain(pieces[index].text))]
            starts = [_plain_start(pieces, index, index + 1) for index in asking]
            return _with_bodies(starts, len(pieces))
    return []


_TASK = re.compile(
    r"(?:explain|describe|compare|contrast|define|discuss|differentiate|distinguish|list|outline|"
    r"implement|write|name|give|show|tell)\b",
    re.IGNORECASE,
)


def _puts(title: str) -> bool:
    """Whether a heading among questions is one: it asks, or sets a task."""
    bare = _bare(title)
    return is_question(bare) or (_TASK.match(bare) is not None and len(bare) <= 120)


def _bare(title: str) -> str:
    return title[_DECORATION.match(title).end() :]  # type: ignore[union-attr]  # matches anything


def _unfolded(pieces: Sequence[Piece]) -> list[Start]:
    """Questions that are the items of a list, each with its answer below and further in."""
    items = [index for index, piece in enumerate(pieces) if piece.kind == "item"]
    if not items:
        return []
    margin = min(pieces[index].level for index in items)
    outer = [index for index in items if pieces[index].level == margin]
    starts = []
    for index in outer:
        below = pieces[index + 1] if index + 1 < len(pieces) else None
        inside = below is not None and below.kind in {"line", "item"} and below.level > margin
        if inside and is_question(_bare(plain(pieces[index].text))):
            starts.append(_plain_start(pieces, index, index + 1))
    return starts if len(starts) >= 2 and len(starts) >= 0.6 * len(outer) else []


def _asked(pieces: Sequence[Piece]) -> list[Start]:
    """Questions that stand alone on a line, each before its answer."""
    starts: list[Start] = []
    for index, piece in enumerate(pieces):
        if piece.kind not in {"line", "paragraph"}:
            continue
        title = _bare(plain(piece.text))
        task = (
            piece.gap and starts and _TASK.match(title) and re.fullmatch(r"[^.!?]{8,90}\.?", title)
        )
        if not is_question(title) and not task:
            continue
        before = pieces[index - 1] if index else None
        after = pieces[index + 1] if index + 1 < len(pieces) else None
        headed = before is not None and index <= 3 and heading_like(before.text)
        ended = (
            before is None
            or piece.gap
            or headed
            or before.kind != "line"
            or before.text[-1] in ".!?:)"
        )
        if after is None or not ended or is_question(plain(after.text)):
            continue
        if after.kind == "line" and not after.gap and goes_on(piece.text, after.text):
            continue
        starts.append(_plain_start(pieces, index, index + 1))
    if len(starts) < 2 or any(piece.kind == "heading" for piece in pieces[1:]):
        return []
    total = sum(len(piece.text) for piece in pieces)
    ahead = sum(len(piece.text) for piece in pieces[: starts[0].first])
    # a rhetorical question or two in a long text make no FAQ
    bodies = sum(len(piece.text) for piece in pieces[starts[0].first :]) / len(starts)
    if ahead > 0.3 * total or bodies > 2500 or not _regular(starts, pieces):
        return []
    return starts


def _regular(starts: Sequence[Start], pieces: Sequence[Piece]) -> bool:
    """Whether bare headings are no more frequent than the questions, once these have begun."""
    heads = sum(
        piece.kind == "line" and heading_like(piece.text) and not piece.text.endswith("?")
        for piece in pieces[starts[0].first :]
    )
    return heads <= len(starts)


def _with_bodies(starts: list[Start], count: int) -> list[Start]:
    ends = [start.first for start in starts[1:]] + [count]
    answered = [start for start, end in zip(starts, ends, strict=True) if end > start.body]
    return answered if len(answered) >= 2 else []


def _plain_start(pieces: Sequence[Piece], index: int, body: int) -> Start:
    at = pieces[body].start if body < len(pieces) else pieces[index].end
    title = re.sub(r"^\d{1,3}[.)]\s+(?=\S)", "", clean_title(_bare(pieces[index].text)))
    return Start(0, title, pieces[index].outer[0], index, body, at)


def lone_question(pieces: Sequence[Piece]) -> Start | None:
    """The title of a page that is one question or one lesson."""
    head: list[int] = []
    for index, piece in enumerate(pieces[:12]):
        if piece.kind == "cut":
            continue
        title_like = piece.kind == "heading" or (
            piece.kind in {"line", "paragraph"}
            and (heading_like(plain(piece.text)) or is_question(plain(piece.text)))
        )
        if not title_like:
            break
        head.append(index)
    if not head:
        return None
    chosen = next((i for i in head[:4] if is_question(plain(pieces[i].text))), head[0])
    # a question further down heads a section when the page has its own title and headings
    if chosen != head[0] and pieces[head[0]].kind == "heading" and pieces[chosen].kind != "heading":
        chosen = head[0]
    return _plain_start(pieces, chosen, chosen + 1)
