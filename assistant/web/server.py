"""Starts and ends the web app.  Importing this module does not import Gradio."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from assistant.runtime import Runtime

SILENT = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""Environment that keeps the libraries below from calling home."""


SWITCH = 0.001
"""Seconds for which one thread may compute while another waits: each word that is sent waits for
that several times over, by default for 5 ms behind every answer that is being worked on."""

MCP_PATH = "/gradio_api/mcp/"
"""Where the tools of the Model Context Protocol are served, over streamable HTTP."""


def check_mcp() -> None:
    """Sees to it that tools can be served.

    Raises:
        EnvironmentFault: the package that speaks the protocol is not installed.
    """
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise EnvironmentFault(
            "the package mcp is not installed", where="--mcp", hint='pip install "torchproof[mcp]"'
        )


def check_port(host: str, port: int) -> None:
    """Sees to it that `host:port` can be listened on, before anything slow is done.

    Raises:
        EnvironmentFault: the port is in use, or may not be bound.
        InputError: `host` is no address of this machine.
    """
    where = f"{host}:{port}"
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as fault:
        raise InputError(
            "no such address", where=f"--host {host}", hint="127.0.0.1 is this machine alone"
        ) from fault
    with contextlib.closing(socket.socket(family, kind, proto)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError as fault:
            raise EnvironmentFault(
                "this port may not be used", where=where, hint="choose one above 1023 with --port"
            ) from fault
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise EnvironmentFault(
                    "the port is in use",
                    where=where,
                    hint="end the other program, or choose another with --port",
                ) from fault
            raise InputError(
                "not an address of this machine",
                where=f"--host {host}",
                hint="127.0.0.1 is this machine alone",
            ) from fault


def serve(
    runtime: Runtime,
    host: str,
    port: int,
    *,
    auth: Sequence[tuple[str, str]] = (),
    mcp: bool = False,
    open_to_all: bool = False,
) -> None:
    """Serves the app until it is interrupted; prints its address when it is ready.

    Args:
        runtime: what answers.
        host: the address to listen on.
        port: and its port.
        auth: names and passwords; none lets in whoever can reach the address.
        mcp: whether `ask`, `search`, `verify` and `run` are also served as tools of the Model
            Context Protocol.
        open_to_all: whether strangers come in, who do not get to choose the chat model.

    Raises:
        EnvironmentFault: the port was taken in the meantime.
    """
    for name, value in SILENT.items():
        os.environ.setdefault(name, value)
    sys.setswitchinterval(SWITCH)
    from assistant.web.ahead import acquaint
    from assistant.web.app import build, launch_options

    blocks = build(runtime, choose_model=not open_to_all)
    try:
        # Gradio has its own lines to print on MCP; ours follow.
        with contextlib.redirect_stdout(io.StringIO()):
            blocks.launch(
                server_name=host,
                server_port=port,
                auth=list(auth) or None,
                prevent_thread_lock=True,
                **launch_options(mcp=mcp),
            )
    except OSError as fault:
        raise EnvironmentFault(
            "the port is in use", where=f"{host}:{port}", hint="choose another with --port"
        ) from fault
    acquaint(runtime)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shown = f"[{host}]" if ":" in host else host
    if mcp:
        print(f"MCP tools are at http://{shown}:{port}{MCP_PATH}", flush=True)
    print(f"Torchproof is at http://{shown}:{port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    runtime.close()  # ends what runs, which the pages' connections would wait for
    blocks.close(verbose=False)
