"""Grades an explanation against the rubric of its entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.interview.grading.contrast import Ways, contrast
from assistant.interview.grading.kept import Encoder, Kept
from assistant.interview.grading.phrasings import Phrasing, phrasings
from assistant.interview.grading.pieces import TokenEncoder, read_pieces
from assistant.interview.grading.siding import Siding, shipped
from assistant.interview.grading.signs import Said, Statement, best_unit, rarities, signs
from assistant.interview.grading.units import Unit, units
from assistant.interview.grading.weights import Weights, beside, shipped_weights
from assistant.interview.grading.words import Kinship, words_of
from assistant.interview.grading.worth import worth
from assistant.interview.types import PointGrade, PointState, Result, RubricPoint
from corpus.types import Entry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from assistant.interview.grading.kept import Vectors

LONGEST = 8_000
"""Characters of an answer that are read."""
LONGEST_SIDED = 30
"""Words of a piece from which on it says too much to be on one side."""
MOST_SIDED = 2
"""Pieces that are asked for their side, for each statement and each of its wordings."""


class RubricGrader:
    """Finds for each statement of a rubric whether an answer says it, misses it or denies it.

    Args:
        encoder: makes the vectors of texts and of their tokens.
        rubrics: gives the statements of all entries; how rare a word is among them says how much
            it tells.
        weights: what was learned; None takes the shipped ones.
        ways: how key points are said rightly and wrongly, by their text; None takes the shipped.
        siding: makes the vectors that tell a statement from its contrary; None takes the shipped.
    """

    def __init__(
        self,
        encoder: TokenEncoder,
        rubrics: Callable[[], Sequence[str]],
        weights: Weights | None = None,
        ways: Mapping[str, Phrasing] | None = None,
        siding: Encoder | None = None,
    ) -> None:
        self._encoder = encoder
        self._vectors = Kept(lambda: encoder, lambda: shipped().plain)
        self._sided = Kept(Siding if siding is None else lambda: siding)
        self._rubrics = rubrics
        self._given = weights
        self._ways = phrasings() if ways is None else ways

    @cached_property
    def _weights(self) -> Weights:
        return self._given or shipped_weights()

    @cached_property
    def _rarity(self) -> Mapping[str, float]:
        return rarities(self._rubrics())

    def grade(self, entry: Entry, rubric: Sequence[RubricPoint], answer: str, /) -> Result:
        """What the answer is worth, point by point."""
        if not answer.strip():
            missed = tuple(PointGrade(point, "missed") for point in rubric if not point.mistake)
            return Result(0.0, "Nothing was said.", missed, by="rules")
        return judged(self.look(entry.question, rubric, answer), rubric, self._weights)

    def look(self, question: str, rubric: Sequence[RubricPoint], answer: str) -> Looked:
        """Sets every statement of a rubric against an answer."""
        import numpy as np

        answer = answer[:LONGEST]
        pieces = units(answer)
        ways = self._known_ways(rubric)
        fixed, turned = self._against(question, rubric, ways)
        vectors, whole = read_pieces(self._encoder, answer, pieces)
        read = (answer, *(unit.text for unit in pieces), *fixed)
        against = np.stack([vector for text, vector in fixed.items() if text in turned])
        sides = self._sides(pieces, vectors, against)
        spoken = {word.text for text in read for word in words_of(text)}
        said = Said(
            answer, pieces, vectors, sides, whole, fixed[question],
            self._weights.listing.probabilities(vectors), self._weights.idle.probabilities(vectors),
            Kinship(self._vectors.of(sorted(spoken))),
        )  # fmt: skip

        def statement(text: str) -> Statement:
            return Statement(text, fixed[text], turned[text])

        statements = {point.id: statement(point.text) for point in rubric}
        values: dict[str, list[float]] = {}
        places: dict[str, int] = {}
        nearest: dict[str, int] = {}
        for point in rubric:
            own = statements[point.id]
            at = best_unit(own, said, self._rarity)
            if at is None:
                continue
            fellows = [
                statements[p.id] for p in rubric if p.mistake == point.mistake and p != point
            ]
            opposed = [statements[p.id] for p in rubric if p.mistake != point.mistake]
            places[point.id] = at
            values[point.id] = signs(own, said, at, question, fellows, opposed, self._rarity)
            way = ways.get(point.id)
            if way is not None:
                right, wrong = (list(map(statement, side)) for side in (way.right, way.wrong))
                nearest[point.id], more = contrast(
                    Ways(own, right, wrong, opposed, fellows), said, self._rarity
                )
                values[point.id] += more
        return Looked(said, places, nearest, values)

    def _known_ways(self, rubric: Sequence[RubricPoint]) -> dict[str, Phrasing]:
        return {
            point.id: self._ways[point.text]
            for point in rubric
            if not point.mistake and point.text in self._ways
        }

    def _against(
        self, question: str, rubric: Sequence[RubricPoint], ways: Mapping[str, Phrasing]
    ) -> tuple[Vectors, Vectors]:
        """What an answer is set against, in both spaces."""
        others = [text for way in ways.values() for text in (*way.right, *way.wrong)]
        texts = [*(point.text for point in rubric), *others]
        return self._vectors.of([question, *texts]), self._sided.of(texts)

    def _sides(
        self,
        pieces: Sequence[Unit],
        vectors: npt.NDArray[np.float32],
        against: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        """Vectors of the pieces in the space of `siding`, of those that speak of the matter.

        Args:
            pieces: of the answer.
            vectors: theirs.
            against: those of every statement and wording, of shape (texts, dimension).

        Returns:
            float32 of shape (pieces, dimensions); rows of zeros for the others, and for long
            pieces among short ones.
        """
        import numpy as np

        short = [n for n, unit in enumerate(pieces) if len(unit.text.split()) <= LONGEST_SIDED]
        short = short or list(range(len(pieces)))
        nearest = np.argsort(-(against @ vectors[short].T), axis=1)[:, :MOST_SIDED]
        heard = sorted({short[int(n)] for n in nearest.ravel()})
        found = self._sided.new([pieces[n].text for n in heard])
        sides = np.zeros((len(pieces), found.shape[1]), dtype=np.float32)
        sides[heard] = found
        return sides

    def akin(self, rubric: Sequence[RubricPoint], least: float) -> dict[str, str]:
        """For each common mistake the id of the key point that it is about, if one is near."""
        vectors = self._vectors.of([point.text for point in rubric])
        good = [point for point in rubric if not point.mistake]
        found = {}
        for point in rubric:
            if point.mistake and good:
                cosines = {p.id: float(vectors[p.text] @ vectors[point.text]) for p in good}
                nearest = max(cosines, key=cosines.__getitem__)
                if cosines[nearest] >= least:
                    found[point.id] = nearest
        return found


@dataclass(frozen=True, slots=True)
class Looked:
    """An answer beside a rubric, with the signs of each statement.

    Attributes:
        places: index of the piece that speaks most of a statement.
        nearest: index of the piece that is nearest to a key point or to its opposite, where it is
            known how both are said.
        values: the signs in the order of `signs.NAMES`, and for those, of `contrast.NAMES` behind.
    """

    said: Said
    places: Mapping[str, int]
    nearest: Mapping[str, int]
    values: Mapping[str, list[float]]

    def quoted(self, point: RubricPoint, state: PointState) -> PointGrade:
        """The grade of a point with the words that it rests on."""
        at = self.places[point.id]
        if state == "wrong":
            at = self.nearest.get(point.id, at)
        unit = self.said.units[at]
        return PointGrade(
            point, state, unit.span.start, unit.span.end,
            unit.span.of(self.said.text),
        )  # fmt: skip


def judged(seen: Looked, rubric: Sequence[RubricPoint], weights: Weights) -> Result:
    """Weighs the signs of one answer."""
    return decided(seen, rubric, weights, chances(seen, rubric, weights))


def chances(
    seen: Looked, rubric: Sequence[RubricPoint], weights: Weights
) -> dict[str, tuple[float, float]]:
    """How likely it is that each statement is spoken of, and if so denied.

    For a common mistake the second number is 0, and the first that it is made.
    """
    found = {}
    first = alone(seen, rubric, weights)
    for name, (of_spoken, of_denied) in beside(first).items():
        among = weights.heads(name in seen.nearest).among
        found[name] = (among.spoken.probability(of_spoken), among.denied.probability(of_denied))
    for point in rubric:
        if point.mistake and point.id in seen.values:
            found[point.id] = (weights.made.probability(seen.values[point.id]), 0.0)
    return found


def alone(
    seen: Looked, rubric: Sequence[RubricPoint], weights: Weights
) -> dict[str, tuple[float, float]]:
    """How likely each key point is spoken of, and denied, by its own signs alone."""
    found = {}
    for point in rubric:
        values = seen.values.get(point.id)
        if values is not None and not point.mistake:
            heads = weights.heads(point.id in seen.nearest)
            found[point.id] = (heads.spoken.probability(values), heads.denied.probability(values))
    return found


def decided(
    seen: Looked,
    rubric: Sequence[RubricPoint],
    weights: Weights,
    likely: Mapping[str, tuple[float, float]],
) -> Result:
    """What the answer is worth, given what `chances` says of it; asks for thresholds alone."""
    grades = [_point(seen, p, weights, likely.get(p.id)) for p in rubric if not p.mistake]
    made = [
        seen.quoted(point, "wrong")
        for point in rubric
        if point.mistake and point.id in likely and likely[point.id][0] >= weights.made.threshold
    ]
    return worth([*grades, *made], weights.costs, "rules")


def _point(
    seen: Looked, point: RubricPoint, weights: Weights, likely: tuple[float, float] | None
) -> PointGrade:
    heads = weights.heads(point.id in seen.nearest)
    if likely is None or likely[0] < heads.among.spoken.threshold:
        return PointGrade(point, "missed")
    if likely[1] >= heads.among.denied.threshold:
        return seen.quoted(point, "wrong")
    return seen.quoted(point, "ungraded" if likely[1] >= heads.doubt else "covered")
