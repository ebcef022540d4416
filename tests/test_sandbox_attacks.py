"""All attacks in the tier that this machine chooses; `TORCHPROOF_ATTACKS=all` adds the other tiers,
and where root runs the tests, the same as an ordinary user."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_attacks import ATTACKS, TIGHT, Attack, control, problems

from assistant.sandbox.service import SandboxService

ALL = os.environ.get("TORCHPROOF_ATTACKS") == "all"
TIERS = ["1", "1b", "2"] if ALL else [None]
CONTROLS = {"plain", "owner"} if os.access(os.__file__, os.W_OK) else {"plain"}


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[SandboxService]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", "in the server's environment")
        with SandboxService(TIGHT, tier=request.param) as service:
            assert service.describe()["available"], service.describe()
            yield service


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("service", TIERS, indirect=True)
def test_an_attack_is_contained_and_the_next_snippet_is_right(service, attack: Attack) -> None:
    assert problems(service, attack) == []


@pytest.mark.parametrize(
    "attack",
    [attack for attack in ATTACKS if attack.control in CONTROLS],
    ids=lambda attack: attack.name,
)
def test_without_the_sandbox_the_attack_gets_through(attack: Attack) -> None:
    assert control(attack)


if ALL and os.geteuid() == 0:

    @pytest.mark.parametrize("tier", TIERS)
    def test_an_ordinary_users_sandbox_contains_them_too(tier: str) -> None:
        here = Path(__file__).parent
        done = subprocess.run(
            [sys.executable, here / "sandbox_as_user.py", here / "sandbox_attacks.py", tier],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": os.fspath(here.parent)},
            check=True,
        )
        assert json.loads(done.stdout) == {}
