"""Vectors of an answer's pieces, which overlap, without reading every word again for each.

A piece that holds no other is read alone, and all the answer once.  A piece's vector points half
to what it is alone, or to the mean of those within it, and half to the mean of its words as they
stand in the answer (late chunking; M. Günther et al., 2024), which say what "it" stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.interview.grading.kept import Encoder
from assistant.interview.grading.units import Unit
from corpus.types import Span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import TokenVectors

WINDOW = 700
"""Characters of an answer that are read in one pass, less than the model's 256 tokens."""


class TokenEncoder(Encoder, Protocol):
    """An encoder that gives the vectors of a text's tokens as well."""

    def encode_tokens(
        self, texts: Sequence[str]
    ) -> tuple[npt.NDArray[np.float32], list[TokenVectors]]:
        """See `index.embed.SentenceEmbeddings.encode_tokens`."""
        ...


def read_pieces(
    encoder: TokenEncoder, answer: str, pieces: Sequence[Unit]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Reads an answer.

    Args:
        encoder: reads.
        answer: all of it.
        pieces: what is cut from it.

    Returns:
        Vectors of the pieces, float32 of shape (pieces, dimension), and of all the answer, float32
        of shape (dimension,), all of length one.
    """
    import numpy as np

    within = [_within(piece, pieces) for piece in pieces]
    least = [n for n, others in enumerate(within) if not others]
    spans, tokens = _tokens(encoder, answer)
    alone = np.empty((0, tokens.shape[1]), dtype=np.float32)
    if least:
        alone = encoder.encode([pieces[n].text for n in least])
    at = {n: row for row, n in enumerate(least)}
    vectors = np.empty((len(pieces), tokens.shape[1]), dtype=np.float32)
    for n, piece in enumerate(pieces):
        parts = [part for part in within[n] if part in at] or [n]
        itself = sum(len(pieces[part].text) * alone[at[part]] for part in parts)
        inside = (spans[:, 0] >= piece.span.start) & (spans[:, 1] <= piece.span.end)
        vectors[n] = _unit(_unit(itself) + _unit(tokens[inside].sum(0)))
    return vectors, _unit(tokens.sum(0))


def _within(piece: Unit, pieces: Sequence[Unit]) -> list[int]:
    """Numbers of the pieces that lie inside one."""
    low, high = piece.span.start, piece.span.end
    return [
        n
        for n, other in enumerate(pieces)
        if low <= other.span.start and other.span.end <= high and other.span != piece.span
    ]


def _tokens(
    encoder: TokenEncoder, answer: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Where each token stands in the answer, of shape (tokens, 2), and its vector."""
    import numpy as np

    windows = list(_windows(answer))
    _, read = encoder.encode_tokens([window.of(answer) for window in windows])
    return (
        np.concatenate([one.spans + at.start for at, one in zip(windows, read, strict=True)]),
        np.concatenate([one.vectors for one in read]),
    )


def _windows(answer: str) -> Iterator[Span]:
    """The answer in parts that end where a sentence does, or else a word."""
    start = 0
    while start < len(answer):
        end = len(answer)
        if end - start > WINDOW:
            text = answer[start : start + WINDOW]
            cut = max(text.rfind(mark) for mark in (". ", "\n", "; "))
            cut = cut if cut > WINDOW // 3 else text.rfind(" ")
            end = start + (cut + 1 if cut > 0 else WINDOW)
        yield Span(start, end)
        start = end


def _unit(vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    import numpy as np

    unit: npt.NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
