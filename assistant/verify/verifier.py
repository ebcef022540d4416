"""The verifier: snippets in, reports out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from assistant.seams import Sandbox
from assistant.types import Claim, Failure, SnippetReport, Verdict
from assistant.verify import doctests, stated
from assistant.verify.cache import ReportCache, key_of, renamed
from assistant.verify.expect import Fails
from assistant.verify.facts import Fact, of_code
from assistant.verify.judge import Judgement
from assistant.verify.kept import in_order
from assistant.verify.names import Library, names_in_prose
from assistant.verify.observe import Echo
from assistant.verify.places import Places
from assistant.verify.prose import lone_calls, of_prose
from assistant.verify.remarks import bare_names, of_comments
from assistant.verify.report import PlacedVerdict
from assistant.verify.run import Found, SnippetRun
from assistant.verify.sites import Site, find_sites
from corpus import syntax
from corpus.snippets import prefer_running
from corpus.types import Document, Entry, Reading, Snippet, Span

Progress = Callable[[int, int], None]
PYTHON = "text/x-python"
NOTEBOOK = "application/x-ipynb+json"
"""Its cells show what their last expression gives."""
AT_ONCE = 2_000
"""Names asked for in one run, which would else take longer than a run may, and hold its place."""
MOST_TOLD = 20_000
"""Texts of which it is remembered what they say: answers cite the same passages over and over."""


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
        self._told: dict[str, tuple[Fact, ...]] = {}

    def verify_code(
        self, code: str, *, name: str = "<stdin>", context: Sequence[str] = ()
    ) -> SnippetReport:
        """Verifies code that stands in no document; `context` is code that came before it."""
        text = code if code.endswith("\n") else code + "\n"
        document = Document(name, name, name, "text/plain", text, "")
        snippet = Snippet(f"{name}/1", name, Span(0, len(text)), text, line_spans=_lines_of(text))
        earlier = [Snippet(f"{name}/0", name, Span(0, len(one)), one) for one in context]
        return self.verify(snippet, document=document, context=earlier)

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

    def acquaint(self, texts: Iterable[str]) -> None:
        """Asks ahead for the library's names that texts mention, which `said` then need not do."""
        names = sorted(_named(list(texts)))
        for start in range(0, len(names), AT_ONCE):
            self._library.look_up(names[start : start + AT_ONCE])

    def said(self, texts: Sequence[str]) -> tuple[tuple[Fact, ...], ...]:
        """What each of several paragraphs or tables says of the library, judged by asking it.

        The offsets of the facts count the characters of their text.
        """
        told = {text: self._told[text] for text in texts if text in self._told}
        new = [text for text in dict.fromkeys(texts) if text not in told]
        if new:
            wanted = _named(new)
            known = self._library.look_up(wanted)  # asks for all names at once
            told |= {text: tuple(of_prose(self._library, [(text, 0)])) for text in new}
            if wanted <= known.keys():  # else the sandbox has no answer yet
                for text in new:
                    if len(self._told) < MOST_TOLD:
                        self._told[text] = told[text]
        return tuple(told[text] for text in texts)

    def _verified(
        self, snippet: Snippet, document: Document, context: Sequence[Snippet]
    ) -> SnippetReport:
        snippet = prefer_running(snippet, lambda code: self._sandbox.run(code).status == "ok")
        session = doctests.convert(snippet.code)
        code = session.code if session else snippet.code
        places = Places(document.text, snippet)
        try:
            syntax.parse(code)
        except (SyntaxError, ValueError, RecursionError) as fault:
            return self._unparsable(snippet, document, places, fault)
        prompted = session is None and doctests.prompted(snippet, document.text)
        shown = doctests.shown(snippet, document.text) if prompted else None
        echoed = session.sites if session else shown.sites if shown else ()
        sites = [*find_sites(code), *echoed]
        sites.sort(key=lambda site: (site.line, site.column))
        notebook = document.media_type == NOTEBOOK and not snippet.code.rstrip().endswith(";")
        echo: Echo = "all" if session or prompted else "last" if notebook else ""
        run = SnippetRun(self._sandbox, code, sites, echo=echo)
        run.start(snippet, context)
        output = None if shown else snippet.expected_output
        found = run.claims(output, guessed_layout=snippet.restored)
        status, error, reason = run.status()
        told = session is not None or document.media_type == PYTHON  # its docstrings are read apart
        examples = None if told else doctests.in_docstrings(code)
        if examples is not None:
            again = SnippetRun(self._sandbox, examples.code, examples.sites, echo="all")
            again.start(snippet, context)
            found += again.claims(None)
        if status != "unavailable":
            # What fails with a stand-in says nothing of the library.
            faults = () if run.prelude.stand_ins else run.seen.faults
            failing = _said_to_fail(sites)
            facts = of_code(self._library, code, run.seen.warnings, faults, failing)
            remarked = of_comments(self._library, code, failing)
            # What is said beside a bare name is said of the library, and not of what it shows.
            named = bare_names(code) & {one.line for one in remarked}
            found = [one for one in found if one.line not in named]
            facts += [one for one in remarked if not any(_same(one, other) for other in facts)]
            found += [Found(one.kind, one.line, one.line, one.text, one.judgement) for one in facts]
        found.sort(key=lambda one: one.line)
        spans = shown.spans if shown else {}
        verdicts = tuple(_placed(one, places, spans.get((one.line, one.text))) for one in found)
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
        for _, report in self.verify_readings([reading], progress):
            yield report

    def verify_readings(
        self, readings: Sequence[Reading], progress: Progress | None = None
    ) -> Iterator[tuple[Reading, SnippetReport]]:
        """Verifies several documents at once; reports come in the documents' order.

        A caller that stops, or is stopped, before the end leaves nothing waiting: what has not
        begun is dropped, what runs ends with the sandbox.

        Args:
            readings: the documents as read.
            progress: called with `(done, all)` after each snippet.
        """
        with _pool(self._parallel) as pool:
            pending = [(reading, self._submitted(pool, reading)) for reading in readings]
            total = sum(len(futures) for _, futures in pending)
            done = 0
            for reading, futures in pending:
                told = {e.id: self._of_prose(reading.document, e) for e in reading.entries}
                for future in futures:
                    report = future.result()
                    done += 1
                    if progress is not None:
                        progress(done, total)
                    more = told.pop(report.snippet.entry_id, ())
                    yield reading, replace(report, verdicts=(*report.verdicts, *more))
                for entry in reading.entries:
                    if told.get(entry.id):
                        yield reading, self._prose_alone(reading.document, entry, told[entry.id])

    def _submitted(self, pool: ThreadPoolExecutor, reading: Reading) -> list[Future[SnippetReport]]:
        return [
            pool.submit(self.verify, snippet, document=reading.document, context=context)
            for snippet, context in in_order(reading)
        ]

    def _of_prose(self, document: Document, entry: Entry) -> tuple[Verdict, ...]:
        """What an entry's paragraphs and tables say of the library."""
        pairs = [
            (section.heading, block)
            for section in entry.sections
            for block in section.blocks
            if block.kind in ("prose", "list", "table")
        ]
        headings, blocks = [heading for heading, _ in pairs], [block for _, block in pairs]
        texts = [(block.text, block.span.start) for block in blocks]
        taken = [block.span for section in entry.sections for block in section.blocks]
        taken += [snippet.span for snippet in entry.snippets]
        # What stands alone on its line may have been read as a heading.
        texts += [
            (text, at)
            for text, at in lone_calls(document.text, entry.span)
            if not any(span.start <= at < span.end for span in taken)
        ]
        originals = [(block.span.of(document.text), block.span.start) for block in blocks]
        verdicts: list[Verdict] = []
        places = Places(document.text, Snippet(entry.id, entry.id, entry.span, ""))
        title = (entry.question, entry.span.start)
        for one in of_prose(self._library, texts, originals, title, headings):
            span = _nearest(document.text, one.text, one.offset, entry.span)
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


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """A pool that is waited for when all went well, and let go of when not."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="verify")
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _named(texts: Sequence[str]) -> set[str]:
    """The library's names that have to be known to judge what texts say."""
    mentioned = {name for text in texts for _, name, _ in names_in_prose(text)}
    return mentioned | stated.wanted(stated.units([(text, 0) for text in texts]))


