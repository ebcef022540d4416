"""Writers: a chat model is used where there is one, and its failure never costs the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import Field

from assistant.answer.chat_writer import ChatWriter
from assistant.answer.intent import Intent, intent_of
from assistant.answer.passages import Passage, announces, select_passages
from assistant.answer.writers import ExtractiveWriter, writer_for
from assistant.types import Turn
from corpus.errors import EnvironmentFault, InputError
from corpus.types import Block, BlockKind, Span
from index.search import Searcher


class Recording(GenericFakeChatModel):
    """Answers from a list and keeps what it was told."""

    told: list[Any] = Field(default_factory=list)

    def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        self.told.append(messages)
        return super()._generate(messages, *args, **kwargs)


class Broken(GenericFakeChatModel):
    """Fails in the middle of its second word."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield next(super()._stream(*args, **kwargs))
        raise ConnectionError("the line went dead")


@pytest.fixture
def passages(searcher: Searcher) -> tuple[Passage, ...]:
    return select_passages("comparison", searcher.search("view vs reshape"), searcher)


def model(kind: type[GenericFakeChatModel], text: str) -> GenericFakeChatModel:
    return kind(messages=iter([AIMessage(text)]))


def test_a_chat_model_words_the_answer_and_sees_numbered_passages(
    passages: tuple[Passage, ...],
) -> None:
    fake = model(Recording, "View never copies [1].")
    history = [Turn("user", "hello"), Turn("assistant", "hi")]
    text = "".join(ChatWriter(fake, "fake:one").write("view?", passages, history))
    assert text == "View never copies [1]."
    told = str(fake.told)  # type: ignore[attr-defined]
    assert "[1] `view` needs a contiguous tensor" in told
    assert "hello" in told


def test_a_model_that_fails_midway_is_named_and_the_answer_still_comes(
    passages: tuple[Passage, ...],
) -> None:
    writer = ChatWriter(model(Broken, "View never copies."), "fake:broken")
    text = "".join(writer.write("view?", passages, []))
    assert "fake:broken failed (the line went dead)" in text
    assert text.endswith("".join(ExtractiveWriter().write("view?", passages, [])))


def test_a_model_that_says_nothing_is_replaced(passages: tuple[Passage, ...]) -> None:
    text = "".join(ChatWriter(model(Recording, ""), "fake:mute").write("view?", passages, []))
    assert "`view` needs a contiguous tensor" in text


def test_without_a_model_the_default_writes() -> None:
    assert writer_for(None).name == "extractive"


def test_a_model_without_provider_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="provider:model"):
        writer_for("llama")


def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(EnvironmentFault, match=r'pip install "torchproof\[ollama\]"'):
        writer_for("ollama:llama3.2")


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("show me the code", "code"),
        ("implement attention from scratch", "code"),
        ("RuntimeError: mat1 and mat2 shapes cannot be multiplied", "error"),
        ("why is my loss nan", "error"),
        ("Adam vs AdamW", "comparison"),
        ("How do I freeze layers?", "how_to"),
        ("What is autograd?", "definition"),
        ("gradient checkpointing", "general"),
    ],
)
def test_what_a_question_asks_for(question: str, intent: Intent) -> None:
    assert intent_of(question) == intent


def test_code_comes_first_when_code_is_asked_for(searcher: Searcher) -> None:
    result = searcher.search("view vs reshape")
    kinds = [p.block.kind for p in select_passages("code", result, searcher)]
    assert kinds[:2] == ["prose", "code"]


def test_the_order_of_the_page_is_kept_otherwise(searcher: Searcher) -> None:
    passages = select_passages("definition", searcher.search("view vs reshape"), searcher)
    spans = [p.block.span for p in passages if p.entry.number == 1]
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("text", "below", "empty"),
    [
        ("Here is the Python code:", "code", True),
        ("Two kinds of layers matter:", "list", False),
        ("Here is the Python code:", None, False),
        (
            "A view needs contiguous memory, so make a transposed tensor contiguous first:",
            "code",
            False,
        ),
        ("It prints 3", "code", False),
        ("**What follows.**", "list", True),
        ("**Never** do that.", "list", False),
    ],
)
def test_a_line_that_only_leads_on_takes_no_place_in_an_answer(
    text: str, below: BlockKind | None, empty: bool
) -> None:
    after = Block(below, "x", Span(0, 1)) if below else None
    assert announces(Block("prose", text, Span(0, len(text))), after) is empty
