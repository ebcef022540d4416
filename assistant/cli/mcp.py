"""`torchproof mcp`."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from assistant.cli.common import device_option, index_option, model_options


@click.command(
    epilog="\b\nExamples:\n  torchproof mcp                      # for a client that starts it\n"
    "  torchproof mcp --index notes-index --model ollama:llama3.2\n"
    '  {"mcpServers": {"torchproof": {"command": "torchproof", "args": ["mcp"]}}}'
)
@model_options
@click.option("--no-run", is_flag=True, help="`ask` answers without running the cited code.")
@device_option
@index_option
def mcp(
    model: str | None, base_url: str | None, no_run: bool, device: str, folder: Path | None
) -> None:
    """Offer search, ask, verify_snippet and run to an MCP client, over stdin and stdout.

    Needs the extra `mcp`.  Ends when the client closes stdin.
    """
    from assistant.api import Torchproof
    from assistant.ecosystem.mcp_server import server

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status: int | None = None
    with Torchproof(
        folder, model=model, run=not no_run, base_url=base_url, device=device
    ) as torchproof:
        made = server(torchproof)
        torchproof.runtime.sandbox  # noqa: B018 - warms up while the client says hello
        try:
            made.run("stdio")
        except* KeyboardInterrupt:
            status = 130
        except* BrokenPipeError:
            status = 0  # the client has gone
    if status is not None:
        # A thread still waits for the next line of stdin; it cannot be woken, and Python would wait
        # for it.  Everything else has ended.
        os._exit(status)
