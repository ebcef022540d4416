"""Files of one JSON object a line, checked; all that is wrong is named at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import InputError

SHOWN_FAULTS = 5


class Row(BaseModel):
    """A line that may hold its named fields and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_R = TypeVar("_R", bound=BaseModel)


def read_rows(path: Path, model: type[_R]) -> list[_R]:
    """Every line of a JSON Lines file as `model`.

    Raises:
        InputError: the file is missing, or lines are wrong; the first few are all named.
    """
    rows: list[_R] = []
    faults: list[str] = []
    # Not splitlines(): a text may hold U+2028, which is no end of line in JSON Lines.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(model.model_validate(json.loads(line)))
        except ValidationError as fault:
            first = fault.errors()[0]
            field = ".".join(map(str, first["loc"])) or "line"
            faults.append(f"line {number}: {field}: {first['msg']}")
        except json.JSONDecodeError as fault:
            faults.append(f"line {number}: not JSON ({fault.msg})")
    complain(faults, path, "mend these lines")
    return rows


def read_text(path: Path) -> str:
    """The text of a UTF-8 file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            "cannot be read", where=str(path), hint="check the path; UTF-8 text is expected"
        ) from fault


def complain(faults: Iterable[str], where: Path | str, hint: str) -> None:
    """Raises one InputError that names the first faults; does nothing without any."""
    found = list(faults)
    if found:
        more = f"; and {len(found) - SHOWN_FAULTS} more" if len(found) > SHOWN_FAULTS else ""
        raise InputError("; ".join(found[:SHOWN_FAULTS]) + more, where=str(where), hint=hint)
