"""Patterns for any of many texts, branching letter by letter: a hundred texts cost about as one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(texts: Iterable[str]) -> re.Pattern[str]:
    """A pattern that is found wherever one of the texts stands.

    A text that goes on where a shorter one ends adds nothing, and is left out.

    Args:
        texts: at least one, none of them empty.
    """
    return re.compile(_branches(sorted(set(texts)), 0))


def _branches(texts: list[str], depth: int) -> str:
    """The pattern for what stands behind the first `depth` letters, which the texts share."""
    if len(texts[0]) == depth:
        return ""
    following: dict[str, list[str]] = {}
    for text in texts:
        following.setdefault(text[depth], []).append(text)
    ways = [re.escape(letter) + _branches(some, depth + 1) for letter, some in following.items()]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
