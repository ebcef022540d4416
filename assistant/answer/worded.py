"""The answer as a chat model words it: executed first, guarded while it is written.

The order differs from the default writer's, which shows passages and runs their code behind them.
Here the code runs first, because the model is told the verdicts; then its words come through
`assistant.answer.guard`.  Whatever fails, the default writer's answer ends the text.  Code that the
model itself writes or has run is reported as it runs, code of the passages behind the text.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer.checked import checked_passages
from assistant.answer.correct import correct
from assistant.answer.events import Event
from assistant.answer.evidence import RUNS, Evidence, judged, retold, widened
from assistant.answer.faults import Fault, ModelFailed, told
from assistant.answer.guard import Guard, markers_in
from assistant.answer.prompts import prompt
from assistant.answer.support import Support
from assistant.answer.talk import Restarted, reply
from assistant.answer.tools import Tools
from assistant.answer.writers import ExtractiveWriter

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage

    from assistant.answer.chat_writer import ChatWriter
    from assistant.answer.events import SnippetVerifier
    from assistant.answer.passages import Passage
    from assistant.types import Turn
    from index.search import Searcher
    from index.types import SearchResult

SHRINK = (1.0, 0.5, 0.2)
"""Shares of the window that are tried one after the other when a model finds a prompt too long."""

FAILED = "*{name} failed ({reason}); this is the answer without it.*"
STOPPED = "*{name} broke off ({reason}); this is the answer without it.*"
INVENTED = "*Nothing of this was found in the documents; this is what they say.*"


@dataclass(slots=True)
class Worded:
    """What became of an answer that a model was to word.

    Attributes:
        text: all that was shown.
        evidence: what it rests on.
        markers: those that the text cites with.
        shown_runs: ids of the passages' snippets that it cites, or was corrected by.
        verify_seconds: how much of the time went into running code.
        declined: whether the model says, and says only, that the documents do not answer.
    """

    text: str
    evidence: Evidence
    markers: frozenset[str]
    shown_runs: frozenset[str]
    verify_seconds: float = 0.0
    declined: bool = False


def worded(
    writer: ChatWriter,
    question: str,
    passages: Sequence[Passage],
    result: SearchResult,
    history: Sequence[Turn],
    searcher: Searcher,
    verifier: SnippetVerifier | None,
) -> Generator[Event, None, Worded]:
    """The answer's events up to its text's end; returns what is needed to finish it.

    Args:
        writer: the model.
        question: made self-contained.
        passages: of the default answer.
        result: what was found.
        history: the turns before.
        searcher: over the index.
        verifier: runs code and asks the library; None: nothing is run.
    """
    more = widened(passages, result, searcher)
    began = time.perf_counter()
    if verifier and len(more) > len(passages):
        added = more[len(passages) :]
        said = verifier.said([passage.block.text for passage in added])
        more = (*passages, *checked_passages(added, said))
    evidence = Evidence(list(more))
    support = Support(searcher.embedder, question, writer.vectors)
    support.add(evidence)
    if verifier:
        ran = [one for one in more if one.snippet][:RUNS]
        for passage in (*ran, *retold(more, result, searcher)[:RUNS]):
            report = judged(passage, verifier, searcher)
            evidence.reports += [report] if report else []
        support.add(evidence, passages=len(more))
    support.wait()  # beside the model's first words it would hold them up
    seconds = time.perf_counter() - began
    guard = Guard(evidence, support, question, verifier)
    fault: Fault | None = None
    try:
        yield from _spoken(writer, question, evidence, history, searcher, verifier, support, guard)
    except ModelFailed as failed:
        fault = failed.fault
    yield from guard.finish()
    shown = bool(guard.text.strip())
    declined = guard.declined and not guard.stated
    if fault is None and not shown:
        fault = told("empty")
    invented = fault is None and not guard.supported and not guard.declined
    if fault or invented:
        words = INVENTED if not fault else STOPPED if shown else FAILED
        notice = words.format(name=writer.name, reason=fault.says if fault else "")
        yield guard.add(("\n\n" if shown else "") + f"{notice}\n\n")
        yield guard.add(_extractive(question, passages, history, evidence))
    used = markers_in(guard.text)
    shown_runs = {
        report.snippet.id
        for report in evidence.reports
        if any(verdict in guard.held_against for verdict in report.verdicts)
    } | {p.snippet.id for p in evidence.passages if p.snippet and p.marker in used}
    return Worded(
        guard.text, evidence, used, frozenset(shown_runs), seconds, declined and not fault
    )


def _spoken(
    writer: ChatWriter,
    question: str,
    evidence: Evidence,
    history: Sequence[Turn],
    searcher: Searcher,
    verifier: SnippetVerifier | None,
    support: Support,
    guard: Guard,
) -> Iterator[Event]:
    """The model's words and calls, round by round; the last round has no tools."""
    tools = Tools(evidence, searcher, verifier)
    share = 0
    rounds = writer.settings.rounds if writer.calls_tools else 0
    messages = _prompt(writer, question, evidence, history, SHRINK[share], tools=rounds > 0)
    while True:
        try:
            whole = yield from _round(writer, messages, tools if rounds > 0 else None, guard)
        except ModelFailed as failed:
            if failed.fault.kind == "tools" and rounds > 0 and not guard.text:
                writer.calls_tools = False
                rounds = 0
            elif failed.fault.kind == "too_long" and share + 1 < len(SHRINK) and not guard.text:
                share += 1
                rounds = 0 if share > 1 else rounds
            else:
                raise
            guard.restart()
            messages = _prompt(writer, question, evidence, history, SHRINK[share], tools=rounds > 0)
            continue
        if rounds <= 0 or not (whole.tool_calls or whole.invalid_tool_calls):
            return
        rounds -= 1
        before = (len(evidence.passages), len(evidence.reports))
        messages = [*messages, *(yield from _answered(whole, tools))]
        support.add(evidence, passages=before[0], reports=before[1])
        yield from guard.finish()
        if guard.text and not guard.text.endswith("\n"):
            yield guard.add("\n\n")
        guard.renew()


