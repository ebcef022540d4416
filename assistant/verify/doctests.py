"""Interactive sessions: `>>>` lines are run, and what stands below each is claimed as its echo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.verify import causes
from assistant.verify.compare import compare
from assistant.verify.expect import Fails, Printed, is_open
from assistant.verify.expect import read as read_claim
from assistant.verify.judge import Judgement, Setting
from assistant.verify.meaning import same_meaning
from assistant.verify.observe import Observation
from assistant.verify.printed import compare_text
from assistant.verify.sites import Site
from corpus import syntax

_PROMPT = re.compile(r"(?P<indent>\s*)>>>(?: (?P<code>.*)|\s*)$")
_MORE = re.compile(r"\s*\.\.\.(?: (?P<code>.*)|\s*)$")
_TRACE = re.compile(
    r"\s*(?:Traceback \(most recent call last\)|[\w.]*(?:Error|Exception)\s*(?::|$))"
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as plain code with the same line numbers, and what it claims to echo."""

    code: str
    sites: tuple[Site, ...]


def convert(code: str) -> Session | None:
    """Reads `code` as an interactive session; None where it holds no prompt."""
    lines = code.splitlines()
    if not any(_PROMPT.match(line) for line in lines):
        return None
    plain: list[str] = []
    wants: list[tuple[int, int, list[str]]] = []
    last_code = 0
    collecting = False
    for number, line in enumerate(lines, start=1):
        prompt = _PROMPT.match(line)
        more = _MORE.match(line) if not collecting and plain and last_code == number - 1 else None
        if prompt is not None:
            plain.append(prompt["code"] or "")
            last_code, collecting = number, False
        elif more is not None:
            plain.append(more["code"] or "")
            last_code = number
        else:
            plain.append("")
            if not line.strip():
                # A printed tensor may hold blank lines; an open bracket says that it goes on.
                collecting = collecting and is_open("\n".join(wants[-1][2]))
            elif last_code == number - 1:
                wants.append((last_code, number, [line]))
                collecting = True
            elif collecting:
                wants[-1][2].append(line)
    text = "\n".join(plain) + "\n"
    keys = _statements(text)
    sites = [
        _site(keys[line], first, rows)
        for line, first, rows in wants
        if line in keys and not _is_prose(rows)
    ]
    return Session(text, tuple(sites))


def _statements(code: str) -> dict[int, tuple[int, int, int]]:
    """Top-level statements by their last line: first line, last line, column."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):
        return {}
    return {
        (node.end_lineno or node.lineno): (
            node.lineno,
            node.end_lineno or node.lineno,
            node.col_offset,
        )
        for node in tree.body
    }


def _is_prose(rows: list[str]) -> bool:
    """A remark below a prompt without a blank line: words that no echo would show."""
    words = re.findall(r"[A-Za-z]{2,}", rows[0])
    return len(rows) == 1 and len(words) > 4 and not re.search(r"[\d\[\](){}<>='\"]", rows[0])


def _site(statement: tuple[int, int, int], first: int, rows: list[str]) -> Site:
    indent = min(len(row) - len(row.lstrip()) for row in rows)
    text = "\n".join(row[indent:].rstrip() for row in rows)
    if _TRACE.match(rows[0]):
        final = rows[-1].strip()
        name, _, message = final.partition(":")
        expectation: Printed | Fails = Fails(name.strip().rsplit(".", 1)[-1], message.strip())
        return Site(
            "raises", expectation, first, first + len(rows) - 1, indent, text,
            f"{statement[0]}:{statement[2]}", "raises", statement=(statement[0], statement[1]),
        )  # fmt: skip
    return Site(
        "output", Printed(text), first, first + len(rows) - 1, indent, text,
        f"{statement[0]}:{statement[2]}", "echo", statement=(statement[0], statement[1]),
    )  # fmt: skip


def judge_echo(site: Site, seen: Observation, number: int, setting: Setting) -> Judgement:
    """What a statement of a session echoed, against what stands below it."""
    if seen.result.status == "unavailable":
        return Judgement("not_run", note=seen.result.reason)
    text = next((text for line, text in seen.outputs if line == site.statement[0]), None)
    fault = next((one for one in seen.faults if one.statement[0] == site.statement[0]), None)
    if fault is not None:
        why = causes.explain(fault, seen.faults, setting.missing)
        if why.cause == "hardware":
            return Judgement("unverifiable", note=why.sentence)
        if why.cause != "fault" or fault is not seen.faults[0]:
            return Judgement("not_run", note=why.sentence)
        message = " ".join(fault.raised.message.split())
        observed = f"{fault.raised.type}: {message}"[:300]
        return Judgement("refuted", observed, "it raises", "error")
    echoed = text is not None
    if text is None:
        if not seen.finished:
            return Judgement("not_run", note=seen.stopped)
        text = _assigned(seen, number)
    if text is None:
        return Judgement("refuted", "nothing is printed", part="text")
    shown = text.strip()[:300]
    note = "" if echoed else "shown behind an assignment, which echoes nothing"
    if compare_text(site.text, text).agrees:
        return Judgement("confirmed", shown, note)
    same, why_same = same_meaning(site.text, text)
    if same:
        return Judgement("confirmed", shown, note or "printed differently by this version")
    if why_same:
        return Judgement("unverifiable", shown, why_same)
    read = read_claim(site.text)
    values = _first_values(seen, number)
    if read is not None and values and compare(read.expectation, values[0]).agrees:
        return Judgement("confirmed", shown, note or "printed differently by this version")
    part = compare_text(site.text, text).part
    source = setting.source(site)
    why_open = causes.unsettled(source)
    if _ignored(setting.code, site):
        return Judgement("unverifiable", shown, "the page says that it varies")
    if causes.unwritten(source, site.text):
        return Judgement("unverifiable", shown, "nobody wrote that memory")
    if why_open:
        return Judgement("unverifiable", shown, why_open)
    upset = setting.upset_by(seen, site)
    if upset:
        return Judgement("not_run", shown, upset)
    if re.search(r"cuda", site.text) and not seen.machine.get("cuda"):
        return Judgement("unverifiable", shown, "it needs CUDA")
    return Judgement("refuted", shown, note, part)


def _first_values(seen: Observation, number: int) -> Mapping[int, Mapping[str, Any]]:
    sights = seen.sights.get(number)
    return next(iter(sights.values.values()), {}) if sights else {}


def _assigned(seen: Observation, number: int) -> str | None:
    """What an assignment stored, as an echo would show it."""
    values = _first_values(seen, number)
    return str(values[0].get("repr") or "") or None if values else None


def _ignored(code: str, site: Site) -> bool:
    """Whether a directive above the statement tells checkers not to compare."""
    first = site.statement[0]
    above = "\n".join(code.splitlines()[max(0, first - 3) : first])
    return bool(re.search(r"doctest:\s*\+?(?:IGNORE_WANT|SKIP)", above))
