"""What other repositories take from here: the hook and the action name commands that work."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from assistant.cli.verify import verify

ROOT = Path(__file__).parent.parent
BAD = "# Sums\n\n```python\nprint(1 + 1)  # 3\n```\n"
GOOD = BAD.replace("# 3", "# 2")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A repository's documents, and a folder with the command that an installation gives."""
    (tmp_path / "guide one").mkdir()
    (tmp_path / "guide one" / "bad.md").write_text(BAD, encoding="utf-8")
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    command = bin_folder / "torchproof"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m assistant.cli.main "$@"\n')
    command.chmod(0o755)
    return tmp_path


def environment(docs: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "PATH": f"{docs / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **more,
    }  # fmt: skip


def run(command: list[str], docs: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=docs, env=environment(docs, **more), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_the_hook_runs_and_refuses_a_false_claim(docs: Path) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    assert hook["language"] == "python"
    assert hook["require_serial"], "one warm process for all files"
    entry = shlex.split(hook["entry"])
    found = run([*entry, "good.md", "guide one/bad.md"], docs)
    assert found.returncode == 1
    assert "guide one/bad.md:4:17: refuted (value)" in found.stdout


@pytest.mark.parametrize(
    ("name", "taken"),
    [("README.md", True), ("docs/a.ipynb", True), ("a.html", True), ("src/train.py", False),
     ("notes.mdx.bak", False)],
)  # fmt: skip
def test_the_hook_looks_at_documents(name: str, taken: bool) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    assert bool(re.search(hook["files"], name)) == taken


def step(name: str) -> dict[str, Any]:
    return next(s for s in read("action.yml")["runs"]["steps"] if s.get("name") == name)


def inputs_of(env: dict[str, str], **given: str) -> dict[str, str]:
    """The environment of a step, its expressions filled in as the runner does."""
    defaults = {name: one["default"] for name, one in read("action.yml")["inputs"].items()}
    known = defaults | {name.replace("_", "-"): value for name, value in given.items()}
    return {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: known[m[1]], value)
        for name, value in env.items()
    }


def test_the_action_annotates_writes_its_log_and_fails(docs: Path) -> None:
    verifying = step("Verify")
    env = inputs_of(verifying["env"], paths="good.md\nguide*", sarif="out.sarif")
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", verifying["run"]]
    found = run(script, docs, **env)
    assert found.returncode == 1, found.stderr
    assert "::error file=guide one/bad.md,line=4,col=17," in found.stdout
    log = json.loads((docs / "out.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 1
    env = inputs_of(verifying["env"], paths="good.md guide*", fail_on="never")
    assert run(script, docs, **env).returncode == 0


def test_the_action_installs_this_checkout_and_what_is_asked_for(docs: Path) -> None:
    installing = step("Install")
    python = docs / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    env = inputs_of(installing["env"], install="torch==2.10.*  torchvision")
    script = ["bash", "-eo", "pipefail", "-c", installing["run"]]
    said = run(script, docs, GITHUB_ACTION_PATH="/a b", **env).stdout.splitlines()
    assert said[:3] == ["-m", "pip", "install"]
    assert said[-3:] == ["/a b", "torch==2.10.*", "torchvision"]
    env = inputs_of(installing["env"])
    assert run(script, docs, GITHUB_ACTION_PATH="/a", **env).stdout.splitlines()[-1] == "/a"


def test_inputs_and_pages_agree() -> None:
    inputs = read("action.yml")["inputs"]
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    assert used == set(inputs)
    for name, one in inputs.items():
        assert f"| `{name}` | {'`' + one['default'] + '`' if one['default'] else 'none'} |" in page
    assert read(".pre-commit-hooks.yaml")[0]["id"] in page
    shown = CliRunner().invoke(verify, ["--help"]).output
    for option in set(re.findall(r"(?<![\w-])--[a-z][\w-]+", page)) - {"--upgrade"}:
        assert option in shown, f"docs/verify.md names {option}"
