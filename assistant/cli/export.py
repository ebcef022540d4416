"""`torchproof export`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import progress_bar

if TYPE_CHECKING:
    from assistant.export.anki import Cards
    from assistant.export.book import Form
    from assistant.export.material import Chapter, Known


_TOPIC = click.option("--topic", "topics", multiple=True, help="Only this topic (repeatable).")
_FROM = click.option(
    "--from",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Export these documents instead of the built-in corpus (repeatable).",
)
_VERIFY = click.option(
    "--verify",
    "again",
    is_flag=True,
    help="Run the code that was not run before, for the verdict on each line; all of the corpus"
    " takes half an hour.",
)


@click.group(
    epilog="\b\nExamples:\n  torchproof export anki torch.apkg --topic autograd\n"
    "  torchproof export book book/\n  torchproof export notebooks notebooks/ --topic tensors"
)
def export() -> None:
    """Take the corpus away: as an Anki deck, a book, or notebooks."""


@export.command(
    epilog="\b\nExamples:\n  torchproof export anki torch.apkg\n"
    "  torchproof export anki losses.apkg --topic losses --cards statements"
)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@_TOPIC
@_FROM
@click.option(
    "--cards",
    type=click.Choice(["entries", "statements", "both"]),
    default="entries",
    show_default=True,
    help="A card for each entry; for each key point and common mistake, true or false; both.",
)
@_VERIFY
def anki(
    out: Path, topics: tuple[str, ...], paths: tuple[Path, ...], cards: Cards, again: bool
) -> None:
    """Write an Anki deck to OUT (.apkg), a sub-deck for each topic.

    Needs the extra `anki`.  Importing a newer deck updates its cards and keeps their schedule.
    """
    from assistant.export.anki import write_deck

    chosen, known = _material(paths, topics, again=again)
    count = write_deck(chosen, known, out, cards)
    click.echo(f"{count} cards in {out}")


@export.command(
    epilog="\b\nExamples:\n  torchproof export book book/\n"
    "  torchproof export book notes/ --format markdown --topic autograd --topic losses\n"
    "  torchproof export book mine/ --from ~/pages --verify"
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_TOPIC
@_FROM
@click.option(
    "--format", "form", type=click.Choice(["html", "markdown"]), default="html", show_default=True
)
@_VERIFY
def book(
    out: Path, topics: tuple[str, ...], paths: tuple[Path, ...], form: Form, again: bool
) -> None:
    """Write a book into the folder OUT: a page for each topic, with the verdicts.

    It needs no network and no server: open OUT/index.html.
    """
    from assistant.export.book import write_book

    chosen, known = _material(paths, topics, again=again)
    written = write_book(chosen, known, out, form)
    click.echo(f"{len(written)} pages; begin with {written[0]}")


@export.command(
    epilog="\b\nExamples:\n  torchproof export notebooks notebooks/\n"
    "  torchproof export notebooks notebooks/ --topic autograd"
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_TOPIC
@_FROM
def notebooks(out: Path, topics: tuple[str, ...], paths: tuple[Path, ...]) -> None:
    """Write a Jupyter notebook for each topic into the folder OUT."""
    from assistant.export.material import read_chapters
    from assistant.export.notebooks import write_notebooks

    written = write_notebooks(read_chapters(paths, topics), out)
    click.echo(f"{len(written)} notebooks in {out}")


def _material(
    paths: Sequence[Path], topics: Sequence[str], *, again: bool
) -> tuple[list[Chapter], Known]:
    """What to export, and what is known of its code or found out now."""
    from assistant.export.material import look_up, read_chapters, run
    from assistant.proving import shipped_proofs
    from assistant.settings import load_settings
    from assistant.verify.cache import ReportCache, installed

    chosen = read_chapters(paths, topics)
    settings = load_settings()
    if not again and not settings.verdict_cache.is_file():
        return chosen, look_up(chosen, None, shipped_proofs())
    cache = ReportCache(settings.verdict_cache, version=installed(settings.device))
    try:
        if not again:
            return chosen, look_up(chosen, cache, shipped_proofs())
        from assistant.sandbox.service import SandboxService
        from assistant.verify.verifier import Verifier

        with SandboxService(device=settings.device) as sandbox, progress_bar() as progress:
            verifier = Verifier(sandbox, cache=cache)
            return chosen, run(
                chosen, verifier, lambda done, total: progress("verifying", done, total)
            )
    finally:
        cache.close()
