"""Tables written by hand: what people say for what answers say, in English and other languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing, as answers speak of it and as those who ask speak of it.

    Attributes:
        says: a sentence in the words of answers.
        asked: symptoms, error messages, plain words, lines of code.
    """

    name: str
    says: str
    asked: tuple[str, ...]


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """The concepts of `concepts.toml`, in its order."""
    return tuple(
        Concept(name, row["says"], tuple(row["asked"]))
        for name, row in _table("concepts.toml").items()
    )


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, tuple[str, ...]]:
    """English terms to the words of other languages for them, as `glossary.toml` describes."""
    return {term: tuple(words) for term, words in _table("glossary.toml").items()}


def _table(name: str) -> Mapping[str, dict[str, str]]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
