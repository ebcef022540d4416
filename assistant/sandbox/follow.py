"""Following one run from the server: its output, its report, its end, its time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from assistant.sandbox.limits import Limits, human_bytes, human_seconds
from assistant.sandbox.output import Kept
from assistant.sandbox.warm import Warm, memory_file
from assistant.sandbox.wire import Receiver
from assistant.types import ExecutionResult, Failure

PATIENCE_SECONDS = 3.0
"""How long a stopped run's end is waited for before the warm process itself is given up."""
_READ = 1 << 18
_READS_AT_THE_END = 1000
"""More than fits into a pipe or a socket; a session's thread may write on and on."""
_MESSAGE_CHARACTERS = 20_000


class Lost(Exception):
    """The warm process died, or does not answer; `started`: foreign code had begun by then."""

    def __init__(self, why: str, *, started: bool = True) -> None:
        super().__init__(why)
        self.started = started


class Streams:
    """The pipes and sockets of one run, both ends; ours are read without blocking."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.key = secrets.token_bytes(16)
        self._out, self._out_theirs = os.pipe()
        self._err, self._err_theirs = os.pipe()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._report, self._report_theirs = ours.detach(), theirs.detach()
        for descriptor in (self._out, self._err, self._report):
            os.set_blocking(descriptor, False)
        self._kept = {
            self._out: Kept(self.limits.output_bytes),
            self._err: Kept(self.limits.output_bytes),
        }
        self.received = Receiver(self.key)

    @property
    def theirs(self) -> tuple[int, int, int]:
        """The ends for the run: stdout, stderr, report."""
        return self._out_theirs, self._err_theirs, self._report_theirs

    @property
    def ours(self) -> tuple[int, int, int]:
        """The ends to poll."""
        return self._out, self._err, self._report

    def given(self) -> None:
        """Closes the run's ends here, once they are handed over."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self._out_theirs = self._err_theirs = self._report_theirs = -1

    def read(self, descriptor: int) -> bool:
        """Takes what is there; whether the other end may still say more."""
        try:
            data = os.read(descriptor, _READ)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        kept = self._kept.get(descriptor)
        if kept is not None:
            kept.feed(data)
        else:
            self.received.feed(data)
        return True

    def drain(self) -> None:
        """Takes what was written before the run's end; never waits, and not for ever."""
        for descriptor in self.ours:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            for _ in range(_READS_AT_THE_END):
                if not poll.poll(0) or not self.read(descriptor):
                    break

    def excess(self) -> str:
        """The sentence for a run that says more than it may, else empty."""
        if self.received.bytes_of_records > self.limits.record_bytes:
            return f"stopped: more than {human_bytes(self.limits.record_bytes)} of records"
        if self.received.bytes_of_images > self.limits.image_bytes:
            return f"stopped: more than {human_bytes(self.limits.image_bytes)} of figures"
        return ""

    def result(self, seconds: float, tier: str, reason: str, ended: str) -> ExecutionResult:
        """What came of it.

        Args:
            seconds: wall clock.
            tier: the isolation.
            reason: why it was stopped, if it was.
            ended: how its process ended if it did so by itself, for want of a report.
        """
        common: dict[str, Any] = {
            "stdout": self._kept[self._out].text(),
            "stderr": self._kept[self._err].text(),
            "seconds": seconds,
            "tier": tier,
            "records": tuple(self.received.records),
            "images": tuple(self.received.images),
        }
        if reason:
            timed_out = reason.startswith("stopped after") and "processor" not in reason
            return ExecutionResult("timeout" if timed_out else "killed", reason=reason, **common)
        report = self.received.done
        if report is None:
            return ExecutionResult("killed", reason=ended, **common)
        failure = _failure(report.get("error"))
        return ExecutionResult("ok" if failure is None else "error", error=failure, **common)

    def close(self) -> None:
        """Closes everything still open."""
        for descriptor in (*self.ours, *self.theirs):
            if descriptor >= 0:
                os.close(descriptor)


