"""`torchproof inspect`."""

from __future__ import annotations

import json

import click

from assistant.cli.common import json_option


@click.command(
    epilog="\b\nExamples:\n  torchproof inspect page.html\n  torchproof inspect notes/ --json"
)
@click.argument("paths", nargs=-1, required=True)
@json_option
def inspect(paths: tuple[str, ...], as_json: bool) -> None:
    """Show what reading made of PATHS: entries, snippets, twins, and what was cut as no content."""
    from assistant.shapes import inspect_json
    from corpus.library import read_library

    library = read_library(paths)
    if as_json:
        click.echo(json.dumps(inspect_json(library), ensure_ascii=False, indent=1))
        return
    for reading in library.readings:
        document = reading.document
        click.echo(f"{document.path}  ({document.media_type}, {len(document.text):,} characters)")
        for entry in reading.entries:
            restored = sum(snippet.restored for snippet in entry.snippets)
            facts = [f"{len(entry.sections)} sections", f"{len(entry.snippets)} snippets"]
            if restored:
                facts.append(f"{restored} restored")
            if entry.twins:
                facts.append(f"twin of {', '.join(entry.twins)}")
            click.echo(f"  {entry.number:>3}. {entry.question}")
            click.echo(f"       [{entry.span.start}:{entry.span.end}] {', '.join(facts)}")
        for cut in reading.cut:
            text = " ".join(cut.span.of(document.text).split())
            shown = text if len(text) <= 60 else text[:57] + "…"
            click.echo(f"  cut [{cut.span.start}:{cut.span.end}] {cut.reason}: {shown}")
    for unreadable in library.unreadable:
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)
