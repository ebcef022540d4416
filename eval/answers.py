"""Whether answers can be trusted: every sentence supported, offsets exact, nothing refuted."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.pipeline import Assistant
from assistant.answer.writers import ExtractiveWriter
from assistant.types import Answer, Citation, Verdict
from corpus.types import Entry, Span
from eval.progress import Note, silently, to_stderr
from eval.support import FLAG, Statement, says, statements, supports

if TYPE_CHECKING:
    from assistant.verify.verifier import Verifier
    from eval.datasets import DocumentSet, Split
    from index.embed import SentenceEmbeddings
    from index.search import Searcher

LEAST_SUPPORTED = 0.98
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an answer.

    `kind` is `unsupported`, `idle citation`, `offset`, `passed on` or `repeated`.
    """

    kind: str
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswersFigures:
    """What `torchproof eval answers` prints.

    Attributes:
        queries: answerable ones asked; `answered` those not refused.
        statements: sentences, rows and pieces of code in all answers.
        supported: citation recall: share of statements that a passage cited for them supports.
        literal: share that such a passage says word for word.
        citations: passages cited; `precision` the share that supports a statement it stands
            behind.
        relevant: share of cited passages that lie in an entry labelled as relevant.
        exact: share of citations whose offsets give the quote in the file as it lies on disk.
        refuted: refuted claims in passages cited; `passed_on` those shown as if they were true.
        repeated: passages said twice, or by two entries that are twins.
    """

    dataset: str
    queries: int
    answered: int
    statements: int
    supported: float
    literal: float
    citations: int
    precision: float
    relevant: float
    exact: float
    refuted: int
    passed_on: int
    repeated: int
    faults: tuple[Fault, ...]

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return {**asdict(self), "missed": list(self.missed)}

    @property
    def missed(self) -> tuple[str, ...]:
        """A line for each bar that was missed."""
        lines = []
        if self.exact < 1:
            lines.append(f"{self.exact:.2%} of offsets exact, the bar is all")
        if self.supported < LEAST_SUPPORTED:
            lines.append(f"{self.supported:.2%} of statements supported, the bar is 98%")
        if self.passed_on:
            lines.append(f"{self.passed_on} refuted claims passed on, the bar is none")
        if self.repeated:
            lines.append(f"{self.repeated} passages repeated, the bar is none")
        return tuple(lines)

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        rows = [
            ("queries, answered", f"{self.queries}, {self.answered}"),
            (
                "statements supported (citation recall)",
                f"{self.supported:.2%} of {self.statements} (bar {LEAST_SUPPORTED:.0%})",
            ),
            ("… word for word", f"{self.literal:.2%}"),
            ("citation precision", f"{self.precision:.2%} of {self.citations}"),
            ("cited passages in an entry labelled relevant", f"{self.relevant:.2%}"),
            ("exact offsets", f"{self.exact:.2%} (bar 100%)"),
            ("refuted claims in cited passages", str(self.refuted)),
            ("… passed on as if true", f"{self.passed_on} (bar 0)"),
            ("passages repeated", f"{self.repeated} (bar 0)"),
        ]
        rows += [(fault.kind, f"{fault.query}: {fault.text}") for fault in self.faults[:SHOWN]]
        return rows


def evaluate(documents: Path | None = None, split: Split | None = None) -> AnswersFigures:
    """Answers our queries over `documents`, else over the built-in corpus, and checks each answer.

    Raises:
        InputError: the documents are not there, or are another version.
    """
    from eval.builtin import builtin_files, load_builtin_set
    from eval.datasets import shipped_document_set
    from eval.truth import open_verifier

    labelled = shipped_document_set(split) if documents else load_builtin_set(split)
    files = labelled.find(documents) if documents else builtin_files()
    with open_verifier() as verifier:
        return evaluate_answers(labelled, list(files.values()), verifier, note=to_stderr)


