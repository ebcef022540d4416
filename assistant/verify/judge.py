"""Turns what was seen into a state for each claim.  Pure: nothing here runs anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.types import State
from assistant.verify import causes
from assistant.verify.compare import (
    Outcome,
    as_expectation,
    combined,
    compare,
    compare_printed,
    shape_text,
)
from assistant.verify.expect import Device, Fails, Maps, Printed, Property, Value, Values, Works
from assistant.verify.observe import Fault, Observation, Raised, Sights
from assistant.verify.printed import aligned, compare_text, contains
from assistant.verify.sites import Site

MOST_PASSES = 24
_HEDGED = re.compile(
    r"\be\.g\b|for example|random|something like|similar to|might|var(?:y|ies)\b|uninitiali[sz]ed|"
    r"garbage|depends|\bor so\b|\bcould be\b|\bmay\b|on (?:my|a) machine|on (?:the |a )?GPU|"
    r"typically|\bsay\b|\blike\b.*\.\.\.|arbitrary|\bexample\b|roughly|usually|likely",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A state before chance has been looked at.

    `part` names what the judgement rests on: `value`, `shape`, `dtype`, `device`, `kind`, `text`,
    `error`; only values can be random without the others being so.  `drop` says that the comment
    turned out to be no claim.
    """

    state: State
    observed: str = ""
    note: str = ""
    part: str = "value"
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What judging needs to know besides the run.

    Attributes:
        code: the snippet.
        missing: names that the page never defines.
        failing: first lines of statements that are meant to fail.
    """

    code: str
    missing: frozenset[str] = frozenset()
    failing: frozenset[int] = frozenset()

    def upset_by(self, seen: Observation, site: Site) -> str:
        """What failed before `site` and may have left its values other than the author's."""
        for fault in seen.faults:
            if fault.line >= site.statement[0]:
                break
            if fault.statement[0] in self.failing and not fault.lost:
                continue
            if causes.harmless(self.code, fault.statement):
                continue
            tied = causes.related_names(self.code, fault.statement)
            mine = causes.related_names(self.code, site.statement)
            if tied & mine or not mine:
                return f"line {fault.line} failed before it ({fault.raised.type})"
        return ""

    def source(self, site: Site) -> str:
        """The statement that a claim speaks of."""
        first, last = site.statement
        return "\n".join(self.code.splitlines()[first - 1 : last])


def judge(site: Site, seen: Observation, number: int, setting: Setting) -> Judgement:
    """The state of the claim at `site`, which is the `number`-th that `seen` was asked about."""
    if seen.result.status == "unavailable":
        return Judgement("not_run", note=seen.result.reason or "the sandbox is unavailable")
    sights = seen.sights.get(number)
    if isinstance(site.expectation, (Fails, Works)):
        return _judge_raising(site, sights, seen, setting)
    if isinstance(site.expectation, Maps) and sights is not None and sights.raised:
        given = shape_text(site.expectation.sizes())
        return Judgement("refuted", _said(sights.raised[0]), f"given {given}", "shape")
    if sights is None or not (sights.values or sights.texts):
        return _unreached(site, seen, setting)
    outcomes = _outcomes(site, sights)
    judged = _settle(site, outcomes, sights)
    if judged.drop or judged.state != "refuted":
        return _with_hardware(site, judged, setting)
    return _doubted(site, judged, seen, setting)


def _outcomes(site: Site, sights: Sights) -> list[Outcome]:
    """One outcome for each pass over the statement."""
    if site.how == "text":
        if site.run and len(site.run) > 1:
            return [_judge_text(site, "".join(sights.texts))]
        return [_judge_text(site, text) for text in sights.texts]
    found: list[Outcome] = []
    for at, places in enumerate(sights.values.values() or [{}]):
        values = [places[place] for place in sorted(places)]
        text = sights.texts[at] if at < len(sights.texts) else None
        found.append(_judge_values(site, values, text))
    if not found:
        found = [_judge_values(site, [], text) for text in sights.texts]
    return found


def _judge_values(site: Site, values: Sequence[Mapping[str, Any]], text: str | None) -> Outcome:
    """A claim against the values of a statement, and against what it printed if it is a print."""
    expected = site.expectation
    if site.how != "print":
        return compare(expected, values[0]) if values else Outcome(None)
    printed = (text or "").strip()
    if isinstance(expected, Values):
        if len(values) == len(expected.nodes):
            pairs = zip(expected.nodes, values, strict=True)
            return combined([compare(as_expectation(node), have) for node, have in pairs], printed)
        if len(values) == 1:
            found = compare(expected, values[0])
            if found.agrees is not None:
                return found
        return _as_text(site.text, printed)
    if len(values) == 1:
        found = compare(expected, values[0], text=text)
        settled = found.agrees is not None or found.note
        return found if settled else _as_text(site.text, printed, found)
    if not values:
        whole = {"t": "str", "v": printed, "repr": printed}
        found = compare(expected, whole, text=text)
        return found if found.agrees is not None else _as_text(site.text, printed, found)
    return _as_text(site.text, printed)


