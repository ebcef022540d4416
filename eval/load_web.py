"""N users at once against a running web app: time to the first text of an answer, and errors.

    python -m eval.load_web --address http://127.0.0.1:7860 --users 30 --seconds 60

Each user asks a question, waits for its end, and asks the next `--every` seconds after the last one
began, execution on.  Only this machine may be asked; the run is bounded by `--seconds`.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from corpus.errors import InputError

QUESTIONS = (
    "What does zero_grad do and when is it needed?",
    "How do Dataset and DataLoader divide the work?",
    "What is the difference between model.train() and model.eval()?",
    "How do I clip gradients?",
    "What optimizers does PyTorch provide and how do I configure them?",
    "How do I save and load a model?",
    "What is a tensor and which attributes describe it?",
    "Which loss function goes with which task?",
)
MOST_USERS = 200
LONGEST = 600


@dataclass(slots=True)
class Tally:
    """What all users saw; times in milliseconds from the request to the first text and the end."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def figures(self) -> dict[str, Any]:
        """Counts and percentiles."""
        return {
            "answers": len(self.whole),
            "errors": len(self.errors),
            "first_error": self.errors[0] if self.errors else "",
            "first_text_ms": _spread(self.first),
            "whole_ms": _spread(self.whole),
        }


class User:
    """One browser's worth of requests, without the browser."""

    def __init__(self, address: str, number: int) -> None:
        self._api = f"{address.rstrip('/')}/gradio_api"
        self._session = secrets.token_hex(6)
        self._random = random.Random(number)
        self._visitor = {"owner": secrets.token_hex(16), "conversation": "", "run": True}

    def ask(self, fn_index: int, tally: Tally, patience: float) -> None:
        """Asks one question and waits for the end of its answer."""
        began = time.perf_counter()
        first: float | None = None
        try:
            body = {
                "data": [self._random.choice(QUESTIONS), self._visitor, [], [], []],
                "fn_index": fn_index,
                "session_hash": self._session,
            }
            event = self._post("queue/join", body, patience)["event_id"]
            for message in self._messages(patience):
                if message.get("event_id") != event:
                    continue
                if first is None and "tp-prose" in json.dumps(message.get("output", "")):
                    first = 1000 * (time.perf_counter() - began)
                if message["msg"] == "process_completed":
                    if not message.get("success", True) or first is None:
                        raise RuntimeError(f"no answer: {str(message.get('output'))[:200]}")
                    break
            with tally.lock:
                tally.whole.append(1000 * (time.perf_counter() - began))
                tally.first.append(first or 0.0)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong is what is counted here
            with tally.lock:
                tally.errors.append(f"{type(fault).__name__}: {fault}")

    def _post(self, path: str, body: object, patience: float) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self._api}/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=patience) as reply:
            result: dict[str, Any] = json.load(reply)
            return result

    def _messages(self, patience: float) -> Iterator[dict[str, Any]]:
        address = f"{self._api}/queue/data?session_hash={self._session}"
        with urllib.request.urlopen(address, timeout=patience) as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


def run(address: str, users: int, every: float, seconds: float) -> dict[str, Any]:
    """Lets `users` ask for `seconds`, each every `every` seconds; returns the figures.

    Raises:
        InputError: `address` is not this machine, or a number is out of bounds.
    """
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
        raise InputError("not this machine", where=address, hint="load only what runs here")
    if not (1 <= users <= MOST_USERS and 0 < seconds <= LONGEST and every > 0):
        raise InputError(
            "out of bounds", hint=f"1 to {MOST_USERS} users, at most {LONGEST} s, every > 0"
        )
    fn_index = _ask_index(address)
    tally = Tally()
    ends = time.monotonic() + seconds

    def live(number: int) -> None:
        user = User(address, number)
        time.sleep(random.Random(number).uniform(0, min(every, seconds / 2)))
        while time.monotonic() < ends:
            began = time.monotonic()
            user.ask(fn_index, tally, patience=60)
            time.sleep(max(0.0, min(every - (time.monotonic() - began), ends - time.monotonic())))

    threads = [threading.Thread(target=live, args=(n,), daemon=True) for n in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 90)
    return {"users": users, "every_s": every, "seconds": seconds, **tally.figures()}


def _ask_index(address: str) -> int:
    """The number of the event that the question box fires when it is submitted."""
    with urllib.request.urlopen(f"{address.rstrip('/')}/config", timeout=30) as reply:
        config = json.load(reply)
    box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "tp-box")
    for dependency in config["dependencies"]:
        if [box, "submit"] in dependency["targets"]:
            return int(dependency["id"])
    raise InputError("no Torchproof answers there", where=address, hint="start `torchproof chat`")


def _spread(values: Sequence[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {name: round(cuts[at - 1], 1) for name, at in (("p50", 50), ("p95", 95), ("p99", 99))}


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(description="Load a running Torchproof on this machine.")
    parser.add_argument("--address", default="http://127.0.0.1:7860")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between questions")
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args(argv)
    try:
        figures = run(given.address, given.users, given.every, given.seconds)
    except (InputError, OSError) as fault:
        print(f"load_web: {fault}", file=sys.stderr)
        return 2
    print(json.dumps(figures, indent=1))
    return 1 if figures["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
