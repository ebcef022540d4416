"""The map of queries: learnt from wordings, applied to their words alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eval.adapting import learn
from index.adapter import Adapter, shipped_adapter
from index.embed import SentenceEmbeddings, TokenVectors


def unit(vectors: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled.astype(np.float32)


def test_words_are_moved_text_by_text_and_stay_of_unit_length() -> None:
    rng = np.random.default_rng(0)
    adapter = Adapter("any", rng.normal(size=(4, 4)).astype(np.float32))
    texts = [
        TokenVectors(unit(rng.normal(size=(n, 4))), np.arange(2 * n).reshape(n, 2))
        for n in (3, 0, 1)
    ]
    moved = adapter.moved(texts)
    assert [len(text.vectors) for text in moved] == [3, 0, 1]
    for before, after in zip(texts, moved, strict=True):
        expected = before.vectors + before.vectors @ adapter.matrix
        np.testing.assert_allclose(after.vectors, unit(expected), atol=1e-6)
        assert after.spans is before.spans
    assert adapter.moved([]) == []


def test_a_map_of_another_model_is_not_used(embedder: SentenceEmbeddings) -> None:
    assert shipped_adapter().embedder == embedder.identity
    other = SentenceEmbeddings(embedder._model, name="other", device="cpu")
    assert shipped_adapter().embedder != other.identity


def test_a_written_map_is_read_with_half_the_digits(tmp_path: Path) -> None:
    matrix = np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32)
    path = tmp_path / "adapter.npz"
    Adapter("model/8/256", matrix).save(path)
    held = Adapter.load(path)
    assert held.embedder == "model/8/256"
    np.testing.assert_allclose(held.matrix, matrix, rtol=1e-3)


def test_wordings_are_turned_towards_their_own_entries() -> None:
    rng = np.random.default_rng(2)
    entries, dimension = 400, 16
    answers = unit(rng.normal(size=(entries, dimension)))
    # Everybody asks with some coordinates turned round, which no answer does.
    slang = np.where(np.arange(dimension) < 6, -1, 1)
    asked, fresh = (unit(answers * slang + 0.1 * rng.normal(size=answers.shape)) for _ in range(2))
    owners = np.arange(entries)
    rows = np.arange(entries, 2 * entries)
    vectors = np.concatenate([answers, asked])
    matrix = learn(vectors, np.concatenate([owners, owners]), rows)
    mixed = learn(vectors, np.concatenate([owners, rng.permutation(owners)]), rows)

    def lead(queries: np.ndarray) -> float:
        cosines = queries @ answers.T
        return float((cosines.diagonal() - cosines.mean(axis=1)).mean())

    gained, by_chance = (lead(unit(fresh + fresh @ m)) - lead(fresh) for m in (matrix, mixed))
    assert gained > 0.005
    assert gained > 2 * by_chance
