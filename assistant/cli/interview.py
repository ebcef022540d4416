"""`torchproof interview`."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import device_option, index_option, progress_bar

if TYPE_CHECKING:
    from assistant.interview.bank import Bank
    from assistant.interview.examiner import Examiner
    from assistant.interview.store import InterviewStore
    from assistant.interview.types import Interview, Kind, Level, Plan

OWNER = "local"
_KINDS = ["explain", "compare", "design", "predict", "debug", "code"]
_LEVELS = ["junior", "mid", "senior", "staff"]


@click.command(
    epilog="\b\nExamples:\n  torchproof interview --topic autograd --questions 3\n"
    "  torchproof interview --role llm --level senior --minutes 45 --report report.html\n"
    "  torchproof interview --kind predict --kind debug\n"
    "  torchproof interview --drill --topic losses\n"
    "  torchproof interview --resume\n"
    "  torchproof interview --explain 3f2a --report report.html\n"
    "  torchproof interview --export my-data.json"
)
@click.option("--topic", "topics", multiple=True, help="Only this topic (repeatable).")
@click.option("--level", "levels", multiple=True, type=click.Choice(_LEVELS))
@click.option(
    "--role",
    type=click.Choice(["research", "ml", "performance", "llm"]),
    help="Research engineer, ML engineer, inference and performance, LLM training.",
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS))
@click.option("--minutes", type=click.IntRange(1, 240), default=30, show_default=True)
@click.option("--questions", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--drill", is_flag=True, help="Repeat what is due: short cards, spaced over days.")
@click.option("--resume", is_flag=True, help="Go on with the interview that was left last.")
@click.option("--list", "listing", is_flag=True, help="List the interviews that are kept.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report here: .html, or .md.",
)
@click.option(
    "--export",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write everything that is kept of you as JSON.",
)
@click.option(
    "--explain", metavar="ID", help="Show a kept interview again, every grade with its evidence."
)
@click.option("--forget", is_flag=True, help="Delete everything that is kept of you.")
@click.option("--seed", type=int, help="Choose the same questions again.")
@device_option
@index_option
def interview(
    topics: tuple[str, ...],
    levels: tuple[Level, ...],
    role: str | None,
    kinds: tuple[Kind, ...],
    minutes: int,
    questions: int,
    drill: bool,
    resume: bool,
    listing: bool,
    report: Path | None,
    export: Path | None,
    explain: str | None,
    forget: bool,
    seed: int | None,
    device: str,
    folder: Path | None,
) -> int:
    """Be interviewed in the terminal.

    Predictions, bugs and tasks are judged by running them, explanations statement by statement
    with the words that each grade rests on; a report closes the interview.
    Everything is kept on this machine, so that an interview that was left can be resumed.
    """
    from assistant.interview.opening import known_topics, make_bank, make_examiner
    from assistant.interview.store import InterviewStore
    from assistant.interview.types import KINDS, Plan
    from assistant.runtime import Runtime

    with progress_bar() as progress, Runtime(folder, device=device, progress=progress) as runtime:
        store = InterviewStore(runtime.settings.make_home() / "interviews.sqlite")
        if listing or export or forget:
            return _kept(store, listing, export, forget)
        plan = Plan(
            topics, levels, role or "", kinds or KINDS, minutes, questions,
            random.randrange(2**32) if seed is None else seed,
        )  # fmt: skip
        last = _last_open(store) if resume else None
        runtime.ensure_index()
        bank = make_bank(runtime)
        known_topics(bank, topics)
        if explain is not None:
            return _explain(bank, store, explain, report)
    # The progress bar has gone: from here on the terminal belongs to the candidate.
    with runtime:
        examiner = make_examiner(runtime, bank)
        if drill:
            return _drill(bank, examiner, store, topics)
        return _interview(bank, examiner, store, plan, last, report)


def _last_open(store: InterviewStore) -> Interview:
    from corpus.errors import InputError

    running = store.interviews(OWNER, running=True)
    if not running:
        raise InputError(
            "there is no interview to resume", where="--resume", hint="begin one without it"
        )
    return running[0]


def _kept(store: InterviewStore, listing: bool, export: Path | None, forget: bool) -> int:
    from assistant.interview.terminal import listed

    if listing:
        for line in listed(store.interviews(OWNER)):
            click.echo(line)
    if export is not None:
        _write(export, json.dumps(store.export(OWNER), indent=2, ensure_ascii=False) + "\n")
        click.echo(f"Written to {export}.")
    if forget:
        click.confirm("Delete all interviews, cards and reviews?", abort=True)
        store.forget(OWNER)
        click.echo("Deleted.")
    return 0


def _interview(
    bank: Bank,
    examiner: Examiner,
    store: InterviewStore,
    plan: Plan,
    last: Interview | None,
    report: Path | None,
) -> int:
    from assistant.interview.session import Interviewer
    from assistant.interview.terminal import Terminal

    interviewer = Interviewer(bank, examiner, store)
    console = ClickConsole()
    begun = interviewer.resume(last) if last else interviewer.open(plan, OWNER)
    done = Terminal(interviewer, console).run(begun)
    if done.ended is not None:
        _report(done, bank, store, report, console, whole=False)
    return 0


def _explain(bank: Bank, store: InterviewStore, begins: str, report: Path | None) -> int:
    from corpus.errors import InputError

    kept = [one for one in store.interviews(OWNER) if one.id.startswith(begins)]
    if len(kept) != 1:
        raise InputError(
            f"{len(kept) or 'no'} kept interviews begin with {begins!r}",
            where="--explain",
            hint="`torchproof interview --list` shows their ids",
        )
    _report(kept[0], bank, store, report, ClickConsole(), whole=True)
    return 0


def _report(
    done: Interview,
    bank: Bank,
    store: InterviewStore,
    path: Path | None,
    console: ClickConsole,
    *,
    whole: bool,
) -> None:
    from assistant.interview.report import as_html, as_markdown, make_report

    summed = make_report(done, bank, store.interviews(OWNER))
    text = as_markdown(summed)
    if path is None:
        console.say(text if whole else text.partition("\n## 1.")[0])
        return
    _write(path, as_html(summed) if path.suffix.lower() in (".html", ".htm") else text)
    click.echo(f"The report is in {path}.")


def _drill(bank: Bank, examiner: Examiner, store: InterviewStore, topics: tuple[str, ...]) -> int:
    from assistant.interview.schedule import Drill, card_keys, statements
    from assistant.interview.terminal import DrillTerminal

    def wanted(topic: str | None) -> bool:
        return not topics or topic in topics

    said = [one for one in statements(bank.entries) if wanted(one.topic)]
    keys = card_keys([item for item in bank.items if wanted(item.topic)], said)
    drill = Drill(store, OWNER)
    sitting = drill.sitting(keys, time.time())
    if not sitting.keys:
        click.echo("Nothing is due. Come back tomorrow.")
        return 0
    click.echo(f"{sitting.due} due, {sitting.new} new; this sitting has {len(sitting.keys)} cards.")
    by_key = {one.key: one for one in said}
    terminal = DrillTerminal(drill, bank, examiner, by_key, ClickConsole(), time.time)
    done = terminal.run(sitting)
    click.echo(f"{done} cards done.")
    return 0


def _write(path: Path, text: str) -> None:
    from corpus.errors import InputError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise InputError(
            (fault.strerror or "cannot be written").lower(),
            where=str(path),
            hint="name a file in a folder that you may write to",
        ) from fault


class ClickConsole:
    """The terminal; Markdown is rendered where it is one."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)

    def say(self, text: str) -> None:
        """Shows Markdown."""
        from rich.markdown import Markdown

        if self._console.is_terminal:
            self._console.print(Markdown(text))
            self._console.print()
        else:
            click.echo(text + "\n")

    def line(self) -> str | None:
        """The next line typed; None at the end of the input."""
        try:
            return input("> " if self._console.is_terminal else "")
        except EOFError:
            return None

    def edit(self, code: str) -> str | None:
        """Code as edited in `$EDITOR`; None where there is no terminal or none is set."""
        import os

        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor or not self._console.is_terminal:
            return None
        edited = click.edit(code, extension=".py", require_save=False)
        return code if edited is None else edited
