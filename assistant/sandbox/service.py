"""The sandbox as the rest of the project sees it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Literal

from assistant.sandbox import seccomp
from assistant.sandbox.canaries import holes, outlives
from assistant.sandbox.follow import PATIENCE_SECONDS, Lost, Streams, follow, job_file
from assistant.sandbox.limits import HEAVY, STANDARD, Limits
from assistant.sandbox.session import Session
from assistant.sandbox.tiers import TIERS, Tier
from assistant.sandbox.warm import NotStarted, Warm
from assistant.types import ExecutionResult

Profile = Literal["standard", "heavy"]

PRELOAD = ("torch", "torch._dynamo", "numpy", "matplotlib.pyplot")
"""What the warm process has loaded; what is not installed is passed over."""
_NEEDS_MORE = re.compile(
    r"torch\.compile|num_workers\s*=\s*[1-9]|init_process_group|mp\.spawn|multiprocessing"
    r"|torch\.distributed|torch\._inductor|ProcessPoolExecutor"
)
"""Words of code that is given the heavy profile when the caller leaves the choice."""


class SandboxService:
    """Runs foreign code; the real `assistant.seams.Sandbox`.  Thread-safe.

    Args:
        limits: for the standard profile.
        heavy: for the profile of code that needs several processes or a compiler.
        tier: the name of the only isolation to use; None chooses the strongest that holds.
        parallel: runs at a time; further ones wait.
        preload: modules that runs find loaded.
    """

    def __init__(
        self,
        limits: Limits = STANDARD,
        *,
        heavy: Limits = HEAVY,
        tier: str | None = None,
        parallel: int = 4,
        preload: tuple[str, ...] = PRELOAD,
    ) -> None:
        self._limits: dict[str, Limits] = {"standard": limits, "heavy": heavy}
        self._candidates = [t for t in TIERS if tier in (None, t.name)]
        self._preload = preload
        self._parallel = parallel
        self._slots = threading.BoundedSemaphore(parallel)
        self._change = threading.Lock()
        self._warm: Warm | None = None
        self._tier: Tier | None = None
        self._refused: dict[str, str] = {}
        self._closed = False
        self._reason = ""

    def start(self) -> None:
        """Begins warming up in the background, so that the first run need not wait for it."""
        threading.Thread(target=self._ready, name="sandbox-start", daemon=True).start()

    def close(self) -> None:
        """Ends the warm process and with it everything that still runs."""
        with self._change:
            self._closed = True
            self._reason = "the sandbox is closed"
            self._drop()

    def __enter__(self) -> SandboxService:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def describe(self) -> Mapping[str, Any]:
        """What isolation holds here; waits for the start.

        Keys: `available`; `tier`, `title`, `covers` and `gaps` (sentences) of the one in use;
        `landlock`, its version in the kernel; `refused`, for each stronger tier why it is not used;
        `reason`, where nothing is run.
        """
        warm = self._ready()
        found: dict[str, Any] = {
            "available": warm is not None,
            "refused": dict(self._refused),
            "reason": self._reason,
        }
        if warm is not None and self._tier is not None:
            found |= {
                "tier": self._tier.name,
                "title": self._tier.title,
                "covers": list(self._tier.covers),
                "gaps": list(self._tier.gaps),
                "landlock": warm.facts.get("landlock", 0),
            }
        return found

    def run(
        self,
        code: str,
        *,
        seconds: float | None = None,
        driver: str | None = None,
        payload: Mapping[str, Any] | None = None,
        profile: Profile | None = None,
        seed: int = 0,
    ) -> ExecutionResult:
        """Runs `code` as `__main__`; see `assistant.seams.Sandbox`.

        Args:
            code: the source.
            seconds: cap on the wall clock; None: the profile's.
            driver: source of a module of ours with `drive(code, payload, emit)`.  It finds the
                fresh `__main__` in `sys.modules`, with `__file__` naming a file that holds `code`.
            payload: for it.
            profile: None chooses by what the code mentions.
            seed: for torch's, numpy's and Python's generators.
        """
        limits = self._limits[profile or _profile_for(code)]
        if not code.isascii() and "\0" not in code:
            code = code.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        with self._slots:
            for attempt in (1, 2):
                warm = self._ready()
                if warm is None:
                    return ExecutionResult("unavailable", reason=self._reason)
                try:
                    return self._run_once(
                        warm, code, seconds or limits.seconds, driver, payload or {}, limits, seed
                    )
                except Lost as lost:
                    self.give_up(warm)
                    # The code may have had a hand in it, so it is not given another process.
                    return ExecutionResult(
                        "killed", reason=f"the sandbox had to be restarted: {lost}", tier=warm.tier
                    )
                except OSError as error:
                    self.give_up(warm)
                    if attempt == 2:
                        return ExecutionResult("unavailable", reason=f"cannot be started: {error}")
        raise AssertionError("unreachable")

    def _run_once(
        self,
        warm: Warm,
        code: str,
        seconds: float,
        driver: str | None,
        payload: Mapping[str, Any],
        limits: Limits,
        seed: int,
    ) -> ExecutionResult:
        name = None if driver is None else warm.teach(driver)
        streams = Streams(limits)
        status, status_theirs = status_pair()
        job = job_file(code, payload, streams.key, "snippet.py")
        try:
            number = warm.begin(
                (job, status_theirs, *streams.theirs),
                limits,
                seconds=seconds + PATIENCE_SECONDS,
                seed=seed,
                driver=name,
            )
            streams.given()
            os.close(status_theirs)
            status_theirs = -1
            return follow(
                streams, status, seconds, warm.tier, lambda reason: warm.stop(number, reason)
            )
        finally:
            streams.close()
            for descriptor in (job, status, status_theirs):
                if descriptor >= 0:
                    os.close(descriptor)

    def open_session(self, *, profile: Profile = "standard", seed: int = 0) -> Session:
        """A namespace that lives on from run to run, for cells that build on each other.

        Where nothing can be run, its runs say so.
        """
        return Session(self, self._limits[profile], seed)

    @contextlib.contextmanager
    def slot(self) -> Iterator[Warm | None]:
        """One of the parallel places, and the warm process if there is one."""
        with self._slots:
            yield self._ready()

    @property
    def reason(self) -> str:
        """Why nothing is run, if so."""
        return self._reason

    def _ready(self) -> Warm | None:
        """The warm process, started or started anew if need be; None where none can be had."""
        with self._change:
            if self._closed:
                return None
            if self._warm is not None and self._warm.alive:
                return self._warm
            self._drop()
            if sys.platform != "linux" or not seccomp.supported():
                self._reason = (
                    f"foreign code is only run on Linux (x86-64, aarch64), not on {sys.platform}"
                )
                return None
            if self._tier is None and self._refused:
                return None
            candidates = self._candidates if self._tier is None else [self._tier]
            for tier in candidates:
                warm = self._try(tier)
                if warm is not None:
                    self._warm, self._tier, self._reason = warm, tier, ""
                    return warm
            told = "; ".join(f"tier {name}: {why}" for name, why in self._refused.items())
            self._reason = f"no isolation holds on this machine ({told})"
            return None

    def _try(self, tier: Tier) -> Warm | None:
        """Starts a warm process in `tier`, and on the first time attacks it."""
        largest = max(limits.scratch_bytes for limits in self._limits.values())
        try:
            warm = Warm(tier.name, self._preload, largest)
        except (NotStarted, OSError) as error:
            self._refused[tier.name] = str(error)
            return None
        if self._tier is None:
            found = self._attack(warm, tier)
            if found:
                warm.close()
                self._refused[tier.name] = f"did not hold: {', '.join(found)}"
                return None
        return warm

    def _attack(self, warm: Warm, tier: Tier) -> list[str]:
        def run(code: str) -> ExecutionResult:
            return self._run_once(warm, code, 10.0, None, {}, self._limits["standard"], 0)

        try:
            if tier.needs_landlock and warm.facts["landlock"] < tier.needs_landlock:
                return [f"Landlock {tier.needs_landlock} is needed"]
            found = holes(run, forks=tier.forks)
            if not found and tier.forks and outlives(run):
                found = ["leaves processes behind"]
        except (Lost, OSError) as error:
            found = [str(error)]
        return found

    def give_up(self, warm: Warm) -> None:
        """Drops a warm process that no longer answers; the next run starts another."""
        with self._change:
            if self._warm is warm:
                self._drop()

    def _drop(self) -> None:
        if self._warm is not None:
            self._warm.close()
            self._warm = None


def status_pair() -> tuple[int, int]:
    """A socket for how a run ends: our end, and the warm process's."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return ours.detach(), theirs.detach()


def _profile_for(code: str) -> Profile:
    return "heavy" if _NEEDS_MORE.search(code) else "standard"