def _round(
    writer: ChatWriter, messages: Sequence[BaseMessage], tools: Tools | None, guard: Guard
) -> Generator[Event, None, AIMessageChunk]:
    length = len(guard.text)
    stream = reply(
        writer.model,
        messages,
        writer.settings,
        tools.offered if tools else (),
        lambda: len(guard.text) > length,
    )
    while True:
        try:
            piece = next(stream)
        except StopIteration as end:
            whole: AIMessageChunk = end.value
            return whole
        if isinstance(piece, Restarted):
            guard.restart()
        else:
            yield from guard.feed(piece)


def _answered(whole: AIMessageChunk, tools: Tools) -> Generator[Event, None, list[BaseMessage]]:
    """The model's calls, and for each what it gave."""
    from langchain_core.messages import AIMessage, ToolCall, ToolMessage

    calls = [
        ToolCall(name=c["name"], args=c["args"], id=c["id"] or f"call-{n}", type="tool_call")
        for n, c in enumerate(whole.tool_calls)
    ]
    messages: list[BaseMessage] = []
    for call in calls:
        given = yield from tools.carry_out(call["name"], call["args"])
        messages.append(ToolMessage(given, tool_call_id=call["id"]))
    for n, bad in enumerate(whole.invalid_tool_calls):
        call_id = bad.get("id") or f"bad-{n}"
        name = bad.get("name") or "unknown"
        calls.append(ToolCall(name=name, args={}, id=call_id, type="tool_call"))
        messages.append(ToolMessage("the arguments were no JSON", tool_call_id=call_id))
    return [AIMessage(whole.text, tool_calls=calls), *messages]


def _prompt(
    writer: ChatWriter,
    question: str,
    evidence: Evidence,
    history: Sequence[Turn],
    share: float,
    *,
    tools: bool,
) -> list[BaseMessage]:
    window = int(writer.window * share)
    messages, _ = prompt(question, evidence, history, window, tools=tools)
    return messages


def _extractive(
    question: str, passages: Sequence[Passage], history: Sequence[Turn], evidence: Evidence
) -> str:
    text = "".join(ExtractiveWriter().write(question, passages, history))
    return correct(text, evidence.reports, evidence.entries).rstrip() + "\n"
