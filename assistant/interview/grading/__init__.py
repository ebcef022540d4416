"""Grading without a chat model: which statements of a rubric an answer covers, misses or denies."""

from __future__ import annotations

from assistant.interview.grading.grader import RubricGrader

__all__ = ["RubricGrader"]
