"""What in the sources a sentence of a model rests on: by meaning, by words, by names and numbers.

A sentence is tied to the passage that comes nearest to it.  Near is the mean of two measures: the
cosine between its embedding and that of the nearest sentence of the passage, and the share of its
content words that the passage has.  Numbers and names of the library are taken strictly: those that
no source has cannot rest on one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.answer.evidence import Evidence, verdict_lines, without_orders
from assistant.answer.holding import names_in
from index.lexical import tokenize

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TIED = 0.5
"""From this nearness on, a sentence rests on a passage."""

SURE = 0.12
"""A marker that the model set is moved to another passage only if that is nearer by so much."""

FEW = 3
"""Sentences of fewer content words (“In short:”) state nothing that could want support."""

RUN = ""
"""The marker of what the model itself had run: a source, but no passage."""

_NEGATORS = re.compile(
    r"\b(?:not|never|no|none|nothing|without|cannot|neither|nor|avoid\w*|prevent\w*|lacks?|unlike"
    r"|hardly|free of|fails? to|instead of|rather than)\b|n't\b",
    re.I,
)
_SCALE = re.compile(r"\b(?:always|usually|often|simply|really|only|just|also|still|ever)\b", re.I)
"""Words that say how often or how much, and nothing of what."""
_CLAUSE = re.compile(r"[,;:.!?]\s|\b(?:and|or|but|while|which|so|where)\b")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,_]*(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)", re.I)
_STRICT_NAME = re.compile(r"`([^`\n]+)`|\b([A-Za-z]\w*(?:[._]\w+)+|[A-Z]\w*[a-z]\w*[A-Z]\w*)")
_MARKER = re.compile(r"[ \t]*\[\d+\]")
_SPLIT = re.compile(r"(?<=[.!?])\s+|\n+")
_ORDINARY = frozenset("0 1 2 3 4 5 6 7 8 9 10".split())
"""Numbers that a sentence may count with without having them from anywhere."""


class Encoder(Protocol):
    """What this asks of the embedder."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, one row a text."""
        ...


@dataclass(frozen=True, slots=True)
class Tie:
    """What a sentence rests on.

    Attributes:
        marker: of the nearest passage; `RUN` where it is code that the model had run.
        near: how near it is, 0 to 1.
        supported: whether it rests on it.
        contrary: the source's words where they say the opposite.
    """

    marker: str
    near: float
    supported: bool
    contrary: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    marker: str
    text: str
    words: frozenset[str]
    prose: bool


REMEMBERED = 4_096
"""Texts whose embeddings are kept; follow-ups speak of the same passages."""


class Vectors:
    """Embeddings of texts that were asked for before."""

    def __init__(self) -> None:
        self._held: dict[str, npt.NDArray[np.float32]] = {}

    def of(self, texts: Sequence[str], encoder: Encoder) -> npt.NDArray[np.float32]:
        """One row a text; only new ones are embedded."""
        import numpy as np

        held = self._held
        new = [text for text in dict.fromkeys(texts) if text not in held]
        if new:
            fresh = dict(zip(new, encoder.encode(new), strict=True))
            held = {**held, **fresh}
            self._held = held if len(held) <= REMEMBERED else fresh
        return np.stack([held[text] for text in texts])


