"""Passages to text.  The default needs no model: it says only what a passage says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answer.passages import Passage
from assistant.seams import Writer
from assistant.settings import ModelSettings, model_settings
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


def writer_for(model: str | None, url: str | None = None) -> Writer:
    """The writer for `--model` and `--base-url`, or what the environment has in their place.

    Raises:
        InputError: the name is not of the form provider:model, or cannot be used.
        EnvironmentFault: the provider's package, or its key, is missing.
    """
    return writer_of(model_settings(model, url))


def writer_of(settings: ModelSettings | None) -> Writer:
    """The writer for settings; None: the one that needs no model.

    Raises:
        InputError: the model cannot be used as it is named.
        EnvironmentFault: the provider's package, or its key, is missing.
    """
    if settings is None:
        return ExtractiveWriter()
    from assistant.answer.chat_writer import ChatWriter

    return ChatWriter.opened(settings)
