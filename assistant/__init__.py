"""Answers: composed with citations, their code executed, their claims judged.

`from assistant import Torchproof` is the way in for other programs; see `assistant.api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.api import Torchproof

__all__ = ["Torchproof"]


def __getattr__(name: str) -> object:
    """Imports `Torchproof` when it is first asked for: most modules here do not need it."""
    if name == "Torchproof":
        from assistant.api import Torchproof

        return Torchproof
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
