"""A chat model as writer, through LangChain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.answer.passages import Passage
from assistant.answer.prompts import ANSWER
from assistant.answer.writers import ExtractiveWriter
from assistant.types import Turn
from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRA_OF = {
    "openai": "openai",
    "ollama": "ollama",
    "anthropic": "anthropic",
    "huggingface": "huggingface",
}
"""Which optional extra installs a provider's package."""


class ChatWriter:
    """Lets a chat model word the answer; falls back to the extractive writer when it fails."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self._model = model
        self.name = name

    @classmethod
    def named(cls, name: str) -> ChatWriter:
        """The writer for `provider:model`.

        Raises:
            InputError: `name` is not of that form, or names no known provider.
            EnvironmentFault: the provider's package, or its key, is missing.
        """
        provider, _, model = name.partition(":")
        if not provider or not model:
            raise InputError(
                "a model is named provider:model",
                where=f"--model {name}",
                hint="for example ollama:llama3.2 or openai:gpt-4o-mini",
            )
        from langchain.chat_models import init_chat_model

        try:
            return cls(init_chat_model(name), name)
        except ImportError as fault:
            extra = EXTRA_OF.get(provider)
            raise EnvironmentFault(
                f"the package for {provider} is not installed",
                where=f"--model {name}",
                hint=f'pip install "torchproof[{extra}]"' if extra else str(fault),
            ) from fault
        except Exception as fault:
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            raise InputError(
                reason, where=f"--model {name}", hint="check the name and the provider's key"
            ) from fault

    def write(
        self, question: str, passages: Sequence[Passage], history: Sequence[Turn]
    ) -> Iterator[str]:
        """The model's words as they come; if it fails, a notice and the extractive answer."""
        prompt = ANSWER.invoke(
            {
                "question": question,
                "passages": "\n\n".join(f"[{p.marker}] {p.block.text}" for p in passages),
                "history": [
                    ("human" if turn.role == "user" else "ai", turn.content) for turn in history
                ],
            }
        )
        said = False
        try:
            for piece in self._model.stream(prompt):
                if piece.text:
                    said = True
                    yield piece.text
        except Exception as fault:  # noqa: BLE001 - whatever a provider throws, the user gets an answer
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            yield f"\n\n*{self.name} failed ({reason}); this is the answer without it.*\n\n"
            said = False
        if not said:
            yield from ExtractiveWriter().write(question, passages, history)
