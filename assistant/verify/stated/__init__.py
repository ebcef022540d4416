"""What prose and tables state of the library: defaults, and which arguments something takes.

A statement is read sentence by sentence, row by row.  What it speaks of (its owner) stands in the
sentence, in the head of the table, in the sentences before, or in the title.  Which words are
parameters is not guessed: the library is asked for the parameters of the owner, and those are
looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.verify.names import Known
from assistant.verify.stated.arguments import arguments, named
from assistant.verify.stated.calls import CALL, calls, fixed, keywords, signatures
from assistant.verify.stated.defaults import cells, defaults
from assistant.verify.stated.plain import mentioned
from assistant.verify.stated.units import Stated, Unit, owners_in, resolved, units, wanted

__all__ = ["Stated", "Unit", "owners_in", "read", "units", "wanted"]

# What something is only set beside.
_COMPARED = re.compile(r"\b(?:comparable (?:with|to)|unlike|(?:other|rather) than)\s+`?[\w.]+`?")


def read(unit: Unit, known: Mapping[str, Known]) -> list[Stated]:
    """What a unit states, given what is known of the names in it."""
    inside = resolved(owners_in(_COMPARED.sub(" ", unit.text)), known)
    around = resolved(unit.owners, known)
    written = calls(unit, known)
    found = list(fixed(unit, written, known))
    told = {(one.owner, one.parameter) for one in found}
    found += signatures(unit, written)
    found += (one for one in keywords(unit, written) if (one.owner, one.parameter) not in told)
    blank = unit.text
    for hit in CALL.finditer(blank):  # what a call passes is no default
        low, high = hit.span("inside")
        blank = blank[:low] + " " * (high - low) + blank[high:]
    by_cell = list(cells(unit, around, known)) if unit.row else []
    said = by_cell or list(defaults(unit, blank, inside, around))
    found += said
    if not unit.row:
        found += mentioned(unit, blank, inside, around, said)
    stated = list(arguments(unit, blank, inside))
    found += stated
    found += named(unit, blank, inside, around, [*said, *stated])
    return found
