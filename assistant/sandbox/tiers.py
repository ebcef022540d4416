"""The ways in which foreign code can be held, strongest first, and what each does not cover."""

from __future__ import annotations

from dataclasses import dataclass

_EVERYWHERE = (
    "files of this machine other than the system's programs and the Python packages",
    "the network and every socket of this machine",
    "other processes: seeing, signalling and tracing them",
    "memory, processor time, processes, open files, disk and output, all bounded",
    "the environment, the server's memory and other snippets",
)
_NOWHERE = (
    "faults of the kernel itself",
    "side channels: timing, caches, load",
    "what a snippet says of itself: it may print or report lies about its own values",
)


@dataclass(frozen=True, slots=True)
class Tier:
    """One way.

    Attributes:
        name: `1`, `1b` or `2`.
        title: for a reader.
        covers: what foreign code cannot get at.
        gaps: what is not covered, or does not run.
        forks: whether foreign code may make processes.
        parallel: whether several runs may go on at a time.
        needs_landlock: the version of Landlock without which it is no wall; 0: goes without.
    """

    name: str
    title: str
    covers: tuple[str, ...]
    gaps: tuple[str, ...]
    forks: bool
    parallel: bool
    needs_landlock: int


TIERS = (
    Tier(
        name="1",
        title="own namespaces for every run",
        covers=_EVERYWHERE,
        gaps=_NOWHERE,
        forks=True,
        parallel=True,
        needs_landlock=0,
    ),
    Tier(
        name="1b",
        title="namespaces made by bubblewrap, one run at a time",
        covers=_EVERYWHERE,
        gaps=(*_NOWHERE, "runs wait for each other"),
        forks=True,
        parallel=False,
        needs_landlock=0,
    ),
    Tier(
        name="2",
        title="Landlock and a system call filter, no namespaces",
        covers=_EVERYWHERE,
        gaps=(
            *_NOWHERE,
            "whether a file exists, its size and times, can be found out",
            "no processes of its own: no loader workers, no torch.distributed, no inductor",
            "disk and memory are watched, and may be exceeded for a twentieth of a second",
        ),
        forks=False,
        parallel=True,
        needs_landlock=3,
    ),
)
"""`3` in tier 2: before it, Landlock does not see files being truncated."""
