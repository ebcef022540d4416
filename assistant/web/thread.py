"""A conversation as keyed pieces of HTML; the page replaces only the pieces that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from assistant.answer.correct import unmarked
from assistant.answer.pipeline import REFUSAL
from assistant.web.cells import cell_html, plain_cell
from assistant.web.markup import Code, Prose, blocks
from assistant.web.state import Cell, Exchange, Session

SHOWN_QUESTION = 4_000
"""Characters of a question that are shown back."""

Piece = dict[str, str]


def thread_value(session: Session, examples: Sequence[str]) -> dict[str, Any]:
    """What the page's thread shows: exchanges with their pieces, and a line for screen readers."""
    exchanges = session.exchanges
    return {
        "exchanges": [
            {"id": e.id, "pieces": [{"k": k, "h": h} for k, h in exchange_pieces(e)]}
            for e in exchanges
        ],
        "empty": "" if exchanges else empty_html(examples),
        "said": spoken(exchanges[-1]) if exchanges else "",
    }


def reader_value(exchange: Exchange | None) -> dict[str, Any]:
    """An entry of the library in the thread's form: no rating, no retry, just the text."""
    if exchange is None:
        hint = '<p class="tp-quiet tp-none">Choose an entry to read it, with its code run.</p>'
        return {"exchanges": [], "empty": hint, "said": ""}
    title = f'<h2 class="tp-asked">{escape(exchange.question)}</h2>'
    pieces = [("question", title), *_answer(exchange)]
    return {
        "exchanges": [{"id": exchange.id, "pieces": [{"k": k, "h": h} for k, h in pieces]}],
        "empty": "",
        "said": "",
    }


def empty_html(examples: Sequence[str]) -> str:
    """What a new conversation shows."""
    chips = "".join(ask_chip(question) for question in examples)
    return (
        '<div class="tp-empty"><h2>Ask about PyTorch. See it proved.</h2>'
        "<p>Answers come from the indexed documents, with the passages behind them. The code they "
        "cite is run here, and every claim it makes is checked against what it does.</p>"
        f'<div class="tp-chips" role="group" aria-label="Example questions">{chips}</div></div>'
    )


def ask_chip(question: str) -> str:
    """A question that is asked by a click."""
    return f'<button type="button" class="tp-chip" data-act="ask">{escape(question)}</button>'


