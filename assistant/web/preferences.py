"""The Settings tab: what is executed and for how long, the writer, the theme, this machine."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from assistant.doctor import Finding, examine
from assistant.runtime import Runtime
from assistant.sandbox.limits import HEAVY, STANDARD, Limits, human_bytes, human_seconds
from assistant.web.binding import FREE, LATEST, PROMPT, Visitor, Visitors
from assistant.web.limited import CHOICES
from assistant.web.notices import notice_html
from corpus.errors import TorchproofError

SIGN = {"ok": "✓", "note": "·", "bad": "✗"}
THEME = "(theme) => window.torchproofTheme(theme)"
"""Script that wears a theme and remembers it; defined in the page's head."""


class SettingsTab:
    """Builds the tab and answers its events.

    Args:
        runtime: what answers.
        visitors: whose settings.
        choose_model: whether a visitor may name the chat model, which is the whole app's and uses
            this machine's keys.
    """

    def __init__(self, runtime: Runtime, visitors: Visitors, *, choose_model: bool = True) -> None:
        self._runtime = runtime
        self._visitors = visitors
        self._choose_model = choose_model

    def build(self, visitor: gr.JSON) -> None:
        """Lays the tab out and binds its events; call inside a `gr.Tab`."""
        with gr.Column(elem_id="tp-settings"):
            gr.HTML("<h2>Code</h2>", apply_default_css=False)
            self.run = gr.Checkbox(
                value=True,
                label="Run the code that answers cite",
                info="Off: answers show their code unrun; “Run” in a cell still works.",
            )
            self.seconds = gr.Dropdown(
                [("As long as the limits below allow", 0), *((f"{n} seconds", n) for n in CHOICES)],
                value=0,
                label="Stop a snippet after",
            )
            gr.HTML(limits_html(), apply_default_css=False)
            gr.HTML("<h2>Writer</h2>", apply_default_css=False)
            self._build_writer()
            gr.HTML("<h2>Look</h2>", apply_default_css=False)
            self.theme = gr.Radio(
                [("As the system", "system"), ("Light", "light"), ("Dark", "dark")],
                value="system",
                label="Theme",
                elem_id="tp-theme",
            )
            gr.HTML("<h2>This machine</h2>", apply_default_css=False)
            check = gr.Button("Check this machine", size="md")
            findings = gr.HTML("", apply_default_css=False, elem_id="tp-findings")
        self.chosen = [self.run, self.seconds]
        for changed in (self.run.input, self.seconds.input):
            changed(self.choose, [*self.chosen, visitor], [visitor], **LATEST, **PROMPT)
        self.theme.input(None, [self.theme], None, js=THEME)
        check.click(self.doctor, None, [findings], **FREE)

    def _build_writer(self) -> None:
        writer = gr.HTML(self.writer_html(), apply_default_css=False, elem_id="tp-writer")
        if not self._choose_model:
            return
        with gr.Row():
            name = gr.Textbox(
                label="Chat model",
                placeholder="provider:model, such as ollama:llama3.2; empty for none",
            )
            address = gr.Textbox(
                label="Address of its server", placeholder="the provider's own, if empty"
            )
        with gr.Row(elem_classes="tp-buttons"):
            test = gr.Button("Test it", size="md")
            use = gr.Button("Use it for everybody here", variant="primary", size="md")
        told = gr.HTML("", apply_default_css=False, elem_classes="tp-told", elem_id="tp-model-told")
        test.click(self.test, [name, address], [told], **LATEST, **FREE)
        use.click(self.use, [name, address], [told, writer], **LATEST, **FREE)

    def choose(self, run: bool, seconds: int, visitor: Visitor, request: gr.Request) -> Visitor:
        """What is executed for this browser, and for how long."""
        here = self._visitors.resume(visitor, request)
        here.run = bool(run)
        here.seconds = int(seconds or 0)
        return self._visitors.ticket(here)

    def test(self, name: str, address: str) -> Iterator[str]:
        """Asks the model for a word, and says what came of it."""
        from assistant.answer.model_report import test_model

        yield '<p class="tp-good"><span class="tp-spin"></span> Asking it …</p>'
        report = test_model(name.strip() or None, address.strip() or None)
        if report.state == "bad":
            yield notice_html(" — ".join(filter(None, (report.says, report.mend))))
            return
        took = f" ({report.seconds:.1f} s)" if report.state == "ok" else ""
        yield f'<p role="status" class="tp-good">✓ {escape(report.says)}{took}</p>'

    def use(self, name: str, address: str) -> tuple[Any, str]:
        """From now on, this model words the answers; without a name none does."""
        try:
            self._runtime.use_model(name.strip() or None, address.strip() or None)
        except TorchproofError as fault:
            return notice_html(str(fault)), self.writer_html()
        told = f"Answers are now written by {escape(self._runtime.assistant.writer.name)}."
        return f'<p role="status" class="tp-good">{told}</p>', self.writer_html()

    def writer_html(self) -> str:
        """Who writes the answers."""
        name = escape(self._runtime.assistant.writer.name)
        if name == "extractive":
            return (
                "<p>Answers are the documents’ own words: no chat model is used, and none is "
                "needed.</p>"
            )
        return f"<p>Answers are worded by <b>{name}</b> from the documents’ passages.</p>"

    def doctor(self) -> Iterator[str]:
        """Examines the machine; each finding is shown as soon as it is known."""
        found: list[Finding] = []
        yield findings_html(found, done=False)
        for finding in examine(self._runtime.settings.index):
            found.append(finding)
            yield findings_html(found, done=False)
        yield findings_html(found, done=True)


def limits_html() -> str:
    """What a snippet may use up."""

    def row(name: str, limits: Limits) -> str:
        return (
            f"<tr><td>{name}</td><td>{human_seconds(limits.seconds)}</td>"
            f"<td>{human_bytes(limits.memory_bytes)}</td><td>{limits.processes}</td>"
            f"<td>{human_bytes(limits.scratch_bytes)}</td></tr>"
        )

    return (
        '<div class="tp-table" tabindex="0" role="region" aria-label="Limits of a snippet"><table>'
        "<thead><tr><th>A snippet</th><th>Time</th><th>Memory</th><th>Processes</th><th>Disk</th>"
        f"</tr></thead><tbody>{row('usually', STANDARD)}"
        f"{row('that compiles or starts processes', HEAVY)}</tbody></table></div>"
        '<p class="tp-quiet">It sees no network and none of your files.</p>'
    )


def findings_html(found: list[Finding], *, done: bool) -> str:
    """What was examined so far."""
    rows = "".join(
        f'<li class="tp-finding-{f.state}"><span class="tp-sign" aria-hidden="true">'
        f"{SIGN[f.state]}</span><b>{escape(f.name)}</b><span>{escape(f.says)}"
        + (f" — {escape(f.mend)}" if f.mend else "")
        + "</span></li>"
        for f in found
    )
    wait = "" if done else '<p class="tp-wait"><span class="tp-spin"></span>Examining …</p>'
    return f'<ul class="tp-doctor">{rows}</ul>{wait}'
