"""Code that nothing marks as code: where it starts, where it ends, and the output pasted behind it.

Lines are judged by what Python itself makes of them; what Python cannot settle (a lone name, a call
without company, a comment) follows its neighbours.  A page that lost its line breaks holds whole
programs on one line, often glued to the sentence before; those are found by their statements.
"""

from __future__ import annotations

import ast
import html
import keyword
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice, pairwise

_LONGEST_LINE = 2000  # characters; a longer line of real code is not worth parsing
_LONGEST_BRACKET = 200  # lines that an open bracket may span
_TYPOGRAPHY = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "\u00a0": " ",
        "\u2009": " ",
        "×": "*",
        "−": "-",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\ufeff": "",
    }
)


class LineKind(Enum):
    """What a line looks like on its own."""

    CODE = "code"
    CALL = "call"  # a call without company may be a name broken out of a sentence
    WEAK = "weak"  # valid Python, and as well a word
    COMMENT = "comment"
    BLANK = "blank"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Region:
    """Lines `first` to `last` (inclusive) are code.

    `output_at` is the offset within the last line where pasted output starts; `output_from` is the
    first line of the region that is output as a whole.
    """

    first: int
    last: int
    output_at: int | None = None
    output_from: int | None = None


def plain_characters(text: str) -> str:
    """Typography and entities undone as far as judging needs it (offsets are not kept)."""
    if "&" in text:
        text = html.unescape(text)
    return text.translate(_TYPOGRAPHY)


def without_comment(line: str) -> str:
    """The line up to its comment; quotes are respected."""
    quote = ""
    skip = False
    for index, char in enumerate(line):
        if skip:
            skip = False
        elif quote:
            if char == "\\":
                skip = True
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:index]
    return line


def bracket_depth(line: str) -> int:
    """Opened minus closed brackets outside strings and comments."""
    depth = 0
    quote = ""
    skip = False
    for char in line:
        if skip:
            skip = False
        elif quote:
            if char == "\\":
                skip = True
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == "#":
            break
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
    return depth


def _parse(text: str) -> list[ast.stmt] | None:
    if len(text) > _LONGEST_LINE or bracket_nesting(text) > 50:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bracket_nesting(text: str) -> int:
    """The deepest nesting of brackets, strings included: a guard for the parser's stack."""
    deepest = depth = 0
    for char in text:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth = max(0, depth - 1)
    return deepest


_HEADER = re.compile(
    r"(?:async\s+)?(?:def|class|for|while|if|elif|else|try|except|finally|with|match|case)\b.*:$"
)
_OPEN_START = re.compile(
    r"(?:[A-Za-z_][\w.\[\]\"', ]{0,80}\s*(?:[-+*/@|&%]|//|\*\*)?=\s*\S|"
    r"(?:return|raise|yield|assert|print)\b|@?[A-Za-z_][\w.]*\(|(?:async\s+)?def\s+\w+\s*\(|"
    r"class\s+\w+\(|from\s+[\w.]+\s+import\s*\(|(?:with|for|if|while)\s+\S)"
)
_WORDS_ONLY = re.compile(r"[A-Za-z][\w'-]*(?:,? [\w'-]+){2,}[.!?:]?$")
_FLAG = re.compile(
    r"[\w.]+=[^\s=]+$"
)  # `step_size=5`: as often a word of a sentence as a statement


def _judge_statements(body: list[ast.stmt], line: str) -> LineKind:
    strong = False
    for statement in body:
        match statement:
            case ast.Expr(value=ast.Call() as call):
                if isinstance(call.func, ast.Name) and call.func.id == "print":
                    strong = True
                elif not strong and len(body) == 1:
                    return LineKind.CALL
            case ast.Expr(value=ast.Await()):
                strong = True
            case ast.Expr(value=ast.IfExp(body=ast.Call())):
                strong = True
            case ast.Expr():
                if len(body) == 1:
                    return LineKind.WEAK
            case ast.AnnAssign(value=None):
                return LineKind.WEAK if " " not in line.strip() else LineKind.TEXT
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                if len(body) == 1 and _FLAG.match(line):
                    return LineKind.WEAK
                strong = True
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Return(value=None):
                if len(body) == 1:
                    return LineKind.WEAK
            case ast.Import() | ast.ImportFrom():
                # "import errors" and "from x import y" are hardly ever sentences
                strong = True
            case ast.Raise() | ast.Return() | ast.Assert() | ast.Delete() | ast.Global():
                if len(body) == 1 and _WORDS_ONLY.match(line):
                    return LineKind.WEAK
                strong = True
            case _:
                strong = True
    return LineKind.CODE if strong else LineKind.WEAK


