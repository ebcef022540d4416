"""The look: the system's own fonts, calm neutrals, one warm accent; nothing from other hosts."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parent / "static"

SANS = ("ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's components in the colours of `static/app.css`."""
    neutral = gr.themes.Color(
        c50="#faf9f7", c100="#f3f1ed", c200="#e6e2db", c300="#d3cdc3", c400="#a49c90",
        c500="#7b746a", c600="#5d574f", c700="#45403a", c800="#2b2825", c900="#1e1c1a",
        c950="#161513", name="stone",
    )  # fmt: skip
    accent = gr.themes.Color(
        c50="#fff5ee", c100="#fde6d6", c200="#f9c8a8", c300="#f2a373", c400="#e87b42",
        c500="#c9541c", c600="#ab4413", c700="#8c3710", c800="#6e2c0e", c900="#57240d",
        c950="#331406", name="ember",
    )  # fmt: skip
    return gr.themes.Base(
        primary_hue=accent,
        secondary_hue=neutral,
        neutral_hue=neutral,
        font=list(SANS),
        font_mono=list(MONO),
        radius_size=gr.themes.sizes.radius_md,
    ).set(
        body_background_fill="#faf9f7",
        body_background_fill_dark="#191816",
        body_text_color="#262320",
        body_text_color_dark="#e9e5df",
        body_text_color_subdued="#625c54",
        body_text_color_subdued_dark="#aba399",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#211f1d",
        background_fill_secondary="#f3f1ed",
        background_fill_secondary_dark="#1d1b19",
        block_background_fill="#ffffff",
        block_background_fill_dark="#211f1d",
        block_shadow="none",
        block_border_width="1px",
        border_color_primary="#e0dbd3",
        border_color_primary_dark="#3a3632",
        button_primary_background_fill="#ab4413",
        button_primary_background_fill_hover="#8c3710",
        button_primary_background_fill_dark="#ab4413",
        button_primary_background_fill_hover_dark="#b64a17",
        button_primary_text_color="#ffffff",
        input_background_fill="#ffffff",
        input_background_fill_dark="#262321",
        input_border_width="1px",
        input_border_width_dark="1px",
        input_border_color="#948b80",
        input_border_color_dark="#78706a",
        input_border_color_focus="#ab4413",
        input_border_color_focus_dark="#e87b42",
        input_placeholder_color="#746c62",
        input_placeholder_color_dark="#989085",
        block_radius="10px",
        container_radius="10px",
        input_radius="8px",
        button_large_radius="8px",
        button_medium_radius="8px",
        button_small_radius="7px",
        button_large_text_weight="560",
        button_medium_text_weight="560",
        button_secondary_background_fill="#efece6",
        button_secondary_background_fill_hover="#e6e2db",
        button_secondary_background_fill_dark="#2f2b28",
        button_secondary_background_fill_hover_dark="#3a3632",
        button_secondary_text_color="#262320",
        button_secondary_text_color_dark="#e9e5df",
        checkbox_label_background_fill="#f5f3ef",
        checkbox_label_background_fill_hover="#efece6",
        checkbox_label_background_fill_dark="#2a2724",
        checkbox_label_background_fill_hover_dark="#34302c",
        checkbox_border_color="#948b80",
        checkbox_border_color_dark="#78706a",
    )


def css() -> str:
    """The app's own style sheet."""
    return (STATIC / "app.css").read_text(encoding="utf-8")


def script(name: str) -> str:
    """One of the app's own scripts."""
    return (STATIC / name).read_text(encoding="utf-8")
