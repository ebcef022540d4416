"""Chat models by name, opened through LangChain; each provider's package is optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.answer.secrets import key_for, redacted
from assistant.settings import ModelSettings
from corpus.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = ("openai", "ollama", "anthropic", "huggingface")
"""Providers for whose package this project has an optional extra of the same name."""

KEYED = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
"""Providers whose own servers want a key, and the variable that holds it."""

NO_KEY = "no-key"
"""Sent where a client insists on a key and the server wants none."""

WINDOW = 8_192
"""Tokens that a model is taken to read where nothing says how many."""


def open_model(settings: ModelSettings) -> BaseChatModel:
    """The chat model of the settings; no server is asked for anything yet.

    `openai:` is any server that speaks that protocol, `ollama:`, `anthropic:` and every other
    provider of LangChain's `init_chat_model` are what they say, and `huggingface:` is a model on
    this machine, by folder or by its name on the hub, which `assistant.answer.local_model` runs.

    Raises:
        InputError: there is no such provider or model, or its settings cannot be used.
        EnvironmentFault: the provider's package, or its key, is missing.
    """
    where = f"--model {settings.name}"
    provider = settings.provider
    if provider == "huggingface":
        if settings.url:
            raise InputError(
                "a model on this machine has no address",
                where="--base-url",
                hint="leave it out, or name a server's model as openai:NAME",
            )
        from assistant.answer.local_model import LocalChatModel

        return LocalChatModel.load(settings.model)
    if provider in KEYED and not settings.url and key_for(provider) is None:
        raise EnvironmentFault(
            f"there is no key for {provider}",
            where=where,
            hint=f"set {KEYED[provider]}, or name a server of your own with --base-url",
        )
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(
            settings.model, model_provider=provider, **_options(settings)
        )
    except ImportError:
        hint = (
            f'pip install "torchproof[{provider}]"'
            if provider in EXTRAS
            else f"install LangChain's package for {provider}"
        )
        raise EnvironmentFault(
            f"the package for {provider} is not installed", where=where, hint=hint
        ) from None
    except Exception as fault:  # noqa: BLE001 - each package has errors of its own
        # Nothing of the original is kept: it may hold the key.
        if "Unsupported provider" in str(fault):
            raise InputError(
                f"there is no provider {provider!r}",
                where=where,
                hint=f"{', '.join(EXTRAS)}, or another of LangChain's",
            ) from None
        reason = next(iter(redacted(str(fault)).splitlines()), type(fault).__name__)[:200]
        raise InputError(
            reason, where=where, hint="check the name and the provider's key"
        ) from None
    return model


def _options(settings: ModelSettings) -> dict[str, Any]:
    """What a provider's class is made with; attempts and pauses are ours, not the client's."""
    provider, timeout = settings.provider, settings.timeout
    key = key_for(provider)
    if provider == "openai":
        options: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
        if settings.url:
            options |= {"base_url": settings.url, "temperature": 0.0}
            options["api_key"] = key or NO_KEY
        elif key:
            options["api_key"] = key
        return options
    if provider == "ollama":
        options = {
            "num_ctx": settings.window or WINDOW,
            "client_kwargs": {"timeout": timeout},
            "temperature": 0.0,
        }
        return options | ({"base_url": settings.url} if settings.url else {})
    options = {"timeout": timeout, "max_retries": 0}
    if key:
        options["api_key"] = key
    elif provider in KEYED:
        options["api_key"] = NO_KEY
    return options | ({"base_url": settings.url} if settings.url else {})


def window_of(model: BaseChatModel, settings: ModelSettings) -> int:
    """Tokens that prompt and answer may have together."""
    if settings.window:
        return settings.window
    own = getattr(model, "window", None)
    profile = getattr(model, "profile", None) or {}
    found = own or profile.get("max_input_tokens")
    return int(found) if isinstance(found, int) and found > 0 else WINDOW


def can_call_tools(model: BaseChatModel) -> bool:
    """Whether the model's class knows how to offer tools; its server may still refuse them."""
    from langchain_core.language_models import BaseChatModel as Base

    profile = getattr(model, "profile", None) or {}
    return (
        type(model).bind_tools is not Base.bind_tools and profile.get("tool_calling") is not False
    )


def close_model(model: BaseChatModel) -> None:
    """Ends the connections that a model keeps for itself; OpenAI's clients are shared, and stay."""
    if type(model).__module__.startswith("langchain_ollama"):
        client = getattr(getattr(model, "_client", None), "_client", None)
        if client is not None:
            client.close()
