"""What is kept of a stream that may never end: its head, its tail and the count between them."""

from __future__ import annotations

from collections import deque

from assistant.sandbox.limits import human_bytes


class Kept:
    """Keeps at most `cap` bytes of a stream: three quarters of them its head, the rest its tail."""

    def __init__(self, cap: int) -> None:
        self._head_cap = cap * 3 // 4
        self._tail_cap = cap - self._head_cap
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._seen = 0

    def feed(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._seen += len(data)
        room = self._head_cap - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if not data:
            return
        data = data[-self._tail_cap :]
        self._tail.append(data)
        self._tail_bytes += len(data)
        while self._tail_bytes - len(self._tail[0]) >= self._tail_cap:
            self._tail_bytes -= len(self._tail.popleft())

    def text(self) -> str:
        """What was kept, undecodable bytes replaced; `… N more` stands where some are missing."""
        tail = b"".join(self._tail)[-self._tail_cap :]
        missing = self._seen - len(self._head) - len(tail)
        if missing == 0:
            return (bytes(self._head) + tail).decode("utf-8", "replace")
        head_text = self._head.decode("utf-8", "replace")
        return f"{head_text}\n… {human_bytes(missing)} more …\n{tail.decode('utf-8', 'replace')}"
