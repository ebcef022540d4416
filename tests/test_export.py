"""What can be taken away: Anki decks, the book, notebooks, labelled collections."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from assistant.export import material
from assistant.export.anki import write_deck
from assistant.export.book import write_book
from assistant.export.material import Chapter, Known
from assistant.export.notebooks import write_notebooks
from corpus.errors import InputError

ENTRY = """---
id: sums-of-ones
question: What does summing a tensor of ones give, `<b>` aside?
aliases: [one, two, three]
topic: tensors
level: junior
kind: concept
---

## Short answer
The number of elements, as `tensor(3.)`; see [the other one](../tensors/another.md), not
[this](../losses/absent.md).

## Explanation
Text with <script>alert(1)</script>, which is inert.

## Code
```python
import torch

print(torch.ones(3).sum())  # tensor(3.)
print(torch.ones(3).sum())  # tensor(4.)
```

## Key points
- The sum of n ones is n. (check: count)

## Common mistakes
- "It is a Python float."

## Checks
```python check=count
import torch

assert torch.ones(3).sum() == 3
```
"""
OTHER = """---
id: another
question: Which shape does a matrix product of a batch have?
aliases: [four, five, six]
topic: tensors
level: senior
kind: concept
---

## Short answer
Batches keep their place in front; rows of the first meet columns of the second factor.

## Explanation
Leading dimensions are broadcast, the last two are multiplied as matrices.

```python
import torch

print((torch.ones(7, 2, 3) @ torch.ones(3, 5)).shape)  # torch.Size([7, 2, 5])
```

## Key points
- Leading dimensions are broadcast against each other.