class Support:
    """Ties sentences to sources, whose embeddings are made while their code runs."""

    def __init__(self, encoder: Encoder, question: str, vectors: Vectors | None = None) -> None:
        self._encoder = encoder
        self._known = vectors or Vectors()
        self._lines: list[_Line] = []
        self._vectors: npt.NDArray[np.float32] | None = None
        self._words: dict[str, frozenset[str]] = {}
        self._strict: set[str] = set(_strict(question))
        self._making: threading.Thread | None = None
        self._made = 0

    def add(self, evidence: Evidence, *, passages: int = 0, reports: int = 0) -> None:
        """Takes in what evidence has behind its first `passages` and `reports`."""
        self.wait()
        texts = [(p.marker, without_orders(p)) for p in evidence.passages[passages:]]
        blocks = {p.marker for p in evidence.passages if p.block.kind == "code"}
        entries = {p.snippet.id: p.marker for p in evidence.passages if p.snippet}
        for report in evidence.reports[reports:]:
            marker = entries.get(report.snippet.id, RUN)
            told = [*verdict_lines(report), report.stdout]
            if marker == RUN:
                told.append(report.snippet.code)
            texts.append((marker, " ".join(" ".join(told).split())))
        for marker, text in texts:
            self._words[marker] = self._words.get(marker, frozenset()) | _content(text)
            self._strict |= _strict(text) | names_in(text)
            code = marker in blocks
            self._lines += [
                _Line(marker, line, _content(line), prose=not code and marker != RUN)
                for line in ([text] if code else _SPLIT.split(text))
                if len(line.strip()) > 2
            ]
        self._making = threading.Thread(target=self._encode, name="support", daemon=True)
        self._making.start()

    def wait(self) -> None:
        """Waits until all that was added is embedded."""
        if self._making:
            self._making.join()

    def _encode(self) -> None:
        import numpy as np

        texts = [line.text for line in self._lines[self._made :]]
        if not texts:
            return
        vectors = self._known.of(texts, self._encoder)
        held = self._vectors
        self._vectors = vectors if held is None else np.concatenate([held, vectors])
        self._made += len(texts)

    def tie(self, sentence: str, cited: Iterable[str] = ()) -> Tie | None:
        """What a sentence rests on; None where it states nothing.

        Args:
            sentence: without remarks.
            cited: the markers that the model set behind it.
        """
        bare = _MARKER.sub("", sentence)
        words = _content(bare)
        strict = _strict(bare)
        contrary = self._contrary(bare, words)
        if len(words) < FEW and not (strict - _ORDINARY) and not contrary:
            return None
        near = self._near(bare, words)
        if not near:
            return Tie("", 0.0, supported=False)
        best = max(near, key=lambda marker: near[marker])
        kept = [one for one in cited if one in near]
        if kept:
            chosen = max(kept, key=lambda marker: near[marker])
            if near[best] - near[chosen] < SURE or near[chosen] >= TIED + SURE:
                best = chosen
        known = all(self._knows(one) for one in strict)
        supported = near[best] >= TIED and known
        return Tie(best, near[best], supported, contrary)

    def _near(self, text: str, words: frozenset[str]) -> dict[str, float]:
        self.wait()
        if self._vectors is None:
            return {}
        cosines = self._vectors @ self._known.of([text], self._encoder)[0]
        found: dict[str, float] = {}
        for line, cosine in zip(self._lines, cosines.tolist(), strict=True):
            share = len(words & self._words[line.marker]) / max(len(words), 1)
            near = 0.5 * max(cosine, 0.0) + 0.5 * share
            found[line.marker] = max(found.get(line.marker, 0.0), near)
        return found

    def _knows(self, one: str) -> bool:
        return one in self._strict or one in _ORDINARY or one.rsplit(".", 1)[-1] in self._strict

    def _contrary(self, text: str, words: frozenset[str]) -> str:
        """The source that has the sentence's words, one of them denied where it is not, or back."""
        denied = _denied(text)
        found = ""
        for line in self._lines:
            shared = words & line.words
            if not line.prose or len(shared) < 2 or len(shared) < 0.75 * len(words):
                continue
            if (denied ^ _denied(line.text)) & shared:
                found = found or line.text
            else:
                return ""
        return found


def _content(text: str) -> frozenset[str]:
    return frozenset(tokenize(_SCALE.sub(" ", text)))


def _strict(text: str) -> set[str]:
    """Numbers and names of the library in a sentence."""
    found = {m[0].replace(",", "").replace("_", "").rstrip(".") for m in _NUMBER.finditer(text)}
    for match in _STRICT_NAME.finditer(text):
        code = match[1] or match[2]
        found |= {n for n in re.findall(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", code) if len(n) > 1}
        if match[1]:
            found |= {m[0] for m in _NUMBER.finditer(code)}
    return {re.sub(r"\.0+$", "", one) for one in found}


def _denied(text: str) -> frozenset[str]:
    """The content words that stand within three words behind something that denies."""
    found: set[str] = set()
    for match in _NEGATORS.finditer(text):
        rest = _CLAUSE.split(text[match.end() :])[0]
        found.update(tokenize(" ".join(rest.split()[:3])))
    return frozenset(found)
