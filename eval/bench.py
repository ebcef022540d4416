"""Measurements for the web app: run in a process of their own, kept as files, set side by side.

`python -m eval.bench PART FILE [DOCUMENTS]` measures one part and writes its figures to FILE.
"""

from __future__ import annotations

import importlib
import json
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.web.bench import Compared, Dots, Sheet, Shown
from corpus.errors import InputError, TorchproofError
from eval.cli.parts import PARTS
from eval.compare import compare
from eval.report import as_json, write_all
from eval.rows import read_text

RETRIEVAL = "retrieval"
SHOWN = 200
"""Queries shown of a comparison, those that changed most first."""
MOST_BYTES = 64 * 2**20
"""Of a file that is opened."""
_ID = re.compile(r"[\w.-]+")


class Kept(BaseModel):
    """A run in its file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    provenance: dict[str, Any] = {}
    sheets: list[tuple[str, list[str], list[list[str]]]] = []
    missed: list[str] = []
    figures: dict[str, Any] = {}
    asked: dict[str, str] = {}


class _Mean(BaseModel):
    mean: float
    low: float
    high: float


class _System(BaseModel):
    name: str
    overall: dict[str, _Mean]
    per_query: dict[str, dict[str, float]]


class _Retrieval(BaseModel):
    dataset: str
    systems: list[_System]


class Bench:
    """The harness as the web app sees it; see `assistant.web.bench.Bench`.

    Args:
        folder: where runs are kept, a file each.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._busy = threading.Lock()

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """What can be measured."""
        return (
            (RETRIEVAL, "Measure search against plain baselines."),
            *((part.name, part.line) for part in PARTS),
        )

    def stored(self) -> list[tuple[str, str]]:
        """The runs that are kept, latest first."""
        if not self._folder.is_dir():
            return []
        files = sorted(self._folder.glob("*.json"), key=lambda path: -path.stat().st_mtime)
        return [(path.stem, _label(path)) for path in files]

    def run(self, part: str, documents: str) -> Iterator[str]:
        """Measures one part; see the protocol."""
        if part not in dict(self.parts):
            raise InputError(f"there is no part {part!r}", hint="choose one of the list")
        if documents and not Path(documents).is_dir():
            raise InputError("no such folder", where=documents, hint="leave it empty, or mend it")
        if not self._busy.acquire(blocking=False):
            raise InputError("another measurement is running", hint="wait for it, or stop it")
        try:
            yield from self._measured(part, documents)
        finally:
            self._busy.release()

    def _measured(self, part: str, documents: str) -> Iterator[str]:
        run = f"{datetime.now():%Y%m%d-%H%M%S}-{part}"
        write_all(self._folder, {})
        unfinished = self._folder / f"{run}.part"
        command = [sys.executable, "-m", "eval.bench", part, str(unfinished)]
        process = subprocess.Popen(
            [*command, *([documents] if documents else [])],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            last = ""
            for line in _said(process):
                last = line or last
                yield line
            if process.returncode or not unfinished.is_file():
                raise InputError(last or "the measurement ended early", where=part, hint="")
            unfinished.rename(self._folder / f"{run}.json")
            yield run
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)
            unfinished.unlink(missing_ok=True)

    def take(self, file: Path) -> str:
        """Keeps figures that were stored elsewhere."""
        if file.stat().st_size > MOST_BYTES:
            raise InputError("too large for figures", where=file.name, hint="give a JSON report")
        kept = _understood(read_text(file), file.name)
        run = f"{datetime.now():%Y%m%d-%H%M%S}-{_plain(file.stem)}"
        write_all(self._folder, {f"{run}.json": as_json(kept.model_dump())})
        return run

    def look(self, run: str) -> Shown:
        """A run's figures."""
        kept = self._kept(run)
        sheets = [Sheet(*sheet) for sheet in kept.sheets]
        if not sheets:
            sheets = [_flat_sheet(kept)]
        made = [(name, str(value)) for name, value in kept.provenance.items()]
        title = f"{kept.part}, {kept.provenance.get('made', 'opened from a file')}"
        return Shown(title, sheets, _plots(kept), kept.missed, made)

    def measures(self, run: str) -> list[str]:
        """By which measures its queries can be compared."""
        found = _retrieval(self._kept(run))
        return list(found.systems[0].per_query) if found and found.systems else []

    def compare(self, ours: str, theirs: str, measure: str) -> Compared:
        """Two runs side by side: query by query where both have queries, else figure by figure."""
        a, b = self._kept(ours), self._kept(theirs)
        first, second = _retrieval(a), _retrieval(b)
        if first and second:
            return _by_query(first, second, measure, {**b.asked, **a.asked})
        return _by_figure(a, b)

    def _kept(self, run: str) -> Kept:
        if not _ID.fullmatch(run):
            raise InputError("there is no such run", where=run, hint="choose one of the list")
        path = self._folder / f"{run}.json"
        if not path.is_file():
            raise InputError("there is no such run", where=run, hint="choose one of the list")
        return _understood(read_text(path), path.name)


