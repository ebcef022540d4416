"""Cells that share a namespace, run one after another in one sandboxed process."""

from __future__ import annotations

import json
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from assistant.sandbox.follow import (
    PATIENCE_SECONDS,
    Lost,
    Streams,
    job_file,
    said_at_the_end,
)
from assistant.sandbox.keeper import Keeper
from assistant.sandbox.limits import Limits, human_seconds
from assistant.sandbox.warm import Warm, driver_name
from assistant.types import ExecutionResult

IDLE_SECONDS = 600.0
"""How long a session may stand unused before the warm process ends it."""


class Session:
    """A namespace that lives on; get one from `SandboxService.open_session`.

    A cell that hits a limit ends the session; further runs then answer `unavailable`.
    """

    def __init__(
        self,
        place: Callable[[], AbstractContextManager[None]],
        keeper: Keeper,
        limits: Limits,
        seed: int,
    ) -> None:
        self._place = place
        self._keeper = keeper
        self._own: Warm | None = None
        self._limits = limits
        self._seed = seed
        self._lock = threading.Lock()
        self._warm: Warm | None = None
        self._number = 0
        self._cells = 0
        self._over = ""
        self._requests: socket.socket | None = None
        self._status: socket.socket | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session's process."""
        with self._lock:
            self._end("the session is closed")

    def run(
        self,
        code: str,
        *,
        seconds: float | None = None,
        driver: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> ExecutionResult:
        """Runs `code` after the cells before it; arguments as `SandboxService.run` has them."""
        with self._lock, self._place():
            if self._over:
                return ExecutionResult("unavailable", reason=self._over)
            warm = self._warm or self._find_warm()
            if warm is None:
                return ExecutionResult("unavailable", reason=self._keeper.reason)
            streams = Streams(self._limits)
            try:
                if self._warm is None:
                    self._begin(warm)
                elif not warm.alive:
                    raise Lost("its process ended")
                return self._cell(code, seconds or self._limits.seconds, driver, payload, streams)
            except (Lost, OSError) as error:
                self._end(f"the session ended: {error}")
                return ExecutionResult("killed", reason=self._over, tier=warm.tier)
            finally:
                streams.close()

    def _find_warm(self) -> Warm | None:
        """The shared warm process; one of its own where only one run at a time may live in it."""
        warm = self._keeper.ready()
        if warm is None or self._keeper.tier is None or self._keeper.tier.parallel:
            return warm
        self._own = self._keeper.another()
        return self._own

    def _begin(self, warm: Warm) -> None:
        requests, requests_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        status, status_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._warm, self._requests, self._status = warm, requests, status
        with requests_theirs, status_theirs:
            self._number = warm.begin(
                (requests_theirs.fileno(), status_theirs.fileno()),
                self._limits,
                seconds=IDLE_SECONDS,
                seed=self._seed,
                driver=None,
                session=True,
            )
        status.settimeout(self._limits.seconds + PATIENCE_SECONDS)
        message = status.recv(1 << 16)
        if b"started" not in message:
            raise Lost(message.decode("utf-8", "replace") or "it did not start")

    def _cell(
        self,
        code: str,
        seconds: float,
        driver: str | None,
        payload: Mapping[str, Any] | None,
        streams: Streams,
    ) -> ExecutionResult:
        assert self._warm is not None
        assert self._requests is not None
        assert self._status is not None
        self._cells += 1
        job = job_file(
            code,
            payload or {},
            streams.key,
            "snippet.py" if self._cells == 1 else f"snippet_{self._cells}.py",
            driver=None if driver is None else driver_name(driver),
            driver_source=driver,
        )
        self._warm.order({"op": "cell", "id": self._number, "seconds": seconds + IDLE_SECONDS})
        try:
            socket.send_fds(self._requests, [b"cell"], [job, *streams.theirs])
        finally:
            os.close(job)
        streams.given()
        return self._await(seconds, streams)

    def _await(self, seconds: float, streams: Streams) -> ExecutionResult:
        assert self._warm is not None
        assert self._status is not None
        started = time.monotonic()
        deadline = started + seconds
        poll = select.poll()
        for descriptor in (*streams.ours, self._status.fileno()):
            poll.register(descriptor, select.POLLIN)
        stopping = ""
        while True:
            events = poll.poll(max(deadline - time.monotonic(), 0) * 1000)
            excess = "" if stopping else streams.excess()
            if time.monotonic() >= deadline or excess:
                if stopping:
                    raise Lost("it did not answer")
                stopping = excess or f"stopped after {human_seconds(seconds)}"
                self._warm.stop(self._number, stopping)
                deadline = time.monotonic() + PATIENCE_SECONDS
            for descriptor, _ in events:
                if descriptor != self._status.fileno():
                    if not streams.read(descriptor):
                        poll.unregister(descriptor)
                    continue
                data = self._status.recv(1 << 16)
                if not data:
                    raise Lost("the warm process is gone")
                return self._died(data, started, streams)
            if streams.received.done is not None and not stopping:
                spent = time.monotonic() - started
                streams.drain()
                return streams.result(spent, self._warm.tier, "", "")

    def _died(self, data: bytes, started: float, streams: Streams) -> ExecutionResult:
        assert self._warm is not None
        message = json.loads(data)
        streams.drain()
        ended = said_at_the_end(message)
        self._over = f"the session ended: {message['reason'] or ended}"
        # A report that came before the end was the cell's own; the process did not survive it.
        streams.received.done = None
        spent = time.monotonic() - started
        return streams.result(spent, self._warm.tier, message["reason"], ended)

    def _end(self, reason: str) -> None:
        self._over = self._over or reason
        if self._warm is not None and self._number:
            self._warm.stop(self._number, reason)
        for sock in (self._requests, self._status):
            if sock is not None:
                sock.close()
        self._requests = self._status = None
        if self._own is not None:
            self._own.close()
            self._own = None
