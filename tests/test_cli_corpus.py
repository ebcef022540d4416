"""`torchproof corpus`: what contributors are told, and what a new entry begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.proving import Proofs
from corpus.editing import faults, points, share_with_checks
from corpus.library import combine, parse, read_library
from corpus.read import read_document


def entry(folder: Path, name: str, *, topic: str = "tensors", extra: str = "") -> Path:
    path = folder / topic / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    assert main(["corpus", "new", name, "--topic", topic, "--root", str(folder)]) == 0
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    return path


def told(path: Path) -> list[str]:
    return [finding.what for finding in faults(read_library([path]))]


def test_a_new_entry_is_in_the_form_and_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = entry(tmp_path, "sum-of-ones")
    assert told(path) == []
    reading = parse(read_document(path))
    found = list(points(reading.entries[0]))
    assert [(point.mistake, point.checks) for point in found] == [
        (False, ("name-of-check",)),
        (False, ()),
        (False, ()),
        (True, ("name-of-check",)),
    ]
    assert share_with_checks(reading.entries) == 0.5
    capsys.readouterr()
    assert (
        main(["corpus", "new", "sum-of-ones", "--topic", "tensors", "--root", str(tmp_path)]) == 2
    )
    assert "is there already" in capsys.readouterr().err
    assert main(["corpus", "new", "Sum of ones", "--topic", "tensors"]) == 2
    assert "lower case" in capsys.readouterr().err


def test_what_does_not_fit_together_is_named(tmp_path: Path) -> None:
    path = entry(tmp_path, "sum-of-ones")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("related: []", "related: [nowhere]")
        .replace("- What does the interviewer ask next?", "- [Next?](../autograd/gone.md)")
        .replace("(check: name-of-check)\n- Another", "(check: misspelt)\n- Another"),
        encoding="utf-8",
    )
    found = " | ".join(told(path))
    for words in ("related entry nowhere", "../autograd/gone.md", "check misspelt, which is not"):
        assert words in found
    moved = tmp_path / "losses" / "other-name.md"
    moved.parent.mkdir()
    moved.write_text(text, encoding="utf-8")
    found = " | ".join(told(moved))
    assert "not named after the id" in found
    assert "its topic is tensors" in found


def test_borrowed_words_are_found_with_their_line(tmp_path: Path) -> None:
    sentence = "a leaf is a tensor which no operation that autograd saw has made"
    page = tmp_path / "page.txt"
    page.write_text(f"As they say, {sentence}, and so on.", encoding="utf-8")
    library = read_library([entry(tmp_path, "leaves", extra=f"\n{sentence.title()}.\n")])
    found = list(faults(library, [read_document(page)]))
    assert [finding.what for finding in found] == ["shares 8 words in a row with page.txt"]
    assert found[0].line == library.readings[0].document.text.count("\n")


def test_import_lines_are_no_borrowed_words(tmp_path: Path) -> None:
    lines = "from torch import nn\nimport torch\nimport torch.nn.functional as F\nimport math\n"
    page = tmp_path / "page.py"
    page.write_text(f"{lines}x = torch.ones(3)\n", encoding="utf-8")
    library = read_library([entry(tmp_path, "leaves", extra=f"\n{lines}")])
    assert not list(faults(library, [read_document(page)]))


@pytest.mark.usefixtures("lent_sandbox")
def test_what_is_false_is_found_by_running_and_what_held_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TORCHPROOF_HOME", str(tmp_path / "home"))
    good = entry(tmp_path, "sum-of-ones")
    monkeypatch.setattr("corpus.library._BUILTIN", tmp_path)
    capsys.readouterr()
    assert main(["corpus", "check", str(good)]) == 0
    assert "0 findings" in capsys.readouterr().err
    text = good.read_text(encoding="utf-8")
    good.write_text(
        text.replace("# tensor(3.)", "# tensor(4.)").replace("== 3, ", "== 4, "), encoding="utf-8"
    )
    assert main(["corpus", "check", str(good)]) == 1
    out = capsys.readouterr().out
    assert "says tensor(4.); running it gives tensor(3.)" in out
    assert "each element counts once" in out


def test_proofs_of_another_version_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "proofs.txt"
    first = Proofs(path, "torch 1")
    first.keep("a")
    first.keep("b")
    assert Proofs(path, "torch 1").held("b")
    later = Proofs(path, "torch 2")
    assert not later.held("a")
    later.keep("c")
    assert not Proofs(path, "torch 2").held("a")
    assert Proofs(path, "torch 2").held("c")


def test_near_duplicates_are_named(tmp_path: Path) -> None:
    one, two = entry(tmp_path, "sum-of-ones"), entry(tmp_path, "ones-summed")
    more = "\n".join(
        f"- Sentence {n} on how elements of ones are added up {n * 7}." for n in range(60)
    )
    for path in (one, two):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("## Pitfalls", f"## Pitfalls\n{more}"), encoding="utf-8")
    found = [f.what for f in faults(combine(read_library([one, two]).readings))]
    assert any("nearly the same" in what for what in found)


def test_an_entry_is_printed_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "show", "zero-grad-purpose"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# Why do we call optimizer.zero_grad(), and when is it right not to?")
    assert "## Short answer" in shown
    assert "aliases:" not in shown


def test_an_unknown_id_names_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "show", "zero-grad-purposes"]) == 2
    assert "did you mean zero-grad-purpose" in capsys.readouterr().err
