"""`torchproof ask`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import (
    batch,
    device_option,
    history_option,
    index_option,
    json_option,
    progress_bar,
    read_history,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer.pipeline import Assistant
    from assistant.types import Turn


@click.command(
    epilog="\b\nExamples:\n  torchproof ask 'What does retain_graph do?'\n"
    "  torchproof ask --no-run --json 'how do I clip gradients?'\n"
    "  torchproof ask - < questions.jsonl > answers.jsonl"
)
@click.argument("question")
@history_option
@click.option("--no-run", is_flag=True, help="Answer without running the cited code.")
@click.option("--model", help="Chat model that words the answer, as provider:model.")
@json_option
@device_option
@index_option
def ask(
    question: str,
    history: Path | None,
    no_run: bool,
    model: str | None,
    as_json: bool,
    device: str,
    folder: Path | None,
) -> None:
    """Answer QUESTION from the indexed documents, run the code it cites, and judge its claims.

    With `-`, answers JSON lines from stdin: {"id", "query", "history": []} each.
    """
    past = read_history(history)
    from assistant.answer.pipeline import checked
    from assistant.runtime import Runtime
    from assistant.shapes import answer_json

    if question != "-":
        checked(question)
    with Runtime(folder, device=device, model=model) as runtime:
        if not no_run:
            runtime.sandbox  # noqa: B018 - warms up while the index loads
        with progress_bar() as progress:
            runtime.report_to(progress)
            assistant = runtime.assistant

        def answer(text: str, turns: list[Turn]) -> dict[str, Any]:
            return answer_json(assistant.ask(text, turns, run=not no_run))

        if question == "-":
            batch(answer)
        elif as_json:
            click.echo(json.dumps(answer(question, past), ensure_ascii=False, indent=1))
        else:
            _converse(assistant, question, past, run=not no_run)


def _converse(assistant: Assistant, question: str, past: Sequence[Turn], *, run: bool) -> None:
    """Prints the answer as it comes, then the passages, then each snippet with its verdicts."""
    from assistant.answer.pipeline import Cited, Judged, Running, Started, Wrote
    from assistant.cli.show import citation_line, report_lines

    for event in assistant.stream(question, past, run=run):
        if isinstance(event, Started) and event.contextualised != question.strip():
            click.echo(f"(understood as: {event.contextualised})\n")
        elif isinstance(event, Wrote):
            click.echo(event.piece, nl=False)
            sys.stdout.flush()
        elif isinstance(event, Cited) and event.citations:
            click.echo("Sources")
            for citation in event.citations:
                click.echo(citation_line(citation))
        elif isinstance(event, Running):
            click.echo(f"\nRunning snippet {event.number} of {event.total} …", err=True)
        elif isinstance(event, Judged):
            click.echo()
            for line in report_lines(event.report):
                click.echo(line)
