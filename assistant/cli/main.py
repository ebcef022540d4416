"""The command group: commands are found by name and imported only when called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "chat": ("assistant.cli.chat:chat", "Serve the web app on this machine."),
    "ask": ("assistant.cli.ask:ask", "Answer a question, with citations and verdicts."),
    "search": ("assistant.cli.search:search", "List the entries nearest to a query."),
    "index": ("assistant.cli.index:index", "Build or update the index, adding your documents."),
    "inspect": ("assistant.cli.inspect:inspect", "Show what reading made of documents."),
    "verify": ("assistant.cli.verify:verify", "Run every snippet of documents, judge every claim."),
    "run": ("assistant.cli.run:run", "Run code in the sandbox."),
    "interview": ("assistant.cli.interview:interview", "Be interviewed in the terminal."),
    "export": ("assistant.cli.export:export", "Take the corpus away: Anki deck, book, notebooks."),
    "mcp": ("assistant.cli.mcp:mcp", "Offer search and verification to an MCP client."),
    "corpus": ("assistant.cli.corpus:corpus", "Check our own entries, print one, or begin one."),
    "doctor": (
        "assistant.cli.doctor:doctor",
        "Say what works here, and how to mend what does not.",
    ),
}
"""Name → where the command is, and the line that the overview shows for it."""

OTHERS = {"eval": "Measure retrieval, reading, verification and speed."}
"""Commands of packages to the right of this one; they come by entry point."""

GROUP = "torchproof.commands"


class LazyGroup(click.Group):
    """Shows its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, in the order in which a newcomer meets them."""
        return [*COMMANDS, *OTHERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Imports the module of `cmd_name`."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        if cmd_name in OTHERS:
            for point in entry_points(group=GROUP, name=cmd_name):
                loaded: click.Command = point.load()
                return loaded
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The overview, from the table above."""
        rows = [(name, line) for name, (_, line) in COMMANDS.items()] + list(OTHERS.items())
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  torchproof chat\n  torchproof ask 'why does my loss become nan?'\n"
    "  torchproof index notes/ page.html\n  torchproof verify README.md",
)
@click.version_option(package_name="torchproof", prog_name="torchproof")
def cli() -> None:
    """PyTorch interview answers that prove themselves by running."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status.

    0: done.  1: done, and something wrong was found.  2: the input or the machine was wrong; one
    line on stderr says what, where and what to do.
    """
    from corpus.errors import TorchproofError

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        status = cli.main(args=argv, prog_name="torchproof", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("torchproof: stopped", err=True)
        return 130
    except click.ClickException as fault:
        fault.show()
        return 2
    except TorchproofError as fault:
        click.echo(f"torchproof: {fault}", err=True)
        return 2
    except BrokenPipeError:
        # The reader of a pipe has gone; nothing more can be said to it, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0


def entry() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
