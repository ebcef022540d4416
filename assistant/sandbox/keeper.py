"""Keeps one warm process at hand, in the strongest isolation that withstands being attacked."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.sandbox import seccomp
from assistant.sandbox.accelerator import Accelerator
from assistant.sandbox.canaries import holes, outlives
from assistant.sandbox.follow import Lost, run_once
from assistant.sandbox.limits import Limits
from assistant.sandbox.tiers import Tier
from assistant.sandbox.warm import NotStarted, Warm
from assistant.types import ExecutionResult

ATTACK_SECONDS = 10.0
RETRY_SECONDS = 60.0
"""After how long a machine on which nothing held is tried again."""


class Keeper:
    """Starts, chooses, replaces and ends the warm process.  Thread-safe.

    Args:
        candidates: tiers to try, in order.
        preload: modules for the warm process.
        limits: the standard profile's, under which the attacks run.
        scratch_bytes: the largest working folder of any profile.
        accelerator: the GPU that runs may use, if any.
        niceness: by how much runs give way to other work of this machine.
    """

    def __init__(
        self,
        candidates: Sequence[Tier],
        preload: Sequence[str],
        limits: Limits,
        scratch_bytes: int,
        accelerator: Accelerator | None = None,
        niceness: int = 0,
    ) -> None:
        self._candidates = candidates
        self._preload = preload
        self._limits = limits
        self._scratch_bytes = scratch_bytes
        self._accelerator = accelerator
        self._niceness = niceness
        self._change = threading.Lock()
        self._warm: Warm | None = None
        self._starting: Warm | None = None
        self._closed = False
        self._tried = -RETRY_SECONDS
        self.tier: Tier | None = None
        self.refused: dict[str, str] = {}
        self.reason = ""

    def ready(self) -> Warm | None:
        """The warm process, started or started anew if need be; None where none can be had."""
        with self._change:
            if self._closed:
                return None
            if self._warm is not None and self._warm.alive:
                return self._warm
            self._drop()
            if sys.platform != "linux" or not seccomp.supported():
                self.reason = (
                    f"foreign code is only run on Linux (x86-64, aarch64), not on {sys.platform}"
                )
                return None
            if self.tier is None and time.monotonic() < self._tried + RETRY_SECONDS:
                return None
            return self._choose()

    def another(self) -> Warm | None:
        """A further warm process of the chosen tier, for the caller to close."""
        tier = self.tier
        return None if tier is None else self._start(tier)

    def give_up(self, warm: Warm) -> None:
        """Drops a warm process that no longer answers; the next run starts another."""
        with self._change:
            if self._warm is warm:
                self._drop()

    def close(self) -> None:
        """Ends the warm process and with it everything that still runs; for good."""
        self._closed = True
        starting = self._starting
        if starting is not None:
            starting.hang_up()
        with self._change:
            self.reason = "the sandbox is closed"
            self._drop()

    def described(self) -> Mapping[str, Any]:
        """What isolation holds, waiting for the start; see `SandboxService.describe`."""
        warm = self.ready()
        found: dict[str, Any] = {
            "available": warm is not None,
            "refused": dict(self.refused),
            "reason": self.reason,
            "device": "cuda" if self._accelerator else "cpu",
        }
        if warm is not None and self.tier is not None:
            found |= {
                "tier": self.tier.name,
                "title": self.tier.title,
                "covers": list(self.tier.covers),
                "gaps": list(self.tier.gaps),
                "landlock": warm.facts.get("landlock", 0),
            }
        return found

    def _drop(self) -> None:
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def _choose(self) -> Warm | None:
        """Starts the chosen tier, or chooses: the first candidate that comes up and holds."""
        known = self.tier
        self._tried = time.monotonic()
        self.refused = {} if known is None else self.refused
        for tier in self._candidates if known is None else [known]:
            if self._closed:
                break
            warm = self._start(tier)
            if warm is None:
                continue
            found = self._attack(warm, tier) if known is None else []
            if not found:
                self._warm, self.tier, self.reason = warm, tier, ""
                return warm
            warm.close()
            self.refused[tier.name] = f"did not hold: {', '.join(found)}"
        told = "; ".join(f"tier {name}: {why}" for name, why in self.refused.items())
        self.reason = f"no isolation holds on this machine ({told})"
        return None

    def _start(self, tier: Tier) -> Warm | None:
        try:
            warm = Warm(
                tier.name, self._preload, self._scratch_bytes, self._accelerator, self._niceness
            )
            self._starting = warm
            if self._closed:
                warm.hang_up()
            warm.await_ready()
        except (NotStarted, OSError) as error:
            self.refused[tier.name] = str(error)
            return None
        finally:
            self._starting = None
        return warm

    def _attack(self, warm: Warm, tier: Tier) -> list[str]:
        """What came through of the attacks; empty if the tier holds."""

        def run(code: str) -> ExecutionResult:
            return run_once(warm, code, self._limits, seconds=ATTACK_SECONDS)

        if warm.facts["landlock"] < tier.needs_landlock:
            return [f"the kernel's Landlock is older than version {tier.needs_landlock}"]
        try:
            found = holes(run, forks=tier.forks)
            if not found and tier.forks and outlives(run):
                found = ["leaves processes behind"]
        except (Lost, OSError) as error:
            found = [str(error)]
        return found
