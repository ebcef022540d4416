"""Vectors of a baseline kept from run to run, so that a large collection is embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import SentenceEmbeddings

WORTH_KEEPING = 2000
"""Fewer texts than this are embedded anew, quickly enough."""


class KeptVectors:
    """Encodes texts, many of them only if they were not encoded before.

    Args:
        embedder: what encodes.
        folder: where vectors are kept, a file for each set of texts and model.
    """

    def __init__(self, embedder: SentenceEmbeddings, folder: Path) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One unit vector a text, (n, d); a file that cannot be read or written is done without."""
        if len(texts) < WORTH_KEEPING:
            return self._embedder.encode(list(texts))
        import numpy as np

        key = sha256("\0".join([self.name, self._embedder.device, *texts]).encode()).hexdigest()
        path = self._folder / f"{key[:32]}.npy"
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
        except (OSError, ValueError):
            vectors = self._embedder.encode(list(texts))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".part")
            with partial.open("wb") as file:
                np.save(file, vectors)
            partial.replace(path)
        except OSError:
            pass
        return vectors
