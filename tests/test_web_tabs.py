"""Interview, Progress, Evaluation and Settings in a browser: main ways and bad ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from webserver import (
    CAT,
    ROOT,
    answered,
    ask,
    grave_findings,
    grave_findings_in_both_schemes,
)

from assistant.interview.store import InterviewStore
from corpus.exercises import parse_task
from corpus.predictions import parse_prediction
from corpus.read import read_document

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from webserver import App

KINDS = ("Explain", "Compare", "Design", "Predict the output", "Find the bug", "Write code")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    page.get_by_role("tab", name=name, selected=True).wait_for()


def begin(page: Page, kind: str) -> None:
    """An interview of one kind of question."""
    open_tab(page, "Interview")
    for other in KINDS:
        if other != kind:
            page.get_by_label(other, exact=True).uncheck()
    page.locator("#tp-begin").click()
    page.wait_for_selector(".tp-stage")


def asked_item(home: Path, page: Page) -> str:
    """The id of what the page asks."""
    owner = page.evaluate("JSON.parse(localStorage.torchproof).owner")
    turn = InterviewStore(home / "interviews.sqlite").interviews(owner)[0].turn
    assert turn
    return turn.item.partition("/")[2]


def write_code(page: Page, code: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)


def test_predictions_are_graded_and_the_report_can_be_taken_away(server: App, page: Page) -> None:
    begin(page, "Predict the output")
    assert "Question 1 of 5" in page.inner_text(".tp-where-now")
    page.wait_for_function(
        "/^(30:00|2\\d:\\d\\d) left$/.test(document.querySelector('.tp-clock').textContent)"
    )
    page.locator("#tp-submit").click()
    page.wait_for_selector("text=There is no answer yet")
    item = parse_prediction(
        read_document(ROOT / "corpus/predict" / f"{asked_item(server.home, page)}.md")
    )
    page.get_by_role("button", name="Hint (−10 points)").click()
    page.wait_for_selector(".tp-hint")
    page.get_by_label("Your answer").fill(item.answer)
    page.get_by_label("Your answer").press("Control+Enter")
    page.wait_for_selector(".tp-grade")
    assert "90 % (1 hint: −10)" in page.inner_text(".tp-score")
    assert "✓" in page.inner_text(".tp-point")
    assert page.locator(".tp-progress").get_attribute("aria-valuenow") == "1"
    page.get_by_role("button", name="Next question").click()
    page.wait_for_selector("text=Question 2 of 5")
    page.get_by_label("Your answer").fill(
        "<img src=x onerror='window.pwned = 5'> raises NoSuchError"
    )
    page.locator("#tp-submit").click()
    page.wait_for_selector(".tp-grade")
    assert "0 %" in page.inner_text(".tp-score")
    assert "✗" in page.inner_text(".tp-point")
    assert "A right answer" in page.inner_text("#tp-model")
    assert page.locator("#tp-interview img").count() == 0
    page.get_by_role("button", name="Stop and see the report").click()
    report = page.frame_locator("iframe.tp-report")
    report.get_by_text("45 %").first.wait_for()
    for button, file, words in (
        ("Save as Markdown", "interview.md", "# Interview of"),
        ("Save as a page to print", "interview.html", "@media print"),
    ):
        with page.expect_download() as saved:
            page.locator("#tp-report-page").get_by_role("button", name=button).click()
        assert saved.value.suggested_filename == file
        assert words in Path(saved.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Back to the start").click()
    page.wait_for_selector(".tp-past:has-text('45 %')")
    open_tab(page, "Progress")
    page.wait_for_selector(".tp-tiles:has-text('45 %')")
    page.locator(".js-plotly-plot").first.wait_for()
    assert page.locator(".js-plotly-plot").count() >= 2
    assert not grave_findings(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save everything as JSON").click()
    kept = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert len(kept["interviews"][0]["turns"]) == 2
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Yes, delete it for good").click()
    page.wait_for_selector("text=Everything was deleted.")
    page.wait_for_selector("text=Nothing practised yet.")


def test_code_is_edited_tried_and_judged_and_outlives_a_reload(server: App, page: Page) -> None:
    begin(page, "Write code")
    page.wait_for_selector(".cm-content")
    task = parse_task(read_document(ROOT / "corpus/tasks" / f"{asked_item(server.home, page)}.md"))
    page.get_by_role("button", name="Run the examples").click()
    page.locator("#tp-examples .tp-line").first.wait_for()
    assert "Raised" in page.locator("#tp-examples").inner_text()
    assert not grave_findings(page)
    write_code(page, f"{task.solution.rstrip()}\n# mine\n")
    page.get_by_role("button", name="Run the examples").click()
    page.wait_for_selector("#tp-examples:has-text('1 confirmed')")
    page.reload()
    page.wait_for_selector(".tp-empty")
    open_tab(page, "Interview")
    page.wait_for_selector(".cm-content:has-text('# mine')")
    page.locator("#tp-submit").click()
    page.wait_for_selector(".tp-score:has-text('100 %')")
    assert "hidden checks hold" in page.inner_text(".tp-grade")


def test_a_drill_asks_what_is_due_and_says_when_again(page: Page) -> None:
    open_tab(page, "Interview")
    page.get_by_label("Drill").check()
    page.get_by_role("button", name="Begin the drill").click()
    for _ in range(12):
        page.wait_for_selector(".tp-stage")
        page.locator("#tp-submit:visible, #tp-sitting button:text-is('True'):visible").wait_for()
        if page.get_by_label("Your answer").is_visible():
            break
        key = page.locator(".tp-stage").get_attribute("data-key")
        page.get_by_role("button", name="Skip").click()
        page.wait_for_selector(f".tp-stage:not([data-key='{key}'])")
    page.get_by_label("Your answer").fill("nothing of the kind")
    page.locator("#tp-submit").click()
    page.wait_for_selector("text=Due again in")
    page.get_by_role("button", name="Stop here").click()
    page.wait_for_selector("#tp-begin")
    open_tab(page, "Progress")
    page.wait_for_selector(".tp-tiles:has-text('due today')")


def figures(dataset: str, values: dict[str, float]) -> str:
    mean = sum(values.values()) / len(values)
    system = {
        "name": "ours",
        "overall": {"nDCG@10": {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}},
        "per_query": {"nDCG@10": values},
    }
    return json.dumps({"dataset": dataset, "measures": {"nDCG@10": "…"}, "systems": [system]})


def test_stored_runs_are_opened_and_compared_query_by_query(chat: Page, tmp_path: Path) -> None:
    open_tab(chat, "Evaluation")
    chat.wait_for_selector("text=No run is stored yet")
    broken = tmp_path / "broken.json"
    broken.write_text("<b>not</b> json", encoding="utf-8")
    chooser = chat.locator("#tp-evaluation input[type=file]")
    chooser.set_input_files(broken)
    chat.wait_for_selector("text=holds no figures")
    for name, values in (
        ("before", {"q1": 0.5, "q2": 1.0, "q<3>": 0.25}),
        ("after", {"q1": 0.75, "q2": 1.0, "q<3>": 0.0}),
    ):
        file = tmp_path / f"{name}.json"
        file.write_text(figures("notes", values), encoding="utf-8")
        chooser.set_input_files(file)
        chat.wait_for_function(
            f"document.querySelector('#tp-run input').value.startsWith('{name}')"
        )
    chat.wait_for_selector(".tp-figures:has-text('0.583')")
    chat.locator(".js-plotly-plot").first.wait_for()
    assert not grave_findings(chat)
    chat.get_by_label("Folder of the labelled documents").fill("/no/such/folder")
    chat.get_by_role("button", name="Measure", exact=True).click()
    chat.wait_for_selector("text=no such folder")
    open_tab(chat, "Compare")
    for box, name in (("First run", "after"), ("Second run", "before")):
        chat.get_by_label(box).click()
        chat.get_by_role("option", name=name).click()
        chat.get_by_role("option").first.wait_for(state="detached")  # else two lists are open
    chat.wait_for_function("document.querySelectorAll('#tp-evaluation input').length > 2")
    chat.get_by_role("button", name="Compare", exact=True).click()
    chat.wait_for_selector(".tp-outcome:has-text('1 better, 1 equal, 1 worse')")
    assert "q<3>" in chat.locator(".tp-figures:visible").inner_text()
    assert not grave_findings(chat)


def test_settings_are_obeyed_and_remembered(page: Page) -> None:
    open_tab(page, "Settings")
    page.get_by_label("Run the code that answers cite").uncheck()
    page.get_by_label("Stop a snippet after").click()
    page.get_by_role("option", name="2 seconds").click()
    page.wait_for_function("JSON.parse(localStorage.torchproof).seconds === 2")
    page.get_by_label("Dark").check()
    page.wait_for_selector("body.dark")
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    assert not grave_findings(page)
    page.reload()
    page.wait_for_selector("body.dark .tp-empty")
    ask(page, CAT)
    answered(page)
    assert "execution is off" in page.inner_text(".tp-foot")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Question", exact=True).fill("How do I run something that never ends?")
    open_tab(page, "Settings")
    page.get_by_label("Run the code that answers cite").check()
    page.wait_for_function("JSON.parse(localStorage.torchproof).run === true")
    open_tab(page, "Ask")
    page.get_by_role("button", name="Ask (Ctrl+Enter)").click()
    page.wait_for_selector(".tp-notice:has-text('2 s')")


def test_a_model_that_cannot_be_used_is_said_in_one_line(chat: Page) -> None:
    open_tab(chat, "Settings")
    chat.get_by_label("Chat model").fill("nobody:nothing")
    for button in ("Test it", "Use it for everybody here"):
        chat.get_by_role("button", name=button).click()
        chat.locator("#tp-model-told [role=alert]").wait_for()
        assert "nobody" in chat.inner_text("#tp-model-told")
    assert "no chat model is used" in chat.inner_text("#tp-writer")


def test_the_other_tabs_are_accessible_when_empty_and_when_narrow(chat: Page) -> None:
    for tab in ("Interview", "Progress", "Evaluation", "Settings"):
        open_tab(chat, tab)
        assert not grave_findings_in_both_schemes(chat), tab
        chat.set_viewport_size({"width": 360, "height": 780})
        assert chat.evaluate("document.documentElement.scrollWidth") <= 360, tab
        chat.set_viewport_size({"width": 1280, "height": 800})
