"""Where things lie and what limits hold; read when asked for, never at import."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from assistant.sandbox.accelerator import Device, read_device
from corpus.errors import EnvironmentFault

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
