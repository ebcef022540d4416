"""The web app in a browser: the real server, index and sandbox; each main way and each bad way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from webserver import FLAGS, chromium, serving

from index.build import Request, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HANDBOOK = """# Handbook

## 1. What shape does torch.cat give along dimension 0?

Concatenation along dimension 0 adds the row counts and leaves the column counts alone.

```python
import torch
a = torch.ones(2, 3)
b = torch.zeros(4, 3)
c = torch.cat([a, b])
print(c.shape)  # torch.Size([6, 3])
print(c.sum())  # tensor(7.)
```

Every other dimension must agree, or concatenation raises an error.

## 2. What does gradient accumulation do to the effective batch size?

Gradient accumulation multiplies the effective batch size by the number of accumulated steps.
<script>window.pwned = 1</script> ![pixel](http://tracker.invalid/pixel.png)
<img src=x onerror="window.pwned = 2">

```python
optimizer.zero_grad()
model.train()
```

## 3. How do I print markup from a snippet about broadcasting shapes?

Broadcasting stretches dimensions of size one; printing markup shows that output stays text.

```python
import torch
print("<img src=x onerror='window.pwned = 3'>", torch.ones(2, 1).expand(2, 3).shape)
```

## 4. How do I run something that never ends?

Something that never ends is stopped from outside.

```python
def wait_forever():
    while True:
        pass
wait_forever()
```
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("web")
    handbook = home / "handbook.md"
    handbook.write_text(HANDBOOK, encoding="utf-8")
    build(home / "index", Request((str(handbook),), only=True, device="cpu"))
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here; .ci/system installs one")
        pytest.skip("no Chromium here; .ci/system says how to get one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium_browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium_browser
        chromium_browser.close()


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    opened = context.new_page()
    elsewhere: list[str] = []
    opened.on(
        "request", lambda r: None if r.url.startswith((app, "data:")) else elsewhere.append(r.url)
    )
    opened.goto(app)
    opened.wait_for_selector(".tp-empty")
    yield opened
    assert not elsewhere, "nothing is asked of another host"
    assert opened.evaluate("window.pwned") is None, "no foreign text acts"
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def answered(page: Page, count: int = 1) -> None:
    page.wait_for_function(f"document.querySelectorAll('.tp-closing').length >= {count}")


CAT = "What shape does torch.cat give along dimension 0?"


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


def test_code_that_never_ends_is_stopped_and_blocks_nobody(page: Page, app: str) -> None:
    ask(page, CAT)
    answered(page)
    page.click("[data-act=change]")
    page.get_by_label("Code to run").fill("while True:\n    pass")
    page.get_by_label("Code to run").press("Control+Enter")
    page.wait_for_selector("text=Running …")
    other = page.context.browser.new_context() if page.context.browser else None
    assert other
    visitor = other.new_page()
    visitor.goto(app)
    visitor.wait_for_selector(".tp-empty")
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
def test_every_tab_is_accessible(browser: Browser, app: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(app)
    page.wait_for_selector(".tp-empty")
    ask(page, CAT)
    answered(page)
    page.click(".tp-more summary")
    for tab in ("Ask", "Library", "Documents", "Settings"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(300)
        found = Axe().run(page).response["violations"]
        grave = [
            (v["id"], [node["html"][:160] for node in v["nodes"][:3]])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert not grave, (tab, scheme, grave)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (1440, "dark")])
def test_no_width_makes_the_page_scroll_sideways(
    browser: Browser, app: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 780},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(app)
    page.wait_for_selector(".tp-empty")
    ask(page, CAT)
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#tp-box").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 780, "the question box stays in reach"
    context.close()
