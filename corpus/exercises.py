"""Our coding tasks and find-the-bug items: one Markdown file each, everything in it runnable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus import authored
from corpus.read import read_document
from corpus.types import Block, Document, Section, SectionKind

_FOLDERS = ("tasks", "bugs")
_SECTIONS = (
    "Statement",
    "Starter",
    "Examples",
    "Hints",
    "Solution",
    "Alternatives",
    "Checks",
    "Mutants",
    "Explanation",
)
_REQUIRED: dict[str, tuple[str, ...]] = {
    "code": (
        "Statement",
        "Starter",
        "Examples",
        "Hints",
        "Solution",
        "Alternatives",
        "Checks",
        "Mutants",
    ),
    "debug": ("Statement", "Starter", "Hints", "Solution", "Checks", "Explanation"),
}
MUTANTS = 4
"""Plausible wrong solutions that a coding task brings along, at least."""
EXAMPLES = 2
HINTS = 3


class TaskMatter(BaseModel):
    """What stands between the `---` lines of a task."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=authored.ID)
    title: str = Field(min_length=4, max_length=120)
    kind: Literal["code", "debug"]
    topic: str = Field(pattern=authored.ID)
    level: Literal["junior", "mid", "senior", "staff"]
    signature: str = ""
    minutes: int = Field(default=15, ge=1, le=90)
    forbidden: list[str] = []
    entry: str | None = Field(default=None, pattern=authored.ID)


@dataclass(frozen=True, slots=True)
class Check:
    """Assertions that run behind a solution and see its names."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A plausible wrong solution: the mistake that it makes, and its code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be solved by writing code.

    Attributes:
        kind: `code`: written from the starter; `debug`: the starter holds a bug to be mended.
        forbidden: dotted names that a solution must not use, as `F.layer_norm`.
        entry: id of the entry that explains the matter.
        statement: Markdown.
        examples: code that a candidate sees and may run behind their own; its trailing comments
            say what comes out.
        hints: from a nudge to nearly the solution.
        solution: the reference.
        alternatives: other right solutions, written differently.
        checks: hidden until a solution has been handed in.
        mutants: wrong solutions, each of which some check must catch.
        explanation: Markdown for afterwards; may be empty.
    """

    id: str
    title: str
    kind: Literal["code", "debug"]
    topic: str
    level: str
    signature: str
    minutes: int
    forbidden: tuple[str, ...]
    entry: str | None
    path: str
    statement: str
    starter: str
    examples: tuple[str, ...]
    hints: tuple[str, ...]
    solution: str
    alternatives: tuple[str, ...]
    checks: tuple[Check, ...]
    mutants: tuple[Mutant, ...]
    explanation: str = ""


def task_paths() -> list[Path]:
    """The files of the tasks that come with the package, in order."""
    here = Path(__file__).resolve().parent
    return sorted(path for folder in _FOLDERS for path in (here / folder).glob("*.md"))


def read_tasks() -> list[Task]:
    """The tasks that come with the package, in order of their files.

    Raises:
        InputError: a file is not in the form of a task.
    """
    return [parse_task(read_document(path)) for path in task_paths()]


def parse_task(document: Document) -> Task:
    """Reads one task.

    Raises:
        InputError: names every fault with its line, all at once.
    """
    matter, faults = authored.read_matter(document, TaskMatter)
    kinds: dict[str, SectionKind] = dict.fromkeys(_SECTIONS, "code")
    sections = tuple(
        authored.read_sections(document.text, authored.body_start(document.text), kinds)
    )
    required = _REQUIRED[matter.kind] if matter else ()
    faults += authored.section_faults(document.text, sections, required)
    if faults or matter is None:
        raise authored.malformed(document, faults, "a task")
    parts = _Parts(document, sections)
    mutants = parts.mutants()
    if matter.kind == "debug":
        mutants = (Mutant("the bug as given", parts.code("Starter")), *mutants)
    task = Task(
        **matter.model_dump(exclude={"forbidden"}),
        forbidden=tuple(matter.forbidden),
        path=document.path,
        statement=parts.markdown("Statement"),
        starter=parts.code("Starter"),
        examples=parts.codes("Examples"),
        hints=parts.items("Hints"),
        solution=parts.code("Solution"),
        alternatives=parts.codes("Alternatives"),
        checks=parts.checks(),
        mutants=mutants,
        explanation=parts.markdown("Explanation"),
    )
    faults = parts.faults + _too_few(task)
    if faults:
        raise authored.malformed(document, faults, "a task")
    return task


def _too_few(task: Task) -> list[str]:
    wanted = [("Checks", len(task.checks), 1), ("Hints", len(task.hints), 1)]
    if task.kind == "code":
        wanted = [
            ("Checks", len(task.checks), 1),
            ("Hints", len(task.hints), HINTS),
            ("Examples", len(task.examples), EXAMPLES),
            ("Alternatives", len(task.alternatives), 1),
            ("Mutants", len(task.mutants), MUTANTS),
        ]
    return [
        f"section '## {name}' has {found}, and needs {least} or more"
        for name, found, least in wanted
        if found < least
    ]


class _Parts:
    """The sections of one file, by their names; faults met on the way gather in `faults`."""

    def __init__(self, document: Document, sections: tuple[Section, ...]) -> None:
        self.text = document.text
        self.faults: list[str] = []
        self._of: dict[str, list[Section]] = {}
        for section in sections:
            self._of.setdefault(section.heading_path[0] if section.heading_path else "", []).append(
                section
            )

    def _blocks(self, name: str) -> list[Block]:
        return [block for section in self._of.get(name, ()) for block in section.blocks]

    def codes(self, name: str) -> tuple[str, ...]:
        return tuple(block.text for block in self._blocks(name) if block.kind == "code")

    def code(self, name: str) -> str:
        found = self.codes(name)
        if len(found) != 1:
            self.faults.append(f"section '## {name}' has {len(found)} pieces of Python, not one")
        return found[0] if found else ""

    def markdown(self, name: str) -> str:
        sections = self._of.get(name)
        if not sections:
            return ""
        return self.text[sections[0].span.start : sections[-1].span.end].strip()

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(
            item
            for block in self._blocks(name)
            if block.kind == "list"
            for item in authored.list_items(block.text)
        )

    def checks(self) -> tuple[Check, ...]:
        found = []
        for block in self._blocks("Checks"):
            if block.kind != "code":
                continue
            name = authored.check_name(self.text, block)
            if name is None:
                line = authored.line_at(self.text, block.span.start) - 1
                self.faults.append(f"line {line}: a check without a name (```python check=...)")
            else:
                found.append(Check(name, block.text))
        return tuple(found)

    def mutants(self) -> tuple[Mutant, ...]:
        return tuple(
            Mutant(section.heading, block.text)
            for section in self._of.get("Mutants", ())
            for block in section.blocks
            if block.kind == "code"
        )
