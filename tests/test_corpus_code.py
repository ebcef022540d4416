"""The built-in corpus keeps its word: every snippet runs, every claim holds, every check passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify.verifier import Verifier
from corpus.library import builtin_paths, parse
from corpus.read import read_document
from corpus.types import Reading


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxService]:
    with SandboxService() as service:
        yield service


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [parse(read_document(path)) for path in builtin_paths()]


def test_every_snippet_runs_and_nothing_it_says_is_refuted(
    sandbox: SandboxService, readings: list[Reading]
) -> None:
    verifier = Verifier(sandbox)
    reports = [report for reading in readings for report in verifier.verify_reading(reading)]
    assert len(reports) > len(readings)
    assert [(r.document, r.line, r.status, r.error) for r in reports if r.status != "ok"] == []
    refuted = [
        (report.document, verdict.claim.text, verdict.observed)
        for report in reports
        for verdict in report.verdicts
        if verdict.state == "refuted"
    ]
    assert refuted == []
    states = [verdict.state for report in reports for verdict in report.verdicts]
    assert states.count("confirmed") > 0.9 * len(states)


def test_every_check_passes(sandbox: SandboxService, readings: list[Reading]) -> None:
    checks = [
        (reading.entries[0].id, block.text)
        for reading in readings
        for section in reading.entries[0].sections
        if section.kind == "checks"
        for block in section.blocks
        if block.kind == "code"
    ]
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda check: sandbox.run(check[1], seconds=30), checks)
        failed = [
            (entry, result.status, result.error)
            for (entry, _), result in zip(checks, results, strict=True)
            if result.status != "ok"
        ]
    assert len(checks) > 2 * len(readings)
    assert failed == []


def test_every_check_that_a_key_point_names_is_there(readings: list[Reading]) -> None:
    for reading in readings:
        named = set(re.findall(r"\(check: ([\w-]+)\)", reading.document.text))
        present = set(re.findall(r"^```python check=([\w-]+)", reading.document.text, re.M))
        assert named == present, reading.document.path
