"""How well pages are read: entries where they are, and nothing cut that answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.library import parse
from corpus.read import read_document
from corpus.types import Reading, Span

PAGES = Path(__file__).parent / "data" / "reading" / "pages"
MARKUP = "#*_`<>/ \t\r\n-=|"
"""Characters around an entry that belong to the page's markup."""
FOUND = 0.9
"""Share of a labelled advert's characters that must be cut for it to count as found."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """What a page is known to hold.

    Attributes:
        path: the page.
        entries: where its entries stand.
        cut: where that stands which is no content.
        asked: where follow-up questions stand, which may be cut from the answer.
    """

    path: Path
    entries: tuple[Span, ...]
    cut: tuple[Span, ...]
    asked: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What reading made of the labelled pages.

    Attributes:
        pages: how many there are.
        entries: how many entries they hold.
        right: how many were found with both ends right, blank space and markup aside.
        wrong: those labelled and not found so, as `file#order`.
        extra: entries found that no label names, as `file: question`.
        adverts: labelled pieces that are no content.
        cut: how many of them were cut.
        left: those that were not, as `file: text`.
        lost: stretches of answers that were cut, as `file: text`.
    """

    pages: int
    entries: int
    right: int
    wrong: tuple[str, ...]
    extra: tuple[str, ...]
    adverts: int
    cut: int
    left: tuple[str, ...]
    lost: tuple[str, ...]


def load_pages(folder: Path = PAGES) -> list[LabelledPage]:
    """The labelled pages of a folder; `labels.json` names each by words of its text.

    Raises:
        ValueError: words of a label are not on their page.
    """
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    pages = []
    for name, label in labels.items():
        text = read_document(folder / name).text

        def place(words: str, after: int = 0, *, text: str = text, name: str = name) -> Span:
            at = text.find(words, after)
            if at < 0:
                raise ValueError(f"{name}: {words!r} is not on the page")
            return Span(at, at + len(words))

        entries = []
        for first, last in label["entries"]:
            start = place(first).start
            entries.append(Span(start, place(last, start).end))
        cut = tuple(place(words) for words in label["cut"])
        asked = tuple(place(words) for words in label.get("asked", ()))
        pages.append(LabelledPage(folder / name, tuple(entries), cut, asked))
    return pages


def evaluate_pages(pages: Sequence[LabelledPage]) -> PageFigures:
    """Reads each page and compares it with its label."""
    wrong: list[str] = []
    left: list[str] = []
    lost: list[str] = []
    extra: list[str] = []
    for page in pages:
        reading = parse(read_document(page.path))
        text = reading.document.text
        name = page.path.name
        found = [entry.span for entry in reading.entries]
        for order, span in enumerate(page.entries, 1):
            if not any(_same(span, other, text) for other in found):
                wrong.append(f"{name}#{order}")
        extra += [
            f"{name}: {entry.question}"
            for entry in reading.entries
            if not any(_same(entry.span, span, text) for span in page.entries)
        ]
        cut = _covered(reading)
        for span in page.cut:
            letters = [i for i in range(span.start, span.end) if text[i].isalnum()]
            if sum(i in cut for i in letters) < FOUND * len(letters):
                left.append(f"{name}: {span.of(text)}")
        lost += [f"{name}: {piece}" for piece in _lost(page, text, cut)]
    return PageFigures(
        len(pages),
        sum(len(page.entries) for page in pages),
        sum(len(page.entries) for page in pages) - len(wrong),
        tuple(wrong),
        tuple(extra),
        sum(len(page.cut) for page in pages),
        sum(len(page.cut) for page in pages) - len(left),
        tuple(left),
        tuple(lost),
    )


def _covered(reading: Reading) -> set[int]:
    return {i for cut in reading.cut for i in range(cut.span.start, cut.span.end)}


def _same(one: Span, other: Span, text: str) -> bool:
    """Whether two spans differ by blank space and markup at most."""
    apart = (
        text[min(one.start, other.start) : max(one.start, other.start)]
        + text[min(one.end, other.end) : max(one.end, other.end)]
    )
    return not apart.strip(MARKUP)


def _lost(page: LabelledPage, text: str, cut: set[int]) -> list[str]:
    """The stretches of the page's entries that were cut though no label says so."""
    free = {i for span in (*page.cut, *page.asked) for i in range(span.start, span.end)}
    pieces: list[str] = []
    for span in page.entries:
        run = ""
        for i in range(span.start, span.end + 1):
            if i < span.end and i in cut and i not in free:
                run += text[i]
                continue
            if sum(char.isalnum() for char in run) > 1:
                pieces.append(run.strip())
            run = ""
    return pieces
