"""Vectors in FAISS, behind a seam small enough for another store to fill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EXACT_UP_TO = 50_000
"""Below this many vectors an exact scan takes 2-3 ms on one core, and nothing else is needed."""


class VectorStore(Protocol):
    """Rows of unit vectors, searched by dot product; row numbers are positions in the build."""

    size: int

    def search(
        self, queries: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Scores and rows of the k nearest, each of shape (len(queries), k), best first."""
        ...

    def save(self, path: Path) -> None:
        """Writes the store to one file."""
        ...


class FaissStore:
    """Exact inner-product search up to `EXACT_UP_TO` vectors, HNSW (M = 32) beyond."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401
        self._index = index
        self.size = int(index.ntotal)

    @classmethod
    def build(cls, vectors: npt.NDArray[np.float32]) -> FaissStore:
        """Stores `vectors`, float32 of shape (n, dimension)."""
        import faiss

        dimension = vectors.shape[1]
        index: Any
        if len(vectors) <= EXACT_UP_TO:
            index = faiss.IndexFlatIP(dimension)
        else:
            index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efSearch = 128
        index.add(vectors)
        return cls(index)

    def search(
        self, queries: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Scores and rows of the k nearest, each of shape (len(queries), min(k, size))."""
        scores, rows = self._index.search(queries, min(k, self.size))
        return scores, rows

    def vectors(self) -> npt.NDArray[np.float32]:
        """All stored vectors, float32 of shape (size, dimension)."""
        vectors: npt.NDArray[np.float32] = self._index.reconstruct_n(0, self.size)
        return vectors

    def save(self, path: Path) -> None:
        """Writes the FAISS index to `path`."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """Reads what `save` wrote.

        Raises:
            RuntimeError: FAISS cannot read the file.
        """
        import faiss

        return cls(faiss.read_index(str(path)))
