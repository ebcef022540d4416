"""`torchproof verify`."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import progress_bar

if TYPE_CHECKING:
    from assistant.types import SnippetReport
    from assistant.verify.verifier import Verifier
    from corpus.types import Library

Reports = dict[str, list["SnippetReport"]]


@click.command(
    epilog="\b\nExamples:\n  torchproof verify README.md docs/\n"
    "  torchproof verify notebook.ipynb --json\n"
    "  torchproof verify docs/ --format github\n"
    "  echo 'print(1 + 1)  # 3' | torchproof verify -"
)
@click.argument("paths", nargs=-1, required=True)
@click.option("--all", "show_all", is_flag=True, help="List confirmed claims as well.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "github", "sarif"]),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Offer to rewrite refuted values in .md and .py files.")
def verify(paths: tuple[str, ...], show_all: bool, form: str, as_json: bool, fix: bool) -> int:
    """Run every snippet of PATHS and judge every claim; `-` reads one snippet from stdin.

    Exits with 1 when a claim is refuted, with 2 when nothing could be run at all.
    """
    from assistant.cli.run import read_code
    from assistant.runtime import Runtime
    from assistant.verify.cache import ReportCache
    from assistant.verify.verifier import Verifier
    from corpus.library import read_library

    code = read_code("-") if paths == ("-",) else None
    library = None if code is not None else read_library(paths)
    with Runtime() as runtime:
        runtime.settings.make_home()
        cache = ReportCache(runtime.settings.verdict_cache)
        verifier = Verifier(runtime.sandbox, cache=cache)
        if library is None:
            files: Reports = {"<stdin>": [verifier.verify_code(code or "")]}
        else:
            files = _verify_all(library, verifier)
        cache.close()
    click.echo(_shown(files, "json" if as_json else form, show_all=show_all).rstrip("\n"))
    for unreadable in library.unreadable if library else ():
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)
    if fix and library:
        _offer_fixes(library, files)
    return _exit_status(files)


def _verify_all(library: Library, verifier: Verifier) -> Reports:
    total = sum(len(entry.snippets) for entry in library.entries)
    files: Reports = {}
    with progress_bar() as progress:
        done = 0
        for reading in library.readings:
            held = files.setdefault(reading.document.path, [])
            for report in verifier.verify_reading(reading):
                held.append(report)
                done += 1
                progress("verifying", min(done, total), total)
    return files


def _shown(files: Reports, form: str, *, show_all: bool) -> str:
    from assistant.shapes import torch_version
    from assistant.verify import formats
    from assistant.verify.report import files_json

    match form:
        case "json":
            shape = files_json(
                files, torch=torch_version(), python=platform.python_version(), device="cpu"
            )
            return json.dumps(shape, ensure_ascii=False, indent=1)
        case "junit":
            return formats.as_junit(files)
        case "github":
            return formats.as_github(files)
        case "sarif":
            return formats.as_sarif(files, version=version("torchproof"))
        case _:
            return formats.as_text(files, everything=show_all)


def _offer_fixes(library: Library, files: Reports) -> None:
    """Shows what would change in each of the user's files, and writes it when told to."""
    from assistant.verify.fix import fix

    for reading in library.readings:
        path = reading.document.path
        fixed = fix(path, reading.document.text, files.get(path, []))
        if fixed.changed:
            click.echo(fixed.diff, err=True)
            if click.confirm(f"Rewrite {path}?", default=False, err=True):
                Path(path).write_text(fixed.text, encoding="utf-8", newline="")


def _exit_status(files: Reports) -> int:
    reports = [report for held in files.values() for report in held]
    if any(v.state == "refuted" for report in reports for v in report.verdicts):
        return 1
    return 2 if reports and all(report.status == "unavailable" for report in reports) else 0
