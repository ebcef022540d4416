"""A property: the words that ascribe it, and the look that settles it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Seen = Mapping[str, Any]
"""A value as the driver describes it (`driver.summary`)."""
Test = Callable[[Seen, re.Match[str]], bool | None]
"""True or False, or None where the value is not of the kind that can have the property."""


def never(_seen: Seen, _words: re.Match[str]) -> bool | None:
    """Says nothing: a property whose denial may mean anything."""
    return None


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A property.

    Attributes:
        name: what it is called.
        words: who ascribe it, in a clause as `clauses.plain` leaves it.
        test: whether a value has it.
        denied: the test where the words deny it; its opposite where none is given.
        pair: it is shown the value together with each thing that the statement made it from.
        other: it is shown the value and what the words name as `other`.
        argument: it is shown the value together with the one argument of the call that made it; of
            a statement that makes none, what `look` names.
        before: of a pair; what a name held before it was given its value weighs more than the rest.
        look: what is looked at instead of the value, as source: `{it}` stands for what the words
            speak of, `{whole}` for that or for what the statement writes to, `{module}` for that or
            for what the statement calls, `{owner}` and `{name}` for the object and the attribute
            that the statement sets; it only reads.
    """

    name: str
    words: re.Pattern[str]
    test: Test
    denied: Test | None = None
    pair: bool = False
    other: bool = False
    argument: bool = False
    before: bool = False
    look: str = ""

    def settle(self, seen: Seen, found: re.Match[str], *, denied: bool) -> bool | None:
        """Whether what the words say of a value is so."""
        if not denied:
            return self.test(seen, found)
        if self.denied is not None:
            return self.denied(seen, found)
        has = self.test(seen, found)
        return None if has is None else not has


def words(pattern: str) -> re.Pattern[str]:
    """The words of a recogniser; case does not count."""
    return re.compile(pattern, re.IGNORECASE)
