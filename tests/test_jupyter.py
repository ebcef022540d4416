"""The notebook extension in a real IPython shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@pytest.fixture(scope="module")
def shell(
    tmp_path_factory: pytest.TempPathFactory, lend: Callable[[pytest.MonkeyPatch], None]
) -> Iterator[InteractiveShell]:
    with pytest.MonkeyPatch.context() as patch:
        lend(patch)
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        patch.setenv("TORCHPROOF_HOME", str(tmp_path_factory.mktemp("home")))
        held = InteractiveShell.instance(user_ns={"mine": 1})
        held.history_manager.enabled = False
        held.run_line_magic("load_ext", "torchproof")
        yield held
        held.run_line_magic("unload_ext", "torchproof")
        held.history_manager.end_session()
        InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, magic: str, line: str, cell: str | None = None) -> Any:
    with capture_output() as captured:
        if cell is None:
            shell.run_line_magic(magic, line)
        else:
            shell.run_cell_magic(magic, line, cell)
    (output,) = captured.outputs
    return output.data


def test_a_cell_is_judged_line_by_line(shell: InteractiveShell) -> None:
    cell = (
        "import torch\nprint(torch.ones(3).sum())  # tensor(4.)\nprint(torch.ones(2, 3).shape)"
        "  # torch.Size([2, 3])\n"
    )
    data = shown(shell, "verify", "", cell)
    assert data["text/plain"].splitlines() == [
        "    1  import torch",
        "✗   2  print(torch.ones(3).sum())  # tensor(4.)",
        "        running it gives tensor(3.)",
        "✓   3  print(torch.ones(2, 3).shape)  # torch.Size([2, 3])",
        "it ran (1 refuted, 1 confirmed)",
    ]
    assert "running it gives <code>tensor(3.)</code>" in data["text/html"]


def test_a_cell_sees_the_verified_ones_before_it_and_not_the_notebook(
    shell: InteractiveShell,
) -> None:
    shown(shell, "verify", "", "base = 20\nmine = 2\n")
    assert "✓   1" in shown(shell, "verify", "", "print(base + 1)  # 21\n")["text/plain"]
    assert "✓" not in shown(shell, "verify", "--alone", "print(base + 1)  # 21\n")["text/plain"]
    assert shell.user_ns["mine"] == 1


def test_markup_in_a_cell_is_inert(shell: InteractiveShell) -> None:
    data = shown(shell, "verify", "", 'print("<b>x</b>")  # <img src=x>\n')
    assert "<img" not in data["text/html"]
    assert "<b>x" not in data["text/html"]


def test_a_mistake_is_one_line(shell: InteractiveShell) -> None:
    assert shown(shell, "ask", "  ")["text/plain"].startswith("torchproof: the question is empty")
    data = shown(shell, "verify", "", "def broken(:\n")
    assert "SyntaxError" in data["text/plain"]


def test_a_question_is_answered_with_sources(
    shell: InteractiveShell, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant import Torchproof

    monkeypatch.setattr(Torchproof, "_assistant", lambda _: assistant)
    data = shown(shell, "ask", "What happens to the gradient when backward is called twice?")
    assert "Sources" in data["text/plain"]
    assert "✗ refuted" in data["text/plain"]
    assert "**Sources**" in data["text/markdown"]
