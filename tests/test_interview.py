"""The interview as a whole: asking, judging, hints, probes, level, keeping, report, drill."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.interview.bank import Bank
from assistant.interview.examiner import Examiner
from assistant.interview.report import as_html, as_markdown, make_report
from assistant.interview.schedule import DAY, Drill, card_keys, statements
from assistant.interview.session import AWAY, Interviewer, level_now
from assistant.interview.store import InterviewStore
from assistant.interview.terminal import DrillTerminal, Terminal
from assistant.interview.types import Interview, Plan, PointGrade, Result, RubricPoint, Turn
from assistant.runtime import Runtime
from assistant.sandbox.service import SandboxService
from corpus.errors import EnvironmentFault, InputError
from corpus.exercises import parse_task
from corpus.library import parse
from corpus.predictions import Prediction
from corpus.read import read_document
from corpus.types import Entry

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


class Told:
    """A grader that finds a point covered where the answer names its id."""

    def grade(self, _entry: Entry, rubric: Sequence[RubricPoint], answer: str) -> Result:
        good = [point for point in rubric if not point.mistake]
        made = [PointGrade(p, "wrong") for p in rubric if p.mistake and p.id in answer]
        states = [PointGrade(p, "covered" if p.id in answer else "missed") for p in good]
        covered = sum(one.state == "covered" for one in states)
        return Result(covered / len(good), f"{covered} of {len(good)}.", (*states, *made))


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def bank() -> Bank:
    paths = [
        CORPUS / "questions" / "optimizers" / "zero-grad-purpose.md",
        CORPUS / "questions" / "autograd" / "no-grad-purpose.md",
    ]
    entries = [entry for path in paths for entry in parse(read_document(path)).entries]
    tasks = [
        parse_task(read_document(CORPUS / "tasks" / "stable-softmax.md")),
        parse_task(read_document(CORPUS / "bugs" / "step-before-backward.md")),
    ]
    prediction = Prediction(
        "ones", "What does it print?", "tensors", "junior", None, "",
        "import torch\nprint(torch.ones(2).shape)", "torch.Size([2])", ("2",), "Two elements.",
    )  # fmt: skip
    return Bank(entries, tasks, [prediction])


@pytest.fixture
def store(tmp_path: Path) -> InterviewStore:
    return InterviewStore(tmp_path / "interviews.sqlite")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def interviewer(
    bank: Bank, sandbox: SandboxService, store: InterviewStore, clock: Clock
) -> Interviewer:
    return Interviewer(bank, Examiner(sandbox, Told()), store, clock)


def begun(interviewer: Interviewer, *kinds: str, **plan: object) -> Interview:
    return interviewer.open(replace(Plan(kinds=kinds), **plan))  # type: ignore[arg-type]


def last(interview: Interview) -> Turn:
    return interview.turns[-1]


def test_an_explanation_is_probed_once_for_what_is_missing(interviewer: Interviewer) -> None:
    interview = begun(interviewer, "explain", topics=("optimizers",))
    interview = interviewer.answer(interview, "k1")
    turn = last(interview)
    assert not turn.done
    assert turn.probe.startswith("There is more to it.")
    before = turn.score
    interview = interviewer.answer(interview, "k2")
    turn = last(interview)
    assert turn.done
    assert [r.probe != "" for r in turn.responses] == [False, True]
    assert before is not None
    assert turn.score is not None
    assert turn.score == pytest.approx(2 * before)


def test_a_mistake_is_held_up_before_what_is_missing(interviewer: Interviewer) -> None:
    interview = begun(interviewer, "explain", topics=("optimizers",))
    interview = interviewer.answer(interview, "k1 but also m1")
    mistake = next(p.point.text for p in last(interview).result.points if p.point.id == "m1")  # type: ignore[union-attr]
    assert mistake in last(interview).probe
    assert "Do you agree" in last(interview).probe


def test_nothing_said_is_not_probed(interviewer: Interviewer) -> None:
    interview = interviewer.answer(begun(interviewer, "explain"), "")
    assert last(interview).done
    assert last(interview).score == 0


def test_hints_go_from_gentle_to_plain_and_cost(interviewer: Interviewer, bank: Bank) -> None:
    interview = begun(interviewer, "code")
    for _ in range(5):
        interview = interviewer.hint(interview)
    task = bank.get(last(interview).item)
    assert task is not None
    assert last(interview).hints == task.source.hints  # type: ignore[union-attr]
    solved = interviewer.answer(interview, task.source.solution)  # type: ignore[union-attr]
    assert last(solved).score == pytest.approx(0.7)


def test_a_bug_is_judged_by_running(interviewer: Interviewer, bank: Bank) -> None:
    interview = begun(interviewer, "debug")
    task = bank.get(last(interview).item)
    assert task is not None
    unchanged = interviewer.answer(interview, task.source.starter)  # type: ignore[union-attr]
    assert last(unchanged).score is not None
    assert last(unchanged).score < 0.5  # type: ignore[operator]
    failed = [c for c in last(unchanged).result.checks if not c.passed]  # type: ignore[union-attr]
    assert failed
    assert "expected" in failed[0].message
    mended = interviewer.answer(interview, task.source.solution)  # type: ignore[union-attr]
    assert last(mended).score == 1.0
    assert last(mended).done


def test_a_prediction_is_judged_exactly(interviewer: Interviewer) -> None:
    interview = begun(interviewer, "predict")
    assert "torch.ones(2)" in last(interview).prompt
    assert last(interviewer.answer(interview, "(2,)")).score == 1.0
    wrong = last(interviewer.answer(interview, "(2, 1)"))
    assert wrong.score == 0.0
    assert wrong.result is not None
    assert "torch.Size([2])" in wrong.result.summary


def test_the_level_follows_the_answers() -> None:
    turn = Turn("code/x", "code", "tensors", "mid", "", 0.0, result=Result(1.0, ""))
    poor = replace(turn, result=Result(0.0, ""))
    open_turn = replace(turn, result=None)
    assert level_now(Plan(), []) == "mid"
    assert level_now(Plan(), [turn] * 2) == "senior"
    assert level_now(Plan(), [turn] * 9) == "staff"
    assert level_now(Plan(), [poor] * 2) == "junior"
    assert level_now(Plan(), [open_turn] * 4) == "mid"
    assert level_now(Plan(levels=("senior",)), [poor] * 4) == "senior"


def test_questions_do_not_come_twice_and_end(interviewer: Interviewer, bank: Bank) -> None:
    interview = interviewer.open(Plan(questions=50, minutes=200))
    while interview.ended is None:
        interview = interviewer.next(interview)
    asked = [turn.item for turn in interview.turns]
    assert sorted(asked) == sorted(item.id for item in bank.items)
    assert all(turn.skipped for turn in interview.turns)


def test_the_time_planned_ends_it_and_a_pause_does_not_count(
    interviewer: Interviewer, clock: Clock, store: InterviewStore
) -> None:
    interview = interviewer.open(Plan(questions=9, minutes=20))
    clock.now += 100 * AWAY
    interview = interviewer.resume(store.load("local", interview.id))
    assert interview.left == 20 * 60
    clock.now += 600
    interview = interviewer.next(interview)
    assert interview.ended is None
    clock.now += 700
    assert interviewer.next(interview).ended is not None


def test_everything_is_kept_as_it_happens(
    interviewer: Interviewer, store: InterviewStore, clock: Clock
) -> None:
    interview = begun(interviewer, "explain", topics=("optimizers",), questions=2)
    interview = interviewer.hint(interview)
    interview = interviewer.draft(interview, "k1 and")
    kept = store.load("local", interview.id)
    assert kept == interview
    assert last(kept).draft == "k1 and"
    clock.now += 5
    interview = interviewer.answer(interview, "k1 and k2 ✓ \U0001f600")
    assert InterviewStore(store._path).load("local", interview.id) == interview
    assert store.interviews("local", running=True) == [interview]
    assert store.interviews("somebody else") == []
    with pytest.raises(InputError, match="no such interview"):
        store.load("somebody else", interview.id)


def test_what_is_kept_can_be_taken_away_and_deleted(
    interviewer: Interviewer, store: InterviewStore
) -> None:
    interview = interviewer.answer(begun(interviewer, "predict"), "(2,)")
    Drill(store, "other").review("predict/ones", 3, 1e6)
    data = json.loads(json.dumps(store.export("local")))
    assert data["interviews"][0]["turns"][0]["responses"][0]["text"] == "(2,)"
    assert [card["key"] for card in data["cards"]] == ["predict/ones"]
    assert data["reviews"][0]["rating"] == 4
    store.forget("local")
    assert store.export("local") == {"interviews": [], "cards": [], "reviews": []}
    assert store.cards("other")
    with pytest.raises(InputError):
        store.load("local", interview.id)


def test_a_file_of_a_later_version_is_left_alone(store: InterviewStore, tmp_path: Path) -> None:
    import sqlite3

    store.export("local")
    with sqlite3.connect(tmp_path / "interviews.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(EnvironmentFault, match="later version"):
        store.export("local")


def test_nothing_that_fits_and_too_much_said_are_one_clear_line(interviewer: Interviewer) -> None:
    with pytest.raises(InputError, match="no question fits"):
        begun(interviewer, "code", topics=("autograd",))
    with pytest.raises(InputError, match="no role"):
        begun(interviewer, "code", role="astronaut")
    with pytest.raises(InputError, match="characters"):
        interviewer.answer(begun(interviewer, "explain"), "x" * 60_000)


def test_the_report_names_what_to_study_and_makes_markup_inert(
    interviewer: Interviewer, bank: Bank, store: InterviewStore
) -> None:
    interview = begun(interviewer, "explain", topics=("optimizers",), questions=1)
    interview = interviewer.answer(interview, "<script>alert(1)</script> k1")
    interview = interviewer.close(interview)
    report = make_report(interview, bank, store.interviews("local"))
    assert report.weakest == ("optimizers",)
    assert report.study[0][0] == "zero-grad-purpose"
    markdown, page = as_markdown(report), as_html(report)
    assert "torchproof corpus show zero-grad-purpose" in markdown
    assert "A right answer" in markdown
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_question_that_cannot_be_judged_counts_neither_way(
    bank: Bank, sandbox: SandboxService, store: InterviewStore, clock: Clock
) -> None:
    class Silent:
        def grade(self, _entry: Entry, _rubric: Sequence[RubricPoint], _answer: str) -> Result:
            return Result(None, "")

    interviewer = Interviewer(bank, Examiner(sandbox, Silent()), store, clock)
    interview = interviewer.answer(begun(interviewer, "explain", questions=1), "something")
    report = make_report(interviewer.close(interview), bank)
    assert (report.score, report.grade, report.unjudged) == (None, None, 1)
    assert "not judged" in as_markdown(report)


class Script:
    """A console whose candidate types what was written down for them."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def line(self) -> str | None:
        return self.lines.pop(0) if self.lines else None

    def edit(self, code: str) -> str | None:  # noqa: ARG002
        return None


