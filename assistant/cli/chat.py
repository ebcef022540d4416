"""`torchproof chat`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from assistant.cli.common import device_option, index_option, model_options, progress_bar

NICENESS = 10
"""Of the snippets' processes: they get a tenth of what the server gets when both are busy."""


@click.command(
    epilog="\b\nExamples:\n  torchproof chat\n  torchproof chat --port 8080\n"
    "  torchproof chat --model ollama:llama3.2\n"
    "  torchproof chat --mcp"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="Port."
)
@click.option(
    "--auth",
    envvar="TORCHPROOF_AUTH",
    metavar="USER:PASSWORD",
    help="Ask for this login; TORCHPROOF_AUTH_FILE names a file with one a line.",
)
@click.option("--no-auth", is_flag=True, help="Let in whoever can reach a --host of this network.")
@model_options
@click.option(
    "--mcp", is_flag=True, help="Also serve ask, search, verify and run as MCP tools, over HTTP."
)
@device_option
@index_option
def chat(
    host: str,
    port: int,
    auth: str | None,
    no_auth: bool,
    model: str | None,
    base_url: str | None,
    mcp: bool,
    device: str,
    folder: Path | None,
) -> None:
    """Serve the web app; builds the index of the built-in corpus first where there is none.

    Other addresses than this machine's own need a login: --auth, or a file.
    """
    from assistant.web.access import logins
    from assistant.web.server import check_mcp, check_port, serve

    users = logins(host, auth, os.environ.get("TORCHPROOF_AUTH_FILE"), open_to_all=no_auth)
    check_port(host, port)
    if mcp:
        check_mcp()
    from assistant.runtime import Runtime

    # Whoever waits for a first word comes before the snippets of those who are reading.
    with Runtime(
        folder, device=device, model=model, base_url=base_url, niceness=NICENESS
    ) as runtime:
        runtime.sandbox  # noqa: B018 - warms up while the index loads
        with progress_bar() as progress:
            runtime.report_to(progress)
            runtime.assistant  # noqa: B018 - loaded before the first visitor comes
        serve(runtime, host, port, auth=users, mcp=mcp, open_to_all=no_auth)
