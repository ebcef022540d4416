"""The sandbox as the rest of the project sees it."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Literal

from assistant.sandbox.accelerator import BEFORE_FORK, Device, choose
from assistant.sandbox.follow import Lost, run_once
from assistant.sandbox.keeper import Keeper
from assistant.sandbox.limits import HEAVY, STANDARD, Limits
from assistant.sandbox.session import Session
from assistant.sandbox.tiers import TIERS
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
        heavy: for the profile of code that needs several processes or a compiler, of which one
            runs at a time; None: `limits.HEAVY`, unless `limits` are the caller's own, which then
            hold for both.
        tier: the name of the only isolation to use; None chooses the strongest that holds.
        parallel: runs at a time; further ones wait.
        preload: modules that runs find loaded.
        device: `cuda` lets runs use this machine's GPU, `auto` does if it has one.
        niceness: by how much runs give way to other work of this machine, 0 to 19, as `nice` does.

    Raises:
        ValueError: there is no such tier.
        EnvironmentFault: `cuda` is asked for, and the machine has none.
    """

    def __init__(
        self,
        limits: Limits = STANDARD,
        *,
        heavy: Limits | None = None,
        tier: str | None = None,
        parallel: int = 4,
        preload: tuple[str, ...] = PRELOAD,
        device: Device = "cpu",
        niceness: int = 0,
    ) -> None:
        names = [known.name for known in TIERS]
        if tier is not None and tier not in names:
            raise ValueError(f"no tier {tier!r}; there are {', '.join(names)}")
        if heavy is None:
            heavy = HEAVY if limits == STANDARD else limits
        self._limits: dict[str, Limits] = {"standard": limits, "heavy": heavy}
        self._slots = threading.BoundedSemaphore(parallel)
        self._alone = threading.Lock()
        self._heavy = threading.Lock()
        found = choose(device)
        self.device: Literal["cpu", "cuda"] = "cuda" if found else "cpu"
        if found:
            preload = tuple(name for name in preload if name not in BEFORE_FORK)
        self._keeper = Keeper(
            [known for known in TIERS if tier in (None, known.name)],
            preload,
            limits,
            max(limits.scratch_bytes, heavy.scratch_bytes),
            found,
            niceness,
        )

    def start(self) -> None:
        """Begins warming up in the background, so that the first run need not wait for it."""
        threading.Thread(target=self._keeper.ready, name="sandbox-start", daemon=True).start()

    def close(self) -> None:
        """Ends the warm process and with it everything that still runs."""
        self._keeper.close()

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
        `landlock`, its version in the kernel; `device`, where runs compute (`cpu` or `cuda`);
        `refused`, for each stronger tier why it is not used; `reason`, where nothing is run.
        """
        return self._keeper.described()

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
        profile = profile or ("heavy" if _NEEDS_MORE.search(code) else "standard")
        limits = self._limits[profile]
        code = readable(code)
        with self.place(profile):
            for attempt in (1, 2):
                warm = self._keeper.ready()
                if warm is None:
                    return ExecutionResult("unavailable", reason=self._keeper.reason)
                try:
                    return run_once(
                        warm,
                        code,
                        limits,
                        seconds=seconds or limits.seconds,
                        driver=driver,
                        payload=payload,
                        seed=seed,
                    )
                except Lost as lost:
                    self._keeper.give_up(warm)
                    # Code that had begun may have had a hand in it, and gets no other process.
                    if lost.started or attempt == 2:
                        reason = f"the sandbox had to be restarted: {lost}"
                        return ExecutionResult("killed", reason=reason, tier=warm.tier)
                except OSError as error:
                    self._keeper.give_up(warm)
                    if attempt == 2:
                        return ExecutionResult("unavailable", reason=f"cannot be started: {error}")
        raise AssertionError("unreachable")

    def open_session(self, *, profile: Profile = "standard", seed: int = 0) -> Session:
        """A namespace that lives on from run to run, for cells that build on each other.

        Where nothing can be run, its runs say so.
        """
        return Session(lambda: self.place(profile), self._keeper, self._limits[profile], seed)

    @contextlib.contextmanager
    def place(self, profile: Profile) -> Iterator[None]:
        """One of the places for runs at a time; waits for it."""
        with contextlib.ExitStack() as stack:
            if profile == "heavy":
                stack.enter_context(self._heavy)
            stack.enter_context(self._slots)
            self._keeper.ready()
            if self._keeper.tier is not None and not self._keeper.tier.parallel:
                stack.enter_context(self._alone)
            yield


def readable(code: str) -> str:
    """`code` as it can stand in a file: lone surrogates are replaced."""
    return code.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
