"""Options and output that the commands of `eval` share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])

DOCUMENTS_VARIABLE = "TORCHPROOF_DOCUMENTS"


def report_option(command: F) -> F:
    """`--report DIR`."""
    return click.option(
        "--report",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Also write the figures into files of this folder.",
    )(command)


def documents_option(command: F) -> F:
    """`--documents DIR`."""
    return click.option(
        "--documents",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        envvar=DOCUMENTS_VARIABLE,
        show_envvar=True,
        help="Folder of the labelled documents [default: measure on the built-in corpus].",
    )(command)


def split_option(command: F) -> F:
    """`--split`."""
    return click.option(
        "--split",
        type=click.Choice(["dev", "test", "heldout"]),
        help="Only these queries; those held out are measured only if named here.",
    )(command)


def console() -> Console:
    """Where tables are printed."""
    from rich.console import Console

    # A pipe or file gets the whole width of a table rather than eighty columns of ellipses.
    return Console(width=None if os.isatty(1) else 180, highlight=False)


def say_written(paths: list[Path]) -> None:
    """Names files that were written, on stderr."""
    for path in paths:
        click.echo(f"wrote {path}", err=True)
