"""The report of an interview: scores by topic and level, what to study next, every question."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from assistant.interview.bank import Bank, Item
from assistant.interview.chart import Series, line_chart
from assistant.interview.types import (
    LEVELS,
    Interview,
    PointGrade,
    Result,
    Turn,
    grade_of,
)
from corpus.exercises import Task
from corpus.predictions import Prediction
from corpus.types import Entry

STUDY = 5
"""Entries named as what to study next."""
MARKS = {"covered": "✓", "missed": "–", "wrong": "✗", "ungraded": "?"}
WORDS = {"covered": "said", "missed": "missing", "wrong": "wrong", "ungraded": "not judged"}
_NO_ANSWER = "No answer is kept for this question."


@dataclass(frozen=True, slots=True)
class Row:
    """The mean score of some questions; `before` is that of earlier interviews, if there is one."""

    name: str
    score: float
    count: int
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the report, with the answer that would have been right, as Markdown."""

    number: int
    turn: Turn
    title: str
    model_answer: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an interview.

    Attributes:
        score: mean over the questions that were judged, 0 to 1; None for none.
        grade: 0 to 4.
        unjudged: how many questions count neither way.
        strongest, weakest: topics, best and worst first; a topic is never both.
        study: ids and questions of the entries to read next.
        over_time: the score of each interview so far with its start, oldest first.
        topics_over_time, levels_over_time: the same for every topic and level of this interview.
    """

    interview: Interview
    score: float | None
    grade: int | None
    unjudged: int
    topics: tuple[Row, ...]
    levels: tuple[Row, ...]
    strongest: tuple[str, ...]
    weakest: tuple[str, ...]
    study: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    over_time: tuple[tuple[float, float], ...]
    topics_over_time: Mapping[str, Series] = field(default_factory=dict)
    levels_over_time: Mapping[str, Series] = field(default_factory=dict)


def score_of(interview: Interview) -> float | None:
    """The mean score of the questions that were judged, 0 to 1; None for none."""
    scores = [turn.score for turn in interview.turns if turn.score is not None]
    return statistics.fmean(scores) if scores else None


def make_report(interview: Interview, bank: Bank, earlier: Iterable[Interview] = ()) -> Report:
    """Sums up an interview.

    Args:
        interview: ended or not; an open question is left out.
        bank: where the right answers are.
        earlier: the owner's other interviews, for comparison.
    """
    turns = [turn for turn in interview.turns if turn.done]
    before = sorted(
        (one for one in earlier if one.id != interview.id and one.started < interview.started),
        key=lambda one: one.started,
    )
    old = [turn for one in before for turn in one.turns if turn.done]
    topics = _rows(turns, old, lambda turn: turn.topic)
    levels = sorted(
        _rows(turns, old, lambda turn: turn.level), key=lambda row: LEVELS.index(row.name)
    )
    score = score_of(interview)
    ranked = sorted(topics, key=lambda row: (-row.score, row.name))
    strong = tuple(row.name for row in ranked if row.score >= 0.65)[:3]
    weak = tuple(row.name for row in reversed(ranked) if row.score < 0.65)[:3]
    over_time = [
        (one.started, value) for one in (*before, interview) if (value := score_of(one)) is not None
    ]
    return Report(
        interview, score, grade_of(score), sum(turn.score is None for turn in turns),
        tuple(topics), tuple(levels), strong, weak, tuple(_study(turns, bank)),
        tuple(_question(number, turn, bank) for number, turn in enumerate(turns, start=1)),
        tuple(over_time),
        _series((*before, interview), lambda turn: turn.topic, {row.name for row in topics}),
        _series((*before, interview), lambda turn: turn.level, {row.name for row in levels}),
    )  # fmt: skip


def _series(
    interviews: Iterable[Interview], name: Callable[[Turn], str], wanted: set[str]
) -> dict[str, Series]:
    """The mean score of every wanted topic or level in each interview that asked about it."""
    found: dict[str, list[tuple[float, float]]] = {key: [] for key in sorted(wanted)}
    for one in interviews:
        scores: dict[str, list[float]] = {}
        for turn in one.turns:
            if turn.done and turn.score is not None:
                scores.setdefault(name(turn), []).append(turn.score)
        for key in scores.keys() & wanted:
            found[key].append((one.started, statistics.fmean(scores[key])))
    return {key: tuple(points) for key, points in found.items()}


def _rows(turns: Sequence[Turn], old: Sequence[Turn], name: Callable[[Turn], str]) -> list[Row]:
    def means(of: Sequence[Turn]) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for turn in of:
            if turn.score is not None:
                found.setdefault(name(turn), []).append(turn.score)
        return found

    before = means(old)
    return [
        Row(
            key, statistics.fmean(scores), len(scores),
            statistics.fmean(before[key]) if key in before else None,
        )
        for key, scores in sorted(means(turns).items())
    ]  # fmt: skip


def _study(turns: Sequence[Turn], bank: Bank) -> list[tuple[str, str]]:
    """Entries behind the questions that went worst."""
    poor = sorted(
        (turn for turn in turns if turn.score is not None and turn.score < 0.85),
        key=lambda turn: turn.score or 0.0,
    )
    found: dict[str, str] = {}
    for turn in poor:
        item = bank.get(turn.item)
        if item is not None and item.entry:
            explained = bank.entry(item.entry)
            found.setdefault(item.entry, explained.question if explained else item.entry)
    return list(found.items())[:STUDY]


def _question(number: int, turn: Turn, bank: Bank) -> Question:
    item = bank.get(turn.item)
    title = " ".join(turn.prompt.partition("\n")[0].strip("*").split())
    if item is None:
        return Question(number, turn, title, _NO_ANSWER, None)
    return Question(number, turn, title, model_answer(item), item.entry)


def model_answer(item: Item) -> str:
    """A right answer, as Markdown."""
    source = item.source
    if isinstance(source, Task):
        return "\n\n".join(filter(None, (_fenced(source.solution), source.explanation)))
    if isinstance(source, Prediction):
        return f"{_fenced(source.answer, 'text')}\n\n{source.why.strip()}"
    return _short_answer(source)


def _short_answer(entry: Entry) -> str:
    for kinds in (("short_answer",), ("explanation", "body")):
        blocks = [b for s in entry.sections if s.kind in kinds for b in s.blocks]
        if blocks:
            return "\n\n".join(
                _fenced(b.text) if b.kind == "code" else b.text for b in blocks
            ).strip()
    return _NO_ANSWER


def _fenced(code: str, language: str = "python") -> str:
    return f"```{language}\n{code.strip()}\n```"


def evidence(result: Result) -> list[str]:
    """A line for every point given or taken, with what it rests on."""
    lines = [
        f"{MARKS[one.state]} {_point(one.point.mistake, one.point.text)}"
        + (f" (you said: “{one.quote}”)" if one.quote else "")
        + (f" {one.reason}" if one.reason else "")
        + (f" ({other})" if (other := differs(result, one)) else "")
        for one in result.points
        if not (one.point.mistake and one.state in ("missed", "ungraded"))
    ]
    if result.second is not None:
        lines.append(
            f"Judged by {result.by}; {_judge(result.second)}: {percent(result.second.score)}"
        )
    lines += [
        f"{MARKS['covered' if check.passed else 'wrong']} {check.name}"
        + (f": {check.message}" if check.message and not check.passed else "")
        for check in result.checks
    ]
    return lines


def differs(result: Result, one: PointGrade) -> str:
    """What the other judge made of a point, where it is not the same; else empty."""
    if result.second is None:
        return ""
    other = next((p.state for p in result.second.points if p.point.id == one.point.id), "missed")
    return f"{_judge(result.second)}: {WORDS[other]}" if other != one.state else ""


def _judge(result: Result) -> str:
    return "the rules alone" if result.by == "rules" else result.by


def _point(mistake: bool, text: str) -> str:
    return f"The mistake “{text}”" if mistake else text


def percent(score: float | None) -> str:
    """A score as people read it."""
    return "not judged" if score is None else f"{100 * score:.0f} %"


def spent(report: Report) -> str:
    """How many questions in how long, as people say it."""
    asked, minutes = len(report.questions), round(report.interview.used / 60)
    questions = "1 question" if asked == 1 else f"{asked} questions"
    if not minutes:
        return f"{questions} in less than a minute"
    return f"{questions} in {'1 minute' if minutes == 1 else f'{minutes} minutes'}"


def as_markdown(report: Report) -> str:
    """The report as Markdown."""
    interview = report.interview
    lines = [
        f"# Interview of {_day(interview.started)}",
        "",
        f"Score {percent(report.score)}"
        + (f", grade {report.grade} of 4" if report.grade is not None else "")
        + f", {spent(report)}."
        + (f" {report.unjudged} of them count neither way." if report.unjudged else ""),
    ]
    for title, rows in (("By topic", report.topics), ("By level", report.levels)):
        if rows:
            lines += [
                "",
                f"## {title}",
                "",
                "| | score | questions | before |",
                "|---|---|---|---|",
            ]
            lines += [
                f"| {row.name} | {percent(row.score)} | {row.count} | "
                f"{percent(row.before) if row.before is not None else ''} |"
                for row in rows
            ]
    if report.strongest or report.weakest:
        lines.append("")
        lines += [f"Strongest: {', '.join(report.strongest)}."] if report.strongest else []
        lines += [f"Weakest: {', '.join(report.weakest)}."] if report.weakest else []
    if report.study:
        lines += ["", "## What to study next", ""]
        lines += [
            f"- {question} (`torchproof corpus show {entry}`)" for entry, question in report.study
        ]
    for question in report.questions:
        lines += ["", f"## {question.number}. {question.title}", ""]
        lines += [*_told(question.turn), "", "**A right answer**", "", question.model_answer]
    return "\n".join(lines) + "\n"


def _told(turn: Turn) -> list[str]:
    lines = [f"{turn.kind}, {turn.topic}, {turn.level}: {percent(turn.score)}"]
    if turn.hints:
        lines.append(f"Hints given: {len(turn.hints)}.")
    for response in turn.responses:
        if response.probe:
            lines += ["", f"*{response.probe}*"]
        said = response.text.strip() or "(nothing)"
        lines += ["", *(f"> {line}" for line in said.splitlines())]
    if turn.skipped:
        lines.append("Skipped.")
    if turn.result is not None:
        lines += ["", turn.result.summary, "", *(f"- {line}" for line in evidence(turn.result))]
    return lines


def as_html(report: Report) -> str:
    """The report as one HTML page that opens offline and prints well; foreign text is inert."""
    from jinja2 import Environment
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"percent": percent, "day": _day, "markdown": markdown.render}
    source = resources.files(__package__).joinpath("templates/report.html").read_text("utf-8")
    return environment.from_string(source).render(
        spent=spent(report),
        report=report, marks=MARKS, words=WORDS, differs=differs, chart=line_chart,
        place={q.entry: q.number for q in reversed(report.questions) if q.entry},
    )  # fmt: skip


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
