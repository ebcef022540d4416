"""A chat model of Hugging Face's that runs on this machine, with its own template, streaming."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

from assistant.answer.faults import ModelFailed, told
from corpus.errors import EnvironmentFault, InputError

ANSWER_TOKENS = 1_024
"""Longest answer; less where the model's window is small."""

WINDOW = 4_096
"""Tokens taken for the window of a model whose configuration names none."""


class LocalChatModel(BaseChatModel):
    """Runs a causal language model with `transformers`, on the GPU where torch has one.

    LangChain's own class for such models neither chooses the GPU nor streams from every template,
    and needs a package more; `transformers` is there already, because the embedder needs it.

    Attributes:
        path: folder, or name on the hub.
        window: tokens that prompt and answer may have together.
        device: where it runs.
        answer_tokens: of the longest answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    path: str
    window: int
    device: str
    answer_tokens: int = ANSWER_TOKENS
    tokenizer: Any
    network: Any

    @classmethod
    def load(cls, path: str) -> LocalChatModel:
        """Loads the weights.

        Names are looked up among what was downloaded before; `HF_HUB_OFFLINE=0` lets
        `transformers` download them.

        Raises:
            InputError: there is no such model here, or it is not one that writes text.
            EnvironmentFault: `transformers` is missing, or the memory does not hold the model.
        """
        where = f"--model huggingface:{path}"
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as fault:
            raise EnvironmentFault(
                f"the package {fault.name} is not installed",
                where=where,
                hint='pip install "torchproof[huggingface]"',
            ) from fault
        cuda = torch.cuda.is_available()
        half = cuda and torch.cuda.is_bf16_supported()
        place = str(Path(path).expanduser()) if Path(path).expanduser().exists() else path
        try:
            tokenizer = AutoTokenizer.from_pretrained(place)
            network: Any = AutoModelForCausalLM.from_pretrained(
                place, dtype=torch.bfloat16 if half else torch.float32
            )
            network = network.to("cuda" if cuda else "cpu").eval()
        except (torch.OutOfMemoryError, MemoryError) as fault:
            raise EnvironmentFault(
                "the memory does not hold this model", where=where, hint="take a smaller one"
            ) from fault
        except (OSError, ValueError, KeyError) as fault:
            raise InputError(
                "no model that writes text was found there",
                where=where,
                hint="give a folder with one, or download it first with `hf download NAME`",
            ) from fault
        return cls(
            path=path,
            window=_window(network.config, tokenizer),
            device=str(network.device),
            tokenizer=tokenizer,
            network=network,
        )

    @property
    def _llm_type(self) -> str:
        return "local-huggingface"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"path": self.path, "device": self.device}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> ChatResult:
        text = "".join(
            str(chunk.message.content)
            for chunk in self._stream(messages, stop, run_manager, **kwargs)
        )
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - part of LangChain's interface
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        inputs = self._encoded(messages)
        used = int(inputs["input_ids"].shape[1])
        left = self.window - used
        if left < min(32, self.window // 4):
            raise ModelFailed(told("too_long"))
        room = min(self.answer_tokens, left)
        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        gone = threading.Event()
        failed: list[BaseException] = []

        def write() -> None:
            try:
                self.network.generate(
                    **inputs,
                    streamer=streamer,
                    max_new_tokens=room,
                    do_sample=False,
                    pad_token_id=_padding(self.tokenizer),
                    stopping_criteria=StoppingCriteriaList([_stopper(gone)]),
                )
            except BaseException as fault:  # noqa: BLE001 - raised again where the text is read
                failed.append(fault)
                streamer.end()  # type: ignore[no-untyped-call]

        writer = threading.Thread(target=write, name="local-model", daemon=True)
        writer.start()
        length = 0
        try:
            for piece in streamer:
                if piece:
                    length += 1
                    chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
                    if run_manager:
                        run_manager.on_llm_new_token(piece, chunk=chunk)
                    yield chunk
        finally:
            gone.set()
        if failed:
            raise ModelFailed(told("other", _reason(failed[0])))
        ended = {"finish_reason": "length" if length >= room else "stop"}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=ended))

    def _encoded(self, messages: Sequence[BaseMessage]) -> Any:  # noqa: ANN401 - tensors
        turns = [{"role": _role(one), "content": str(one.text)} for one in messages]
        if not self.tokenizer.chat_template:
            lines = [f"{turn['role'].capitalize()}: {turn['content']}" for turn in turns]
            text = "\n\n".join([*lines, "Assistant:"])
            encoded = self.tokenizer(text, return_tensors="pt")
        else:
            encoded = self._templated(turns)
        return {name: encoded[name].to(self.device) for name in ("input_ids", "attention_mask")}

    def _templated(self, turns: list[dict[str, str]]) -> Any:  # noqa: ANN401
        from jinja2 import TemplateError

        options = {"add_generation_prompt": True, "return_tensors": "pt", "return_dict": True}
        try:
            return self.tokenizer.apply_chat_template(turns, **options)
        except TemplateError:
            # Some templates know no system role, and want the others to take turns.
            return self.tokenizer.apply_chat_template(_alternating(turns), **options)


def _alternating(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The same words as turns of user and assistant, the user first."""
    merged: list[dict[str, str]] = []
    for turn in turns:
        role = "assistant" if turn["role"] == "assistant" else "user"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += f"\n\n{turn['content']}"
        elif merged or role == "user":
            merged.append({"role": role, "content": turn["content"]})
    return merged


def _role(message: BaseMessage) -> str:
    return {"human": "user", "ai": "assistant"}.get(message.type, message.type)


def _window(config: Any, tokenizer: Any) -> int:  # noqa: ANN401 - transformers' objects
    known = [getattr(config, "max_position_embeddings", None), tokenizer.model_max_length]
    return min((int(n) for n in known if isinstance(n, int) and 0 < n < 10**7), default=WINDOW)


def _padding(tokenizer: Any) -> int | None:  # noqa: ANN401
    pad = tokenizer.pad_token_id
    found: int | None = tokenizer.eos_token_id if pad is None else pad
    return found


def _stopper(left: threading.Event) -> Any:  # noqa: ANN401 - transformers' class, imported late
    from transformers import StoppingCriteria

    class Left(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
            import torch

            return torch.full((input_ids.shape[0],), left.is_set(), device=input_ids.device)

    return Left()


def _reason(fault: BaseException) -> str:
    if type(fault).__name__ == "OutOfMemoryError":
        return "the GPU's memory is full"
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__
