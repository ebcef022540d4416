"""Predict-the-output items: a snippet, and what running it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus import authored
from corpus.read import read_document
from corpus.types import Document, SectionKind

_SECTIONS: dict[str, SectionKind] = {"Code": "code", "Why": "explanation"}
_RAISES = "raises "


class PredictionMatter(BaseModel):
    """What stands between the `---` lines of an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=authored.ID)
    ask: str = Field(default="What does it print?", min_length=8, max_length=200)
    topic: str = Field(pattern=authored.ID)
    level: Literal["junior", "mid", "senior", "staff"]
    entry: str | None = Field(default=None, pattern=authored.ID)
    answer: str = Field(min_length=1)
    near_misses: list[str] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A snippet whose output is to be foretold.

    Attributes:
        ask: the question, as "What does it print?".
        entry: id of the entry that explains it.
        code: what runs.
        answer: what it prints, without blank space around it; or `raises` and the exception's type.
        near_misses: wrong answers that people give.
        why: Markdown.
    """

    id: str
    ask: str
    topic: str
    level: str
    entry: str | None
    path: str
    code: str
    answer: str
    near_misses: tuple[str, ...]
    why: str

    @property
    def raises(self) -> str | None:
        """The type of exception that the code ends in, if it does."""
        return self.answer[len(_RAISES) :] if self.answer.startswith(_RAISES) else None


def prediction_paths() -> list[Path]:
    """The files of the items that come with the package, in order."""
    return sorted((Path(__file__).resolve().parent / "predict").glob("*.md"))


def read_predictions() -> list[Prediction]:
    """The items that come with the package, in order of their files.

    Raises:
        InputError: a file is not in the form of an item.
    """
    return [parse_prediction(read_document(path)) for path in prediction_paths()]


def parse_prediction(document: Document) -> Prediction:
    """Reads one item.

    Raises:
        InputError: names every fault with its line, all at once.
    """
    matter, faults = authored.read_matter(document, PredictionMatter)
    start = authored.body_start(document.text)
    sections = tuple(authored.read_sections(document.text, start, _SECTIONS))
    faults += authored.section_faults(document.text, sections, tuple(_SECTIONS))
    codes = [
        block.text
        for section in sections
        if section.kind == "code"
        for block in section.blocks
        if block.kind == "code"
    ]
    if len(codes) != 1:
        faults.append(f"section '## Code' has {len(codes)} pieces of Python, not one")
    if faults or matter is None:
        raise authored.malformed(document, faults, "an item")
    why = [section.span for section in sections if section.kind == "explanation"]
    return Prediction(
        **matter.model_dump(exclude={"near_misses", "answer"}),
        answer=matter.answer.strip(),
        near_misses=tuple(matter.near_misses),
        path=document.path,
        code=codes[0],
        why=document.text[why[0].start : why[-1].end],
    )
