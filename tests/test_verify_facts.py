"""The library's own names and defaults, context that a page lacks, properties, the kept reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.sandbox.service import SandboxService
from assistant.verify import causes, facts, names
from assistant.verify.cache import ReportCache
from assistant.verify.fix import fix
from assistant.verify.formats import as_github, as_junit, as_sarif, as_text
from assistant.verify.report import files_json
from assistant.verify.verifier import Verifier
from assistant.verify.whatif import what_if
from corpus.errors import EnvironmentFault, InputError
from corpus.types import Document, Snippet, Span


@pytest.fixture(scope="module")
def verifier(sandbox):
    return Verifier(sandbox)


def test_missing_names_and_keywords_are_refuted_with_what_was_meant(sandbox) -> None:
    code = (
        "import torch\nfrom torch import nn, optim\nloss = nn.MAELoss()\n"
        "s = optim.lr_scheduler.ReduceLROnPlateau(o, verbose=True)\n"
        "l = nn.Linear(2, 2, bias=True)\n"
    )
    found = {one.text: one for one in facts.of_code(names.Library(sandbox), code)}
    assert set(found) == {"nn.MAELoss", "optim.lr_scheduler.ReduceLROnPlateau(verbose=…)"}
    assert "torch.nn.L1Loss" in found["nn.MAELoss"].judgement.observed


@pytest.mark.parametrize(
    ("line", "states"),
    [
        ("s = optim.lr_scheduler.StepLR(o, 2)  # gamma is 0.1 unless given", ["confirmed"]),
        ("s = optim.lr_scheduler.StepLR(o, 2)  # gamma is 0.5 by default", ["refuted"]),
        ("a = optim.Adam(p, lr=0.1)  # by default of SGD: lr=1e-3", []),
        ("d = nn.Dropout(0.2)  # by default we take p=0.2 in our nets", []),
    ],
)
def test_a_remark_beside_a_call_may_state_its_defaults(sandbox, line, states) -> None:
    found = facts.of_code(names.Library(sandbox), f"from torch import nn, optim\n{line}\n")
    assert [one.judgement.state for one in found if one.kind == "property"] == states


def test_properties_and_maps(verifier) -> None:
    code = """\
import torch
from torch import nn
import numpy as np
a = np.zeros(3)
b = torch.from_numpy(a)   # shares memory
c = torch.tensor(a)       # shares memory
p = torch.rand(2, 3).softmax(1)  # rows sum to 1
fc = nn.Linear(8, 4)      # (batch, 8) → (batch, 4)
fd = nn.Linear(8, 4)      # (batch, 9) → (batch, 4)
"""
    report = verifier.verify_code(code)
    states = {one.claim.line: one.state for one in report.verdicts}
    assert states == {
        5: "confirmed", 6: "refuted", 7: "confirmed", 8: "confirmed", 9: "refuted",
    }  # fmt: skip


def test_a_stand_in_carries_the_rest_and_is_never_accused(verifier) -> None:
    code = """\
import torch
from torch import nn
model = nn.Linear(6, 3)
for inputs, targets in train_loader:
    print(inputs.shape)     # torch.Size([64, 6])
    out = model(inputs)     # (B, 3)
"""
    report = verifier.verify_code(code)
    states = {one.claim.line: one.state for one in report.verdicts}
    assert report.status == "needs_context"
    assert states == {5: "unverifiable", 6: "confirmed"}
    assert "stand-in" in report.verdicts[-1].note


def test_what_no_stand_in_has_reached_is_judged(verifier) -> None:
    code = """\
import torch
from torch import nn
model = nn.Linear(1, 1)
nn.init.zeros_(model.weight)
print(model.weight.sum().item())   # 0.0
print(model.weight.numel())        # 2
val = nn.MSELoss()(model(X_val), y_val)
print(val > 9)                     # tensor(True)
print(model.weight.sum().item())   # 5.0
"""
    states = {one.claim.line: one.state for one in verifier.verify_code(code).verdicts}
    assert states == {5: "confirmed", 6: "refuted", 8: "unverifiable", 9: "unverifiable"}


def test_a_name_that_the_page_itself_says_is_missing_is_no_claim(verifier) -> None:
    code = """\
