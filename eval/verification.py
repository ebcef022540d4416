"""How well verdicts are given: claims labelled by hand, against what the verifier says of them."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.verify import driver
from assistant.verify.verifier import Verifier
from corpus.library import parse
from corpus.read import read_text
from eval.claim_labels import Case, Label, SplitName, document_cases, own_cases, region_of
from eval.false_claims import changed_claims
from eval.verdict_figures import MUTATION_BAR, Share, Tally, VerificationFigures

if TYPE_CHECKING:
    from assistant.seams import Sandbox
    from assistant.types import Verdict
    from corpus.types import Span

LITERAL = ("value", "shape", "dtype", "device", "bool", "output", "raises")
MUTATIONS = 200
SPLITS: tuple[SplitName, ...] = ("dev", "test")


def evaluate(documents: Path | None = None) -> VerificationFigures:
    """Measures verdicts on our own cases and, where their folder is given, on the pages'.

    Args:
        documents: folder of the labelled pages.

    Raises:
        InputError: a page is missing, or is not the version that was labelled.
    """
    from assistant.sandbox.service import SandboxService

    cases = own_cases() + (document_cases(documents) if documents is not None else [])
    with SandboxService() as sandbox:
        return measure(sandbox, cases)


def measure(
    sandbox: Sandbox, cases: Sequence[Case], *, mutations: int = MUTATIONS, seed: int = 0
) -> VerificationFigures:
    """Measures verdicts on labelled cases.

    Args:
        sandbox: where they run.
        cases: what is labelled.
        mutations: how many confirmed claims are changed at most.
        seed: of the choice of changes.
    """
    verifier = Verifier(sandbox)
    tallies = {split: Tally() for split in SPLITS}
    confirmed: list[tuple[Case, Verdict]] = []
    for case in cases:
        confirmed += compared(case, verdicts_of(verifier, case), tallies)
    changed, escaped = changed_claims(verifier, confirmed, mutations, random.Random(seed))
    plain, instrumented = _times(sandbox, [code for case in cases for code in case.snippets])
    splits = {split: tally.figures() for split, tally in tallies.items() if tally.counts["labels"]}
    missed = [f"{split}: {line}" for split, figures in splits.items() for line in figures.missed]
    caught = Share(changed - len(escaped), changed)
    missed += [f"changed claims: {caught}"] if caught.value < MUTATION_BAR else []
    return VerificationFigures(
        texts=len(cases),
        splits=splits,
        caught=caught,
        escaped=tuple(escaped),
        plain_ms=plain,
        instrumented_ms=instrumented,
        missed=tuple(missed),
    )


def verdicts_of(verifier: Verifier, case: Case) -> list[Verdict]:
    """What the verifier says of a text, read as the command reads it."""
    if case.form == "code":
        return list(verifier.verify_code(case.text, name=case.name).verdicts)
    media = None if Path(case.name).suffix else "text/markdown"
    reading = parse(read_text(case.text, path=case.name, media_type=media))
    reports = verifier.verify_reading(reading)
    return [verdict for report in reports for verdict in report.verdicts]


def compared(
    case: Case, verdicts: Sequence[Verdict], tallies: dict[SplitName, Tally]
) -> Iterator[tuple[Case, Verdict]]:
    """Counts what was said of a text; yields the confirmed literal claims of code."""
    near = [_at(label, verdicts) for label in case.labels]
    # A block that is judged as one, and called wrong, is meant where it is wrong.
    meant = {
        id(one)
        for label, found in zip(case.labels, near, strict=True)
        for one in found
        if one.state == "refuted" and "refuted" in label.states
    }
    for label, found in zip(case.labels, near, strict=True):
        mine = [one for one in found if "refuted" in label.states or id(one) not in meant]
        got = tallies[label.split].add(case, label, mine)
        if case.form == "code" and got == "confirmed" and label.states == (got,):
            yield from ((case, one) for one in mine if one.claim.kind in LITERAL)
    labelled = {id(one) for found in near for one in found}
    for verdict in verdicts:
        region = region_of(case.complete, verdict.claim.span.start)
        if region is not None and id(verdict) not in labelled:
            tallies[region.split].add_unlabelled(case, verdict)


def _at(label: Label, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts that speak of a label's claim: those that start where it stands, else touch it.

    That a name exists is another claim than what is said of it.
    """
    ours = [verdict for verdict in verdicts if _speaks_of(label.kind, verdict)]
    for touching in (_starts_in, _touches):
        near = [
            verdict
            for verdict in ours
            if any(touching(verdict.claim.span, place) for place in label.places)
        ]
        if near:
            return near
    return []


def _speaks_of(kind: str, verdict: Verdict) -> bool:
    of_name = verdict.claim.kind == "exists"
    match kind:
        case "exists":
            return of_name
        case "default" | "signature":
            # A keyword that does not exist is reported as a name is.
            return not of_name or verdict.state == "refuted" or "=" in verdict.claim.text
        case _:
            return not of_name


def _starts_in(span: Span, place: Span) -> bool:
    return place.start <= span.start < place.end


def _touches(span: Span, place: Span) -> bool:
    return span.start < place.end and place.start < span.end


def _times(sandbox: Sandbox, codes: Iterable[str]) -> tuple[float, float]:
    """Medians, in milliseconds, of plain and instrumented runs of the same snippets."""
    from assistant.verify.observe import probes_for
    from assistant.verify.sites import find_sites

    plain: list[float] = []
    instrumented: list[float] = []
    for code in codes:
        if ">>>" in code:
            continue
        payload = {"prelude": [], "probes": probes_for(find_sites(code))}
        for times, extra in ((plain, {}), (instrumented, {"driver": driver.source()})):
            started = time.perf_counter()
            if extra:
                sandbox.run(code, driver=extra["driver"], payload=payload)
            else:
                sandbox.run(code)
            times.append(1000 * (time.perf_counter() - started))
    if not plain:
        return 0.0, 0.0
    return statistics.median(plain), statistics.median(instrumented)
