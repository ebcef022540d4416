"""How well verdicts are given: claims labelled by hand, against what the verifier says of them."""

from __future__ import annotations

import hashlib
import json
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.verify.observe import driver_source
from assistant.verify.verifier import Verifier
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.seams import Sandbox
    from assistant.types import Verdict

DATA = Path(__file__).parent / "data" / "verification"
PAGES = Path(__file__).parent / "data" / "documents" / "documents.jsonl"
DEFINITE = ("confirmed", "refuted")
LITERAL = ("value", "shape", "dtype", "device", "bool", "output", "raises")
# The bars: what share of checkable claims gets a definite verdict, how many of those are right, how
# many true or open claims may be called wrong, how many changed claims must be.
BARS = {"literal": 0.95, "exists": 0.90, "property": 0.70}
CORRECT_BAR, ACCUSED_BAR, MUTATION_BAR = 0.995, 1 / 500, 0.98
MUTATIONS = 200


@dataclass(frozen=True, slots=True)
class Labelled:
    """A snippet with the state that each claim's line deserves, and lines that claim nothing."""

    name: str
    code: str
    labels: dict[int, str]
    no_claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """A label that the verifier did not meet; `got` is `none` where it saw no claim."""

    name: str
    line: int
    wanted: str
    got: str
    source: str


