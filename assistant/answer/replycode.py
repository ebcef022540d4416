"""Code in a model's reply: what no source has is run and judged like any other snippet."""

from __future__ import annotations

from collections.abc import Generator
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from assistant.answer.correct import marked_code, unmarked
from assistant.answer.events import Judged, Running
from assistant.answer.evidence import Evidence
from assistant.answer.units import body_of
from assistant.types import SnippetReport
from corpus.syntax import parses
from corpus.types import Document, Snippet, Span

if TYPE_CHECKING:
    from assistant.answer.events import SnippetVerifier

REPLY = "the reply"
"""Stands for the document of code that a model wrote."""

BLOCKS = 8
"""Blocks of one reply that are run at most; further ones are shown as not run."""

NOT_RUN = "# not run: only the first {} blocks of an answer are\n"
_PYTHON = frozenset({"python", "py", "python3", "pycon", "ipython"})
_OUTPUT = frozenset({"", "text", "txt", "output", "console", "plaintext", "out"})

Checked = Generator["Running | Judged", None, str]


class ReplyCode:
    """Checks the blocks of code of one reply, in their order.

    Attributes:
        sourced: whether the block checked last stands in a source or was run.

    Args:
        evidence: whose code need not be run again; reports on other code are added to it.
        verifier: runs code; None: it is shown unrun.
    """

    def __init__(self, evidence: Evidence, verifier: SnippetVerifier | None) -> None:
        self.sourced = False
        self._evidence = evidence
        self._verifier = verifier
        self._written: list[Snippet] = []
        self._last: Snippet | None = None

    def check(self, unit: str) -> Checked:
        """A block with what was refuted in it marked; yields what happens meanwhile."""
        self.sourced = False
        language, start, end, margin = body_of(unit)
        body = unmarked(dedent(unit[start:end]))
        python = language in _PYTHON or (not language and parses(body) and "\n" in body.strip())
        if python and body.strip():
            body = yield from self._python(body)
        elif language in _OUTPUT and self._last is not None:
            body = yield from self._output(body, self._last)
            self._last = None
        return unit[:start] + indent(body, margin) + unit[end:]

    def _python(self, body: str) -> Checked:
        source = self._source(body)
        self.sourced = source is not None or self._verifier is not None
        self._last = source
        if source is None and self._verifier is not None:
            if len(self._written) >= BLOCKS:
                return NOT_RUN.format(BLOCKS) + body
            source = self._snippet(body)
            report = self._known(source)
            if report is None:
                report = yield from self._run(source)
            self._written.append(source)
            self._last = source
            # A piece that cannot be run by itself may be a line that a source's run refuted.
            settled = any(v.state in ("confirmed", "refuted") for v in report.verdicts)
            reports = [report] if settled else self._evidence.reports
            return _failure_marked(marked_code(body, reports), report)
        return marked_code(body, self._evidence.reports)

    def _output(self, body: str, snippet: Snippet) -> Checked:
        """What the reply says that the code above prints."""
        self.sourced = True
        if self._verifier is None:
            return body
        text = snippet.code if snippet.code.endswith("\n") else snippet.code + "\n"
        shown = Snippet(
            f"{snippet.id}/output",
            REPLY,
            Span(0, len(text)),
            text,
            expected_output=body.strip("\n"),
        )
        report = yield from self._run(shown, quietly=True)
        wrong = [v for v in report.verdicts if v.state == "refuted" and v.claim.kind == "output"]
        if not wrong:
            return body
        marked = marked_code(body, [report])
        if marked == body:
            seen = " ".join(wrong[0].observed.split())[:200]
            marked = f"{body.rstrip()}  ← ✗ REFUTED: running it gives {seen}\n"
        return marked

    def _run(
        self, snippet: Snippet, *, quietly: bool = False
    ) -> Generator[Running | Judged, None, SnippetReport]:
        assert self._verifier is not None
        number = len(self._written) + 1
        if not quietly:
            yield Running(snippet, number, number)
        document = Document(REPLY, REPLY, REPLY, "text/plain", snippet.code, "")
        before = list(self._written)
        report = self._verifier.verify(snippet, document=document, context=before)
        if report.status == "needs_context":
            pages = [s for s in self._shown() if s.id != snippet.id]
            report = self._verifier.verify(snippet, document=document, context=[*pages, *before])
        self._evidence.reports.append(report)
        if not quietly:
            yield Judged(report)
        return report

    def _shown(self) -> list[Snippet]:
        """The snippets of the first entry, which a reply's code may go on from."""
        first = next(iter(self._evidence.passages), None)
        return list(first.entry.snippets) if first else []

    def _source(self, body: str) -> Snippet | None:
        """The passage's snippet that a block is, or is a part of."""
        wanted = _lines(body)
        for passage in self._evidence.passages:
            if passage.snippet is not None and _within(wanted, _lines(passage.snippet.code)):
                return passage.snippet
        return None

    def _known(self, snippet: Snippet) -> SnippetReport | None:
        """The report on the same code, had the model run it before it wrote."""
        code = snippet.code.strip()
        return next((r for r in self._evidence.reports if r.snippet.code.strip() == code), None)

    def _snippet(self, body: str) -> Snippet:
        code = body if body.endswith("\n") else body + "\n"
        spans: list[Span] = []
        at = 0
        for line in code.splitlines(keepends=True):
            spans.append(Span(at, at + len(line.rstrip("\r\n"))))
            at += len(line)
        number = len(self._written) + 1
        return Snippet(
            f"{REPLY}/{number}", REPLY, Span(0, len(code)), code, line_spans=tuple(spans)
        )


def _failure_marked(body: str, report: SnippetReport) -> str:
    """Code with a remark on the line at which it fails, unless it says that it does."""
    error = report.error
    if report.status != "error" or error is None:
        return body
    said = any(v.state == "confirmed" and v.claim.kind == "raises" for v in report.verdicts)
    if said:
        return body
    message = " ".join(error.message.split())[:160]
    lines = body.rstrip("\n").split("\n")
    at = min(max((error.line or len(lines)) - 1, 0), len(lines) - 1)
    if "✗" not in lines[at]:
        lines[at] += f"  # ✗ running it raises {error.type}: {message}"
    return "\n".join(lines) + "\n"


def _lines(code: str) -> list[str]:
    return [line.strip() for line in unmarked(code).split("\n") if line.strip()]


def _within(wanted: list[str], lines: list[str]) -> bool:
    """Whether lines stand together, in their order, among others."""
    size = len(wanted)
    return size > 0 and any(lines[at : at + size] == wanted for at in range(len(lines) - size + 1))
