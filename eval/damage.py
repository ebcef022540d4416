"""Ways in which scraping, word processors and terminals damage code; each repeatable."""

from __future__ import annotations

import html
import random
from collections.abc import Callable

Damage = Callable[[str, random.Random], str]

_OPERATORS = {" * ": " × ", " - ": " − "}
_CLOSING = ")]}"


def flatten_indentation(code: str, chance: random.Random) -> str:  # noqa: ARG001 - one signature
    """Every line flush left, empty lines kept."""
    return "\n".join(line.strip() for line in code.split("\n"))


def flatten_closely(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Every line flush left, empty lines gone."""
    return "\n".join(line.strip() for line in code.split("\n") if line.strip()) + "\n"


def join_lines(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Line ends replaced by a space; the indentation stays as spaces within the line."""
    return " ".join(line.rstrip() for line in code.split("\n") if line.strip())


def both(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Line ends and indentation replaced by a single space."""
    return " ".join(line.strip() for line in code.split("\n") if line.strip())


def collapse_spaces(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Every run of blank space replaced by a single space, as a browser shows it."""
    return " ".join(code.split())


def curl_quotes(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Straight quotes replaced by curly ones, opening and closing by turns, and `...` left."""
    out: list[str] = []
    before = "\n"
    for char in code:
        opening = before.isspace() or before in "([{=,:+fFrRbB“‘"
        if char == '"':
            out.append("“" if opening else "”")
        elif char == "'":
            out.append("‘" if opening else "’")
        else:
            out.append(char)
        before = out[-1]
    return "".join(out)


def harden_spaces(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """Indentation in non-breaking spaces."""
    lines = []
    for line in code.split("\n"):
        bare = line.lstrip(" ")
        lines.append("\u00a0" * (len(line) - len(bare)) + bare)
    return "\n".join(lines)


def sprinkle_zero_width(code: str, chance: random.Random) -> str:
    """A zero-width space at the start of some lines."""
    return "\n".join(
        "\u200b" + line if line and chance.random() < 0.5 else line for line in code.split("\n")
    )


def escape_html(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """`<`, `>`, `&` and quotes as entities."""
    return html.escape(code)


def dress_operators(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """`×` and `−` for `*` and `-` between spaces."""
    for plain, dressed in _OPERATORS.items():
        code = code.replace(plain, dressed)
    return code


def number_lines(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """The line's number before each line."""
    lines = code.rstrip("\n").split("\n")
    width = len(str(len(lines)))
    return "\n".join(f"{n:>{width}} {line}".rstrip() for n, line in enumerate(lines, 1)) + "\n"


def prompt_lines(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """`>>>` and `...` before each line."""
    lines = []
    for line in code.rstrip("\n").split("\n"):
        inner = line[:1] in " )]}" or line.startswith(("else", "elif", "except", "finally"))
        lines.append(f"{'...' if inner else '>>>'} {line}".rstrip())
    return "\n".join(lines) + "\n"


def mix_tabs(code: str, chance: random.Random) -> str:
    """Some lines indented by tabs, the others by spaces."""
    lines = []
    for line in code.split("\n"):
        bare = line.lstrip(" ")
        levels, rest = divmod(len(line) - len(bare), 4)
        tabbed = chance.random() < 0.5
        lines.append(
            ("\t" * levels + " " * rest if tabbed else line[: len(line) - len(bare)]) + bare
        )
    return "\n".join(lines)


def drop_last_bracket(code: str, chance: random.Random) -> str:  # noqa: ARG001
    """The closing bracket at the very end lost, where code ends in one."""
    bare = code.rstrip()
    return bare[:-1] + "\n" if bare.endswith(tuple(_CLOSING)) else code


DAMAGES: dict[str, Damage] = {
    "indentation lost": flatten_indentation,
    "indentation and empty lines lost": flatten_closely,
    "line breaks lost": join_lines,
    "both lost": both,
    "all blank space collapsed": collapse_spaces,
    "curly quotes": curl_quotes,
    "non-breaking spaces": harden_spaces,
    "zero-width spaces": sprinkle_zero_width,
    "HTML entities": escape_html,
    "typographic operators": dress_operators,
    "line numbers": number_lines,
    "prompts": prompt_lines,
    "tabs mixed with spaces": mix_tabs,
    "last bracket lost": drop_last_bracket,
}
"""Every kind of damage under the name that reports use."""
