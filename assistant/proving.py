"""Runs what our own files promise: snippets, checks, tasks with their mutants, foretold outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path

from assistant.interview.judging import judge
from assistant.seams import Sandbox
from assistant.verify.verifier import Verifier
from corpus import authored
from corpus.editing import Finding, checks
from corpus.exercises import Task
from corpus.predictions import Prediction
from corpus.types import Reading

CHECK_SECONDS = 30.0

Job = Callable[[], list[Finding]]


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that running can settle: a key of all that its outcome hangs on, and the way."""

    key: str
    run: Job


def promises(
    sandbox: Sandbox,
    verifier: Verifier,
    *,
    readings: Sequence[Reading] = (),
    tasks: Sequence[Task] = (),
    predictions: Sequence[Prediction] = (),
) -> Iterator[Promise]:
    """Everything that our own files promise, each to be run on its own."""
    for reading in readings:
        yield Promise(snippets_key(reading), _snippets(verifier, reading))
        for name, block in checks(reading).items():
            line = authored.line_at(reading.document.text, block.span.start)
            job = _check(sandbox, reading.document.path, line, name, block.text)
            yield Promise(_key("check", block.text), job)
    for task in tasks:
        hidden = "".join(check.name + check.code for check in task.checks)
        for name, code, right in _solutions(task):
            key = _key("task", str(task.forbidden), hidden, code, str(right))
            yield Promise(key, _solution(sandbox, task, name, code, right=right))
        for n, example in enumerate(task.examples, 1):
            code = f"{task.solution.rstrip()}\n\n\n{example}"
            yield Promise(_key("example", code), _example(verifier, task, n, code))
    for item in predictions:
        key = _key("prediction", item.code, item.answer)
        yield Promise(key, _prediction(sandbox, item))


def prove(
    found: Iterable[Promise],
    *,
    kept: Callable[[str], bool] = lambda _key: False,
    keep: Callable[[str], None] = lambda _key: None,
    progress: Callable[[int, int], None] | None = None,
    parallel: int = 2,
) -> Iterator[Finding]:
    """Runs the promises and yields what is wrong, in their order.

    Args:
        found: what to run.
        kept: whether the promise of a key held before, and need not be run again.
        keep: told the key of each promise that held.
        progress: called with `(done, all)`.
        parallel: how many run at the same time.
    """
    todo = [promise for promise in found if not kept(promise.key)]
    pool = ThreadPoolExecutor(parallel)
    try:
        results = [pool.submit(promise.run) for promise in todo]
        for done, (promise, result) in enumerate(zip(todo, results, strict=True), 1):
            findings = result.result()
            if not findings:
                keep(promise.key)
            yield from findings
            if progress is not None:
                progress(done, len(todo))
    finally:
        pool.shutdown(cancel_futures=True)


def snippets_key(reading: Reading) -> str:
    """The key of what a reading's snippets promise: to run, and to claim nothing that is false."""
    code = "".join(s.code for entry in reading.entries for s in entry.snippets)
    return _key("snippets", code)


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:20]


def _snippets(verifier: Verifier, reading: Reading) -> Job:
    def run() -> list[Finding]:
        path = reading.document.path
        found = []
        for report in verifier.verify_reading(reading):
            if report.status != "ok":
                told = f"{report.error.type}: {report.error.message}" if report.error else ""
                found.append(
                    Finding(path, report.line, f"a snippet ends as {report.status} {told}")
                )
            for verdict in report.verdicts:
                if verdict.state == "refuted":
                    line = authored.line_at(reading.document.text, verdict.claim.span.start)
                    what = f"says {verdict.claimed}; running it gives {verdict.observed}"
                    found.append(Finding(path, line, what))
        return found

    return run


