"""What is measured of verdicts: counts of each half of the labels, against their bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from eval.claim_labels import DEFINITE, Case, Group, Label, SplitName

if TYPE_CHECKING:
    from assistant.types import Verdict

# The bars: what share of checkable claims gets a definite verdict, how many of those are right, how
# many true or open claims may be called wrong, how many changed claims must be.
BARS: dict[Group, float] = {"literal": 0.95, "exists": 0.90, "property": 0.70}
CORRECT_BAR, ACCUSED_BAR, MUTATION_BAR = 0.995, 1 / 500, 0.98


@dataclass(frozen=True, slots=True)
class Miss:
    """A label that the verifier did not meet, or a verdict where nothing is claimed.

    `got` is `none` where it saw no claim, `wanted` is `none` where there is none.
    """

    name: str
    line: int
    kind: str
    wanted: str
    got: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 1 of nothing."""
        return self.part / self.whole if self.whole else 1.0

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.part} of {self.whole})"


@dataclass(frozen=True, slots=True)
class SplitFigures:
    """One half of the labels.

    Attributes:
        labels: labelled claims; `checkable` of them deserve a definite verdict and nothing else.
        definite: by group of kinds, checkable claims that got a definite verdict.
        kinds: the same by kind.
        right: definite verdicts that are right, of all definite ones.
        false: false claims that were called refuted, of all false ones.
        accused: true or open claims, or remarks that claim nothing, that were called refuted.
        invented: lines that claim nothing and were called confirmed.
        misses: each label that was not met.
    """

    labels: int
    checkable: int
    definite: dict[Group, Share]
    kinds: dict[str, Share]
    right: Share
    false: Share
    accused: int
    invented: int
    misses: tuple[Miss, ...]

    @property
    def accused_share(self) -> float:
        """False accusations as a share of the labelled claims."""
        return self.accused / max(1, self.labels)

    @property
    def missed(self) -> tuple[str, ...]:
        """The bars that were missed."""
        found = [
            f"definite verdicts, {group}: {share}"
            for group, share in self.definite.items()
            if share.value < BARS[group]
        ]
        if self.right.value < CORRECT_BAR:
            found.append(f"right verdicts: {self.right.value:.2%}")
        if self.accused_share > ACCUSED_BAR:
            found.append(f"false accusations: {self.accused} in {self.labels} claims")
        return tuple(found)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Lines of a table."""
        yield "claims labelled, checkable", f"{self.labels}, {self.checkable}"
        for group, share in self.definite.items():
            yield f"definite verdicts, {group}", f"{share} (bar {BARS[group]:.0%})"
        for kind, share in self.kinds.items():
            yield f"  {kind}", str(share)
        right = f"{self.right.value:.2%} ({self.right.part} of {self.right.whole})"
        yield "definite verdicts that are right", f"{right} (bar {CORRECT_BAR:.1%})"
        accused = f"{500 * self.accused_share:.1f} in 500 claims ({self.accused})"
        yield "false accusations", f"{accused} (bar {500 * ACCUSED_BAR:.0f})"
        yield "false claims found", str(self.false)
        yield "remarks taken for claims", str(self.invented)


@dataclass(frozen=True, slots=True)
class VerificationFigures:
    """What was measured.

    Attributes:
        texts: labelled snippets and pages.
        splits: each half apart; the verifier was mended on `dev` alone.
        caught: confirmed claims that were refuted once they had been changed; `escaped`: the rest.
        plain_ms: median of a plain run, `instrumented_ms` of the same with probes.
        missed: the bars that were missed.
    """

    texts: int
    splits: dict[SplitName, SplitFigures]
    caught: Share
    escaped: tuple[Miss, ...]
    plain_ms: float
    instrumented_ms: float
    missed: tuple[str, ...]

    def rows(self) -> Iterator[tuple[str, str]]:
        """Lines of a table."""
        yield "snippets and pages", str(self.texts)
        for split, figures in self.splits.items():
            for name, value in figures.rows():
                yield f"{split}: {name}", value
        yield "changed claims refuted", f"{self.caught} (bar {MUTATION_BAR:.0%})"
        yield "plain, instrumented run", f"{self.plain_ms:.0f} ms, {self.instrumented_ms:.0f} ms"
        for split, figures in self.splits.items():
            for miss in figures.misses:
                wanted = f"wanted {miss.wanted}, got {miss.got}: {miss.source}"
                yield f"{split}: {miss.name}:{miss.line}", wanted
        for miss in self.escaped:
            yield f"changed: {miss.name}:{miss.line}", f"got {miss.got}: {miss.source}"

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON-able data."""
        return asdict(self)


