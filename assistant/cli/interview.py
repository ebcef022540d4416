"""`torchproof interview`."""

from __future__ import annotations

import random
from pathlib import Path

import click

from assistant.cli.common import device_option, index_option, progress_bar


@click.command(
    epilog="\b\nExamples:\n  torchproof interview --topic autograd --questions 3\n"
    "  torchproof interview --level junior"
)
@click.option("--topic", "topics", multiple=True, help="Only this topic (repeatable).")
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(["junior", "mid", "senior", "staff"])
)
@click.option("--minutes", type=click.IntRange(1, 240), default=30, show_default=True)
@click.option("--questions", type=click.IntRange(1, 100), default=5, show_default=True)
@device_option
@index_option
def interview(
    topics: tuple[str, ...],
    levels: tuple[str, ...],
    minutes: int,
    questions: int,
    device: str,
    folder: Path | None,
) -> int:
    """Be asked questions, and compare each answer of yours with the key points.

    This first version does not grade: it shows the key points and you judge for yourself.
    """
    import time

    from assistant.runtime import Runtime
    from corpus.errors import InputError
    from index.search import Filters

    with progress_bar() as progress, Runtime(folder, device=device, progress=progress) as runtime:
        runtime.ensure_index()
        from index.disk import load

        stored = load(runtime.settings.index)
    filters = Filters(topics, levels)
    documents = {r.document.id: r.document for r in stored.library.readings} if stored else {}
    entries = [
        entry
        for entry in (stored.library.entries if stored else ())
        if any(s.kind == "key_points" for s in entry.sections)
        and filters.allow(entry, documents[entry.document_id])
    ]
    if not entries:
        known = sorted({e.topic for e in (stored.library.entries if stored else ()) if e.topic})
        raise InputError(
            "no question fits", where="--topic/--level", hint=f"topics are {', '.join(known)}"
        )
    end = time.monotonic() + 60 * minutes
    for number, entry in enumerate(random.sample(entries, min(questions, len(entries))), start=1):
        if time.monotonic() > end:
            click.echo("Time is up.")
            break
        click.echo(f"\nQuestion {number} ({entry.topic}, {entry.level}): {entry.question}\n")
        click.prompt("Your answer", default="", show_default=False)
        click.echo("\nA good answer contains:")
        for section in entry.sections:
            if section.kind == "key_points":
                for block in section.blocks:
                    click.echo(block.text)
    return 0
