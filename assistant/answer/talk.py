"""Speaking with a chat model: streamed, bounded in time, tried again where that helps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.answer.faults import ModelFailed, fault_of, told
from assistant.answer.paced import paced
from assistant.answer.thinking import Unthinking
from assistant.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

ATTEMPTS = 3
"""How often one reply is asked for at most."""

PATIENCE = 15.0
"""Seconds that all pauses before new attempts may take together."""

OVERALL = 4
"""A whole reply may take so many times the time limit for its first token."""

Tool = dict[str, Any]
"""A tool as OpenAI's JSON describes it, which every provider's package understands."""


class Restarted:
    """Comes in a stream of pieces: what was said so far is taken back, it begins anew."""


RESTARTED = Restarted()

Reply = Generator["str | Restarted", None, "AIMessageChunk"]


def reply(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    settings: ModelSettings,
    tools: Sequence[Tool] = (),
    shown: Callable[[], bool] = lambda: True,
) -> Reply:
    """The model's words as they come; returns the whole message, with its calls of tools.

    A failure is followed by a new attempt where that may help and nothing was shown yet.

    Args:
        model: to speak with.
        messages: the prompt.
        settings: time limits and pauses.
        tools: that the model may call.
        shown: whether anything of this reply has reached the user.

    Raises:
        ModelFailed: it gave no whole reply.
    """
    waited = 0.0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return (yield from _once(model, messages, settings, tools))
        except Exception as error:  # noqa: BLE001 - each package has errors of its own
            fault = fault_of(error)
        pause = max(settings.pause * 2 ** (attempt - 1) * random.uniform(0.8, 1.2), fault.wait or 0)
        waited += pause
        if not fault.again or attempt == ATTEMPTS or waited > PATIENCE or shown():
            raise ModelFailed(fault)
        time.sleep(pause)
        yield RESTARTED
    raise AssertionError("the last attempt returns or raises")


def _once(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    settings: ModelSettings,
    tools: Sequence[Tool],
) -> Reply:
    asked = model.bind_tools(list(tools)) if tools else model
    whole: AIMessageChunk | None = None
    unthinking = Unthinking()
    words = ""
    stream = paced(
        lambda: asked.stream(list(messages)),
        idle=settings.timeout,
        total=OVERALL * settings.timeout,
    )
    for chunk in stream:
        whole = chunk if whole is None else whole + chunk  # type: ignore[assignment]
        piece = unthinking.feed(chunk.text)
        words += piece
        if piece:
            yield piece
    rest = unthinking.finish()
    words += rest
    if rest:
        yield rest
    if whole is None or (not words.strip() and not (whole.tool_calls or whole.invalid_tool_calls)):
        raise ModelFailed(told("empty"))
    _see_that_it_ended(model, whole, words)
    return whole


ENDINGS = ("finish_reason", "done_reason", "stop_reason", "status")
"""Under which of these names a provider says why a reply ended."""


def _see_that_it_ended(model: BaseChatModel, whole: AIMessageChunk, words: str) -> None:
    """Providers say why a reply ended; one that says nothing and stops in a sentence broke off."""
    said = next((whole.response_metadata[n] for n in ENDINGS if whole.response_metadata.get(n)), "")
    if said in ("length", "max_tokens"):
        raise ModelFailed(told("broken", "it reached the length that the model allows"))
    module = type(model).__module__.partition(".")[0]
    knows = module in ("langchain_openai", "langchain_ollama", "langchain_anthropic")
    calls = whole.tool_calls or whole.invalid_tool_calls
    if knows and not said and not calls and words.rstrip()[-1:] not in (*".!?`)]|*", ""):
        raise ModelFailed(told("broken"))
