"""How the app behaves: restarts, lost connections, closed tabs, logins, tools of programs."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from webserver import CAT, PATIENCE, answered, ask, serving, visiting

from assistant.web.courtesy import Courtesy
from assistant.web.line import Line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from webserver import App

ENDLESS = "How do I run something that never ends?"


def stage_kept(home: Path) -> str:
    with closing(sqlite3.connect(home / "conversations.sqlite")) as db:
        (body,) = db.execute("SELECT body FROM conversations ORDER BY updated DESC").fetchone()
    return str(json.loads(body)[-1]["stage"])


def test_what_was_asked_outlives_a_lost_connection_and_a_restart(server: App, page: Page) -> None:
    ask(page, ENDLESS)
    page.wait_for_selector("text=Running …")
    server.stop()
    try:
        page.wait_for_selector(".tp-lost:has-text('The connection is lost')")
    finally:
        server.start()
    # The end of the server and the loss of the connection are noticed in either order.
    page.wait_for_selector("text=/Interrupted before the end|Stopped\\./")
    assert page.inner_text(".tp-asked") == ENDLESS
    ask(page, CAT)
    answered(page, 1)
    assert "adds the row counts" in page.inner_text("#tp-thread")


def test_closing_a_tab_stops_its_work(server: App, context: BrowserContext) -> None:
    with visiting(context, server.address) as page:
        ask(page, ENDLESS)
        page.wait_for_selector("text=Running …")
    deadline = time.monotonic() + 60
    while stage_kept(server.home) != "stopped" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert stage_kept(server.home) == "stopped"


def test_tools_of_programs_are_served(app: str) -> None:
    """The official client of the protocol finds the tools, with words on each, and calls one."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> None:
        async with (
            streamable_http_client(f"{app}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert sorted(tools) == ["ask", "run", "search", "verify"]
            for tool in tools.values():
                assert len(tool.description or "") > 100
                described = tool.inputSchema["properties"].values()
                assert all(argument["description"] for argument in described)
            code = "import torch\nprint(torch.ones(2).sum())  # tensor(3.)"
            told = await session.call_tool("verify", {"code": code})
            assert not told.isError
            assert "refuted" in told.content[0].text
            assert "tensor(2.)" in told.content[0].text

    with ThreadPoolExecutor() as apart:  # the browser's driver may have a loop of its own here
        apart.submit(asyncio.run, talk()).result()


def test_a_wrong_password_lets_nobody_in(server: App, tmp_path: Path, browser: Browser) -> None:
    shutil.copytree(server.home / "index", tmp_path / "index")
    with serving(tmp_path, "--auth", "ann:correct horse") as guarded:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(guarded.address)
        page.get_by_label("username").fill("ann")
        page.get_by_label("password").fill("wrong horse")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector("text=/incorrect/i")
        assert page.locator("#tp-box").count() == 0
        page.get_by_label("username").fill("ann")
        page.get_by_label("password").fill("correct horse")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector(".tp-empty")
        context.close()


def test_nobody_takes_all_the_places_and_everybody_knows_theirs() -> None:
    line = Line(places=3, each=2)
    with (
        line.ticket("ann") as first,
        line.ticket("ann") as second,
        line.ticket("ann") as third,
        line.ticket("bob") as other,
        line.ticket("cid") as last,
    ):
        assert [t.position for t in (first, second, third, other, last)] == [0, 0, 1, 0, 2]
    with line.ticket("ann") as one, line.ticket("ann"):
        waited: list[float] = []

        def wait() -> None:
            with line.ticket("ann") as late:
                began = time.monotonic()
                while late.position:
                    late.wait(5.0)
                waited.append(time.monotonic() - began)

        thread = threading.Thread(target=wait)
        thread.start()
        while not line._waiting:
            time.sleep(0.01)
        assert one.position == 0
    thread.join(timeout=5)
    assert waited
    assert waited[0] < 4


def test_verdicts_give_way_to_first_words_but_not_for_ever() -> None:
    courtesy = Courtesy(longest=600, most=600)
    went_on = threading.Event()

    def verdict() -> None:
        courtesy.give_way()
        went_on.set()

    thread = threading.Thread(target=verdict)
    with courtesy.awaiting():
        thread.start()
        assert not went_on.wait(0.1)
    thread.join(timeout=60)
    assert went_on.is_set()
    for impatient in (Courtesy(longest=600, most=0.01), Courtesy(longest=0, most=600)):
        with impatient.awaiting():
            impatient.give_way()
