"""A space in which a statement lies near to what says the same, and far from what turns it round.

Embeddings that were learned for search put a statement beside its contrary: both speak of the same
matter, in the same words.  These are the shipped embedder's own, with small changes to its weights
that `python -m eval.grading_siding` learns from the key points' other wordings.  Where those lie
is shipped as well, so that an answer alone has to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from assistant.interview.grading.places import Places, digest_of, known_texts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch.nn import Linear, Module

    from index.embed import SentenceEmbeddings

SHIPPED = "siding.npz"


@dataclass(frozen=True, slots=True)
class Learned:
    """What is shipped.

    Attributes:
        changes: for each linear map of the embedder, by its name, what is added to it as two thin
            factors: `name.in` of shape (rank, inputs) and `name.out` of shape (outputs, rank).
        sided: where the known texts lie in the space; its dimensions are those of the basis.
        plain: where they and their words lie for the embedder as it is.
    """

    changes: Mapping[str, npt.NDArray[np.float32]]
    sided: Places
    plain: Places


class Siding:
    """Turns texts into vectors of the space.

    Args:
        learned: None takes what comes with the package.
    """

    def __init__(self, learned: Learned | None = None) -> None:
        self._learned = shipped() if learned is None else learned

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 of shape (len(texts), dimensions), rows of length one."""
        import numpy as np

        sided = self._learned.sided
        found = np.empty((len(texts), sided.basis.shape[1]), dtype=np.float32)
        known = [n for n, text in enumerate(texts) if text in sided]
        unknown = [n for n, text in enumerate(texts) if text not in sided]
        if known:
            found[known] = sided.of([texts[n] for n in known])
        if unknown:
            vectors = self._network.encode([texts[n] for n in unknown]) @ sided.basis
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            found[unknown] = vectors / np.maximum(lengths, 1e-9)
        return found

    @cached_property
    def _network(self) -> SentenceEmbeddings:
        return changed(self._learned.changes)


def changed(changes: Mapping[str, npt.NDArray[np.float32]]) -> SentenceEmbeddings:
    """The default embedder with its weights changed; see `Learned`.

    Raises:
        EnvironmentFault: the default embedder is not installed.
    """
    import torch

    from index.embed import load_embedder

    network = load_embedder(device="cpu")
    with torch.no_grad():
        for name, linear in linears(network.model):
            narrow, wide = (
                torch.from_numpy(changes[f"{name}.{side}"]).float() for side in ("in", "out")
            )
            linear.weight += (wide @ narrow).to(linear.weight.dtype)
    return network


@lru_cache(maxsize=1)
def shipped() -> Learned:
    """What comes with the package; of other texts than it was made for it knows no place."""
    import numpy as np

    with (
        resources.files(__package__).joinpath(SHIPPED).open("rb") as file,
        np.load(file, allow_pickle=False) as kept,
    ):
        arrays = dict(kept)
    texts, words = known_texts(), str(arrays.pop("words")).split("\n")
    if str(arrays.pop("digest")) != digest_of(texts):
        texts = words = []
    sided, plain = (
        Places(known, arrays.pop(f"{name}_basis").astype(np.float32), arrays.pop(f"{name}_rows"))
        for name, known in (("sided", texts), ("plain", [*texts, *words]))
    )
    return Learned({name: one.astype(np.float32) for name, one in arrays.items()}, sided, plain)


def linears(model: Module) -> Iterator[tuple[str, Linear]]:
    """The linear maps of a model's layers, by name: of attention and of what follows it."""
    from torch.nn import Linear

    for name, module in model.named_modules():
        if isinstance(module, Linear) and ".layer." in name:
            yield name[name.index("layer.") :], module
