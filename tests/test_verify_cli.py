"""`torchproof verify` as its users meet it: every kind of file, mending, upgrades, interrupts."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.verify.fix import unfit

PAGES = Path(__file__).parent / "data" / "pages"
Run = Callable[..., tuple[int, str, str]]

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# What is a sum?\n", "\n", "See."]},
        {
            "cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [
                {"output_type": "execute_result", "execution_count": 1, "metadata": {},
                 "data": {"text/plain": ["7"]}}],
            "source": ["%matplotlib inline\n", "s = \"a\\n\"\n", "print(2 + 2)  # 5\n", "3 + 3"],
        },
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip

FILES = {
    "a.md": "# What is a sum?\n\nAdd:\n\n```python\nx = 1\nprint(x + 1)  # 3\n```\n",
    "b.py": '"""Sums."""\n\n\ndef double(x):\n    """Twice.\n\n    >>> double(2)\n    4\n'
    '    >>> double(3)\n    9\n    """\n    return x * 2\n\n\ny = double(4)  # 9\n',
    "c.html": "<h1>What is a sum?</h1>\n<p>Add them:</p>\n<pre><code>\nif 1 &lt; 2:\n"
    "    print(1 + 1)  # 3\n</code></pre>\n",
    "d.ipynb": json.dumps(NOTEBOOK, indent=1),
    "e.md": "# What is a session?\n\n```python\n>>> x = 3\n>>> x + 1\n3\n>>> x\n3\n```\n",
}
PLACES = {
    "a.md": [(7, "3")],
    "b.py": [(10, "9"), (15, "9")],
    "c.html": [(5, "3")],
    "d.ipynb": [(31, "5"), (23, "7")],
    "e.md": [(6, "3")],
}
"""The lines of the refuted claims in the files above."""


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    lend: Callable[[pytest.MonkeyPatch], None],
) -> Run:
    lend(monkeypatch)

    def go(*arguments: str) -> tuple[int, str, str]:
        status = main(["verify", *arguments])
        out = capfd.readouterr()
        return status, out.out, out.err

    return go


@pytest.mark.usefixtures("docs")
def test_every_kind_of_file_names_the_right_lines_and_all_in_one_go(run: Run) -> None:
    status, out, _ = run(".", "--format", "github", "--sarif", "log.sarif")
    assert status == 1
    found: dict[str, list[tuple[int, str]]] = {}
    for line in out.splitlines():
        if line.startswith("::error "):
            place, _, message = line.removeprefix("::error ").partition("::")
            fields = dict(field.split("=", 1) for field in place.split(","))
            claimed = message.partition("claimed ")[2].partition(",")[0]
            found.setdefault(fields["file"], []).append((int(fields["line"]), claimed))
    lines = {name: text.splitlines() for name, text in FILES.items()}
    assert {name: sorted(places) for name, places in found.items()} == {
        name: sorted(places) for name, places in PLACES.items()
    }
    for name, places in found.items():
        assert all(claim in lines[name][line - 1] for line, claim in places)
    results = json.loads(Path("log.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) == sum(map(len, PLACES.values()))
    # The second time everything comes from the store, and a pattern finds the same as its files.
    status, text, _ = run("*.ipynb", "c.html")
    assert status == 1
    assert "d.ipynb:31:22: cell 2, line 3: refuted (value)\n    print(2 + 2)  # 5\n" in text
    assert "d.ipynb:23:9: cell 2, its output: refuted (output)" in text
    assert run("a.md", "--fail-on", "never")[0] == 0


def test_a_session_that_is_right_is_confirmed(run: Run, docs: Path) -> None:
    (docs / "e.md").write_text(FILES["e.md"].replace("+ 1\n3", "+ 1\n4"), encoding="utf-8")
    status, out, _ = run("e.md")
    assert (status, out) == (
        0,
        "1 snippet, 2 claims: 2 confirmed, 0 refuted, 0 unverifiable, 0 not run\n",
    )


def test_one_snippet_comes_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "x = 1\nprint(x + 1)  # 3\n"
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(code.encode())))
    status, out, _ = run("-")
    assert status == 1
    assert out.startswith("<stdin>:2:17: refuted (value)\n    print(x + 1)  # 3\n")


# --- fix ------------------------------------------------------------------------------------------

MENDABLE = (
    "\ufeff# Sums\r\n\r\n```python\r\nimport torch\r\nm = torch.arange(4).reshape(2, 2)\r\n"
    "print(m)\r\n# tensor([[0, 1],\r\n#         [2, 4]])\r\nprint(m.shape)  # (2, 3) — rows\r\n"
    "print(m.float().mean() / 7)  # 0.28\r\nprint(12345 * 2)  # 24,691\r\n"
    "print(m.dtype)  # float32\r\nfor i in range(2):\r\n    print('step', i)\r\n# step 0\r\n"
    "# step 2\r\nm @ torch.ones(3)  # works!\r\n```\r\n\r\nÜbrigens:\r\n\r\n```python\r\n"
    "print('a', 1)\r\nprint('b', 2)\r\n```\r\n\r\nOutput:\r\n\r\n```text\r\na 1\r\nb 3\r\n```"
)
MENDED = (
    ("4]])", "3]])"), ("(2, 3) —", "(2, 2) —"), ("0.28", "0.21"), ("24,691", "24,690"),
    ("# float32", "# int64"), ("# step 2", "# step 1"), ("b 3", "b 2"),
)  # fmt: skip


