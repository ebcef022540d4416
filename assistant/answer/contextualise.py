"""A follow-up made into a question that stands alone, by rules; no model needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Turn

_LEADS_ON = re.compile(
    r"^\s*(?:and|but|so|also|ok(?:ay)?|what about|how about|what if|why\b|how come|really|"
    r"show me (?:the |some |an? )?(?:code|example)|(?:the |some )?code\b|example|can you|"
    r"could you|same|in that case|then|or|which (?:one|of)|does (?:it|that|this)|"
    r"is (?:it|that|this)|explain)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|ones?|both|former|latter|above|previous|"
    r"instead|the (?:first|second|last|other|same)(?: one)?(?=[?.!]?$))\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[A-Za-z_]+\.[A-Za-z_.]+|\w*_\w+|\b[A-Z]+[a-z]*[A-Z]\w*|\b[A-Z]{2,}\b|`[^`]+`")
_CONTENT = re.compile(r"[A-Za-z]{4,}")
_FILLER = frozenset(
    [
        "what",
        "about",
        "with",
        "does",
        "that",
        "this",
        "when",
        "they",
        "them",
        "their",
        "those",
        "these",
        "then",
        "than",
        "from",
        "have",
        "would",
        "could",
        "should",
        "show",
        "code",
        "example",
        "explain",
        "more",
        "please",
        "tell",
        "same",
        "which",
        "differ",
        "different",
        "difference",
        "between",
        "compare",
        "compared",
        "happen",
        "happens",
        "mean",
        "means",
        "work",
        "works",
        "like",
        "instead",
        "also",
        "there",
        "again",
        "need",
        "still",
        "just",
        "really",
        "here",
        "some",
        "other",
        "every",
        "each",
        "used",
        "using",
        "uses",
        "make",
        "makes",
        "ones",
    ]
)


def contextualise(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves unsaid, taken from the conversation.

    A question that names its own subject stays as it is, whatever was spoken of before, so that an
    old topic is never dragged along.  One that leans on the conversation gets the last user
    question that had a subject put before it.
    """
    question = " ".join(question.split())
    if not leans_back(question):
        return question
    for turn in reversed(history):
        if turn.role == "user" and not leans_back(turn.content):
            return f"{' '.join(turn.content.split())} {question}"
    earlier = [turn.content for turn in history if turn.role == "user"]
    return f"{' '.join(earlier[-1].split())} {question}" if earlier else question


def leans_back(question: str) -> bool:
    """Whether a question cannot be understood without what was said before it."""
    content = [w for w in _CONTENT.findall(question) if w.lower() not in _FILLER]
    if not content and not _NAMES.search(question):
        return True
    leads_on = bool(_LEADS_ON.search(question))
    points_back = bool(_POINTS_BACK.search(question))
    if leads_on and points_back:
        return True
    return (points_back and len(content) <= 3) or (leads_on and len(content) <= 2)
