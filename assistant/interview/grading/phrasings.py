"""Key points in other words: said rightly, and turned round as candidates do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Ways to speak of a key point: those that say the same, and those that turn it round."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]


@lru_cache(maxsize=1)
def phrasings() -> Mapping[str, Phrasing]:
    """The shipped ones, by the text of the key point; those of own entries have none."""
    raw = resources.files(__package__).joinpath("phrasings.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in raw.splitlines() if line]
    return {row["point"]: Phrasing(tuple(row["right"]), tuple(row["wrong"])) for row in rows}
