"""Named endpoints for programs: `ask`, `search`, `verify`, `run`, with the command line's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import gradio as gr

from assistant.answer.pipeline import Finished, Running
from assistant.runtime import Runtime
from assistant.shapes import answer_json, run_json, search_json
from assistant.types import Answer
from assistant.web.line import Line
from assistant.web.rate import Rate
from assistant.web.workbench import MAX_CODE
from corpus.errors import InputError, TorchproofError

MOST_HITS = 100
Json = dict[str, Any]


class Api:
    """The endpoints over one runtime; a fault of the caller's comes back as `{"error": "..."}`.

    Callers are counted and queue as the visitors of the pages do: one who logged in by name, others
    by the address that they call from, since a program may give itself a new session at every call.
    """

    def __init__(self, runtime: Runtime, rate: Rate, line: Line) -> None:
        self._runtime = runtime
        self._rate = rate
        self._line = line

    def bind(self) -> None:
        """Registers the endpoints; call inside the app's `gr.Blocks`."""
        for endpoint in (self.ask, self.search, self.verify, self.run):
            gr.api(  # type: ignore[attr-defined]
                endpoint, api_name=endpoint.__name__, concurrency_limit=None
            )

    def ask(self, request: gr.Request, question: str, run: bool = True) -> Json:
        """Answers a question about PyTorch from the indexed documents, and proves the answer.

        Use this for any question of what PyTorch does, why, or how something is written in it. The
        code that the answer cites is executed, and every claim it makes is checked: confirmed,
        refuted (with the observed value), unverifiable or not run. Where the documents do not
        answer, it says so and names the nearest questions.

        Args:
            request: who calls; the server fills this in.
            question: the question, in English; up to 20,000 characters.
            run: whether the cited code is executed; without, its claims stay unchecked.

        Returns:
            The answer as Markdown with markers like [1], the citations behind them (document,
            span, quote), and the executed snippets with the verdict on each claim.
        """

        def answered(caller: str) -> Json:
            return _public(answer_json(self._answer(_text(question), caller, run=run)))

        return self._told(request, answered)

    def search(self, request: gr.Request, query: str, k: int = 10) -> Json:
        """Finds the entries (a question with its answer) of the indexed documents for a query.

        Use this to see what the documents have on a matter, or to read the passages themselves;
        `ask` gives the answer. No code is run.

        Args:
            request: who calls; the server fills this in.
            query: words, a question or an error message.
            k: how many entries are wanted, 1 to 100.

        Returns:
            The hits, best first, with document, question, text and score, and whether the
            documents answer the query at all.
        """

        def found(_caller: str) -> Json:
            if not isinstance(k, (int, float)):
                raise InputError("k is not a number", hint=f"give one from 1 to {MOST_HITS}")
            assistant = self._runtime.assistant
            wanted = max(1, min(int(k), MOST_HITS))
            standing, result = assistant.search(_text(query), k=wanted)
            return _public(search_json(query, standing, result, assistant.searcher))

        return self._told(request, found)

    def verify(self, request: gr.Request, code: str) -> Json:
        """Runs Python code in a sandbox and checks every claim that its comments make.

        Use this to find out whether what a snippet says of itself is true, such as
        `x.shape  # torch.Size([2, 3])` or `print(x)  # tensor([1.])`: each claim is confirmed,
        refuted (with the observed value), unverifiable or not run. torch is importable; there is
        no network.

        Args:
            request: who calls; the server fills this in.
            code: the snippet, with its claims as comments; up to 100,000 characters.

        Returns:
            The verdict on each claim with its line, what was printed, and the exception if one was
            raised.
        """
        from assistant.verify.report import snippet_json

        def verified(caller: str) -> Json:
            text = _checked(code)
            with self._turn(caller):
                return snippet_json(self._runtime.verifier.verify_code(text))

        return self._told(request, verified)

    def run(self, request: gr.Request, code: str) -> Json:
        """Runs Python code in a sandbox and gives back what it printed.

        torch is importable; there is no network, no access to files, and a limit of time and
        memory. Use `verify` to check claims that the code makes.

        Args:
            request: who calls; the server fills this in.
            code: the program; up to 100,000 characters.

        Returns:
            Status (ok, error, timeout, killed, unavailable), standard output and error, the
            exception if one was raised, and the seconds that it took.
        """

        def ran(caller: str) -> Json:
            text = _checked(code)
            with self._turn(caller):
                return run_json(self._runtime.sandbox.run(text))

        return self._told(request, ran)

    def _told(self, request: gr.Request, work: Callable[[str], Json]) -> Json:
        """What `work` gives for the caller, or what was wrong."""
        caller = _caller(request)
        try:
            self._rate.count(caller)
            return work(caller)
        except TorchproofError as fault:
            return {"error": str(fault)}

    def _answer(self, question: str, caller: str, *, run: bool) -> Answer:
        """The finished answer; each snippet waits in line for its turn."""
        with ExitStack() as turn:
            for event in self._runtime.assistant.stream(question, run=run):
                turn.close()  # whatever ran has come back
                if isinstance(event, Running):
                    turn.enter_context(self._turn(caller))
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream ends with Finished")

    @contextmanager
    def _turn(self, caller: str) -> Iterator[None]:
        with self._line.ticket(caller) as ticket:
            while ticket.position:
                ticket.wait(1.0)
            yield


def _caller(request: gr.Request) -> str:
    name = getattr(request, "username", None)
    return f"user:{name}" if name else f"address:{request.client.host}"


def _public(found: Json) -> Json:
    """Without the paths of this machine; clients would also take them for files to fetch."""
    rows: Json = {
        name: [{k: v for k, v in row.items() if k != "path"} for row in found[name]]
        for name in ("citations", "hits")
        if name in found
    }
    return {**found, **rows}


def _text(given: object) -> str:
    """What a program sent, which may be anything."""
    if not isinstance(given, str):
        raise InputError("what was sent is not text", hint="send a string")
    return given


def _checked(given: object) -> str:
    code = _text(given)
    if not code.strip():
        raise InputError("there is no code to run")
    if len(code) > MAX_CODE:
        raise InputError(f"the code has {len(code):,} characters, at most {MAX_CODE:,} are run")
    return code
