import pytest

from eval import sandbox_speed


def test_a_trivial_snippet_is_far_faster_than_a_fresh_interpreter(sandbox):
    speed = sandbox_speed.trivial(sandbox, warm=20, fresh=1)
    assert speed.tier == sandbox.describe()["tier"]
    assert speed.ratio == pytest.approx(speed.fresh_ms / speed.warm_ms)
    assert speed.ratio > 10


def test_the_training_loop_is_measured_against_itself(sandbox):
    speed = sandbox_speed.training_loop(sandbox, rounds=1)
    assert speed.allowed_ms == pytest.approx(1.5 * speed.own_ms + 20)
    assert speed.own_ms > 0
    assert speed.sandboxed_ms > 0


def test_mixed_snippets_are_right_and_leave_nothing(sandbox):
    seen = sandbox_speed.endurance(sandbox, snippets=60)
    assert (seen.wrong, seen.processes, seen.descriptors, seen.scratch) == (0, 0, 0, 0)
    assert seen.megabytes < 50
    assert 0 < seen.median_ms <= seen.p95_ms