def _as_text(claimed: str, printed: str, otherwise: Outcome | None = None) -> Outcome:
    """A claim against printed text: equal, or held by it; only its numbers can contradict it."""
    literal = re.split(r"\s+[—–]\s|\s{2,}|\s+\((?=[A-Za-z])", claimed.strip(), maxsplit=1)[0]
    for wording in (claimed, literal):
        if compare_text(wording, printed).agrees:
            return Outcome(True, printed[:300], part="text")
    held = contains(literal, printed)
    if held is not None:
        return Outcome(held, printed[:300])
    return replace(otherwise, observed=printed[:300]) if otherwise else Outcome(None, printed[:300])


def _judge_text(site: Site, text: str) -> Outcome:
    expected = site.expectation
    claimed = expected.text if isinstance(expected, Printed) else site.text
    if site.part < 0:
        return compare_printed(claimed, text)
    lines = [line for line in text.splitlines() if line.strip()]
    own = lines[site.part] if site.part < len(lines) else ""
    found = compare_printed(claimed, own)
    if found.agrees or (found.part == "value" and own):
        return found
    for line in lines:
        if compare_text(claimed, line).agrees:
            return Outcome(True, line, part="text")
    if site.part >= len(lines):
        return Outcome(False, "nothing more is printed", part="text")
    return found


def _settle(site: Site, outcomes: Sequence[Outcome], sights: Sights) -> Judgement:
    """Many passes into one state: a claim in a loop holds if it holds at one of its passes."""
    good = [found for found in outcomes if found.agrees]
    if good:
        at = outcomes.index(good[0]) + 1
        note = good[0].note
        if at > 1:
            note = f"at pass {at} of {sights.passes}"
        elif len(good) < len(outcomes):
            note = "at the first pass; later ones differ"
        return Judgement("confirmed", good[0].observed, note, good[0].part)
    bad = [found for found in outcomes if found.agrees is False]
    first = (bad or list(outcomes) or [Outcome(None)])[0]
    if first.part == "range":
        return Judgement("unverifiable", first.observed, drop=True)
    if site.tentative and (first.agrees is None or first.part == "text"):
        return Judgement("unverifiable", first.observed, drop=True)
    if isinstance(site.expectation, Property) and not bad:
        return Judgement("unverifiable", first.observed, drop=True)
    if not bad or len(bad) < len(outcomes):
        note = first.note or "the claim cannot be set against this value"
        return Judgement("unverifiable", first.observed, note, first.part)
    if sights.passes > MOST_PASSES:
        return Judgement("unverifiable", first.observed, "only the first passes were watched")
    return Judgement("refuted", first.observed, first.note, first.part)


def _with_hardware(site: Site, judged: Judgement, setting: Setting) -> Judgement:
    if judged.state != "confirmed":
        return judged
    why = causes.unsettled(setting.source(site))
    if why and judged.part in ("value", "text", "device"):
        expected = site.expectation
        if isinstance(expected, Device) or judged.part == "device":
            return judged
        return replace(judged, state="unverifiable", note=why)
    return judged


def _doubted(site: Site, judged: Judgement, seen: Observation, setting: Setting) -> Judgement:
    """Everything that speaks against an accusation."""
    expected = site.expectation
    source = setting.source(site)
    wants_gpu = isinstance(expected, Device) and expected.name != "cpu"
    wants_gpu = wants_gpu or bool(re.search(r"\bcuda\b", site.text))
    if wants_gpu and not seen.machine.get("cuda"):
        return replace(judged, state="unverifiable", note="it needs CUDA")
    why = causes.unsettled(source)
    if why:
        return replace(judged, state="unverifiable", note=why)
    if judged.part == "value" and causes.unwritten(source, site.text):
        return replace(judged, state="unverifiable", note="nobody wrote that memory")
    if judged.part == "value" and _HEDGED.search(site.text):
        return replace(judged, state="unverifiable", note="the page gives it as an example")
    if isinstance(expected, Value) and expected.approximate and judged.part != "value":
        return replace(judged, state="unverifiable")
    upset = setting.upset_by(seen, site)
    if upset:
        return replace(judged, state="not_run", note=upset)
    return judged


