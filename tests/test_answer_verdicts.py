"""What was refuted is never told as true: in code, prose, lists and tables, nor between pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.answer.chat_writer import ChatWriter
from assistant.answer.correct import correct
from assistant.answer.mentions import mentions
from assistant.answer.pipeline import Assistant, Finished, Wrote
from assistant.answer.writers import ExtractiveWriter
from assistant.types import Claim, ClaimKind, SnippetReport, State, Verdict
from assistant.verify.verifier import Verifier
from corpus.types import Snippet, Span

GRADIENTS = """\
# What does a second call of backward leave in grad?

The second call adds to what is there, so `w.grad` becomes **24** in the end.

- After both calls w.grad holds 24.0 as well, written as a float.
- The seed 24 of another experiment has nothing to do with it.

```python
import torch

w = torch.tensor(4.0, requires_grad=True)
for _ in range(2):
    (w ** 3).backward()
print(w.grad)  # tensor(24.)
```

# Which layers normalise a batch of images?

`nn.BatchNorm2d` normalises each channel over the batch. Its momentum defaults to 0.9.

| Layer | Normalises over |
|---|---|
| nn.BatchNorm2d | the batch |
| nn.BatchNormal2d | nothing at all |
"""

LAYERS = """\
# Which layer normalises images over a batch?

Take `nn.BatchNorm2d`, which normalises each channel of the images over the batch. The momentum of
`nn.BatchNorm2d` defaults to 0.1.

# What is left in grad when backward is called a second time?

Calling it twice leaves the sum of both in grad.

