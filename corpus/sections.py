"""An answer's drafts to an entry: sections under their headings, blocks, snippets with outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.blocks import Draft, Habits, with_plain_headings
from corpus.clean import clean_title, mend, unglue
from corpus.numbering import Start
from corpus.pieces import View
from corpus.programs import looks_like_output, statement_hits
from corpus.restore import Budget
from corpus.snippets import is_output_label, snippet_of, without_output_label
from corpus.types import Block, Document, Entry, Section, SectionKind, Snippet, Span

_KINDS: tuple[tuple[SectionKind, str], ...] = (
    (
        "short_answer",
        r"(?:short|quick|brief|direct) answer|tl;?dr|in (?:short|brief|a nutshell)",
    ),
    ("follow_ups", r"follow[- ]?ups?|interviewers? (?:may|might)|next questions?"),
    (
        "checks",
        r"check your(?:self| understanding| knowledge)|exercises?\b|quiz|test yourself|"
        r"(?:show )?answer hint|self[- ]test",
    ),
    (
        "mistakes",
        r"(?:common |frequent |typical )?(?:mistakes?|errors|misconceptions?|bugs)\b|"
        r"error recovery",
    ),
    (
        "pitfalls",
        r"(?:common )?(?:pitfalls?|gotchas?|caveats?|traps?)\b|watch out|limitations|warnings?\b",
    ),
    (
        "key_points",
        r"key (?:points?|takeaways?|ideas?|facts?)|takeaways?|summary|recap|in summary|"
        r"best practices|cheat ?sheet",
    ),
    (
        "explanation",
        r"explanation|how it works|why (?:this|it) (?:matters|works)|details?\b|background|"
        r"in depth|deep dive|analogy|intuition|what just happened",
    ),
    (
        "code",
        r"code\b|(?:code |worked |usage |minimal |full )?examples?\b|implementation|snippet|demo\b|"
        r"sample code",
    ),
)


def section_kind(heading: str) -> SectionKind:
    """What a section is for, by its heading."""
    for kind, pattern in _KINDS:
        if re.match(pattern, heading, re.IGNORECASE):
            return kind
    return "body"


@dataclass(slots=True)
class _Under:
    """A section in the making."""

    path: tuple[str, ...]
    start: int
    end: int
    blocks: list[Block]


def build_entry(
    document: Document,
    view: View,
    ways: Habits,
    start: Start,
    drafts: Sequence[Draft],
    follow_ups: tuple[str, ...],
    name: str,
    number: int,
    budget: Budget,
) -> Entry:
    """The entry with its sections and snippets; `budget` is what is left for restoring code."""
    drafts = with_plain_headings(drafts, ways)
    sections: list[_Under] = []
    headings: list[tuple[int, str]] = []
    snippets: list[Snippet] = []
    labelled = False
    last_snippet = False
    for draft in drafts:
        if draft.kind == "heading":
            title = clean_title(draft.text)
            while headings and headings[-1][0] >= draft.level:
                headings.pop()
            headings.append((draft.level, title))
            labelled = is_output_label(title)
            last_snippet = last_snippet and labelled
            sections.append(
                _Under(tuple(text for _, text in headings), draft.outer_start, draft.outer_end, [])
            )
            continue
        if not sections:
            sections.append(_Under((), draft.outer_start, draft.outer_end, []))
        under = sections[-1]
        shown = last_snippet and (labelled or _is_shown(draft, snippets[-1]))
        snippet_id = f"{name}/{len(snippets) + 1}"
        block, snippet = _block(view, draft, snippet_id, name, budget, output=shown)
        if snippet is not None:
            snippets.append(snippet)
        if block.kind == "output" and last_snippet and snippets:
            snippets[-1] = replace(
                snippets[-1],
                expected_output=_joined(snippets[-1].expected_output, block.text),
            )
        labelled = block.kind == "prose" and is_output_label(block.text)
        last_snippet = snippet is not None or (
            last_snippet and (labelled or block.kind == "output")
        )
        under.blocks.append(block)
        under.end = max(under.end, draft.outer_end)
    kept = tuple(
        Section(
            under.path,
            section_kind(under.path[-1]) if under.path else "body",
            _bare(view, under.start, under.end),
            tuple(under.blocks),
        )
        for under in sections
        if under.blocks
    )
    return Entry(
        id=name,
        document_id=document.id,
        number=number,
        question=unglue(start.title, ways.names) or document.title,
        span=_whole(view, start, drafts),
        sections=kept,
        snippets=tuple(snippets),
        follow_ups=follow_ups,
    )


def _is_shown(draft: Draft, snippet: Snippet) -> bool:
    """Whether an unlabelled listing right behind a program that prints is what it prints."""
    if draft.kind != "code" or draft.language not in {"", "?"} or snippet.expected_output:
        return False
    opening = draft.text.lstrip()
    return (
        "print(" in snippet.code
        and looks_like_output(opening)
        and not statement_hits(
            opening.split("\n", 1)[0].removeprefix("tensor(").removeprefix("torch.Size(")
        )
    )


def _joined(before: str | None, output: str) -> str:
    output = without_output_label(output)
    return output if before is None else f"{before}\n{output}"


def _whole(view: View, start: Start, drafts: Sequence[Draft]) -> Span:
    """From the question's start to the end of the last thing said in answer."""
    end = max((draft.outer_end for draft in drafts), default=0)
    title_end = start.body_offset
    if end <= start.begin:
        end = start.begin + len(view.text[start.begin : title_end].rstrip())
    return _bare(view, start.begin, end)


def _bare(view: View, start: int, end: int) -> Span:
    """The stretch without the blank space at its ends."""
    text = view.text[start:end]
    return view.span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))


def _block(
    view: View, draft: Draft, snippet_id: str, entry_id: str, budget: Budget, *, output: bool
) -> tuple[Block, Snippet | None]:
    """The block of a draft, and its snippet when it is code that runs."""
    text = view.text[draft.start : draft.end]
    start = draft.start + len(text) - len(text.lstrip())
    span = view.span(start, start + len(text.strip()))
    if draft.kind == "code":
        snippet = None
        if not output:
            place = (draft.start, draft.end, draft.language)
            snippet = snippet_of(view, *place, snippet_id, entry_id, budget)
        if snippet is not None:
            return Block("code", snippet.code, snippet.span), snippet
        printed = output or draft.language in {"output", "stdout"}
        return Block("output" if printed else "code", draft.text, span), None
    if draft.kind == "list" or draft.kind == "table":
        return Block(draft.kind, mend(draft.text), span), None
    if draft.kind == "output":
        return Block("output", draft.text.strip(), span), None
    return Block("prose", draft.text, span), None
