"""How two statements stand to each other: opposite words, negations, numbers, order.

Embeddings hardly tell "before" from "after" or a statement from its negation; these few signs do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_WORD = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z0-9]+)*|\d+")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)*(?:e-?\d+)?(?:\s*%)?(?![\w])")
SPELT = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twice": "2", "double": "2",
    "doubles": "2", "halves": "0.5", "half": "0.5", "third": "0.333", "quarter": "0.25",
    "eighth": "0.125", "tenth": "0.1", "twofold": "2", "fourfold": "4", "tenfold": "10",
}  # fmt: skip
REACH = 4
"""Words in front of which a negation is felt."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Words that negate, and for each word the pairs of opposites it stands in, with its side."""

    negations: frozenset[str]
    pairs: Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Polarity:
    """What decides which way a statement points.

    Attributes:
        sides: for each pair of opposites that occurs, the side or sides, each with whether it is
            negated.
        negations: how many there are.
        numbers: every number, in digits.
        words: content words in order, stemmed.
    """

    sides: Mapping[int, frozenset[tuple[int, bool]]]
    negations: int
    numbers: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stance:
    """How a statement of a candidate stands to one of the rubric.

    Attributes:
        opposite: pairs of which the two take different sides, less those settled by a negation.
        agreeing: pairs of which they take the same side.
        negated: whether one has an odd number of negations more than the other.
        numbers_missing, numbers_other: shares of the rubric's numbers that are not said, and of the
            numbers said that the rubric does not have.
        swapped: share of the words that both have which stand in another order.
    """

    opposite: int
    agreeing: int
    negated: bool
    numbers_missing: float
    numbers_other: float
    swapped: float


@lru_cache(maxsize=4096)
def polarity(text: str) -> Polarity:
    """Reads the signs of one statement."""
    from index.lexical import tokenize

    plain = text.lower().replace("’", "'").replace("n't", " n't").replace("`", "")
    words = _WORD.findall(plain.replace("n't", "nt"))
    table = tables()
    negators, pairs = table.negations, table.pairs
    negated_at = [n for n, word in enumerate(words) if word in negators or word == "nt"]
    negated_at += [n for n in range(len(words) - 1) if f"{words[n]} {words[n + 1]}" in negators]
    sides: dict[int, set[tuple[int, bool]]] = {}
    for n, word in enumerate(words):
        for pair, side in pairs.get(word, ()):
            negated = sum(n - REACH <= at < n for at in negated_at) % 2 == 1
            sides.setdefault(pair, set()).add((side, negated))
    numbers = {m[0].replace(" ", "") for m in _NUMBER.finditer(plain)}
    numbers |= {SPELT[word] for word in words if word in SPELT}
    return Polarity(
        {pair: frozenset(found) for pair, found in sides.items()},
        len(set(negated_at)),
        frozenset(map(digits, numbers)),
        tuple(tokenize(text)),
    )


def stance(said: str, rubric: str) -> Stance:
    """Sets what was said against a statement of the rubric."""
    one, other = polarity(said), polarity(rubric)
    opposite = agreeing = 0
    for pair in one.sides.keys() & other.sides.keys():
        here, there = one.sides[pair], other.sides[pair]
        if {s for s, _ in here} == {s for s, _ in there} and len({s for s, _ in here}) == 2:
            continue  # both sides are spoken of: "larger for the one, smaller for the other"
        turned = {(side, negated) for side, negated in here} & {
            (1 - side, negated) for side, negated in there
        } or {(side, not negated) for side, negated in here} & set(there)
        straight = set(here) & set(there) or {(1 - s, not n) for s, n in here} & set(there)
        if straight:
            agreeing += 1
        elif turned:
            opposite += 1
    return Stance(
        opposite,
        agreeing,
        (one.negations - other.negations) % 2 == 1,
        len(other.numbers - one.numbers) / max(1, len(other.numbers)),
        len(one.numbers - other.numbers) / max(1, len(one.numbers)) if other.numbers else 0.0,
        _swapped(one.words, other.words),
    )


def _swapped(said: Sequence[str], rubric: Sequence[str]) -> float:
    """Share of the pairs of shared words, each standing once in both, whose order differs."""
    shared = [w for w in dict.fromkeys(rubric) if rubric.count(w) == 1 and said.count(w) == 1]
    places = [said.index(word) for word in shared]
    pairs = [(a, b) for n, a in enumerate(places) for b in places[n + 1 :]]
    return sum(a > b for a, b in pairs) / len(pairs) if pairs else 0.0


def digits(number: str) -> str:
    """A number in its shortest form: `1,000.0` is `1000`."""
    plain = number.rstrip("%").replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return number
    return f"{value:g}{'%' if number.endswith('%') else ''}"


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The shipped table."""
    raw = resources.files(__package__).joinpath("opposites.toml").read_text("utf-8")
    data = tomllib.loads(raw)
    found: dict[str, list[tuple[int, int]]] = {}
    for number, pair in enumerate(data["pairs"]):
        for side, words in enumerate(pair):
            for word in words:
                found.setdefault(word, []).append((number, side))
    return Tables(frozenset(data["negations"]), found)
