"""Nothing calls home: no telemetry by default, tracing where the user turns it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WATCHED = """
import ipaddress, socket, sys
abroad = []

def watched(call):
    def checked(self, address, *rest):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            try:
                home = host == "localhost" or ipaddress.ip_address(host).is_loopback
            except ValueError:
                home = False
            if not home:
                abroad.append(address)
                raise ConnectionRefusedError(f"no way to {host}")
        return call(self, address, *rest)
    return checked

socket.socket.connect = watched(socket.socket.connect)
socket.socket.connect_ex = watched(socket.socket.connect_ex)
resolve = socket.getaddrinfo

def looked_up(host, *rest, **more):
    if host not in (None, "localhost", "127.0.0.1", "0.0.0.0", "::1", "::"):
        abroad.append(host)
        raise socket.gaierror("no way")
    return resolve(host, *rest, **more)

socket.getaddrinfo = looked_up
"""
QUIET = """
import json, os, urllib.request
from assistant.ecosystem.langchain import tools
from assistant import Torchproof
from assistant.web.server import SILENT
import time

with Torchproof(sys.argv[1], run=False, device="cpu") as torchproof:
    assert torchproof.ask("What does dropout do in evaluation mode?").answerable
    assert "answer this" in tools(torchproof)[0].invoke({"query": "dropout"})
    for name, value in SILENT.items():
        os.environ.setdefault(name, value)
    from assistant.web.app import build, launch_options

    blocks = build(torchproof.runtime)
    blocks.launch(server_name="127.0.0.1", prevent_thread_lock=True, **launch_options())
    page = urllib.request.urlopen(blocks.local_url).read()
    time.sleep(1)
    blocks.close(verbose=False)
    import gradio.analytics
    from langsmith.utils import tracing_is_enabled

    print(json.dumps({
        "abroad": abroad, "page": len(page), "gradio": gradio.analytics.analytics_enabled(),
        "blocks": blocks.analytics_enabled, "langsmith": bool(tracing_is_enabled()),
    }))
"""
TRACED = """
from langchain_core.tracers.langchain import wait_for_all_tracers
from opentelemetry import trace
from assistant.ecosystem.langchain import tools

search, verify = tools()
call = {"type": "tool_call", "name": "verify_snippet", "id": "1", "args": {"code": ""}}
print(verify.invoke(call))
wait_for_all_tracers()
trace.get_tracer_provider().force_flush()
"""


def run(script: str, *arguments: str | Path, **more: str) -> str:
    told = {"LANGSMITH_", "LANGCHAIN_", "OTEL_", "GRADIO_", "HF_HUB_DISABLE_"}
    kept = {k: v for k, v in os.environ.items() if not any(k.startswith(one) for one in told)}
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**kept, **more},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_leaves_the_machine_by_default(small_index: Path) -> None:
    said = json.loads(run(WATCHED + QUIET, small_index).splitlines()[-1])
    assert said.pop("page") > 1000
    assert said == {"abroad": [], "gradio": False, "blocks": False, "langsmith": False}


def test_tracing_records_our_tools_when_the_user_turns_it_on() -> None:
    heard: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            heard.append(self.path + body.decode("utf-8", "replace"))
            self._answer(b"{}")

        do_PATCH = do_POST  # noqa: N815 - the name that http.server looks for

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        run(
            TRACED,
            LANGSMITH_TRACING="true",
            LANGSMITH_API_KEY="a-key",
            LANGSMITH_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
            LANGSMITH_DISABLE_RUN_COMPRESSION="true",
            LANGSMITH_OTEL_ENABLED="true",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
        )
    finally:
        server.shutdown()
        server.server_close()
    for path in ("/runs", "/v1/traces"):
        assert any(one.startswith(path) and "verify_snippet" in one for one in heard), path
