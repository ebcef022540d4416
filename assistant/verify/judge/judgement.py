"""A state before chance has been looked at, and what judging needs to know besides the run."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import State
from assistant.verify import taint
from assistant.verify.observe import Observation, Raised
from assistant.verify.sites import Site


@dataclass(frozen=True, slots=True)
class Judgement:
    """A state before chance has been looked at.

    `part` names what the judgement rests on: `value`, `shape`, `dtype`, `device`, `kind`, `text`,
    `error`; only values can be random without the others being so.  `drop` says that the comment
    turned out to be no claim, `hedged` that it tells of one run.  `exact` holds the numbers behind
    an accusation, with more digits than a print shows.
    """

    state: State
    observed: str = ""
    note: str = ""
    part: str = "value"
    drop: bool = False
    hedged: bool = False
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What judging needs to know besides the run.

    Attributes:
        code: the snippet.
        missing: names that the page never defines.
        failing: first lines of statements that are meant to fail.
    """

    code: str
    missing: frozenset[str] = frozenset()
    failing: frozenset[int] = frozenset()

    def upset_by(self, seen: Observation, site: Site) -> str:
        """What failed before `site` and may have left its values other than the author's."""
        for fault in seen.faults:
            if fault.line >= site.statement[0]:
                break
            if fault.statement[0] >= site.statement[0]:
                continue  # it is what fails here
            # A line of a function may fail in a call that comes later.
            if taint.done_before(self.code, site.statement[0], fault):
                continue
            meant = not self.failing.isdisjoint((fault.statement[0], fault.line))
            if taint.upset(self.code, fault, site.statement[0], meant=meant):
                return f"line {fault.line} failed before it ({fault.raised.type})"
        return ""

    def source(self, site: Site) -> str:
        """The statement that a claim speaks of."""
        first, last = site.statement
        return "\n".join(self.code.splitlines()[first - 1 : last])


def said(raised: Raised) -> str:
    """An exception on one line."""
    return f"{raised.type}: {' '.join(raised.message.split())}"[:300]
