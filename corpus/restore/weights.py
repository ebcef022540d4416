"""How much each habit weighs, as fitted by `eval.fitting`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

EVERY = "any"
"""The group whose weights count for blocks of every kind."""


@cache
def weights() -> dict[str, dict[str, float]]:
    """For each group of blocks the weight of each feature; one not named weighs nothing.

    They are log-odds of a block ending before a line, fitted by logistic regression to programs
    whose indentation is known (`eval.fitting.fit`).
    """
    text = files("corpus.restore").joinpath("weights.json").read_text(encoding="utf-8")
    groups: dict[str, dict[str, float]] = json.loads(text)
    shared = groups.get(EVERY, {})
    return {
        group: {name: own.get(name, 0.0) + shared.get(name, 0.0) for name in own.keys() | shared}
        for group, own in groups.items()
    } | {EVERY: shared}
