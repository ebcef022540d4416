"""The one error hierarchy of the project.

    TorchproofError
    ├── InputError         what the user gave cannot be used (a path, a question, a setting)
    └── EnvironmentFault   what the machine lacks or refuses (a package, a port, a permission)

It stands in the leftmost package because every package raises it; `assistant.errors` is where the
command line and the web app turn it into the one line that a user sees.  A snippet that fails is no
error of ours: it is an `ExecutionResult`.
"""

from __future__ import annotations


class TorchproofError(Exception):
    """Anything a user can be told in one line: what went wrong, where, and what to do about it.

    Args:
        what: the fault, without a full stop.
        where: the file, setting, port or line concerned; empty when there is none.
        hint: what the user can do next; empty only when nothing can be done.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what, where, hint)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join(f"{line} — {self.hint}".split()) if self.hint else " ".join(line.split())


class InputError(TorchproofError):
    """What the user handed over cannot be used as it is."""


class EnvironmentFault(TorchproofError):
    """The machine lacks something, or does not let us do something."""
