"""How well pages are read: entries where they are, and nothing cut that answers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.library import combine, parse
from corpus.read import read_document
from corpus.syntax import tree
from corpus.types import Reading, Span

PAGES = Path(__file__).parent / "data" / "reading" / "pages"
HELD_OUT = PAGES / "held_out"
"""Pages that nothing was fitted to; written with the others, read only to be scored."""
MARKUP = "#*_`<>/ \t\r\n-=|~\\"
"""Characters around an entry that belong to the page's markup."""
FOUND = 0.9
"""Share of a labelled advert's characters that must be cut for it to count as found."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """What a page is known to hold.

    Attributes:
        path: the page.
        entries: where its entries stand.
        cut: where that stands which is no content.
        asked: where follow-up questions stand, which may be cut from the answer.
        titles: the entries' questions as a reader would say them; empty where not labelled.
        code: its programs in order, each with the output that the page shows behind it; `None`
            where programs are not labelled.
        tables: the rows of its tables, cell by cell, in order.
        twins: pairs of places of entries that say the same thing, as (page, order) each.
    """

    path: Path
    entries: tuple[Span, ...]
    cut: tuple[Span, ...]
    asked: tuple[Span, ...]
    titles: tuple[str, ...] = ()
    code: tuple[tuple[str, str | None], ...] | None = None
    tables: tuple[tuple[Row, ...], ...] = ()
    twins: tuple[frozenset[tuple[str, int]], ...] = ()


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
        marked: labelled titles, programs, outputs, tables and pairs of twins.
        missed: those that were not read so, and what is too many, as `file: what`.
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
    marked: int = 0
    missed: tuple[str, ...] = ()

    @property
    def faults(self) -> Iterator[str]:
        """Everything that was not read as labelled, one line each."""
        yield from (f"page entry not found: {name}" for name in (*self.wrong, *self.extra))
        yield from (f"not content, yet left: {what}" for what in self.left)
        yield from (f"content, yet cut: {what}" for what in self.lost)
        yield from (f"not read as labelled: {what}" for what in self.missed)


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
        for first, last, *_ in label["entries"]:
            start = place(first).start
            entries.append(Span(start, place(last, start).end))
        pages.append(
            LabelledPage(
                folder / name,
                tuple(entries),
                cut=tuple(place(words) for words in label["cut"]),
                asked=tuple(place(words) for words in label.get("asked", ())),
                titles=tuple(entry[2] for entry in label["entries"] if len(entry) > 2),
                code=tuple((code, output) for code, output in label["code"])
                if "code" in label
                else None,
                tables=tuple(
                    tuple(tuple(row) for row in table) for table in label.get("tables", ())
                ),
                twins=tuple(
                    frozenset({(name, own), (other, order)})
                    for own, other, order in label.get("twins", ())
                ),
            )
        )
    return pages


def evaluate_pages(pages: Sequence[LabelledPage]) -> PageFigures:
    """Reads each page and compares it with its label."""
    wrong: list[str] = []
    left: list[str] = []
    lost: list[str] = []
    extra: list[str] = []
    missed: list[str] = []
    readings = [parse(read_document(page.path)) for page in pages]
    for page, reading in zip(pages, readings, strict=True):
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
        missed += [
            f"{name}: {what}"
            for what in (*_titles(page, reading), *_code(page, reading), *_tables(page, reading))
        ]
    missed += _twins(pages, readings)
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
        sum(
            len(page.titles) + 2 * len(page.code or ()) + len(page.tables) + len(page.twins)
            for page in pages
        ),
        tuple(missed),
    )


def _covered(reading: Reading) -> set[int]:
    return {i for cut in reading.cut for i in range(cut.span.start, cut.span.end)}


def _same(one: Span, other: Span, text: str) -> bool:
    """Whether two spans differ by blank space and markup at most."""
    apart = (
        text[min(one.start, other.start) : max(one.start, other.start)],
        text[min(one.end, other.end) : max(one.end, other.end)],
    )
    return not any(re.sub(r"</?\w[^<>]*>|\\n", "", part).strip(MARKUP + "\"',][") for part in apart)


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
            if sum(char.isalnum() for char in re.sub(r"</?\w[^<>]*>", "", run)) > 1:
                pieces.append(run.strip())
            run = ""
    return pieces


# ------------------------------------------------------------------ what the entries hold


def _titles(page: LabelledPage, reading: Reading) -> Iterator[str]:
    text = reading.document.text
    for span, title in zip(page.entries, page.titles, strict=False):
        for entry in reading.entries:
            if _same(entry.span, span, text) and entry.question != title:
                yield f"titled {entry.question!r}, not {title!r}"


def _code(page: LabelledPage, reading: Reading) -> Iterator[str]:
    """Programs that were not found as they are; what they print counts apart."""
    if page.code is None:
        return
    found = [snippet for entry in reading.entries for snippet in entry.snippets]
    for code, output in page.code:
        snippet = next((one for one in found if _alike(one.code, code)), None)
        if snippet is None:
            yield f"no such program: {code!r}"
            continue
        found.remove(snippet)
        if " ".join((snippet.expected_output or "").split()) != " ".join((output or "").split()):
            yield f"output {snippet.expected_output!r}, not {output!r}"
    yield from (f"a program too many: {snippet.code!r}" for snippet in found)


def _alike(one: str, other: str) -> bool:
    left, right = tree(one), tree(other)
    return left is not None and right is not None and ast.dump(left) == ast.dump(right)


def _tables(page: LabelledPage, reading: Reading) -> Iterator[str]:
    blocks = [
        block.text
        for entry in reading.entries
        for section in entry.sections
        for block in section.blocks
        if block.kind == "table"
    ]
    found = [_rows(text) for text in blocks]
    for table in page.tables:
        if list(table) not in found:
            yield f"no such table: {table[0]}"


def _rows(table: str) -> list[Row]:
    rows = [
        tuple(cell.strip().strip("`*") for cell in re.split(r"(?<!\\)\|", line.strip(" |")))
        for line in table.splitlines()
    ]
    return [row for row in rows if any(cell.strip(":-= ") for cell in row)]


def _twins(pages: Sequence[LabelledPage], readings: Sequence[Reading]) -> Iterator[str]:
    """Pairs of twins between all pages, compared with the labelled ones."""
    labelled = {pair for page in pages for pair in page.twins}
    places = {
        entry.id: (page.path.name, order)
        for page, reading in zip(pages, readings, strict=True)
        for order, entry in enumerate(reading.entries, 1)
    }
    found = {
        frozenset({places[entry.id], places[twin]})
        for entry in combine(readings).entries
        for twin in entry.twins
    }
    yield from (f"twins not grouped: {sorted(pair)}" for pair in labelled - found)
    yield from (f"grouped, yet no twins: {sorted(pair)}" for pair in found - labelled)
