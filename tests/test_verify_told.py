"""What texts say of the library is remembered, once it was asked."""

from __future__ import annotations

from typing import Any

from assistant.sandbox.service import SandboxService
from assistant.types import ExecutionResult
from assistant.verify.verifier import Verifier

TEXT = "The argument `lr` of `torch.optim.Adam` defaults to 0.1."


class Starting:
    """The sandbox, as long as it cannot answer and afterwards."""

    def __init__(self, sandbox: SandboxService) -> None:
        self._sandbox = sandbox
        self.ready = False
        self.runs = 0

    def run(self, code: str, **more: Any) -> ExecutionResult:
        self.runs += 1
        if not self.ready:
            return ExecutionResult("unavailable", reason="it is starting")
        return self._sandbox.run(code, **more)

    def close(self) -> None: ...


def states(verifier: Verifier) -> list[str]:
    ((*facts,),) = verifier.said([TEXT])
    return [fact.judgement.state for fact in facts]


def test_a_text_is_judged_once_it_can_be_and_then_known(sandbox: SandboxService) -> None:
    starting = Starting(sandbox)
    verifier = Verifier(starting)
    assert "refuted" not in states(verifier)
    starting.ready = True
    assert "refuted" in states(verifier)
    asked = starting.runs
    assert "refuted" in states(verifier)
    assert starting.runs == asked


def test_names_that_were_asked_for_ahead_are_not_asked_for_again(sandbox: SandboxService) -> None:
    starting = Starting(sandbox)
    starting.ready = True
    verifier = Verifier(starting)
    verifier.acquaint([TEXT])
    asked = starting.runs
    assert "refuted" in states(verifier)
    assert starting.runs == asked
