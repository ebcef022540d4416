"""Where texts that are known beforehand lie, so that an answer alone has to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

from assistant.interview.grading.phrasings import phrasings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Places:
    """Texts and the directions in which their vectors point.

    Attributes:
        texts: each once.
        basis: the directions in which they differ most, float32 of shape (embedder's dimension,
            dimensions kept), its columns orthonormal.
        rows: int8 of shape (texts, dimensions kept).
    """

    texts: Sequence[str]
    basis: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int8]

    @cached_property
    def _at(self) -> Mapping[str, int]:
        return {text: n for n, text in enumerate(self.texts)}

    def __contains__(self, text: str) -> bool:
        """Whether it is known where the text lies."""
        return text in self._at

    def of(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of known texts, float32 of shape (len(texts), dimensions kept), of length one."""
        import numpy as np

        rows = self.rows[[self._at[text] for text in texts]].astype(np.float32)
        unit: npt.NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def whole(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The same in the embedder's own dimensions."""
        found: npt.NDArray[np.float32] = self.of(texts) @ self.basis.T
        return found


def placed(texts: Sequence[str], vectors: npt.NDArray[np.float32], dimensions: int) -> Places:
    """Keeps where texts lie.

    Args:
        texts: each once.
        vectors: of length one, float32 of shape (texts, embedder's dimension).
        dimensions: how many are kept.
    """
    import numpy as np

    _, axes = np.linalg.eigh(vectors.T @ vectors)
    basis = axes[:, ::-1][:, :dimensions].astype(np.float32)
    rows = vectors @ basis
    scale = np.iinfo(np.int8).max / np.abs(rows).max(1, keepdims=True)
    return Places(texts, basis, np.rint(rows * scale).astype(np.int8))


def known_texts() -> list[str]:
    """The key points with all their wordings."""
    ways = phrasings().items()
    return list(dict.fromkeys(chain.from_iterable((p, *way.right, *way.wrong) for p, way in ways)))


def digest_of(texts: Sequence[str]) -> str:
    """What tells these texts from others."""
    return sha256("\n".join(texts).encode()).hexdigest()
