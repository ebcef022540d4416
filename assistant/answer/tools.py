"""The tools that a chat model may call while it answers: to look up, and to run."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.answer.checked import checked_passages
from assistant.answer.events import Judged, Running
from assistant.answer.evidence import Evidence, of_hits, verdict_lines
from assistant.answer.prompts import shown
from corpus.errors import TorchproofError
from corpus.types import Document, Snippet, Span

if TYPE_CHECKING:
    from assistant.answer.events import SnippetVerifier
    from index.search import Searcher

CALLS = 8
"""Calls that are carried out for one answer at most."""

CODE = 8_000
"""Characters of code that a model may have run in one call."""

FOUND = 3
"""Entries that one search gives it."""

ROOM = 3_000
"""Characters of passages that one search gives it."""

OUTPUT = 1_500
"""Characters of what code printed that go back to the model."""

RUN = "the model's own run"

SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "Further numbered passages of the documents on a question.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string", "description": "a question or keywords"}},
            "required": ["query"],
        },
    },
}
VERIFY = {
    "type": "function",
    "function": {
        "name": "verify_snippet",
        "description": "Runs Python code with PyTorch in a sandbox, says what it prints, and "
        "judges each claim in its comments, as in `print(x.sum())  # tensor(6)`.",
        "parameters": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "complete Python code"}},
            "required": ["code"],
        },
    },
}

Carried = Generator["Running | Judged", None, str]


class Tools:
    """Carries out a model's calls; what they bring becomes evidence for the answer.

    Args:
        evidence: is added to.
        searcher: looks up.
        verifier: runs; None: code is not run.
    """

    def __init__(
        self, evidence: Evidence, searcher: Searcher, verifier: SnippetVerifier | None
    ) -> None:
        self._evidence = evidence
        self._searcher = searcher
        self._verifier = verifier
        self._calls = 0

    @property
    def offered(self) -> list[dict[str, Any]]:
        """The tools there are."""
        return [SEARCH, VERIFY] if self._verifier else [SEARCH]

    def carry_out(self, name: str, arguments: Mapping[str, Any]) -> Carried:
        """What a call gives, in words for the model; a call that makes no sense is told so."""
        self._calls += 1
        if self._calls > CALLS:
            return f"no further calls: {CALLS} were made"
        try:
            if name == "search" and isinstance(arguments.get("query"), str):
                return self._search(arguments["query"])
            if name == "verify_snippet" and isinstance(arguments.get("code"), str):
                return (yield from self._verify(arguments["code"]))
        except TorchproofError as fault:
            return str(fault)
        known = ", ".join(tool["function"]["name"] for tool in self.offered)
        return f"no such call: there are {known}, each with one text as its argument"

    def _search(self, query: str) -> str:
        result = self._searcher.search(query[:500], FOUND)
        if not result.answerable:
            return "nothing in the documents answers this"
        taken = {(p.entry.id, p.block.span) for p in self._evidence.passages}
        found = [
            passage
            for passage in of_hits(result.hits, self._searcher, 0, ROOM)
            if (passage.entry.id, passage.block.span) not in taken
        ]
        if self._verifier and found:
            found = list(
                checked_passages(found, self._verifier.said([p.block.text for p in found]))
            )
        first = len(self._evidence.passages) + 1
        numbered = [replace(one, marker=str(first + n)) for n, one in enumerate(found)]
        self._evidence.passages += numbered
        if not numbered:
            return "nothing beyond the passages given"
        return "\n\n".join(shown(passage, self._evidence) for passage in numbered)

    def _verify(self, code: str) -> Carried:
        if self._verifier is None:
            return "code is not run here"
        if len(code) > CODE:
            return f"the code is too long: at most {CODE} characters are run"
        text = code if code.endswith("\n") else code + "\n"
        own = f"{RUN}/{self._calls}"
        snippet = Snippet(own, RUN, Span(0, len(text)), text)
        yield Running(snippet, self._calls, self._calls)
        report = self._verifier.verify(
            snippet, document=Document(RUN, RUN, RUN, "text/plain", text, "")
        )
        self._evidence.reports.append(report)
        yield Judged(report)
        lines = [f"status: {report.status}", *verdict_lines(report)]
        if report.reason:
            lines.append(report.reason)
        if report.stdout:
            lines.append(f"printed:\n{report.stdout[:OUTPUT]}")
        return "\n".join(lines)