def judge_line(raw: str) -> LineKind:
    """What one line looks like, its neighbours unknown."""
    line = plain_characters(raw).strip()
    if not line:
        return LineKind.BLANK
    if line.startswith(">>>") and (len(line) == 3 or line[3] in " \t"):
        return LineKind.CODE
    if line.startswith("#"):
        return LineKind.COMMENT
    if not (line[0].isalpha() or line[0] in "_@\"'([{)]}.*-~0123456789"):
        return LineKind.TEXT
    bare = without_comment(line).strip()
    if not bare:
        return LineKind.COMMENT
    if bare in {"else:", "try:", "finally:", "except:"} or _is_branch(bare):
        return LineKind.CODE
    if _WORDS_ONLY.match(bare) and not keyword.iskeyword(bare.split(None, 1)[0]):
        return LineKind.TEXT
    if bare.startswith("@"):
        body = _parse(bare + "\ndef f(): pass")
        return LineKind.CODE if body is not None else LineKind.TEXT
    if _HEADER.match(bare):
        return LineKind.CODE if _parse(bare + " pass") is not None else LineKind.TEXT
    body = _parse(bare)
    if body:
        return _judge_statements(body, bare)
    if bare[-1] in "([{,\\" and bracket_depth(bare) > 0 and _OPEN_START.match(bare):
        return LineKind.CODE
    if bracket_depth(bare) > 0 and _OPEN_START.match(bare) and not _is_prose(bare):
        return (
            LineKind.CODE if re.search(r"[=(]\s*[\[({]?\s*[\w\"'\[({.-]", bare) else LineKind.TEXT
        )
    return LineKind.TEXT


def _is_branch(bare: str) -> bool:
    if bare.startswith("elif ") and bare.endswith(":"):
        return _parse("if 1: pass\n" + bare + " pass") is not None
    if bare.startswith("except ") and bare.endswith(":"):
        return _parse("try: pass\n" + bare + " pass") is not None
    return False


_CODE_SIGNS = re.compile(r"[=\"'\[\](){}]")
_PROSE_WORDS = re.compile(r"(?:^|[\s(])[A-Za-z][a-z']+(?:[,;]? [A-Za-z][a-z'-]*){3,}")


def _is_prose(line: str) -> bool:
    return _PROSE_WORDS.search(without_comment(line)) is not None


def find_regions(
    lines: Sequence[str], free: Sequence[bool], *, headings: bool = False
) -> list[Region]:
    """Runs of lines that are code.

    Args:
        lines: the page's lines, without their line ends.
        free: which of them may be code at all (not fenced, not a table).
        headings: whether the page is known to use `#` for headings; a lone comment away from code
            is then no part of it.
    """
    kinds = _line_kinds(lines, free)
    regions: list[Region] = []
    index = 0
    while index < len(lines):
        if kinds[index] not in (LineKind.CODE, LineKind.CALL) or not free[index]:
            index += 1
            continue
        first, last = _grow(kinds, lines, free, index, headings=headings)
        first = max(first, regions[-1].last + 1 if regions else 0)
        body = range(first, last + 1)
        strong = sum(kinds[i] is LineKind.CODE for i in body)
        solid = sum(kinds[i] in (LineKind.CODE, LineKind.CALL, LineKind.WEAK) for i in body)
        if (
            (strong and solid >= 2)
            or (strong and _stands_alone(lines, first, last))
            or (solid >= 3 and sum(kinds[i] is LineKind.CALL for i in body) >= 3)
        ):
            regions.append(_with_output(lines, first, last, free))
            index = regions[-1].last + 1
        else:
            index = last + 1
    return regions


@dataclass(slots=True)
class _Brackets:
    """Bracket depths of lines, each counted once."""

    lines: Sequence[str]
    known: dict[int, tuple[int, bool]]

    def at(self, index: int) -> tuple[int, bool]:
        """How many brackets line `index` leaves open, and whether it is a sentence."""
        found = self.known.get(index)
        if found is None:
            line = plain_characters(self.lines[index])
            prose = _is_prose(line) and not _CODE_SIGNS.search(line)
            found = self.known[index] = (bracket_depth(line), prose)
        return found


