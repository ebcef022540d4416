"""The command line as other programs and people meet it: shapes, exit statuses, one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from assistant.cli.main import COMMANDS, OTHERS, cli, main

PAGES = Path(__file__).parent / "data" / "pages"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in this process: status, stdout, stderr."""

    def go(*arguments: str | Path, stdin: str = "") -> tuple[int, str, str]:
        with _file(stdin) as source:
            monkeypatch.setattr("sys.stdin", _Text(source))
            status = main([str(a) for a in arguments])
        out = capfd.readouterr()
        return status, out.out, out.err

    return go


class _Text:
    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer

    def isatty(self) -> bool:
        return False


def _file(text: str) -> Any:
    import tempfile

    held = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
    held.write(text.encode())
    held.seek(0)
    return held


# --- shapes ---------------------------------------------------------------------------------------


def test_search_has_the_agreed_shape(run: Run, small_index: Path) -> None:
    status, out, _ = run("search", "view or reshape?", "-k", "2", "--json", "--index", small_index)
    found = json.loads(out)
    assert status == 0
    assert set(found) == {"query", "contextualised", "answerable", "confidence", "hits"}
    assert len(found["hits"]) == 2
    hit = found["hits"][0]
    assert set(hit) == {
        "rank", "score", "document", "path", "entry", "number", "question", "heading_path",
        "start", "end", "text",
    }  # fmt: skip
    assert (hit["rank"], hit["document"], hit["number"]) == (1, "tensors.md", 1)


@pytest.mark.usefixtures("lent_sandbox")
def test_ask_has_the_agreed_shape(run: Run, small_index: Path) -> None:
    status, out, _ = run(
        "ask", "what does dropout do in eval mode?", "--json", "--index", small_index
    )
    answer = json.loads(out)
    assert status == 0
    assert set(answer) == {
        "question", "contextualised", "answer", "answerable", "confidence", "citations",
        "snippets", "torch", "timings",
    }  # fmt: skip
    assert set(answer["timings"]) == {"search_ms", "write_ms", "verify_ms", "total_ms"}
    text = Path(answer["citations"][0]["path"]).read_text(encoding="utf-8")
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    (snippet,) = answer["snippets"]
    assert set(snippet) == {
        "document", "start", "end", "line", "code", "restored", "status", "error", "stdout",
        "seconds", "claims",
    }  # fmt: skip
    for claim in snippet["claims"]:
        assert set(claim) == {
            "line", "source_line", "text", "kind", "state", "claimed", "observed", "note",
        }  # fmt: skip
        assert claim["source_line"] in text
        assert claim["state"] in {"confirmed", "refuted", "unverifiable", "not_run"}


def test_run_has_the_agreed_shape(run: Run) -> None:
    status, out, _ = run("run", "-", "--json", stdin="print(6 * 7)\nraise ValueError('no')\n")
    result = json.loads(out)
    assert status == 1
    assert set(result) == {"status", "reason", "stdout", "stderr", "error", "seconds", "tier"}
    assert result["stdout"] == "42\n"
    assert (result["error"]["type"], result["error"]["line"]) == ("ValueError", 2)


def test_inspect_has_the_agreed_shape(run: Run) -> None:
    status, out, _ = run("inspect", PAGES, "--json")
    (document,) = json.loads(out)["documents"]
    text = (PAGES / "tensors.md").read_text(encoding="utf-8")
    assert status == 0
    assert set(document) == {"path", "media_type", "entries", "cut"}
    assert [e["number"] for e in document["entries"]] == [1, 2, 3, 4]
    for entry in document["entries"]:
        assert set(entry) == {
            "id", "number", "question", "start", "end", "sections", "snippets", "twins",
        }  # fmt: skip
        assert text[entry["start"] : entry["end"]].strip()
        for snippet in entry["snippets"]:
            assert set(snippet) == {"start", "end", "code", "restored", "parses"}
            assert text[snippet["start"] : snippet["end"]].strip() == snippet["code"].strip()
            assert (snippet["restored"], snippet["parses"]) == (False, True)


@pytest.mark.usefixtures("lent_sandbox")
def test_verify_finds_the_false_claim_and_exits_with_1(run: Run) -> None:
    status, out, _ = run("verify", PAGES, "--json")
    report = json.loads(out)
    assert status == 1
    assert set(report) == {"torch", "python", "device", "files", "summary"}
    assert set(report["summary"]) == {
        "snippets", "ok", "error", "needs_context", "not_run", "claims", "confirmed", "refuted",
        "unverifiable", "not_run_claims",
    }  # fmt: skip
    assert (report["summary"]["snippets"], report["summary"]["refuted"]) == (4, 1)
    (refuted,) = [
        claim
        for file in report["files"]
        for snippet in file["snippets"]
        for claim in snippet["claims"]
        if claim["state"] == "refuted"
    ]
    assert refuted["source_line"] == "print(w.grad)  # tensor(6.)"
    assert refuted["observed"] == "tensor(12.)"


