"""What is put into the pages when they are built: other files of the repository, and `--help`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"verify.md": "docs/verify.md", "evaluation.md": "docs/evaluation.md",
          "security.md": "SECURITY.md"}  # fmt: skip
"""Pages that lie elsewhere, where readers of the repository look for them."""
_LINKS = {"../SECURITY.md": "security.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are made or that lie elsewhere."""
    for page, path in BESIDE.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        for old, new in _LINKS.items():
            text = text.replace(f"]({old})", f"]({new})")
        files.append(File.generated(config, page, content=text))
    text = "\n".join(command_lines())
    files.append(File.generated(config, "reference/cli.md", content=text))
    return files


def command_lines() -> Iterator[str]:
    """The reference of the command line, as Markdown."""
    from assistant.cli.main import cli

    yield "# Command line\n"
    yield "Everything that `--help` says. Exit status: 0 done; 1 done, and something wrong was"
    yield "found; 2 the input or the machine was wrong, with one line on stderr.\n"
    yield from _command(cli, "torchproof", 2)


def _command(command: click.Command, name: str, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=name, max_content_width=96, terminal_width=96)
    yield f"{'#' * min(level, 4)} {name}\n"
    yield f"```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found: Any = command.get_command(context, child)
            if found is not None:
                yield from _command(found, f"{name} {child}", level + 1)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Takes out the remarks to the tests."""
    return re.sub(r"<!-- not run: .*? -->\n", "", markdown)
