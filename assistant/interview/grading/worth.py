"""What the points of an answer are worth together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.interview.types import PointGrade, Result


@dataclass(frozen=True, slots=True)
class Costs:
    """How points become a score.

    Attributes:
        enough: share of the key points that is worth the full score.
        wrong: what each key point denied takes off the score.
        mistake: what each common mistake made, or refuted claim, takes off.
    """

    enough: float
    wrong: float
    mistake: float


def worth(points: Sequence[PointGrade], costs: Costs, by: str) -> Result:
    """The result of an answer of which every point has been judged.

    What is `ungraded` counts neither way; where nothing could be judged there is no score.

    Args:
        points: key points, then the mistakes that were made.
        costs: of what is wrong.
        by: who judged.
    """
    good = [one for one in points if not one.point.mistake]
    made = sum(one.point.mistake and one.state == "wrong" for one in points)
    known = [one for one in good if one.state != "ungraded"]
    if good and not known:
        return Result(None, "It could not be judged.", tuple(points), by=by)
    total = sum(one.point.weight for one in known)
    covered = sum(one.point.weight for one in known if one.state == "covered")
    wrong = sum(one.state == "wrong" for one in known)
    score = min(1.0, covered / total / costs.enough) if total else 0.0
    score = max(0.0, score - costs.wrong * wrong - costs.mistake * made)
    says = f"{sum(one.state == 'covered' for one in good)} of {len(good)} key points are there"
    if wrong or made:
        says += f", and {wrong + made} of what was said is wrong"
    open_points = len(good) - len(known)
    if open_points:
        says += f"; {open_points} could not be judged and count neither way"
    return Result(score, f"{says}.", tuple(points), by=by)