@lru_cache(maxsize=512)
def exchange_pieces(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """An exchange as (key, HTML); a pure function, remembered because a thread repeats itself."""
    return tuple(_pieces(exchange))


def _pieces(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "question", _question(exchange)
    if exchange.stage == "searching":
        yield "wait", '<p class="tp-wait"><span class="tp-spin"></span>Searching …</p>'
        return
    if not exchange.answerable:
        yield "refusal", _refusal(exchange)
    else:
        yield from _answer(exchange)
    yield "end", _end(exchange)


def _question(exchange: Exchange) -> str:
    text = exchange.question
    shown = text if len(text) <= SHOWN_QUESTION else f"{text[:SHOWN_QUESTION]} …"
    understood = ""
    if exchange.understood and exchange.understood != " ".join(text.split()):
        understood = (
            f'<p class="tp-understood">Understood as: {escape(exchange.understood[:400])}</p>'
        )
    if exchange.scope:
        scope = exchange.scope
        within = ", ".join((*scope.topics, *scope.levels, *scope.documents))
        understood += f'<p class="tp-understood">Answered only from: {escape(within)}</p>'
    acts = ""
    if not exchange.active:
        acts = (
            '<span class="tp-acts">'
            '<button type="button" class="tp-act" data-act="amend" '
            'title="Edit this question and ask again">Edit</button>'
            '<button type="button" class="tp-act" data-act="retry" '
            'title="Ask this question again">Retry</button>'
            '<button type="button" class="tp-act tp-undo" data-act="undo" '
            'title="Take this question back into the box">Undo</button></span>'
        )
    return (
        f'<div class="tp-question"><h3 class="tp-asked">{escape(shown)}</h3>{acts}</div>'
        f"{understood}"
    )


def _answer(exchange: Exchange) -> Iterator[tuple[str, str]]:
    known = frozenset(c.marker for c in exchange.citations) if exchange.citations else None
    placed: set[str] = set()
    for n, block in enumerate(blocks(exchange.text, known)):
        match block:
            case Prose(html=html):
                yield f"p{n}", f'<div class="tp-prose">{html}</div>'
            case Code():
                cell = _cell_for(block, exchange, placed)
                yield f"p{n}", _code(block, cell, exchange)
    rest = [cell for cell in exchange.cells if cell.original.id not in placed]
    for n, cell in enumerate(rest):
        yield f"c{n}", cell_html(cell)


def _cell_for(block: Code, exchange: Exchange, placed: set[str]) -> Cell | None:
    wanted = unmarked(block.code).strip()  # a chat model's code carries the verdicts' remarks
    for cell in exchange.cells:
        same = unmarked(cell.original.code).strip() == wanted
        if same and cell.original.id not in placed:
            placed.add(cell.original.id)
            return cell
    return None


def _code(block: Code, cell: Cell | None, exchange: Exchange) -> str:
    if cell:
        return cell_html(cell, block.markers, actions=not exchange.active)
    if exchange.active:
        note = "Waiting to run" if exchange.executed else ""
    elif not exchange.executed:
        note = "Not run: execution is off in Settings"
    elif exchange.stage in ("stopped", "interrupted"):
        note = "Not run: the answer was stopped"
    else:
        note = "Not run: not a snippet of the documents"
    return plain_cell(block.code, block.language, block.markers, note)


def _refusal(exchange: Exchange) -> str:
    chips = "".join(ask_chip(question) for question in exchange.nearest[:3])
    offer = (
        "<p>The nearest questions they do answer:</p>"
        f'<div class="tp-chips" role="group" aria-label="Nearest questions">{chips}</div>'
        if chips
        else ""
    )
    return f'<div class="tp-refusal"><p><b>{escape(REFUSAL)}</b></p>{offer}</div>'


def _end(exchange: Exchange) -> str:
    match exchange.stage:
        case "writing":
            line = '<span class="tp-spin"></span>Writing …'
        case "verifying":
            line = '<span class="tp-spin"></span>Checking …'
        case "stopped":
            line = "Stopped."
        case "interrupted":
            line = "Interrupted before the end. Retry asks it again."
        case "failed":
            line = f'<span class="tp-bad">✗ {escape(exchange.fault)}</span>'
        case _:
            return _closing(exchange)
    return f'<p class="tp-wait">{line}</p>'


def _closing(exchange: Exchange) -> str:
    took = f'<span class="tp-quiet">{exchange.seconds:.2f} s</span>' if exchange.seconds else ""
    rate = "".join(
        f'<button type="button" class="tp-act" data-act="rate" data-rating="{value}" '
        f'aria-pressed="{"true" if exchange.rating == value else "false"}" '
        f'title="{name}">{sign}</button>'
        for value, sign, name in (
            ("up", "Helpful", "This answer helped"),
            ("down", "Not helpful", "This answer did not help"),
        )
    )
    remark = ""
    if exchange.rating == "down":
        remark = (
            '<p class="tp-quiet tp-thanks">Kept, with your reason. Thank you.</p>'
            if exchange.remark
            else '<div class="tp-remark"><input aria-label="What was wrong with this answer?" '
            'placeholder="What was wrong? (optional)" maxlength="2000">'
            '<button type="button" class="tp-act" data-act="remark">Send</button></div>'
        )
    related = ""
    if exchange.answerable and exchange.nearest:
        chips = "".join(ask_chip(question) for question in exchange.nearest[:3])
        related = (
            f'<div class="tp-chips tp-related" role="group" aria-label="Related questions">'
            f"{chips}</div>"
        )
    return (
        f'<div class="tp-closing">{took}<span class="tp-acts">{rate}</span></div>{remark}{related}'
    )


def spoken(exchange: Exchange) -> str:
    """What a screen reader is told: short, and only when something was completed."""
    judged = [cell.report for cell in exchange.cells if cell.report]
    if exchange.active and not judged:
        return "Answer written, checking its code." if exchange.stage == "verifying" else ""
    if not exchange.answerable:
        return REFUSAL
    states = [v.state for report in judged for v in report.verdicts]
    counted = ", ".join(
        f"{states.count(state)} {name}"
        for state, name in (
            ("confirmed", "confirmed"),
            ("refuted", "refuted"),
            ("unverifiable", "unverifiable"),
            ("not_run", "not run"),
        )
        if state in states
    )
    done = "Answer complete" if exchange.stage == "done" else f"Answer {exchange.stage}"
    return f"{done}. Claims: {counted}." if counted else f"{done}."
