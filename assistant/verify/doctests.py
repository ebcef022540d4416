"""Interactive sessions: `>>>` lines are run, and what stands below each is claimed as its echo."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from assistant.verify import causes
from assistant.verify.expect import Fails, Printed
from assistant.verify.judge import Judgement, Setting
from assistant.verify.observe import Observation
from assistant.verify.printed import compare_text
from assistant.verify.sites import Site

_PROMPT = re.compile(r"(?P<indent>\s*)>>>(?: (?P<code>.*)|\s*)$")
_MORE = re.compile(r"\s*\.\.\.(?: (?P<code>.*)|\s*)$")
_TRACE = re.compile(r"\s*Traceback \(most recent call last\)")


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
                collecting = False
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
        tree = ast.parse(code)
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


def judge_echo(site: Site, seen: Observation, setting: Setting) -> Judgement:
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
    if text is None:
        if not seen.finished:
            return Judgement("not_run", note=seen.stopped)
        return Judgement("refuted", "nothing is printed", part="text")
    found = compare_text(site.text, text)
    if found.agrees:
        return Judgement("confirmed", text.strip()[:300], part="value")
    source = setting.source(site)
    why_open = causes.unsettled(source)
    if why_open:
        return Judgement("unverifiable", text.strip()[:300], why_open)
    if seen.faults and seen.faults[0].line < site.statement[0]:
        tied = causes.related_names(setting.code, seen.faults[0].statement)
        if tied & causes.related_names(setting.code, site.statement):
            note = f"line {seen.faults[0].line} failed before it"
            return Judgement("not_run", text.strip()[:300], note)
    if re.search(r"cuda", site.text) and not seen.machine.get("cuda"):
        return Judgement("unverifiable", text.strip()[:300], "it needs CUDA")
    return Judgement("refuted", text.strip()[:300], part=found.part)