def _said(process: subprocess.Popen[str]) -> Iterator[str]:
    """What a process says, and an empty line each second in which it says nothing."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        if process.stderr:
            with process.stderr as said:
                for line in said:
                    lines.put(line.strip())
        process.wait()
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1.0)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line


def _understood(text: str, name: str) -> Kept:
    """A file of ours, or figures as `torchproof eval … --json` and `--report` store them."""
    try:
        held = json.loads(text)
        if isinstance(held, dict) and {"part", "figures"} <= set(held):
            return Kept.model_validate(held)
    except (ValueError, ValidationError) as fault:
        _not_figures(name, fault)
    if not isinstance(held, dict) or not (list(_numbers(held)) or held.get("systems")):
        _not_figures(name, None)
    made = held.pop("provenance", None)
    part = RETRIEVAL if {"systems", "measures"} <= set(held) else Path(name).stem
    return Kept(part=part, provenance=made if isinstance(made, dict) else {}, figures=held)


def _not_figures(name: str, fault: Exception | None) -> NoReturn:
    raise InputError(
        "holds no figures", where=name, hint="open a file of `torchproof eval … --report DIR`"
    ) from fault


def _retrieval(kept: Kept) -> _Retrieval | None:
    try:
        found = _Retrieval.model_validate(kept.figures)
    except ValidationError:
        return None
    return found if found.systems else None


def _plots(kept: Kept) -> list[Dots]:
    found = _retrieval(kept)
    if found:
        labels = list(found.systems[0].overall)
        return [
            Dots(
                "All measures, with 95% intervals",
                labels,
                [
                    (system.name, [_triple(system.overall.get(label)) for label in labels])
                    for system in found.systems
                ],
            )
        ]
    shares = [(name, share) for name, text in _rows(kept) if (share := _share(text)) is not None]
    if not shares:
        return []
    series = [(kept.part, [(share, share, share) for _, share in shares])]
    return [Dots("Shares", [name for name, _ in shares], series)]


def _triple(mean: _Mean | None) -> tuple[float, float, float] | None:
    return (mean.mean, mean.low, mean.high) if mean else None


def _share(text: str) -> float | None:
    """The share that a figure begins with, as `97.1%` or `0.93 [0.9, 0.95]`; None for others."""
    match = re.match(r"(\d+(?:\.\d+)?)\s*(%?)(?![\w.])", text)
    if not match or not (match[2] or re.match(r"[01]\.\d", text)):
        return None
    value = float(match[1]) / (100 if match[2] else 1)
    return value if 0 <= value <= 1 else None


def _rows(kept: Kept) -> list[tuple[str, str]]:
    """Its figures as name and text."""
    if kept.sheets:
        return [
            (" ".join(filter(None, (row[0], head if len(heads) > 2 else ""))), cell)
            for _, heads, rows in kept.sheets
            for row in rows
            for head, cell in zip(heads[1:], row[1:], strict=False)
        ]
    return [(name, f"{value:.4g}") for name, value in _numbers(kept.figures)]


def _flat_sheet(kept: Kept) -> Sheet:
    found = _retrieval(kept)
    if found:
        names = list(found.systems[0].overall)
        rows = [
            [s.name, *(f"{s.overall[n].mean:.3f}" if n in s.overall else "–" for n in names)]
            for s in found.systems
        ]
        return Sheet(found.dataset, ["system", *names], rows)
    return Sheet(kept.part, ["figure", "value"], [list(row) for row in _rows(kept)[:SHOWN]])


def _numbers(held: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    for name, value in held.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, bool):
            continue
        if isinstance(value, (int, float)):
            yield where, float(value)
        elif isinstance(value, dict):
            yield from _numbers(value, where)


def _by_query(
    ours: _Retrieval, theirs: _Retrieval, measure: str, asked: Mapping[str, str]
) -> Compared:
    # One system that both runs have is compared with itself; else the first ones.
    names = [system.name for system in theirs.systems]
    system = next((s for s in ours.systems if s.name in names), ours.systems[0])
    other = theirs.systems[names.index(system.name) if system.name in names else 0]
    mine, its = system.per_query.get(measure, {}), other.per_query.get(measure, {})
    both = sorted(set(mine) & set(its))
    if not both:
        raise InputError(
            f"the two have no query with {measure} in common",
            hint="compare runs over the same query set",
        )
    found = compare(
        measure,
        ("first", {qid: mine[qid] for qid in both}),
        ("second", {qid: its[qid] for qid in both}),
    )
    d = found.difference
    luck = "no more than luck" if found.p >= 0.05 else "more than luck"
    line = (
        f"{measure} of {system.name} minus {other.name} over {len(both)} queries: {d.mean:+.4f} "
        f"[{d.low:+.4f}, {d.high:+.4f}], p = {found.p:.4f}, {luck}; "
        f"{found.wins} better, {found.ties} equal, {found.losses} worse."
    )
    left_out = len(set(mine) ^ set(its))
    if left_out:
        line += f" {left_out} queries are in one of them alone and were left out."
    order = sorted(found.differences, key=lambda qid: (-abs(found.differences[qid]), qid))
    rows = [
        [asked.get(qid, qid), f"{mine[qid]:.3f}", f"{its[qid]:.3f}", f"{mine[qid] - its[qid]:+.3f}"]
        for qid in order[:SHOWN]
    ]
    title = "Queries that changed, most first"
    if len(order) > SHOWN:
        title += f" ({SHOWN} of {len(order)})"
    sheets = [Sheet(title, ["query", "first", "second", "difference"], rows)] if rows else []
    return Compared(line, sheets, tuple(found.differences.values()))


def _by_figure(a: Kept, b: Kept) -> Compared:
    mine, its = dict(_rows(a)), dict(_rows(b))
    both = [name for name in mine if name in its]
    if not both:
        raise InputError(
            f"a run of {a.part} and one of {b.part} share no figure",
            hint="compare two runs of one part",
        )
    changed = [name for name in both if mine[name] != its[name]]
    rows = [[name, mine[name], its[name], "≠" if name in changed else ""] for name in both]
    line = f"{len(changed)} of {len(both)} figures differ."
    return Compared(line, [Sheet("Both runs", ["figure", "first", "second", ""], rows)])


def _label(path: Path) -> str:
    when = time.strftime("%d %b %Y, %H:%M", time.localtime(path.stat().st_mtime))
    return f"{path.stem.partition('-')[2].partition('-')[2] or path.stem}, {when}"


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)[:60] or "figures"


def measure(part: str, documents: Path | None) -> Kept:
    """Measures one part here and now."""
    from eval.provenance import provenance

    if part == RETRIEVAL:
        from eval.bars import missed_bars, retrieval_bars
        from eval.cli.retrieval import measure_retrieval
        from eval.tables import retrieval_tables

        figures = measure_retrieval(documents)
        return Kept(
            part=part,
            provenance=provenance(),
            sheets=[
                (table.title, list(table.head), [list(row) for row in table.rows])
                for table in retrieval_tables(figures)
            ],
            missed=missed_bars(figures, retrieval_bars(figures)),
            figures=figures.to_json(),
            asked={query.id: query.text for query in figures.query_set.queries},
        )
    chosen = next(one for one in PARTS if one.name == part)
    function = getattr(importlib.import_module(chosen.module), chosen.function)
    found = function(documents, None) if chosen.splits else function(documents)
    return Kept(
        part=part,
        provenance=provenance(),
        sheets=[(part, ["figure", "value"], [[name, text] for name, text in found.rows()])],
        missed=list(getattr(found, "missed", ())),
        figures=json.loads(json.dumps(found.to_json())),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measures one part and writes its file; one line on stderr says what went wrong."""
    part, file, *documents = sys.argv[1:] if argv is None else argv
    try:
        kept = measure(part, Path(documents[0]) if documents else None)
    except TorchproofError as fault:
        print(fault, file=sys.stderr)
        return 2
    half = Path(f"{file}.half")
    half.write_text(as_json(kept.model_dump()), encoding="utf-8")
    shutil.move(half, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
