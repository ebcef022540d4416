"""Answers to our own questions with labels for every statement of the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.interview.bank import rubric_of
from assistant.interview.types import RubricPoint
from corpus.errors import InputError
from corpus.library import parse
from corpus.read import read_document
from corpus.types import Entry
from eval.rows import Row, complain, read_rows

DATA = Path(__file__).parent / "data" / "grading"
Style = Literal[
    "excellent", "terse", "poor_english", "partial", "inverted", "salad", "empty_long", "off_topic"
]
Half = Literal["development", "practice", "test"]


class LabelledAnswer(Row):
    """One answer as it stands in the file.

    `points` holds `covered` or `wrong` for key points; what is not named was missed.  `mistakes`
    are those that the answer makes.  `grade` is the overall grade, 0 to 4.
    """

    entry: str
    style: Style
    answer: str
    points: dict[str, Literal["covered", "wrong"]] = Field(default_factory=dict)
    mistakes: list[str] = Field(default_factory=list)
    grade: Literal[0, 1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class GradedSet:
    """Labelled answers with the entries that they answer."""

    answers: tuple[LabelledAnswer, ...]
    entries: Mapping[str, Entry]
    rubrics: Mapping[str, tuple[RubricPoint, ...]]


def load_graded(half: Half, folder: Path = DATA) -> GradedSet:
    """The answers of one half.

    Raises:
        InputError: labels that name no statement of the entry's rubric, or no entry of ours.
    """
    path = folder / f"{half}.jsonl"
    answers = read_rows(path, LabelledAnswer)
    entries = built_in_entries({answer.entry for answer in answers})
    rubrics = {name: rubric_of(entry) for name, entry in entries.items()}
    faults: list[str] = []
    for number, answer in enumerate(answers, start=1):
        if answer.entry not in entries:
            faults.append(f"answer {number}: there is no entry {answer.entry}")
            continue
        known = {point.id for point in rubrics[answer.entry]}
        faults += [
            f"answer {number}: {answer.entry} has no statement {name}"
            for name in sorted({*answer.points, *answer.mistakes} - known)
        ]
    complain(faults, path, "mend these labels")
    return GradedSet(tuple(answers), entries, rubrics)


def built_in_entries(names: set[str] | None = None) -> dict[str, Entry]:
    """Our own entries, or those of the given ids.

    Raises:
        InputError: one of them cannot be read.
    """
    import corpus

    folder = Path(corpus.__file__).parent / "questions"
    found: dict[str, Entry] = {}
    for path in sorted(folder.glob("*/*.md")):
        if names is None or path.stem in names:
            entries = parse(read_document(path)).entries
            if not entries:
                raise InputError("no entry", where=str(path), hint="see CONTRIBUTING.md")
            found[path.stem] = entries[0]
    return found
