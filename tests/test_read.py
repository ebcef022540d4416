"""Files to documents: encodings, archives, folders, and what is refused."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli.main import cli
from assistant.web.reading import document_html
from corpus.errors import InputError
from corpus.library import read_library
from corpus.read import decode, document_id, find_files, read_document, read_text

UMLAUT = "# Größe\n\nDer Verlust fällt – «langsam», niño, naïve.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_comes_back_as_written(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(UMLAUT.encode(encoding))
    document = read_document(path)
    assert document.text == UMLAUT
    assert document.title == "Größe"


def test_latin_1_comes_back_as_written(tmp_path: Path) -> None:
    text = "Der Verlust fällt über viele Schritte, während die Größe gleich bleibt.\n" * 4
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("latin-1"))
    assert read_document(path).text == text


def test_a_character_cut_in_two_at_the_end_is_left_out() -> None:
    assert decode("naïve ü".encode()[:-1]) == "naïve "


def test_line_ends_are_not_altered(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\rthree\n")
    assert read_document(path).text == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"\x00" * 400])
def test_binary_data_is_refused_with_the_reason(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match="binary") as caught:
        read_document(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_the_id_is_a_slug_and_the_paths_digest() -> None:
    one = document_id(Path("/a/Loss Functions (2).md"))
    assert one.startswith("loss-functions-2-")
    assert len(one.rsplit("-", 1)[1]) == 6
    assert one != document_id(Path("/b/Loss Functions (2).md"))
    assert one == read_text("x", path="/a/Loss Functions (2).md").id


def test_the_media_type_follows_the_suffix_else_the_text() -> None:
    assert read_text("x", path="a.rst").media_type == "text/x-rst"
    assert read_text("<!DOCTYPE html><p>x", path="saved").media_type == "text/html"
    assert read_text("x", path="a.txt", media_type="text/html").media_type == "text/html"


def test_the_title_is_the_first_heading_not_a_comment_in_code() -> None:
    text = "```python\n# not me\n```\n\n## Losses, *briefly*\n"
    assert read_text(text, path="x.md").title == "Losses, briefly"
    assert read_text("no heading in here.\n", path="notes.md").title == "notes"
    assert read_text('"""Scale things.\n"""\n', path="x.py").title == "Scale things"


def test_a_missing_path_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file") as caught:
        find_files([tmp_path / "nothing.md"])
    assert "nothing.md" in caught.value.where
    assert caught.value.hint


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="matches no file"):
        find_files([str(tmp_path / "*.md")])


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x")
    with pytest.raises(InputError, match="no document"):
        find_files([tmp_path])


def test_folders_patterns_and_files_name_each_document_once(tmp_path: Path) -> None:
    inner = tmp_path / "b"
    inner.mkdir()
    for name in ("a.md", "b/c.HTML", "b/d.txt", "b/e.png", ".hidden.md"):
        (tmp_path / name).write_text("x")
    files, unreadable = find_files([tmp_path, str(tmp_path / "**" / "*.txt"), inner / "e.png"])
    assert [path.name for path in files] == ["a.md", "c.HTML", "d.txt", "e.png"]
    assert not unreadable


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return path


def test_an_archives_documents_are_read_as_if_it_were_a_folder(tmp_path: Path) -> None:
    packed = archive(tmp_path / "p.zip", {"ch/a.md": b"# A\n", "b.png": b"x", "../c.md": b"no"})
    files, unreadable = find_files([tmp_path])
    assert files == [packed / "ch/a.md"]
    assert [bad.reason for bad in unreadable] == ["its path leads out of the archive"]
    assert read_document(files[0]).title == "A"
    with pytest.raises(InputError, match="no such file in the archive"):
        read_document(packed / "ch/b.md")


@pytest.mark.parametrize("crumb", ["a", "x=1", "(", '"""', "<p>"])
@pytest.mark.parametrize("suffix", [".md", ".html", ".py", ".ipynb"])
def test_a_file_of_crumbs_is_named_and_not_read(tmp_path: Path, crumb: str, suffix: str) -> None:
    text = f"{crumb}\n" * 60_000
    if suffix == ".ipynb":
        text = json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": text}]})
    path = tmp_path / f"crumbs{suffix}"
    path.write_text(text)
    with pytest.raises(InputError, match=r"lines in [0-9,]+ characters; the limit is") as caught:
        read_document(path)
    assert "split it" in caught.value.hint


