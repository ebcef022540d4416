"""An Anki deck: a card an entry, or a card a statement, with ids that stay the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import foreign_faults
from assistant.export.material import Chapter, Known
from assistant.export.render import markdown_html, section_html, shown_sections
from assistant.interview.schedule import statements
from corpus.errors import EnvironmentFault
from corpus.types import Entry, Section

if TYPE_CHECKING:
    from types import ModuleType

Cards = Literal["entries", "statements", "both"]

ON_CARD = ("short_answer", "code", "key_points")
"""Kinds of section that a card answers with; a page without them gives its first ones."""

CSS = """
.card { font: 17px/1.5 system-ui, "Segoe UI", sans-serif; text-align: left; max-width: 44rem;
  margin: 0 auto; padding: .5rem; color: #262320; background: #faf9f7; }
.question { font-size: 1.2em; font-weight: 600; }
.about { color: #625c54; font-size: .85em; margin-bottom: .6rem; }
h3 { font-size: .95em; margin: 1.2em 0 .3em; color: #ab4413; }
pre { overflow-x: auto; padding: .6rem .8rem; border-radius: .4rem; background: #f3f1ed;
  font: 14px/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.said { color: #625c54; font-size: .8em; }
.line { display: block; } .line > b { display: inline-block; width: 1.4em; }
.confirmed { color: #18794e; } .refuted, .observed { color: #b42318; }
.unverifiable { color: #80560a; } .not_run { color: #625c54; }
.hc { color: #6b655d; font-style: italic; } .hs { color: #18794e; } .hn { color: #1f5fa8; }
.hk { color: #9a3412; } .hf { color: #6d28a8; } .hb { color: #1f5fa8; }
.nightMode .card, .card.nightMode { color: #e9e5df; background: #191816; }
.nightMode pre { background: #262321; } .nightMode h3 { color: #f2a373; }
.nightMode .about, .nightMode .said, .nightMode .hc { color: #aba399; }
.nightMode .confirmed, .nightMode .hs { color: #4cc38a; }
.nightMode .refuted, .nightMode .observed { color: #ff8a80; }
.nightMode .unverifiable { color: #e5b94b; } .nightMode .hk { color: #f2a373; }
.nightMode .hn, .nightMode .hb { color: #8ab8f2; } .nightMode .hf { color: #c9a2f2; }
"""


def write_deck(
    chosen: Sequence[Chapter], known: Known, path: Path, cards: Cards = "entries"
) -> int:
    """Writes an `.apkg` file; importing a newer one updates the cards and keeps their schedule.

    Args:
        chosen: a sub-deck each.
        known: verdicts to show with the code.
        path: the file.
        cards: one for each entry, for each key point and common mistake, or both.

    Returns:
        The number of cards.

    Raises:
        EnvironmentFault: the package `genanki` is not installed, or the file cannot be written.
    """
    genanki = _genanki()
    model = genanki.Model(
        _number("model"),
        "Torchproof",
        fields=[{"name": name} for name in ("Question", "About", "Answer")],
        templates=[
            {
                "name": "Card",
                "qfmt": '<p class="about">{{About}}</p><p class="question">{{Question}}</p>',
                "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}",
            }
        ],
        css=CSS,
    )
    decks = []
    for chapter in chosen:
        deck = genanki.Deck(_number(f"deck/{chapter.id}"), f"Torchproof::{chapter.title}")
        for key, fields, tags in _notes(chapter, known, cards):
            deck.add_note(
                genanki.Note(
                    model=model, fields=fields, tags=tags, guid=genanki.guid_for("torchproof", key)
                )
            )
        decks.append(deck)
    with foreign_faults(str(path)):
        genanki.Package(decks).write_to_file(str(path))
    return sum(len(deck.notes) for deck in decks)


def _genanki() -> ModuleType | Any:  # noqa: ANN401
    try:
        import genanki
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            "the package `genanki` is not installed",
            where="torchproof export anki",
            hint="pip install 'torchproof[anki]'",
        ) from fault
    return genanki


def _notes(
    chapter: Chapter, known: Known, cards: Cards
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Key, fields and tags of each note."""
    for entry in chapter.entries:
        about = escape(" · ".join(filter(None, (chapter.title, entry.level))))
        if cards != "statements":
            answer = "".join(_answer(entry, section, known) for section in _on_card(entry))
            yield entry.id, [_inline(entry.question), about, answer], _tags(chapter, entry)
        if cards != "entries":
            for one in statements([entry]):
                said = one.text.strip().strip('"“”')
                word = "True." if one.true else "False: a common mistake."
                short = "".join(
                    section_html(entry, section, known, lambda _: None)
                    for section in entry.sections
                    if section.kind == "short_answer"
                )
                answer = f"<p><b>{word}</b></p><p>{_inline(entry.question)}</p>{short}"
                question = f"True or false? {_inline(said)}"
                yield one.key, [question, about, answer], [*_tags(chapter, entry), "statement"]


def _on_card(entry: Entry) -> list[Section]:
    named = [section for section in entry.sections if section.kind in ON_CARD]
    return named or list(shown_sections(entry))[:3]


def _answer(entry: Entry, section: Section, known: Known) -> str:
    heading = "" if section.kind == "short_answer" else section.heading
    head = f"<h3>{_inline(heading)}</h3>" if heading else ""
    return head + section_html(entry, section, known, lambda _: None)


def _inline(text: str) -> str:
    """A line of Markdown as HTML without a paragraph around it."""
    return markdown_html(text).strip().removeprefix("<p>").removesuffix("</p>")


def _tags(chapter: Chapter, entry: Entry) -> list[str]:
    named = (("topic", chapter.id), ("level", entry.level), ("kind", entry.kind))
    return [f"{name}::{value.replace(' ', '-')}" for name, value in named if value]


def _number(name: str) -> int:
    """An id as Anki wants one, 31 bits that depend on nothing but the name."""
    return int.from_bytes(sha256(f"torchproof/{name}".encode()).digest()[:4], "big") >> 1
