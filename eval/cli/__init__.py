"""`torchproof eval`: every figure that the project states, measured again."""

from __future__ import annotations

import click

from eval.cli.export import export
from eval.cli.parts import PARTS, WRITERS, everything, part_command
from eval.cli.retrieval import retrieval

__all__ = ["PARTS", "evaluate"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  torchproof eval retrieval\n"
    "  torchproof eval answers --documents pages/\n"
    "  torchproof eval speed --json\n  torchproof eval all --documents pages/ --report reports/",
)
def evaluate() -> None:
    """Measure how well the parts do, on labelled data.

    Exit status: 0 measured; 1 a bar was missed or a gate fell; 2 something was missing.
    """


evaluate.add_command(retrieval)
for _part in PARTS:
    evaluate.add_command(part_command(_part))
evaluate.add_command(part_command(WRITERS))
evaluate.add_command(everything)
evaluate.add_command(export)
