"""Verifies the examples in the docstrings of installed libraries: input that nobody here wrote.

Run as `python -m eval.docstrings [MODULE…] [--only PART] [--json FILE]`.  What is refuted is either
a fault of the docstring or one of the verifier: each is to be looked into by hand.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import textwrap
import warnings
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.types import SnippetReport

TORCH = (
    "torch", "torch.Tensor", "torch.nn", "torch.nn.functional", "torch.linalg", "torch.fft",
    "torch.special", "torch.nn.utils", "torch.nn.init", "torch.optim", "torch.optim.lr_scheduler",
    "torch.utils.data", "torch.func", "torch.autograd", "torch.autograd.functional", "torch.sparse",
    "torch.distributions", "torch.signal.windows", "torch.nn.utils.rnn", "torch.random",
    "torch.nn.utils.parametrize", "torch.masked", "torch.utils.checkpoint", "torch.nn.utils.prune",
    "torch.nn.utils.parametrizations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accusation:
    """A claim of a docstring that was called refuted."""

    name: str
    line: int
    code: str
    claimed: str
    observed: str
    note: str


@dataclass(frozen=True, slots=True)
class DocstringFigures:
    """What verifying docstrings came to.

    Attributes:
        docstrings: how many held an example.
        statuses: how many examples had each status.
        states: how many claims had each state.
        refuted: each claim that was refuted.
    """

    docstrings: int
    statuses: dict[str, int]
    states: dict[str, int]
    refuted: tuple[Accusation, ...]


def docstrings(places: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and docstrings with `>>>` of everything public in modules and classes, each once.

    Args:
        places: dotted names of modules, or of classes in them.
    """
    seen: set[str] = set()
    for place in places:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            held = _reach(place)
            for name in ("", *sorted(set(dir(held)))):
                if name.startswith("_"):
                    continue
                try:
                    thing = getattr(held, name) if name else held
                except Exception:  # noqa: BLE001 - a lazy attribute of a foreign library
                    continue
                text = getattr(thing, "__doc__", None)
                if (inspect.ismodule(thing) and name) or not isinstance(text, str):
                    continue
                if ">>>" in text and text not in seen:
                    seen.add(text)
                    yield f"{place}.{name}" if name else place, text


def _reach(place: str) -> Any:  # noqa: ANN401 - a module or a class
    try:
        return importlib.import_module(place)
    except ImportError:
        module, _, name = place.rpartition(".")
        return getattr(importlib.import_module(module), name)


def public_modules(package: str) -> list[str]:
    """The package and the public modules right below it."""
    found = importlib.import_module(package)
    inner = [
        f"{package}.{name}"
        for name in sorted(dir(found))
        if not name.startswith("_")
        and isinstance(getattr(found, name, None), ModuleType)
        and getattr(found, name).__name__ == f"{package}.{name}"
    ]
    return [package, *inner]


def session(text: str) -> str:
    """The examples of a docstring as one session, prose between them left out."""
    lines = textwrap.dedent(text).splitlines()
    prompts = [at for at, line in enumerate(lines) if line.lstrip().startswith(">>>")]
    kept: list[str] = []
    at, indent = prompts[0], _indent(lines[prompts[0]])
    while at < len(lines):
        line = lines[at]
        if line.strip() and _indent(line) < indent:
            following = [place for place in prompts if place > at]
            if not following:
                break
            kept.append("")
            at, indent = following[0], _indent(lines[following[0]])
            continue
        kept.append(line[indent:])
        at += 1
    return "\n".join(kept) + "\n"


def _usable(name: str, text: str) -> str:
    """The session of a docstring, what it documents imported where it is used by its bare name."""
    examples = session(text)
    module, _, own = name.rpartition(".")
    if module in sys.modules and re.search(rf"(?<![\w.]){re.escape(own)}\(", examples):
        return f">>> from {module} import {own}\n{examples}"
    return examples


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def evaluate(places: Sequence[str] = TORCH, *, only: str = "", most: int = 0) -> DocstringFigures:
    """Verifies every docstring of `places`.

    Args:
        places: modules and classes.
        only: a part of the names to look at.
        most: how many docstrings at most; 0 for all.
    """
    from assistant.sandbox.service import SandboxService
    from assistant.verify.verifier import Verifier

    chosen = [(name, _usable(name, text)) for name, text in docstrings(places) if only in name]
    chosen = chosen[:most] if most else chosen
    with SandboxService() as sandbox, ThreadPoolExecutor(2) as pool:
        verifier = Verifier(sandbox)
        jobs = [pool.submit(verifier.verify_code, code, name=name) for name, code in chosen]
        reports = [job.result() for job in jobs]
    pairs = list(zip(chosen, reports, strict=True))
    return DocstringFigures(
        docstrings=len(chosen),
        statuses=dict(Counter(report.status for report in reports)),
        states=dict(Counter(one.state for report in reports for one in report.verdicts)),
        refuted=tuple(
            found for (name, code), report in pairs for found in _accusations(name, code, report)
        ),
    )


def _accusations(name: str, code: str, report: SnippetReport) -> Iterator[Accusation]:
    lines = code.splitlines()
    for one in report.verdicts:
        if one.state == "refuted":
            line = one.claim.line
            above = "\n".join(lines[max(0, line - 4) : line])
            yield Accusation(name, line, above, one.claim.text, one.observed, one.note)


def main(arguments: Sequence[str]) -> int:
    """The command line; exit status 0 whatever is found, for people judge it."""
    parser = ArgumentParser(prog="python -m eval.docstrings", description=__doc__)
    parser.add_argument("modules", nargs="*", help="packages to look through; torch by default")
    parser.add_argument("--only", default="", help="part of the names to look at")
    parser.add_argument("--most", type=int, default=0, help="how many docstrings at most")
    parser.add_argument("--json", type=Path, help="where to write everything as JSON")
    given = parser.parse_args(arguments)
    places = [place for package in given.modules for place in public_modules(package)] or TORCH
    figures = evaluate(places, only=given.only, most=given.most)
    for one in figures.refuted:
        shown = textwrap.indent(one.code, "    ")
        print(f"{one.name}:{one.line} {one.note}\n{shown}")
        print(f"  claimed  {one.claimed!r}\n  observed {one.observed!r}")
    print(f"{figures.docstrings} docstrings: {figures.statuses}; claims: {figures.states}")
    if given.json is not None:
        given.json.write_text(json.dumps(asdict(figures), indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
