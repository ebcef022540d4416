"""Tables of reStructuredText in all their forms, to rows of cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

_RULE = re.compile(r"\s*(?:\+[-=+]+\+|[=-]+(?:\s+[=-]+)*)\s*$")
_BULLET = re.compile(r"(\s*)\*\s+-(?:\s+(.*))?$")
_CELL = re.compile(r"\s+-(?:\s+(.*))?$")


def rows_of(lines: Sequence[str], name: str = "") -> list[list[str]]:
    """The rows of a table.

    Args:
        lines: the table without its directive.
        name: of the directive that holds it; empty for one that is drawn with rules.
    """
    filled = [line for line in lines if line.strip()]
    if name == "csv-table":
        return [
            [cell.strip() for cell in row]
            for row in csv.reader((line.strip() for line in filled), skipinitialspace=True)
        ]
    if name == "list-table":
        return _listed(filled)
    if any(line.lstrip().startswith("+") for line in filled):
        return _grid(filled)
    return _simple(filled)


def _listed(lines: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        if bullet := _BULLET.match(line):
            rows.append([(bullet[2] or "").strip()])
        elif rows and (cell := _CELL.match(line)):
            rows[-1].append((cell[1] or "").strip())
        elif rows:
            rows[-1][-1] = f"{rows[-1][-1]} {line.strip()}".strip()
    return rows


def _grid(lines: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    fresh = True
    for line in lines:
        bare = line.strip()
        if _RULE.match(bare):
            fresh = True
            continue
        cells = [cell.strip() for cell in bare.strip("|").split("|")]
        if fresh or not rows or len(cells) != len(rows[-1]):
            rows.append(cells)
        else:
            pairs = zip(rows[-1], cells, strict=True)
            rows[-1] = [f"{cell} {more}".strip() for cell, more in pairs]
        fresh = False
    return rows


def _simple(lines: Sequence[str]) -> list[list[str]]:
    """Columns stand below the rule's dashes; a row whose first cell is empty goes on."""
    rule = next((line for line in lines if _RULE.match(line)), "")
    starts = [match.start() for match in re.finditer(r"[=-]+", rule)]
    rows: list[list[str]] = []
    for line in lines:
        if _RULE.match(line):
            continue
        if not starts:
            rows.append([line.strip()])
            continue
        edges = [*starts, None]
        cells = [line[edges[n] : edges[n + 1]].strip() for n in range(len(starts))]
        if rows and not cells[0] and len(starts) > 1:
            pairs = zip(rows[-1], cells, strict=True)
            rows[-1] = [f"{cell} {more}".strip() for cell, more in pairs]
        else:
            rows.append(cells)
    return rows
