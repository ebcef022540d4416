"""A model of Hugging Face's on this machine: a tiny one, made here, loaded and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer.chat_writer import ChatWriter
from assistant.answer.local_model import LocalChatModel
from assistant.answer.pipeline import Assistant, Finished, Wrote
from assistant.settings import ModelSettings
from index.search import Searcher

TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}"
    "{% endif %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
)
QUESTION = "How does view differ from reshape?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 of one layer with random weights, and a tokenizer trained on a page."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    text = (Path(__file__).parent / "data" / "pages" / "tensors.md").read_text(encoding="utf-8")
    tokenizer = Tokenizer(models.WordLevel(unk_token="view"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["<|end|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.WordLevelTrainer(special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(text.splitlines(), trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|end|>", model_max_length=2048
    )
    fast.chat_template = TEMPLATE
    place = tmp_path_factory.mktemp("model")
    fast.save_pretrained(place)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(fast), n_positions=2048, n_embd=32, n_layer=1, n_head=2,
        bos_token_id=fast.eos_token_id, eos_token_id=fast.eos_token_id,
    )  # fmt: skip
    network = GPT2LMHeadModel(config)
    network.transformer.wte.weight.data[: len(special)].zero_()  # it is not to end at once
    network.save_pretrained(place)
    return place


@pytest.fixture(scope="module")
def writer(folder: Path) -> ChatWriter:
    model = LocalChatModel.load(str(folder))
    model.answer_tokens = 24
    return ChatWriter(model, "huggingface:tiny", ModelSettings("huggingface:tiny", timeout=30))


def test_it_streams_through_its_template_and_knows_its_window(writer: ChatWriter) -> None:
    chunks = [chunk.text for chunk in writer.model.stream("What does view need?")]
    assert len([chunk for chunk in chunks if chunk]) > 3
    assert writer.window == 2048
    assert writer.calls_tools is False
    model = writer.model
    assert isinstance(model, LocalChatModel)
    assert "".join(chunks) == model.invoke("What does view need?").text


def test_what_it_babbles_is_marked_and_the_documents_answer(
    writer: ChatWriter, searcher: Searcher
) -> None:
    events = list(Assistant(searcher, writer).stream(QUESTION, run=False))
    last = events[-1]
    assert isinstance(last, Finished)
    assert "`view` needs a contiguous tensor and never copies." in last.answer.text
    assert sum(isinstance(event, Wrote) for event in events) > 1


def test_it_is_opened_by_its_folder(folder: Path) -> None:
    opened = ChatWriter.opened(ModelSettings(f"huggingface:{folder}"))
    assert opened.window == 2048


def test_a_prompt_longer_than_its_window_is_too_long(writer: ChatWriter) -> None:
    from assistant.answer.faults import ModelFailed

    with pytest.raises(ModelFailed, match="the prompt is too long"):
        writer.model.invoke("word " * 4_000)
