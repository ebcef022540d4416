"""A server that says what a script tells it to, in the protocols of OpenAI and of Ollama.

It is a real HTTP server on the loopback that streams as real ones do, and misbehaves as they do:
refusals, rate limits, streams that break, stall or make no sense.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

Ending = Literal["stop", "length", "cut", "garbage", "stall", "silence"]
"""How a stream ends: as it should; at the model's limit; closed half-way; in a line that is no
JSON; in a pause longer than anybody waits; without a word on why."""


@dataclass(frozen=True, slots=True)
class Say:
    """One reply of the script.

    Attributes:
        text: what is said, streamed word by word unless `pieces` cuts it otherwise.
        pieces: the tokens of the stream; empty: the words of `text`.
        pause: seconds before each token.
        status: of HTTP; another than 200 sends `text` as the error's message.
        headers: of an error.
        ending: of the stream.
        calls: tools that are called, as name and arguments; arguments may be no JSON.
        only_without_tools: refuses requests that offer tools, as servers do that cannot call any.
        most: refuses prompts of more characters as too long for the context; 0: none.
        echo: repeats the key that it was sent in what it says.
    """

    text: str = ""
    pieces: tuple[str, ...] = ()
    pause: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = "stop"
    calls: tuple[tuple[str, str], ...] = ()
    only_without_tools: bool = False
    most: int = 0
    echo: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is sent piece by piece."""
        if self.pieces:
            return self.pieces
        return tuple(word for word in self.text.replace(" ", " \0").split("\0") if word)


@dataclass(slots=True)
class Heard:
    """One request: where it went, its headers, its JSON."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All that was said to the model."""
        return "\n".join(str(m.get("content") or "") for m in self.body.get("messages", []))


class WriterServer:
    """Serves a script; replies are given one after the other, the last one again and again.

    Attributes:
        heard: the requests so far.
        sent: monotonic seconds at which each token left.
    """

    def __init__(self, *script: Say) -> None:
        self.script: Sequence[Say] = script
        self.heard: list[Heard] = []
        self.sent: list[float] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._http = _Quiet(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(
            target=lambda: self._http.serve_forever(0.05), name="writer-server", daemon=True
        )

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def openai(self) -> str:
        """The `base_url` for clients of OpenAI's protocol."""
        return f"{self.address}/v1"

    def play(self, *script: Say) -> None:
        """Begins another script, and forgets what was heard."""
        with self._lock:
            self.script = script
            self.heard.clear()
            self.sent.clear()

    def next(self, request: Heard) -> Say:
        """Takes a request in; the reply that is due."""
        with self._lock:
            self.heard.append(request)
            return self.script[min(len(self.heard), len(self.script)) - 1]

    def wait(self, seconds: float) -> None:
        """Waits, but not longer than the server lives."""
        self._stop.wait(seconds)

    def __enter__(self) -> WriterServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what is being tried here."""


def _handler(server: WriterServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

        def do_GET(self) -> None:
            self._json(200, {"object": "list", "data": [{"id": "scripted"}], "models": []})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
            asked = Heard(self.path, dict(self.headers.items()), body)
            say = server.next(asked)
            try:
                self._answer(asked, say)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _answer(self, asked: Heard, say: Say) -> None:
            if say.status != 200:
                message = say.text or "scripted"
                if say.echo:
                    message += f" {self.headers.get('authorization', '')}"
                self._fail(say.status, message, say.headers)
            elif say.only_without_tools and asked.body.get("tools"):
                self._fail(400, "this model does not support tools", {})
            elif say.most and len(asked.prompt) > say.most:
                self._fail(400, "the prompt exceeds the model's maximum context length", {})
            else:
                self._stream(say, ollama=asked.path.endswith("/api/chat"))

        def _fail(self, status: int, message: str, headers: Mapping[str, str]) -> None:
            ollama = self.path.endswith("/api/chat")
            error: object = message if ollama else {"message": message, "type": "scripted"}
            self._json(status, {"error": error}, headers)

        def _stream(self, say: Say, *, ollama: bool) -> None:
            self.send_response(200)
            kind = "application/x-ndjson" if ollama else "text/event-stream"
            self.send_header("content-type", kind)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            tokens = say.tokens
            if say.echo:
                tokens = (*tokens, f" {self.headers.get('authorization', '')}.")
            if say.ending in ("cut", "garbage", "stall"):
                tokens = tokens[: max(1, len(tokens) // 2)] if tokens else ()
            for token in tokens:
                server.wait(say.pause)
                server.sent.append(time.monotonic())
                self._chunk(_said(token, ollama=ollama))
            match say.ending:
                case "stall":
                    server.wait(60)
                    self.close_connection = True
                    return
                case "cut":
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                case "garbage":
                    self._chunk("data: {this is no JSON\n\n" if not ollama else "{no JSON\n")
            if say.calls:
                self._chunk(_called(say.calls, ollama=ollama))
            if say.ending != "silence":
                for line in _ended(say, ollama=ollama):
                    self._chunk(line)
            self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str) -> None:
            data = text.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def _json(self, status: int, body: object, headers: Mapping[str, str] = {}) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "content-type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _event(delta: Mapping[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    whole = {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }
    return f"data: {json.dumps(whole)}\n\n"


def _line(message: Mapping[str, Any], **more: object) -> str:
    whole = {
        "model": "scripted",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", **message},
        "done": False,
        **more,
    }
    return json.dumps(whole) + "\n"


def _said(token: str, *, ollama: bool) -> str:
    return _line({"content": token}) if ollama else _event({"content": token})


def _called(calls: Sequence[tuple[str, str]], *, ollama: bool) -> str:
    if ollama:
        named = [
            {"function": {"name": name, "arguments": json.loads(arguments)}}
            for name, arguments in calls
        ]
        return _line({"content": "", "tool_calls": named})
    numbered = [
        {
            "index": n,
            "id": f"call_{n}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for n, (name, arguments) in enumerate(calls)
    ]
    return _event({"tool_calls": numbered})


def _ended(say: Say, *, ollama: bool) -> list[str]:
    reason = "tool_calls" if say.calls and not ollama else say.ending
    if ollama:
        return [_line({"content": ""}, done=True, done_reason=reason)]
    return [_event({}, reason if reason != "garbage" else "stop"), "data: [DONE]\n\n"]
