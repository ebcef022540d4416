"""The Settings tab: execution on or off, the writer, and what works on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import gradio as gr

from assistant.doctor import Finding, examine
from assistant.runtime import Runtime
from assistant.web.binding import FREE, PROMPT, Visitor, Visitors

SIGN = {"ok": "✓", "note": "·", "bad": "✗"}


class SettingsTab:
    """Builds the tab and answers its events."""

    def __init__(self, runtime: Runtime, visitors: Visitors) -> None:
        self._runtime = runtime
        self._visitors = visitors

    def build(self, visitor: gr.JSON) -> None:
        """Lays the tab out and binds its events; call inside a `gr.Tab`."""
        with gr.Column(elem_id="tp-settings"):
            gr.HTML("<h2>Answers</h2>", apply_default_css=False)
            self.run = gr.Checkbox(
                value=True,
                label="Run the code that answers cite",
                info="Off: answers show their code unrun; “Run” in a cell still works.",
            )
            gr.HTML(
                f"<p>Written by <b>{escape(self._runtime.assistant.writer.name)}</b>. A chat model "
                "is chosen when the app is started: "
                "<code>torchproof chat --model provider:model</code>.</p>",
                apply_default_css=False,
            )
            gr.HTML("<h2>This machine</h2>", apply_default_css=False)
            check = gr.Button("Check this machine", size="md")
            findings = gr.HTML("", apply_default_css=False, elem_id="tp-findings")
        self.run.input(self.choose, [self.run, visitor], [visitor], **PROMPT)
        check.click(self.doctor, None, [findings], **FREE)

    def choose(self, run: bool, visitor: Visitor, request: gr.Request) -> Visitor:
        """Turns execution on or off for this browser."""
        here = self._visitors.resume(visitor, request)
        here.run = bool(run)
        return self._visitors.ticket(here)

    def doctor(self) -> Iterator[str]:
        """Examines the machine; each finding is shown as soon as it is known."""
        found: list[Finding] = []
        yield findings_html(found, done=False)
        for finding in examine(self._runtime.settings.index):
            found.append(finding)
            yield findings_html(found, done=False)
        yield findings_html(found, done=True)


def findings_html(findings: list[Finding], *, done: bool) -> str:
    """What was examined so far."""
    rows = "".join(
        f'<li class="tp-finding-{f.state}"><span class="tp-sign" aria-hidden="true">'
        f"{SIGN[f.state]}</span><b>{escape(f.name)}</b><span>{escape(f.says)}"
        + (f" — {escape(f.mend)}" if f.mend else "")
        + "</span></li>"
        for f in findings
    )
    wait = "" if done else '<p class="tp-wait"><span class="tp-spin"></span>Examining …</p>'
    return f'<ul class="tp-doctor">{rows}</ul>{wait}'