def _unreached(site: Site, seen: Observation, setting: Setting) -> Judgement:
    """Why a statement left no trace."""
    first, last = site.statement
    for fault in seen.faults:
        if fault.statement[0] <= first and last <= fault.statement[1]:
            why = causes.explain(fault, seen.faults, setting.missing)
            if why.cause == "hardware":
                return Judgement("unverifiable", note=why.sentence)
            own = fault.line in range(first, last + 1) and why.sentence.startswith(
                f"line {fault.line} "
            )
            if why.cause == "fault" and own and fault is seen.faults[0] and not site.tentative:
                observed = f"{fault.raised.type}: {fault.raised.message.strip()}"[:300]
                return Judgement("refuted", observed, "it raises", "error")
            return Judgement("not_run", note=why.sentence, drop=site.tentative)
    if not seen.finished and not seen.faults:
        return Judgement("not_run", note=seen.stopped, drop=site.tentative)
    return Judgement("not_run", note="this line is never executed", drop=site.tentative)


# --- errors ------------------------------------------------------------------------------------


def _judge_raising(
    site: Site, sights: Sights | None, seen: Observation, setting: Setting
) -> Judgement:
    expected = site.expectation
    if sights is None or not sights.raised:
        judged = _unreached(site, seen, setting)
        return replace(judged, state="not_run") if judged.state == "refuted" else judged
    raised = next((one for one in sights.raised if one.type), None)
    if raised is not None:
        fault = Fault(
            site.statement[0], site.statement, raised, _undefined(raised), "", frozenset()
        )
        why = causes.explain(fault, seen.faults, setting.missing)
        if why.cause in ("context", "package", "file", "network"):
            return Judgement("not_run", note=why.sentence, part="error")
        if why.cause == "hardware" and (raised.type == "NameError" or isinstance(expected, Works)):
            return Judgement("unverifiable", note=why.sentence, part="error")
        if fault.name and why.sentence != causes.explain(fault, (), setting.missing).sentence:
            return Judgement("not_run", note=why.sentence, part="error")
    if isinstance(expected, Works):
        if raised is None:
            return Judgement("confirmed", "no exception", part="error")
        judged = Judgement("refuted", _said(raised), part="error")
        return _doubted(site, judged, seen, setting)
    assert isinstance(expected, Fails)
    return _compare_raised(expected, raised, site, setting)


def _undefined(raised: Raised) -> str:
    found = re.match(r"name '(\w+)' is not defined", raised.message)
    return found.group(1) if found and raised.type == "NameError" else ""


def _said(raised: Raised) -> str:
    return f"{raised.type}: {' '.join(raised.message.split())}"[:300]


def _compare_raised(
    expected: Fails, raised: Raised | None, site: Site, setting: Setting
) -> Judgement:
    if raised is None:
        if re.search(r"cuda|gpu", setting.source(site) + site.text, re.IGNORECASE):
            return Judgement("unverifiable", "no exception", "it needs CUDA", "error")
        return Judgement("refuted", "no exception", part="error")
    observed = _said(raised)
    if expected.type:
        name = expected.type.rsplit(".", 1)[-1]
        if name not in raised.bases and name != raised.type:
            if re.search(r"CUDA|cuda|GPU", expected.message + raised.message):
                return Judgement("unverifiable", observed, "it needs CUDA", "error")
            return Judgement("refuted", observed, f"it raises {raised.type}", "error")
    # "size(-2)" and "blocksize[0]" name things, they measure nothing.
    plain = re.sub(r"\w[\[(]-?\d+[\])]", "", expected.message)
    claimed = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", plain)
    have = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", raised.message)
    if have and any(number not in have for number in claimed):
        return Judgement("refuted", observed, "the numbers in its message differ", "error")
    return Judgement("confirmed", observed, part="error")


def expected_output(claimed: str, seen: Observation) -> list[tuple[int, str, Judgement]]:
    """Sets the output that a page shows against the one that was printed.

    Returns:
        For each line of the claim: the line of code that printed it, the text, the judgement.
    """
    printed = "".join(text for _, text in seen.outputs)
    owners = [line for line, text in seen.outputs for row in text.splitlines() if row.strip()]
    rows = [row for row in printed.splitlines() if row.strip()]
    pairs = aligned(claimed, "\n".join(rows))
    if pairs is not None:
        by_row = iter(owners)
        found: list[tuple[int, str, Judgement]] = []
        for want, have in pairs:
            match = compare_text(want, have)
            line = next(by_row, owners[-1] if owners else 1)
            state: State = "confirmed" if match.agrees else "refuted"
            found.append((line, want, Judgement(state, have, part=match.part)))
        return found
    wanted = [row for row in claimed.splitlines() if row.strip()]
    last = owners[-1] if owners else 1
    if len(wanted) != len(rows):
        match = compare_text(claimed, printed)
        state = "confirmed" if match.agrees else "refuted"
        return [(last, claimed.strip(), Judgement(state, printed.strip()[:300], part="text"))]
    found = []
    for want, have, line in zip(wanted, rows, owners, strict=True):
        match = compare_text(want, have)
        state = "confirmed" if match.agrees else "refuted"
        found.append((line, want.strip(), Judgement(state, have.strip()[:300], part=match.part)))
    return found
