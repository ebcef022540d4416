"""Named endpoints for programs: `ask`, `search`, `verify`, `run`, with the command line's JSON."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.shapes import answer_json, run_json, search_json
from assistant.web.workbench import MAX_CODE
from corpus.errors import InputError, TorchproofError

MOST_HITS = 100
Json = dict[str, Any]


class Api:
    """The endpoints over one runtime; a fault of the caller's comes back as `{"error": "..."}`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def bind(self) -> None:
        """Registers the endpoints; call inside the app's `gr.Blocks`."""
        for endpoint in (self.ask, self.search, self.verify, self.run):
            gr.api(  # type: ignore[attr-defined]
                endpoint, api_name=endpoint.__name__, concurrency_limit=None
            )

    def ask(self, question: str, run: bool = True) -> Json:
        """Answers a question about PyTorch from the indexed documents, and proves the answer.

        Use this for any question of what PyTorch does, why, or how something is written in it. The
        code that the answer cites is executed, and every claim it makes is checked: confirmed,
        refuted (with the observed value), unverifiable or not run. Where the documents do not
        answer, it says so and names the nearest questions.

        Args:
            question: the question, in English; up to 20,000 characters.
            run: whether the cited code is executed; without, its claims stay unchecked.

        Returns:
            The answer as Markdown with markers like [1], the citations behind them (document,
            span, quote), and the executed snippets with the verdict on each claim.
        """
        try:
            return _public(answer_json(self._runtime.assistant.ask(question, run=run)))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def search(self, query: str, k: int = 10) -> Json:
        """Finds the entries (a question with its answer) of the indexed documents for a query.

        Use this to see what the documents have on a matter, or to read the passages themselves;
        `ask` gives the answer. No code is run.

        Args:
            query: words, a question or an error message.
            k: how many entries are wanted, 1 to 100.

        Returns:
            The hits, best first, with document, question, text and score, and whether the
            documents answer the query at all.
        """
        try:
            assistant = self._runtime.assistant
            standing, result = assistant.search(query, k=max(1, min(int(k), MOST_HITS)))
            return _public(search_json(query, standing, result, assistant.searcher))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def verify(self, code: str) -> Json:
        """Runs Python code in a sandbox and checks every claim that its comments make.

        Use this to find out whether what a snippet says of itself is true, such as
        `x.shape  # torch.Size([2, 3])` or `print(x)  # tensor([1.])`: each claim is confirmed,
        refuted (with the observed value), unverifiable or not run. torch is importable; there is
        no network.

        Args:
            code: the snippet, with its claims as comments; up to 100,000 characters.

        Returns:
            The verdict on each claim with its line, what was printed, and the exception if one was
            raised.
        """
        from assistant.verify.report import snippet_json

        try:
            return snippet_json(self._runtime.verifier.verify_code(_checked(code)))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def run(self, code: str) -> Json:
        """Runs Python code in a sandbox and gives back what it printed.

        torch is importable; there is no network, no access to files, and a limit of time and
        memory. Use `verify` to check claims that the code makes.

        Args:
            code: the program; up to 100,000 characters.

        Returns:
            Status (ok, error, timeout, killed, unavailable), standard output and error, the
            exception if one was raised, and the seconds that it took.
        """
        try:
            return run_json(self._runtime.sandbox.run(_checked(code)))
        except TorchproofError as fault:
            return {"error": str(fault)}


def _public(found: Json) -> Json:
    """Without the paths of this machine; clients would also take them for files to fetch."""
    rows: Json = {
        name: [{k: v for k, v in row.items() if k != "path"} for row in found[name]]
        for name in ("citations", "hits")
        if name in found
    }
    return {**found, **rows}


def _checked(code: str) -> str:
    if not code.strip():
        raise InputError("there is no code to run")
    if len(code) > MAX_CODE:
        raise InputError(f"the code has {len(code):,} characters, at most {MAX_CODE:,} are run")
    return code
