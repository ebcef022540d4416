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
        """Answers a PyTorch question from the indexed documents.

        Returns the answer as Markdown with its citations and, unless run is false, the verdict on
        every claim of the code it cites.
        """
        try:
            return _public(answer_json(self._runtime.assistant.ask(question, run=run)))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def search(self, query: str, k: int = 10) -> Json:
        """Lists the entries of the indexed documents that are nearest to a query."""
        try:
            assistant = self._runtime.assistant
            standing, result = assistant.search(query, k=max(1, min(int(k), MOST_HITS)))
            return _public(search_json(query, standing, result, assistant.searcher))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def verify(self, code: str) -> Json:
        """Runs Python code in the sandbox and judges every claim that its comments make."""
        from assistant.verify.report import snippet_json

        try:
            return snippet_json(self._runtime.verifier.verify_code(_checked(code)))
        except TorchproofError as fault:
            return {"error": str(fault)}

    def run(self, code: str) -> Json:
        """Runs Python code in the sandbox and returns what it printed."""
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
