"""A chat model as writer, through LangChain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.answer.evidence import Evidence
from assistant.answer.faults import ModelFailed
from assistant.answer.models import can_call_tools, open_model, window_of
from assistant.answer.passages import Passage
from assistant.answer.prompts import prompt
from assistant.answer.support import Vectors
from assistant.answer.talk import Restarted, reply
from assistant.answer.writers import ExtractiveWriter
from assistant.settings import ModelSettings
from assistant.types import Turn

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ChatWriter:
    """Lets a chat model word the answer; the extractive writer stands in when it fails.

    The assistant does not show its words as they are: see `assistant.answer.worded`.

    Attributes:
        model: the chat model.
        name: `provider:model`.
        settings: time limits, rounds of tools, window.
        calls_tools: whether it is offered tools; a server that refuses them ends that.
        window: tokens that prompt and answer may have together.
        vectors: embeddings of what was spoken of lately.
    """

    def __init__(
        self, model: BaseChatModel, name: str, settings: ModelSettings | None = None
    ) -> None:
        self.model = model
        self.name = name
        self.settings = settings or ModelSettings(name)
        self.calls_tools = self.settings.rounds > 0 and can_call_tools(model)
        self.window = window_of(model, self.settings)
        self.vectors = Vectors()

    @classmethod
    def opened(cls, settings: ModelSettings) -> ChatWriter:
        """The writer of the settings.

        Raises:
            InputError: they name no known provider or model.
            EnvironmentFault: the provider's package, or its key, is missing.
        """
        return cls(open_model(settings), settings.name, settings)

    def write(
        self, question: str, passages: Sequence[Passage], history: Sequence[Turn]
    ) -> Iterator[str]:
        """The model's words as they come, unchecked; if it fails, a notice and the passages."""
        messages, _ = prompt(question, Evidence(list(passages)), history, self.window)
        try:
            for piece in reply(self.model, messages, self.settings):
                if not isinstance(piece, Restarted):
                    yield piece
        except ModelFailed as failed:
            reason = failed.fault.says
            yield f"\n\n*{self.name} failed ({reason}); this is the answer without it.*\n\n"
            yield from ExtractiveWriter().write(question, passages, history)
