"""Packets from the sandboxed process to the server: signed, numbered, cut to a socket's size.

The socket keeps packets apart (`SOCK_SEQPACKET`), so that junk which a snippet writes blindly into
every descriptor is dropped and spoils nothing that follows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

RECORD, IMAGE, DONE = b"r", b"i", b"d"
TAG_BYTES = 16
PIECE_BYTES = 48 * 1024
"""Below what a socket of the kernel's default buffer size takes as one packet."""


def sign(key: bytes, number: int, body: bytes) -> bytes:
    """The tag of packet `number` of a run."""
    return hashlib.blake2b(
        number.to_bytes(8, "big") + body, key=key, digest_size=TAG_BYTES
    ).digest()


class Receiver:
    """Puts the packets of one run back together.

    Attributes:
        records: what the driver emitted.
        images: PNG files.
        done: the last packet's content, once it came.
        bytes_of_records: signed bytes received as records.
        bytes_of_images: the same for images.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._number = 0
        self._partial = b""
        self.records: list[Mapping[str, Any]] = []
        self.images: list[bytes] = []
        self.done: Mapping[str, Any] | None = None
        self.bytes_of_records = 0
        self.bytes_of_images = 0

    def feed(self, packet: bytes) -> None:
        """Takes one packet; one that is not signed for its place is dropped."""
        tag, body = packet[:TAG_BYTES], packet[TAG_BYTES:]
        if len(body) < 2 or not hmac.compare_digest(tag, sign(self._key, self._number, body)):
            return
        self._number += 1
        kind, last, piece = body[:1], body[1:2] == b".", body[2:]
        if kind == RECORD:
            self.bytes_of_records += len(piece)
        elif kind == IMAGE:
            self.bytes_of_images += len(piece)
        self._partial += piece
        if last:
            content, self._partial = self._partial, b""
            self._take(kind, content)

    def _take(self, kind: bytes, content: bytes) -> None:
        if kind == IMAGE:
            self.images.append(content)
            return
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            return
        if not isinstance(value, dict):
            return
        if kind == RECORD:
            self.records.append(value)
        elif kind == DONE:
            self.done = value
