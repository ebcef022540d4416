"""The measurement of verdicts: labels are met, misses are named, changes are caught."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.sandbox.service import SandboxService
from assistant.types import Claim, Verdict
from corpus.errors import InputError
from corpus.types import Span
from eval.claim_labels import Case, Label, SplitName, document_cases, own_cases
from eval.false_claims import mutated
from eval.verdict_figures import Share, Tally
from eval.verification import compared, measure

STATES = {"confirmed", "refuted", "unverifiable", "not_run", "none"}


def _case(name: str) -> Case:
    return next(case for case in own_cases() if case.name == name)


def _verdict(state: str, kind: str, text: str) -> Verdict:
    return Verdict(Claim(Span(0, 1), 1, text, kind), state, text)  # type: ignore[arg-type]


def test_figures_name_each_label_that_was_not_met(sandbox: SandboxService) -> None:
    case = _case("brackets")
    first = replace(case.labels[0], states=("refuted",))
    figures = measure(sandbox, [replace(case, labels=(first, *case.labels[1:]))], mutations=3)
    dev = figures.splits["dev"]
    assert [(miss.line, miss.wanted, miss.got) for miss in dev.misses] == [
        (3, "refuted", "confirmed")
    ]
    assert dev.right.part == dev.right.whole - 1
    assert dev.false.part == dev.false.whole - 1
    assert dev.accused == 0
    assert figures.caught.whole == 3
    assert set(figures.splits) == {"dev"}


def test_a_claim_in_a_paragraph_is_judged_where_it_stands(sandbox: SandboxService) -> None:
    case = _case("losses_notes")
    start = case.text.index("nn.MeanAbsoluteError")
    label = next(one for one in case.labels if one.places[0].start == start)
    figures = measure(sandbox, [replace(case, labels=(label,), complete=())])
    assert figures.splits["dev"].false == Share(1, 1)
    assert figures.splits["dev"].accused == 0


def test_a_block_that_is_judged_as_one_is_meant_where_it_is_wrong() -> None:
    text = "# 1\n# 3\n"
    true = Label("output", ("confirmed",), (Span(0, 4),), "dev")
    false = Label("output", ("refuted",), (Span(4, 8),), "dev")
    block = Verdict(Claim(Span(2, 7), 1, "1\n3", "output"), "refuted", "1\n3")
    tallies: dict[SplitName, Tally] = {"dev": Tally(), "test": Tally()}
    list(compared(Case("a", text, "code", (true, false), ()), [block], tallies))
    figures = tallies["dev"].figures()
    assert (figures.accused, figures.false) == (0, Share(1, 1))


def test_a_verdict_where_nothing_is_claimed_is_an_accusation_only_if_it_refutes() -> None:
    case = Case("a", "x = 1  # fine\n", "code", (), ())
    tally = Tally()
    tally.add_unlabelled(case, _verdict("refuted", "value", "fine"))
    tally.add_unlabelled(case, _verdict("confirmed", "value", "fine"))
    tally.add_unlabelled(case, _verdict("confirmed", "exists", "torch.ones"))
    tally.add_unlabelled(case, _verdict("unverifiable", "value", "fine"))
    figures = tally.figures()
    assert (figures.accused, figures.invented, len(figures.misses)) == (1, 1, 2)


@pytest.mark.parametrize(
    ("states", "got", "accused", "misses"),
    [
        (("confirmed",), "refuted", 1, 1),
        (("confirmed",), "unverifiable", 0, 1),
        (("unverifiable",), "refuted", 1, 1),
        (("unverifiable",), "not_run", 0, 0),
        (("refuted", "unverifiable"), "refuted", 0, 0),
        (("none", "confirmed"), "refuted", 1, 1),
    ],
)
def test_only_a_claim_that_may_not_be_refuted_counts_as_accused(
    states: tuple[str, ...], got: str, accused: int, misses: int
) -> None:
    case = Case("a", "x = 1  # 1\n", "code", (), ())
    tally = Tally()
    label = Label("value", states, (Span(0, 10),), "dev")
    tally.add(case, label, [_verdict(got, "value", "1")])
    figures = tally.figures()
    assert (figures.accused, len(figures.misses)) == (accused, misses)


@pytest.mark.parametrize("claim", ["tensor([1., 2.])", "torch.float32", "True", "(3, 4) — rows"])
def test_changed_claims_differ_from_the_original(claim: str) -> None:
    changed = {mutated(claim, random.Random(seed)) for seed in range(20)} - {None}
    assert changed
    assert claim not in changed


@pytest.mark.parametrize(
    "claim", ["fails, 2 != 3", "torch.zeros(2)  # 3 dims fail", "bounded by 1 / n: tensor(True)"]
)
def test_what_is_no_literal_is_not_changed(claim: str) -> None:
    assert {mutated(claim, random.Random(seed)) for seed in range(20)} == {None}


@pytest.mark.parametrize(
    ("claim", "observed", "kept"),
    [
        (".5*(0+1)=.5", "tensor(0.5000)", ".5*(0+1)="),
        ("1-cos=1.", "tensor([1.])", "1-cos="),
        ("default is 1, hence 11", "11", "default is 1, hence "),
        ("0.48 (was 0.5)", "0.4812", None),
    ],
)
def test_the_number_that_was_seen_is_changed_and_no_other(
    claim: str, observed: str, kept: str | None
) -> None:
    changed = {mutated(claim, random.Random(seed), observed) for seed in range(20)} - {None}
    assert changed
    for one in changed:
        assert one is not None
        assert one.startswith(kept) if kept else one.endswith(" (was 0.5)")


def test_labels_stand_in_their_texts_and_name_states() -> None:
    cases = own_cases()
    assert len({case.name for case in cases}) == len(cases)
    for case in cases:
        for label in case.labels:
            assert label.states
            assert STATES.issuperset(label.states), case.name
            assert all(place.of(case.text).strip() for place in label.places), case.name
    sizes = {
        split: sum(label.split == split for case in cases for label in case.labels)
        for split in ("dev", "test")
    }
    assert min(sizes.values()) >= 300


def test_pages_of_another_version_are_refused(scraped_documents: Path, tmp_path: Path) -> None:
    cases = document_cases(scraped_documents)
    assert sum(len(case.snippets) for case in cases) >= 60
    for page in scraped_documents.iterdir():
        (tmp_path / page.name).write_bytes(page.read_bytes() + b"\n")
    with pytest.raises(InputError, match="another version"):
        document_cases(tmp_path)