def _check(sandbox: Sandbox, path: str, line: int, name: str, code: str) -> Job:
    def run() -> list[Finding]:
        result = sandbox.run(code, seconds=CHECK_SECONDS)
        if result.status == "ok":
            return []
        told = f"{result.error.type}: {result.error.message}" if result.error else result.reason
        return [Finding(path, line, f"the check {name} ends as {result.status}: {told}")]

    return run


def _solutions(task: Task) -> Iterator[tuple[str, str, bool]]:
    """Name, code and whether it is right."""
    yield "the solution", task.solution, True
    for n, code in enumerate(task.alternatives, 1):
        yield f"alternative {n}", code, True
    for mutant in task.mutants:
        yield f"the mutant {mutant.name!r}", mutant.code, False


def _solution(sandbox: Sandbox, task: Task, name: str, code: str, *, right: bool) -> Job:
    def run() -> list[Finding]:
        verdict = judge(sandbox, task, code)
        if right and not verdict.passed:
            return [Finding(task.path, 0, f"{name} does not pass: {verdict.reason}")]
        if not right and verdict.passed:
            return [Finding(task.path, 0, f"{name} passes every check")]
        wrong = ("failed", "timeout", "killed", "did_not_load")[: 4 if task.kind == "debug" else 3]
        if not right and verdict.outcome not in wrong:
            return [Finding(task.path, 0, f"{name} is no plausible solution: {verdict.reason}")]
        return []

    return run


def _example(verifier: Verifier, task: Task, n: int, code: str) -> Job:
    def run() -> list[Finding]:
        report = verifier.verify_code(code, name=task.id)
        found = []
        if report.status != "ok":
            told = f"{report.error.type}: {report.error.message}" if report.error else ""
            found.append(Finding(task.path, 0, f"example {n} ends as {report.status} {told}"))
        elif not any(verdict.state == "confirmed" for verdict in report.verdicts):
            found.append(Finding(task.path, 0, f"example {n} claims nothing that running confirms"))
        found += [
            Finding(task.path, 0, f"example {n} says {v.claimed}; running it gives {v.observed}")
            for v in report.verdicts
            if v.state == "refuted"
        ]
        return found

    return run


def _prediction(sandbox: Sandbox, item: Prediction) -> Job:
    def run() -> list[Finding]:
        result = sandbox.run(item.code)
        if item.raises is not None:
            got = result.error.type if result.error else "no exception"
            right = got == item.raises
        else:
            got = result.stdout.strip() if result.status == "ok" else str(result.error)
            right = got == item.answer
        found = []
        if not right:
            found.append(Finding(item.path, 0, f"gives {got!r}, not {item.answer!r}"))
        if item.answer in item.near_misses:
            found.append(Finding(item.path, 0, "its right answer stands among the near misses"))
        return found

    return run


class Proofs:
    """Keys of the promises that held, kept in a text file; those of another version are forgotten.

    Args:
        path: the file; made when the first is kept.
        version: what the outcomes rest on besides the promises, such as torch's version.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path, self._version = path, version
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        self._held = set(lines[1:]) if lines and lines[0] == version else set()

    def held(self, key: str) -> bool:
        """Whether the promise of `key` held before."""
        return key in self._held

    def keep(self, key: str) -> None:
        """Notes that the promise of `key` held."""
        if not self._held:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(self._version + "\n", encoding="utf-8")
        self._held.add(key)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(key + "\n")

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forgets all but `keys`, and puts what is left in order."""
        self._held &= set(keys)
        lines = [self._version, *sorted(self._held)]
        self._path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def shipped_proofs() -> Proofs:
    """What is known to hold of our own files on the installed torch, from when it was last run.

    The file is kept with the files it speaks of: `torchproof corpus check --record` writes it.
    What was changed since, and everything on another torch, is not in it.
    """
    return Proofs(Path(str(resources.files("corpus").joinpath("proofs.txt"))), torch_version())


def torch_version() -> str:
    """`torch 2.13.0`, without the build."""
    return "torch " + metadata.version("torch").partition("+")[0]