```python
import torch

w = torch.tensor(4.0, requires_grad=True)
(w ** 3).backward()
(w ** 3).backward()
print(w.grad)  # tensor(96.)
```
"""


@pytest.fixture(scope="module")
def disagreeing(tmp_path_factory, embedder, sandbox):
    from index.build import Request, build
    from index.search import Searcher

    pages = tmp_path_factory.mktemp("pages")
    (pages / "gradients.md").write_text(GRADIENTS, encoding="utf-8")
    (pages / "layers.md").write_text(LAYERS, encoding="utf-8")
    index = tmp_path_factory.mktemp("index")
    build(index, Request((str(pages),), only=True, device="cpu"))
    return Assistant(Searcher.open(index, embedder), ExtractiveWriter(), Verifier(sandbox))


def test_prose_that_repeats_a_false_comment_is_corrected_in_place(disagreeing) -> None:
    events = list(disagreeing.stream("What does a second call of backward leave in grad?"))
    last = events[-1]
    assert isinstance(last, Finished)
    text = last.answer.text
    told = "(✗ the page says 24; running it gives tensor(96.))"
    assert f"`w.grad` becomes **24** {told}" in text
    assert "another experiment" not in text or "seed 24 of another" in text
    assert "# tensor(24.)  # ✗ REFUTED: running it gives tensor(96.)" in text
    shown = "".join(event.piece for event in events if isinstance(event, Wrote))
    assert "in the end.” — ✗ the page says 24; running it gives tensor(96.)" in shown


def test_the_executed_document_wins_over_the_other(disagreeing) -> None:
    text = disagreeing.ask("What does a second call of backward leave in grad?").text
    assert "gradients.md says “tensor(24.)” and layers.md says “tensor(96.)”" in text
    assert "so layers.md is right" in text


def test_defaults_and_names_are_put_right_before_anything_is_written(disagreeing) -> None:
    question = "Which layers normalise a batch of images?"
    first = next(e for e in disagreeing.stream(question) if isinstance(e, Wrote))
    text = disagreeing.ask(question).text
    wrong = "momentum defaults to 0.9 (✗ not so: the installed torch has momentum=0.1)"
    assert wrong in first.piece or wrong in text
    assert "defaults to 0.9." not in text
    if "nn.BatchNormal2d" in text:
        assert "nn.BatchNormal2d (✗ torch.nn.BatchNormal2d does not exist" in text
    assert "layers.md is right" in text
    assert "momentum=0.1" in text.partition("documents disagree")[2]


def test_without_running_nothing_is_judged(disagreeing) -> None:
    text = disagreeing.ask("Which layers normalise a batch of images?", run=False).text
    assert "✗" not in text


def test_a_models_own_words_are_held_against_the_run(disagreeing) -> None:
    said = (
        "Two calls leave `tensor(24.)` in `w.grad` [1]. Avoid `nn.MAELoss`; it is no loss.\n\n"
        "```python\nprint(w.grad)  # tensor(24.)\n```\n"
    )
    model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
    spoken = Assistant(disagreeing.searcher, ChatWriter(model, "fake:one"), disagreeing.verifier)
    text = spoken.ask("What does a second call of backward leave in grad?").text
    assert "`tensor(24.)` (✗ the page says tensor(24.); running it gives tensor(96.))" in text
    assert "`nn.MAELoss` (✗ torch.nn.MAELoss does not exist" in text
    assert "print(w.grad)  # tensor(24.)  # ✗ REFUTED: running it gives tensor(96.)" in text


# --- mentions -------------------------------------------------------------------------------------


def report(*claims: tuple[str, str, State], code: str = "", kind: ClaimKind = "value"):
    """A report on `total = sum(prices)  # CLAIM` lines, one a claim: text, observed, state."""
    code = code or "".join(f"print(total)  # {text}\n" for text, _, _ in claims)
    verdicts = tuple(
        Verdict(Claim(Span(0, 1), n, text, kind), state, text, seen)
        for n, (text, seen, state) in enumerate(claims, start=1)
    )
    snippet = Snippet("p/1/1", "p/1", Span(0, len(code)), code)
    return SnippetReport("p.md", snippet, 1, "ok", None, "", 0.0, verdicts)


ONE = report(("24", "96", "refuted"))


@pytest.mark.parametrize(
    "prose",
    [
        "The total is 24.",
        "The total is **24**.",
        "- the `total` comes to `24`",
        "| total | 24 |",
        "The total is 24.0 here",
        "So total is twenty: no, 24, of course.",
        "total = tensor(24.)",
    ],
)
def test_a_value_is_recognised_however_it_is_written(prose: str) -> None:
    assert len(list(mentions(prose, [ONE]))) == 1


@pytest.mark.parametrize(
    "prose",
    [
        "There are 24 hours in a day.",
        "The total is 240, or 0.24, or 24th.",
        "The total is 96 and not 24.",
        "Version 2.4 prints the total.",
        "See page [24] for the total of `x24`.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(prose: str) -> None:
    assert not list(mentions(prose, [ONE]))


def test_a_shape_is_recognised_by_its_sizes() -> None:
    code = "print(weights.shape)  # (3, 5)\n"
    wrong = report(("(3, 5)", "torch.Size([5, 3])", "refuted"), code=code, kind="shape")
    for prose in ("weights is 3×5", "weights: torch.Size([3, 5])", "`weights` has shape [3,5]"):
        assert len(list(mentions(prose, [wrong]))) == 1
    assert not list(mentions("weights is (5, 3)", [wrong]))


def test_a_value_that_holds_elsewhere_is_not_called_false() -> None:
    both = report(("6", "6", "confirmed"), ("6", "12", "refuted"))
    text = correct("The total is 6.", [both])
    assert text == "The total is 6 (✗ on line 2 of the code, running it gives 12, not 6)."


def test_remarks_break_neither_tables_nor_code() -> None:
    table = "| name | value |\n|---|---|\n| `total` | `24` |\n"
    assert "| `24` (✗ the page says 24; running it gives 96) |" in correct(table, [ONE])
    odd = report(("24", "a|b", "refuted"))
    assert "running it gives a\\|b) |" in correct(table, [odd])


def test_prose_that_cites_another_page_is_not_held_against_this_one() -> None:
    text = "The total is 24. [1]\n\nThe total is 24. [2]"
    fixed = correct(text, [ONE], {"1": "p/1", "2": "q/1"})
    assert fixed.count("✗") == 1
    assert fixed.endswith("The total is 24. [2]")


def test_output_shown_by_itself_is_marked() -> None:
    wrong = report(("step 3", "step 2", "refuted"), code="print('step', i)\n", kind="output")
    text = correct("It prints\n\n```text\nstep 1\nstep 3\n```\n", [wrong])
    assert "step 3  ← ✗ REFUTED: running it gives step 2" in text


def test_a_line_quoted_from_a_snippet_says_which_one_is_meant() -> None:
    both = report(("6", "6", "confirmed"), ("6", "12", "refuted"))
    text = correct("```python\nx = 1\nprint(total)  # 6\n```", [both])
    assert "print(total)  # 6  # ✗ REFUTED (line 2 of the snippet): running it gives 12" in text


def test_correcting_twice_changes_nothing(tmp_path: Path) -> None:  # noqa: ARG001
    once = correct("```python\nprint(total)  # 24\n```", [ONE])
    assert correct(once, [ONE]) == once


@pytest.mark.usefixtures("lent_sandbox")
def test_what_verify_refuted_before_ranks_lower_in_later_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.cli.main import main
    from assistant.runtime import Runtime

    monkeypatch.setenv("TORCHPROOF_HOME", str(tmp_path / "home"))
    page = tmp_path / "page.md"
    page.write_text(GRADIENTS, encoding="utf-8")
    assert main(["index", "--only", str(page)]) == 0
    with Runtime() as runtime:
        assert runtime.searcher.refuted == set()
    assert main(["verify", str(page)]) == 1
    with Runtime() as runtime:
        questions = {runtime.searcher.entries[i].question for i in runtime.searcher.refuted}
    assert questions == {"What does a second call of backward leave in grad?"}
