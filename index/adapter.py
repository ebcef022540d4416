"""A linear map of a query's words, learnt from the many ways in which the corpus words a question.

A general model has never been told that people who say "squashing function" want to read about
sigmoids.  The map is small: it turns vectors of queries a little, leaves those of passages alone,
and so costs one product of matrices a query.  `python -m eval.tuning` learns it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.embed import TokenVectors

SHIPPED = "adapter.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """What is added to the vectors of a query's words.

    Attributes:
        embedder: identity of the model whose vectors it is for.
        matrix: float32 of shape (dimension, dimension).
    """

    embedder: str
    matrix: npt.NDArray[np.float32]

    def moved(self, texts: Sequence[TokenVectors]) -> list[TokenVectors]:
        """Each token `v` as `v + v @ matrix`, made to unit length again."""
        import numpy as np
        import torch

        if not texts:
            return []
        # torch's product, as in `late`: a second library's threads would wait for its cores.
        rows = torch.from_numpy(np.concatenate([text.vectors for text in texts]))
        moved = rows + rows @ torch.from_numpy(self.matrix)
        unit = torch.nn.functional.normalize(moved, dim=-1).numpy()
        parts = np.split(unit, np.cumsum([len(text.vectors) for text in texts[:-1]]))
        return [replace(text, vectors=part) for text, part in zip(texts, parts, strict=True)]

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Reads what `save` wrote."""
        import numpy as np

        with np.load(path, allow_pickle=False) as held:
            return cls(str(held["embedder"]), held["matrix"].astype(np.float32))

    def save(self, path: Path) -> None:
        """Writes the map to one file, in half the digits."""
        import numpy as np

        np.savez_compressed(path, embedder=self.embedder, matrix=self.matrix.astype(np.float16))


@lru_cache(maxsize=1)
def shipped_adapter() -> Adapter:
    """The map that comes with the package, for the embedder that comes with it."""
    return Adapter.load(Path(str(files("index").joinpath(SHIPPED))))
