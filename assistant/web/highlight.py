"""Code to HTML, line by line, with a handful of classes that the theme colours."""

from __future__ import annotations

from functools import lru_cache
from html import escape

LONGEST = 100_000
"""Characters of code that are still coloured; more is shown plain."""

_PYTHON = frozenset({"python", "py", "python3", "pycon", ""})


@lru_cache(maxsize=1_024)
def highlighted_lines(code: str, language: str = "python") -> tuple[str, ...]:
    """Each line of `code` as escaped HTML, coloured when it is Python of a sane size.

    Remembered, since a cell is shown anew with each verdict.
    """
    if language.lower() not in _PYTHON or len(code) > LONGEST:
        return tuple(escape(line) for line in code.rstrip("\n").split("\n"))
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

    lines: list[list[str]] = [[]]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(code.rstrip("\n")):
        css = _class_of(str(kind))
        for n, piece in enumerate(text.split("\n")):
            if n:
                lines.append([])
            if piece:
                safe = escape(piece)
                lines[-1].append(f'<span class="{css}">{safe}</span>' if css else safe)
    return tuple("".join(line) for line in lines)


def _class_of(kind: str) -> str:
    name = kind.removeprefix("Token.")
    for prefix, css in (
        ("Comment", "hc"),
        ("Literal.String", "hs"),
        ("Literal.Number", "hn"),
        ("Keyword", "hk"),
        ("Operator.Word", "hk"),
        ("Name.Function", "hf"),
        ("Name.Class", "hf"),
        ("Name.Decorator", "hf"),
        ("Name.Builtin", "hb"),
        ("Name.Exception", "hb"),
    ):
        if name.startswith(prefix):
            return css
    return ""
