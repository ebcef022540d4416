"""The web app in a browser: the real server, index and sandbox; each main way and each bad way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from webserver import (
    CAT,
    HANDBOOK,
    answered,
    ask,
    grave_findings,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_an_answer_comes_first_and_its_verdicts_after_it(page: Page) -> None:
    ask(page, CAT)
    page.wait_for_selector(".tp-prose")
    assert "adds the row counts" in page.inner_text("#tp-thread")
    answered(page)
    confirmed = page.locator(".tp-row.tp-is-confirmed")
    refuted = page.locator(".tp-row.tp-is-refuted")
    assert "torch.Size([6, 3])" in confirmed.inner_text()
    assert "✓" in confirmed.inner_text()
    assert "✗" in refuted.inner_text()
    assert "tensor(6.)" in refuted.locator(".tp-seen").inner_text()
    foot = page.inner_text(".tp-foot")
    assert "1 confirmed" in foot
    assert "1 refuted" in foot
    assert re.search(r"\d\.\d\d s · torch \d", foot)
    page.click(".tp-more summary")
    assert "torch.Size([6, 3])\ntensor(6.)" in page.inner_text(".tp-inside")


def test_a_marker_opens_its_passage_in_the_document(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.locator(".tp-prose .tp-cite").first.click()
    here = page.locator(".tp-here")
    here.wait_for()
    assert here.inner_text().startswith("Concatenation along dimension 0")
    assert "Every other dimension must agree" in page.inner_text(".tp-doc")
    assert "handbook.md" in page.inner_text(".tp-where")
    start = HANDBOOK.index("Concatenation along")
    assert f"characters {start:,}–" in page.inner_text(".tp-where")
    page.keyboard.press("Escape")
    page.wait_for_selector(".tp-sources")


def test_code_can_be_changed_run_and_brought_back(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.click("[data-act=change]")
    area = page.get_by_label("Code to run")
    area.fill("import torch\nprint(torch.ones(2).sum())  # tensor(2.)\n")
    area.press("Control+Enter")
    page.wait_for_selector("text=changed by you")
    page.wait_for_selector(".tp-row.tp-is-confirmed")
    assert "tensor(2.)" in page.inner_text(".tp-code")
    page.click("[data-act=revert]")
    page.wait_for_selector(".tp-row.tp-is-refuted")
    assert "torch.cat" in page.inner_text(".tp-code")


def test_code_that_never_ends_is_stopped_and_blocks_nobody(
    page: Page, browser: Browser, app: str
) -> None:
    other = browser.new_context()
    visitor = other.new_page()
    visitor.goto(app)
    visitor.wait_for_selector(".tp-empty")
    ask(page, CAT)
    answered(page)
    page.click("[data-act=change]")
    page.get_by_label("Code to run").fill("while True:\n    pass")
    page.get_by_label("Code to run").press("Control+Enter")
    page.wait_for_selector("text=Running …")
    ask(visitor, CAT)
    visitor.wait_for_selector(".tp-prose")
    assert page.is_visible("text=Running …"), "the other's answer did not wait for the loop"
    other.close()
    page.wait_for_selector(".tp-notice")
    assert "Stopped" in page.inner_text(".tp-notice")


def test_code_that_lacks_its_context_says_so(page: Page) -> None:
    ask(page, "What does gradient accumulation do to the effective batch size?")
    answered(page)
    notice = page.inner_text(".tp-notice")
    assert "Not run" in notice
    assert "optimizer" in notice


def test_markup_in_documents_output_and_questions_is_text(page: Page) -> None:
    ask(page, "What does gradient accumulation do? <img src=x onerror='window.pwned = 4'>")
    answered(page)
    assert "<img src=x onerror='window.pwned = 4'>" in page.inner_text(".tp-asked")
    page.locator(".tp-prose .tp-cite").first.click()
    page.wait_for_selector(".tp-here")
    ask(page, "How do I print markup from a snippet about broadcasting shapes?")
    answered(page, 2)
    page.locator(".tp-more summary").last.click()
    assert "<img src=x onerror='window.pwned = 3'>" in page.locator(".tp-inside").last.inner_text()
    assert page.locator("#tp-thread img, #tp-thread script, #tp-panel img").count() == 0


def test_what_the_documents_do_not_answer_is_refused_with_offers(page: Page) -> None:
    ask(page, "What is the best recipe for sourdough bread?")
    page.wait_for_selector(".tp-refusal")
    offered = page.locator(".tp-refusal .tp-chip")
    assert offered.count() >= 1
    wanted = offered.first.inner_text()
    offered.first.click()
    page.wait_for_selector(f".tp-asked:has-text({wanted!r})")
    answered(page, 2)


def test_bad_questions_get_one_line_and_the_chat_goes_on(page: Page) -> None:
    ask(page, "   ")
    page.wait_for_selector("#tp-notice:has-text('the question is empty')")
    ask(page, "x" * 200_000)
    page.wait_for_selector("#tp-notice:has-text('200,000 characters')")
    assert page.locator(".tp-exchange").count() == 0
    ask(page, CAT)
    page.wait_for_selector(".tp-prose")
    assert not page.inner_text("#tp-notice").strip()


def test_visitors_do_not_see_each_other(page: Page, browser: Browser, app: str) -> None:
    ask(page, CAT)
    page.wait_for_selector(".tp-prose")
    other = browser.new_context()
    visitor = other.new_page()
    visitor.goto(app)
    visitor.wait_for_selector(".tp-empty")
    assert visitor.locator(".tp-exchange").count() == 0
    other.close()


def test_a_reload_brings_the_conversation_back_and_a_new_one_can_begin(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.reload()
    page.wait_for_selector(".tp-asked")
    assert page.inner_text(".tp-asked") == CAT
    page.locator(".tp-row.tp-is-refuted").wait_for()
    page.locator(".sidebar .toggle-button").first.click()
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".tp-empty")
    past = page.locator(".tp-past")
    assert CAT in past.inner_text()
    with page.expect_download() as saved:
        past.click()
        page.wait_for_selector(".tp-asked")
        page.get_by_role("button", name="Save as Markdown").click()
    assert "REFUTED" in Path(saved.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Delete the conversation").click()
    page.wait_for_selector(".tp-empty")
    page.wait_for_selector("text=Conversations you have are kept here.")


def test_stop_keeps_what_was_written_and_undo_gives_the_question_back(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.click("[data-act=undo]")
    page.wait_for_selector(".tp-empty")
    box = page.get_by_label("Your question")
    assert box.input_value() == CAT
    box.fill("How do I run something that never ends?")
    box.press("Enter")
    page.wait_for_selector(".tp-busy")
    page.click("#tp-box .stop-button")
    page.wait_for_selector("text=Stopped.")
    assert "wait_forever" in page.inner_text(".tp-code")
    assert page.locator(".tp-busy").count() == 0


def test_the_library_shows_an_entry_with_its_verdicts(page: Page) -> None:
    page.get_by_role("tab", name="Library").click()
    page.get_by_label("Search", exact=True).fill("concatenation of tensors along a dimension")
    entry = page.locator("#tp-entries [data-act=read]").first
    page.wait_for_function(
        "document.querySelector('#tp-entries [data-act=read]').textContent.includes('torch.cat')"
    )
    entry.click()
    page.locator("#tp-reader .tp-is-refuted").wait_for()
    assert "Every other dimension must agree" in page.inner_text("#tp-reader")


def test_documents_come_go_and_are_audited(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("tab", name="Documents").click()
    broken, notes = tmp_path / "broken.md", tmp_path / "notes.md"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    notes.write_text(
        "# Notes\n\n## 1. What is the length of arange?\n\nThe length of arange is its stop.\n\n"
        "```python\nimport torch\nprint(len(torch.arange(5)))  # 6\n```\n",
        encoding="utf-8",
    )
    page.locator("#tp-documents input[type=file]").set_input_files([broken, notes])
    page.wait_for_selector(".tp-file:has-text('notes.md')")
    assert "not read" in page.locator(".tp-file:has-text('broken.md')").inner_text()
    page.get_by_role("button", name="Check every claim").click()
    table = page.locator(".tp-refuted-table")
    table.wait_for()
    assert "What is the length of arange?" in table.inner_text()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the table as CSV").click()
    assert "What is the length of arange?,9,6,5" in Path(saved.value.path()).read_text()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_selector("text=notes.md was removed")


def test_execution_can_be_turned_off(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Run the code that answers cite").uncheck()
    page.wait_for_function("JSON.parse(localStorage.torchproof).run === false")
    page.get_by_role("tab", name="Ask").click()
    ask(page, CAT)
    answered(page)
    assert "execution is off" in page.inner_text(".tp-foot")


def test_programs_are_served_by_name(app: str) -> None:
    from gradio_client import Client

    client = Client(app, verbose=False, analytics_enabled=False)
    answer = client.predict(CAT, True, api_name="/ask")
    states = [claim["state"] for claim in answer["snippets"][0]["claims"]]
    assert sorted(states) == ["confirmed", "refuted"]
    assert (
        client.predict("torch.cat", 1, api_name="/search")["hits"][0]["document"] == "handbook.md"
    )
    assert (
        client.predict("print(1 + 1)  # 2", api_name="/verify")["claims"][0]["state"] == "confirmed"
    )
    assert client.predict("print(1 + 1)", api_name="/run")["stdout"] == "2\n"
    assert "empty" in client.predict(" ", True, api_name="/ask")["error"]
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(named) == ["/ask", "/run", "/search", "/verify"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ask_and_library_are_accessible(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    ask(page, CAT)
    answered(page)
    page.click(".tp-more summary")
    page.get_by_text("Answer only from").click()
    page.get_by_label("Levels").wait_for()
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    assert not grave_findings(page)
    for tab in ("Library", "Documents"):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("tab", name=tab, selected=True).wait_for()
        assert not grave_findings(page), tab


def test_no_width_makes_the_page_scroll_sideways(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    for width in (360, 640, 1440):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator("#tp-box").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 780, "the question box stays in reach"
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_question_can_be_asked_of_a_part_of_the_library(page: Page) -> None:
    page.get_by_text("Answer only from").click()
    page.get_by_label("Documents", exact=True).click()
    page.get_by_role("option", name="handbook.md").click()
    page.keyboard.press("Escape")
    ask(page, CAT)
    answered(page)
    assert "Answered only from: handbook.md" in page.inner_text(".tp-understood")


def test_a_failing_snippet_names_its_error_and_line(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.click("[data-act=change]")
    area = page.get_by_label("Code to run")
    area.fill("x = 1\nprint(x / 0)  # 0.5")
    area.press("Control+Enter")
    page.wait_for_selector("text=Raised ZeroDivisionError")
    assert "on line 2" in page.inner_text(".tp-foot")


def test_dislike_keeps_its_reason_and_edit_asks_again(page: Page) -> None:
    ask(page, CAT)
    answered(page)
    page.get_by_title("This answer did not help").click()
    page.get_by_label("What was wrong with this answer?").fill("too short")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("text=Kept, with your reason")
    page.reload()
    page.wait_for_selector("text=Kept, with your reason")
    page.click("[data-act=amend]")
    page.get_by_label("Question", exact=True).fill("How do I print markup from a snippet?")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".tp-asked:has-text('print markup')")
    answered(page)
    page.click("[data-act=retry]")
    page.wait_for_selector(".tp-wait")
    answered(page)
    assert page.locator(".tp-exchange").count() == 1


def test_the_page_is_there_at_once(page: Page) -> None:
    page.reload()
    page.wait_for_selector(".tp-empty")
    took = page.evaluate("performance.getEntriesByType('paint').at(-1).startTime")
    assert took < 2_000
