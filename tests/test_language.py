"""Queries in other languages, by the glossary."""

from __future__ import annotations

import pytest

from index.knowledge import glossary
from index.language import fold, is_foreign, read

KNOWN = frozenset({"tensor", "dropout", "module", "loss", "view", "reshape"})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Wie speichere ich ein Modell?", {"save", "model"}),
        ("¿Cómo congelo las capas de una red preentrenada?", {"freeze", "layers", "pretrained"}),
        (
            "Comment calculer le gradient de la fonction de perte ?",
            {"gradient", "loss", "function"},
        ),
        ("qual a diferença entre view e reshape", {"difference", "view", "reshape"}),
        ("как сохранить модель и загрузить её снова", {"save", "load", "model"}),
        ("怎么初始化权重", {"initialization", "weights"}),
        ("学習率スケジューラーの使い方", {"learning", "rate", "scheduler"}),
        ("과적합을 줄이는 방법", {"overfitting"}),
        ("Was macht nn.BatchNorm2d im Auswertungsmodus?", {"nn.BatchNorm2d", "evaluation", "mode"}),
    ],
)
def test_technical_words_come_out_in_english(query: str, words: set[str]) -> None:
    reading = read(query, KNOWN)
    assert reading.foreign
    assert words <= set(reading.text.split())


@pytest.mark.parametrize(
    "query",
    [
        "what does dropout do in evaluation mode?",
        "why loss no go down, plz help",
        "x.view(-1) + y",
        "torch.optim.AdamW([{'params': net.parameters()}], lr=1e-3)",
        "β1 and β2 of Adam",
        "naïve implementation of attention",
        "",
    ],
)
def test_english_and_code_are_left_alone(query: str) -> None:
    assert read(query, KNOWN).text == query


def test_what_nobody_knows_is_left_out() -> None:
    assert read("¿Qué tiempo hace hoy en Madrid?", KNOWN).text == ""


def test_folding_keeps_the_length_and_drops_accents() -> None:
    text = "réseau d’apprentissage 学习 Größe"
    assert len(fold(text)) == len(text)
    assert "reseau d apprentissage" in fold(text)


def test_every_wording_of_the_glossary_is_found() -> None:
    for term, wordings in glossary().items():
        for wording in wordings:
            # Behind a foreign sentence opening, so that single words count as foreign as well.
            text = read(f"qu'est-ce que {wording.replace('-', 'x')} по 的", KNOWN).text
            assert text, f"{wording!r} of {term!r} is never found"


def test_a_script_tells_a_language_before_its_words_do() -> None:
    assert is_foreign("損失関数")
    assert not is_foreign("α = 0.1, λ = 1")
