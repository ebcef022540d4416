"""`torchproof index`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assistant.cli.common import device_option, index_option, json_option, progress_bar


@click.command(
    epilog="\b\nExamples:\n  torchproof index notes/ 'pages/*.html' questions.md\n"
    "  torchproof index --only handbook.md --index ./handbook-index\n"
    "  torchproof index --remove notes/old.md"
)
@click.argument("paths", nargs=-1)
@click.option("--only", is_flag=True, help="Index just PATHS, without the built-in corpus.")
@click.option("--remove", multiple=True, metavar="PATH", help="Take a document out (repeatable).")
@click.option("--embedder", help="A sentence-transformers model, by name or folder.")
@json_option
@device_option
@index_option
def index(
    paths: tuple[str, ...],
    only: bool,
    remove: tuple[str, ...],
    embedder: str | None,
    as_json: bool,
    device: str,
    folder: Path | None,
) -> None:
    """Build or update the index: the built-in corpus plus PATHS (files, folders, globs).

    Documents indexed before stay in; only what changed is read and embedded again.
    """
    from assistant.settings import load_settings
    from assistant.shapes import index_json
    from index.build import Request, build

    where = load_settings(folder).index
    with progress_bar() as progress:
        report = build(where, Request(paths, only, remove, embedder, device), progress)
    for unreadable in report.unreadable:
        click.echo(f"not read: {unreadable.path}: {unreadable.reason}", err=True)
    if as_json:
        click.echo(json.dumps(index_json(where, report), ensure_ascii=False, indent=1))
        return
    if not report.read and not report.removed and not report.embedded:
        click.echo(f"Nothing changed: {report.entries} entries in {where}")
        return
    rate = report.embedded / report.embed_seconds if report.embed_seconds else 0.0
    click.echo(
        f"{report.entries} entries from {report.read + report.unchanged} documents "
        f"({report.read} read, {report.unchanged} unchanged, {report.removed} removed)\n"
        f"{report.chunks} passages, {report.embedded} embedded on {report.device} "
        f"with {report.embedder} ({rate:.0f} a second)\n"
        f"{report.seconds:.1f} s, in {where}"
    )
