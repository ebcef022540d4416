"""What execution has to say to an explanation: it stands above every other judgement.

A claim about the library in the candidate's own words (a default, a name) is settled by asking the
installed torch; to what is wrong besides, the entry's own check is run and tells what it shows.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from assistant.interview.types import PointGrade, RubricPoint
from assistant.seams import Sandbox
from assistant.verify.facts import Fact
from corpus import editing, syntax
from corpus.types import Entry, Reading

MOST_CLAIMS = 5
"""Refuted claims that are told of one answer."""
SECONDS = 3.0
"""What the run of one check may take while a candidate waits."""


class Inspector(Protocol):
    """What settles claims about the library."""

    def said(self, texts: Sequence[str]) -> tuple[tuple[Fact, ...], ...]:
        """What texts say of the library, judged."""
        ...


class Execution:
    """Settles by running what can be settled so.

    Args:
        sandbox: where checks run.
        inspector: settles claims about the library; None settles none.
        readings: our own entries with their documents, from which the checks are taken.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        inspector: Callable[[], Inspector] | None = None,
        readings: Callable[[], Iterable[Reading]] = tuple,
    ) -> None:
        self._sandbox = sandbox
        self._inspector = inspector
        self._readings = readings
        self._shown: dict[tuple[str, str], tuple[str, ...]] = {}

    def refine(self, entry: Entry, answer: str, points: Sequence[PointGrade]) -> list[PointGrade]:
        """The points of an answer with what execution says of them.

        Args:
            entry: what was asked.
            answer: of the candidate.
            points: as another judge left them.

        Returns:
            The same points, those wrong with what running showed, then each refuted claim as a
            mistake of its own.
        """
        found = list(points)
        for number, fact in enumerate(self._refuted(answer), start=1):
            start, end = fact.offset, fact.offset + len(fact.text)
            reason = f"The installed torch has {' '.join(fact.judgement.observed.split())}."
            if fact.kind == "exists":
                reason = f"{' '.join(fact.judgement.observed.split())}."
            at = next((n for n, one in enumerate(found) if _rests_on(one, fact)), None)
            if at is not None:
                found[at] = replace(found[at], state="wrong", reason=reason)
                continue
            claim = RubricPoint(f"x{number}", fact.text, mistake=True, weight=0.0)
            found.append(PointGrade(claim, "wrong", start, end, answer[start:end], reason))
        return [
            replace(one, reason=self.shown(entry, one.point))
            if one.state == "wrong" and not one.reason
            else one
            for one in found
        ]

    def shown(self, entry: Entry, point: RubricPoint) -> str:
        """What the checks behind a point show when they are run now; empty for no check."""
        for name in point.checks:
            told = self._run(entry, name)
            if told:
                best = max(told, key=lambda line: len(_stems(line) & _stems(point.text)))
                return f"Running `{name}` shows: {best}."
        return ""

    def _run(self, entry: Entry, name: str) -> tuple[str, ...]:
        key = (entry.id, name)
        if key not in self._shown:
            code = self._checks.get(entry.id, {}).get(name)
            holds = code and self._sandbox.run(code, seconds=SECONDS).status == "ok"
            self._shown[key] = tuple(assertions(code)) if code and holds else ()
        return self._shown[key]

    @cached_property
    def _checks(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for reading in self._readings():
            blocks = editing.checks(reading)
            if blocks:
                for entry in reading.entries:
                    found[entry.id] = {name: block.text for name, block in blocks.items()}
        return found

    def _refuted(self, answer: str) -> list[Fact]:
        if self._inspector is None or not answer.strip():
            return []
        [facts] = self._inspector().said([answer])
        return [fact for fact in facts if fact.judgement.state == "refuted"][:MOST_CLAIMS]


def _rests_on(one: PointGrade, fact: Fact) -> bool:
    """Whether a point was counted for the very words that are refuted, and is about them."""
    if not fact.about or one.point.mistake or one.state not in ("covered", "ungraded"):
        return False
    about = _stems(fact.about.rpartition(".")[2])
    return one.start <= fact.offset < one.end and bool(about & _stems(one.point.text))


def _stems(text: str) -> set[str]:
    from index.lexical import tokenize

    return set(tokenize(text))


def assertions(code: str) -> Iterator[str]:
    """What the assertions of a check say, as `big.stride() == (0, 1)` and the reason given."""
    for node in ast.walk(syntax.parse(code)):
        if not isinstance(node, ast.Assert):
            continue
        tested = ast.unparse(node.test)
        if isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str):
            yield f"{node.msg.value} (`{tested}`)"
        elif len(tested) <= 100:
            yield f"`{tested}`"
