"""The web app in a browser: the real server, index and sandbox; each main way and each bad way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from webserver import (
    CAT,
    HANDBOOK,
    PATIENCE,
    answered,
    ask,
    grave_findings_in_both_schemes,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_an_answer_comes_first_and_its_verdicts_after_it(chat: Page) -> None:
    ask(chat, CAT)
    chat.wait_for_selector(".tp-prose")
    assert "adds the row counts" in chat.inner_text("#tp-thread")
    answered(chat)
    confirmed = chat.locator(".tp-row.tp-is-confirmed")
    refuted = chat.locator(".tp-row.tp-is-refuted")
    assert "torch.Size([6, 3])" in confirmed.inner_text()
    assert "✓" in confirmed.inner_text()
    assert "✗" in refuted.inner_text()
    assert "tensor(6.)" in refuted.locator(".tp-seen").inner_text()
    foot = chat.inner_text(".tp-foot")
    assert "1 confirmed" in foot
    assert "1 refuted" in foot
    assert re.search(r"\d\.\d\d s · torch \d", foot)
    chat.click(".tp-more summary")
    assert "torch.Size([6, 3])\ntensor(6.)" in chat.inner_text(".tp-inside")


def test_a_marker_opens_its_passage_in_the_document(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.locator(".tp-prose .tp-cite").first.click()
    here = chat.locator(".tp-here")
    here.wait_for()
    assert here.inner_text().startswith("Concatenation along dimension 0")
    assert "Every other dimension must agree" in chat.inner_text(".tp-doc")
    assert "handbook.md" in chat.inner_text(".tp-where")
    start = HANDBOOK.index("Concatenation along")
    assert f"characters {start:,}–" in chat.inner_text(".tp-where")
    chat.keyboard.press("Escape")
    chat.wait_for_selector(".tp-sources")


def test_code_can_be_changed_run_and_brought_back(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.click("[data-act=change]")
    area = chat.get_by_label("Code to run")
    area.fill("import torch\nprint(torch.ones(2).sum())  # tensor(2.)\n")
    area.press("Control+Enter")
    chat.wait_for_selector("text=changed by you")
    chat.wait_for_selector(".tp-row.tp-is-confirmed")
    assert "tensor(2.)" in chat.inner_text(".tp-code")
    chat.click("[data-act=revert]")
    chat.wait_for_selector(".tp-row.tp-is-refuted")
    assert "torch.cat" in chat.inner_text(".tp-code")


def test_code_that_never_ends_is_stopped_and_blocks_nobody(
    chat: Page, browser: Browser, app: str
) -> None:
    other = browser.new_context()
    other.set_default_timeout(PATIENCE)
    visitor = other.new_page()
    ask(chat, CAT)
    answered(chat)
    visitor.goto(app)
    visitor.wait_for_selector(".tp-empty")
    assert visitor.locator(".tp-exchange").count() == 0, "visitors do not see each other"
    for answers in (1, 2, 3):  # on a busy machine, the loop may be stopped before the answer comes
        chat.click("[data-act=change]")
        chat.get_by_label("Code to run").fill("while True:\n    pass")
        chat.get_by_label("Code to run").press("Control+Enter")
        chat.wait_for_selector("text=Running …")
        ask(visitor, CAT)
        visitor.wait_for_function(
            f"document.querySelectorAll('#tp-thread .tp-prose').length >= {answers}"
        )
        at_once = chat.is_visible("text=Running …")
        chat.wait_for_selector(".tp-notice")
        assert "Stopped" in chat.inner_text(".tp-notice")
        if at_once:
            break
        answered(visitor, answers)
    else:
        pytest.fail("every answer waited for the loop")
    other.close()


def test_code_that_lacks_its_context_says_so(chat: Page) -> None:
    ask(chat, "What does gradient accumulation do to the effective batch size?")
    answered(chat)
    notice = chat.inner_text(".tp-notice")
    assert "Not run" in notice
    assert "optimizer" in notice


def test_markup_in_documents_output_and_questions_is_text(chat: Page) -> None:
    ask(chat, "What does gradient accumulation do? <img src=x onerror='window.pwned = 4'>")
    answered(chat)
    assert "<img src=x onerror='window.pwned = 4'>" in chat.inner_text(".tp-asked")
    chat.locator(".tp-prose .tp-cite").first.click()
    chat.wait_for_selector(".tp-here")
    ask(chat, "How do I print markup from a snippet about broadcasting shapes?")
    answered(chat, 2)
    chat.locator(".tp-more summary").last.click()
    assert "<img src=x onerror='window.pwned = 3'>" in chat.locator(".tp-inside").last.inner_text()
    assert chat.locator("#tp-thread img, #tp-thread script, #tp-panel img").count() == 0


def test_what_the_documents_do_not_answer_is_refused_with_offers(chat: Page) -> None:
    ask(chat, "What is the best recipe for sourdough bread?")
    chat.wait_for_selector(".tp-refusal")
    offered = chat.locator(".tp-refusal .tp-chip")
    assert offered.count() >= 1
    wanted = offered.first.inner_text()
    offered.first.click()
    chat.wait_for_selector(f".tp-asked:has-text({wanted!r})")
    answered(chat, 2)


def test_bad_questions_get_one_line_and_the_chat_goes_on(chat: Page) -> None:
    ask(chat, "   ")
    chat.wait_for_selector("#tp-notice:has-text('the question is empty')")
    ask(chat, "x" * 200_000)
    chat.wait_for_selector("#tp-notice:has-text('200,000 characters')")
    assert chat.locator(".tp-exchange").count() == 0
    ask(chat, CAT)
    chat.wait_for_selector(".tp-prose")
    assert not chat.inner_text("#tp-notice").strip()


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


def test_stop_keeps_what_was_written_and_undo_gives_the_question_back(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.click("[data-act=undo]")
    chat.wait_for_selector(".tp-empty")
    box = chat.get_by_label("Your question")
    assert box.input_value() == CAT
    box.fill("How do I run something that never ends?")
    box.press("Enter")
    chat.wait_for_selector(".tp-busy")
    chat.click("#tp-box .stop-button")
    chat.wait_for_selector("text=Stopped.")
    assert "wait_forever" in chat.inner_text(".tp-code")
    assert chat.locator(".tp-busy").count() == 0


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


def test_documents_come_go_and_are_audited(chat: Page, tmp_path: Path) -> None:
    chat.get_by_role("tab", name="Library").click()
    chat.get_by_role("tab", name="Documents").click()
    broken, notes = tmp_path / "broken.md", tmp_path / "notes.md"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    notes.write_text(
        "# Notes\n\n## 1. What is the length of arange?\n\nThe length of arange is its stop.\n\n"
        "```python\nimport torch\nprint(len(torch.arange(5)))  # 6\n```\n",
        encoding="utf-8",
    )
    chat.locator("#tp-documents input[type=file]").set_input_files([broken, notes])
    chat.wait_for_selector(".tp-file:has-text('notes.md')")
    assert "not read" in chat.locator(".tp-file:has-text('broken.md')").inner_text()
    chat.get_by_role("button", name="Check every claim").click()
    table = chat.locator(".tp-refuted-table")
    table.wait_for()
    assert "What is the length of arange?" in table.inner_text()
    with chat.expect_download() as saved:
        chat.get_by_role("button", name="Save the table as CSV").click()
    assert "What is the length of arange?,9,6,5" in Path(saved.value.path()).read_text()
    chat.get_by_role("button", name="Remove").click()
    chat.wait_for_selector("text=notes.md was removed")


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


def test_ask_and_library_are_accessible(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.click(".tp-more summary")
    chat.get_by_text("Answer only from").click()
    chat.get_by_label("Levels").wait_for()
    for tab in ("Ask", "Library", "Documents"):
        chat.get_by_role("tab", name=tab).click()
        chat.get_by_role("tab", name=tab, selected=True).wait_for()
        assert not grave_findings_in_both_schemes(chat), tab
    chat.get_by_role("tab", name="Ask").click()
    chat.get_by_text("Answer only from").click()


def test_no_width_makes_the_page_scroll_sideways(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    for width in (360, 640, 1440):
        chat.set_viewport_size({"width": width, "height": 780})
        assert chat.evaluate("document.documentElement.scrollWidth") <= width
        box = chat.locator("#tp-box").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 780, "the question box stays in reach"
    chat.set_viewport_size({"width": 1280, "height": 800})


def test_a_question_can_be_asked_of_a_part_of_the_library(page: Page) -> None:
    page.get_by_text("Answer only from").click()
    page.get_by_label("Documents", exact=True).click()
    page.get_by_role("option", name="handbook.md").click()
    page.keyboard.press("Escape")
    ask(page, CAT)
    answered(page)
    assert "Answered only from: handbook.md" in page.inner_text(".tp-understood")


def test_a_failing_snippet_names_its_error_and_line(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.click("[data-act=change]")
    area = chat.get_by_label("Code to run")
    area.fill("x = 1\nprint(x / 0)  # 0.5")
    area.press("Control+Enter")
    chat.wait_for_selector("text=Raised ZeroDivisionError")
    assert "on line 2" in chat.inner_text(".tp-foot")


def test_dislike_keeps_its_reason_and_edit_asks_again(chat: Page) -> None:
    ask(chat, CAT)
    answered(chat)
    chat.get_by_title("This answer did not help").click()
    chat.get_by_label("What was wrong with this answer?").fill("too short")
    chat.get_by_role("button", name="Send").click()
    chat.wait_for_selector("text=Kept, with your reason")
    chat.reload()
    chat.wait_for_selector("text=Kept, with your reason")
    chat.click("[data-act=amend]")
    chat.get_by_label("Question", exact=True).fill("How do I print markup from a snippet?")
    chat.keyboard.press("Control+Enter")
    chat.wait_for_selector(".tp-asked:has-text('print markup')")
    answered(chat)
    chat.click("[data-act=retry]")
    chat.wait_for_selector(".tp-wait")
    answered(chat)
    assert chat.locator(".tp-exchange").count() == 1


def test_the_page_is_there_at_once(chat: Page) -> None:
    took = []
    while not took or (took[-1] >= 2_000 and len(took) < 4):  # unless all else was at once, too
        chat.reload()
        chat.wait_for_selector(".tp-empty")
        took.append(chat.evaluate("performance.getEntriesByType('paint').at(-1).startTime"))
    assert min(took) < 2_000