def test_in_the_terminal_one_can_ask_for_hints_answer_and_leave(
    interviewer: Interviewer, store: InterviewStore
) -> None:
    console = Script(":hint", "k1", "k2 k3 k4 k5 k6 k7", ".", ":quit")
    interview = begun(interviewer, "explain", questions=2)
    left = Terminal(interviewer, console).run(interview)
    assert left.ended is None
    assert left.turns[0].hints
    assert left.turns[0].score == pytest.approx(0.9)
    assert any("--resume" in text for text in console.said)
    assert store.interviews("local", running=True)[0].turns[0].done


def test_what_is_due_comes_first_and_a_backlog_is_limited(
    bank: Bank, store: InterviewStore
) -> None:
    keys = card_keys(bank.items, statements(bank.entries))
    assert "predict/ones" in keys
    drill = Drill(store, "local")
    first = drill.sitting(keys, 1e9, most=6, new=4)
    assert (len(first.keys), first.due, first.new) == (4, 0, 4)
    assert drill.sitting(keys, 1e9 + 60, most=6, new=4).keys == first.keys
    for key in first.keys:
        again = drill.review(key, 1, 1e9)
        assert again - 1e9 < DAY
    later = drill.sitting(keys, 1e9 + 3600, most=3, new=4)
    assert set(later.keys) < set(first.keys)
    assert (later.due, later.new) == (4, 0)
    assert drill.review(first.keys[0], 4, 1e9 + 3600) > 1e9 + DAY
    tomorrow = drill.sitting(keys, 1e9 + DAY + 3700, most=6, new=4)
    assert len(tomorrow.keys) == 6
    assert tomorrow.due + tomorrow.new == 6
    assert set(tomorrow.keys[: tomorrow.due]) <= set(first.keys)


