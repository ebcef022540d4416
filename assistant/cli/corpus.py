"""`torchproof corpus`: keeping our own files right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from assistant.cli.common import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.proving import Promise
    from assistant.runtime import Runtime
    from corpus.editing import Finding
    from corpus.types import Document, Library

Parsed = TypeVar("Parsed")


@click.group(
    epilog="\b\nExamples:\n  torchproof corpus check\n"
    "  torchproof corpus check corpus/questions/autograd\n"
    "  torchproof corpus show zero-grad-purpose\n"
    "  torchproof corpus new detach-vs-no-grad --topic autograd"
)
def corpus() -> None:
    """Check the corpus of entries, tasks and items; print an entry, or begin one."""


@corpus.command(
    epilog="\b\nExamples:\n  torchproof corpus check\n"
    "  torchproof corpus check corpus/tasks corpus/predict --no-run\n"
    "  torchproof corpus check --against ~/pages"
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--no-run", is_flag=True, help="Read only; run nothing.")
@click.option("--all", "again", is_flag=True, help="Run what held before as well.")
@click.option(
    "--record", is_flag=True, help="Write what holds into the checkout, for the tests to build on."
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Documents of which no wording may be found in the corpus (repeatable).",
)
def check(
    paths: tuple[Path, ...], no_run: bool, again: bool, record: bool, against: tuple[Path, ...]
) -> int:
    """Check PATHS, or everything that comes with the package.

    Front matter, ids, links, near-duplicates, key points and their checks; then every snippet,
    check, solution and mutant by running it.  What held before on this machine is not run again.
    Exit status 1 when something is wrong.
    """
    from assistant.runtime import Runtime
    from corpus.editing import faults, share_with_checks
    from corpus.exercises import parse_task, task_paths
    from corpus.library import builtin_paths, combine, read_library
    from corpus.predictions import parse_prediction, prediction_paths

    chosen = _files(paths)
    library = read_library([p for p in builtin_paths() if chosen is None or p.resolve() in chosen])
    whole = library if chosen is None else read_library(builtin_paths())
    tasks, bad_tasks = _parsed(task_paths(), chosen, parse_task)
    items, bad_items = _parsed(prediction_paths(), chosen, parse_prediction)
    foreign = read_library(list(against)) if against else combine([])
    found = [
        finding
        for finding in faults(whole, [r.document for r in foreign.readings])
        if chosen is None or Path(finding.path).resolve() in chosen
    ]
    found += bad_tasks + bad_items
    if not no_run:
        from assistant.proving import promises

        with Runtime() as runtime:
            due = promises(
                runtime.sandbox,
                runtime.verifier,
                readings=library.readings,
                tasks=tasks,
                predictions=items,
            )
            found += _run(runtime, list(due), again=again, record=record)
    for finding in found:
        click.echo(str(finding))
    _sum_up(library, len(tasks), len(items), share_with_checks(library.entries), len(found))
    return 1 if found else 0


@corpus.command(epilog="\b\nExample:\n  torchproof corpus show zero-grad-purpose")
@click.argument("entry_id", metavar="ID")
def show(entry_id: str) -> int:
    """Print the entry ID: its question, then the answer as it is written."""
    import difflib

    from corpus.errors import InputError
    from corpus.library import builtin_paths, read_library

    paths = {Path(path).stem: path for path in builtin_paths()}
    if entry_id not in paths:
        near = difflib.get_close_matches(entry_id, paths, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "torchproof search finds one"
        raise InputError("no entry has this id", where=entry_id, hint=hint)
    (reading,) = read_library([paths[entry_id]]).readings
    (entry,) = reading.entries
    _, _, body = reading.document.text.partition("\n---\n")
    click.echo(f"# {entry.question}\n\n{body.strip()}")
    return 0


@corpus.command(epilog="\b\nExample:\n  torchproof corpus new detach-vs-no-grad --topic autograd")
@click.argument("entry_id", metavar="ID")
@click.option("--topic", required=True, help="Folder under corpus/questions.")
@click.option("--question", default="", help="The question itself.")
@click.option("--level", default="mid", type=click.Choice(["junior", "mid", "senior", "staff"]))
@click.option(
    "--kind",
    default="concept",
    type=click.Choice(["concept", "comparison", "coding", "debugging", "design"]),
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path("corpus/questions"),
    show_default=True,
    help="Where the folders of the topics are.",
)
def new(entry_id: str, topic: str, question: str, level: str, kind: str, root: Path) -> int:
    """Begin the entry ID: writes a file that shows the form, to be filled in."""
    import re

    from corpus.authored import ID
    from corpus.editing import skeleton
    from corpus.errors import InputError

    for name in (entry_id, topic):
        if not re.match(ID, name):
            raise InputError(
                "lower case letters, digits and hyphens only", where=name, hint="as in zero-grad"
            )
    if not root.is_dir():
        raise InputError(
            "no such folder", where=str(root), hint="run it from a checkout, or --root"
        )
    path = root / topic / f"{entry_id}.md"
    if path.exists():
        raise InputError("is there already", where=str(path), hint="edit it, or choose another id")
    path.parent.mkdir(exist_ok=True)
    asked = question or f"What should one know about {entry_id.replace('-', ' ')}?"
    path.write_text(skeleton(entry_id, topic, asked, level, kind), encoding="utf-8")
    click.echo(f"{path}\nFill it in, then: torchproof corpus check {path}")
    return 0


def _files(paths: Sequence[Path]) -> set[Path] | None:
    """The Markdown files that `paths` name, resolved; None for all."""
    from corpus.errors import InputError

    if not paths:
        return None
    for path in paths:
        if not path.exists():
            raise InputError("no such file or folder", where=str(path), hint="check the path")
    return {
        file.resolve()
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*.md"))
    }


def _parsed(
    paths: Sequence[Path], chosen: set[Path] | None, parse: Callable[[Document], Parsed]
) -> tuple[list[Parsed], list[Finding]]:
    """What could be parsed of the chosen ones of `paths`, and what is wrong with the others."""
    from corpus.editing import Finding
    from corpus.errors import InputError
    from corpus.read import read_document

    good: list[Parsed] = []
    bad: list[Finding] = []
    for path in paths:
        if chosen is not None and path.resolve() not in chosen:
            continue
        try:
            good.append(parse(read_document(path)))
        except InputError as error:
            bad.append(Finding(str(path), 0, error.what))
    return good, bad


def _run(runtime: Runtime, due: Sequence[Promise], *, again: bool, record: bool) -> list[Finding]:
    from assistant.proving import Proofs, prove, shipped_proofs
    from assistant.verify.cache import installed

    shipped = shipped_proofs()
    own = Proofs(runtime.settings.home / "proofs.txt", installed())

    def keep(key: str) -> None:
        own.keep(key)
        if record:
            shipped.keep(key)

    with progress_bar() as progress:
        found = list(
            prove(
                due,
                kept=(lambda _key: False) if again else own.held,
                keep=keep,
                progress=lambda done, total: progress("verifying", done, total),
            )
        )
    if record:
        for promise in due:
            if own.held(promise.key) and not shipped.held(promise.key):
                shipped.keep(promise.key)
        shipped.keep_only(promise.key for promise in due)
    return found


def _sum_up(library: Library, tasks: int, items: int, share: float, wrong: int) -> None:
    entries = library.entries
    snippets = sum(len(entry.snippets) for entry in entries)
    click.echo(
        f"{len(entries)} entries with {snippets} snippets, {tasks} tasks, {items} items; "
        f"{share:.0%} of key points and mistakes have a check; {wrong} findings",
        err=True,
    )