class Tally:
    """Counts of one half while it is gone through."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.misses: list[Miss] = []

    def add(self, case: Case, label: Label, verdicts: Sequence[Verdict]) -> str:
        """Counts a label and the verdicts that stand where it stands; returns their state."""
        got, counts = _worst([verdict.state for verdict in verdicts]), self.counts
        counts["labels"] += 1
        if label.checkable:
            for name in (label.group, f"kind {label.kind}"):
                counts[f"checkable {name}"] += 1
                counts[f"definite {name}"] += got in DEFINITE
        if got in DEFINITE:
            counts["definite"] += 1
            counts["right"] += got in label.states
        counts["accused"] += got == "refuted" and "refuted" not in label.states
        if label.states == ("refuted",):
            counts["false"] += 1
            counts["found"] += got == "refuted"
        # An open claim that was passed over does no harm.
        harmless = label.states[0] not in DEFINITE and got not in DEFINITE
        if got not in label.states and not harmless:
            self._miss(case, label.places[0].start, label.kind, label.states[0], got, verdicts)
        return got

    def add_unlabelled(self, case: Case, verdict: Verdict) -> None:
        """Counts a verdict where nothing is claimed."""
        if verdict.state == "refuted":
            self.counts["accused"] += 1
        elif verdict.state == "confirmed" and verdict.claim.kind != "exists":
            self.counts["invented"] += 1
        else:
            # That a name which the code uses exists is no invention.
            return
        kind, start = verdict.claim.kind, verdict.claim.span.start
        self._miss(case, start, kind, "none", verdict.state, [verdict])

    def _miss(
        self,
        case: Case,
        start: int,
        kind: str,
        wanted: str,
        got: str,
        verdicts: Sequence[Verdict],
    ) -> None:
        note = "; ".join(
            f"{one.state} {one.claim.kind} {one.claim.text!r}: {one.observed} {one.note}".strip()
            for one in verdicts
        )
        self.misses.append(
            Miss(case.name, case.line(start), kind, wanted, got, case.source(start), note)
        )

    def figures(self) -> SplitFigures:
        """The figures of what was counted."""
        counts = self.counts
        kinds = sorted(
            name.removeprefix("checkable kind ")
            for name in counts
            if name.startswith("checkable kind ")
        )
        return SplitFigures(
            labels=counts["labels"],
            checkable=sum(counts[f"checkable {group}"] for group in BARS),
            definite={
                group: Share(counts[f"definite {group}"], counts[f"checkable {group}"])
                for group in BARS
                if counts[f"checkable {group}"]
            },
            kinds={
                kind: Share(counts[f"definite kind {kind}"], counts[f"checkable kind {kind}"])
                for kind in kinds
            },
            right=Share(counts["right"], counts["definite"]),
            false=Share(counts["found"], counts["false"]),
            accused=counts["accused"],
            invented=counts["invented"],
            misses=tuple(self.misses),
        )


def _worst(states: Sequence[str]) -> str:
    """The state of a place with several claims: an accusation weighs most."""
    order = ("refuted", "confirmed", "unverifiable", "not_run")
    return next((state for state in order if state in states), "none")
