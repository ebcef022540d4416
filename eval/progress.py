"""Saying what is being done while a measurement runs."""

from __future__ import annotations

import sys
from collections.abc import Callable

Note = Callable[[str], None]


def to_stderr(line: str) -> None:
    """Says it on stderr."""
    print(f"{line} …", file=sys.stderr, flush=True)


def silently(_line: str) -> None:
    """Says nothing."""
