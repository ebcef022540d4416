"""Late interaction: rare words count, and each may find another passage."""

from __future__ import annotations

import numpy as np
import pytest

from index.embed import SentenceEmbeddings, TokenVectors
from index.late import Asked, Passages, blend, weigh


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    scaled: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def test_a_text_and_its_tokens_come_from_one_pass(embedder: SentenceEmbeddings) -> None:
    texts = ["does reshape copy?", "a much longer question about the gradients of a tensor", ""]
    vectors, tokens = embedder.encode_tokens(texts)
    np.testing.assert_allclose(vectors, embedder.encode(texts), atol=2e-2)
    for text, found in zip(texts, tokens, strict=True):
        words = "".join(text[start:end] for start, end in found.spans)
        assert words == text.replace(" ", "")
        np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-3)


def test_a_token_stands_in_its_context(embedder: SentenceEmbeddings) -> None:
    _, (loss, river) = embedder.encode_tokens(["gradient of the loss", "gradient of the river bed"])
    assert loss.vectors[0] @ river.vectors[0] < 0.95


def test_a_model_whose_text_is_not_the_mean_of_its_tokens_counts_as_one_token(
    embedder: SentenceEmbeddings,
) -> None:
    class FirstTokenOnly(SentenceEmbeddings):
        _mean_of_tokens = False

    other = FirstTokenOnly(embedder._model, name="other", device="cpu")
    vectors, (tokens,) = other.encode_tokens(["does reshape copy?"])
    np.testing.assert_array_equal(tokens.vectors, vectors)


def test_rare_words_weigh_more_and_function_words_nothing() -> None:
    tokens = TokenVectors(
        np.eye(4, dtype=np.float32), np.array([[0, 3], [4, 9], [10, 13], [13, 17]])
    )
    rarity = {"the": 0.0, "model": 1.0, "overflow": 3.0}
    asked = weigh("the model overflow", tokens, lambda word: rarity[word])
    assert asked.weights[0] == 0
    assert asked.weights.sum() == pytest.approx(1)
    assert asked.weights[2] == asked.weights[3] == pytest.approx(3 * asked.weights[1] / 2**0.5)


def test_a_query_of_function_words_counts_them_all_alike() -> None:
    tokens = TokenVectors(np.eye(2, dtype=np.float32), np.array([[0, 3], [4, 6]]))
    np.testing.assert_allclose(weigh("how so", tokens, lambda _: 0.0).weights, 0.5)


def test_an_entry_with_a_passage_for_each_word_is_nearest() -> None:
    passages = Passages(
        unit([1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]), np.array([0, 1, 1, 2], dtype=np.int64)
    )
    asked = Asked(unit([1, 0, 0], [0, 1, 0]), *[np.array([0.5, 0.5], dtype=np.float32)] * 2)
    (near,) = passages.nearest([asked], [np.array([2, 0, 1])])
    np.testing.assert_allclose(near @ asked.weights, [0, 0.5**0.5, 1], atol=1e-6)


@pytest.mark.parametrize("entries", [3, 300])
def test_queries_are_compared_alike_together_and_alone(entries: int) -> None:
    rng = np.random.default_rng(0)
    vectors = unit(*rng.normal(size=(3 * entries, 8)))
    passages = Passages(vectors, np.repeat(np.arange(entries), 3))
    asked = [
        Asked(unit(*rng.normal(size=(n, 8))), *[np.full(n, 1 / n, dtype=np.float32)] * 2)
        for n in range(1, 30)
    ]
    looked_at = [rng.choice(entries, size=2, replace=False) for _ in asked]
    for one, chosen, near in zip(asked, looked_at, passages.nearest(asked, looked_at), strict=True):
        cosines = vectors.reshape(entries, 3, 8)[chosen] @ one.vectors.T
        np.testing.assert_allclose(near, cosines.max(axis=1), atol=1e-6)


def test_the_parts_of_a_blend_count_by_their_shares() -> None:
    one = Asked(unit([1, 0]), *[np.array([1.0], dtype=np.float32)] * 2)
    other = Asked(
        unit([0, 1], [1, 1]),
        np.array([0.25, 0.75], dtype=np.float32),
        np.array([0.5, 0.5], dtype=np.float32),
    )
    both = blend([(one, 0.4), (other, 0.6)])
    np.testing.assert_allclose(both.weights, [0.4, 0.15, 0.45])
    np.testing.assert_allclose(both.even, [0.4, 0.3, 0.3])
    assert len(both.vectors) == 3
