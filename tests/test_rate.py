"""How often a visitor or a program may ask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
import pytest

from assistant.runtime import Runtime
from assistant.web.api import Api
from assistant.web.ask import AskTab
from assistant.web.binding import Visitors
from assistant.web.line import Line
from assistant.web.rate import Rate
from assistant.web.state import Exchange
from assistant.web.store import ConversationStore
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.sandbox.service import SandboxService


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_served() -> None:
    clock = Clock()
    rate = Rate(3, now=clock)
    for _ in range(3):
        rate.count("ann")
        clock.seconds += 10
    with pytest.raises(InputError, match="more than 3 requests in a minute — wait 30 s"):
        rate.count("ann")
    rate.count("bob")
    clock.seconds += 30
    rate.count("ann")
    with pytest.raises(InputError, match="wait 10 s"):
        rate.count("ann")


def test_a_reload_does_not_begin_the_count_anew(tmp_path: Path) -> None:
    visitors = Visitors(ConversationStore(tmp_path / "kept.sqlite"), Rate(2))
    known = {"owner": "secret", "conversation": "", "run": True}
    for page in ("first", "second"):
        request = gr.Request(session_hash=page)
        visitors.count(visitors.enter(known, request))
    with pytest.raises(InputError, match="more than 2"):
        visitors.count(visitors.enter(known, gr.Request(session_hash="third")))


def test_programs_are_limited_as_people_are(tmp_path: Path, sandbox: SandboxService) -> None:
    runtime = Runtime(tmp_path / "index")
    runtime.sandbox = sandbox
    clock = Clock()
    api = Api(runtime, Rate(2, now=clock), Line())
    here = gr.Request(session_hash="one", client={"host": "192.0.2.1"})
    assert api.run(here, "print(1 + 1)")["stdout"] == "2\n"
    again = gr.Request(session_hash="another", client={"host": "192.0.2.1"})
    assert api.verify(again, "print(1 + 1)  # 3")["claims"][0]["state"] == "refuted"
    for refused in (api.run(again, "print(1)"), api.ask(here, "Why?"), api.search(here, "why")):
        assert "more than 2 requests in a minute" in refused["error"]
    elsewhere = gr.Request(client={"host": "192.0.2.2"})
    assert "no code to run" in api.run(elsewhere, " ")["error"]
    ann = gr.Request(username="ann", client={"host": "192.0.2.1"})
    assert "not text" in api.run(ann, 7)["error"]  # type: ignore[arg-type]
    clock.seconds += 60
    assert api.run(here, "print(2)")["status"] == "ok"


def test_who_retries_too_often_keeps_the_answer(tmp_path: Path) -> None:
    visitors = Visitors(ConversationStore(tmp_path / "kept.sqlite"), Rate(1))
    tab = AskTab(Runtime(tmp_path / "index"), visitors, Line(), ())
    known = {"owner": "secret", "conversation": "", "run": True}
    request = gr.Request(session_hash="page")
    here = visitors.enter(known, request)
    here.put(Exchange("e1", "Why?", stage="done", text="Because."))
    event = gr.EventData(None, {"exchange": "e1"})
    visitors.count(here)
    (told,) = tab.retry(known, [], [], [], event, request)
    assert "more than 1 request" in told[2]
    assert here.find("e1")