def _failure(value: object) -> Failure | None:
    """The report's exception; what does not look like one is still an error."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return Failure("Error", "")
    line = value.get("line")
    return Failure(
        type=str(value.get("type", "Error"))[:200],
        message=str(value.get("message", ""))[:_MESSAGE_CHARACTERS],
        line=line if isinstance(line, int) and not isinstance(line, bool) else None,
        source_line=str(value.get("source_line", ""))[:_MESSAGE_CHARACTERS],
    )


def job_file(
    code: str, payload: Mapping[str, Any], key: bytes, name: str, **more: str | None
) -> int:
    """A descriptor with everything that the run's own process needs to know."""
    job = {"code": code, "payload": payload, "key": key.hex(), "name": name, **more}
    return memory_file(json.dumps(job).encode())


def said_at_the_end(message: Mapping[str, Any]) -> str:
    """How a process ended that did not finish: the sentence for it."""
    code = message["exit"]
    if code < 0:
        return f"its process died of signal {-code} ({_signal_name(-code)})"
    return f"its process ended itself before the code was through (exit status {code})"


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return "unknown"


def follow(
    streams: Streams, status: int, seconds: float, tier: str, stop: Callable[[str], None]
) -> ExecutionResult:
    """Waits for the end of a run that was begun; stops it when it goes too far.

    Args:
        streams: its streams.
        status: the socket on which the warm process, and the child until the code starts, speak.
        seconds: wall clock allowed from the start of the code on.
        tier: for the result.
        stop: asks for the run's end, with the reason.

    Raises:
        Lost: the warm process died, or does not end the run.
    """
    started: float | None = None
    deadline = time.monotonic() + seconds + PATIENCE_SECONDS
    stopping = False
    poll = select.poll()
    for descriptor in (*streams.ours, status):
        poll.register(descriptor, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        events = poll.poll(max(left, 0) * 1000)
        if time.monotonic() >= deadline:
            if stopping or started is None:
                raise Lost("it did not answer", started=started is not None)
            stop(f"stopped after {human_seconds(seconds)}")
            stopping, deadline = True, time.monotonic() + PATIENCE_SECONDS
        for descriptor, _ in events:
            if descriptor != status:
                if not streams.read(descriptor):
                    poll.unregister(descriptor)
                excess = streams.excess()
                if excess and not stopping:
                    stop(excess)
                    stopping, deadline = True, time.monotonic() + PATIENCE_SECONDS
                continue
            data = os.read(status, 1 << 16)
            if not data:
                raise Lost("it ended", started=started is not None)
            message = json.loads(data)
            if "started" in message:
                started = time.monotonic()
                deadline = started + seconds
            elif "failed" in message:
                return ExecutionResult("unavailable", reason=message["failed"], tier=tier)
            else:
                spent = time.monotonic() - started if started is not None else 0.0
                streams.drain()
                reason = message["reason"]
                return streams.result(spent, tier, reason, said_at_the_end(message))


def run_once(
    warm: Warm,
    code: str,
    limits: Limits,
    *,
    seconds: float,
    driver: str | None = None,
    payload: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> ExecutionResult:
    """Runs `code` in a child of a warm process and waits for its end.

    Raises:
        Lost: the warm process died, or does not end the run.
        OSError: the warm process is gone already.
    """
    name = None if driver is None else warm.teach(driver)
    streams = Streams(limits)
    status, status_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    job = job_file(code, payload or {}, streams.key, "snippet.py")
    with status, status_theirs:
        try:
            number = warm.begin(
                (job, status_theirs.fileno(), *streams.theirs),
                limits,
                seconds=seconds + PATIENCE_SECONDS,
                seed=seed,
                driver=name,
            )
            streams.given()
            status_theirs.close()
            return follow(
                streams,
                status.fileno(),
                seconds,
                warm.tier,
                lambda reason: warm.stop(number, reason),
            )
        finally:
            streams.close()
            os.close(job)
