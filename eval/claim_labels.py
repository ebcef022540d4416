"""Claims labelled by hand: our own snippets and pages, and places in the scraped documents."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal

from corpus.errors import InputError
from corpus.read import decode
from corpus.types import Span

DATA = Path(__file__).parent / "data" / "verification"
PAGES = Path(__file__).parent / "data" / "documents" / "documents.jsonl"

SplitName = Literal["dev", "test"]
Form = Literal["code", "page"]
Group = Literal["literal", "exists", "property"]
DEFINITE = ("confirmed", "refuted")
# What a label calls its claim, and which bar it counts for.
GROUPS: dict[str, Group] = {
    "exists": "exists",
    "default": "exists",
    "signature": "exists",
    "property": "property",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What a claim deserves.

    Attributes:
        kind: as `Claim.kind` says it, or `default`, `signature`.
        states: what may be said of it, the best first; `none` where it may be passed over.
        places: where it stands in the text; one mention of a name is as good as another.
        split: the half that it belongs to.
    """

    kind: str
    states: tuple[str, ...]
    places: tuple[Span, ...]
    split: SplitName

    @property
    def group(self) -> Group:
        """The bar that it counts for."""
        return GROUPS.get(self.kind, "literal")

    @property
    def checkable(self) -> bool:
        """Whether only a definite verdict will do."""
        return all(state in DEFINITE for state in self.states)


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of text in which every claim is labelled, so that a verdict elsewhere is wrong."""

    span: Span
    split: SplitName


@dataclass(frozen=True, slots=True)
class Case:
    """A text with its labels.

    Attributes:
        name: for the report.
        text: the code, or the page.
        form: `code` is run alone; a `page` is read first, its snippets see the earlier ones.
        labels: what its claims deserve.
        complete: where nothing but the labelled is claimed.
        snippets: the code that a page was labelled on, as it stands there.
    """

    name: str
    text: str
    form: Form
    labels: tuple[Label, ...]
    complete: tuple[Region, ...]
    snippets: tuple[str, ...] = ()

    def line(self, offset: int) -> int:
        """The 1-based line that holds `offset`."""
        return self.text.count("\n", 0, offset) + 1

    def source(self, offset: int) -> str:
        """That line, stripped."""
        end = self.text.find("\n", offset)
        start = self.text.rfind("\n", 0, offset) + 1
        return self.text[start : end if end >= 0 else len(self.text)].strip()


def own_cases() -> list[Case]:
    """The snippets and pages written for this purpose."""
    cases: list[Case] = []
    for row in _rows(DATA / "own.jsonl"):
        split, code = row["split"], row["code"]
        labels = _on_lines(row["labels"], code, Span(0, len(code)), split)
        complete = (Region(Span(0, len(code)), split),)
        cases.append(Case(row["name"], code, "code", labels, complete, (code,)))
    for row in _rows(DATA / "own_prose.jsonl"):
        split, text = row["split"], row["text"]
        found = tuple(
            Label(
                one["kind"], tuple(one["states"]), (Span(one["start"], one["end"]),), row["split"]
            )
            for one in row["labels"]
        )
        complete = (Region(Span(0, len(text)), split),)
        cases.append(Case(row["name"], text, "page", found, complete))
    return cases


def document_cases(folder: Path) -> list[Case]:
    """The labelled scraped pages in `folder`.

    Raises:
        InputError: a page is missing, or is not the version that was labelled.
    """
    digests = {row["document"]: row["sha256"] for row in _rows(PAGES)}
    snippets, prose = (
        list(_rows(DATA / "documents.jsonl")),
        list(_rows(DATA / "documents_prose.jsonl")),
    )
    cases: list[Case] = []
    for name in sorted({row["document"] for row in (*snippets, *prose)}):
        text = _page(folder / name, digests.get(name))
        labels: list[Label] = []
        complete: list[Region] = []
        codes: list[str] = []
        for row in snippets:
            if row["document"] == name:
                span = Span(row["start"], row["end"])
                labels += _on_lines(row["labels"], text, span, row["split"])
                complete.append(Region(span, row["split"]))
                codes.append(span.of(text))
        labels += [
            Label(
                row["kind"],
                tuple(row["states"]),
                tuple(Span(start, end) for start, end in row["spans"]),
                row["split"],
            )
            for row in prose
            if row["document"] == name
        ]
        cases.append(Case(name, text, "page", tuple(labels), tuple(complete), tuple(codes)))
    return cases


def _page(path: Path, digest: str | None) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "name the folder that holds it with --documents"
        raise InputError("the page is not there", where=str(path), hint=hint) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            "the page is another version than the labelled one",
            where=str(path),
            hint="use the page as it was labelled",
        )
    return decode(data, where=str(path))


def _on_lines(
    rows: Sequence[dict[str, Any]], text: str, span: Span, split: SplitName
) -> tuple[Label, ...]:
    """Labels whose lines count from the start of `span`."""
    lines = span.of(text).splitlines(keepends=True)
    starts = [0, *accumulate(len(line) for line in lines)]
    return tuple(
        Label(
            row["kind"],
            tuple(row["states"]),
            (
                Span(
                    span.start + starts[row["line"] - 1],
                    span.start + starts[row.get("to", row["line"])],
                ),
            ),
            split,
        )
        for row in rows
    )


def region_of(regions: Sequence[Region], offset: int) -> Region | None:
    """The region that holds `offset`; regions come in order and apart from each other."""
    at = bisect_right([region.span.start for region in regions], offset) - 1
    return regions[at] if at >= 0 and offset < regions[at].span.end else None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
