"""The verifier: snippets in, reports out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from assistant.seams import Sandbox
from assistant.types import Claim, Failure, SnippetReport, Verdict
from assistant.verify import doctests
from assistant.verify.cache import ReportCache, key_of, renamed
from assistant.verify.facts import of_code, of_prose
from assistant.verify.judge import Judgement
from assistant.verify.names import Library
from assistant.verify.places import Places
from assistant.verify.report import PlacedVerdict
from assistant.verify.run import Found, SnippetRun
from assistant.verify.sites import find_sites
from corpus import syntax
from corpus.types import Document, Entry, Reading, Snippet, Span

Progress = Callable[[int, int], None]


class Verifier:
    """Judges what snippets claim by running them.

    Args:
        sandbox: where they run.
        cache: where reports are kept from run to run, if anywhere.
        parallel: how many snippets are verified at the same time.
    """

    def __init__(
        self, sandbox: Sandbox, *, cache: ReportCache | None = None, parallel: int = 2
    ) -> None:
        self._sandbox = sandbox
        self._cache = cache
        self._parallel = max(1, parallel)
        self._library = Library(sandbox, cache)

    def verify_code(self, code: str, *, name: str = "<stdin>") -> SnippetReport:
        """Verifies code that stands in no document."""
        text = code if code.endswith("\n") else code + "\n"
        document = Document(name, name, name, "text/x-python", text, "")
        snippet = Snippet(f"{name}/1", name, Span(0, len(text)), text, line_spans=_lines_of(text))
        return self.verify(snippet, document=document)

    def verify(
        self, snippet: Snippet, *, document: Document, context: Sequence[Snippet] = ()
    ) -> SnippetReport:
        """Runs one snippet and judges each of its claims.

        Args:
            snippet: the code, with what its page shows as output.
            document: the file it stands in.
            context: earlier snippets of the same entry or page, in order.
        """
        if self._cache is None:
            return self._verified(snippet, document, context)
        key = key_of(snippet, document.text, context)
        kept = self._cache.get(key)
        if kept is not None:
            return renamed(kept, snippet, _name(document))
        report = self._verified(snippet, document, context)
        self._cache.put(key, report)
        return report

    def _verified(
        self, snippet: Snippet, document: Document, context: Sequence[Snippet]
    ) -> SnippetReport:
        session = doctests.convert(snippet.code)
        code = session.code if session else snippet.code
        places = Places(document.text, snippet)
        try:
            syntax.parse(code)
        except (SyntaxError, ValueError, RecursionError) as fault:
            return self._unparsable(snippet, document, places, fault)
        sites = [*find_sites(code), *(session.sites if session else ())]
        sites.sort(key=lambda site: (site.line, site.column))
        run = SnippetRun(self._sandbox, code, sites, echo=session is not None)
        run.start(snippet, context)
        found = run.claims(snippet.expected_output, guessed_layout=snippet.restored)
        status, error, reason = run.status()
        if status != "unavailable":
            facts = of_code(self._library, code, run.seen.warnings)
            found += [Found(one.kind, one.line, one.line, one.text, one.judgement) for one in facts]
        found.sort(key=lambda one: one.line)
        verdicts = tuple(_placed(one, places) for one in found)
        return SnippetReport(
            document=_name(document),
            snippet=snippet,
            line=places.document_line(snippet.span),
            status=status,
            error=error,
            stdout=run.seen.result.stdout,
            seconds=run.seen.result.seconds,
            verdicts=verdicts,
            reason=reason,
        )

    def verify_reading(
        self, reading: Reading, progress: Progress | None = None
    ) -> Iterator[SnippetReport]:
        """Verifies every snippet of a document, in its order; each sees the earlier ones.

        Args:
            reading: the document as read.
            progress: called with `(done, all)` after each.
        """
        jobs: list[tuple[Snippet, list[Snippet]]] = []
        page: list[Snippet] = []
        for entry in reading.entries:
            for place, snippet in enumerate(entry.snippets):
                others = [other for other in page if other.entry_id != snippet.entry_id]
                jobs.append((snippet, [*others, *entry.snippets[:place]]))
            page.extend(entry.snippets)
        with ThreadPoolExecutor(self._parallel) as pool:
            pending = [
                pool.submit(self.verify, snippet, document=reading.document, context=context)
                for snippet, context in jobs
            ]
            told = {entry.id: self._of_prose(reading.document, entry) for entry in reading.entries}
            for done, future in enumerate(pending, start=1):
                report = future.result()
                if progress is not None:
                    progress(done, len(pending))
                more = told.pop(report.snippet.entry_id, ())
                yield replace(report, verdicts=(*report.verdicts, *more))
        for entry in reading.entries:
            if told.get(entry.id):
                yield self._prose_alone(reading.document, entry, told[entry.id])

    def _of_prose(self, document: Document, entry: Entry) -> tuple[Verdict, ...]:
        """What an entry's paragraphs and tables say of the library."""
        blocks = [
            block
            for section in entry.sections
            for block in section.blocks
            if block.kind in ("prose", "list", "table")
        ]
        texts = [(block.text, block.span.start) for block in blocks]
        originals = [(block.span.of(document.text), block.span.start) for block in blocks]
        verdicts: list[Verdict] = []
        places = Places(document.text, Snippet(entry.id, entry.id, entry.span, ""))
        for one in of_prose(self._library, texts, originals):
            start = document.text.find(one.text, entry.span.start, entry.span.end)
            at = start if start >= 0 else min(one.offset, max(entry.span.end - 1, 0))
            span = Span(at, at + (len(one.text) if start >= 0 else 0))
            claim = Claim(span, 0, one.text, one.kind)
            verdicts.append(_verdict(claim, one.judgement, places))
        return tuple(verdicts)

    def _prose_alone(
        self, document: Document, entry: Entry, verdicts: tuple[Verdict, ...]
    ) -> SnippetReport:
        """A report for an entry that has claims and no code."""
        snippet = Snippet(f"{entry.id}/0", entry.id, entry.span, "")
        line = Places(document.text, snippet).document_line(entry.span)
        return SnippetReport(_name(document), snippet, line, "ok", None, "", 0.0, verdicts)

    def _unparsable(
        self, snippet: Snippet, document: Document, places: Places, error: Exception
    ) -> SnippetReport:
        line = getattr(error, "lineno", None)
        lines = snippet.code.splitlines()
        source = lines[line - 1].strip() if line and line <= len(lines) else ""
        message = getattr(error, "msg", None) or str(error)
        failure = Failure(type(error).__name__, str(message), line, source)
        return SnippetReport(
            document=_name(document),
            snippet=snippet,
            line=places.document_line(snippet.span),
            status="error",
            error=failure,
            stdout="",
            seconds=0.0,
            verdicts=(),
            reason="it is not valid Python",
        )


def _lines_of(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        spans.append(Span(at, at + len(line.rstrip("\r\n"))))
        at += len(line)
    return tuple(spans)


def _name(document: Document) -> str:
    return document.path.replace("\\", "/").rsplit("/", 1)[-1]


def _placed(found: Found, places: Places) -> Verdict:
    span = (
        places.claim_in_prose(found.text)
        if found.in_prose
        else places.claim_span(found.line, found.end_line, found.text)
    )
    claim = Claim(span, found.line, found.text, found.kind)
    return _verdict(claim, found.judgement, places)


def _verdict(claim: Claim, judged: Judgement, places: Places) -> Verdict:
    return PlacedVerdict(
        claim,
        judged.state,
        claim.text,
        judged.observed,
        judged.note,
        source_line=places.source_line(claim.span),
        document_line=places.document_line(claim.span),
        column=places.column(claim.span),
    )
