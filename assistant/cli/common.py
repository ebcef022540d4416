"""What several commands share: options, progress, batches."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from corpus.errors import InputError, TorchproofError

if TYPE_CHECKING:
    from io import BufferedReader

    from assistant.types import Turn
    from index.build import Progress

F = TypeVar("F", bound=Callable[..., Any])

STAGES = {
    "reading": "Reading documents",
    "embedding": "Embedding passages",
    "verifying": "Running snippets",
}


def index_option(command: F) -> F:
    """`--index DIR`."""
    return click.option(
        "--index",
        "folder",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Index folder [default: in the user's data folder, or in TORCHPROOF_HOME].",
    )(command)


def device_option(command: F) -> F:
    """`--device`."""
    return click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda"]),
        default="auto",
        show_default=True,
        help="Where texts are embedded.",
    )(command)


def model_options(command: F) -> F:
    """`--model` and `--base-url`; what they leave open, the environment says."""
    url = click.option(
        "--base-url",
        metavar="URL",
        help="Address of the model's server; TORCHPROOF_MODEL_URL says it, too.",
    )(command)
    return click.option(
        "--model",
        metavar="PROVIDER:NAME",
        help="Chat model that words the answers; TORCHPROOF_MODEL names one for always.",
    )(url)


def json_option(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def history_option(command: F) -> F:
    """`--history FILE`."""
    return click.option(
        "--history",
        type=click.Path(path_type=Path, dir_okay=False),
        help='Conversation so far: a JSON list of {"role": "user"|"assistant", "content": "..."}.',
    )(command)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on stderr, one line a stage; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
                if not console.is_terminal:
                    click.echo(f"{STAGES.get(stage, stage)} ({total}) …", err=True)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def read_history(path: Path | None) -> list[Turn]:
    """The turns of a history file.

    Raises:
        InputError: the file is missing or is not a conversation.
    """
    if path is None:
        return []
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        reason = (fault.strerror or "cannot be read").lower()
        raise InputError(reason, where=str(path), hint="check the path") from fault
    except ValueError as fault:
        raise InputError(
            "not JSON", where=str(path), hint='give a list of {"role", "content"} objects'
        ) from fault
    return turns(raw, str(path))


def turns(raw: object, where: str) -> list[Turn]:
    """Conversation turns out of parsed JSON.

    Raises:
        InputError: it is something else than a list of role and content.
    """
    from pydantic import TypeAdapter, ValidationError

    from assistant.types import Turn

    try:
        return TypeAdapter(list[Turn]).validate_python(raw)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"not a conversation ({place or 'top level'}: {first['msg']})",
            where=where,
            hint='give a list of {"role": "user"|"assistant", "content": "..."} objects',
        ) from fault


def batch(answer: Callable[[str, list[Turn]], Mapping[str, Any]]) -> None:
    """Answers each JSON line of stdin with one JSON line on stdout, in order, as soon as known.

    A line is `{"id", "query", "history": []}`.  A bad one gives an object with `error` and its
    `id` where it had one; the rest goes on.
    """
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if raw.strip():
            print(json.dumps(_one(raw, number, answer), ensure_ascii=False), flush=True)


AT_ONCE = 64
"""Lines of a batch that are answered together; more would only delay the first answers."""


def batch_together(
    answer: Callable[[Sequence[tuple[str, list[Turn]]]], Sequence[Mapping[str, Any]]],
) -> None:
    """As `batch`, but lines that lie ready together are answered together, up to `AT_ONCE`.

    Whoever writes one line and waits gets its answer at once.  Where a line spoils its company,
    each is answered alone.
    """
    number = 0
    for lines in _ready_lines():
        read = []
        for raw in lines:
            number += 1
            if raw.strip():
                read.append((raw, number))
        asked: list[tuple[str, list[Turn]]] = []

        def note(text: str, past: list[Turn], asked: list[tuple[str, list[Turn]]] = asked) -> Any:  # noqa: ANN401
            asked.append((text, past))
            return {}

        carried = [_one(raw, at, note) for raw, at in read]
        try:
            together = iter(answer(asked))
            found = [c if "error" in c else {**c, **next(together)} for c in carried]
        except TorchproofError:
            found = [
                _one(raw, at, lambda text, past: answer([(text, past)])[0]) for raw, at in read
            ]
        for result in found:
            print(json.dumps(result, ensure_ascii=False), flush=True)


def _ready_lines() -> Iterator[list[bytes]]:
    """The lines of stdin in groups of what has arrived, at most `AT_ONCE` in one."""
    source = cast("BufferedReader", sys.stdin.buffer)
    rest = b""
    while arrived := source.read1(1 << 16):
        *lines, rest = (rest + arrived).split(b"\n")
        for start in range(0, len(lines), AT_ONCE):
            yield lines[start : start + AT_ONCE]
    if rest:
        yield [rest]


def _one(
    raw: bytes, number: int, answer: Callable[[str, list[Turn]], Mapping[str, Any]]
) -> Mapping[str, Any]:
    carried: dict[str, Any] = {}
    try:
        item = json.loads(raw.decode("utf-8"))
        if not isinstance(item, dict):
            raise InputError("not a JSON object", where=f"line {number}")
        if "id" in item:
            carried["id"] = item["id"]
        if not isinstance(item.get("query"), str):
            raise InputError("no text under 'query'", where=f"line {number}")
        past = turns(item.get("history") or [], f"line {number}")
        return {**carried, **answer(item["query"], past)}
    except TorchproofError as fault:
        return {**carried, "error": str(fault)}
    except (ValueError, RecursionError):
        return {**carried, "error": f"line {number}: not JSON in UTF-8"}
