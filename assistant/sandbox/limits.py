"""What a snippet may use up, as numbers that a caller can set."""

from __future__ import annotations

from dataclasses import dataclass, fields

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one run, or on each run of a session.

    Attributes:
        seconds: wall clock.
        cpu_seconds: processor time of all the run's processes together.
        memory_bytes: resident and shared memory of all its processes together, beyond what the
            warm interpreter itself takes; one process may not map more than that either.
        processes: processes and threads together.
        open_files: file descriptors in one process.
        file_bytes: size of one file.
        scratch_bytes: the working folder, and `/dev/shm`, each.
        output_bytes: kept of stdout, and of stderr, each: head and tail.
        record_bytes: records that a driver emits, all together.
        image_bytes: PNG files of figures, all together.
        threads: threads that torch computes with.
    """

    seconds: float = 10.0
    cpu_seconds: float = 40.0
    memory_bytes: int = 2 * GIB
    processes: int = 64
    open_files: int = 256
    file_bytes: int = 256 * MIB
    scratch_bytes: int = 256 * MIB
    output_bytes: int = 64 * KIB
    record_bytes: int = 8 * MIB
    image_bytes: int = 8 * MIB
    threads: int = 1

    def __post_init__(self) -> None:
        bad = [field.name for field in fields(self) if not getattr(self, field.name) > 0]
        if bad:
            raise ValueError(f"limits must be positive: {', '.join(bad)}")


STANDARD = Limits()
HEAVY = Limits(
    seconds=120.0,
    cpu_seconds=240.0,
    memory_bytes=4 * GIB,
    processes=256,
    open_files=1024,
    file_bytes=512 * MIB,
    scratch_bytes=1 * GIB,
)
"""For several processes (loader workers, two ranks) and for compilers, which take their time."""


def human_bytes(count: int) -> str:
    """`count` bytes for a reader: `3.1 GB`."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"


def human_seconds(seconds: float) -> str:
    """`seconds` for a reader: `5 s`, `0.5 s`."""
    return f"{seconds:g} s"