def _line_kinds(lines: Sequence[str], free: Sequence[bool]) -> list[LineKind]:
    """Kinds of all lines; what stands inside an open bracket or string belongs to the code."""
    kinds: list[LineKind] = []
    brackets = _Brackets(lines, {})
    index = 0
    while index < len(lines):
        kind = judge_line(lines[index]) if free[index] else LineKind.TEXT
        kinds.append(kind)
        index += 1
        if kind is not LineKind.CODE:
            continue
        closing = _closing_line(lines, free, index, brackets)
        while index <= closing:
            kinds.append(LineKind.CODE if lines[index].strip() else LineKind.BLANK)
            index += 1
    return kinds


def _closing_line(
    lines: Sequence[str], free: Sequence[bool], index: int, brackets: _Brackets
) -> int:
    """The last line of the bracket or triple-quoted string that line `index - 1` leaves open.

    -1 when it leaves none open, or none that closes.
    """
    line = lines[index - 1]
    end = min(len(lines), index + _LONGEST_BRACKET)
    for mark in ('"""', "'''"):
        if line.count(mark) % 2:
            for at in range(index, end):
                if not free[at]:
                    return -1
                if mark in lines[at]:
                    return at
            return -1
    depth, _ = brackets.at(index - 1)
    if depth <= 0:
        return index if line.rstrip().endswith("\\") and index < len(lines) else -1
    for at in range(index, end):
        opened, prose = brackets.at(at)
        if not free[at] or prose:
            return -1
        depth += opened
        if depth <= 0:
            return at
    return -1


def _grow(
    kinds: Sequence[LineKind],
    lines: Sequence[str],
    free: Sequence[bool],
    start: int,
    *,
    headings: bool,
) -> tuple[int, int]:
    """The run of code around line `start`: comments above it, everything code-like below."""
    first = start
    while first > 0 and free[first - 1] and kinds[first - 1] is LineKind.COMMENT:
        if lines[first - 1].lstrip().startswith("##") and headings:
            break
        first -= 1
    last = start
    index = start + 1
    while index < len(lines) and free[index]:
        kind = kinds[index]
        if kind in (LineKind.CODE, LineKind.CALL):
            last = index
        elif kind is LineKind.WEAK:
            after = kinds[index + 1] if index + 1 < len(lines) else LineKind.BLANK
            company = after in (LineKind.CODE, LineKind.CALL)
            if last != index - 1 or not (company or _weak_is_code(lines[index])):
                break
            last = index
        elif kind is LineKind.COMMENT:
            end = index
            while end + 1 < len(lines) and free[end + 1] and kinds[end + 1] is LineKind.COMMENT:
                end += 1
            follows = end + 1
            passed = (LineKind.BLANK,) if headings else (LineKind.BLANK, LineKind.COMMENT)
            while follows < len(lines) and free[follows] and kinds[follows] in passed:
                follows += 1
            goes_on = (
                follows < len(lines)
                and free[follows]
                and kinds[follows] in (LineKind.CODE, LineKind.CALL)
            )
            adjacent = last == index - 1
            heading_like = headings and not adjacent and end == index and follows > end + 1
            marked = lines[index].lstrip().startswith("##")
            if heading_like or (marked and headings and not (adjacent and goes_on)):
                break
            if adjacent or goes_on or (end > index and not headings):
                last = end
            else:
                break
            index = end
        elif kind is LineKind.BLANK:
            follows = index
            while follows < len(lines) and kinds[follows] is LineKind.BLANK:
                follows += 1
            if follows - index > 3 or follows == len(lines):
                break
            index = follows - 1
        else:
            break
        index += 1
    return first, last


_WEAK_CODE = re.compile(
    r"(?:pass|break|continue|(?:return|raise|del|assert|global)\b.*|\.\.\.|[a-z_][\w.]*(?:\[.*\])?|[\"'].*[\"']|[)\]}]+,?|"
    r"[a-z_]\w*\s*[-+*/@%<>=!&|]+\s*[\w(].*|[a-z_][\w.]*(?:, ?[a-z_][\w.]*)+|[\w.]+=\S+)$"
)


def _weak_is_code(line: str) -> bool:
    return _WEAK_CODE.match(without_comment(plain_characters(line)).strip()) is not None


