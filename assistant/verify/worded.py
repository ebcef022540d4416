"""Values that prose gives in words: `bias` is on, `momentum` is zero, `mode` is nearest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.verify.names import Known

_NAMED = re.compile(
    r"[`*]*(?:\s+(?:of|in|for)\s+`?[\w.]+`?)?\s*(?:,|\s)?\s*(?:(?:is|are|=|:|defaults? to|set to"
    r"|falls back to|being)\s+)+"
    r"[`*]*(?P<word>[a-z]\w*)[`*]*(?=[\s.,;)|]|$)"
)
_SWITCHED = re.compile(
    r"[`*]*(?:\s+(?:of|in|for)\s+`?[\w.]+`?)?\s+(?:is|are|stays?)\s+(?:(?:switched|turned|always"
    r"|simply) )?"
    r"(?P<word>on|off|enabled|disabled|true|false)\b"
)
# "has a `bias`", "comes without a `bias`"
_HELD = re.compile(
    r"\b(?:(?:has|have|adds|includes|comes with|learns)(?P<not> no)?|(?P<never>without))"
    r"\s+(?:an? |its |the )?[`*]*\Z"
)
_ENDS = re.compile(
    r"[`*]*(?: term| vector| weights?)?(?=\s+(?:by default|unless|out of the box)|[.,]|$)"
)
_TRUTH = {"on": "True", "enabled": "True", "true": "True"}
_COUNTED = re.compile(
    r"[`*]*(?:\s+(?:of|in|for)\s+`?[\w.]+`?)?\s+(?:is|are|of|defaults? to"
    r"|stays?(?: at)?)\s+(?P<word>zero|one|two)\b"
)
_DIGITS = {"zero": "0", "one": "1", "two": "2"}
TEXTS = frozenset(
    "mean sum none zeros reflect replicate circular constant nearest bilinear bicubic trilinear"
    " area"
    " linear tanh relu gelu min max rel abs cos strict fan_in fan_out".split()
)
"""Words that torch takes as settings."""


def default_of(parameter: str, owners: Mapping[str, Known]) -> str:
    """The default of a parameter, by the first of several callables that has one."""
    held = (about.default(parameter) for about in owners.values())
    return next((default for default in held if default), "")


def in_words(text: str, low: int, high: int, default: str) -> tuple[int, str] | None:
    """The value that is named in words behind a parameter: its end, and as source.

    Args:
        text: the sentence.
        low: where the parameter begins.
        high: where it ends.
        default: its real default, whose kind tells what words may stand for it.
    """
    if default in ("True", "False"):
        found = _SWITCHED.match(text, high)
        if found is not None:
            return found.end(), _TRUTH.get(found["word"], "False")
        if (held := _HELD.search(text[:low])) is not None and _ENDS.match(text, high):
            return high, "False" if held["not"] or held["never"] else "True"
        return None
    if default == "None":
        return (high, "None") if re.search(r"\b(?:has|have|with) no [`*]*\Z", text[:low]) else None
    if re.fullmatch(r"-?\d+(?:\.\d+)?", default):
        if re.search(r"\bno [`*]*\Z", text[:low]):
            return high, "0"
        found = _COUNTED.match(text, high)
        return (found.end(), _DIGITS[found["word"]]) if found else None
    if default[:1] in "'\"" and default:
        found = _NAMED.match(text, high)
        if found is not None and (found["word"] in TEXTS or f"'{found['word']}'" == default):
            return found.end(), f"'{found['word']}'"
    return None