@dataclass(frozen=True, slots=True)
class VerificationFigures:
    """What was measured.

    Attributes:
        snippets: labelled snippets.
        labels: labelled claims; `checkable` of them deserve a definite verdict.
        definite: by kind of claim, the share of checkable ones that got a definite verdict.
        correct: share of definite verdicts that are right.
        accused: true or open claims that were called refuted, as a share of all labels.
        missed_false: false claims that were not called refuted.
        invented: verdicts on lines that claim nothing.
        mutations: how many confirmed claims were changed; `caught` the share then refuted.
        plain_ms: median of a plain run, `instrumented_ms` of the same with probes.
        misses: each label that was not met.
        missed: the bars that were missed.
    """

    snippets: int
    labels: int
    checkable: int
    definite: dict[str, float]
    correct: float
    accused: float
    missed_false: int
    invented: int
    mutations: int
    caught: float
    plain_ms: float
    instrumented_ms: float
    misses: tuple[Miss, ...]
    missed: tuple[str, ...]

    def rows(self) -> Iterator[tuple[str, str]]:
        """Lines of a table."""
        yield "snippets, claims labelled", f"{self.snippets}, {self.labels}"
        for kind, share in self.definite.items():
            yield f"definite verdicts, {kind}", f"{share:.1%} (bar {BARS[kind]:.0%})"
        yield "definite verdicts that are right", f"{self.correct:.2%} (bar {CORRECT_BAR:.1%})"
        yield "false accusations", f"{self.accused:.2%} (bar {ACCUSED_BAR:.1%})"
        yield "false claims not found", str(self.missed_false)
        yield "verdicts on remarks", str(self.invented)
        yield "changed claims refuted", f"{self.caught:.1%} of {self.mutations}"
        yield "plain, instrumented run", f"{self.plain_ms:.0f} ms, {self.instrumented_ms:.0f} ms"
        for miss in self.misses:
            yield f"{miss.name}:{miss.line}", f"wanted {miss.wanted}, got {miss.got}: {miss.source}"

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON-able data."""
        return asdict(self)


def own_cases() -> list[Labelled]:
    """The snippets written for this purpose."""
    return [
        Labelled(
            row["name"],
            row["code"],
            {int(line): state for line, state in row["labels"].items()},
            tuple(row["no_claims"]),
        )
        for row in _rows(DATA / "own.jsonl")
    ]


def document_cases(folder: Path) -> list[Labelled]:
    """The labelled snippets of the scraped pages in `folder`.

    Raises:
        InputError: a page is missing, or is not the version that was labelled.
    """
    digests = {row["document"]: row["sha256"] for row in _rows(PAGES)}
    texts: dict[str, str] = {}
    found: list[Labelled] = []
    for row in _rows(DATA / "documents.jsonl"):
        name = row["document"]
        if name not in texts:
            try:
                data = (folder / name).read_bytes()
            except OSError as error:
                hint = "name the folder that holds it with --documents"
                raise InputError(
                    "the page is not there", where=str(folder / name), hint=hint
                ) from error
            if hashlib.sha256(data).hexdigest() != digests.get(name):
                raise InputError(
                    "the page is another version than the labelled one",
                    where=str(folder / name),
                    hint="use the page as it was labelled",
                )
            texts[name] = data.decode("utf-8")
        start, end = row["start"], row["end"]
        line = texts[name].count("\n", 0, start) + 1
        labels = {int(number): state for number, state in row["labels"].items()}
        found.append(Labelled(f"{name}:{line}", texts[name][start:end], labels))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


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
    sandbox: Sandbox, cases: Sequence[Labelled], *, mutations: int = MUTATIONS, seed: int = 0
) -> VerificationFigures:
    """Measures verdicts on labelled cases.

    Args:
        sandbox: where they run.
        cases: what is labelled.
        mutations: how many confirmed claims are changed at most.
        seed: of the choice of changes.
    """
    verifier = Verifier(sandbox)
    misses: list[Miss] = []
    counts: Counter[str] = Counter()
    confirmed: list[tuple[Labelled, Verdict]] = []
    for case in cases:
        lines = case.code.splitlines()
        by_line: dict[int, list[Verdict]] = {}
        for verdict in verifier.verify_code(case.code, name=case.name).verdicts:
            by_line.setdefault(verdict.claim.line, []).append(verdict)
        for number, wanted in case.labels.items():
            verdicts = by_line.get(number, [])
            states = [verdict.state for verdict in verdicts]
            got = _worst(states)
            kind = _group(verdicts[0].claim.kind if verdicts else "value")
            counts["labels"] += 1
            if wanted in DEFINITE:
                counts[f"checkable {kind}"] += 1
                counts[f"definite {kind}"] += got in DEFINITE
            if got in DEFINITE:
                counts["definite"] += 1
                counts["right"] += got == wanted
            counts["accused"] += got == "refuted" and wanted != "refuted"
            counts["missed false"] += wanted == "refuted" and got != "refuted"
            if got != wanted:
                misses.append(Miss(case.name, number, wanted, got, lines[number - 1].strip()))
            if got == wanted == "confirmed":
                confirmed += [(case, one) for one in verdicts if one.claim.kind in LITERAL]
        for number in case.no_claims:
            if number in by_line:
                counts["invented"] += 1
                got = _worst([one.state for one in by_line[number]])
                counts["accused"] += got == "refuted"
                misses.append(Miss(case.name, number, "none", got, lines[number - 1].strip()))
    changed, caught = _mutate(verifier, confirmed, mutations, random.Random(seed))
    plain, instrumented = _times(sandbox, cases)
    definite = {
        kind: counts[f"definite {kind}"] / counts[f"checkable {kind}"]
        for kind in BARS
        if counts[f"checkable {kind}"]
    }
    correct = counts["right"] / max(1, counts["definite"])
    accused = counts["accused"] / max(1, counts["labels"])
    missed = [
        f"definite verdicts, {kind}: {share:.1%}"
        for kind, share in definite.items()
        if share < BARS[kind]
    ]
    missed += [f"right verdicts: {correct:.2%}"] if correct < CORRECT_BAR else []
    missed += [f"false accusations: {accused:.2%}"] if accused > ACCUSED_BAR else []
    missed += [f"changed claims: {caught:.1%}"] if changed and caught < MUTATION_BAR else []
    return VerificationFigures(
        snippets=len(cases),
        labels=counts["labels"],
        checkable=sum(counts[f"checkable {kind}"] for kind in BARS),
        definite=definite,
        correct=correct,
        accused=accused,
        missed_false=counts["missed false"],
        invented=counts["invented"],
        mutations=changed,
        caught=caught,
        plain_ms=plain,
        instrumented_ms=instrumented,
        misses=tuple(misses),
        missed=tuple(missed),
    )


def _worst(states: Sequence[str]) -> str:
    """The state of a line with several claims: an accusation weighs most."""
    order = ("refuted", "confirmed", "unverifiable", "not_run")
    return next((state for state in order if state in states), "none")


def _group(kind: str) -> str:
    return kind if kind in BARS else "literal"


def _mutate(
    verifier: Verifier,
    confirmed: Sequence[tuple[Labelled, Verdict]],
    most: int,
    choice: random.Random,
) -> tuple[int, float]:
    """Changes confirmed claims in one digit, dimension, dtype or sign.

    Returns:
        How many were changed, and the share that was then refuted.
    """
    chosen = list(confirmed)
    choice.shuffle(chosen)
    changed = caught = 0
    for case, verdict in chosen:
        if changed >= most:
            break
        lines = case.code.splitlines()
        claim = verdict.claim
        first = claim.text.splitlines()[0]
        other = mutated(first, choice)
        at = lines[claim.line - 1].rfind(first)
        if other is None or at < 0:
            continue
        lines[claim.line - 1] = lines[claim.line - 1][:at] + other
        report = verifier.verify_code("\n".join(lines) + "\n", name=case.name)
        states = [one.state for one in report.verdicts if one.claim.line == claim.line]
        changed += 1
        caught += "refuted" in states
    return changed, caught / changed if changed else 0.0


def mutated(text: str, choice: random.Random) -> str | None:
    """A claim made false in one place, None where nothing in it can be changed."""
    dtype = re.search(r"\b(float32|float64|float16|int64|int32|bool)\b", text)
    if dtype is not None:
        others = [name for name in ("float32", "float64", "int64") if name != dtype.group()]
        return text[: dtype.start()] + choice.choice(others) + text[dtype.end() :]
    truth = re.match(r"(True|False)\b", text)
    if truth is not None:
        return ("False" if truth.group() == "True" else "True") + text[truth.end() :]
    if re.search(r"(?:error|raises|works)", text, re.IGNORECASE):
        return None
    literal = re.match(r"[\s\S]*?(?=\s+[—–]\s|\s+\([a-z]|\s{2,}|$)", text)
    end = literal.end() if literal else len(text)
    # What an equation or a chain of remarks ends with is the claim.
    start = max(text.rfind("= ", 0, end), text.rfind("> ", 0, end), 0)
    digits = [
        hit
        for hit in re.finditer(r"(?<![\w.])-?\d+\.?\d*(?![\w])", text[:end])
        if hit.start() >= start and not text[: hit.start()].endswith("e-")
    ]
    if not digits:
        return None
    hit = choice.choice(digits)
    number = hit.group()
    if choice.random() < 0.3 and float(number) != 0 and "Size" not in text and "." in number:
        new = number[1:] if number.startswith("-") else f"-{number}"
    else:
        whole = number.rstrip(".")
        last = whole[-1]
        new = whole[:-1] + str((int(last) + choice.randint(1, 8)) % 10) + number[len(whole) :]
        if float(new) == float(number):
            return None
    return text[: hit.start()] + new + text[hit.end() :]


def _times(sandbox: Sandbox, cases: Iterable[Labelled]) -> tuple[float, float]:
    """Medians, in milliseconds, of plain and instrumented runs of the same snippets."""
    from assistant.verify.observe import probes_for
    from assistant.verify.sites import find_sites

    plain: list[float] = []
    instrumented: list[float] = []
    for case in cases:
        if ">>>" in case.code:
            continue
        payload = {"prelude": [], "probes": probes_for(find_sites(case.code))}
        for times, extra in ((plain, {}), (instrumented, {"driver": driver_source()})):
            started = time.perf_counter()
            if extra:
                sandbox.run(case.code, driver=extra["driver"], payload=payload)
            else:
                sandbox.run(case.code)
            times.append(1000 * (time.perf_counter() - started))
    if not plain:
        return 0.0, 0.0
    return statistics.median(plain), statistics.median(instrumented)