def _stands_alone(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a single line of code is set apart, and not the middle of a sentence."""
    line = plain_characters(lines[last]).strip()
    before = lines[first - 1].strip() if first else ""
    after = lines[last + 1].strip() if last + 1 < len(lines) else ""
    if after and (after[0].islower() or after[0] in ",.;:)—–"):
        return False
    if before and before[-1] not in ".:!?`)]>-" and (before[-1].isalnum() or before[-1] == ","):
        words = before.split()
        if len(words) > 6 or words[-1].lower() in _HANGING:
            return False
    return line.startswith((">>>", "import ", "from ", "print(", "@", "def ", "class ")) or (
        re.match(r"[\w.\[\], ]+ [-+*/]?= \S", line) is not None
    )


_HANGING = frozenset(
    "a an the of to in on at by for from with using use into and or than is are via like as set "
    "that when call calls between both either".split()
)

_OUTPUT_LINE = re.compile(
    r"(?:tensor\(|torch\.Size\(|\[+\s*-?[\d.]|\(?-?\d[\d.e+, x%-]*\)?$|True$|False$|None$|<[\w.]+|"
    r"={2,} |-{3,}|(?:Epoch|Step|Loss|Iteration|Shape|Accuracy|Output|Result)\b[^=]*[:\d]|"
    r"\w*(?:Error|Exception|Warning): |Traceback |\w[\w ]*: -?[\d.(\[]|\s+\[.*\]\]*\)?,?$|"
    r"(?:\w+: )?tensor\(|cpu$|cuda(?::\d)?$)"
)


def looks_like_output(line: str) -> bool:
    """Whether a line could have been printed by a program."""
    return _OUTPUT_LINE.match(line) is not None


def _with_output(lines: Sequence[str], first: int, last: int, free: Sequence[bool]) -> Region:
    """The region with the output that was pasted behind its code set apart."""
    text = "\n".join(lines[first : last + 1])
    if ">>>" not in text and "print(" in text:
        start = last + 1
        own_tensor = re.search(r"import .*\btensor\b|def tensor", text) is not None
        while (
            start - 1 > first
            and looks_like_output(lines[start - 1])
            and not own_tensor
            and not re.match(r"[\w.]+\s*=[^=]", lines[start - 1])
        ):
            start -= 1
        if start <= last and any("print(" in line for line in lines[first:start]):
            end = _output_end(lines, free, last)
            return Region(first, end, output_from=start)
    following = last + 1
    if following < len(lines) and free[following] and ">>>" not in text:
        cut = glued_output(lines[following])
        if cut is not None:
            return Region(
                first, _output_end(lines, free, following), output_at=cut, output_from=following
            )
        if "print(" in lines[last] and looks_like_output(lines[following]):
            return Region(first, _output_end(lines, free, following), output_from=following)
    if ">>>" in text:
        end = last
        while end + 1 < len(lines) and free[end + 1] and lines[end + 1].strip():
            if not (looks_like_output(lines[end + 1]) or lines[end + 1].startswith("...")):
                break
            end += 1
        return Region(first, end)
    return Region(first, last)


def _output_end(lines: Sequence[str], free: Sequence[bool], last: int) -> int:
    while (
        last + 1 < len(lines)
        and free[last + 1]
        and lines[last + 1].strip()
        and looks_like_output(lines[last + 1])
    ):
        last += 1
    return last


def glued_output(line: str) -> int | None:
    """Where output starts that follows a finished `print(...)` on the same line."""
    if len(line) > _LONGEST_LINE * 5 or "print(" not in line:
        return None
    depth = 0
    quote = ""
    skip = False
    for index, char in enumerate(line):
        if skip:
            skip = False
        elif quote:
            if char == "\\":
                skip = True
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == "#":
            return None
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            rest = line[index + 1 :]
            if depth == 0 and rest[:1] == " " and rest.strip() and char == ")":
                head = plain_characters(line[: index + 1]).strip()
                if judge_line(head) is LineKind.CODE and head.startswith("print("):
                    behind = rest.strip()
                    if behind[0] in "#.,;)=+-*/" and not behind.startswith(("==", "--")):
                        return None
                    if statement_hits(behind.split("#", 1)[0]) and not looks_like_output(behind):
                        return None
                    return index + 1 + len(rest) - len(rest.lstrip())
    return None


_STATEMENT = re.compile(
    r"\bimport\s+[a-z_]\w*|\bfrom\s+[\w.]+\s+import\b|\bdef\s+\w+\(|\bclass\s+\w+[(:]|"
    r"\bfor\s+[\w, ()]{1,60}\s+in\s+[^:#]{1,80}:|\b(?:with|while|if|elif)\s+[^:#]{1,100}:|"
    r"\belse:|\btry:|\breturn\s+\S|"
    r"(?<!\S)[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5} [-+*/@]?= [^=\s]|"
    r"(?<![\w.])[A-Za-z_][\w.]*\("
)
_HEAVY = re.compile(
    r"\bimport\s+[a-z_]\w*|\bfrom\s+[\w.]+\s+import\b|\bdef\s+\w+\(|\bclass\s+\w+[(:]|"
    r"\bfor\s+[\w, ()]{1,60}\s+in\s+[^:#]{1,80}:|\bwith\s+[\w.]+\([^:#]{0,80}\)[^:#]{0,20}:|"
    r"(?<!\S)[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5} [-+*/@]?= [^=\s]"
)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|[^\w\s]")
_LEADING = re.compile(
    r"(?:import\s+[a-z_]|from\s+[\w.]+\s+import\b|def\s+\w+\(|class\s+\w+[(:]|@\w|#\s|"
    r"(?:for|with|while|if)\s+[^:#]{1,100}:|try:|"
    r"[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5}\s?[-+*/@]?=\s?[^=\s]|"
    r"[A-Za-z_][\w.]*\()"
)


def statement_hits(text: str) -> int:
    """How many statements can be made out in running text."""
    return sum(1 for _ in _STATEMENT.finditer(text))


def is_program(text: str) -> bool:
    """Whether the text is a program whose line breaks were lost (or a line of code)."""
    text = plain_characters(text).strip()
    if not _LEADING.match(text):
        return False
    if judge_line(text) is LineKind.CODE:
        return True
    head = text.split("#", 1)[0]
    heavy = sum(1 for _ in _HEAVY.finditer(text))
    if not head.strip():
        hits = statement_hits(text)
        return (heavy >= 1 and hits >= 2) or (heavy + hits >= 1 and text.count("#") >= 2)
    if statement_hits(text) < 2 or not heavy:
        return False
    tokens = list(_TOKEN.finditer(head))
    strays = 0
    names = 0
    for here, after in pairwise(tokens):
        if not (here[0].isidentifier() and after[0].isidentifier()):
            continue
        names += 1
        if keyword.iskeyword(here[0]) or keyword.iskeyword(after[0]):
            continue
        rest = head[after.end() :].lstrip()
        if not rest or rest[0] not in "=(.[,+-*/:":
            strays += 1
    if strays > max(1, len(tokens) * 0.04):
        return False
    if re.search(r"(?<=\w)[.!?](?:\s|$)|[,;] (?:and|the|you|which|so) ", head):
        return False
    return names >= 1 or len(tokens) >= 4


_GLUED_START = re.compile(
    r"(?<=[a-z0-9.:!?)\]])(?=import\s+[a-z_]\w*(?:\s|$|,|\.)|from\s+[\w.]+\s+import\s)|"
    r"(?<=\s)(?=import\s+[a-z_]\w*\s+(?:as|import|from|#)\b|from\s+[\w.]+\s+import\s)|"
    r"(?<=:)(?=\s?[A-Za-z_#@])"
)


def glued_program(line: str) -> int | None:
    """Where a program starts that was glued to the sentence before it, or 0 for the whole line."""
    stripped = line.lstrip()
    lead = len(line) - len(stripped)
    if is_program(stripped) and judge_line(stripped) is not LineKind.CODE:
        return lead
    for match in islice(_GLUED_START.finditer(line), 8):
        start = match.start()
        rest = line[start:]
        start += len(rest) - len(rest.lstrip())
        if is_program(line[start:]):
            return start
    return None


def looks_like_python(text: str) -> bool:
    """Whether unlabelled code is Python rather than output, a shell session or a listing."""
    opening = next((line for line in text.splitlines() if line.strip()), "")
    if looks_like_output(opening) and not _HEAVY.search(text):
        return False
    if _parse(plain_characters(text)):
        lines = [line for line in text.splitlines() if line.strip()]
        kinds = {judge_line(line) for line in lines}
        return bool(kinds & {LineKind.CODE, LineKind.CALL})
    kept = [line for line in text.splitlines() if line.strip()]
    if not kept:
        return False
    kinds_list = [judge_line(line) for line in kept]
    if any(is_program(line) for line in kept):
        return True
    good = sum(kind in (LineKind.CODE, LineKind.CALL) for kind in kinds_list)
    strong = sum(kind is LineKind.CODE for kind in kinds_list)
    return strong >= 1 and good * 2 >= len(kept)
