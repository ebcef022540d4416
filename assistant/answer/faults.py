"""What went wrong with a chat model, told apart by what can be done about it.

Every provider's package has exceptions of its own.  None of them is imported here: they are told
apart by the HTTP status they carry, by their names, and by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.answer.secrets import redacted

FaultKind = Literal[
    "refused", "key", "missing", "rate", "server", "timeout", "broken", "empty", "too_long",
    "tools", "other",
]  # fmt: skip

WORDS: dict[FaultKind, str] = {
    "refused": "no server answers there",
    "key": "the server does not accept the key",
    "missing": "the server does not know this model",
    "rate": "the server asks for fewer requests",
    "server": "the server failed",
    "timeout": "it took too long",
    "broken": "the reply broke off",
    "empty": "the reply was empty",
    "too_long": "the prompt is too long for it",
    "tools": "it cannot call tools",
    "other": "",
}
AGAIN: frozenset[FaultKind] = frozenset({"refused", "rate", "server", "timeout", "broken", "empty"})
"""What another attempt may help against."""

DETAIL = 160
"""Characters of a provider's own words that are passed on."""

_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|window|size)|maximum context|too (?:many tokens|long)"
    r"|exceeds? .{0,30}(?:context|tokens|n_ctx)|prompt is too long|max_model_len",
    re.I,
)
_TOOLS = re.compile(r"\btools?\b|tool[_-]choice|function[_ ]call", re.I)
_MISSING = re.compile(r"model.{0,80}(?:not found|does not exist|not exist|unknown)|no such model")
_MALFORMED = (
    "JSONDecodeError", "RemoteProtocolError", "IncompleteRead", "ChunkedEncodingError", "ReadError",
    "DecodingError", "UnicodeDecodeError", "StreamError",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of a model.

    Attributes:
        kind: what it was.
        says: one line for the user, without any key.
        wait: seconds the server asks to wait, if it does.
    """

    kind: FaultKind
    says: str
    wait: float | None = None

    @property
    def again(self) -> bool:
        """Whether another attempt may help."""
        return self.kind in AGAIN


class ModelFailed(Exception):
    """A chat model gave no reply, or broke off in one; carries the `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.says)
        self.fault = fault


def told(kind: FaultKind, detail: str = "", wait: float | None = None) -> Fault:
    """A fault of a kind, with the provider's words for it where they add something."""
    first = next((line.strip() for line in redacted(detail).splitlines() if line.strip()), "")
    first = first if len(first) <= DETAIL else f"{first[:DETAIL].rstrip()}…"
    if kind == "other":
        return Fault(kind, first or "it failed", wait)
    says = f"{WORDS[kind]}: {first}" if first else WORDS[kind]
    return Fault(kind, says, wait)


def fault_of(error: BaseException) -> Fault:
    """What an exception of a provider's package means."""
    if isinstance(error, ModelFailed):
        return error.fault
    chain = list(_chain(error))
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    status = next((s for s in map(_status, chain) if s), 0)
    words = _words(error)
    if status in (0, 408) and names & {"TimeoutError", "TimeoutException", "APITimeoutError"}:
        return told("timeout")
    if _TOO_LONG.search(words) and status in (0, 400, 413, 422):
        return told("too_long")
    if status in (400, 404, 422, 500, 501) and _TOOLS.search(words):
        return told("tools")
    if status in (401, 403):
        return told("key")
    if status == 404 or (status in (0, 400) and _MISSING.search(words)):
        return told("missing", "" if status == 404 else words)
    if status == 429:
        wait = _retry_after(chain)
        return told("rate", f"it says to wait {wait:g} s" if wait else "", wait)
    if status >= 500:
        return told("server", f"status {status}", _retry_after(chain))
    if names.intersection(_MALFORMED) or "peer closed" in words:
        return told("broken")
    if names & {"ConnectError", "ConnectionRefusedError", "APIConnectionError"}:
        return told("refused")
    if names & {"APIError"} and not status:
        return told("broken", words)
    return told("other", words or type(error).__name__)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    """What the server said, out of its JSON where there is some."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(inner, dict) and isinstance(inner.get("message"), str):
        return str(inner["message"])
    return inner if isinstance(inner, str) else str(error)


def _status(error: BaseException) -> int:
    found = getattr(error, "status_code", None)
    if found is None:
        found = getattr(getattr(error, "response", None), "status_code", None)
    return found if isinstance(found, int) and 100 <= found < 600 else 0


def _retry_after(chain: list[BaseException]) -> float | None:
    for one in chain:
        headers = getattr(getattr(one, "response", None), "headers", None)
        given = headers.get("retry-after") if headers is not None else None
        try:
            if given is not None:
                return max(0.0, float(given))
        except ValueError:
            continue
    return None
