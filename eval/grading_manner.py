"""Learning how a text speaks: whether it strings terms together, or talks without saying anything.

Told by the vectors of pieces of the practice answers, where each answer is wholly of one manner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.interview.grading.phrasings import phrasings
from assistant.interview.grading.pieces import TokenEncoder, read_pieces
from assistant.interview.grading.units import units
from assistant.interview.grading.weights import Manner
from eval.graded import LabelledAnswer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

STRENGTH = 0.3
"""scikit-learn's C."""
STATEMENTS = 2_000
"""Wordings of key points that are shown as texts of neither manner."""


def learn_manners(
    encoder: TokenEncoder, practice: Sequence[LabelledAnswer], lists: Iterable[LabelledAnswer]
) -> tuple[Manner, Manner]:
    """Both decisions; see `Weights.listing` and `Weights.idle`.

    Args:
        encoder: the grader's.
        practice: answers of every style.
        lists: made lists of terms.
    """
    import numpy as np

    vectors: list[npt.NDArray[np.float32]] = []
    styles: list[str] = []
    for answer in (*practice, *lists):
        pieces = units(answer.answer)
        if pieces:
            found, _ = read_pieces(encoder, answer.answer, pieces)
            vectors.append(found)
            styles += [answer.style] * len(found)
    texts = [text for way in phrasings().values() for text in (*way.right, *way.wrong)]
    some = texts[:: max(1, len(texts) // STATEMENTS)]
    vectors.append(encoder.encode(some))
    styles += ["statement"] * len(some)
    known = np.concatenate(vectors)
    return (
        _learned(known, [style == "salad" for style in styles]),
        _learned(known, [style == "empty_long" for style in styles]),
    )


def _learned(vectors: npt.NDArray[np.float32], yes: Sequence[bool]) -> Manner:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced")
    model.fit(vectors, list(yes))
    return Manner(tuple(round(float(w), 4) for w in (model.intercept_[0], *model.coef_[0])))
