"""`torchproof verify`."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from assistant.cli.common import json_option, progress_bar

if TYPE_CHECKING:
    from assistant.types import SnippetReport
    from assistant.verify.verifier import Verifier
    from corpus.types import Library

Reports = dict[str, list["SnippetReport"]]


@click.command(
    epilog="\b\nExamples:\n  torchproof verify README.md docs/\n"
    "  torchproof verify notebook.ipynb --json\n"
    "  echo 'print(1 + 1)  # 3' | torchproof verify -"
)
@click.argument("paths", nargs=-1, required=True)
@click.option("--all", "show_all", is_flag=True, help="List confirmed claims as well.")
@json_option
def verify(paths: tuple[str, ...], show_all: bool, as_json: bool) -> int:
    """Run every snippet of PATHS and judge every claim; `-` reads one snippet from stdin.

    Exits with 1 when a claim is refuted, with 2 when nothing could be run at all.
    """
    from assistant.cli.run import read_code
    from assistant.runtime import Runtime
    from assistant.shapes import torch_version
    from assistant.verify.report import files_json
    from corpus.library import read_library

    code = read_code("-") if paths == ("-",) else None
    library = None if code is not None else read_library(paths)
    with Runtime() as runtime:
        if library is None:
            files: Reports = {"<stdin>": [runtime.verifier.verify_code(code or "")]}
        else:
            files = _verify_all(library, runtime.verifier)
        device = "cpu"
    if as_json:
        shape = files_json(
            files, torch=torch_version(), python=platform.python_version(), device=device
        )
        click.echo(json.dumps(shape, ensure_ascii=False, indent=1))
    else:
        for line in _text(files, show_all=show_all):
            click.echo(line)
    for unreadable in library.unreadable if library else ():
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)
    return _exit_status(files)


def _verify_all(library: Library, verifier: Verifier) -> Reports:
    total = sum(len(entry.snippets) for entry in library.entries)
    files: Reports = {}
    done = 0
    with progress_bar() as progress:
        for reading in library.readings:
            held = files.setdefault(reading.document.path, [])
            for report in verifier.verify_reading(reading):
                held.append(report)
                done += 1
                progress("verifying", done, total)
    return files


def _text(files: Reports, *, show_all: bool) -> Iterator[str]:
    from assistant.cli.show import report_lines, tally

    for path, reports in files.items():
        for report in reports:
            lines = list(report_lines(report, show_all=show_all))
            if len(lines) > 1 or report.status != "ok" or show_all:
                yield f"{path}:{report.line}"
                yield from lines
    yield tally([report for reports in files.values() for report in reports])


def _exit_status(files: Reports) -> int:
    reports = [report for held in files.values() for report in held]
    if any(v.state == "refuted" for report in reports for v in report.verdicts):
        return 1
    return 2 if reports and all(report.status == "unavailable" for report in reports) else 0