@pytest.mark.usefixtures("lent_sandbox")
def test_doctor_names_what_works(run: Run) -> None:
    status, out, _ = run("doctor", "--json")
    findings = {f["name"]: f for f in json.loads(out)["findings"]}
    assert {"python", "torch", "embedder", "data", "index", "sandbox"} <= set(findings)
    assert findings["embedder"]["state"] == "ok"
    assert "none yet" in findings["index"]["says"]
    assert (status == 2) == any(f["state"] == "bad" for f in findings.values())


# --- batches --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_batch_keeps_order_and_ids_and_survives_bad_lines(
    run: Run, small_index: Path, command: str
) -> None:
    lines = [
        '{"id": "a", "query": "view or reshape?"}',
        "not json",
        '{"id": 7, "query": ""}',
        '{"id": "b", "query": "show me the code", "history": [{"role": "user", "content": "dropout '
        'in evaluation mode"}, {"role": "assistant", "content": "It does nothing."}]}',
        "",
        '{"id": "c"}',
        '{"id": "d", "query": "dropout", "history": [{"role": "robot", "content": "x"}]}',
        "[1]",
    ]
    options = ["--no-run"] if command == "ask" else []
    status, out, _ = run(command, "-", *options, "--index", small_index, stdin="\n".join(lines))
    results = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [r.get("id") for r in results] == ["a", None, 7, "b", "c", "d", None]
    assert ["error" in r for r in results] == [False, True, True, False, True, True, True]
    assert "dropout" in results[3]["contextualised"]


def test_a_batch_answers_each_line_before_the_next_is_sent(small_index: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli.main", "search", "-", "--index", str(small_index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for query in ("dropout", "view"):
            process.stdin.write(json.dumps({"id": query, "query": query}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == query
        process.stdin.close()
        assert process.wait(30) == 0


# --- bad input ------------------------------------------------------------------------------------


BAD = {
    "missing file": ["index", "nowhere.md"],
    "unreadable bytes": ["index", "--only", "noise.md"],
    "directory without documents": ["index", "--only", "empty"],
    "empty question": ["ask", "  "],
    "long question": ["search", "why " * 50_000],
    "damaged index": ["search", "view", "--index", "damaged"],
    "index in a file": ["index", "--index", "a-file/index"],
    "missing history": ["ask", "view", "--history", "none.json"],
    "history that is none": ["ask", "view", "--history", "history.json"],
    "code that is missing": ["run", "nothing.py"],
    "code that is no text": ["run", "noise.md"],
    "documents to inspect missing": ["inspect", "nowhere/"],
    "documents to verify missing": ["verify", "nowhere.py"],
    "model without provider": ["ask", "view", "--model", "gpt"],
    "provider not installed": ["ask", "view", "--model", "anthropic:claude"],
}


@pytest.fixture
def bad_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "empty").mkdir()
    (tmp_path / "noise.md").write_bytes(bytes((n * n * 31 + 7 * n) % 256 for n in range(3000)))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "manifest.json").write_text("{")
    (tmp_path / "a-file").write_text("x")
    (tmp_path / "history.json").write_text('{"role": "user"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", BAD)
@pytest.mark.usefixtures("bad_place")
def test_bad_input_is_one_clear_line_and_status_2(run: Run, small_index: Path, case: str) -> None:
    arguments = list(BAD[case])
    if arguments[0] in ("ask", "search") and "--index" not in arguments:
        arguments += ["--index", str(small_index)]
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    complaint = [line for line in err.splitlines() if line.startswith("torchproof: ")]
    assert len(complaint) == 1
    assert "Traceback" not in err
    assert "—" in complaint[0], "the line says what to do"


def test_a_port_in_use_is_one_clear_line(run: Run) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = run("chat", "--port", str(port))
    assert status == 2
    assert str(port) in err
    assert "--port" in err


def test_no_write_permission_is_one_clear_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    make = Path.mkdir

    def as_for_an_ordinary_user(path: Path, *args: Any, **kwargs: Any) -> None:
        if locked in path.parents:  # the suite may run as root, who may write anywhere
            raise PermissionError(13, "Permission denied", str(path))
        make(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", as_for_an_ordinary_user)
    status, out, err = run("index", "--index", locked / "index")
    assert (status, out) == (2, "")
    assert "Permission denied" in err
    assert "--index" in err
    assert "Traceback" not in err


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*COMMANDS, *OTHERS])
def test_every_command_explains_itself_with_examples(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert "Examples:" in result.output or name == "eval"


def test_the_overview_lists_every_command_with_its_line() -> None:
    text = cli.get_help(click.Context(cli, info_name="torchproof"))
    for name, (_, line) in COMMANDS.items():
        assert name in text
        assert line in text


def test_an_unknown_command_is_status_2(run: Run) -> None:
    status, _, err = run("explain")
    assert status == 2
    assert "No such command 'explain'" in err
