"""Whether figures fell against stored ones, beyond luck."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from corpus.errors import InputError
from eval.compare import Comparison, compare
from eval.figures import RetrievalFigures


class _StoredSystem(BaseModel):
    name: str
    per_query: dict[str, dict[str, float]]


class _Stored(BaseModel):
    dataset: str
    systems: list[_StoredSystem]


@dataclass(frozen=True, slots=True)
class Gate:
    """What became of each measure of the first system since the baseline was stored."""

    comparisons: tuple[Comparison, ...]

    @property
    def fallen(self) -> tuple[Comparison, ...]:
        """Measures that are worse, and not by luck."""
        return tuple(comparison for comparison in self.comparisons if comparison.worse)


def gate(figures: RetrievalFigures, baseline: Path) -> Gate:
    """Compares the first system's figures with the same system's in `baseline`.

    Args:
        figures: fresh ones.
        baseline: what `torchproof eval retrieval --json` printed earlier.

    Raises:
        InputError: the file is no such output, is of another dataset or query set, or lacks the
            system.
    """
    try:
        stored = _Stored.model_validate(json.loads(baseline.read_text(encoding="utf-8")))
    except OSError as fault:
        raise InputError("cannot be read", where=str(baseline), hint="check the path") from fault
    except (ValueError, ValidationError) as fault:
        raise InputError(
            "not figures of retrieval",
            where=str(baseline),
            hint="store one with `torchproof eval retrieval --json > baseline.json`",
        ) from fault
    ours = figures.systems[0]
    then = next((system for system in stored.systems if system.name == ours.name), None)
    if stored.dataset != figures.dataset or then is None:
        raise InputError(
            f"holds {stored.dataset} with {', '.join(s.name for s in stored.systems)}, "
            f"not {figures.dataset} with {ours.name}",
            where=str(baseline),
            hint="compare like with like, or store a new baseline",
        )
    return Gate(
        tuple(
            compare(measure, (ours.name, values), ("baseline", then.per_query[measure]))
            for measure, values in ours.per_query.items()
            if measure in then.per_query
        )
    )