import torch
torch.nothing  # AttributeError, there never was such a name
torch.randn(2, seed=3)  # TypeError
torch.nn.init.xavier(w)  # deprecated since 0.4
torch.nought
"""
    verdicts = verifier.verify_code(code).verdicts
    assert [one.claim.line for one in verdicts if one.claim.kind == "exists"] == [5]


def test_earlier_snippets_of_the_page_are_run_before(verifier) -> None:
    text = "x = 2\nprint(x + 1)  # 3\n"
    first = Snippet("p/1/1", "p/1", Span(0, 6), "x = 2\n")
    second = Snippet("p/1/2", "p/1", Span(6, len(text)), text[6:])
    document = Document("p", "/tmp/p.md", "p", "text/markdown", text, "")
    report = verifier.verify(second, document=document, context=[first])
    assert report.status == "ok"
    assert [one.state for one in report.verdicts] == ["confirmed"]


def test_names_rebound_from_themselves_are_missing() -> None:
    assert causes.missing_names("model = wrap(model)\n") == {"model", "wrap"}
    assert causes.missing_names("x = 1\nx = f(x)\ndef f(x): return x\n") == set()


def test_reports_are_kept_until_the_version_changes(sandbox, tmp_path: Path) -> None:
    code = "print(1 + 1)  # 3\n"
    store = tmp_path / "deep" / "reports.sqlite"
    kept = ReportCache(store, version="one")
    first = Verifier(sandbox, cache=kept).verify_code(code)

    shut = SandboxService()
    shut.close()
    assert Verifier(shut, cache=kept).verify_code(code) == first
    kept.close()
    other = ReportCache(store, version="two")
    again = Verifier(sandbox, cache=other).verify_code(code)
    assert again.verdicts[0].state == "refuted"
    other.close()


def test_of_equally_good_readings_the_one_that_runs_is_judged(sandbox, tmp_path: Path) -> None:
    text = "for i in ():\n    x = i\nprint(x)\nprint(1 + 1)  # 2\n"
    runs = text.replace("\nprint(x)", "\n    print(x)")
    page = Document("p", "p", "p", "text/plain", text, "")
    snippet = Snippet("p/1", "p", Span(0, len(text)), text, True, alternatives=(runs,))
    kept = ReportCache(tmp_path / "v.sqlite")
    first = Verifier(sandbox, cache=kept).verify(snippet, document=page)
    assert (first.status, first.snippet.code) == ("ok", runs)
    assert "chose the reading that runs" in first.snippet.restoration_notes
    assert Verifier(sandbox, cache=kept).verify(snippet, document=page) == first


def test_a_store_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    wrong = tmp_path / "reports.sqlite"
    wrong.write_text("not a database, and long enough to be taken for none" * 30)
    with pytest.raises(EnvironmentFault, match="store"):
        ReportCache(wrong)


def test_formats_name_the_line_what_is_claimed_and_what_was_seen(verifier) -> None:
    report = verifier.verify_code("x = 1\nprint(x + 1)  # 3\n", name="docs/a.py")
    files = {"docs/a.py": [report]}
    text = as_text(files)
    assert "docs/a.py:2:17: refuted (value)" in text
    assert "claimed   3" in text
    assert "observed  2" in text
    assert as_github(files).startswith("::error file=docs/a.py,line=2,col=17,")
    assert 'failures="1"' in as_junit(files)
    assert '"startLine": 2' in as_sarif(files, version="0")
    summary = files_json(files, torch="2", python="3", device="cpu")["summary"]
    assert summary["refuted"] == 1


def test_fixing_rewrites_the_value_alone(verifier) -> None:
    text = "x = 1\nprint(x + 1)  # 3 — the sum\nprint(x)  # 1\n"
    report = verifier.verify_code(text, name="a.py")
    fixed = fix("a.py", text, [report])
    assert fixed.text == text.replace("# 3", "# 2")
    assert fixed.changed == 1
    assert "-print(x + 1)  # 3 — the sum" in fixed.diff
    assert fix("a.html", text, [report]).changed == 0


def test_what_if_says_which_verdicts_flip(verifier) -> None:
    before = verifier.verify_code("x = 2\nprint(x * 3)  # 6\n")
    after = what_if(verifier, before, {1: "x = 3"})
    assert after.flipped == ((2, "6", "confirmed", "refuted"),)
    with pytest.raises(InputError, match="no line 9"):
        what_if(verifier, before, {9: "x = 3"})


def test_a_word_that_is_printed_says_nothing_of_its_length(verifier) -> None:
    report = verifier.verify_code('print([] or "empty")         # empty')
    assert "refuted" not in [one.state for one in report.verdicts]
