"""The pages: every command and example in them runs, and they build without a warning."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest

from assistant.cli.main import cli, main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *(DOCS / "pages").rglob("*.md")])
EXITS = {"pytest --torchproof notes": 1}
"""Commands that find something wrong, as their page says."""
PROVIDERS = re.compile(r"openai|anthropic|ollama|huggingface|mistral|cohere|google|groq|bedrock")


@dataclass(frozen=True)
class Block:
    page: Path
    language: str
    text: str
    skipped: bool

    @property
    def commands(self) -> list[str]:
        sign = "$ " if self.language == "console" else ""
        lines = (line for line in self.text.splitlines() if line.startswith(sign))
        return [line.removeprefix(sign).strip() for line in lines]


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"(<!-- not run: .+? -->\n)?^```(\w+)\n(.*?)^```", text, re.M | re.S)
    return [Block(page, one[2], one[3], bool(one[1])) for one in found]


def named(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example files, in which the commands of one page follow another's."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(DOCS / "examples", folder / "examples")
    return folder / "examples"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def at_desk(
    desk: Path,
    home: Path,
    embedder: Any,
    lend: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setenv("TORCHPROOF_HOME", str(home))
    monkeypatch.setattr("index.embed.load_embedder", lambda *_, **__: embedder)
    lend(monkeypatch)


def with_code(language: str, *, skipped: bool) -> list[Path]:
    return [
        page
        for page in PAGES
        if any(b.language == language and b.skipped == skipped for b in blocks(page))
    ]


@pytest.mark.usefixtures("at_desk")
@pytest.mark.parametrize("page", with_code("console", skipped=False), ids=named)
def test_the_commands_of_a_page_run(
    page: Path, desk: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in blocks(page):
        if block.language != "console" or block.skipped:
            continue
        for command in block.commands:
            words = shlex.split(command, comments=True)
            status = 0
            if words[0] == "pytest":
                done = subprocess.run(
                    [sys.executable, "-m", *words], cwd=desk, capture_output=True, check=False
                )
                status = done.returncode
            else:
                assert words[0] == "torchproof", command
                at = words.index("<") if "<" in words else len(words)
                source = desk / words[at + 1] if at < len(words) else Path(os.devnull)
                with source.open(encoding="utf-8") as stdin:
                    monkeypatch.setattr("sys.stdin", stdin)
                    status = main(words[1:at])
            said = capfd.readouterr()
            assert status == EXITS.get(command, 0), f"{command}\n{said.out}\n{said.err}"
            assert "Traceback" not in said.out + said.err, command


@pytest.mark.usefixtures("at_desk")
@pytest.mark.parametrize("page", with_code("python", skipped=False), ids=named)
def test_the_examples_of_a_page_run(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language == "python" and not block.skipped:
            exec(compile(block.text, named(page), "exec"), names)
    assert capsys.readouterr().out


def test_the_example_of_the_api_is_true() -> None:
    import doctest

    from assistant import api

    (test,) = doctest.DocTestFinder(recurse=False).find(api.Torchproof, globs={})
    failed, tried = doctest.DocTestRunner().run(test)
    assert (failed, tried) == (0, 3)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_are_not_run_exist_with_their_options(page: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    for block in blocks(page):
        if block.language not in ("console", "bash"):
            continue
        for command in block.commands:
            words = shlex.split(command, comments=True)
            if words[:2] == ["pip", "install"]:
                named_extras = re.findall(r"\[([\w,]+)\]", command)
                assert all(set(one.split(",")) <= set(extras) for one in named_extras), command
            elif words and words[0] == "torchproof":
                parsed(words[1:])


def parsed(words: list[str]) -> None:
    """Parses without running, down to the last command of a group."""
    group: click.Command = cli
    context = click.Context(cli)
    while isinstance(group, click.Group):
        found = group.get_command(context, words[0])
        assert found is not None, words
        group, words = found, words[1:]
        context = group.make_context(group.name, list(words), resilient_parsing=True)


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", DOCS / "mkdocs.yml",
         "-d", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    line = (tmp_path / "reference" / "cli.html").read_text(encoding="utf-8")
    for name in cli.list_commands(click.Context(cli)):
        assert f"torchproof {name}" in line
    api = (tmp_path / "reference" / "python.html").read_text(encoding="utf-8")
    assert "code_or_path" in api
    pages = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html"))
    assert "fonts.googleapis" not in pages
    assert "not run: " not in pages


def test_the_package_pulls_no_provider_and_every_extra_says_what_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert not [one for one in project["dependencies"] if PROVIDERS.search(one)]
    page = (DOCS / "pages" / "index.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `(\w+)` \|$", page, re.M))
    assert set(rows) == set(project["optional-dependencies"]) - {"dev"}
    for extra in ("mcp", "anki", "docs"):
        assert find_spec(rows[extra]) is not None
