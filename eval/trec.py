"""Runs and labels in TREC's formats, to exchange with other tools."""

from __future__ import annotations

from pathlib import Path

from eval.datasets import Qrels
from eval.rows import complain, read_text
from eval.systems import Ranking, Run, Scored, ranked


def write_run(run: Run, path: Path, name: str) -> None:
    """Writes `query Q0 id rank score name` lines.

    The score is the rank counted from the end, not the system's own: tools rank by it, each with a
    rule of its own for ties, and without ties all of them agree with our figures.
    """
    lines = [
        f"{qid} Q0 {hit.id} {place} {len(ranking.hits) - place + 1} {name}\n"
        for qid, ranking in run.items()
        for place, hit in enumerate(ranking.hits, start=1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def write_qrels(qrels: Qrels, path: Path) -> None:
    """Writes `query 0 id grade` lines."""
    lines = [
        f"{qid} 0 {i} {grade}\n" for qid, grades in qrels.items() for i, grade in grades.items()
    ]
    path.write_text("".join(lines), encoding="utf-8")


def read_run(path: Path) -> Run:
    """Reads a run file; hits are ordered by score, equal ones by id, whatever rank is written.

    Raises:
        InputError: the file cannot be read, lines are wrong, or a query names an id twice.
    """
    found: dict[str, dict[str, float]] = {}
    faults: list[str] = []
    for number, fields in _lines(path, 6, faults):
        qid, _, item, _, score, _ = fields
        try:
            value = float(score)
        except ValueError:
            faults.append(f"line {number}: score {score!r} is no number")
            continue
        if item in found.setdefault(qid, {}):
            faults.append(f"line {number}: {item!r} twice for query {qid!r}")
        found[qid][item] = value
    complain(faults, path, "a run has lines of query, Q0, id, rank, score, name")
    rankings: dict[str, Ranking] = {}
    for qid, scores in found.items():
        hits = ranked(Scored(item, score) for item, score in scores.items())
        rankings[qid] = Ranking(hits, hits[0].score)
    return rankings


def read_qrels(path: Path) -> Qrels:
    """Reads a labels file.

    Raises:
        InputError: the file cannot be read or lines are wrong.
    """
    qrels: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for number, fields in _lines(path, 4, faults):
        qid, _, item, grade = fields
        if not grade.lstrip("-").isdigit():
            faults.append(f"line {number}: grade {grade!r} is no whole number")
            continue
        qrels.setdefault(qid, {})[item] = int(grade)
    complain(faults, path, "labels have lines of query, 0, id, grade")
    return qrels


def _lines(path: Path, width: int, faults: list[str]) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != width:
            faults.append(f"line {number}: {len(fields)} fields instead of {width}")
            continue
        rows.append((number, fields))
    return rows
