"""What a question asks for: the kind of answer, told from its wording."""

from __future__ import annotations

import re
from typing import Literal

Intent = Literal["code", "error", "comparison", "how_to", "definition", "general"]

_PATTERNS: tuple[tuple[Intent, str], ...] = (
    (
        "code",
        r"\bshow (?:me )?(?:the |some |an? )?(?:code|example|snippet)"
        r"|\bcode (?:for|example|snippet)|\b(?:implement|write|snippet)\b|\bexample (?:of|code)",
    ),
    (
        "error",
        r"\b\w*(?:Error|Exception|Warning)\b|\berror\b|\bfails?\b|\bcrash|\bnan\b|\bnot (?:working|"
        r"decreasing|learning)|\bwrong\b|\bstuck\b|\bout of memory\b|\bwhy (?:is|does|do|are) my\b",
    ),
    (
        "comparison",
        r"\bvs\.?\b|\bversus\b|\bdiffer|\bcompare|\bbetter\b|\binstead of\b|\bor\b.*\?|\bchoose "
        r"between\b",
    ),
    ("how_to", r"\bhow (?:do|can|would|should|to)\b|\bconfigure\b|\bset up\b|\bsteps?\b"),
    ("definition", r"^\s*(?:what(?:'s| is| are| does)|define|explain|describe|why)\b"),
)


def intent_of(question: str) -> Intent:
    """The first kind whose wording the question shows; `general` when none does."""
    for intent, pattern in _PATTERNS:
        if re.search(pattern, question, re.IGNORECASE):
            return intent
    return "general"
