"""Wording set right: mojibake undone, markup left out, spaces put back that were lost at code."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from operator import itemgetter


def mend(text: str) -> str:
    """The text with mojibake undone and invisible characters removed; languages are left alone."""
    if text.isascii():
        return text
    return _mended(text) if len(text) <= _REMEMBERED else _mended.__wrapped__(text)


_REMEMBERED = 500
"""Characters of a text up to which what became of it is remembered: it is asked for repeatedly."""
_LONGEST_MENDED = 10_000
"""Characters of a text beyond which mojibake stays: no paragraph that is told apart is so long."""


@lru_cache(maxsize=16_384)
def _mended(text: str) -> str:
    if len(text) <= _LONGEST_MENDED and _WESTERN.search(text):
        import ftfy
        from ftfy.badness import is_bad

        if is_bad(text):
            text = ftfy.fix_encoding(text)
    return _INVISIBLE.sub("", text).replace("\u00a0", " ")


_WESTERN = re.compile("[\u0080-\u2fff]")
"""What mojibake is made of: other alphabets than those of East Asia, and signs."""
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]+)\1(?!`)")
_STRONG = re.compile(r"(\*\*\*|\*\*|\*)(?=\S)([^*]+?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<![\w`])(___|__|_)(?=[^\s_])([^_]+?)(?<=[^\s_])\1(?![\w`])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ROLE = re.compile(r":[a-z:+-]{1,60}:`~?([^`<]+?)(?:\s*<[^`<>]*>)?`")


_FIRST: Callable[[re.Match[str]], str] = itemgetter(1)
_SECOND: Callable[[re.Match[str]], str] = itemgetter(2)
"""A match's groups: as functions they put a text in place much sooner than as templates."""
_MARKED_UP = re.compile(r"[`*_\[<&\\]")
_LONGEST_MARKED = 20_000
"""Characters beyond which text keeps its markup: no title or line that is judged is so long."""


def plain(text: str) -> str:
    """The text without Markdown, HTML or reStructuredText markup, on one line."""
    if len(text) > _LONGEST_MARKED:
        return " ".join(text.split())
    return _plain(text) if len(text) <= _REMEMBERED else _plain.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    text = mend(text)
    if not _MARKED_UP.search(text):
        return " ".join(text.split())
    if ":`" in text:
        text = _ROLE.sub(_FIRST, " ".join(text.split()))
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[2].strip())
        return f"\x00{len(kept) - 1}\x00"

    text = _CODE_SPAN.sub(keep, text.replace("\x00", ""))
    text = _LINK.sub(_FIRST, text)
    text = _REFERENCE.sub(_FIRST, text)
    text = _TAG.sub("", text)
    text = _STRONG.sub(_SECOND, text)
    text = _STRONG.sub(_SECOND, text)
    text = _UNDERLINED.sub(_underlined, text)
    text = html.unescape(_ESCAPED.sub(lambda match: match[1], text))
    text = re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], text)
    return " ".join(text.split())


def _underlined(match: re.Match[str]) -> str:
    """Emphasis is undone; a name such as `__init__` is not emphasis."""
    if match[1] == "__" and re.fullmatch(r"[a-z][a-z0-9]*", match[2]):
        return match[0]
    return match[2]


_GLUED_NAME = re.compile(
    r"\b(and|or|of|the|than|with|between|using|to|from|by|in|is|are|like|via|for|namely|both|"
    r"when|that|calling|call)(?=(?:torch|nn|np|numpy|optim|tensor|model|optimizer)\.\w|\.\w+\()"
)
_GLUED_COMMA = re.compile(r",(?=\.?[A-Za-z_][\w.]*\()")


_GLUED_CAPITAL = re.compile(
    r"(?<![\w.])(the|an?|and|or|than|both|main|while|when|with|that|from|of|between|via|whether|"
    r"like|PyTorch|TensorFlow|NumPy)([A-Z][A-Za-z]{3,})\b"
)
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_GLUED_AFTER_COMMA = re.compile(r"(?<=[a-z]),([A-Za-z_]\w{3,})(?=[ .,])")


_GLUED_SENTENCE = re.compile(r"(?<=[a-z]{4})(?<!torch)\.(?=[A-Z][a-z]+,? [a-z]+[ .,])")


def unglue(text: str, names: Collection[str] = ()) -> str:
    """Spaces put back that were lost before a name set as code.

    Args:
        text: prose.
        names: words that the page writes on their own; a capitalised one of them marks a border.
    """
    if "." in text[:-1]:
        text = _GLUED_SENTENCE.sub(". ", _GLUED_NAME.sub(r"\1 ", text))
    if ",." in text:
        text = _GLUED_COMMA.sub(", ", text)
    if not names:
        return text

    def part(match: re.Match[str]) -> str:
        return f"{match[1]} {match[2]}" if match[2] in names else match[0]

    if _CAPITAL_INSIDE.search(text):
        text = _GLUED_CAPITAL.sub(part, text)
    if "," not in text:
        return text
    return _GLUED_AFTER_COMMA.sub(
        lambda match: f", {match[1]}" if match[1] in names else match[0], text
    )


_TITLE_ENDS = re.compile(r"\s*(?:Answer\s*:?|\(?\d+ min read\)?|[¶#])\s*$")


_HEADING_SIGNS = re.compile(r"^\s*#{1,6}\s+(?=\S)")


def clean_title(text: str) -> str:
    """A heading or question as a reader would say it."""
    title = unglue(plain(_HEADING_SIGNS.sub("", text)))
    title = _TITLE_ENDS.sub("", title).strip(" *_|–—-")
    return re.sub(r"\s+([?!,.])(?=\s|$)", r"\1", title)
