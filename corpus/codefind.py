"""Code that nothing marks as code: where it starts, where it ends, and the output pasted behind it.

Lines are judged one by one; what Python cannot settle (a lone name, a call without company, a
comment) follows its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.codelines import (
    CODE_SIGNS,
    LineKind,
    bracket_depth,
    is_prose,
    judge_line,
    plain_characters,
    without_comment,
)
from corpus.programs import glued_output, looks_like_output

_LONGEST_BRACKET = 200  # lines that an open bracket may span


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


def find_regions(
    lines: Sequence[str], free: Sequence[bool] | None = None, *, headings: bool = False
) -> list[Region]:
    """Runs of lines that are code.

    Args:
        lines: the page's lines, without their line ends.
        free: which of them may be code at all (not fenced, not a table); all when not given.
        headings: whether the page is known to use `#` for headings; a lone comment away from code
            is then no part of it.
    """
    if free is None:
        free = [True] * len(lines)
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
            or _lone_call(lines, first, last)
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
            prose = is_prose(line) and not CODE_SIGNS.search(line)
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
    passed_to = 0  # what stands before this line was passed over from an earlier comment on
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
            follows = max(end + 1, passed_to)
            passed = (LineKind.BLANK,) if headings else (LineKind.BLANK, LineKind.COMMENT)
            while follows < len(lines) and free[follows] and kinds[follows] in passed:
                follows += 1
            passed_to = follows
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


def _lone_call(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a call with arguments stands alone between whole sentences."""
    if first != last or not re.match(r"\s*\w+(?:\.\w+)+\(.+\)\s*(?:#.*)?$", lines[first]):
        return False
    before = lines[first - 1].strip() if first else ""
    after = lines[last + 1].strip() if last + 1 < len(lines) else ""
    return (not before or before[-1] in ".:!?") and (not after or after[0].isupper())


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