def test_a_long_document_of_whole_lines_is_read_however_many_they_are(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("A leaf is a tensor that no operation made.\n" * 30_000)
    assert len(read_document(path).text) > 1_000_000


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"a.txt": b"0" * 5_000_000})
    files, unreadable = find_files([bomb])
    assert not files
    assert "unpack to" in unreadable[0].reason


def test_a_broken_archive_is_named_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 broken")
    files, unreadable = find_files([tmp_path])
    assert [path.name for path in files] == ["a.md"]
    assert unreadable[0].path.endswith("b.zip")


def test_a_members_true_size_counts_whatever_the_directory_says(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.md", b"# A\n" * 100)
    data = bytearray(buffer.getvalue())
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = (7).to_bytes(4, "little")
    path = tmp_path / "lies.zip"
    path.write_bytes(bytes(data))
    files, _ = find_files([path])
    with pytest.raises(InputError):
        read_document(files[0])


def test_whatever_is_no_file_is_named_with_its_reason(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"a.md": b"# A\n"}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    archive(tmp_path / "outer.zip", {"b.md": b"# B\n", "inner.zip": inner})
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "missing.md")
    library = read_library([tmp_path])
    assert [Path(found.document.path).name for found in library.readings] == ["b.md"]
    assert {Path(bad.path).name: bad.reason for bad in library.unreadable} == {
        "inner.zip": "is an archive inside an archive",
        "pipe.md": "is no regular file",
        "gone.md": "is a link to nothing",
    }


def test_inspect_reads_encodings_patterns_archives_and_stdin(tmp_path: Path) -> None:
    page = (
        "1. Was ist ein Verlust?\n\nEine Zahl für die Größe des Fehlers.\n\n"
        "2. Was ist ein Schritt?\n\nEine Änderung der Gewichte, die den Verlust verkleinern soll.\n"
    )
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
    for encoding in encodings:
        (tmp_path / f"{encoding}.txt").write_bytes(page.encode(encoding))
    archive(tmp_path / "p.zip", {"a.md": page.encode()})
    given = [str(tmp_path / "*.txt"), str(tmp_path / "p.zip"), "-"]
    result = CliRunner().invoke(cli, ["inspect", *given, "--json"], input=page.encode("utf-16"))
    documents = json.loads(result.stdout)["documents"]
    assert result.exit_code == 0
    assert len(documents) == len(encodings) + 2
    assert {document["entries"][0]["question"] for document in documents} == {
        "Was ist ein Verlust?"
    }


def test_inspect_shows_restored_code_beside_the_original_and_what_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(
        "1. How do you loop?\nLike this:\nfor i in range(3):\nprint(i)\n"
        "Subscribe to our newsletter!\n"
    )
    shown = CliRunner().invoke(cli, ["inspect", str(path)]).output
    assert "- print(i)" in shown
    assert "+     print(i)" in shown
    assert "newsletter box: Subscribe to our newsletter!" in shown
    report = json.loads(CliRunner().invoke(cli, ["inspect", str(path), "--json"]).stdout)
    (snippet,) = report["documents"][0]["entries"][0]["snippets"]
    assert snippet["restored"]
    assert snippet["original"] == "for i in range(3):\nprint(i)"
    assert snippet["code"] == "for i in range(3):\n    print(i)\n"


def test_inspect_names_what_was_not_told_apart_or_not_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.bounds.MOST_PIECES", 3)
    monkeypatch.setattr("corpus.restore.repair.STEPS", 1)
    page = (
        "1. How do you loop?\n\n```python\nfor i in x:\nprint(i)\n```\n\nOne.\n\nTwo.\n\nThree.\n"
    )
    path = tmp_path / "page.md"
    path.write_text(page)
    shown = CliRunner().invoke(cli, ["inspect", str(path)]).output
    assert "kept as plain text" in shown
    assert "more than 3 lines and paragraphs: Two. Three." in shown
    (found,) = read_library([path]).readings
    in_the_app = document_html(found)
    assert "kept as plain text: the page has more than 3 lines" in in_the_app
    assert "<q>Two. Three.</q>" in in_the_app
    assert "not restored" in shown
    report = json.loads(CliRunner().invoke(cli, ["inspect", str(path), "--json"]).stdout)
    (document,) = report["documents"]
    (rest,) = document["kept_as_text"]
    assert page[rest["start"] : rest["end"]].split() == ["Two.", "Three."]
    (snippet,) = document["entries"][0]["snippets"]
    assert not snippet["restored"]
    assert "not restored" in snippet["restoration_notes"][0]