def evaluate_answers(
    labelled: DocumentSet,
    files: Sequence[Path],
    verifier: Verifier,
    *,
    embedder: SentenceEmbeddings | None = None,
    note: Note = silently,
) -> AnswersFigures:
    """Answers every answerable query by itself and checks the answers.

    Args:
        labelled: queries with labels.
        files: the documents.
        verifier: runs what is cited, and says which claims are refuted.
        embedder: a loaded one, to spare loading it.
        note: told what is being done.
    """
    from index.build import Request, build
    from index.embed import load_embedder
    from index.search import Searcher

    embedder = embedder or load_embedder()
    with tempfile.TemporaryDirectory(prefix="torchproof-eval-") as scratch:
        note("indexing the documents")
        build(Path(scratch), Request(tuple(map(str, files)), only=True, device=embedder.device))
        searcher = Searcher.open(Path(scratch), embedder)
    check = _Check(labelled, searcher, _refuted(searcher, verifier, note))
    assistant = Assistant(searcher, ExtractiveWriter(), verifier)
    asked = [query for query in labelled.query_set.queries if query.answerable]
    note(f"answering {len(asked)} queries")
    for query in asked:
        check.judge(query.id, assistant.ask(query.text, query.history))
    return check.figures(len(asked))


def _refuted(
    searcher: Searcher, verifier: Verifier, note: Note
) -> dict[str, list[tuple[Span, Verdict]]]:
    """By path, the refuted claims of all documents and where they stand."""
    found: dict[str, list[tuple[Span, Verdict]]] = {}
    for n, reading in enumerate(searcher.stored.library.readings, start=1):
        note(f"verifying document {n} of {len(searcher.documents)}")
        found[reading.document.path] = [
            (verdict.claim.span, verdict)
            for report in verifier.verify_reading(reading)
            for verdict in report.verdicts
            if verdict.state == "refuted"
        ]
    return found


