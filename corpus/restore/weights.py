"""How much each habit weighs, as fitted by `eval.fitting`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def weights() -> dict[str, float]:
    """The weight of each feature, named `<group>|<feature>`; a feature not named weighs nothing.

    They are log-odds of a block ending before a line, fitted by logistic regression to programs
    whose indentation is known (`eval.fitting.fit`).
    """
    text = files("corpus.restore").joinpath("weights.json").read_text(encoding="utf-8")
    groups: dict[str, dict[str, float]] = json.loads(text)
    return {f"{group}|{name}": w for group, names in groups.items() for name, w in names.items()}
