"""Grading explanations: which statements of a rubric an answer covers, misses or denies."""

from __future__ import annotations

from assistant.interview.grading.asked import ChatGrader
from assistant.interview.grading.grader import RubricGrader
from assistant.interview.grading.weights import shipped_weights

__all__ = ["ChatGrader", "RubricGrader", "shipped_weights"]