class _Check:
    """Counts what is right and wrong with one answer after the other."""

    def __init__(
        self,
        labelled: DocumentSet,
        searcher: Searcher,
        refuted: Mapping[str, Sequence[tuple[Span, Verdict]]],
    ) -> None:
        self._labelled = labelled
        self._group_of = labelled.group_of
        self._searcher = searcher
        self._refuted = refuted
        self._texts: dict[str, str] = {}
        self._n: Counter[str] = Counter()
        self._faults: list[Fault] = []

    def judge(self, query: str, answer: Answer) -> None:
        """Checks one answer; a refusal has nothing to check."""
        if not answer.answerable:
            return
        self._n["answered"] += 1
        said = statements(answer.text)
        self._support(query, said, answer.citations)
        for citation in answer.citations:
            self._n["citations"] += 1
            self._n["relevant"] += self._is_relevant(query, citation)
            if self._is_exact(citation):
                self._n["exact"] += 1
            else:
                self._fault("offset", query, f"[{citation.marker}] {citation.quote[:80]!r}")
        for claim, line in self._claims(answer):
            self._n["refuted"] += 1
            if passed_on(answer.text, claim, line):
                self._n["passed on"] += 1
                self._fault("passed on", query, claim)
        for text in repeated(answer.citations, self._searcher.entries):
            self._n["repeated"] += 1
            self._fault("repeated", query, text)

    def _support(
        self, query: str, said: Sequence[Statement], citations: Sequence[Citation]
    ) -> None:
        quotes = {citation.marker: citation.quote for citation in citations}
        useful: set[str] = set()
        for statement in said:
            self._n["statements"] += 1
            support = [m for m in statement.markers if supports(quotes.get(m, ""), statement)]
            useful.update(support)
            self._n["supported"] += bool(support)
            self._n["literal"] += any(says(quotes[m], statement.text) for m in support)
            if not support:
                self._fault("unsupported", query, " ".join(statement.text.split())[:160])
        self._n["useful"] += len(useful & set(quotes))
        for marker in sorted(set(quotes) - useful):
            self._fault("idle citation", query, f"[{marker}] {quotes[marker][:80]!r}")

    def _is_relevant(self, query: str, citation: Citation) -> bool:
        entry = self._searcher.entries[citation.entry]
        group = self._group_of.get((citation.document, entry.number), "")
        return self._labelled.query_set.qrels.get(query, {}).get(group, 0) > 0

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = Path(path).read_bytes().decode("utf-8")
        return self._texts[path]

    def _is_exact(self, citation: Citation) -> bool:
        entry = self._searcher.entries[citation.entry]
        quoted = citation.span.of(self._text(citation.path))
        return bool(quoted) and quoted == citation.quote and entry.span.holds(citation.span)

    def _claims(self, answer: Answer) -> list[tuple[str, str]]:
        """Refuted claims that stand in what the answer cites, each once, with its line there."""
        found: dict[tuple[Span, str], str] = {}
        for citation in answer.citations:
            for span, verdict in self._refuted.get(citation.path, ()):
                if span.start < citation.span.end and citation.span.start < span.end:
                    text = self._text(citation.path)
                    start = text.rfind("\n", 0, span.start) + 1
                    line = text[start:].partition("\n")[0]
                    found[verdict.claim.span, verdict.claim.text] = line
        for report in answer.snippets:
            for verdict in report.verdicts:
                if verdict.state == "refuted":
                    found.setdefault((verdict.claim.span, verdict.claim.text), "")
        return [(claim, line) for (_, claim), line in found.items()]

    def _fault(self, kind: str, query: str, text: str) -> None:
        self._faults.append(Fault(kind, query, text))

    def figures(self, queries: int) -> AnswersFigures:
        """What was counted."""
        n = self._n
        said, cited = max(1, n["statements"]), max(1, n["citations"])
        order = {"passed on": 0, "offset": 1, "repeated": 2, "unsupported": 3, "idle citation": 4}
        return AnswersFigures(
            dataset=self._labelled.query_set.name,
            queries=queries,
            answered=n["answered"],
            statements=n["statements"],
            supported=n["supported"] / said,
            literal=n["literal"] / said,
            citations=n["citations"],
            precision=n["useful"] / cited,
            relevant=n["relevant"] / cited,
            exact=n["exact"] / cited,
            refuted=n["refuted"],
            passed_on=n["passed on"],
            repeated=n["repeated"],
            faults=tuple(sorted(self._faults, key=lambda fault: order[fault.kind])),
        )


def passed_on(text: str, claim: str, line: str = "") -> bool:
    """Whether an answer shows a refuted claim without a word that it is refuted.

    The word must stand behind the claim on its own line, or on the one below it.

    Args:
        text: the answer.
        claim: as written.
        line: where it stands in the document.  A claim of one word (`float32`) is only there: the
            same word elsewhere says something else.
    """
    lines = [_squeezed(one) for one in text.split("\n")]
    wanted, home = _squeezed(claim), _squeezed(line)
    at_home = len(claim.split()) == 1 and wanted in home and any(home in one for one in lines)
    for one, below in zip(lines, [*lines[1:], ""], strict=True):
        said, _, rest = one.partition(FLAG)
        if at_home and home not in one:
            continue
        if wanted and wanted in said and not (FLAG in one and rest) and FLAG not in below:
            return True
    return False


def repeated(citations: Iterable[Citation], entries: Mapping[str, Entry]) -> list[str]:
    """Passages that an answer says twice, and entries that it cites beside their twins."""
    found: list[str] = []
    held = list(citations)
    texts = Counter(_squeezed(citation.quote) for citation in held)
    found += [text[:80] for text, count in texts.items() if count > 1]
    cited = {citation.entry for citation in held}
    found += [
        f"{entry} and {twin}"
        for entry in sorted(cited)
        for twin in entries[entry].twins
        if twin in cited and entry < twin
    ]
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())
