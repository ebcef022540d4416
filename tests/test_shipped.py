"""Shipped vectors: used where text and embedder agree, computed where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import shipped
from index.embed import SentenceEmbeddings
from index.shipped import ShippedVectors, encode, write

TEXTS = {"autograd": ["a gradient", "a graph"], "losses": ["cross entropy"]}


def test_what_was_written_is_found_and_the_rest_is_computed(
    tmp_path: Path, embedder: SentenceEmbeddings
) -> None:
    write(TEXTS, embedder, tmp_path)
    held = ShippedVectors.load(embedder, tmp_path)
    known, _ = held.find(["a graph", "a new text", "cross entropy"])
    assert known.tolist() == [True, False, True]
    wanted = ["a new text", "a gradient"]
    np.testing.assert_allclose(encode(wanted, embedder, held), embedder.encode(wanted), atol=5e-3)


def test_writing_again_touches_only_what_changed(
    tmp_path: Path, embedder: SentenceEmbeddings
) -> None:
    assert {path.name for path in write(TEXTS, embedder, tmp_path)} == {
        "autograd.npz",
        "losses.npz",
    }
    assert write(TEXTS, embedder, tmp_path) == []
    changed = {"losses": ["cross entropy", "hinge loss"]}
    assert [path.name for path in write(changed, embedder, tmp_path)] == ["losses.npz"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["losses.npz"]


def test_vectors_of_another_model_are_not_used(
    tmp_path: Path, embedder: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(TEXTS, embedder, tmp_path)
    monkeypatch.setattr(SentenceEmbeddings, "identity", "another/384/256")
    assert not ShippedVectors.load(embedder, tmp_path).find(["a graph"])[0].any()


def test_a_damaged_file_counts_as_missing(tmp_path: Path, embedder: SentenceEmbeddings) -> None:
    write(TEXTS, embedder, tmp_path)
    (tmp_path / "losses.npz").write_bytes(b"not a zip")
    known, _ = ShippedVectors.load(embedder, tmp_path).find(["a graph", "cross entropy"])
    assert known.tolist() == [True, False]


def test_every_topic_of_the_corpus_has_its_texts() -> None:
    texts = shipped.corpus_texts()
    assert {"concepts", "autograd", "losses"} <= set(texts)
    assert all(texts.values())