def test_fixing_touches_what_is_wrong_and_not_a_byte_more(run: Run, docs: Path) -> None:
    page = docs / "m.md"
    page.write_bytes(MENDABLE.encode("utf-8"))
    page.chmod(0o640)
    expected = MENDABLE
    for wrong, right in MENDED:
        assert expected.count(wrong) == 1
        expected = expected.replace(wrong, right)
    status, out, err = run("m.md", "b.py", "--fix", "--yes")
    assert page.read_bytes() == expected.encode("utf-8")
    assert page.stat().st_mode & 0o777 == 0o640
    program = FILES["b.py"].replace("double(3)\n    9", "double(3)\n    6").replace("# 9", "# 8")
    assert (docs / "b.py").read_text(encoding="utf-8") == program
    assert "-print(12345 * 2)  # 24,691" in err
    assert "left as it is" in err, "the remark that it works is for its author"
    assert status == 1
    assert "1 refuted" in out, "what is reported is the file as it is now"
    _, _, again = run("m.md", "b.py", "--fix", "--yes")
    assert "+" not in again.replace("+++", ""), "a second time there is nothing to mend"
    assert page.read_bytes() == expected.encode("utf-8")


def test_nothing_is_written_without_a_yes(
    run: Run, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    status, _, err = run("a.md", "c.html", "d.ipynb", "--fix")
    assert status == 1
    assert "+print(x + 1)  # 2" in err
    assert {name: (docs / name).read_text(encoding="utf-8") for name in FILES} == FILES
    assert "c.html: a web page is made from something else" in err
    assert "d.ipynb: the outputs of a notebook come from running it" in err


def test_documents_of_the_index_are_never_rewritten(
    run: Run, small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    home = Path(os.environ["TORCHPROOF_HOME"])
    home.mkdir(exist_ok=True)
    (home / "index").symlink_to(small_index)
    _, _, err = run(str(PAGES / "tensors.md"), "--fix")
    assert "it is a document of the index" in err
    assert "+print" not in err


@pytest.mark.parametrize("name", ["a.html", "a.ipynb", "a.txt", "a.rst", "pages.zip"])
def test_only_markdown_and_python_are_rewritten(name: str) -> None:
    assert unfit(name)
    assert not unfit("README.md")


# --- upgrades -------------------------------------------------------------------------------------


def test_after_an_upgrade_the_flipped_verdicts_are_listed(run: Run, docs: Path) -> None:
    (docs / "a.md").write_text(FILES["a.md"].replace("# 3", "# 2"), encoding="utf-8")
    status, out, _ = run("a.md", "--changed")
    assert status == 0
    assert "never verified under another version" in out
    store = Path(os.environ["TORCHPROOF_HOME"]) / "verdicts.sqlite"
    with sqlite3.connect(store) as db:
        # As an older torch would have left it: the claim was refuted then.
        for name in ("reports_2", "pages_2", "names_2"):
            db.execute(f"UPDATE {name} SET version = replace(version, 'torch 2', 'torch 1')")
        db.execute("UPDATE pages_2 SET claims = replace(claims, 'confirmed', 'refuted')")
    db.close()
    status, out, _ = run("a.md", "--changed")
    assert status == 0, "it has become better"
    assert "a.md:7:17: refuted → confirmed\n    print(x + 1)  # 2" in out
    assert "1 changed of 1 claims" in out
    assert "before torch 1." in out


def test_what_became_refuted_exits_with_1(run: Run, docs: Path) -> None:
    run("a.md")
    store = Path(os.environ["TORCHPROOF_HOME"]) / "verdicts.sqlite"
    with sqlite3.connect(store) as db:
        db.execute("UPDATE pages_2 SET version = 'torch 2.0', claims = replace(claims, 'refuted',"
                   " 'confirmed')")  # fmt: skip
    db.close()
    status, out, _ = run("a.md", "--changed", "--json")
    found = json.loads(out)
    assert status == 1
    (change,) = found["changed"]
    assert (change["line"], change["before"], change["after"]) == (7, "confirmed", "refuted")
    assert (change["text"], change["observed"], change["before_version"]) == ("3", "2", "torch 2.0")
    assert Path(change["path"]) == docs / "a.md"


@pytest.mark.usefixtures("docs")
@pytest.mark.parametrize(
    "options", [["--changed", "--format", "junit"], ["--fix", "--changed"], ["-", "--fix"]]
)
def test_options_that_do_not_go_together_are_refused(run: Run, options: list[str]) -> None:
    status, out, err = run(*options, *([] if "-" in options else ["a.md"]))
    assert (status, out) == (2, "")
    assert "goes with" in err


# --- interrupts -----------------------------------------------------------------------------------


def test_an_interrupt_ends_it_at_once_and_leaves_no_process(docs: Path) -> None:
    slow = "# T\n\n" + "".join(
        f"```python\nimport time\ntime.sleep(9)\nprint({n})  # 1\n```\n\n" for n in range(20)
    )
    (docs / "slow.md").write_text(slow, encoding="utf-8")
    # What runs in the background of a shell has interrupts ignored, and passes that on.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "assistant.cli.main"]
    command += ["verify", "slow.md", "--jobs", "4"]
    root = Path(__file__).parent.parent
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        command, cwd=docs, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr
        assert "Running snippets" in _first_line(process)
        time.sleep(2)
        before = _descendants(process.pid)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        took = time.monotonic() - began
    assert process.returncode == 130
    assert "torchproof: stopped" in err
    assert "Traceback" not in err
    assert took < 8, "the snippets had 9 seconds and more to go"
    assert not [pid for pid in before if _alive(pid)]


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    return process.stderr.readline()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
