"""The grader that does not grade: it shows what a good answer contains."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.interview.types import PointGrade, Result, RubricPoint
from corpus.types import Entry


class Unjudged:
    """Leaves every point `ungraded`, so that nothing is counted either way."""

    def grade(self, _entry: Entry, rubric: Sequence[RubricPoint], _answer: str) -> Result:
        """Names the key points for the candidate to compare with."""
        return Result(
            None,
            "Compare your answer with what a good one contains.",
            tuple(PointGrade(point, "ungraded") for point in rubric if not point.mistake),
            by="nobody",
        )