def test_a_drill_takes_true_and_false_and_runs_the_rest(
    bank: Bank, sandbox: SandboxService, store: InterviewStore, clock: Clock
) -> None:
    said = {one.key: one for one in statements(bank.entries)}
    true = next(key for key, one in said.items() if one.true)
    false = next(key for key, one in said.items() if not one.true)
    drill = Drill(store, "local")
    console = Script("perhaps", "true", "yes", "(2,)", ".")
    terminal = DrillTerminal(drill, bank, Examiner(sandbox, Told()), said, console, clock)
    sitting = replace(drill.sitting([], clock.now), keys=(true, false, "predict/ones"))
    assert terminal.run(sitting) == 3
    assert [rating for _, _, rating in store.reviews("local")] == [3, 1, 4]
    assert any(text.startswith("Not right: it is false") for text in console.said)


def test_what_was_missed_or_wrong_comes_up_in_the_drill(
    interviewer: Interviewer, store: InterviewStore, clock: Clock
) -> None:
    interview = begun(interviewer, "explain", topics=("optimizers",))
    interview = interviewer.answer(interview, "k1 and m1")
    assert not store.cards("local")
    interviewer.skip(interview)
    prefix = "statement/zero-grad-purpose/"
    cards = {key.removeprefix(prefix) for key in store.cards("local")}
    assert {"k2", "m1"} <= cards
    assert "k1" not in cards
    due = Drill(store, "local").sitting([f"{prefix}k1", f"{prefix}k2"], clock.now + DAY)
    assert due.keys[0] == f"{prefix}k2"


