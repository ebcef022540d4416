"""The boundary where any fault of a user's or the machine's becomes one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import EnvironmentFault, InputError, TorchproofError

__all__ = ["EnvironmentFault", "InputError", "TorchproofError", "foreign_faults"]


@contextmanager
def foreign_faults(where: str) -> Iterator[None]:
    """Maps the operating system's errors to ours, so that callers catch one family.

    Raises:
        EnvironmentFault: no permission, no space, no such device.
        InputError: a path that is not what was asked for.
    """
    try:
        yield
    except TorchproofError:
        raise
    except (PermissionError, BlockingIOError) as fault:
        raise EnvironmentFault(
            "no permission", where=str(fault.filename or where), hint="choose a place you may use"
        ) from fault
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as fault:
        raise InputError(
            (fault.strerror or "not found").lower(),
            where=str(fault.filename or where),
            hint="check the path",
        ) from fault
    except OSError as fault:
        raise EnvironmentFault(
            (fault.strerror or type(fault).__name__).lower(), where=str(fault.filename or where)
        ) from fault
