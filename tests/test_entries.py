"""Our own entry format: what a contributor writes, and what they are told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.authored import list_items
from corpus.entries import parse_entry
from corpus.errors import InputError
from corpus.types import Document

ENTRY = """\
---
id: sum-of-ones
question: What does the sum of a tensor of ones give?
aliases: [add up ones, sum ones tensor, total of a ones tensor]
topic: tensors
level: junior
kind: concept
---

## Short answer
Its number of elements.

## Explanation
Every element counts once.

### With a dimension
One dimension goes.

## Code
A vector of three.

```python
import torch
print(torch.ones(3).sum())  # tensor(3.)
```

```text
tensor(3.)
```

## Follow-ups
- What does [mean](../tensors/mean.md) give?
- And on an
  empty tensor?

## Key points
- The sum is the number of elements. (check: three)

## Checks
```python check=three
import torch
assert torch.ones(3).sum() == 3
```
"""


def document(text: str) -> Document:
    return Document("d", "corpus/questions/tensors/sum-of-ones.md", "t", "text/markdown", text, "")


def test_an_entry_is_read_with_every_piece_at_its_place() -> None:
    (entry,) = parse_entry(document(ENTRY)).entries
    assert (entry.id, entry.topic, entry.level, entry.kind) == (
        "sum-of-ones",
        "tensors",
        "junior",
        "concept",
    )
    assert [s.kind for s in entry.sections] == [
        "short_answer",
        "explanation",
        "explanation",
        "code",
        "follow_ups",
        "key_points",
        "checks",
    ]
    assert entry.sections[2].heading_path == ("Explanation", "With a dimension")
    for section in entry.sections:
        for block in section.blocks:
            assert block.span.of(ENTRY).strip() == block.text.strip()
            assert entry.span.holds(block.span)


def test_checks_are_not_snippets_and_output_behind_code_is_expected() -> None:
    (entry,) = parse_entry(document(ENTRY)).entries
    (snippet,) = entry.snippets
    assert snippet.code == "import torch\nprint(torch.ones(3).sum())  # tensor(3.)\n"
    assert snippet.expected_output == "tensor(3.)\n"
    assert [span.of(ENTRY) for span in snippet.line_spans] == snippet.code.splitlines()


def test_follow_ups_lose_their_links_and_line_breaks() -> None:
    (entry,) = parse_entry(document(ENTRY)).entries
    assert entry.follow_ups == ("What does mean give?", "And on an empty tensor?")


def test_every_bad_field_is_reported_at_once_with_its_line() -> None:
    bad = ENTRY.replace("id: sum-of-ones", "id: Sum Of Ones").replace("junior", "guru")
    with pytest.raises(InputError) as caught:
        parse_entry(document(bad))
    assert "line 2: id" in str(caught.value)
    assert "line 6: level" in str(caught.value)
    assert "sum-of-ones.md" in str(caught.value)


def test_a_missing_and_an_unknown_section_are_named() -> None:
    bad = ENTRY.replace("## Explanation", "## Explenation")
    with pytest.raises(InputError, match="line 13: unknown section '## Explenation'") as caught:
        parse_entry(document(bad))
    assert "'## Explanation' is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter", "no front matter"),
        ("---\nid: [\n---\n", "not YAML"),
        ("---\n- id\n---\n", "not a list of 'name: value' lines"),
    ],
)
def test_front_matter_that_cannot_be_read_is_one_clear_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_entry(document(text))


def test_list_items_of_nothing_are_none() -> None:
    assert list_items("no list here") == []


def test_every_entry_of_the_corpus_is_well_formed() -> None:
    folder = Path(__file__).parent.parent / "corpus" / "questions"
    paths = sorted(folder.rglob("*.md"))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        (entry,) = parse_entry(
            Document("d", str(path), path.stem, "text/markdown", text, "")
        ).entries
        assert (entry.topic, entry.id) == (path.parent.name, path.stem)
        assert entry.snippets, f"{path} shows no code"
