"""The corpus as a book: HTML that opens offline, or Markdown; a page a topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from assistant.errors import foreign_faults
from assistant.export.material import Chapter, Known, snippet_at
from assistant.export.render import (
    linked,
    markdown_html,
    section_html,
    shown_sections,
    summed,
)
from assistant.types import SnippetReport, State
from corpus.types import Entry

Form = Literal["html", "markdown"]
STATES: tuple[State, ...] = ("confirmed", "refuted", "unverifiable", "not_run")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an entry's code: a state for the mark, and the words beside it."""

    state: str
    words: str


def write_book(chosen: Sequence[Chapter], known: Known, folder: Path, form: Form) -> list[Path]:
    """Writes the pages into `folder`: `index.html` or `README.md`, and a page for each chapter.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    pages = _markdown_pages if form == "markdown" else _html_pages
    written = []
    with foreign_faults(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages(chosen, known):
            path = folder / name
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def standing(entry: Entry, known: Known) -> Standing:
    """What is known of the code of one entry."""
    if not entry.snippets:
        return Standing("", "no code")
    reports = [known.reports[one.id] for one in entry.snippets if one.id in known.reports]
    if len(reports) < len(entry.snippets):
        if entry.id in known.proved:
            return Standing("confirmed", "all code ran, nothing refuted")
        return Standing("not_run", "code not run")
    counts = Counter(verdict.state for report in reports for verdict in report.verdicts)
    told = ", ".join(f"{counts[s]} {s.replace('_', ' ')}" for s in STATES if counts[s])
    if counts["refuted"]:
        return Standing("refuted", told)
    if any(report.status != "ok" for report in reports):
        return Standing("not_run", f"not all code ran{', ' if told else ''}{told}")
    return Standing("confirmed" if counts["confirmed"] else "", told or "all code ran")


def _html_pages(chosen: Sequence[Chapter], known: Known) -> Iterator[tuple[str, str]]:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"inline": _inline}
    places = _places(chosen, "html")
    templates = resources.files(__package__).joinpath("templates")
    style = templates.joinpath("book.css").read_text("utf-8")
    shared: dict[str, Any] = {
        "chapters": chosen,
        "style": style,
        "torch": known.torch,
        "standing": lambda entry: standing(entry, known),
        "total": sum(len(chapter.entries) for chapter in chosen),
    }
    index = environment.from_string(templates.joinpath("index.html").read_text("utf-8"))
    page = environment.from_string(templates.joinpath("chapter.html").read_text("utf-8"))
    shared["sidebar"] = environment.from_string(
        templates.joinpath("sidebar.html").read_text("utf-8")
    )
    counts = Counter(standing(entry, known).state for c in chosen for entry in c.entries)
    yield "index.html", index.render(**shared, current="", counts=counts)
    for place, chapter in enumerate(chosen):

        def body(entry: Entry, here: str = chapter.id) -> str:
            return "\n".join(
                f'<section class="{section.kind}">{_heading(section.heading_path)}'
                + section_html(entry, section, known, lambda name: _from(places, name, here))
                + "</section>"
                for section in shown_sections(entry)
            )

        yield (
            f"{chapter.id}.html",
            page.render(
                **shared,
                current=chapter.id,
                chapter=chapter,
                body=body,
                before=chosen[place - 1] if place else None,
                after=chosen[place + 1] if place + 1 < len(chosen) else None,
            ),
        )


def _heading(path: tuple[str, ...]) -> str:
    if not path:
        return ""
    level = min(2 + len(path), 6)
    return f"<h{level}>{escape(path[-1])}</h{level}>"


def _inline(text: str) -> str:
    from markupsafe import Markup

    return Markup(markdown_html(text).strip().removeprefix("<p>").removesuffix("</p>"))


def _places(chosen: Sequence[Chapter], suffix: str) -> dict[str, str]:
    """Where each entry stands, by its id."""
    return {
        entry.id: f"{chapter.id}.{suffix}#{entry.id}"
        for chapter in chosen
        for entry in chapter.entries
    }


def _from(places: dict[str, str], entry: str, here: str) -> str | None:
    """The address of an entry as seen from a chapter's page."""
    place = places.get(entry)
    return place[place.index("#") :] if place and place.partition(".")[0] == here else place


def _markdown_pages(chosen: Sequence[Chapter], known: Known) -> Iterator[tuple[str, str]]:
    total = sum(len(chapter.entries) for chapter in chosen)
    lines = ["# PyTorch, question by question", "", f"{total} questions. {_proof(known)}", ""]
    for chapter in chosen:
        lines += [f"## [{chapter.title}]({chapter.id}.md)", ""]
        lines += [f"- [{e.question}]({chapter.id}.md#{e.id})" for e in chapter.entries]
        lines.append("")
    yield "README.md", "\n".join(lines)
    places = _places(chosen, "md")
    for chapter in chosen:
        lines = [f"# {chapter.title}", "", "[All topics](README.md)", ""]
        for entry in chapter.entries:
            lines += _entry_lines(entry, known, places, chapter.id)
        yield f"{chapter.id}.md", "\n".join(lines).rstrip() + "\n"


def _proof(known: Known) -> str:
    return (
        "Comments behind code say what running it gives; ✓ and ✗ say what running it with "
        f"{known.torch} showed."
    )


def _entry_lines(entry: Entry, known: Known, places: dict[str, str], here: str) -> Iterator[str]:
    about = ", ".join(filter(None, (entry.level, standing(entry, known).words)))
    yield from (f'<a id="{entry.id}"></a>', "", f"## {entry.question}", "", f"*{about}*", "")
    for section in shown_sections(entry):
        if section.heading:
            yield from (f"{'#' * (2 + len(section.heading_path))} {section.heading}", "")
        for block in section.blocks:
            if block.kind == "output":
                yield from ("```text", block.text.rstrip(), "```", "")
            elif block.kind != "code":
                yield from (linked(block.text, lambda name: _from(places, name, here)), "")
            else:
                snippet = snippet_at(entry, block.span.start)
                code = snippet.code if snippet else block.text
                yield from ("```python", code.rstrip(), "```", "")
                report = known.reports.get(snippet.id) if snippet else None
                if report is not None:
                    yield from _told(report, known)


def _told(report: SnippetReport, known: Known) -> Iterator[str]:
    mark = "✗" if any(one.state == "refuted" for one in report.verdicts) else "✓"
    yield from (f"{mark} {summed(report, known)}", "")
    wrong = [one for one in report.verdicts if one.state == "refuted"]
    for one in wrong:
        observed = " ".join(one.observed.split())
        yield f"- line {one.claim.line}: `{one.claim.text}`; running it gives `{observed}`"
    if wrong:
        yield ""
