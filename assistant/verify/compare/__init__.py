"""Sets what an author expects against what was seen.  Pure: nothing here runs or guesses.

The answer is `agrees` True or False, or None where the two cannot be set against each other.
"""

from __future__ import annotations

from assistant.verify.compare.expected import compare, compare_printed
from assistant.verify.compare.near import near, slip
from assistant.verify.compare.outcome import Outcome, Seen, combined, flat, shape_text
from assistant.verify.compare.scalars import number_of
from assistant.verify.compare.values import as_expectation

__all__ = [
    "Outcome",
    "Seen",
    "as_expectation",
    "combined",
    "compare",
    "compare_printed",
    "flat",
    "near",
    "number_of",
    "shape_text",
    "slip",
]
