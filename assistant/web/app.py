"""The app: its head, its tabs, and what the server is told about them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.runtime import Runtime
from assistant.web.api import Api
from assistant.web.ask import AskTab
from assistant.web.binding import NOBODY, REMEMBER, Visitors
from assistant.web.conversations import Conversations
from assistant.web.library import LibraryTab
from assistant.web.preferences import SettingsTab
from assistant.web.state import distinct
from assistant.web.store import ConversationStore
from assistant.web.theme import css, theme

HEAD = """<header class="tp-head"><h1>Torch<i>proof</i></h1>
<p>PyTorch answers that prove themselves by running</p></header>"""

EXAMPLES = 5
"""Questions offered where a conversation is still empty."""


def build(runtime: Runtime) -> gr.Blocks:
    """The whole app over one runtime."""
    visitors = Visitors(ConversationStore(runtime.settings.home / "conversations.sqlite"))
    ask = AskTab(runtime, visitors, examples(runtime))
    conversations = Conversations(visitors, ask)
    library = LibraryTab(runtime)
    settings = SettingsTab(runtime, visitors)
    blocks: gr.Blocks
    with gr.Blocks(title="Torchproof", analytics_enabled=False) as blocks:
        # First, so that the names are theirs and not those of the tabs' own events.
        Api(runtime).bind()
        visitor = gr.JSON(NOBODY, visible="hidden")
        visitor.change(None, [visitor], None, js=REMEMBER, api_visibility="private")
        conversations.build()
        gr.HTML(HEAD, apply_default_css=False, elem_id="tp-top")
        with gr.Tabs():
            with gr.Tab("Ask", id="ask"):
                ask.build(visitor)
            with gr.Tab("Library", id="library"):
                library.build()
            with gr.Tab("Settings", id="settings"):
                settings.build(visitor)
        conversations.bind(blocks, visitor, settings.run)
        blocks.unload(visitors.leave)
    return blocks


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` is told: our look, nobody else's links, nothing from other hosts."""
    return {
        "theme": theme(),
        "css": css(),
        "footer_links": [],
        "share": False,
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "quiet": True,
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
