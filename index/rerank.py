"""An optional cross-encoder, which reads query and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from corpus.errors import InputError


class Reranker(Protocol):
    """Whatever scores passages against a query; higher is better."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder.

    Args:
        name: of a model on this machine, or its folder.
        device: `cpu` or `cuda`, as `embed.pick_device` gives it.

    Raises:
        InputError: there is no such model here.
    """

    def __init__(self, name: str, device: str = "cpu") -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name, device=device, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as fault:
            raise InputError(
                f"no cross-encoder of that name on this machine ({type(fault).__name__})",
                where=f"--reranker {name}",
                hint="give a folder that holds the model, or leave the option out",
            ) from fault

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One relevance score a text."""
        if not texts:
            return []
        pairs = [(query, text) for text in texts]
        return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]
