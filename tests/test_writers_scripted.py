"""Chat models on real servers that follow a script: neither truth nor the answer is ever lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import model_report
from assistant.answer.chat_writer import ChatWriter
from assistant.answer.pipeline import Finished, Judged, Wrote
from assistant.doctor import _models
from assistant.types import Turn
from eval.writer_cases import SHAPE, TWICE
from eval.writer_server import Say
from eval.writers import KEY, Trial, WriterFigures, measured, trial

GOOD = "Each call of `backward` adds to the grad of the leaves [1]."


@pytest.fixture(scope="module")
def trying(embedder) -> Iterator[Trial]:
    with trial(embedder) as made:
        yield made


@pytest.fixture(scope="module")
def figures(trying: Trial) -> WriterFigures:
    return measured(trying)


def test_no_scripted_lie_is_shown_uncorrected(figures: WriterFigures) -> None:
    assert figures.lies >= 20
    assert figures.uncorrected == ()
    assert figures.dangling == ()


def test_every_scripted_failure_ends_in_an_answer(figures: WriterFigures) -> None:
    assert figures.failures >= 20
    assert figures.unanswered == ()


def test_the_key_is_found_nowhere(figures: WriterFigures) -> None:
    assert figures.keys == ()


def test_what_is_true_is_let_through_with_its_marker(trying: Trial) -> None:
    trying.server.play(Say(GOOD))
    answer, states = trying.asked(TWICE, trying.settings("openai"))
    assert answer.text == GOOD
    assert [citation.marker for citation in answer.citations] == ["1"]
    assert len(states) > 5
    assert all(answer.text.startswith(state.strip()) for state in states)


def test_what_is_shown_is_the_answer_letter_for_letter(trying: Trial) -> None:
    trying.server.play(Say("Calling it twice, the gradient is 24 [4] in the end. It was magic."))
    answer, states = trying.asked(TWICE, trying.settings("openai"))
    assert states[-1].strip() == answer.text


def test_words_are_shown_before_the_reply_is_whole(trying: Trial) -> None:
    trying.server.play(Say(GOOD, pause=0.05))
    trying.use(trying.settings("openai"))
    sent_before_first = None
    for event in trying.assistant.stream(TWICE):
        if isinstance(event, Wrote) and sent_before_first is None:
            sent_before_first = len(trying.server.sent)
    assert sent_before_first is not None
    assert sent_before_first <= len(trying.server.sent) - 4


def test_the_prompt_has_verdicts_numbered_passages_and_the_rules(trying: Trial) -> None:
    trying.server.play(Say(GOOD))
    trying.asked(TWICE, trying.settings("openai"))
    told = trying.server.heard[0].prompt
    assert "“tensor(24.)” is REFUTED; running it gives tensor(96.)" in told
    assert re.search(r"\[1\] Each call of `backward` adds", told)
    assert "do not change these rules" in told
    assert f"Question: {TWICE}" in told


def test_a_supported_sentence_without_a_marker_gets_one(trying: Trial) -> None:
    trying.server.play(Say("Each call of backward adds to the grad of the leaves."))
    answer, _ = trying.asked(TWICE, trying.settings("openai"))
    assert answer.text == "Each call of backward adds to the grad of the leaves [1]."


def test_the_opposite_of_a_source_is_told_beside_it(trying: Trial) -> None:
    trying.server.play(Say("Transposing a tensor swaps its strides and never copies nothing. Yes."))
    trying.server.play(Say("`nn.Linear` does not change the last dimension of its input [1]."))
    answer, _ = trying.asked(SHAPE, trying.settings("openai"))
    assert "(✗ the source says: “`nn.Linear` changes the last dimension" in answer.text


def test_a_model_that_declines_is_believed(trying: Trial) -> None:
    trying.server.play(Say("The indexed documents do not answer this."))
    answer, _ = trying.asked(TWICE, trying.settings("openai"))
    assert not answer.answerable
    assert not answer.citations
    assert "The nearest questions they do answer" in answer.text


def test_links_and_pictures_of_a_models_own_are_taken_out(trying: Trial) -> None:
    said = GOOD[:-5] + " ![pixel](http://127.0.0.1/p?q=secret) [more](http://127.0.0.1/m)."
    trying.server.play(Say(said))
    answer, _ = trying.asked(TWICE, trying.settings("openai"))
    assert "http" not in answer.text


@pytest.mark.parametrize("protocol", ["openai", "ollama"])
def test_tools_look_up_and_run_and_the_answer_rests_on_them(trying: Trial, protocol: str) -> None:
    code = "import torch\nprint(torch.ones(2, 3).sum())  # tensor(6.)\n"
    trying.server.play(
        Say(calls=(("search", json.dumps({"query": "Is a transposed tensor contiguous?"})),)),
        Say(calls=(("verify_snippet", json.dumps({"code": code})),)),
        Say("Each call adds to the grad [1]. The sum is 6:\n\n```python\n" + code + "```\n"),
    )
    answer, _ = trying.asked(TWICE, trying.settings(protocol))
    asked = trying.server.heard
    assert [tool["function"]["name"] for tool in asked[0].body["tools"]] == [
        "search",
        "verify_snippet",
    ]
    assert "status: ok" in asked[2].prompt
    assert "is confirmed by running it" in asked[2].prompt
    assert "print(torch.ones(2, 3).sum())  # tensor(6.)\n" in answer.text
    assert any(report.snippet.code == code for report in answer.snippets)


def test_rounds_of_tools_are_bounded_and_odd_calls_are_told_so(trying: Trial) -> None:
    calls = (("search", "{broken"), ("shell", '{"cmd": "ls"}'), ("verify_snippet", "{}"))
    trying.server.play(Say(calls=calls), Say(calls=calls), Say(GOOD))
    answer, _ = trying.asked(TWICE, replace(trying.settings("openai"), rounds=2))
    assert answer.text == GOOD
    assert "tools" not in trying.server.heard[2].body
    assert "no such call" in trying.server.heard[1].prompt


def test_a_server_that_cannot_call_tools_is_asked_without(trying: Trial) -> None:
    trying.server.play(Say(GOOD, only_without_tools=True))
    answer, _ = trying.asked(TWICE, trying.settings("openai"))
    assert answer.text == GOOD
    assert [bool(heard.body.get("tools")) for heard in trying.server.heard] == [True, False]


def test_a_prompt_that_is_too_long_is_cut_and_asked_again(trying: Trial) -> None:
    trying.server.play(Say(GOOD, most=1_800))
    settings = replace(trying.settings("openai"), window=1_400)
    answer, _ = trying.asked(TWICE, settings)
    sizes = [len(heard.prompt) for heard in trying.server.heard]
    assert answer.text == GOOD
    assert len(sizes) > 1
    assert sizes[-1] < sizes[0]


def test_a_follow_up_is_understood_with_the_model_and_checked(trying: Trial) -> None:
    history = [Turn("user", TWICE), Turn("assistant", "It adds up. [1]")]
    writer = ChatWriter.opened(trying.settings("openai"))
    trying.assistant.writer = writer
    rewritten = "What is left in grad when backward is called twice, and why?"
    trying.server.play(Say(rewritten), Say(GOOD))
    assert trying.assistant.ask("and why?", history, run=False).contextualised == rewritten
    trying.server.play(Say("How does Keras reset gradients?"), Say(GOOD))
    kept = trying.assistant.ask("and why?", history, run=False).contextualised
    assert "Keras" not in kept
    assert "backward" in kept
    trying.server.play(Say(status=500))
    assert "backward" in trying.assistant.ask("and why?", history, run=False).contextualised


def test_without_running_nothing_is_run_and_markers_are_still_checked(trying: Trial) -> None:
    trying.server.play(Say("Each call adds to the grad of the leaves [1] [44]."))
    trying.assistant.writer = ChatWriter.opened(trying.settings("openai"))
    events = list(trying.assistant.stream(TWICE, run=False))
    assert not any(isinstance(event, Judged) for event in events)
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.text == "Each call adds to the grad of the leaves [1]."


# --- settings and the command line ----------------------------------------------------------------


def test_a_model_is_tried_and_reported(trying: Trial) -> None:
    trying.server.play(Say("I am ready"))
    report = model_report.test_model("openai:scripted", trying.server.openai)
    assert (report.state, report.streams, report.tools) == ("ok", True, True)
    trying.server.play(Say("ready now", only_without_tools=True))
    assert model_report.test_model("ollama:scripted", trying.server.address).tools is False
    trying.server.play(Say("Incorrect API key", status=401, echo=True))
    bad = model_report.test_model("openai:scripted", trying.server.openai)
    assert bad.state == "bad"
    assert "does not accept the key" in bad.says
    assert KEY not in repr(bad)
    assert model_report.test_model("none").state == "none"
    assert model_report.test_model("gpt").state == "bad"


def test_doctor_says_what_model_is_configured_and_reaches_it(
    trying: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHPROOF_MODEL", "openai:scripted")
    monkeypatch.setenv("TORCHPROOF_MODEL_URL", trying.server.openai)
    trying.server.play(Say("I am ready"))
    first = next(iter(_models()))
    assert (first.name, first.state) == ("chat model", "ok")
    assert trying.server.address in first.says
    monkeypatch.setenv("TORCHPROOF_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("TORCHPROOF_MODEL_TIMEOUT", "0.5")
    assert next(iter(_models())).state == "bad"


def test_the_command_line_answers_by_a_model_and_keeps_the_key(
    trying: Trial, small_index: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from assistant.cli.main import main

    trying.server.play(Say("Incorrect API key provided:", status=401, echo=True))
    options = ("--model", "openai:scripted", "--base-url", trying.server.openai)
    question = "How does view differ from reshape?"
    status = main(["ask", *options, "--no-run", "--json", "--index", str(small_index), question])
    out, err = capfd.readouterr()
    assert status == 0
    assert "does not accept the key" in json.loads(out)["answer"]
    assert "needs a contiguous tensor" in json.loads(out)["answer"]
    assert KEY not in out + err
    assert main(["ask", "--model", "openai:x", "--base-url", "nowhere", question]) == 2
    assert "--base-url: not the address of a server" in capfd.readouterr().err
