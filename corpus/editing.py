"""What can be said of our own files without running them, and the skeleton of a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import authored, syntax
from corpus.types import Block, Document, Entry, Library, Reading

SHARED_WORDS = 8
"""So many words in a row that also stand in a foreign document count as copied."""
KEY_POINTS = (3, 7)
_CITED = re.compile(r"\(check: ([a-z0-9-]+)\)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_WORD = re.compile(r"\w+")
_IMPORT = re.compile(r"^[ \t]*(?:from [\w.]+ )?import .*$", re.M)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one of our own files; `line` is 0 where it concerns the whole file."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Point:
    """A key point or a common mistake, and the names of the checks that settle it."""

    text: str
    checks: tuple[str, ...]
    mistake: bool


def points(entry: Entry) -> Iterator[Point]:
    """The key points of one of our entries, then its common mistakes."""
    for section in entry.sections:
        if section.kind not in ("key_points", "mistakes"):
            continue
        for block in section.blocks:
            for item in authored.list_items(block.text):
                yield Point(
                    _CITED.sub("", item).strip(),
                    tuple(_CITED.findall(item)),
                    section.kind == "mistakes",
                )


def checks(reading: Reading) -> Mapping[str, Block]:
    """The checks of one of our entries, by name; each can be run alone."""
    return {
        authored.check_name(reading.document.text, block) or "": block
        for entry in reading.entries
        for section in entry.sections
        if section.kind == "checks"
        for block in section.blocks
        if block.kind == "code"
    }


def faults(library: Library, against: Iterable[Document] = ()) -> Iterator[Finding]:
    """Looks at our entries together: ids, links, key points and checks, likeness, borrowed words.

    Args:
        library: the entries; twins among them are near-duplicates.
        against: foreign documents of which no wording may be found here.
    """
    for unreadable in library.unreadable:
        yield Finding(unreadable.path, 0, unreadable.reason)
    ids = {entry.id: entry for entry in library.entries}
    seen: dict[str, str] = {}
    for reading in library.readings:
        for entry in reading.entries:
            path = reading.document.path
            if entry.id in seen:
                yield Finding(path, 0, f"the id {entry.id} is taken by {seen[entry.id]}")
            seen.setdefault(entry.id, path)
            yield from _place(entry, path)
            yield from _of_points(reading, entry)
            yield from _of_links(reading.document, ids)
            for twin in entry.twins:
                if twin in ids and twin > entry.id:
                    yield Finding(path, 0, f"says nearly the same as {twin}")
    foreign = {words: document for document in against for words, _ in _runs(document.text)}
    for reading in library.readings:
        yield from _borrowed(reading.document, foreign)


def _place(entry: Entry, path: str) -> Iterator[Finding]:
    file = Path(path)
    if file.stem != entry.id:
        yield Finding(path, 0, f"the file is not named after the id {entry.id}")
    if file.parent.name != entry.topic:
        yield Finding(
            path, 0, f"stands in folder {file.parent.name}, and its topic is {entry.topic}"
        )


def _of_points(reading: Reading, entry: Entry) -> Iterator[Finding]:
    path = reading.document.path
    known = checks(reading)
    if "" in known:
        line = authored.line_at(reading.document.text, known[""].span.start) - 1
        yield Finding(path, line, "a check without a name (```python check=...)")
    found = list(points(entry))
    good = sum(not point.mistake for point in found)
    if not KEY_POINTS[0] <= good <= KEY_POINTS[1]:
        yield Finding(path, 0, f"has {good} key points, not {KEY_POINTS[0]} to {KEY_POINTS[1]}")
    cited = {name for point in found for name in point.checks}
    for name in sorted(cited - set(known)):
        yield Finding(path, 0, f"names the check {name}, which is not there")
    for name in sorted(set(known) - cited - {""}):
        yield Finding(path, 0, f"has the check {name}, which no key point or mistake names")
    for name, block in known.items():
        if not syntax.parses(block.text):
            line = authored.line_at(reading.document.text, block.span.start)
            yield Finding(path, line, f"the check {name} is not Python")


def _of_links(document: Document, ids: Mapping[str, Entry]) -> Iterator[Finding]:
    matter = authored.front_matter(document.text) or ""
    related = re.search(r"^related:(.*(?:\n[ -].*)*)", matter, re.M)
    for name in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", related[1] if related else ""):
        if name not in ids:
            yield Finding(document.path, 0, f"names the related entry {name}, which is not there")
    for link in _LINK.finditer(document.text):
        target = link[1].partition("#")[0]
        if target.endswith(".md") and not (Path(document.path).parent / target).is_file():
            line = authored.line_at(document.text, link.start())
            yield Finding(document.path, line, f"links to {target}, which is not there")


def _runs(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every run of `SHARED_WORDS` words, with where it starts; import lines are nobody's words."""
    words = [
        (match[0].casefold(), match.start())
        for match in _WORD.finditer(_IMPORT.sub(lambda line: " " * len(line[0]), text))
    ]
    for at in range(len(words) - SHARED_WORDS + 1):
        run = words[at : at + SHARED_WORDS]
        yield tuple(word for word, _ in run), run[0][1]


def _borrowed(document: Document, foreign: Mapping[tuple[str, ...], Document]) -> Iterator[Finding]:
    told: set[int] = set()
    for run, at in _runs(document.text):
        line = authored.line_at(document.text, at)
        if run in foreign and line not in told:
            told.add(line)
            source = Path(foreign[run].path).name
            what = f"shares {SHARED_WORDS} words in a row with {source}"
            yield Finding(document.path, line, what)


def share_with_checks(entries: Sequence[Entry]) -> float:
    """Share of all key points and common mistakes that a check settles; 0 where there are none."""
    found = [point for entry in entries for point in points(entry)]
    return sum(bool(point.checks) for point in found) / len(found) if found else 0.0


def skeleton(entry_id: str, topic: str, question: str, level: str, kind: str) -> str:
    """The text of a new entry, to be filled in; `torchproof corpus check` names what is missing."""
    return f"""\
---
id: {entry_id}
question: {question}
aliases:
  - keywords as people type them
  - another wording of the question
  - "the error message or the symptom"
topic: {topic}
level: {level}
kind: {kind}
related: []
---

## Short answer
Two to four sentences that could be said aloud.

## Explanation
What a senior engineer would say, with the reasons.

## Code
What the code shows.

```python
import torch

print(torch.ones(3).sum())  # tensor(3.)
```

## Pitfalls
- Symptom → cause → cure.

## Follow-ups
- What does the interviewer ask next?

## Key points
- A statement that a good answer contains. (check: name-of-check)
- Another one.
- And a third.

## Common mistakes
- A wrong statement, as a candidate would say it. (check: name-of-check)

## Checks
```python check=name-of-check
import torch

assert torch.ones(3).sum() == 3, "each element counts once"
```
"""
