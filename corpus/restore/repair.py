"""Damaged code made runnable: the least change first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.restore import characters, transcript
from corpus.restore.blocks import WIDEST, WIDTH, lay_out
from corpus.restore.budget import CHARACTERS_CLEANED, DAMAGED, STEPS, Budget, GaveUp
from corpus.restore.choice import ranked
from corpus.restore.joined import break_lines
from corpus.restore.layout import Line, write
from corpus.restore.logical import Item, logical_lines, open_brackets
from corpus.restore.mapped import Mapped
from corpus.restore.program import Program
from corpus.restore.suspicion import hides_code, runs_on
from corpus.syntax import parses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corpus.restore.joined import Breaking

TAB_STOPS = (4, 8, 2)
WORTH_A_LOOK = 6.0
"""How much dearer a reading of the line breaks may be for its blocks to be looked at."""
CLOSE_CALL = 1.5
"""Readings whose log-probabilities differ by less are called equally good: neither is five times as
likely as the other."""
WORTH_TRYING = 4.0
"""Readings that are worse by less are kept, for when the best one turns out not to run."""
MOST_ALTERNATIVES = 3
TOO_MUCH = "not restored: searching for its blocks or line breaks took too much work"
PAGE_TOO_MUCH = "not restored: too much of this page's code is damaged"
MAX_SEARCHED = 40_000
"""Characters beyond which no search is tried: a page, not a snippet."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """Code made runnable, and how it relates to the text it came from.

    Attributes:
        code: with LF line ends, ending in one.
        restored: whether it differs from the text in more than blank space at line ends.
        notes: what was done, one remark each.
        parses: whether it is valid Python.
        lines: for each line of `code`, the offsets in the text between which what it shows stands;
            equal offsets for a line that shows nothing or was made up.
        alternatives: the next best readings, best first, for when the code turns out not to run:
            the same lines, indented otherwise.  The notes say whether they are equally good.
    """

    code: str
    restored: bool
    notes: tuple[str, ...]
    parses: bool
    lines: tuple[tuple[int, int], ...]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """Text on its way to being code, and what has been done to it."""

    text: Mapped
    notes: tuple[str, ...] = ()

    def after(self, text: Mapped | None, note: str) -> _Draft:
        if text is None or text.text == self.text.text:
            return self
        return _Draft(text, (*self.notes, note))


def restore(text: str, page: Budget | None = None) -> Restoration:
    """Damaged code made runnable; code that is sound stays as it is.

    Never raises.  The work is bounded: text of more than `MAX_SEARCHED` characters is not searched,
    and a search that takes more steps than `budget.STEPS` is given up, which the notes say.

    Args:
        text: the code.
        page: the steps that are left for the page that holds it; those taken are taken off.
    """
    original = _Draft(characters.unix_lines(Mapped.of(text)))
    if _sound(original.text.text):
        return _literal(text, original)
    if page is not None:
        page.left -= DAMAGED + len(text) // CHARACTERS_CLEANED
        if page.left <= 0:
            best = _literal(text, original)
            return replace(best, notes=(*best.notes, PAGE_TOO_MUCH))
    draft = original
    seen = original.text.text
    for draft in _cleanings(original):
        if draft.text.text != seen and _sound(draft.text.text):
            return _literal(text, draft)
        seen = draft.text.text
    gave_up = len(draft.text.text) > MAX_SEARCHED
    if not gave_up:
        given = STEPS if page is None else min(STEPS, page.left)
        budget = Budget(given)
        try:
            found = _searched(text, draft, budget) if given > 0 else None
        except GaveUp:
            gave_up = True
            found = None
        if page is not None:
            page.left -= given - max(0, budget.left)
        if found is not None:
            return found
        if page is not None and page.left <= 0:
            best = _literal(text, original)
            return replace(best, notes=(*best.notes, PAGE_TOO_MUCH))
    best = _literal(text, draft if parses(draft.text.text) else original)
    return replace(best, notes=(*best.notes, TOO_MUCH)) if gave_up else best


def _sound(code: str) -> bool:
    """Whether `code` is valid and means what it seems to."""
    if transcript.pasted(code) or characters.entities_in_code(code) or not parses(code):
        return False
    return not hides_code(code)


def _cleanings(draft: _Draft) -> Iterator[_Draft]:
    """The text after each further mild repair."""
    draft = draft.after(characters.spaces(draft.text), "replaced unusual spaces")
    yield draft
    yield draft.after(transcript.dedented(draft.text), "removed the common indentation")
    session = transcript.prompts(draft.text)
    if session is not None:
        note = "removed the prompts of an interactive session"
        if session[1]:
            note += f" and left out {session[1]} lines of its output"
        draft = draft.after(session[0], note)
    numbered = transcript.line_numbers(draft.text) or transcript.gutter(draft.text)
    draft = draft.after(numbered, "removed line numbers")
    draft = draft.after(characters.entities(draft.text), "replaced HTML entities")
    draft = draft.after(characters.quotes(draft.text), "replaced curly quotes")
    draft = draft.after(characters.signs(draft.text), "replaced typographic operators")
    yield draft
    draft = draft.after(transcript.dedented(draft.text), "removed the common indentation")
    yield draft
    for width in TAB_STOPS:
        note = f"replaced tabs by spaces, {width} columns a stop"
        yield draft.after(transcript.untabbed(draft.text, width), note)
    if not (runs_on(draft.text.text) and "#" in draft.text.text):
        yield _closed(draft)
    yield draft


def _closed(draft: _Draft) -> _Draft:
    """With the brackets closed that are open at the end."""
    code = draft.text.text
    missing = open_brackets(code)
    if not missing:
        return draft
    last = code.rstrip()
    line = last[last.rfind("\n") + 1 :]
    end = len(last)
    new = "\n" + missing if "#" in line else missing
    return draft.after(draft.text.edit([(end, end, new)]), "closed a bracket at the end")


def _searched(text: str, draft: _Draft, budget: Budget) -> Restoration | None:
    """The best reading found by search, or None when none is valid."""
    if not logical_lines(draft.text.text):
        return None
    fallback: Restoration | None = None
    closed = _closed(draft)
    for one in (draft, closed) if closed is not draft else (draft,):
        if not runs_on(one.text.text):
            found = _indented(text, one, budget)
            if found.parses:
                return found
            fallback = fallback or found
        broken = _broken(text, one, budget)
        if broken is not None and broken.parses:
            return broken
    flush = not any(line[:1].isspace() for line in draft.text.text.split("\n"))
    return fallback if flush else None


def _hints(items: list[Item]) -> list[int] | None:
    columns = [item.indent for item in items if not item.comment]
    return columns if any(columns) else None


def _indented(text: str, draft: _Draft, budget: Budget) -> Restoration:
    """Indentation rebuilt, line ends kept."""
    items = logical_lines(draft.text.text)
    program = Program.of(items)
    for width in (WIDTH, WIDEST):
        layout = lay_out(program, _hints(items), width, budget)
        readings = ranked(program, layout, budget=budget)
        notes = [*draft.notes, "rebuilt the indentation"]
        if len(readings) > 1 and readings[1][0] < CLOSE_CALL:
            notes.append("several readings of the indentation are equally good")
        others = [write(items, depths) for gap, depths in readings[1:] if gap < WORTH_TRYING]
        found = _result(text, draft, write(items, readings[0][1]), tuple(notes), others)
        if found.parses:
            break
    return found


def _broken(text: str, draft: _Draft, budget: Budget) -> Restoration | None:
    """Line ends found anew, and indentation rebuilt; None when not all of it is code."""
    found: list[tuple[float, Breaking, tuple[int, ...]]] = []
    cheapest = float("inf")
    for breaking in break_lines(draft.text.text, budget=budget):
        cheapest = min(cheapest, breaking.cost)
        if breaking.opaque or not breaking.items or breaking.cost > cheapest + WORTH_A_LOOK:
            continue
        program = Program.of(breaking.items, own_comments=False)
        layout = lay_out(program, _hints(list(breaking.items)), budget=budget)
        score = layout.score - breaking.cost
        readings = ranked(program, layout, budget=budget)
        found += [(score - gap, breaking, depths) for gap, depths in readings]
    if not found:
        return None
    found.sort(key=lambda reading: -reading[0])
    best, breaking, depths = found[0]
    notes = [*draft.notes, "found the line breaks anew"]
    if any(depths):
        notes.append("rebuilt the indentation")
    if len(found) > 1 and best - found[1][0] < CLOSE_CALL:
        notes.append("several readings are equally good")
    others = [
        write(same.items, depths)
        for score, same, depths in found[1:]
        if same is breaking and best - score < WORTH_TRYING
    ]
    return _result(text, draft, write(breaking.items, depths), tuple(notes), others)


def _result(
    text: str,
    draft: _Draft,
    lines: list[Line],
    notes: tuple[str, ...],
    others: Iterable[list[Line]] = (),
) -> Restoration:
    code = _joined(lines)
    spans = tuple(draft.text.original(start, end) for _, start, end in lines)
    changed = _bare(code) != _bare(text)
    valid = [one for one in map(_joined, others) if parses(one)]
    alternatives = tuple(dict.fromkeys(one for one in valid if one != code))[:MOST_ALTERNATIVES]
    return Restoration(
        code,
        changed,
        notes if changed else (),
        parses(code),
        spans,
        alternatives if changed else (),
    )


def _joined(lines: list[Line]) -> str:
    return "\n".join(line for line, _, _ in lines) + "\n"


def _literal(text: str, draft: _Draft) -> Restoration:
    """The draft as it is."""
    lines: list[Line] = []
    at = 0
    for raw in draft.text.text.rstrip().split("\n"):
        bare = raw.strip()
        start = at + len(raw) - len(raw.lstrip()) if bare else at
        lines.append((raw, start, start + len(bare)))
        at += len(raw) + 1
    return _result(text, draft, lines, draft.notes)


def _bare(code: str) -> list[str]:
    lines = code.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    return [line.rstrip() for line in lines]
