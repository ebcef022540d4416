"""What a statement of an interactive session echoed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.verify import causes, unsettled
from assistant.verify.compare import compare
from assistant.verify.expect import read as read_claim
from assistant.verify.judge.judgement import Judgement, Setting
from assistant.verify.meaning import same_meaning
from assistant.verify.observe import Observation
from assistant.verify.printed import compare_text, only_noise
from assistant.verify.sites import Site

_SKIPPED = re.compile(r"doctest:\s*\+?(?:IGNORE_WANT|SKIP)")
_VARIES = re.compile(
    r"#?\s*(?:may vary|varies|random\b"
    r"|(?:output|results?|values?) (?:may|will|can) (?:vary|differ))",
    re.IGNORECASE,
)


def judge_echo(site: Site, seen: Observation, number: int, setting: Setting) -> Judgement:
    """What a statement of a session echoed, against what stands below it."""
    if seen.result.status == "unavailable":
        return Judgement("not_run", note=seen.result.reason)
    texts = [text for line, text in seen.outputs if line == site.statement[0]]
    text = "".join(texts) if texts else None
    if _SKIPPED.search(_near(setting.code, site) + site.text):
        return Judgement("unverifiable", (text or "").strip()[:300], "the page has it skipped")
    fault = next((one for one in seen.faults if one.statement[0] == site.statement[0]), None)
    if fault is not None:
        why = causes.explain(fault, seen.faults, setting.missing, cuda=seen.cuda)
        if why.cause == "hardware":
            return Judgement("unverifiable", note=why.sentence)
        named = fault.raised.type == "NameError"
        if why.cause != "fault" or fault is not seen.faults[0] or named:
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
    claimed, remark = without_remarks(site.text)
    if compare_text(claimed, text).agrees:
        return Judgement("confirmed", shown, note)
    same, why_same = same_meaning(claimed, text)
    if same:
        return Judgement("confirmed", shown, note or "printed differently by this version")
    if why_same:
        return Judgement("unverifiable", shown, why_same)
    read = read_claim(claimed)
    values = _first_values(seen, number)
    if read is not None and values and compare(read.expectation, values[0]).agrees:
        return Judgement("confirmed", shown, note or "printed differently by this version")
    part = compare_text(claimed, text).part
    source = setting.source(site)
    why_open = unsettled.unsettled(source, cuda=seen.cuda)
    if _VARIES.search(remark) or _VARIES.search(_near(setting.code, site)):
        return Judgement("unverifiable", shown, "the page says that it varies")
    if unsettled.unwritten(source, site.text):
        return Judgement("unverifiable", shown, "nobody wrote that memory")
    if why_open:
        return Judgement("unverifiable", shown, why_open)
    upset = setting.upset_by(seen, site)
    if upset:
        return Judgement("not_run", shown, upset)
    if re.search(r"cuda", site.text) and not seen.cuda:
        return Judgement("unverifiable", shown, "it needs CUDA")
    # Nothing is known of the noise of another machine, nor of the dtype of its nought.
    if only_noise(claimed, text) or only_noise(claimed, re.sub(r", dtype=[\w.]+", "", text)):
        return Judgement("unverifiable", shown, "it differs by rounding alone")
    return Judgement("refuted", shown, note, part)


def without_remarks(shown: str) -> tuple[str, str]:
    """What a session shows, without the comments in it, and those."""
    rows, remarks = [], []
    everywhere = all(row.lstrip().startswith("#") for row in shown.splitlines())
    for row in shown.splitlines():
        found = re.search(r"(?:^|\s)#(?!\d)\s*(.*)$", row)
        quoted = found is not None and row[: found.start()].count("'") % 2
        if found is None or quoted:
            rows.append(row)
        elif everywhere:
            rows.append(found[1])  # output that was put behind a sign of its own
        else:
            rows.append(row[: found.start()])
            remarks.append(found[1])
    return "\n".join(rows), "\n".join(remarks)


def _first_values(seen: Observation, number: int) -> Mapping[int, Mapping[str, Any]]:
    sights = seen.sights.get(number)
    return next(iter(sights.values.values()), {}) if sights else {}


def _assigned(seen: Observation, number: int) -> str | None:
    """What an assignment stored, as an echo would show it."""
    values = _first_values(seen, number)
    return str(values[0].get("repr") or "") or None if values else None


def _near(code: str, site: Site) -> str:
    """The statement with the two lines above it, where directives to checkers stand."""
    first, last = site.statement
    return "\n".join(code.splitlines()[max(0, first - 3) : last])
