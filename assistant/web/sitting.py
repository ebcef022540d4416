"""An interview in HTML: the question, what was answered, the grade with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from assistant.interview.bank import Item
from assistant.interview.report import MARKS, WORDS, differs, percent
from assistant.interview.schedule import Statement
from assistant.interview.types import HINT_COSTS, Interview, PointGrade, Result, Turn
from assistant.web.cells import code_html
from assistant.web.markup import Code, Prose, blocks

KIND_NAMES = {
    "explain": "Explain",
    "compare": "Compare",
    "design": "Design",
    "predict": "Predict the output",
    "debug": "Find the bug",
    "code": "Write code",
}
ROLE_NAMES = {
    "research": "Research engineer",
    "ml": "Machine learning engineer",
    "performance": "Inference and performance",
    "llm": "LLM training",
}
TASKS = {
    "explain": "Answer in your own words, as you would say it.",
    "compare": "Say what they share, what sets them apart, and when you take which.",
    "design": "Sketch your design: the parts, why so, and what it costs.",
    "predict": "Write what it prints, or the type of the exception that it raises.",
    "debug": "Mend the code below.",
    "code": "Write the code below.",
}


def markdown_html(text: str) -> str:
    """Markdown with its code in frames; nothing in it can act."""
    parts: list[str] = []
    for block in blocks(text, frozenset()):
        match block:
            case Prose(html=html):
                parts.append(f'<div class="tp-prose">{html}</div>')
            case Code(code=code, language=language):
                shown = code_html(code, (), language=language or "text")
                parts.append(f'<figure class="tp-cell">{shown}</figure>')
    return "".join(parts)


def stage_html(interview: Interview, turn: Turn) -> str:
    """The open or just finished question of an interview, with all that was said to it."""
    number, total = len(interview.turns), interview.plan.questions
    done = sum(one.done for one in interview.turns)
    head = (
        '<div class="tp-where-now"><span>'
        f"<b>Question {number} of {total}</b> · {escape(turn.topic)} · {escape(turn.level)}</span>"
        f'<span class="tp-clock" role="timer" data-left="{interview.left:.0f}" '
        f'data-run="{int(not turn.done)}"></span></div>'
        f'<div class="tp-progress" role="progressbar" aria-label="Questions done" '
        f'aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{done}">'
        f'<i style="width:{100 * done / max(1, total):.0f}%"></i></div>'
    )
    key = f"{interview.id}/{number}"
    return f'<section class="tp-stage" data-key="{key}">{head}{_asked(turn)}</section>'


def _asked(turn: Turn) -> str:
    kind = KIND_NAMES.get(turn.kind, turn.kind)
    parts = [f'<h2 class="tp-kind" tabindex="-1">{escape(kind)}</h2>', markdown_html(turn.prompt)]
    if not turn.done and not turn.responses:
        parts.append(f'<p class="tp-quiet">{TASKS.get(turn.kind, "")}</p>')
    parts += [
        f'<p class="tp-hint"><b>Hint {n}:</b> {_inline(hint)}</p>'
        for n, hint in enumerate(turn.hints, start=1)
    ]
    if turn.responses:
        parts.append(answer_html(turn))
    if turn.probe:
        parts.append(
            f'<p class="tp-probe" role="status"><b>Follow-up:</b> {_inline(turn.probe)}</p>'
        )
    return "".join(parts)


def answer_html(turn: Turn) -> str:
    """What was answered; words that a grade rests on are marked."""
    if turn.kind in ("code", "debug"):
        code = turn.responses[-1].text
        return (
            '<h3 class="tp-sub">Your code</h3><figure class="tp-cell">'
            f"{code_html(code or ' ', ())}</figure>"
        )
    grades = turn.result.points if turn.result else ()
    said: list[str] = []
    offset = 0
    for response in turn.responses:
        text = response.text
        if response.probe:
            said.append(f'<p class="tp-quiet">Follow-up: {_inline(response.probe)}</p>')
        marked = _marked(text, offset, grades) if text.strip() else "(nothing)"
        said.append(f'<blockquote class="tp-said-so">{marked}</blockquote>')
        offset += len(text) + 2  # answers are judged together, a blank line between them
    return f'<h3 class="tp-sub">Your answer</h3>{"".join(said)}'


def _marked(text: str, offset: int, grades: Sequence[PointGrade]) -> str:
    spans = sorted(
        (grade.start - offset, grade.end - offset, grade.state)
        for grade in grades
        if grade.end > grade.start and grade.state in ("covered", "wrong")
    )
    out: list[str] = []
    at = 0
    for start, end, state in spans:
        if start < at or end > len(text):
            continue
        words = "counts for you" if state == "covered" else "counts against you"
        out.append(escape(text[at:start]))
        out.append(
            f'<mark class="tp-point-{state}" title="{words}">{escape(text[start:end])}</mark>'
        )
        at = end
    return "".join(out) + escape(text[at:])


def result_html(result: Result | None, score: float | None, hints: int, *, skipped: bool) -> str:
    """What an answer was worth, and the evidence for every point of it."""
    if skipped:
        return '<div class="tp-grade"><p class="tp-score">Skipped</p></div>'
    if result is None:
        return ""
    cost = ""
    if hints and score is not None:
        word = "hint" if hints == 1 else "hints"
        cost = f' <span class="tp-quiet">({hints} {word}: −{100 * HINT_COSTS * hints:.0f})</span>'
    points = [
        p for p in result.points if not (p.point.mistake and p.state not in ("wrong", "covered"))
    ]
    rows = "".join(_point(point, differs(result, point)) for point in points)
    rows += "".join(
        _row(
            "covered" if check.passed else "wrong",
            "holds" if check.passed else "fails",
            escape(check.name),
            "" if check.passed else escape(check.message),
        )
        for check in result.checks
    )
    by = f"Judged by {escape(result.by)}." if result.by != "nobody" else ""
    if result.second is not None:
        by += f" {escape(result.second.by.capitalize())} would give {percent(result.second.score)}."
    by = f'<p class="tp-quiet">{by}</p>' if by else ""
    return (
        f'<div class="tp-grade"><p class="tp-score" role="status">{percent(score)}{cost}</p>'
        f"<p>{_inline(result.summary)}</p>"
        + (f'<ul class="tp-points">{rows}</ul>' if rows else "")
        + f"{by}</div>"
    )


def _point(grade: PointGrade, other: str) -> str:
    state, word = grade.state, WORDS[grade.state]
    if grade.point.mistake:
        state = "wrong"
        word = "wrong" if grade.point.id.startswith("x") else "a common mistake"
    beneath = ""
    if grade.quote:
        beneath += f"You said: “{escape(grade.quote)}” "
    beneath += escape(grade.reason) + (f" ({escape(other)})" if other else "")
    return _row(state, word, _inline(grade.point.text), beneath)


def _row(state: str, word: str, what: str, beneath: str) -> str:
    more = f'<small class="tp-quiet">{beneath}</small>' if beneath.strip() else ""
    return (
        f'<li class="tp-point"><span class="tp-mark tp-is-{state}" aria-hidden="true">'
        f'{MARKS[state]}</span><span><b class="tp-is-{state}">{word}:</b> {what}{more}</span></li>'
    )


def right_answer_html(text: str, *, shown: bool = True) -> str:
    """A right answer, to be unfolded."""
    state = " open" if shown else ""
    return (
        f'<details class="tp-right"{state}><summary>A right answer</summary>'
        f"{markdown_html(text)}</details>"
    )


def card_html(card: Statement | Item, left: int, told: str = "") -> str:
    """A card of a drill; `told` is what came of it, as HTML."""
    word = "card" if left == 1 else "cards"
    head = (
        '<div class="tp-where-now"><span><b>Drill</b> · '
        f"{escape(card.topic)}</span><span>{left} {word} left</span></div>"
    )
    if isinstance(card, Statement):
        key = card.key
        body = (
            f'<h2 class="tp-kind" tabindex="-1">True or false?</h2>'
            f'<p class="tp-quiet">{_inline(card.question)}</p>'
            f'<p class="tp-statement">{_inline(_bare(card.text))}</p>'
        )
    else:
        key = card.id
        body = (
            f'<h2 class="tp-kind" tabindex="-1">{KIND_NAMES[card.kind]}</h2>'
            f"{markdown_html(card.prompt)}"
        )
        if not told:
            body += f'<p class="tp-quiet">{TASKS[card.kind]}</p>'
    return f'<section class="tp-stage" data-key="{escape(key)}">{head}{body}{told}</section>'


def _bare(statement: str) -> str:
    """A statement without quotation marks, which would tell the mistakes from the rest."""
    return statement.strip().strip('"“”').strip()


def statement_told(card: Statement, right: bool, due: str) -> str:
    """Whether a statement was called rightly."""
    state = "covered" if right else "wrong"
    word = "Right" if right else "Not right"
    return (
        f'<div class="tp-grade"><p class="tp-score" role="status"><span class="tp-is-{state}">'
        f"{MARKS[state]} {word}</span></p><p>It is {'true' if card.true else 'false'}. "
        f"{escape(due)}</p></div>"
    )


def kept_html(interviews: Sequence[tuple[Interview, float | None]]) -> str:
    """The interviews so far, with their scores."""
    if not interviews:
        return (
            '<p class="tp-quiet tp-none">No interview yet. What you do here is kept on this '
            "machine; a report closes each interview.</p>"
        )
    rows = "".join(_kept(interview, score) for interview, score in interviews)
    return f'<ul class="tp-history">{rows}</ul>'


def _kept(interview: Interview, score: float | None) -> str:
    when = datetime.fromtimestamp(interview.started).strftime("%d %b %Y, %H:%M")
    done = sum(turn.done for turn in interview.turns)
    state = percent(score) if interview.ended else "open"
    what = ", ".join(interview.plan.topics) or ROLE_NAMES.get(interview.plan.role, "all topics")
    ident = escape(interview.id)
    return (
        f'<li><button type="button" class="tp-past" data-act="open" data-id="{ident}">'
        f"<span>{when} · {state}</span><small>{done} of {interview.plan.questions} questions, "
        f'{escape(what)}</small></button><button type="button" class="tp-act" data-act="remove" '
        f'data-id="{ident}" aria-label="Delete the interview of {when}" title="Delete">✕</button>'
        "</li>"
    )


def left_html(left: Interview) -> str:
    """What was left open, and how far it had come."""
    done = sum(turn.done for turn in left.turns)
    minutes = max(0, round(left.left / 60))
    return (
        f"<p>An interview is open: {done} of {left.plan.questions} questions done, {minutes} "
        "minutes left. The pause does not count.</p>"
    )


def framed(page: str) -> str:
    """A whole page of ours in a frame in which nothing can act."""
    return (
        '<iframe class="tp-report" title="Report of the interview" '
        f'sandbox="allow-same-origin allow-modals" srcdoc="{escape(page)}"></iframe>'
    )


def _inline(text: str) -> str:
    """One paragraph of Markdown without the paragraph."""
    html = "".join(b.html for b in blocks(text, frozenset()) if isinstance(b, Prose))
    return html.strip().removeprefix("<p>").removesuffix("</p>") or escape(text)
