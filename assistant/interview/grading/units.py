"""What an answer says, piece by piece: sentences, their clauses, and neighbours together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.types import Span

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
# A full stop inside a name or a number ends nothing.
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[^\s])|\n+\s*(?:[-*•]\s+|\d+[.)]\s+)?")
_CLAUSE = re.compile(
    r"\s*(?:,|;|:|—|–|\s-\s)\s+|\s+(?=(?:but|while|whereas|because|since|so|which|and then|then"
    r"|although|though|unless|instead|whilst|however)\b)",
    re.IGNORECASE,
)
LEAST_WORDS = 3
MOST_UNITS = 120
"""Pieces of one answer that are looked at; a longer answer is judged by its first part."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of an answer: where it stands, in characters, and its words."""

    span: Span
    text: str


def units(answer: str) -> list[Unit]:
    """Sentences, clauses of three words and more, and each two neighbouring sentences together."""
    sentences = list(_sentences(answer))
    found: dict[Span, Unit] = {}
    for n, span in enumerate(sentences):
        found[span] = Unit(span, _plain(span.of(answer)))
        for clause in _clauses(answer, span):
            found.setdefault(clause, Unit(clause, _plain(clause.of(answer))))
        if n:
            both = Span(sentences[n - 1].start, span.end)
            found.setdefault(both, Unit(both, _plain(both.of(answer))))
    return [unit for unit in found.values() if unit.text][:MOST_UNITS]


def _sentences(answer: str) -> Iterator[Span]:
    code = [(m.start(), m.end()) for m in _FENCE.finditer(answer)]
    start = 0
    for cut in [*_SENTENCE.finditer(answer), None]:
        end = cut.start() if cut else len(answer)
        if cut and any(low < cut.start() < high for low, high in code):
            continue
        yield from _trimmed(answer, start, end)
        start = cut.end() if cut else end


def _clauses(answer: str, sentence: Span) -> Iterator[Span]:
    text = sentence.of(answer)
    starts = [0, *(m.end() for m in _CLAUSE.finditer(text))]
    ends = [*(m.start() for m in _CLAUSE.finditer(text)), len(text)]
    if len(starts) < 2:
        return
    for low, high in zip(starts, ends, strict=True):
        for span in _trimmed(answer, sentence.start + low, sentence.start + high):
            if len(span.of(answer).split()) >= LEAST_WORDS:
                yield span
    # "It copies nothing, so it is cheap": halves that belong together, two by two.
    for n in range(len(starts) - 2):
        yield from _trimmed(answer, sentence.start + starts[n], sentence.start + ends[n + 1])


def _trimmed(answer: str, start: int, end: int) -> Iterator[Span]:
    text = answer[start:end]
    left = len(text) - len(text.lstrip(" \t\n-*•"))
    right = len(text.rstrip())
    if right > left:
        yield Span(start + left, start + right)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_]{2,}|```\w*", " ", text).split())
