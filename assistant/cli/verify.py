"""`torchproof verify`."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import progress_bar

if TYPE_CHECKING:
    from assistant.types import SnippetReport
    from assistant.verify.flips import Compared
    from assistant.verify.verifier import Verifier
    from corpus.types import Library

Reports = dict[str, list["SnippetReport"]]
STDIN = "<stdin>"


@click.command(
    epilog="\b\nExamples:\n  torchproof verify README.md docs/ 'guides/**/*.md'\n"
    "  torchproof verify notebook.ipynb --json\n"
    "  torchproof verify docs/ --format github --sarif torchproof.sarif\n"
    "  torchproof verify docs/ --fix                # a diff first, then a question\n"
    "  pip install -U torch && torchproof verify docs/ --changed\n"
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
@click.option(
    "--sarif",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a SARIF log to FILE as well.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="List only what is judged otherwise than under the last other version of torch or of the "
    "verifier; exits with 1 when something became refuted or fails now.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Offer to rewrite refuted values and outputs in .md and .py files: a diff, then a "
    "question.  Documents of the index, web pages and notebooks are never rewritten.",
)
@click.option("--yes", is_flag=True, help="With --fix: rewrite without asking.")
@click.option(
    "--fail-on",
    type=click.Choice(["refuted", "error", "never"]),
    default="refuted",
    show_default=True,
    help="What makes the exit status 1: a refuted claim; that, or code that fails; nothing.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, metavar="N",
              help="Snippets run at the same time.")  # fmt: skip
def verify(
    paths: tuple[str, ...],
    show_all: bool,
    form: str,
    as_json: bool,
    sarif: Path | None,
    changed: bool,
    fix: bool,
    yes: bool,
    fail_on: str,
    jobs: int,
) -> int:
    """Run every snippet of PATHS and judge every claim; `-` reads one snippet from stdin.

    PATHS are files, folders, zip archives or patterns: Markdown, text, HTML, notebooks,
    reStructuredText, Python (comments and docstrings).

    Exits with 1 when a claim is refuted (see --fail-on), with 2 when nothing could be run at all.
    """
    form = "json" if as_json else form
    if changed and form not in ("text", "json"):
        raise click.UsageError("--changed goes with --format text or json")
    if fix and (paths == ("-",) or changed):
        raise click.UsageError("--fix goes with files, and without --changed")
    from assistant.cli.run import read_code
    from assistant.sandbox.service import SandboxService
    from assistant.settings import load_settings
    from assistant.verify.cache import ReportCache, installed
    from assistant.verify.flips import compare
    from assistant.verify.readings import read_kept
    from assistant.verify.verifier import Verifier
    from corpus.types import Library

    code = read_code("-") if paths == ("-",) else None
    settings = load_settings()
    settings.make_home()
    library = Library() if code is not None else read_kept(paths, settings.verdict_cache)
    with SandboxService(parallel=jobs, device=settings.device) as sandbox:
        device = sandbox.device
        kept = ReportCache(settings.verdict_cache, version=installed(device))
        verifier = Verifier(sandbox, cache=kept, parallel=jobs)
        if code is None:
            files = _verify_all(library, verifier)
        else:
            files = {STDIN: [verifier.verify_code(code, name=STDIN)]}
        if fix:
            from assistant.cli.verify_fix import offer

            files = offer(library, files, verifier, settings.index, yes=yes)
        compared = {path: compare(kept, path, reports) for path, reports in files.items()}
    kept.close()
    for unreadable in library.unreadable:
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)
    texts = {reading.document.path: reading.document.text for reading in library.readings}
    if changed:
        shown = _changes(files, compared, form, device, kept.version)
    else:
        shown = _shown(files, texts if not fix else {}, form, device, show_all=show_all)
    click.echo(_encodable(shown).rstrip("\n"))
    if sarif is not None:
        _write(sarif, _encodable(_shown(files, {}, "sarif", device)))
    return _exit_status(files, compared if changed else None, fail_on)


def _verify_all(library: Library, verifier: Verifier) -> Reports:
    from assistant.verify.cells import in_cells

    files: Reports = {reading.document.path: [] for reading in library.readings}
    with progress_bar() as progress:
        readings = library.readings
        progress("verifying", 0, sum(len(entry.snippets) for entry in library.entries))
        for reading, report in verifier.verify_readings(
            readings, lambda done, total: progress("verifying", done, total)
        ):
            files[reading.document.path].append(in_cells(report, reading.document))
    return files


def _shown(
    files: Reports, texts: Mapping[str, str], form: str, device: str, *, show_all: bool = False
) -> str:
    from assistant.verify import formats

    if form == "json":
        return json.dumps(_json(files, device), ensure_ascii=False, indent=1)
    near = {_near(path): reports for path, reports in files.items()}
    here = {_near(path): text for path, text in texts.items()}
    match form:
        case "junit":
            return formats.as_junit(near)
        case "github":
            return formats.as_github(near, here)
        case "sarif":
            return formats.as_sarif(near, version=version("torchproof"))
        case _:
            return formats.as_text(near, everything=show_all, texts=here)


def _json(files: Reports, device: str) -> dict[str, object]:
    from assistant.shapes import torch_version
    from assistant.verify.report import files_json

    return files_json(files, torch=torch_version(), python=platform.python_version(), device=device)


def _changes(
    files: Reports, compared: Mapping[str, Compared], form: str, device: str, now: str
) -> str:
    from dataclasses import asdict

    from assistant.verify.listing import flips_text

    if form == "text":
        return flips_text({_near(path): one for path, one in compared.items()}, now)
    changes = [
        {"path": path, "before_version": one.version, **asdict(flip)}
        for path, one in compared.items()
        for flip in one.flips
    ]
    whole = {**_json(files, device), "version": now, "changed": changes}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _near(path: str) -> str:
    """A path as it is shown: relative where it lies below the working folder."""
    try:
        return Path(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path


def _encodable(text: str) -> str:
    """Text without the lone surrogates that an exception's message may hold."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _write(path: Path, text: str) -> None:
    from assistant.errors import foreign_faults

    with foreign_faults(str(path)):
        path.write_text(text, encoding="utf-8")


def _exit_status(files: Reports, compared: Mapping[str, Compared] | None, fail_on: str) -> int:
    reports = [report for held in files.values() for report in held]
    idle = [report for report in reports if report.status == "unavailable"]
    if idle and len(idle) == len(reports):
        click.echo(f"torchproof: nothing was run: {idle[0].reason}", err=True)
        return 2
    if fail_on == "never":
        return 0
    if compared is not None:
        flips = [flip for one in compared.values() for flip in one.flips]
        return int(any(flip.after in ("refuted", "error") for flip in flips))
    failed = fail_on == "error" and any(report.status == "error" for report in reports)
    refuted = any(v.state == "refuted" for report in reports for v in report.verdicts)
    return int(refuted or failed)
