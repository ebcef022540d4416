"""The forms of a report that other tools read, and what a reader sees."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assistant.types import Claim, ClaimKind, Failure, SnippetReport, State
from assistant.verify.cache import ReportCache
from assistant.verify.flips import NOTHING, compare
from assistant.verify.formats import RULES, as_github, as_junit, as_sarif, as_text
from assistant.verify.report import PlacedVerdict
from corpus.types import Snippet, Span

PAGE = 'Sums.\n\n```python\nimport torch\n\tprint(x)  # 3, 4: "50%"\n```\n'
CLAIM = '3, 4: "50%"'


def verdict(
    state: State = "refuted", text: str = CLAIM, observed: str = "5\r\nand <6>", note: str = "",
    kind: ClaimKind = "output", page: str = PAGE, line: int = 2,
) -> PlacedVerdict:  # fmt: skip
    at = max(page.find(text), 0)
    start = page.rfind("\n", 0, at) + 1
    return PlacedVerdict(
        Claim(Span(at, at + len(text)), line, text, kind), state, text, observed, note,
        source_line=page[start:].partition("\n")[0].strip(),
        document_line=page.count("\n", 0, at) + 1, column=at - start + 1,
    )  # fmt: skip


def report(*verdicts: PlacedVerdict, code: str = "x = 1\nprint(x)\n", error: Failure | None = None):
    snippet = Snippet("p/1/1", "p/1", Span(0, len(code)), code)
    return SnippetReport("p.md", snippet, 4, "error" if error else "ok", error, "", 0.5, verdicts)


def caret(text: str) -> tuple[str, str]:
    """The line with the caret, and what stands above it."""
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if set(line.strip()) == {"^"})
    return lines[at], lines[at - 1]


def test_the_caret_stands_under_the_claim() -> None:
    marks, line = caret(as_text({"p.md": [report(verdict())]}, texts={"p.md": PAGE}))
    assert line[marks.index("^") :].startswith(CLAIM)
    assert len(marks.strip()) == len(CLAIM)


@pytest.mark.parametrize("with_text", [True, False])
def test_the_caret_is_under_the_claim_and_not_under_its_like(with_text: bool) -> None:
    page = "    print(3, 3)  # 3\n"
    at = page.rindex("3")
    wrong = PlacedVerdict(
        Claim(Span(at, at + 1), 1, "3", "value"), "refuted", "3", "3 3", "",
        source_line=page.strip(), document_line=1, column=at + 1,
    )  # fmt: skip
    texts = {"p.md": page} if with_text else None
    marks, line = caret(as_text({"p.md": [report(wrong)]}, texts=texts))
    assert marks.index("^") == line.rindex("3")


def test_carets_stay_in_place_in_long_lines_and_wide_scripts() -> None:
    page = "x = '" + "a" * 300 + "'  # 张量 is 7\n"
    found = verdict(text="7", page=page, line=1)
    marks, line = caret(as_text({"p.md": [report(found)]}, texts={"p.md": page}))
    assert len(line) < 200
    assert "张量 is 7" in line
    assert marks.index("^") == line.index("7") + 2, "two of the characters take two columns"


def test_a_document_cannot_steer_the_terminal() -> None:
    page = "print(x)  # 7\x1b[2J\n"
    found = verdict(text="7\x1b[2J", page=page, observed="\x1b]0;title\x07")
    assert "\x1b" not in as_text({"p.md": [report(found)]}, texts={"p.md": page})


def test_annotations_are_escaped_as_the_runner_reads_them() -> None:
    path = "docs/a,b:c%.md"
    out = as_github({path: [report(verdict())]})
    annotation, summary = out.splitlines()
    command, _, message = annotation.removeprefix("::error ").partition("::")
    fields = dict(field.split("=", 1) for field in command.split(","))
    assert fields["file"] == "docs/a%2Cb%3Ac%25.md"
    assert (fields["line"], fields["col"]) == ("5", "14")
    assert message == 'claimed 3, 4: "50%25", observed 5%0D%0Aand <6>'
    assert summary.startswith("1 snippet, 1 claim: 0 confirmed, 1 refuted")


def test_failing_code_is_a_warning_on_its_line() -> None:
    failed = report(error=Failure("RuntimeError", "no\nway", 2, "print(x)"))
    assert "::warning file=p.md,line=5,title=the code fails::RuntimeError: no%0Away" in as_github(
        {"p.md": [failed]}
    )


def test_junit_is_well_formed_whatever_a_claim_holds() -> None:
    odd = verdict(text='<&"\x00\x1b\ud800>', observed="]]>\x0b", note="ä 🙂")
    rest = [verdict("confirmed"), verdict("unverifiable", note="random"), verdict("not_run")]
    failed = report(error=Failure("ValueError", "<no>", 1, ""))
    out = as_junit({'a<"&>.md': [report(odd, *rest), failed], "empty.md": []})
    suites = ET.fromstring(out.encode("utf-8")).findall("testsuite")
    counted = {
        name: [suite.get(name) for suite in suites]
        for name in ("tests", "failures", "errors", "skipped")
    }
    assert suites[0].get("name") == 'a<"&>.md'
    assert counted == {
        "tests": ["6", "0"], "failures": ["1", "0"], "errors": ["1", "0"], "skipped": ["2", "0"],
    }  # fmt: skip
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        assert len(suites[0].findall(f".//{tag}")) == int(counted[name][0] or 0)


SARIF_KEYS = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "results"},
    "driver": {"name", "version", "rules"},
    "rule": {"id", "name", "shortDescription", "defaultConfiguration"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"},
}
"""What is written, all of it known to the schema of SARIF 2.1.0, which allows nothing else."""


def test_sarif_holds_what_its_schema_requires() -> None:
    files = {"docs/ä b#1.md": [report(verdict(), verdict("confirmed"))], "/abs/x.md": [
        report(verdict(kind="exists"))]}  # fmt: skip
    log = json.loads(as_sarif(files, version="1.2"))
    assert set(log) == SARIF_KEYS["log"]
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) == SARIF_KEYS["run"]
    driver = run["tool"]["driver"]
    assert set(driver) == SARIF_KEYS["driver"]
    assert [set(rule) for rule in driver["rules"]] == [SARIF_KEYS["rule"]] * len(RULES)
    assert len(run["results"]) == 2
    for result in run["results"]:
        assert set(result) == SARIF_KEYS["result"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
        assert re.fullmatch(r"[A-Za-z0-9/._~%:-]+", place["artifactLocation"]["uri"])
    first, second = (
        result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]
    )
    assert first == {"uri": "docs/%C3%A4%20b%231.md", "uriBaseId": "%SRCROOT%"}
    assert second == {"uri": "file:///abs/x.md"}


def test_a_finding_keeps_its_fingerprint_when_lines_above_it_come() -> None:
    moved = "New line.\n" + PAGE
    logs = [
        json.loads(as_sarif({"p.md": [report(verdict(page=page))]}, version="1"))
        for page in (PAGE, moved)
    ]
    one, other = (log["runs"][0]["results"][0] for log in logs)
    assert one["partialFingerprints"] == other["partialFingerprints"]
    assert one["locations"] != other["locations"]


# --- flips ----------------------------------------------------------------------------------------


def stores(path: Path) -> tuple[ReportCache, ReportCache]:
    return ReportCache(path, version="torch 2.9"), ReportCache(path, version="torch 2.10")


def test_only_what_changed_is_a_flip(tmp_path: Path) -> None:
    old, new = stores(tmp_path / "v.sqlite")
    same, turned = verdict("confirmed", "12, 4"), verdict("confirmed")
    assert compare(old, "p.md", [report(same, turned)]).version == ""
    now = verdict("refuted")
    found = compare(new, "p.md", [report(same, now)])
    (flip,) = found.flips
    assert (found.version, found.claims) == ("torch 2.9", 2)
    assert (flip.line, flip.before, flip.after) == (5, "confirmed", "refuted")
    again = compare(new, "p.md", [report(same, now)])
    assert again == found, "it is set beside the other version, not beside itself"
    old.close()
    new.close()


def test_a_name_that_is_gone_and_code_that_fails_are_flips(tmp_path: Path) -> None:
    old, new = stores(tmp_path / "v.sqlite")
    compare(old, "p.md", [report()])
    failed = report(
        verdict(text="torch.gone", observed="torch.gone does not exist", kind="exists"),
        error=Failure("AttributeError", "no gone", 2, "torch.gone()"),
    )
    flips = compare(new, "p.md", [failed]).flips
    assert [(f.before, f.after) for f in flips] == [("ok", "error"), (NOTHING, "refuted")]
    assert flips[0].observed == "AttributeError: no gone"
    back = ReportCache(tmp_path / "v.sqlite", version="torch 2.11")
    flips = compare(back, "p.md", [report()]).flips
    assert [(f.before, f.after) for f in flips] == [("error", "ok"), ("refuted", NOTHING)]
    for store in (old, new, back):
        store.close()


def test_edited_code_and_cut_short_runs_are_no_flips(tmp_path: Path) -> None:
    from dataclasses import replace

    old, new = stores(tmp_path / "v.sqlite")
    compare(old, "p.md", [report(verdict("confirmed"))])
    edited = report(verdict("refuted"), code="x = 2\nprint(x)\n")
    assert compare(new, "p.md", [edited]).flips == ()
    cut = replace(report(verdict("not_run")), status="timeout")
    assert compare(new, "p.md", [cut]).flips == ()
    old.close()
    new.close()


def test_a_store_that_breaks_later_costs_no_verdict(tmp_path: Path) -> None:
    store = ReportCache(tmp_path / "v.sqlite", version="one")
    store.put("k", report(verdict()))
    assert store.get("k") == report(verdict())
    store.close()
    assert store.get("k") is None
    store.put("k", report())
    assert compare(store, "p.md", [report()]).flips == ()
    assert "closed" in store.fault
