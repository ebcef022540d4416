"""The built-in corpus keeps its word: snippets, claims, checks, solutions, mutants, outputs.

What was run before on the same torch, and has not changed, is known to hold (`corpus/proofs.txt`);
every new or changed piece is run here, and so is a part of the old ones.
"""

from __future__ import annotations

import pytest

from assistant.proving import Promise, promises, prove, shipped_proofs
from assistant.sandbox.service import SandboxService
from assistant.verify.verifier import Verifier
from corpus.editing import faults, share_with_checks
from corpus.exercises import read_tasks
from corpus.library import builtin_paths, read_library
from corpus.predictions import read_predictions
from corpus.types import Library

PARTS = 60
"""One promise in so many, of every kind, is run although it is known to hold."""


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(builtin_paths())


def test_every_file_is_in_its_form_and_fits_the_others(library: Library) -> None:
    assert [str(finding) for finding in faults(library)] == []
    assert share_with_checks(library.entries) > 0.6
    assert len(read_tasks()) >= 80


def test_what_is_promised_holds(library: Library, sandbox: SandboxService) -> None:
    proofs = shipped_proofs()
    due: list[Promise] = list(
        promises(
            sandbox,
            Verifier(sandbox),
            readings=library.readings,
            tasks=read_tasks(),
            predictions=read_predictions(),
        )
    )
    again = {promise.key for promise in due[::PARTS]}
    found = list(prove(due, kept=lambda key: proofs.held(key) and key not in again))
    assert [str(finding) for finding in found] == []
