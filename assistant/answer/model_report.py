"""Whether a chat model answers, how fast, and what it can do: tried, not read off its name."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.answer.faults import ModelFailed, fault_of
from assistant.answer.models import close_model
from assistant.answer.secrets import redacted
from assistant.settings import ModelSettings, model_settings
from corpus.errors import TorchproofError

if TYPE_CHECKING:
    from assistant.answer.chat_writer import ChatWriter

MEND = {
    "refused": "start the server, or mend --base-url",
    "key": "set the provider's key in the environment",
    "missing": "check the model's name; a server may have to fetch it first",
    "rate": "wait, or take another model",
    "timeout": "raise TORCHPROOF_MODEL_TIMEOUT, or take a smaller model",
    "too_long": "set TORCHPROOF_MODEL_WINDOW to the tokens that the model reads",
}
"""What to do about a kind of failure."""

LOOK_UP = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Looks a word up.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
    },
}


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What trying a chat model showed.

    Attributes:
        name: `provider:model`; empty where none is configured.
        state: `none`, where the default writer writes; `ok`; or `bad`.
        says: one line, without any key.
        mend: what can be done about it, if anything.
        seconds: until its first token came.
        streams: whether it came before the last.
        tools: whether it takes tools; None where that was not tried.
        window: tokens that prompt and answer may have together.
    """

    name: str
    state: Literal["none", "ok", "bad"]
    says: str
    mend: str = ""
    seconds: float = 0.0
    streams: bool = False
    tools: bool | None = None
    window: int = 0


def test_model(
    name: str | None = None,  # noqa: PT028 - no test of pytest's
    base_url: str | None = None,  # noqa: PT028
    *,
    timeout: float = 20.0,  # noqa: PT028
) -> ModelReport:
    """Says a word to a model and reports; never raises.

    Args:
        name: `provider:model`; None: the one that the environment names.
        base_url: address of its server.
        timeout: seconds to wait for a token.
    """
    try:
        settings = model_settings(name, base_url)
        if settings is None:
            return ModelReport("", "none", "no chat model is configured")
        return _tried(replace(settings, timeout=min(timeout, settings.timeout)))
    except TorchproofError as fault:
        what = f"{fault.where}: {fault.what}" if fault.where else fault.what
        return ModelReport(name or "", "bad", redacted(what), redacted(fault.hint))
    except Exception as error:  # noqa: BLE001 - each package has errors of its own
        return ModelReport(name or "", "bad", fault_of(error).says)


test_model.__test__ = False  # type: ignore[attr-defined]  # it is no test of pytest's


def _tried(settings: ModelSettings) -> ModelReport:
    from assistant.answer.chat_writer import ChatWriter

    writer = ChatWriter.opened(settings)
    try:
        return _spoken_to(writer, settings)
    finally:
        close_model(writer.model)


def _spoken_to(writer: ChatWriter, settings: ModelSettings) -> ModelReport:
    from langchain_core.messages import HumanMessage

    from assistant.answer.talk import reply

    began = time.perf_counter()
    ask = [HumanMessage("Reply with the word: ready")]
    tools = [LOOK_UP] if writer.calls_tools else []
    first = 0.0
    pieces = 0
    taken = bool(tools)
    while True:
        try:
            for _ in reply(writer.model, ask, settings, tools):
                pieces += 1
                first = first or time.perf_counter() - began
            break
        except ModelFailed as failed:
            if failed.fault.kind == "tools" and tools:
                tools, taken = [], False
                continue
            if failed.fault.kind == "broken" and pieces > 1:
                break  # a model without sense runs into its limit; it answers all the same
            where = f" at {settings.place}" if settings.place else ""
            return ModelReport(
                settings.name,
                "bad",
                f"{failed.fault.says}{where}",
                MEND.get(failed.fault.kind, ""),
                window=writer.window,
            )
    what = ["streams" if pieces > 1 else "answers", "takes tools" if taken else "without tools"]
    device = getattr(writer.model, "device", "")
    where = settings.place or (f"on {device}" if device else "")
    says = f"{', '.join(what)}; first token after {first:.2f} s, {writer.window:,} tokens {where}"
    return ModelReport(
        settings.name,
        "ok",
        says.strip(),
        seconds=first or time.perf_counter() - began,
        streams=pieces > 1,
        tools=taken,
        window=writer.window,
    )
