"""The programs that restoring is fitted to and measured on, in sets that do not mix."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Literal

import corpus.restore
from corpus.syntax import parses

Part = Literal["dev", "test"]

PROGRAMS = Path(__file__).parent / "data" / "reading" / "programs"
QUESTIONS = Path(corpus.restore.__file__).parents[1] / "questions"
SHORTEST, LONGEST = 5, 80
"""Lines of code, empty ones aside, of a snippet that counts as a program."""
_FENCED = re.compile(r"```python[^\n]*\n(.*?)```", re.DOTALL)


def own_programs(part: Part) -> list[str]:
    """The programs written for this: those for development, or those kept for testing."""
    return [path.read_text(encoding="utf-8") for path in sorted((PROGRAMS / part).glob("*.txt"))]


def corpus_snippets(part: Part) -> list[str]:
    """Snippets of the built-in corpus: of the half of its files for fitting, or of the other."""
    found = []
    for path in sorted(QUESTIONS.rglob("*.md")):
        if (zlib.crc32(path.stem.encode()) % 2 == 0) is not (part == "test"):
            continue
        for code in _FENCED.findall(path.read_text(encoding="utf-8")):
            lines = sum(bool(line.strip()) for line in code.split("\n"))
            if SHORTEST <= lines <= LONGEST and parses(code):
                found.append(code)
    return found
