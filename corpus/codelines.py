"""What one line looks like on its own, by what Python itself makes of it."""

from __future__ import annotations

import ast
import html
import keyword
import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from corpus import syntax

LONGEST_LINE = 2000  # characters; a longer line of real code is not worth parsing
LONGEST_JUDGED = 5 * LONGEST_LINE
"""Characters up to which a line is looked at as a whole; longer ones are text to the reader."""
_TYPOGRAPHY = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "\u00a0": " ",
        "\u2009": " ",
        "×": "*",
        "−": "-",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\ufeff": "",
    }
)


class LineKind(Enum):
    """What a line looks like on its own."""

    CODE = "code"
    CALL = "call"  # a call without company may be a name broken out of a sentence
    WEAK = "weak"  # valid Python, and as well a word
    COMMENT = "comment"
    BLANK = "blank"
    TEXT = "text"


def plain_characters(text: str) -> str:
    """Typography and entities undone as far as judging needs it (offsets are not kept)."""
    if "&" in text:
        text = html.unescape(text)
    return text if text.isascii() else text.translate(_TYPOGRAPHY)


_SIGN = re.compile(r"[\"'#(\[{)\]}]")
_STRING_END = {
    quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*{quote}", re.DOTALL) for quote in "\"'"
}


def outside_strings(line: str) -> Iterator[tuple[int, str]]:
    """Each bracket of the line that stands in no string, and the `#` of its comment."""
    at = 0
    while sign := _SIGN.search(line, at):
        char = sign[0]
        at = sign.end()
        if char in "\"'":
            string = _STRING_END[char].match(line, at)
            if string is None:
                return
            at = string.end()
            continue
        yield sign.start(), char
        if char == "#":
            return


def without_comment(line: str) -> str:
    """The line up to its comment; quotes are respected."""
    if "#" not in line:
        return line
    return next((line[:at] for at, char in outside_strings(line) if char == "#"), line)


def bracket_depth(line: str) -> int:
    """Opened minus closed brackets outside strings and comments."""
    depth = 0
    if not any(bracket in line for bracket in "([{)]}"):
        return depth
    for _, char in outside_strings(line):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
    return depth


def parsed(text: str) -> list[ast.stmt] | None:
    """What Python reads in the text, or `None` when it reads nothing."""
    if len(text) > LONGEST_LINE or syntax.hopeless(text) or bracket_nesting(text) > 50:
        return None
    found = syntax.tree(text)
    return found.body if found is not None else None


def bracket_nesting(text: str) -> int:
    """The deepest nesting of brackets, strings included: a guard for the parser's stack."""
    deepest = depth = 0
    for char in _BRACKETS.findall(text):
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = max(0, depth - 1)
    return deepest


_BRACKETS = re.compile(r"[(\[{)\]}]")


_HEADER = re.compile(
    r"(?:async\s+)?(?:def|class|for|while|if|elif|else|try|except|finally|with|match|case)\b.*:$"
)
_OPEN_START = re.compile(
    r"(?:[A-Za-z_][\w.\[\]\"', ]{0,80}\s*(?:[-+*/@|&%]|//|\*\*)?=\s*\S|"
    r"(?:return|raise|yield|assert|print)\b|@?[A-Za-z_][\w.]*\(|(?:async\s+)?def\s+\w+\s*\(|"
    r"class\s+\w+\(|from\s+[\w.]+\s+import\s*\(|(?:with|for|if|while)\s+\S)"
)
_WORDS_ONLY = re.compile(r"[A-Za-z][\w'-]*(?:,? [\w'-]+){2,}[.!?:]?$")
_FLAG = re.compile(
    r"[\w.]+=[^\s=]+$"
)  # `step_size=5`: as often a word of a sentence as a statement


def _judge_statements(body: list[ast.stmt], line: str) -> LineKind:
    strong = False
    for statement in body:
        match statement:
            case ast.Expr(value=ast.Call() as call):
                if isinstance(call.func, ast.Name) and call.func.id == "print":
                    strong = True
                elif not strong and len(body) == 1:
                    return LineKind.CALL
            case ast.Expr(value=ast.Await()):
                strong = True
            case ast.Expr(value=ast.IfExp(body=ast.Call())):
                strong = True
            case ast.Expr():
                if len(body) == 1:
                    return LineKind.WEAK
            case ast.AnnAssign(value=None):
                return LineKind.WEAK if " " not in line.strip() else LineKind.TEXT
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                if len(body) == 1 and _FLAG.match(line):
                    return LineKind.WEAK
                strong = True
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Return(value=None):
                if len(body) == 1:
                    return LineKind.WEAK
            case ast.Import() | ast.ImportFrom():
                # "import errors" and "from x import y" are hardly ever sentences
                strong = True
            case ast.Raise() | ast.Return() | ast.Assert() | ast.Delete() | ast.Global():
                if len(body) == 1 and _WORDS_ONLY.match(line):
                    return LineKind.WEAK
                strong = True
            case _:
                strong = True
    return LineKind.CODE if strong else LineKind.WEAK


def judge_line(raw: str) -> LineKind:
    """What one line looks like, its neighbours unknown."""
    if len(raw) > LONGEST_JUDGED:
        return LineKind.COMMENT if raw.lstrip().startswith("#") else LineKind.TEXT
    return _judged(raw)


@lru_cache(maxsize=16_384)
def _judged(raw: str) -> LineKind:
    line = plain_characters(raw).strip()
    if not line:
        return LineKind.BLANK
    if line.startswith(">>>") and (len(line) == 3 or line[3] in " \t"):
        return LineKind.CODE
    if line.startswith("#"):
        return LineKind.COMMENT
    if not (line[0].isalpha() or line[0] in "_@\"'([{)]}.*-~0123456789"):
        return LineKind.TEXT
    bare = without_comment(line).strip()
    if not bare:
        return LineKind.COMMENT
    if bare in {"else:", "try:", "finally:", "except:"} or _is_branch(bare):
        return LineKind.CODE
    if _WORDS_ONLY.match(bare) and not keyword.iskeyword(bare.split(None, 1)[0]):
        return LineKind.TEXT
    if bare.startswith("@"):
        body = parsed(bare + "\ndef f(): pass")
        return LineKind.CODE if body is not None else LineKind.TEXT
    if _HEADER.match(bare):
        return LineKind.CODE if parsed(bare + " pass") is not None else LineKind.TEXT
    body = parsed(bare)
    if body:
        return _judge_statements(body, bare)
    if bare[-1] in "([{,\\" and bracket_depth(bare) > 0 and _OPEN_START.match(bare):
        return LineKind.CODE
    if bracket_depth(bare) > 0 and _OPEN_START.match(bare) and not is_prose(bare):
        return (
            LineKind.CODE if re.search(r"[=(]\s*[\[({]?\s*[\w\"'\[({.-]", bare) else LineKind.TEXT
        )
    return LineKind.TEXT


def _is_branch(bare: str) -> bool:
    if bare.startswith("elif ") and bare.endswith(":"):
        return parsed("if 1: pass\n" + bare + " pass") is not None
    if bare.startswith("except ") and bare.endswith(":"):
        return parsed("try: pass\n" + bare + " pass") is not None
    return False


CODE_SIGNS = re.compile(r"[=\"'\[\](){}]")
_PROSE_WORDS = re.compile(r"(?:^|[\s(])[A-Za-z][a-z']+(?:[,;]? [A-Za-z][a-z'-]*){3,}")


def is_prose(line: str) -> bool:
    """Whether a line holds five words in a row, as sentences do."""
    return _PROSE_WORDS.search(without_comment(line)) is not None
