import os
from collections.abc import Iterator

import pytest
from sandbox_attacks import ATTACKS, TIGHT, Attack, control, problems

from assistant.sandbox.service import SandboxService


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[SandboxService]:
    os.environ["SECRET"] = "in the server's environment"
    with SandboxService(TIGHT, tier=request.param) as service:
        assert service.describe()["available"], service.describe()
        yield service
    del os.environ["SECRET"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("service", ["1", "1b", "2"], indirect=True)
def test_an_attack_is_contained_and_the_next_snippet_is_right(service, attack: Attack) -> None:
    assert problems(service, attack) == []


OWNED = [attack for attack in ATTACKS if attack.control == "plain"]


@pytest.mark.parametrize("attack", OWNED, ids=lambda attack: attack.name)
def test_without_the_sandbox_the_attack_gets_through(attack: Attack) -> None:
    assert control(attack)
