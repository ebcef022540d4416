"""`torchproof run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from assistant.cli.common import json_option


@click.command(
    epilog="\b\nExamples:\n  torchproof run snippet.py\n"
    "  echo 'import torch; print(torch.ones(2))' | torchproof run -"
)
@click.argument("file")
@click.option("--seconds", type=click.FloatRange(0.1, 600), help="Wall-clock limit.")
@json_option
def run(file: str, seconds: float | None, as_json: bool) -> int:
    """Run FILE, or stdin with `-`, in the sandbox: limited in time and memory, without network."""
    from assistant.runtime import Runtime
    from assistant.shapes import run_json

    code = read_code(file)
    with Runtime() as runtime:
        result = runtime.sandbox.run(code, seconds=seconds)
    if as_json:
        click.echo(json.dumps(run_json(result), ensure_ascii=False, indent=1))
    else:
        click.echo(result.stdout, nl=False)
        click.echo(result.stderr, nl=False, err=True)
        if result.status not in ("ok", "error"):
            click.echo(f"torchproof: {result.reason}", err=True)
    if result.status == "unavailable":
        return 2
    return 0 if result.status == "ok" else 1


def read_code(file: str) -> str:
    """The text of a Python file, or of stdin for `-`.

    Raises:
        InputError: it cannot be read, or is no text.
    """
    from corpus.errors import InputError

    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as fault:
        reason = (fault.strerror or "cannot be read").lower()
        raise InputError(reason, where=file, hint="check the path") from fault
    except UnicodeDecodeError as fault:
        raise InputError("not UTF-8 text", where=file, hint="give Python source") from fault
