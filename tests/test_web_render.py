"""What the web app makes of answers, documents and output, looked at without a browser."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest

from assistant.interview.schedule import Statement
from assistant.interview.types import PointGrade, Response, Result, RubricPoint
from assistant.interview.types import Turn as InterviewTurn
from assistant.types import Citation, Claim, Failure, SnippetReport, Verdict
from assistant.web.cells import cell_html, code_html
from assistant.web.export import as_markdown, as_notebook
from assistant.web.highlight import highlighted_lines
from assistant.web.markup import Code, Prose, blocks
from assistant.web.pump import pumped
from assistant.web.reading import refuted_html
from assistant.web.sitting import answer_html, card_html, result_html
from assistant.web.state import Cell, Exchange, Session, distinct, ended
from assistant.web.store import ConversationStore
from assistant.web.thread import exchange_pieces
from corpus.types import Snippet, Span

CODE = "x = 2\nprint(x)  # 3\n"
EVIL = "<img src=x onerror=alert(1)>"


def snippet(code: str = CODE) -> Snippet:
    return Snippet("page/1/1", "page/1", Span(0, len(code)), code)


def report(code: str = CODE, **changes: object) -> SnippetReport:
    claim = Claim(Span(10, 13), 2, "3", "output")
    whole = SnippetReport(
        document="page.md",
        snippet=snippet(code),
        line=7,
        status="ok",
        error=None,
        stdout="2\n",
        seconds=0.25,
        verdicts=(Verdict(claim, "refuted", "3", "2"),),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def exchange(**changes: object) -> Exchange:
    whole = Exchange(
        id="e1",
        question="What is x?",
        stage="done",
        text=f"It is two. [1]\n\n[2]\n```python\n{CODE}```\n",
        citations=(
            Citation("1", "page.md", "/page.md", "page/1", "What is x?", Span(0, 10), "It is two."),
            Citation("2", "page.md", "/page.md", "page/1", "What is x?", Span(11, 30), CODE),
        ),
        cells=(Cell(snippet(), CODE, report()),),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def html_of(text: str, markers: frozenset[str] | None = None) -> str:
    return "".join(
        block.html if isinstance(block, Prose) else code_html(block.code, ())
        for block in blocks(text, markers)
    )


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        f"- {EVIL}",
        f"| a |\n|---|\n| {EVIL} |",
        f"```python\n{EVIL}\n```",
        f"- item\n\n  ```\n  {EVIL}\n  ```",
        f"`{EVIL}`",
        "![x](http://tracker.invalid/x.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<script>alert(1)</script>",
        '```html onload=alert(1)"><img src=x>\n<b>\n```',
    ],
)
def test_no_markup_of_a_document_acts(text: str) -> None:
    html = html_of(text)
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_web_links_open_elsewhere_and_tell_nothing() -> None:
    html = html_of("[docs](https://pytorch.org/)")
    assert 'href="https://pytorch.org/"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is so. [1]", ["1"]),
        ("It is so [1][2].", ["1", "2"]),
        ("Take x[1] and `y [2]` and a[1][2].", []),
        ("See [1](http://x.invalid) there.", []),
        ("Unknown [9].", []),
    ],
)
def test_markers_become_buttons_and_subscripts_do_not(text: str, found: list[str]) -> None:
    html = html_of(text, frozenset({"1", "2"}))
    assert [m for m in ("1", "2", "9") if f'data-marker="{m}"' in html] == found


def test_a_marker_above_code_belongs_to_the_code() -> None:
    prose, code = blocks("Words. [1]\n\n[2]\n```python\nx = 1\n```\n")
    assert isinstance(prose, Prose)
    assert isinstance(code, Code)
    assert code.markers == ("2",)


@pytest.mark.parametrize(
    "code", ["x = '''\n<b>\n'''\n", "if x:\n\treturn 1\n", "", "\n\nx = 1", "§ $ ("]
)
def test_colouring_keeps_every_line(code: str) -> None:
    assert len(highlighted_lines(code)) == code.rstrip("\n").count("\n") + 1
    assert "<b>" not in "".join(highlighted_lines(code))


def test_a_refuted_line_carries_its_sign_its_word_and_what_was_seen() -> None:
    html = cell_html(Cell(snippet(), CODE, report()))
    row = next(part for part in html.split('<div class="tp-row') if "tp-is-refuted" in part)
    assert "✗" in row
    assert "refuted: " in row
    assert "gives <b>2</b>" in row
    assert "1 refuted" in html
    assert "0.25 s · torch" in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "needs_context", "reason": "`model` is never defined"}, "`model` is never"),
        ({"status": "timeout", "reason": "stopped after 10 s"}, "stopped after 10 s"),
        ({"status": "unavailable", "reason": "the sandbox needs Linux"}, "the sandbox needs Linux"),
        ({"status": "killed", "reason": "used 3 GiB"}, "used 3 GiB"),
        ({"status": "error", "error": Failure("ValueError", EVIL, 2)}, "Raised ValueError"),
    ],
)
def test_what_could_not_run_says_why_in_the_open(changes: dict[str, object], words: str) -> None:
    html = cell_html(Cell(snippet(), CODE, report(verdicts=(), **changes)))
    assert words in html.split("</summary>")[0]
    assert "<img" not in html


def test_output_and_observed_values_are_text() -> None:
    claim = Claim(Span(0, 1), 1, EVIL, "output")
    bad = report(stdout=EVIL, verdicts=(Verdict(claim, "refuted", EVIL, EVIL, EVIL),))
    assert "<img" not in cell_html(Cell(snippet(), CODE, bad))
    assert "<img" not in refuted_html([(EVIL, 1, EVIL, EVIL, EVIL)])


def test_verdicts_change_only_the_piece_of_their_code() -> None:
    before = dict(exchange_pieces(exchange(stage="verifying", cells=())))
    after = dict(exchange_pieces(exchange(stage="verifying")))
    assert before.keys() == after.keys()
    assert [key for key in before if before[key] != after[key]] == ["p1"]


def test_code_is_never_left_waiting_when_nothing_runs_any_more() -> None:
    for stage in ("done", "stopped", "interrupted"):
        html = "".join(h for _, h in exchange_pieces(exchange(stage=stage, cells=())))
        assert "Waiting" not in html
        assert "Not run" in html


def test_offered_questions_do_not_repeat_each_other() -> None:
    asked = "What is a tensor?"
    offers = [
        "What is a tensor in PyTorch?",
        "How do I pick an optimizer?",
        "How to pick an optimizer?",
    ]
    assert distinct(offers, against=asked) == ["How do I pick an optimizer?"]


def test_conversations_outlive_the_server_and_belong_to_one_owner(tmp_path) -> None:
    store = ConversationStore(tmp_path / "deep" / "c.sqlite")
    session = Session("ann", exchanges=(exchange(), exchange(id="e2", stage="writing")))
    store.save(session)
    kept = store.load("ann", session.id)
    assert kept
    assert kept.exchanges[0] == exchange()
    assert kept.exchanges[1].stage == "interrupted"
    assert kept.exchanges[1].question == "What is x?"
    assert store.load("bob", session.id) is None
    store.remove("bob", session.id)
    assert [line.title for line in store.lines("ann")] == ["What is x?"]
    assert store.lines("ann", "100%") == []
    assert store.lines("ann", "two. [1]")
    assert store.lines("bob") == []
    store.remove("ann", session.id)
    assert store.lines("ann") == []


def test_stopping_leaves_nothing_running() -> None:
    busy = exchange(stage="verifying", cells=(Cell(snippet(), CODE, running=True),))
    stopped = ended(busy, "stopped")
    assert stopped.stage == "stopped"
    assert not stopped.cells[0].running


def test_exports_hold_the_answer_its_verdicts_and_its_sources() -> None:
    corrected = exchange(
        corrected="It is two. [1]\n\n```python\nprint(x)  # 3  # ✗ REFUTED: 2\n```"
    )
    text = as_markdown([corrected])
    assert "REFUTED" in text
    assert "✗ refuted, line 2: `3` — running it gives `2`" in text
    assert "- [1] What is x? (page.md, characters 0–10)" in text
    notebook = nbformat.reads(as_notebook([corrected]), as_version=4)
    nbformat.validate(notebook)
    assert [c.source for c in notebook.cells if c.cell_type == "code"] == [
        "print(x)  # 3  # ✗ REFUTED: 2"
    ]
    assert json.loads(as_notebook([]))["cells"] == []


def test_leaving_a_slow_iterator_waits_for_nothing() -> None:
    closed: list[str] = []

    def slow():
        try:
            yield 1
            yield 2
        finally:
            closed.append("closed")

    items = pumped(slow)
    assert next(items) == 1
    items.close()
    assert list(pumped(lambda: iter([1, 2, 3]))) == [1, 2, 3]

    def failing():
        yield 1
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        list(pumped(failing))


def test_every_state_of_a_key_point_has_its_sign_and_its_word() -> None:
    points = tuple(
        PointGrade(RubricPoint(f"k{n}", f"point `{state}` {EVIL}"), state, quote=EVIL, reason=EVIL)
        for n, state in enumerate(("covered", "missed", "wrong", "ungraded"))
    )
    html = result_html(Result(0.5, EVIL, points, by="rules"), 0.4, 1, skipped=False)
    assert "<img" not in html
    for sign, word in (("✓", "said"), ("–", "missing"), ("✗", "wrong"), ("?", "not judged")):
        assert f">{sign}</span>" in html
        assert f"{word}:</b>" in html
    assert "40 %" in html
    assert "(1 hint: −10)" in html


def test_words_that_a_grade_rests_on_are_marked_in_the_answer() -> None:
    point = RubricPoint("k1", "it adds")
    grade = PointGrade(point, "covered", 3, 7, "adds")
    wrong = PointGrade(point, "wrong", 23, 28, "never")
    turn = interview_turn(
        responses=(Response("It adds <b>up</b>", 0.0), Response("and never", 0.0, "More?")),
        result=Result(0.5, "", (grade, wrong)),
    )
    html = answer_html(turn)
    assert '<mark class="tp-point-covered" title="counts for you">adds</mark>' in html
    assert ">never</mark>" in html.split("More?")[1]
    assert "<b>up" not in html


def interview_turn(**changes: object) -> InterviewTurn:
    turn = InterviewTurn("explain/x", "explain", "autograd", "mid", "Why?", 0.0)
    return replace(turn, **changes)


def test_a_statement_of_a_drill_does_not_give_itself_away() -> None:
    card = Statement("statement/x/m1", "x", "autograd", "Why?", "\u201cIt never adds.\u201d", False)
    assert '<p class="tp-statement">It never adds.</p>' in card_html(card, 3)


def test_code_of_a_model_finds_its_cell_although_it_carries_remarks() -> None:
    shown = exchange(
        text="It is two. [1]\n\n```python\nx = 2\nprint(x)  # 3  # ✗ REFUTED: 2\n```\n"
    )
    html = dict(exchange_pieces(shown))["p1"]
    assert "tp-is-refuted" in html


def test_who_waits_in_line_is_told_the_place() -> None:
    html = cell_html(Cell(snippet(), CODE, running=True, place=2))
    assert "Waiting to run, 2nd in line" in html
