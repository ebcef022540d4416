"""Which GPU a run may use, and what is composed for it; nothing of this needs one."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from assistant.sandbox import accelerator
from assistant.sandbox.accelerator import Accelerator
from assistant.sandbox.child import Walls, limits_of
from assistant.sandbox.limits import STANDARD
from assistant.sandbox.service import SandboxService
from assistant.sandbox.warm import _ENVIRONMENT, _bwrap
from assistant.settings import load_settings
from corpus.errors import EnvironmentFault, InputError

GPU = Accelerator(("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm"))


@pytest.fixture
def nodes(tmp_path: Path) -> Path:
    for name in ("null", "nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "nvidia-caps", "sda"):
        (tmp_path / name).touch()
    return tmp_path


def walls(devices: tuple[str, ...]) -> Walls:
    return Walls("1", 4, [], 1 << 30, (1000, 1000), devices)


def test_without_a_choice_snippets_see_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(accelerator.VARIABLE, raising=False)
    assert load_settings().device == "cpu"
    assert accelerator.choose("cpu") is None
    assert accelerator.environment(_ENVIRONMENT, None)["CUDA_VISIBLE_DEVICES"] == ""
    assert accelerator.bwrap_options(None) == []


def test_the_users_choice_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(accelerator.VARIABLE, "AUTO")
    assert load_settings().device == "auto"
    monkeypatch.setenv(accelerator.VARIABLE, "gpu")
    with pytest.raises(InputError, match="choose cpu, auto, cuda"):
        load_settings()


def test_only_the_drivers_nodes_are_handed_in(nodes: Path) -> None:
    found = accelerator.find(nodes, {})
    assert found is not None
    assert found.devices == ("/dev/nvidia-uvm", "/dev/nvidia0", "/dev/nvidia1", "/dev/nvidiactl")


@pytest.mark.parametrize("hidden", ["", " ", "-1"])
def test_a_gpu_that_the_user_hides_stays_hidden(nodes: Path, hidden: str) -> None:
    assert accelerator.find(nodes, {"CUDA_VISIBLE_DEVICES": hidden}) is None


def test_a_choice_among_gpus_is_passed_on(nodes: Path) -> None:
    found = accelerator.find(nodes, {"CUDA_VISIBLE_DEVICES": "1"})
    assert accelerator.environment(_ENVIRONMENT, found)["CUDA_VISIBLE_DEVICES"] == "1"


def test_a_driver_without_a_card_is_no_gpu(tmp_path: Path) -> None:
    (tmp_path / "nvidiactl").touch()
    assert accelerator.find(tmp_path, {}) is None
    assert accelerator.find(tmp_path / "none", {}) is None


def test_with_a_gpu_the_environment_differs_in_what_cuda_needs_alone() -> None:
    with_gpu = accelerator.environment(_ENVIRONMENT, GPU)
    gone = set(_ENVIRONMENT) - set(with_gpu)
    new = set(with_gpu) - set(_ENVIRONMENT)
    assert (gone, new) == ({"CUDA_VISIBLE_DEVICES"}, {"PYTORCH_NVML_BASED_CUDA_CHECK"})


def test_bubblewrap_gets_the_nodes_and_still_unshares_everything(tmp_path: Path) -> None:
    command = [*_bwrap(tmp_path, ["/opt/python"], 1 << 20), *accelerator.bwrap_options(GPU)]
    for device in GPU.devices:
        at = command.index(device)
        assert command[at - 1 : at + 2] == ["--dev-bind-try", device, device]
    assert "--unshare-all" in command
    assert not any(path.startswith("/proc/") for path in command)


def test_only_the_limit_that_cuda_cannot_live_with_is_lifted() -> None:
    bounded = dict(limits_of(STANDARD, walls(()), session=False))
    free = dict(limits_of(STANDARD, walls(GPU.devices), session=False))
    assert bounded.pop(resource.RLIMIT_AS) == (1 << 30) + STANDARD.memory_bytes
    assert free == bounded


def test_what_would_count_the_gpus_is_not_loaded_before_the_fork(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.sandbox.service.choose", lambda _: GPU)
    service = SandboxService(device="cuda")
    assert service.device == "cuda"
    assert "torch._dynamo" not in service._keeper._preload
    assert "torch" in service._keeper._preload
    service.close()


def test_a_device_that_was_opened_before_the_fork_is_noticed() -> None:
    with Path("/dev/full").open("rb"):
        assert accelerator.opened(["/dev/full"])
    assert not accelerator.opened(["/dev/full", "/dev/nowhere"])


@pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="this machine has a GPU")
def test_asking_for_a_gpu_that_is_not_there_fails_in_words() -> None:
    with pytest.raises(EnvironmentFault, match="no NVIDIA device"):
        SandboxService(device="cuda")
    assert SandboxService(device="auto").device == "cpu"


@pytest.mark.skipif(os.geteuid() != 0, reason="making device nodes takes root")
def test_nodes_reach_a_run_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any device stands for a GPU here: it has to be there in a run, and to open for writing.
    monkeypatch.setattr("assistant.sandbox.service.choose", lambda _: Accelerator(("/dev/zero",)))
    code = "import os\nprint(len(open('/dev/zero', 'r+b', 0).read(3)), os.listdir('/dev'))\n"
    plain = "import os\nprint(os.path.exists('/dev/zero'))\n"
    with SandboxService(device="cuda", preload=()) as service:
        if service.describe().get("tier") != "1":
            pytest.skip("only tier 1 builds a /dev of its own")
        result = service.run(code)
    assert result.status == "ok", result
    assert result.stdout.startswith("3 ")
    monkeypatch.setattr("assistant.sandbox.service.choose", lambda _: None)
    with SandboxService(preload=()) as service:
        assert service.run(plain).stdout == "False\n"
