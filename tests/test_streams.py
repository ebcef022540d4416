"""Several computations at a time: in order, and without a trace in torch's settings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from index.embed import SentenceEmbeddings
from index.streams import in_streams


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_results_come_in_order_from_passes_with_a_core_each() -> None:
    found = list(in_streams(lambda n: (n, torch.get_num_threads()), range(20)))
    assert found == [(n, 1) for n in range(20)]
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_failure_is_told_and_leaves_the_threads_as_they_were() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_streams(lambda n: 1 // (n - 9), range(20)))
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_text_has_one_vector_however_many_are_embedded_beside_it(
    embedder: SentenceEmbeddings,
) -> None:
    texts = [f"what does {word} do" for word in ("Adam", "view", "detach", "zero_grad") * 40]
    together, tokens = embedder.encode_tokens(texts)
    torch.set_num_threads(1)
    alone, by_token = embedder.encode_tokens(texts)
    np.testing.assert_allclose(together, alone, atol=1e-6)
    for some, same in zip(tokens, by_token, strict=True):
        np.testing.assert_allclose(some.vectors, same.vectors, atol=1e-5)
        np.testing.assert_array_equal(some.spans, same.spans)
