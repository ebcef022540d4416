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
TASKS = QUESTIONS.parent / "tasks"
EXERCISES = (QUESTIONS.parent / "bugs", QUESTIONS.parent / "predict")
SHORTEST, LONGEST = 5, 80
"""Lines of code, empty ones aside, of a snippet that counts as a program."""
SHORTEST_LEARNT = 3
"""The same of one that is learnt from."""
KEPT = 4
"""One of so many of the corpus's entries is kept for testing."""
_FENCED = re.compile(r"```python[^\n]*\n(.*?)```", re.DOTALL)


def own_programs(part: Part) -> list[str]:
    """The programs written for this: those for development, or those kept for testing."""
    return [path.read_text(encoding="utf-8") for path in sorted((PROGRAMS / part).glob("*.txt"))]


def corpus_snippets(part: Part) -> list[str]:
    """Snippets of the built-in corpus: three quarters of its entries for fitting, or the rest."""
    found = []
    for path in sorted(QUESTIONS.rglob("*.md")):
        kept = zlib.crc32(path.stem.encode()) % KEPT == 0
        if kept is (part == "test"):
            found += _programs(path, SHORTEST if kept else SHORTEST_LEARNT)
    return found


def task_programs() -> list[str]:
    """Starters, solutions and checks of the built-in coding tasks, for fitting alone."""
    return [code for path in sorted(TASKS.glob("*.md")) for code in _programs(path)]


def exercise_programs() -> list[str]:
    """Programs with and without a fault, and those whose output is asked, for fitting alone."""
    paths = [path for folder in EXERCISES for path in sorted(folder.glob("*.md"))]
    return [code for path in paths for code in _programs(path)]


def _programs(path: Path, shortest: int = SHORTEST_LEARNT) -> list[str]:
    found = _FENCED.findall(path.read_text(encoding="utf-8"))
    sizes = [sum(bool(line.strip()) for line in code.split("\n")) for code in found]
    return [
        code
        for code, size in zip(found, sizes, strict=True)
        if shortest <= size <= LONGEST and parses(code)
    ]