def _same(one: Fact, other: Fact) -> bool:
    """Whether two facts of one line judge the same words."""
    return one.line == other.line and (one.text in other.text or other.text in one.text)


def _said_to_fail(sites: Sequence[Site]) -> frozenset[int]:
    """Lines of statements of which a comment says for sure that they fail."""
    sure = (
        site.statement
        for site in sites
        if isinstance(site.expectation, Fails) and site.how == "raises"
        if not (site.lenient or site.tentative)
    )
    return frozenset(line for first, last in sure for line in range(first, last + 1))


def _lines_of(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        spans.append(Span(at, at + len(line.rstrip("\r\n"))))
        at += len(line)
    return tuple(spans)


def _nearest(text: str, words: str, offset: int, within: Span) -> Span:
    """Where `words` stand closest to an offset that cleaning may have moved."""
    after = text.find(words, offset, within.end)
    before = text.rfind(words, within.start, min(offset + len(words), within.end))
    places = [at for at in (before, after) if at >= 0]
    if not places:
        at = min(offset, max(within.end - 1, 0))
        return Span(at, at)
    at = min(places, key=lambda place: abs(place - offset))
    return Span(at, at + len(words))


def _name(document: Document) -> str:
    return document.path.replace("\\", "/").rsplit("/", 1)[-1]


def _placed(found: Found, places: Places, span: Span | None) -> Verdict:
    if span is None and found.in_prose:
        span = places.claim_in_prose(found.text)
    elif span is None:
        span = places.claim_span(found.line, found.end_line, found.text)
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
