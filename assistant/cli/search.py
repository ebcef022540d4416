"""`torchproof search`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import (
    batch_together,
    device_option,
    history_option,
    index_option,
    json_option,
    progress_bar,
    read_history,
)

if TYPE_CHECKING:
    from assistant.types import Turn


@click.command(
    epilog="\b\nExamples:\n  torchproof search 'difference between view and reshape'\n"
    "  torchproof search -k 3 --topic autograd --json 'tensor does not require grad'\n"
    "  torchproof search - < queries.jsonl > hits.jsonl"
)
@click.argument("query")
@click.option("-k", type=click.IntRange(1, 1000), default=10, show_default=True, help="Entries.")
@click.option("--topic", "topics", multiple=True, help="Only entries of this topic (repeatable).")
@click.option("--level", "levels", multiple=True, help="Only entries of this level (repeatable).")
@click.option(
    "--document", "documents", multiple=True, help="Only entries of this file (repeatable)."
)
@click.option("--twins", is_flag=True, help="List the entries that a hit stands for, behind it.")
@click.option(
    "--reranker", metavar="MODEL", help="A cross-encoder on this machine that orders the hits anew."
)
@history_option
@json_option
@device_option
@index_option
def search(
    query: str,
    k: int,
    topics: tuple[str, ...],
    levels: tuple[str, ...],
    documents: tuple[str, ...],
    twins: bool,
    reranker: str | None,
    history: Path | None,
    as_json: bool,
    device: str,
    folder: Path | None,
) -> None:
    """List the entries nearest to QUERY; with `-`, answer JSON lines from stdin.

    A batch line is {"id", "query", "history": []}; each gives one result object, in order.
    """
    past = read_history(history)
    from assistant.answer.contextualise import understand_many
    from assistant.answer.pipeline import checked
    from assistant.runtime import Runtime
    from assistant.shapes import search_json
    from index.filters import Filters

    if query != "-":
        checked(query)
    with progress_bar() as progress, Runtime(folder, device=device, progress=progress) as runtime:
        searcher = runtime.searcher
        if reranker:
            from index.rerank import CrossEncoderReranker

            searcher.reranker = CrossEncoderReranker(reranker, searcher.embedder.device)
    filters = Filters(topics, levels, documents)

    def find(asked: Sequence[tuple[str, list[Turn]]]) -> list[dict[str, Any]]:
        standing = understand_many(
            [(checked(text), turns) for text, turns in asked], searcher.stand_alone
        )
        results = searcher.search_many(standing, k, filters)
        return [
            search_json(text, blend.text, result, searcher, twins=twins)
            for (text, _), blend, result in zip(asked, standing, results, strict=True)
        ]

    if query == "-":
        batch_together(find)
        return
    found = find([(query, past)])[0]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    if found["contextualised"] != query:
        click.echo(f"Searched for: {found['contextualised']}\n")
    if not found["answerable"]:
        click.echo("The documents do not seem to answer this. Nearest:\n")
    for hit in found["hits"]:
        click.echo(f"{hit['rank']:>3}  {hit['score']:.3f}  {hit['question']}")
        click.echo(f"            {hit['document']} [{hit['start']}:{hit['end']}]")
