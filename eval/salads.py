"""Made lists of terms: what a candidate says who knows the words and nothing of the matter."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.interview.grading.words import words_of
from assistant.interview.types import RubricPoint
from eval.graded import LabelledAnswer

EACH = 3
"""Lists for each entry, of different layout."""
_CODE = re.compile(r"`([^`]+)`")
_LAYOUTS = (", ", " ", "\n- ", " and ", "; ", ". ", " / ")


def salads(entry: str, rubric: Sequence[RubricPoint]) -> list[LabelledAnswer]:
    """Terms of an entry's key points in no order, as answers that cover nothing.

    Args:
        entry: its id; decides the choice.
        rubric: its statements.
    """
    rng = random.Random(entry)
    terms: list[str] = []
    for point in rubric:
        if not point.mistake:
            words = [word.text for word in words_of(point.text)]
            terms += _CODE.findall(point.text)
            terms += words
            terms += [" ".join(pair) for pair in pairwise(words)]
    terms = list(dict.fromkeys(terms))
    found = []
    for layout in rng.sample(_LAYOUTS, EACH):
        chosen = rng.sample(terms, min(len(terms), rng.randint(12, 40)))
        found.append(
            LabelledAnswer(entry=entry, style="salad", answer=layout.join(chosen), grade=0)
        )
    return found
