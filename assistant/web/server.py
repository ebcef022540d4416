"""Starts and ends the web app.  Importing this module does not import Gradio."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from assistant.runtime import Runtime

SILENT = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""Environment that keeps the libraries below from calling home."""


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


def serve(runtime: Runtime, host: str, port: int, *, auth: Sequence[tuple[str, str]] = ()) -> None:
    """Serves the app until it is interrupted; prints its address when it is ready.

    Args:
        runtime: what answers.
        host: the address to listen on.
        port: and its port.
        auth: names and passwords; none lets in whoever can reach the address.

    Raises:
        EnvironmentFault: the port was taken in the meantime.
    """
    for name, value in SILENT.items():
        os.environ.setdefault(name, value)
    from assistant.web.app import build, launch_options

    blocks = build(runtime)
    try:
        blocks.launch(
            server_name=host,
            server_port=port,
            auth=list(auth) or None,
            prevent_thread_lock=True,
            **launch_options(),
        )
    except OSError as fault:
        raise EnvironmentFault(
            "the port is in use", where=f"{host}:{port}", hint="choose another with --port"
        ) from fault
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shown = f"[{host}]" if ":" in host else host
    print(f"Torchproof is at http://{shown}:{port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    blocks.close(verbose=False)
