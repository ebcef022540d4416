"""What a model thinks aloud between `<think>` and `</think>` is no part of its answer."""

from __future__ import annotations

import re

_OPEN = re.compile(r"<(think|thinking|reasoning)>")
_TAGS = ("<think>", "<thinking>", "<reasoning>", "</think>", "</thinking>", "</reasoning>")
_LONGEST = max(map(len, _TAGS))


class Unthinking:
    """Takes the thoughts out of a stream; what may begin a tag is held back until it is known."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = ""

    def feed(self, text: str) -> str:
        """What of the stream so far is answer, and has not been given yet."""
        self._held += text
        out = ""
        while True:
            if self._inside:
                close = f"</{self._inside}>"
                thought, found, rest = self._held.partition(close)
                if not found:
                    self._held = thought[-len(close) :]
                    return out
                self._held, self._inside = rest.lstrip(), ""
            opened = _OPEN.search(self._held)
            if opened is None:
                keep = _could_begin_a_tag(self._held)
                cut = len(self._held) - keep
                out, self._held = out + self._held[:cut], self._held[cut:]
                return re.sub(r"</(?:think|thinking|reasoning)>\s*", "", out)
            out += self._held[: opened.start()]
            self._inside, self._held = opened[1], self._held[opened.end() :]

    def finish(self) -> str:
        """What was still held back; nothing where the stream ended in a thought."""
        rest = "" if self._inside else self._held
        self._held = ""
        return rest


def _could_begin_a_tag(text: str) -> int:
    """How many characters at the end may be the beginning of a tag."""
    for size in range(min(_LONGEST - 1, len(text)), 0, -1):
        if any(tag.startswith(text[-size:]) for tag in _TAGS):
            return size
    return 0
