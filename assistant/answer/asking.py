"""Whether a turn asks, and whether it names both sides of what it compares."""

from __future__ import annotations

import re

_QUESTION = re.compile(
    r"\b(?:what|which|who|when|where|why|how|do|does|did|is|are|can|could|should|would|will"
    r"|whats|hows|was|wie|wozu|wofür|warum|wann|wer|welche\w*|qu[eé]|c[oó]mo|cu[aá]l\w*|cu[aá]ndo"
    r"|quoi|comment|quel\w*|quand|pourquoi|cosa|come|quale|quando|perch[eé]|qual|quais)\b"
    r"|что|как|зачем|когда|почему",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\bbetween\s+\S+.*\band\s+\S+|\S+\s+(?:vs\.?|versus|or|oder|ou)\s+\S+"
    r"|\S+\s+and\s+\S+.*\b(?:same|differ\w*)\b|\bdiffer\w*\b.*\S+\s+and\s+\S+",
    re.IGNORECASE,
)
"""Both sides of a comparison are named: nothing is left to be understood."""


def asks(text: str) -> bool:
    """Whether a turn has a word that asks."""
    return bool(_QUESTION.search(text))


def shares_both_sides(question: str) -> bool:
    """Whether a question compares two things and names both."""
    return bool(_SETS_APART.search(question))
