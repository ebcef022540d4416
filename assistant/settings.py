"""Where things lie and what limits hold; read when asked for, never at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assistant.sandbox.accelerator import Device, read_device
from corpus.errors import EnvironmentFault, InputError

MAX_QUESTION = 20_000
"""Characters of a question that are still a question; more is refused with a line saying so."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run of the program needs to know.

    Attributes:
        home: the user's data folder: indexes, caches, stored sessions.
        index: folder of the index to use.
        device: where snippets run: `cpu`; `cuda`; or `auto`, CUDA if the machine has it.
    """

    home: Path
    index: Path
    device: Device = "cpu"

    @property
    def verdict_cache(self) -> Path:
        """The SQLite file of verdicts that were reached already."""
        return self.home / "verdicts.sqlite"

    def make_home(self) -> Path:
        """The data folder, made if it is not there.

        Raises:
            EnvironmentFault: it cannot be made.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(
                f"the data folder cannot be made ({fault.strerror})",
                where=str(self.home),
                hint="set TORCHPROOF_HOME to a folder you may write to",
            ) from fault
        return self.home


def load_settings(index: str | Path | None = None) -> Settings:
    """Settings from the environment and, above it, from what the user gave.

    `TORCHPROOF_HOME` names the data folder; without it, the platform's own place is taken.
    `TORCHPROOF_RUN_DEVICE` says where snippets run.

    Raises:
        InputError: it names no device.
    """
    from platformdirs import user_data_path

    given = os.environ.get("TORCHPROOF_HOME")
    home = Path(given).expanduser() if given else user_data_path("torchproof", appauthor=False)
    folder = Path(index).expanduser() if index else home / "index"
    device = read_device(os.environ)
    return Settings(home=home.absolute(), index=folder.absolute(), device=device)


NO_MODEL = ("", "none", "extractive")
"""Names that mean the default writer, which needs no model."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which chat model words the answers, and how long it is waited for.

    Attributes:
        name: `provider:model`.
        url: address of the server, where it is not the provider's own; it may hold a password.
        timeout: seconds to wait for the first token, and for each one after it; an answer may take
            four times as long.
        rounds: how often the model may call tools for one answer; 0: it gets none.
        window: tokens that prompt and answer may have together; 0: what the model says of itself.
        pause: seconds before the first new attempt; each further pause is twice as long.
    """

    name: str
    url: str = field(default="", repr=False)
    timeout: float = 60.0
    rounds: int = 3
    window: int = 0
    pause: float = 0.5

    @property
    def provider(self) -> str:
        """What stands before the colon."""
        return self.name.partition(":")[0]

    @property
    def model(self) -> str:
        """What stands behind the first colon."""
        return self.name.partition(":")[2]

    @property
    def place(self) -> str:
        """The server's scheme, host and port: what of `url` may be shown."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}" if host else ""


def model_settings(
    name: str | None = None,
    url: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> ModelSettings | None:
    """The chat model that was asked for; None where the default writer is to write.

    What is not given is read from the environment: `TORCHPROOF_MODEL`, `TORCHPROOF_MODEL_URL` (for
    `openai:` also `OPENAI_BASE_URL`), `TORCHPROOF_MODEL_TIMEOUT`, `TORCHPROOF_MODEL_ROUNDS` and
    `TORCHPROOF_MODEL_WINDOW`.

    Args:
        name: `provider:model`; `none` means no model whatever the environment says.
        url: address of the server.
        environ: the environment; None: this process's own.

    Raises:
        InputError: the name, the address or a number cannot be used.
    """
    env = os.environ if environ is None else environ
    given = (env.get("TORCHPROOF_MODEL", "") if name is None else name).strip()
    if given.lower() in NO_MODEL:
        return None
    provider, _, model = given.partition(":")
    if not provider or not model:
        raise InputError(
            "a model is named provider:model",
            where=f"--model {given}",
            hint="for example ollama:llama3.2 or openai:gpt-4o-mini",
        )
    place = (url or env.get("TORCHPROOF_MODEL_URL") or "").strip()
    if not place and provider == "openai":
        place = (env.get("OPENAI_BASE_URL") or env.get("OPENAI_API_BASE") or "").strip()
    if place and (urlsplit(place).scheme not in ("http", "https") or not urlsplit(place).netloc):
        raise InputError(
            "not the address of a server",
            where="--base-url",
            hint="for example http://127.0.0.1:8000/v1",
        )
    return ModelSettings(
        name=given,
        url=place,
        timeout=_number(env, "TORCHPROOF_MODEL_TIMEOUT", 60.0, least=0.1),
        rounds=int(_number(env, "TORCHPROOF_MODEL_ROUNDS", 3, least=0)),
        window=int(_number(env, "TORCHPROOF_MODEL_WINDOW", 0, least=0)),
    )


def _number(env: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    given = env.get(name, "").strip()
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise InputError(
            f"{given!r} is no number from {least:g} on", where=name, hint="change it or unset it"
        )
    return value