def test_the_score_of_an_answer_is_explained_again(interviewer: Interviewer) -> None:
    console = Script(":why", "k1", ".", "", ".", ":why", ":quit")
    Terminal(interviewer, console).run(
        begun(interviewer, "explain", topics=("optimizers",), questions=2)
    )
    said = "\n".join(console.said)
    assert "Nothing has been judged yet." in said
    assert "✓" in said


def test_scores_are_drawn_over_time(interviewer: Interviewer, bank: Bank, clock: Clock) -> None:
    kept = []
    for answer in ("(3,)", "(2,)", "(2,)"):
        interview = interviewer.answer(begun(interviewer, "predict", questions=1), answer)
        kept.append(interviewer.close(interview))
        clock.now += 3 * DAY
    report = make_report(kept[-1], bank, kept)
    assert [score for _, score in report.topics_over_time["tensors"]] == [0.0, 1.0, 1.0]
    assert list(report.levels_over_time) == ["junior"]
    page = as_html(report)
    assert page.count("<svg") == 3
    assert "Score of tensors" in page
    assert "Strongest: tensors." in as_markdown(report)


def test_the_command_judges_code_and_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sandbox: SandboxService,
) -> None:
    monkeypatch.setenv("TORCHPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("TORCHPROOF_MODEL", raising=False)
    monkeypatch.setattr(Runtime, "sandbox", sandbox)
    entry = CORPUS / "questions" / "optimizers" / "zero-grad-purpose.md"
    assert main(["index", "--only", str(entry)]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("x = 1\n.\n"))
    assert main(["interview", "--kind", "debug", "--questions", "1", "--seed", "1"]) == 0
    said = capsys.readouterr().out
    assert "hidden checks hold" in said
    assert "Score 0 %" in said
    answer = "Without zero_grad each backward adds to .grad, so steps use the sum of old gradients."
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n.\n:skip\n"))
    assert main(["interview", "--kind", "explain", "--questions", "1"]) == 0
    assert f"you said: “{answer}”" in capsys.readouterr().out
    [latest, _] = InterviewStore(tmp_path / "interviews.sqlite").interviews("local")
    assert main(["interview", "--explain", latest.id[:8]]) == 0
    assert f"> {answer}" in capsys.readouterr().out
    assert main(["interview", "--explain", "none"]) == 2
