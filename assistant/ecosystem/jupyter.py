"""Cell magics for IPython and Jupyter: `%%verify` judges a cell, `%ask` answers a question.

IPython is imported only by its own call: a program that imports `torchproof` may lack it.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from assistant.api import Torchproof
from corpus.errors import TorchproofError

if TYPE_CHECKING:
    from assistant.types import Answer, SnippetReport, Verdict

COLOURS = {
    "confirmed": "#18794e",
    "refuted": "#c2311f",
    "unverifiable": "#8a6100",
    "not_run": "#777",
}
"""Dark enough on white and light enough on black for the mark; the words keep the page's colour."""


class Magics:
    """The magics of one shell, with what they verified so far.

    Args:
        shell: the `InteractiveShell` that shows the results.
        torchproof: what answers and verifies; None: over the user's own index.
    """

    def __init__(self, shell: Any, torchproof: Torchproof | None = None) -> None:  # noqa: ANN401
        self._shell = shell
        self._torchproof = torchproof or Torchproof()
        self._cells: list[str] = []

    def verify(self, line: str, cell: str) -> None:
        """Runs the cell in the sandbox and shows the verdict on each of its claims.

        The cell does not run in the notebook and cannot change its variables.  Names that it lacks
        are looked for in the cells that `%%verify` ran before; `%%verify --alone` looks at none.
        """
        with_earlier = "--alone" not in line.split()
        try:
            verifier = self._torchproof.runtime.verifier
            context = self._cells if with_earlier else ()
            report = verifier.verify_code(cell, name="the cell", context=context)
        except TorchproofError as fault:
            self._show(Told(f"torchproof: {fault}", f"<p>torchproof: {escape(str(fault))}</p>"))
            return
        if report.status == "ok":
            self._cells.append(cell)
        self._show(Told(_plain(report), _html(report)))

    def ask(self, line: str) -> None:
        """Answers the question on the line, with citations and verdicts."""
        try:
            answer = self._torchproof.ask(line)
        except TorchproofError as fault:
            self._show(Told(f"torchproof: {fault}", f"<p>torchproof: {escape(str(fault))}</p>"))
            return
        self._show(_answered(answer))

    def close(self) -> None:
        """Ends the sandbox."""
        self._torchproof.close()

    def _show(self, told: Told) -> None:
        from IPython.display import display

        display(told)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Told:
    """A result that a terminal prints and a notebook renders."""

    text: str
    html: str = ""
    markdown: str = ""

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ANN401, ARG002
        rich = {"text/html": self.html, "text/markdown": self.markdown}
        return {"text/plain": self.text} | {kind: text for kind, text in rich.items() if text}


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401
    """What `%load_ext torchproof` calls."""
    magics = Magics(shell)
    shell.register_magic_function(magics.verify, "cell", "verify")
    shell.register_magic_function(magics.ask, "line", "ask")
    atexit.register(magics.close)


def unload_ipython_extension(shell: Any) -> None:  # noqa: ANN401
    """What `%unload_ext torchproof` calls."""
    magics = getattr(shell.find_cell_magic("verify"), "__self__", None)
    if isinstance(magics, Magics):
        magics.close()
        atexit.unregister(magics.close)
        for kind, name in (("cell", "verify"), ("line", "ask")):
            shell.magics_manager.magics[kind].pop(name, None)


def _plain(report: SnippetReport) -> str:
    from assistant.cli.show import MARKS, outcome, verdict_line

    by_line: dict[int, list[Verdict]] = {}
    for verdict in report.verdicts:
        by_line.setdefault(verdict.claim.line, []).append(verdict)
    shown = []
    for number, code in enumerate(report.snippet.code.rstrip().splitlines(), start=1):
        found = by_line.pop(number, [])
        mark = MARKS[_worst(found)] if found else " "
        shown.append(f"{mark} {number:>3}  {code}")
        shown += [
            f"        running it gives {' '.join(verdict.observed.split())}"
            for verdict in found
            if verdict.state == "refuted"
        ]
    rest = [verdict_line(verdict) for held in by_line.values() for verdict in held]
    return "\n".join([*shown, *rest, f"{outcome(report)} ({_counted(report)})"])


def _worst(verdicts: list[Verdict]) -> Any:  # noqa: ANN401
    order = ("refuted", "unverifiable", "not_run", "confirmed")
    return min((verdict.state for verdict in verdicts), key=order.index)


def _counted(report: SnippetReport) -> str:
    states = [verdict.state for verdict in report.verdicts]
    counts = ", ".join(
        f"{states.count(state)} {state.replace('_', ' ')}" for state in dict.fromkeys(states)
    )
    return counts or "no claims"


def _html(report: SnippetReport) -> str:
    from assistant.cli.show import MARKS, outcome

    rows = []
    by_line: dict[int, list[Verdict]] = {}
    for verdict in report.verdicts:
        by_line.setdefault(verdict.claim.line, []).append(verdict)
    for number, code in enumerate(report.snippet.code.rstrip().splitlines(), start=1):
        found = by_line.pop(number, [])
        mark, said = "", ""
        if found:
            state = _worst(found)
            notes = [
                f"running it gives <code>{escape(' '.join(one.observed.split()))}</code>"
                if one.state == "refuted"
                else escape(one.note)
                for one in found
            ]
            mark = f'<b style="color:{COLOURS[state]}" title="{state}">{MARKS[state]}</b>'
            said = f"{state.replace('_', ' ')}" + "".join(f" · {note}" for note in notes if note)
        rows.append(
            f'<tr><td style="text-align:center">{mark}</td>'
            f'<td style="text-align:left"><pre style="margin:0">{escape(code) or " "}</pre></td>'
            f'<td style="text-align:left">{said}</td></tr>'
        )
    for held in by_line.values():
        rows += [
            f'<tr><td>{MARKS[one.state]}</td><td colspan="2" style="text-align:left">'
            f"{escape(one.claim.text)}: {one.state} {escape(one.observed or one.note)}</td></tr>"
            for one in held
        ]
    says = escape(f"{outcome(report)} ({_counted(report)})")
    return f"<table>{''.join(rows)}</table><p>{says}</p>"


def _answered(answer: Answer) -> Told:
    from assistant.cli.show import citation_line, report_lines

    sources = [citation_line(citation) for citation in answer.citations]
    lines = [line for report in answer.snippets for line in report_lines(report)]
    text = "\n".join([answer.text, "", *(["Sources", *sources, ""] if sources else []), *lines])
    markdown = answer.text
    if sources:
        markdown += "\n\n**Sources**\n\n" + "\n".join(f"- {_inert(one)}" for one in sources)
    if lines:
        markdown += "\n\n```text\n" + "\n".join(lines) + "\n```"
    return Told(text.rstrip(), markdown=markdown)


def _inert(text: str) -> str:
    return text.replace("<", "&lt;").replace("[", "\\[", 1)
