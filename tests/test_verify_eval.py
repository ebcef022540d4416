"""The measurement of verdicts: labels are met, misses are named, changes are caught."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from assistant.sandbox.service import SandboxService
from corpus.errors import InputError
from eval.verification import document_cases, measure, mutated, own_cases


def test_figures_name_each_label_that_was_not_met() -> None:
    case = next(case for case in own_cases() if case.name == "brackets")
    wrong = replace(case, labels={**case.labels, 3: "refuted"})
    with SandboxService() as sandbox:
        figures = measure(sandbox, [wrong], mutations=3)
    assert [(miss.line, miss.wanted, miss.got) for miss in figures.misses] == [
        (3, "refuted", "confirmed")
    ]
    assert figures.correct < 1
    assert figures.missed_false == 1
    assert figures.accused == 0
    assert figures.mutations == 3


@pytest.mark.parametrize("claim", ["tensor([1., 2.])", "torch.float32", "True", "(3, 4) — rows"])
def test_changed_claims_differ_from_the_original(claim: str) -> None:
    changed = {mutated(claim, random.Random(seed)) for seed in range(20)} - {None}
    assert changed
    assert claim not in changed


def test_pages_of_another_version_are_refused(scraped_documents, tmp_path) -> None:
    assert len(document_cases(scraped_documents)) >= 30
    for page in scraped_documents.iterdir():
        (tmp_path / page.name).write_bytes(page.read_bytes() + b"\n")
    with pytest.raises(InputError, match="another version"):
        document_cases(tmp_path)
