"""Line breaks lost: does a comment belong behind the code before it, or above the code after it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.restore.logical import Item

VALUE = re.compile(
    r"(?:[-+]?\d|\(|\[|\{|True\b|False\b|None\b|tensor\(|torch\.(?:Size|float|int|bool)|->|=>|→|=|≈|~"
    r"|prints?\b|outputs?:|shape|should be|error|raises|\w*Error\b|device\(|\w+\s*:\s*\d)",
    re.IGNORECASE,
)
"""How a comment begins that says what comes out."""
_DESCRIBES = re.compile(r"[A-Z][a-z]+(?:s|es)\b(?<!ss)\s+(?!\()")
_NOUNS = frozenset(
    "Layers Weights Losses Metrics Parameters Hyperparameters Imports Inputs Labels".split()
)


def is_trailing(
    remark: str,
    before: Item | None,
    *,
    comment_follows: bool,
    last: bool,
    indent: int | None,
    fresh_line: bool,
) -> bool:
    """Whether the comment ends the line of code before it.

    Args:
        remark: the comment, with its `#`.
        before: what stands before it.
        comment_follows: whether another comment comes next.
        last: whether nothing comes next.
        indent: columns of blank space that are left before it, None when such space is lost.
        fresh_line: whether it starts a line that is still there.
    """
    if before is None or before.comment or fresh_line:
        return False
    if indent is not None:
        return indent % 2 == 1
    words = remark.lstrip("#!: ").strip()
    if comment_follows or last or VALUE.match(words):
        return True
    if words[:1].islower():
        return True
    return bool(_DESCRIBES.match(words)) and words.split()[0] not in _NOUNS
