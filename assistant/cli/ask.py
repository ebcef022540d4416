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
    model_options,
    progress_bar,
    read_history,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer.pipeline import Assistant
    from assistant.types import SnippetReport, Turn


@click.command(
    epilog="\b\nExamples:\n  torchproof ask 'What does retain_graph do?'\n"
    "  torchproof ask --no-run --json 'how do I clip gradients?'\n"
    "  torchproof ask --model openai:qwen3 --base-url http://127.0.0.1:8000/v1 'what is a view?'\n"
    "  torchproof ask - < questions.jsonl > answers.jsonl"
)
@click.argument("question")
@history_option
@click.option("--no-run", is_flag=True, help="Answer without running the cited code.")
@model_options
@json_option
@device_option
@index_option
def ask(
    question: str,
    history: Path | None,
    no_run: bool,
    model: str | None,
    base_url: str | None,
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
    with Runtime(folder, device=device, model=model, base_url=base_url) as runtime:
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
    from assistant.cli.show import citation_line

    early: list[SnippetReport] = []
    written = False
    text = ""
    for event in assistant.stream(question, past, run=run):
        if isinstance(event, Started) and event.contextualised != question.strip():
            click.echo(f"(understood as: {event.contextualised})\n")
        elif isinstance(event, Wrote):
            text += event.piece
            click.echo(event.piece, nl=False)
            sys.stdout.flush()
        elif isinstance(event, Cited):
            written = True
            if event.citations:
                click.echo(f"{_gap(text)}Sources")
            for citation in event.citations:
                click.echo(citation_line(citation))
            for report in early:
                _tell(report)
        elif isinstance(event, Running) and written:
            click.echo(f"\nRunning snippet {event.number} of {event.total} …", err=True)
        elif isinstance(event, Judged) and not written:
            early.append(event.report)  # code that a model wrote; its text comes first
        elif isinstance(event, Judged):
            _tell(event.report)


def _gap(text: str) -> str:
    """What stands between a text and what is printed below it: an empty line."""
    return "\n" * max(0, 2 - (len(text) - len(text.rstrip("\n"))))


def _tell(report: SnippetReport) -> None:
    from assistant.cli.show import report_lines

    click.echo()
    for line in report_lines(report):
        click.echo(line)
