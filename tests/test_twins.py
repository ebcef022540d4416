"""Entries that say the same thing are grouped; what merely looks alike is not."""

from __future__ import annotations

import random

from corpus.library import combine, parse, representative
from corpus.read import read_text
from corpus.twins import group_twins
from corpus.types import Library

PROSE = (
    "A hook is a function that runs when a tensor's gradient is ready. It may look at it, "
    "log its norm, or return another one that takes its place for the rest of the backward pass. "
    "Handles remove hooks again, and forgetting to remove them is a common leak in long sessions."
)
CODE = """\
import torch

x = torch.ones(3, requires_grad=True)
handle = x.register_hook(lambda grad: grad * 2)
(x ** 2).sum().backward()
print(x.grad)
handle.remove()
"""


def page(title: str, prose: str, code: str) -> str:
    return f"# {title}\n\n{prose}\n\n```python\n{code}```\n"


def library(*pages: str) -> Library:
    return combine(
        parse(read_text(text, path=f"/pages/{number}.md")) for number, text in enumerate(pages)
    )


def test_the_same_page_damaged_is_a_twin_and_the_whole_one_stands_for_both() -> None:
    flat = " ".join(line.strip() for line in CODE.splitlines() if line.strip())
    damaged = f"What is a hook?\n{PROSE.replace(' of ', 'of ')}\nHere is how:{flat}\n"
    found = library(damaged, page("What is a hook?", PROSE, CODE))
    first, second = found.entries
    assert first.twins == (second.id,)
    assert second.twins == (first.id,)
    assert representative(found) == {first.id: second.id, second.id: second.id}


def test_other_answers_to_the_same_question_are_no_twins() -> None:
    other = (
        "Hooks let you reach into the backward pass. On a module they see its inputs and "
        "outputs; on a tensor they see its gradient only, which is often enough to debug."
    )
    code = "import torch.nn as nn\n\nlayer = nn.Linear(2, 2)\nlayer.register_forward_hook(print)\n"
    found = library(page("What is a hook?", PROSE, CODE), page("What is a hook?", other, code))
    assert [entry.twins for entry in found.entries] == [(), ()]


def test_the_same_code_with_other_words_is_no_twin() -> None:
    other = (
        "Whoever wants to double every gradient that flows into one tensor can use a callback "
        "of a single line; the callback stays until its handle is told to remove it once more."
    )
    found = library(page("What is a hook?", PROSE, CODE), page("How to double?", other, CODE))
    assert not any(entry.twins for entry in found.entries)


def test_the_same_words_with_other_code_are_no_twins() -> None:
    code = (
        "import math\n\n\ndef area(radius):\n    return math.pi * radius ** 2\n\n\nprint(area(2))\n"
    )
    found = library(page("What is a hook?", PROSE, CODE), page("What is a hook?", PROSE, code))
    assert not any(entry.twins for entry in found.entries)


def test_three_copies_are_one_group() -> None:
    one = page("What is a hook?", PROSE, CODE)
    found = library(one, one, one)
    assert [len(entry.twins) for entry in found.entries] == [2, 2, 2]
    assert len(set(representative(found).values())) == 1


def test_entries_without_words_are_no_twins_of_each_other() -> None:
    found = library("# What is this?\n\nYes.\n", "# Why is that?\n\nNo.\n")
    assert not any(entry.twins for entry in found.entries)


def test_many_entries_are_grouped_as_well() -> None:
    chance = random.Random(5)
    words = [f"{a}{b}{c}" for a in "mnprst" for b in ("ala", "ibi", "oro", "unu") for c in "kdfglz"]
    pages = [
        page(f"What is {n}?", " ".join(chance.sample(words, 60)), f"value = {n} ** 3\n")
        for n in range(310)
    ]
    pages[300] = pages[7].replace("What", "And what")
    found = library(*pages)
    groups = group_twins(found.entries)
    assert groups == [(found.entries[7].id, found.entries[300].id)]


def test_twins_of_another_library_are_forgotten() -> None:
    one = page("What is a hook?", PROSE, CODE)
    found = library(one, one)
    alone = combine([found.readings[0]])
    assert alone.entries[0].twins == ()
    assert representative(alone) == {alone.entries[0].id: alone.entries[0].id}


def test_the_scraped_documents_hold_sixteen_pairs(scraped_documents) -> None:
    from corpus.library import read_library

    found = read_library([scraped_documents])
    pairs = {
        tuple(sorted((entry.id.rsplit("#")[0][:3] + entry.id[-3:], twin[:3] + twin[-3:])))
        for entry in found.entries
        for twin in entry.twins
    }
    assert len(pairs) == 16
    assert sum(left.startswith("003") and right.startswith("004") for left, right in pairs) == 15
    assert "000" in str(pairs)
    assert "001#14" in str(pairs)
    assert all(
        left[-2:].strip("#") == right[-2:].strip("#") for left, right in pairs if left[0:3] == "003"
    )
    chosen = representative(found)
    assert all(
        chosen[entry.id].startswith("004") for entry in found.entries if entry.id[:3] == "003"
    )
    known = {entry.id: entry for entry in found.entries}
    assert all(
        not snippet.restored
        for best in set(chosen.values())
        if best[:3] == "001"
        for snippet in known[best].snippets[:1]
    )
