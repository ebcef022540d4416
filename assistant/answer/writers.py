"""Passages to text.  The default needs no model: it says only what a passage says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answer.passages import Passage
from assistant.seams import Writer
from assistant.types import Turn


class ExtractiveWriter:
    """Sets the passages one after the other, each with its marker; adds no statement of its own."""

    name = "extractive"

    def write(
        self,
        question: str,  # noqa: ARG002 - part of the seam; a chat model needs it
        passages: Sequence[Passage],
        history: Sequence[Turn],  # noqa: ARG002
    ) -> Iterator[str]:
        """Markdown, a block at a time."""
        heading: tuple[str, str] | None = None
        opened: set[str] = set()
        for n, passage in enumerate(passages):
            entry = passage.entry
            lead = entry.id not in opened
            if lead and opened:
                yield f"**See also: {entry.question}**\n\n"
            opened.add(entry.id)
            here = (entry.id, passage.section.heading)
            if n and not lead and passage.section.heading and here != heading:
                yield f"**{passage.section.heading}**\n\n"
            heading = here
            yield f"{marked(passage)}\n\n"


def marked(passage: Passage) -> str:
    """A passage's text with its marker: behind its last word, or above its code."""
    marker = f"[{passage.marker}]"
    text = passage.block.text.strip()
    match passage.block.kind:
        case "code":
            return f"{marker}\n```python\n{passage.block.text.rstrip()}\n```"
        case "output":
            return f"{marker}\n```text\n{text}\n```"
        case "table":
            return f"{text}\n\n{marker}"
        case _:
            return f"{text} {marker}"


def writer_for(model: str | None) -> Writer:
    """The writer for `--model`: none named, the extractive one; else a chat model.

    Raises:
        InputError: the name is not of the form provider:model.
        EnvironmentFault: the provider's package is not installed.
    """
    if not model:
        return ExtractiveWriter()
    from assistant.answer.chat_writer import ChatWriter

    return ChatWriter.named(model)
