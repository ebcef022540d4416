"""What a turn of a conversation is to those before it, told from its wording alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.answer.announced import affirmed, announced, without_politeness
from assistant.answer.asking import asks
from assistant.answer.content import content_of, names
from assistant.answer.leaning import stand
from assistant.answer.omitting import is_fragment
from assistant.answer.subjects import is_subject

TurnKind = Literal["fresh", "returns", "corrects", "leans", "alone", "unsure"]
"""`fresh`: another subject is announced; `returns`: an earlier one is; `corrects`: the last turn is
put right; `leans`: it cannot be understood by itself; `alone`: it names its own subject; `unsure`:
its wording shows weak signs of leaning."""


_NOW = re.compile(r"^now,?\s+|,?\s+(?:now|next)\W*$", re.IGNORECASE)
"""Turns to the subject beside it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A turn read.

    Attributes:
        kind: what it is to what was said before.
        said: the turn without what announces or corrects.
        content: its words that say what it is about, in English as far as the glossary goes.
    """

    kind: TurnKind
    said: str
    content: tuple[str, ...]


def read_turn(question: str) -> Wording:
    """What `question` is to the turns before it, of which there must be some."""
    told = announced(question)
    if told:
        kind, said = told
        if kind == "corrects":
            said = affirmed(said)
            if not is_fragment(said) and _is_whole(said):
                # What was meant is asked anew: what was misread has no part in it.
                return Wording("fresh", said, content_of(said))
        return Wording(kind, said, content_of(said))
    said = without_politeness(question)
    turned_to = _NOW.sub("", said)
    if turned_to != said and is_subject(turned_to):
        return Wording("fresh", turned_to, content_of(turned_to))
    content = content_of(said)
    return Wording(stand(said, content), said, content)


def _is_whole(said: str) -> bool:
    """Whether a correction says all: it asks by itself, or names a thing and more about it."""
    content = content_of(said)
    if len(content) > 2 and names(said):
        return True
    return len(content) > 1 and asks(said) and stand(said, content) == "alone"
