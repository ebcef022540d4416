"""Screenshots of every tab, wide and narrow, light and dark, for the README and for looking at.

    python tests/screenshots.py [--home DIR] [--out docs/screenshots]

A page of notes with a mistake in it is indexed beside the built-in corpus; `--home` keeps the index
for the next time.  The README shows `ask.png`: an answer with that mistake refuted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from webserver import FLAGS, ROOT, chromium, serving, torchproof

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

QUESTION = "Into which bucket does torch.bucketize put a value that lies on a boundary?"
NOTES = """# Study notes

## 1. Into which bucket does torch.bucketize put a value that lies on a boundary?

By default into the bucket below: every bucket holds its upper boundary. With `right=True` it goes
into the bucket above, so that every bucket holds its lower boundary instead.

The name of the argument misleads: `numpy.digitize` has one of the same name that means the
opposite. For a histogram of ages where 18 already counts as grown up, `right=True` is wanted.

```python
import torch

edges = torch.tensor([18, 40, 65])
ages = torch.tensor([7, 18, 30, 70])

print(torch.bucketize(ages, edges))  # tensor([0, 1, 1, 3])
print(torch.bucketize(ages, edges, right=True))  # tensor([0, 1, 1, 3])

groups = torch.bucketize(ages, edges, right=True)
print(torch.bincount(groups, minlength=4))  # tensor([1, 2, 0, 1])
print(groups.dtype)  # torch.int64
```

The boundaries must be sorted; nothing checks that they are.
"""
VIEWS = ((1440, 900), (390, 844))
SCHEMES = ("light", "dark")


def take(browser: Browser, address: str, question: str, out: Path) -> None:
    """All views of a running app."""
    for width, height in VIEWS:
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector(".tp-empty")

            def shot(name: str, page: Page = page, tail: str = f"{width}-{scheme}") -> None:
                page.wait_for_timeout(500)
                page.screenshot(path=out / f"{name}-{tail}.png")

            _walk(page, question, shot)
            context.close()
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
    page.goto(address)
    page.wait_for_selector(".tp-empty")
    _ask(page, question)
    page.locator(".tp-prose .tp-cite").first.click()
    page.wait_for_selector(".tp-here")
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.screenshot(path=out / "ask.png")


def _figures(name: str) -> FilePayload:
    """Made-up figures of retrieval, to have something to look at."""
    systems = [
        {
            "name": system,
            "overall": {
                measure: {
                    "mean": mean - n * 0.07,
                    "low": mean - n * 0.07 - 0.02,
                    "high": mean - n * 0.07 + 0.02,
                }
                for measure, mean in (("nDCG@10", 0.93), ("RR@10", 0.92), ("Success@1", 0.89))
            },
            "per_query": {"nDCG@10": {"q1": 1.0 - n / 4}},
        }
        for n, system in enumerate(("torchproof", "dense", "bm25"))
    ]
    text = json.dumps({"dataset": "made-up", "measures": {}, "systems": systems})
    return {"name": f"{name}.json", "mimeType": "application/json", "buffer": text.encode()}


def _ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    page.wait_for_selector(".tp-closing")


def _walk(page: Page, question: str, shot: Callable[[str], None]) -> None:
    shot("empty")
    _ask(page, question)
    page.locator(".tp-prose .tp-cite").first.click()
    page.wait_for_selector(".tp-here")
    shot("source")
    page.keyboard.press("Escape")
    refuted = page.locator(".tp-is-refuted")
    if refuted.count():
        refuted.first.evaluate("row => row.scrollIntoView({block: 'center'})")
    shot("ask")
    page.get_by_label("Your question").fill("What is the best recipe for sourdough bread?")
    page.get_by_label("Your question").press("Enter")
    page.wait_for_selector(".tp-refusal")
    shot("refusal")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".sidebar .toggle-button").first.click()
    shot("conversations")
    page.locator(".sidebar .toggle-button").first.click()
    _open(page, "Library")
    page.locator("#tp-entries [data-act=read]").first.click()
    page.wait_for_selector("#tp-reader .tp-more")
    shot("library")
    page.get_by_role("tab", name="Documents").click()
    shot("documents")
    _interview(page, shot)
    _open(page, "Progress")
    page.locator(".js-plotly-plot").first.wait_for()
    page.wait_for_timeout(1_000)
    shot("progress")
    _open(page, "Evaluation")
    page.locator("#tp-evaluation input[type=file]").set_input_files(_figures("july"))
    page.wait_for_selector(".tp-figures")
    shot("evaluation")
    _open(page, "Settings")
    shot("settings")


def _open(page: Page, name: str) -> None:
    """Opens a tab, from the menu of those that a narrow page has no room for if need be."""
    tab = page.get_by_role("tab", name=name)
    if tab.is_visible():
        tab.click()
        return
    page.get_by_label("More tabs").first.click()
    page.locator(".overflow-dropdown button", has_text=name).click()


def _interview(page: Page, shot: Callable[[str], None]) -> None:
    _open(page, "Progress")
    page.wait_for_selector("text=Nothing practised yet")
    shot("progress-empty")
    _open(page, "Interview")
    page.wait_for_selector("#tp-sittings p")
    shot("interview")
    for kind in ("Explain", "Compare", "Design", "Predict the output", "Find the bug"):
        page.get_by_label(kind, exact=True).uncheck()
    page.click("#tp-begin")
    page.wait_for_selector(".cm-content")
    page.get_by_role("button", name="Run the examples").click()
    page.locator("#tp-examples .tp-line").first.wait_for()
    shot("question")
    page.click("#tp-submit")
    page.wait_for_selector(".tp-grade")
    page.locator(".tp-grade").evaluate("grade => grade.scrollIntoView({block: 'center'})")
    shot("grade")
    page.get_by_role("button", name="Stop and see the report").click()
    page.wait_for_selector("iframe.tp-report")
    page.evaluate("scrollTo(0, 0)")
    shot("report")
    page.get_by_role("button", name="Back to the start").click()
    page.wait_for_selector("#tp-begin")


def main() -> int:
    """Takes them; returns the exit status."""
    parser = argparse.ArgumentParser(description="Screenshots of every tab.")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--address", help="of an app that runs already; nothing is started then")
    given = parser.parse_args()
    executable = chromium()
    if executable is None:
        print("no Chromium here; .ci/system says how to get one", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        if given.address:
            take(browser, given.address, given.question, given.out)
        else:
            home = given.home or Path(scratch)
            home.mkdir(parents=True, exist_ok=True)
            notes = home / "study-notes.md"
            notes.write_text(NOTES, encoding="utf-8")
            said, _ = torchproof("index", notes, home=home).communicate()
            print(said, file=sys.stderr)
            with serving(home) as app:
                take(browser, app.address, given.question, given.out)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
