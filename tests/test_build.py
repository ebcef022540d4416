"""Building: incremental, atomic, and clear about what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EnvironmentFault, InputError
from corpus.library import builtin_paths
from index import disk
from index.build import Request, build
from index.embed import SentenceEmbeddings, load_embedder
from index.fusion import shipped_fusion
from index.search import Searcher

PAGE = """\
1. What does tensor.view need?

It needs a contiguous tensor. A permuted tensor is not contiguous.

```python
import torch
x = torch.ones(2, 3)
print(x.view(6).shape)  # torch.Size([6])
```

2. What does tensor.clone do?

It copies the data and keeps the gradient history.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "pages" / "views.md"
    path.parent.mkdir()
    path.write_text(PAGE, encoding="utf-8")
    return path


def only(*paths: Path) -> Request:
    return Request(tuple(map(str, paths)), only=True, device="cpu")


def test_a_second_run_touches_nothing(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    first = build(folder, only(page))
    before = disk.read_manifest(folder)
    second = build(folder, only(page))
    assert (first.read, first.entries) == (1, 2)
    assert first.embedded == first.chunks > 0
    assert (second.read, second.unchanged, second.embedded) == (0, 1, 0)
    assert disk.read_manifest(folder) == before


def test_only_what_changed_is_embedded_again(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    other = page.with_name("other.md")
    other.write_text("# What is a leaf tensor?\n\nOne that no operation made.\n", encoding="utf-8")
    build(folder, only(page, other))
    page.write_text(PAGE.replace("copies the data", "duplicates the data"), encoding="utf-8")
    report = build(folder, only(page, other))
    assert (report.read, report.unchanged) == (1, 1)
    assert 0 < report.embedded < report.chunks


def test_an_incremental_index_equals_a_fresh_one(
    page: Path, tmp_path: Path, embedder: SentenceEmbeddings
) -> None:
    grown, fresh = tmp_path / "grown", tmp_path / "fresh"
    build(grown, only(page))
    page.write_text(PAGE + "\n3. What is a leaf?\n\nA tensor made by you.\n", encoding="utf-8")
    build(grown, only(page))
    build(fresh, only(page))
    for query in ("leaf tensor", "contiguous", "copy with history"):
        one, two = (Searcher.open(f, embedder).search(query) for f in (grown, fresh))
        assert [h.chunk.id for h in one.hits] == [h.chunk.id for h in two.hits]
        np.testing.assert_allclose(
            [h.score for h in one.hits], [h.score for h in two.hits], atol=1e-5
        )


def test_documents_stay_until_removed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_of_ours = builtin_paths()[:1]  # the whole corpus would take most of the suite's time
    monkeypatch.setattr("index.build.builtin_paths", lambda: one_of_ours)
    folder = tmp_path / "index"
    other = page.with_name("other.md")
    other.write_text("# What is a leaf tensor?\n\nOne that no operation made.\n", encoding="utf-8")
    build(folder, only(page))
    grown = build(folder, Request((str(other),), device="cpu"))
    assert grown.unchanged == 1  # and the built-in corpus came in beside it
    kept = disk.load(folder)
    assert kept is not None
    paths = {d.path for d in kept.manifest.documents if not d.builtin}
    assert paths == {str(page), str(other)}
    shrunk = build(folder, Request(remove=(str(other),), device="cpu"))
    assert shrunk.removed == 1


def test_one_bad_file_is_named_and_the_rest_indexed(page: Path, tmp_path: Path) -> None:
    bad = page.with_name("broken.txt")
    bad.write_bytes(bytes(range(256)) * 20)
    report = build(tmp_path / "index", only(page, bad))
    assert report.entries == 2
    assert [Path(u.path).name for u in report.unreadable] == ["broken.txt"]


def test_nothing_readable_is_an_error_and_makes_no_index(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="empty"):
        build(tmp_path / "index", only(empty))
    assert disk.read_manifest(tmp_path / "index") is None


@pytest.mark.parametrize(
    "victim",
    ["manifest.json", "library.json", "vectors.faiss", "postings.npz", "concepts.npy"],
)
@pytest.mark.parametrize("damage", [b"", b"{", b"\x00\xff" * 40])
def test_a_damaged_index_is_one_clear_line(
    page: Path, tmp_path: Path, victim: str, damage: bytes
) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    next(folder.rglob(victim)).write_bytes(damage)
    with pytest.raises(InputError) as caught:
        disk.load(folder)
    assert str(folder) in str(caught.value)
    assert "torchproof index" in str(caught.value)


@pytest.mark.parametrize("lost", ["terms.json", "postings.npz", "concepts.npy", "fusion.json"])
def test_a_lost_file_is_one_clear_line(page: Path, tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    next(folder.rglob(lost)).unlink()
    with pytest.raises(InputError, match="damaged"):
        disk.load(folder)


def test_an_index_that_was_weighed_otherwise_takes_the_shipped_weights(
    page: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    path = next(folder.rglob("fusion.json"))
    path.write_text(json.dumps({"dense": 1.0, "lexical": 9.0, "confidence": {}, "threshold": 0.1}))
    stored = disk.load(folder)
    assert stored is not None
    assert stored.fusion == shipped_fusion()


def test_an_index_of_another_format_is_refused(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    path = folder / disk.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 99}))
    with pytest.raises(InputError, match="format 99"):
        disk.load(folder)


def test_another_embedder_is_refused_by_name(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    with pytest.raises(InputError, match=r"all-MiniLM-L6-v2, not some/other"):
        build(folder, Request(embedder="some/other", device="cpu"))


def test_a_model_that_is_not_here_is_one_clear_line() -> None:
    with pytest.raises(InputError, match=r"--embedder no/such-model"):
        load_embedder("no/such-model", "cpu")


def test_a_build_that_fails_leaves_the_old_index_in_force(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: SentenceEmbeddings
) -> None:
    folder = tmp_path / "index"
    build(folder, only(page))
    before = disk.read_manifest(folder)
    page.write_text(PAGE + "\n3. What is a leaf?\n\nA tensor made by you.\n", encoding="utf-8")

    def full(_self: object, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.store.FaissStore.save", full)
    with pytest.raises(EnvironmentFault, match="No space left on device"):
        build(folder, only(page))
    assert disk.read_manifest(folder) == before
    assert Searcher.open(folder, embedder).search("contiguous tensor").hits
    assert len(list(folder.glob("gen-*"))) == 1


def test_two_builds_at_once_are_kept_apart(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with disk.locked(folder), pytest.raises(EnvironmentFault, match="another torchproof"):
        build(folder, only(page))


def test_a_gpu_that_is_not_there_is_one_clear_line(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(EnvironmentFault, match="no GPU that torch can use"):
        build(tmp_path / "index", Request((str(page),), only=True, device="cuda"))


def test_vectors_do_not_depend_on_their_company(embedder: SentenceEmbeddings) -> None:
    texts = ["short", "a rather longer sentence about gradients " * 12, "medium length text here"]
    together = embedder.encode(texts)
    alone = np.vstack([embedder.encode([text]) for text in texts])
    assert together.shape == (3, embedder.dimension)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert (together * alone).sum(axis=1).min() > 0.999


def test_long_texts_are_read_beyond_the_wheels_128_tokens(embedder: SentenceEmbeddings) -> None:
    head = "tensor " * 180
    one, two = embedder.encode([head + "gradient", head + "photosynthesis"])
    assert float(one @ two) < 0.9999
