"""Programs in running text: whole ones on one line, and output glued behind a statement.

A page that lost its line breaks holds programs on one line, often glued to the sentence before;
they are found by their statements.
"""

from __future__ import annotations

import keyword
import re
from itertools import islice, pairwise

from corpus.codelines import (
    LONGEST_JUDGED,
    LineKind,
    judge_line,
    outside_strings,
    parsed,
    plain_characters,
)

_OUTPUT_LINE = re.compile(
    r"(?:tensor\(|torch\.Size\(|\[+\s*-?[\d.]|\(?-?\d[\d.e+, x%-]*\)?$|True$|False$|None$|<[\w.]+|"
    r"={2,} |-{3,}|(?:Epoch|Step|Loss|Iteration|Shape|Accuracy|Output|Result)\b[^=]*[:\d]|"
    r"\w*(?:Error|Exception|Warning): |Traceback |\w[\w ]*: -?[\d.(\[]|\s+\[.*\]\]*\)?,?$|"
    r"(?:\w+: )?tensor\(|cpu$|cuda(?::\d)?$)"
)


def looks_like_output(line: str) -> bool:
    """Whether a line could have been printed by a program."""
    return _OUTPUT_LINE.match(line) is not None


def glued_output(line: str) -> int | None:
    """Where output starts that follows a finished `print(...)` on the same line."""
    if len(line) > LONGEST_JUDGED or "print(" not in line:
        return None
    depth = 0
    for index, char in outside_strings(line):
        if char == "#":
            return None
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            rest = line[index + 1 :]
            if depth == 0 and rest[:1] == " " and rest.strip() and char == ")":
                head = plain_characters(line[: index + 1]).strip()
                if judge_line(head) is LineKind.CODE and head.startswith("print("):
                    behind = rest.strip()
                    if behind[0] in "#.,;)=+-*/" and not behind.startswith(("==", "--")):
                        return None
                    if statement_hits(behind.split("#", 1)[0]) and not looks_like_output(behind):
                        return None
                    return index + 1 + len(rest) - len(rest.lstrip())
    return None


_STATEMENT = re.compile(
    r"\bimport\s+[a-z_]\w*|\bfrom\s+[\w.]+\s+import\b|\bdef\s+\w+\(|\bclass\s+\w+[(:]|"
    r"\bfor\s+[\w, ()]{1,60}\s+in\s+[^:#]{1,80}:|\b(?:with|while|if|elif)\s+[^:#]{1,100}:|"
    r"\belse:|\btry:|\breturn\s+\S|"
    r"(?<!\S)[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5} [-+*/@]?= [^=\s]|"
    r"(?<![\w.])[A-Za-z_][\w.]*\("
)
_HEAVY = re.compile(
    r"\bimport\s+[a-z_]\w*|\bfrom\s+[\w.]+\s+import\b|\bdef\s+\w+\(|\bclass\s+\w+[(:]|"
    r"\bfor\s+[\w, ()]{1,60}\s+in\s+[^:#]{1,80}:|\bwith\s+[\w.]+\([^:#]{0,80}\)[^:#]{0,20}:|"
    r"(?<!\S)[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5} [-+*/@]?= [^=\s]"
)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|[^\w\s]")
_LEADING = re.compile(
    r"(?:import\s+[a-z_]|from\s+[\w.]+\s+import\b|def\s+\w+\(|class\s+\w+[(:]|@\w|#\s|"
    r"(?:for|with|while|if)\s+[^:#]{1,100}:|try:|"
    r"[A-Za-z_][\w.]*(?:\[[^\]]{0,40}\])?(?:, ?\w+){0,5}\s?[-+*/@]?=\s?[^=\s]|"
    r"[A-Za-z_][\w.]*\()"
)


def statement_hits(text: str) -> int:
    """How many statements can be made out in running text."""
    return sum(1 for _ in _STATEMENT.finditer(text))


_SIGNS = ("=", "(", ":", "import", "return")
"""Every statement that can be made out holds one of these."""
_LONGEST_PROGRAM = 40_000
"""Characters by which a line is judged; a program of more cannot be restored."""


def is_program(text: str) -> bool:
    """Whether the text is a program whose line breaks were lost (or a line of code)."""
    if not any(sign in text for sign in _SIGNS):
        return False
    text = plain_characters(text[:_LONGEST_PROGRAM]).strip()
    if not _LEADING.match(text):
        return False
    if judge_line(text) is LineKind.CODE:
        return True
    head = text.split("#", 1)[0]
    heavy = sum(1 for _ in _HEAVY.finditer(text))
    if not head.strip():
        hits = statement_hits(text)
        return (heavy >= 1 and hits >= 2) or (heavy + hits >= 1 and text.count("#") >= 2)
    if statement_hits(text) < 2 or not heavy:
        return False
    tokens = list(_TOKEN.finditer(head))
    strays = 0
    names = 0
    for here, after in pairwise(tokens):
        if not (here[0].isidentifier() and after[0].isidentifier()):
            continue
        names += 1
        if keyword.iskeyword(here[0]) or keyword.iskeyword(after[0]):
            continue
        rest = head[after.end() :].lstrip()
        if not rest or rest[0] not in "=(.[,+-*/:":
            strays += 1
    if strays > max(1, len(tokens) * 0.04):
        return False
    if re.search(r"(?<=\w)[.!?](?:\s|$)|[,;] (?:and|the|you|which|so) ", head):
        return False
    return names >= 1 or len(tokens) >= 4


_GLUED_START = re.compile(
    r"(?<=[a-z0-9.:!?)\]])(?=import\s+[a-z_]\w*(?:\s|$|,|\.)|from\s+[\w.]+\s+import\s)|"
    r"(?<=\s)(?=import\s+[a-z_]\w*\s+(?:as|import|from|#)\b|from\s+[\w.]+\s+import\s)|"
    r"(?<=:)(?=\s?[A-Za-z_#@])"
)


def glued_program(line: str) -> int | None:
    """Where a program starts that was glued to the sentence before it, or 0 for the whole line."""
    stripped = line.lstrip()
    lead = len(line) - len(stripped)
    if is_program(stripped) and judge_line(stripped) is not LineKind.CODE:
        return lead
    if ":" not in line and "import" not in line:
        return None
    for match in islice(_GLUED_START.finditer(line), 8):
        start = match.start()
        rest = line[start:]
        start += len(rest) - len(rest.lstrip())
        if is_program(line[start:]):
            return start
    return None


def looks_like_python(text: str) -> bool:
    """Whether unlabelled code is Python rather than output, a shell session or a listing."""
    opening = next((line for line in text.splitlines() if line.strip()), "")
    if looks_like_output(opening) and not _HEAVY.search(text):
        return False
    if parsed(plain_characters(text)):
        lines = [line for line in text.splitlines() if line.strip()]
        kinds = {judge_line(line) for line in lines}
        return bool(kinds & {LineKind.CODE, LineKind.CALL})
    kept = [line for line in text.splitlines() if line.strip()]
    if not kept:
        return False
    kinds_list = [judge_line(line) for line in kept]
    if any(is_program(line) for line in kept):
        return True
    good = sum(kind in (LineKind.CODE, LineKind.CALL) for kind in kinds_list)
    strong = sum(kind is LineKind.CODE for kind in kinds_list)
    return strong >= 1 and good * 2 >= len(kept)
