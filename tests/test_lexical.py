"""The tokenizer understands code, and BM25 finds by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.lexical import LexicalIndex, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("nn.CrossEntropyLoss", {"nn.crossentropyloss", "crossentropyloss", "cross", "entropi"}),
        ("optimizer.zero_grad()", {"optimizer.zero_grad", "zero_grad", "zero", "grad"}),
        ("x.add_(1)", {"x.add_", "add_", "add"}),
        ("BatchNorm2d", {"batchnorm2d", "batch", "norm"}),
        ("use DDP", {"ddp", "distribut", "parallel"}),
        ("gradients", {"gradient"}),
    ],
)
def test_names_give_themselves_and_their_parts(text: str, tokens: set[str]) -> None:
    assert tokens <= set(tokenize(text))


def test_words_that_every_question_has_are_dropped() -> None:
    assert tokenize("What is the way that you would explain this to me?") == ["way"]


@pytest.mark.parametrize("text", ["", "？！", "🔥", "_", "a"])
def test_texts_without_words_give_nothing(text: str) -> None:
    assert tokenize(text) == []


def test_the_best_text_wins_and_unknown_words_score_nothing(tmp_path: Path) -> None:
    texts = ["zero_grad resets the gradients", "CrossEntropyLoss takes logits", "batch norm"]
    index = LexicalIndex.build(texts)
    assert int(np.argmax(index.scores(tokenize("cross entropy loss")))) == 1
    assert not index.scores(tokenize("xylophone")).any()
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path, len(texts))
    query = tokenize("reset gradients")
    np.testing.assert_allclose(again.scores(query), index.scores(query))


def test_texts_without_any_word_can_be_indexed() -> None:
    assert not LexicalIndex.build(["…", ""]).scores(tokenize("loss")).any()


def test_scores_are_shares_of_what_the_query_asks_for() -> None:
    index = LexicalIndex.build(["zero_grad resets the gradients", "batch norm"])
    known = index.scores(tokenize("batch"))
    half = index.scores(tokenize("batch xylophone"))
    assert 0 < half[1] < known[1] < 1


def test_it_knows_which_text_holds_a_term() -> None:
    index = LexicalIndex.build(["gradients add up", "batch norm", "more gradients"])
    term = tokenize("gradients")[0]
    assert [index.holds(row, term) for row in range(3)] == [True, False, True]
    assert not index.holds(0, "xylophone")
    assert index.rarity("xylophone") > index.rarity(tokenize("batch")[0]) > index.rarity(term)


def test_postings_of_another_index_are_refused(tmp_path: Path) -> None:
    LexicalIndex.build(["one text", "another text", "third text"]).save(tmp_path)
    with pytest.raises(ValueError, match="2 texts"):
        LexicalIndex.load(tmp_path, 2)
