"""`torchproof eval export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.cli.common import documents_option, say_written, split_option

if TYPE_CHECKING:
    from eval.datasets import Split


@click.command(
    epilog="\b\nExamples:\n  torchproof eval export beir/\n"
    "  torchproof eval export pages-beir/ --documents pages/ --split test\n"
    "  torchproof eval retrieval --dataset beir/"
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@documents_option
@split_option
def export(out: Path, documents: Path | None, split: Split | None) -> None:
    """Write our queries and labels into the folder OUT, as a collection in BEIR's format.

    The labels are there in TREC's format as well: qrels/SPLIT.tsv and qrels/SPLIT.trec.
    """
    from eval.beir import save_beir, texts_of
    from eval.builtin import builtin_files, load_builtin_set
    from eval.datasets import shipped_document_set

    if documents is None:
        labelled = load_builtin_set(split)
        files = builtin_files()
    else:
        labelled = shipped_document_set(split)
        files = labelled.find(documents)
    say_written(save_beir(texts_of(labelled, files), labelled.query_set, out))
