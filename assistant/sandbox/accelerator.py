"""Which GPU a run may use: none, unless the user chose so and the machine has one.

What is handed in are the device nodes of NVIDIA's driver.  Its libraries stand among the system's
own.  Nothing here touches the driver: that is for the process of a run, for what has been
initialised before a fork cannot be used after it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Device = Literal["cpu", "auto", "cuda"]
VARIABLE = "TORCHPROOF_RUN_DEVICE"

_NODES = re.compile(r"nvidia\d+|nvidiactl|nvidia-uvm|nvidia-uvm-tools")
_CARD = re.compile(r"nvidia\d+")
READ = ("/sys/devices/system/node", "/sys/module/nvidia", "/proc/driver/nvidia")
"""What the driver's libraries read of the kernel besides."""
BEFORE_FORK = frozenset({"torch._dynamo"})
"""Modules that ask how many devices there are while they load, which would initialise CUDA."""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A GPU that runs may use.

    Attributes:
        devices: device nodes, absolute.
        visible: value of `CUDA_VISIBLE_DEVICES`; None leaves it unset.
    """

    devices: tuple[str, ...]
    visible: str | None = None


def read_device(environment: Mapping[str, str]) -> Device:
    """Where snippets run by the user's choice: `cpu` unless `TORCHPROOF_RUN_DEVICE` says else.

    Raises:
        InputError: it says something that is no device.
    """
    given = environment.get(VARIABLE, "").strip().lower() or "cpu"
    for known in get_args(Device):
        if given == known:
            chosen: Device = known
            return chosen
    from corpus.errors import InputError

    raise InputError(
        f"no device {given!r}", where=VARIABLE, hint=f"choose {', '.join(get_args(Device))}"
    )


def find(folder: Path, environment: Mapping[str, str]) -> Accelerator | None:
    """The GPU of this machine, if its nodes are there and the user does not hide it.

    Args:
        folder: where device nodes are, `/dev`.
        environment: of which `CUDA_VISIBLE_DEVICES` is heeded.
    """
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in ("", "-1"):
        return None
    try:
        names = sorted(path.name for path in folder.iterdir() if _NODES.fullmatch(path.name))
    except OSError:
        return None
    if "nvidiactl" not in names or not any(map(_CARD.fullmatch, names)):
        return None
    return Accelerator(tuple(f"/dev/{name}" for name in names), visible)


def choose(wanted: Device) -> Accelerator | None:
    """The accelerator for runs, or None for the CPU.

    Raises:
        EnvironmentFault: `cuda` is wanted, and the machine has none.
    """
    if wanted == "cpu":
        return None
    found = find(Path("/dev"), os.environ)
    if found is None and wanted == "cuda":
        from corpus.errors import EnvironmentFault

        raise EnvironmentFault(
            "snippets cannot run on CUDA: this machine shows no NVIDIA device",
            where=f"{VARIABLE}=cuda",
            hint="choose auto or cpu, or see `torchproof doctor`",
        )
    return found


def environment(base: Mapping[str, str], accelerator: Accelerator | None) -> dict[str, str]:
    """The environment of the warm process.

    Args:
        base: without accelerator, CUDA hidden.
        accelerator: what runs may use.
    """
    if accelerator is None:
        return dict(base)
    shown = {name: value for name, value in base.items() if name != "CUDA_VISIBLE_DEVICES"}
    if accelerator.visible is not None:
        shown["CUDA_VISIBLE_DEVICES"] = accelerator.visible
    # Asks the driver's management library whether CUDA is there, which initialises nothing.
    return {**shown, "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}


def bwrap_options(accelerator: Accelerator | None) -> list[str]:
    """What bubblewrap is told so that the devices stand inside."""
    options: list[str] = []
    for device in accelerator.devices if accelerator else ():
        options += ["--dev-bind-try", device, device]
    for path in READ if accelerator else ():
        if not path.startswith("/proc/"):  # it has a whole one of its own
            options += ["--ro-bind-try", path, path]
    return options


def opened(devices: Sequence[str], most: int = 256) -> bool:
    """Whether this process holds one of the devices open, and so must not be forked any more."""
    numbers: set[int] = set()
    for device in devices:
        try:
            numbers.add(os.stat(device).st_rdev)  # noqa: PTH116 - a device node, by its own path
        except OSError:
            continue
    for descriptor in range(3, most):
        try:
            if os.fstat(descriptor).st_rdev in numbers:
                return True
        except OSError:
            continue
    return False