## Common mistakes
- "The batch must be flattened first."
"""


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> list[Chapter]:
    folder = tmp_path_factory.mktemp("entries")
    (folder / "sums-of-ones.md").write_text(ENTRY, encoding="utf-8")
    (folder / "another.md").write_text(OTHER, encoding="utf-8")
    return material.read_chapters([folder])


@pytest.fixture(scope="module")
def known(chosen: list[Chapter], assistant) -> Known:
    return material.run(chosen, assistant.verifier)


def test_a_book_in_html_opens_offline_with_a_verdict_at_each_line(
    chosen: list[Chapter], known: Known, tmp_path: Path
) -> None:
    written = write_book(chosen, known, tmp_path, "html")
    assert [path.name for path in written] == ["index.html", "tensors.html"]
    index, page = (path.read_text(encoding="utf-8") for path in written)
    assert 'href="tensors.html#another"' in index
    assert page.index('id="sums-of-ones"') < page.index('id="another"')  # junior first
    assert 'aria-label="confirmed"' in page
    assert "running it gives tensor(3.)" in page
    assert '<a href="#another">the other one</a>' in page
    assert "absent.md" not in page
    assert "Checks" not in page
    assert "<script>alert" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', index + page)


def test_a_book_in_markdown_says_what_was_refuted(
    chosen: list[Chapter], known: Known, tmp_path: Path
) -> None:
    readme, page = write_book(chosen, known, tmp_path, "markdown")
    assert "(tensors.md#another)" in readme.read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    assert "- line 4: `tensor(4.)`; running it gives `tensor(3.)`" in text
    assert "✓ it ran, 1 confirmed" in text


def test_without_runs_the_book_says_so_unless_the_package_knows(
    chosen: list[Chapter], tmp_path: Path
) -> None:
    _, page = write_book(chosen, Known(torch="torch 0"), tmp_path, "html")
    assert "code not run" in page.read_text(encoding="utf-8")
    from assistant.proving import shipped_proofs

    shipped = material.read_chapters(topics=["reproducibility-testing"])
    told = material.look_up(shipped, None, shipped_proofs())
    share = len(told.proved) / len(shipped[0].entries)
    assert share > 0.5


def test_notebooks_are_valid_and_their_cells_run(
    chosen: list[Chapter], assistant, tmp_path: Path
) -> None:
    import nbformat

    (path,) = write_notebooks(chosen, tmp_path)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) == 2
    result = assistant.verifier._sandbox.run("\n".join(cells))
    assert result.stdout.splitlines() == [
        "tensor(3.)",
        "tensor(3.)",
        "torch.Size([7, 2, 5])",
    ]


def deck(path: Path, folder: Path) -> list[tuple[str, str, str]]:
    """Guid, fields and tags of each note of an .apkg file."""
    with zipfile.ZipFile(path) as packed:
        packed.extract("collection.anki2", folder)
    base = sqlite3.connect(folder / "collection.anki2")
    try:
        return base.execute("select guid, flds, tags from notes order by id").fetchall()
    finally:
        base.close()


def test_a_deck_has_stable_cards_with_answers_and_tags(
    chosen: list[Chapter], known: Known, tmp_path: Path
) -> None:
    assert write_deck(chosen, known, tmp_path / "a.apkg", "both") == 6
    write_deck(chosen, Known(), tmp_path / "b.apkg", "both")
    notes, again = (deck(tmp_path / name, tmp_path) for name in ("a.apkg", "b.apkg"))
    assert [note[0] for note in notes] == [note[0] for note in again]
    assert len({note[0] for note in notes}) == 6
    question, about, answer = notes[0][1].split("\x1f")
    assert "<code>&lt;b&gt;</code>" in question
    assert about == "Tensors · junior"
    assert '<span class="hk">import</span>' in answer
    assert "running it gives tensor(3.)" in answer
    assert notes[0][2].split() == ["topic::tensors", "level::junior", "kind::concept"]
    told = [note[1].split("\x1f") for note in notes]
    assert any("True or false? The sum of n ones is n" in t[0] and "True." in t[2] for t in told)
    assert any("It is a Python float" in t[0] and "False: a common" in t[2] for t in told)


def test_a_topic_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"no topic cookery.*autograd"):
        material.read_chapters(topics=["cookery"])


def test_a_collection_survives_the_way_through_beir(tmp_path: Path) -> None:
    from assistant.types import Turn
    from eval.beir import Text, load_beir, save_beir
    from eval.datasets import Query, QuerySet
    from eval.trec import read_qrels

    texts = [Text("a", "Sums add\u2028up.", "Sums"), Text("b", "Means divide.")]
    past = (Turn("user", "Hello"),)
    queries = (
        Query("q1", "what adds?", "plain", "test", history=past),
        Query("q2", "what divides?", "plain", "dev"),
        Query("q3", "who bakes?", "plain", "test", answerable=False),
    )
    save_beir(texts, QuerySet("s", queries, {"q1": {"a": 2, "b": 0}, "q2": {"b": 1}}), tmp_path)
    loaded = load_beir(tmp_path)
    assert [(one.id, one.text) for one in loaded.texts] == [
        ("a", "Sums Sums add\u2028up."),
        ("b", "Means divide."),
    ]
    assert loaded.query_set.qrels == {"q1": {"a": 2, "b": 0}}
    assert load_beir(tmp_path, "dev").query_set.qrels == {"q2": {"b": 1}}
    assert read_qrels(tmp_path / "qrels" / "dev.trec") == {"q2": {"b": 1}}
    row = json.loads((tmp_path / "queries.jsonl").read_text("utf-8").split("\n")[0])
    assert row["metadata"] == {"style": "plain", "history": [{"role": "user", "content": "Hello"}]}


def test_our_own_queries_are_exported_with_the_entries_they_label(tmp_path: Path) -> None:
    from assistant.cli.main import main
    from eval.beir import load_beir

    assert main(["eval", "export", str(tmp_path), "--split", "dev"]) == 0
    loaded = load_beir(tmp_path, "dev")
    texts = {text.id: text.text for text in loaded.texts}
    assert loaded.query_set.qrels
    assert all(text.strip() for text in texts.values())
    assert sorted(path.name for path in (tmp_path / "qrels").iterdir()) == ["dev.trec", "dev.tsv"]
