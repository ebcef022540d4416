"""Search, ask, verify and run as tools for a language model: what they are told, what they answer.

LangChain's tools and the MCP server are made of these.  An answer is plain text that a model can
read and cite; a fault of the caller's is raised as `TorchproofError`, never as a traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.api import Torchproof
    from assistant.types import ExecutionResult, SnippetReport

MAX_CODE = 100_000
"""Characters of code that are still a snippet."""
MAX_HITS = 20
MAX_TEXT = 1_500
"""Characters of a passage that are shown; the rest is one `search` for its question away."""
MAX_OUTPUT = 8_000
"""Characters of what a program printed that are shown."""

SEARCH = (
    "Search a collection of PyTorch questions with answers whose code was run. Returns the entries "
    "nearest to the query, best first: the question, the passage that fits best, and where it "
    "stands. Use it to find out how something in PyTorch behaves, before you answer from memory. "
    "The first line says whether the collection answers the query at all."
)
ASK = (
    "Ask a PyTorch question and get a finished answer in Markdown with numbered citations. The "
    "code it cites has been executed, and every claim that execution can settle comes with a "
    "verdict: confirmed, refuted (with the value observed), unverifiable or not run."
)
VERIFY = (
    "Prove or disprove what Python code claims, by running it in a sandbox with PyTorch (no "
    "network, limited time). State each claim as a comment behind the line it speaks of, such as "
    "`print(torch.ones(3).sum())  # tensor(3.)` or `x.shape  # (2, 3)`, or `# raises ValueError`. "
    "Each claim comes back as confirmed, refuted (with the value observed), unverifiable or not "
    "run. To look up a default, state it: "
    "`inspect.signature(torch.optim.SGD).parameters['momentum'].default  # 0`."
)
RUN = (
    "Run Python code in a sandbox with PyTorch (no network, limited time and memory, nothing is "
    "kept) and get what it printed, or the exception it raised. To have claims judged, use "
    "verify_snippet instead."
)


def search(torchproof: Torchproof, query: str, k: int = 5) -> str:
    """The entries nearest to a query, as text.

    Raises:
        InputError: the query is empty or far too long.
    """
    found = torchproof.search(query, max(1, min(k, MAX_HITS)))
    says = "answer this" if found.answerable else "do not seem to answer this"
    lines = [f"The documents {says} (confidence {found.confidence:.2f})."]
    for hit in found:
        text = hit.text if len(hit.text) <= MAX_TEXT else hit.text[: MAX_TEXT - 1] + "…"
        place = f"{hit.document} [{hit.start}:{hit.end}], entry {hit.entry}"
        lines += ["", f"{hit.rank}. {hit.question}", f"   {place}", "", text.rstrip()]
    return "\n".join(lines)


def ask(torchproof: Torchproof, question: str) -> str:
    """An answer with its sources and verdicts, as Markdown.

    Raises:
        InputError: the question is empty or far too long.
    """
    from assistant.cli.show import citation_line

    answer = torchproof.ask(question)
    parts = [answer.text]
    if answer.citations:
        parts.append("Sources\n" + "\n".join(map(citation_line, answer.citations)))
    parts += [_report(report) for report in answer.snippets]
    return "\n\n".join(parts)


def verify_snippet(torchproof: Torchproof, code: str) -> str:
    """What running the code showed of each of its claims, as text.

    Raises:
        InputError: there is no code, or far too much.
    """
    report = torchproof.runtime.verifier.verify_code(checked(code), name="<code>")
    states = [verdict.state for verdict in report.verdicts]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    printed = f"\nIt printed:\n{_cut(report.stdout)}" if report.stdout.strip() else ""
    return f"{counts or 'no claims'}\n{_report(report)}{printed}"


def run(torchproof: Torchproof, code: str) -> str:
    """What the code printed, and how it ended, as text.

    Raises:
        InputError: there is no code, or far too much.
    """
    return "\n".join(_told(torchproof.run(checked(code))))


def checked(code: str) -> str:
    """The code, if there is some and not too much of it.

    Raises:
        InputError: otherwise.
    """
    if not code.strip():
        raise InputError("there is no code to run", hint="give Python source")
    if len(code) > MAX_CODE:
        raise InputError(f"the code has {len(code):,} characters, at most {MAX_CODE:,} are run")
    return code


def _report(report: SnippetReport) -> str:
    from assistant.cli.show import report_lines

    return "\n".join(report_lines(report))


def _told(result: ExecutionResult) -> Iterator[str]:
    if result.status == "error" and result.error:
        at = f" on line {result.error.line}" if result.error.line else ""
        yield f"It raised {result.error.type}{at}: {result.error.message}"
    elif result.status == "ok":
        yield f"It ran ({result.seconds:.2f} s)."
    else:
        yield f"It did not finish ({result.status}): {result.reason}"
    for name, text in (("printed", result.stdout), ("wrote to stderr", result.stderr)):
        if text.strip():
            yield f"It {name}:\n{_cut(text)}"


def _cut(text: str) -> str:
    text = text.rstrip()
    if len(text) <= MAX_OUTPUT:
        return text
    return f"{text[:MAX_OUTPUT]}\n… {len(text) - MAX_OUTPUT:,} more characters"
