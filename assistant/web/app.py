"""The app: its head, its tabs, and what the server is told about them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.web.api import Api
from assistant.web.ask import AskTab
from assistant.web.bench import find_bench
from assistant.web.binding import NOBODY, REMEMBER, Visitors
from assistant.web.conversations import Conversations
from assistant.web.evaluation import EvaluationTab
from assistant.web.interview import InterviewTab
from assistant.web.library import LibraryTab
from assistant.web.line import Line
from assistant.web.meeting import room_of
from assistant.web.preferences import SettingsTab
from assistant.web.progress import ProgressTab
from assistant.web.rate import Rate
from assistant.web.state import distinct
from assistant.web.store import ConversationStore
from assistant.web.theme import css, script, theme

HEAD = """<header class="tp-head"><h1>Torch<i>proof</i></h1>
<p>PyTorch answers that prove themselves by running</p></header>"""

THEME_CHOSEN = "() => [window.torchproofChosenTheme()]"

EXAMPLES = 5
"""Questions offered where a conversation is still empty."""


def build(runtime: Runtime, *, choose_model: bool = True) -> gr.Blocks:
    """The whole app over one runtime.

    Args:
        runtime: what answers.
        choose_model: whether visitors may name the chat model, which uses this machine's keys.
    """
    rate = Rate()
    visitors = Visitors(ConversationStore(runtime.settings.home / "conversations.sqlite"), rate)
    line = Line()
    ask = AskTab(runtime, visitors, line, examples(runtime))
    conversations = Conversations(visitors, ask)
    room = room_of(runtime)
    interview = InterviewTab(runtime, visitors, room)
    progress = ProgressTab(visitors, room)
    library = LibraryTab(runtime, visitors, line)
    bench = find_bench(runtime.settings.home)
    settings = SettingsTab(runtime, visitors, choose_model=choose_model)
    blocks: gr.Blocks
    with gr.Blocks(title="Torchproof", analytics_enabled=False) as blocks:
        # First, so that the names are theirs and not those of the tabs' own events.
        Api(runtime, rate, line).bind()
        visitor = gr.JSON(NOBODY, visible="hidden", elem_classes="tp-kept")
        visitor.change(None, [visitor], None, js=REMEMBER, api_visibility="private")
        conversations.build()
        gr.HTML(HEAD, apply_default_css=False, elem_id="tp-top")
        with gr.Tabs():
            with gr.Tab("Ask", id="ask") as ask_tab:
                ask.build(visitor, ask_tab)
            with gr.Tab("Interview", id="interview") as interview_tab:
                interview.build(visitor, interview_tab)
            with gr.Tab("Progress", id="progress") as progress_tab:
                progress.build(visitor, progress_tab)
            with gr.Tab("Library", id="library"):
                library.build()
            if bench:
                with gr.Tab("Evaluation", id="evaluation") as evaluation_tab:
                    EvaluationTab(bench).build(evaluation_tab)
            with gr.Tab("Settings", id="settings"):
                settings.build(visitor)
        conversations.bind(blocks, visitor, settings.chosen)
        blocks.load(None, None, [settings.theme], js=THEME_CHOSEN)
        blocks.unload(visitors.leave)
    return blocks


def launch_options(*, mcp: bool = False) -> dict[str, Any]:
    """What `Blocks.launch` is told: our look, nobody else's links, nothing from other hosts.

    Args:
        mcp: whether the named endpoints are also served as tools of the Model Context Protocol.
    """
    return {
        "mcp_server": mcp,
        "head": f"<script>{script('head.js')}</script>",
        "theme": theme(),
        "css": css(),
        "footer_links": [],
        "share": False,
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "quiet": True,
        # Gradio would ask itself for the page, and give up where that takes a busy machine 3 s.
        "_frontend": False,
        "max_threads": 100,
        "max_file_size": "32mb",
    }


def examples(runtime: Runtime) -> list[str]:
    """A few questions that the index answers with code, of different topics where known."""
    askable = [
        entry
        for entry in runtime.searcher.entries.values()
        if entry.snippets and entry.question.endswith("?") and 20 <= len(entry.question) <= 90
    ]
    by_topic: dict[str, str] = {}
    for entry in askable:
        if entry.topic:
            by_topic.setdefault(entry.topic, entry.question)
    pool = list(by_topic.values())
    if len(pool) < EXAMPLES:
        pool = distinct([*pool, *(entry.question for entry in askable)])
    step = max(1, len(pool) // EXAMPLES)
    return pool[::step][:EXAMPLES]
