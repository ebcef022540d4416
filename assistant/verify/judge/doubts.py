"""What speaks against an accusation: hardware, chance, an earlier failure, a hedge in the words."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify import causes
from assistant.verify import unsettled as open_ends
from assistant.verify.expect import Device, Value
from assistant.verify.judge.judgement import Judgement, Setting
from assistant.verify.observe import Observation
from assistant.verify.sites import Site

_HEDGED = re.compile(
    r"\be\.g\b|for example|random|something like|similar to|might|var(?:y|ies)\b|uninitiali[sz]ed|"
    r"garbage|depends|\bor so\b|\bcould be\b|\bmay\b|on (?:my|a) machine|on (?:the |a )?GPU|"
    r"\bon (?:the|our|your|this|most|some|Apple|Linux)\b|"
    r"typically|\bsay\b|\blike\b.*\.\.\.|arbitrary|\bexample\b|usually|likely",
    re.IGNORECASE,
)


def with_hardware(site: Site, judged: Judgement, seen: Observation, setting: Setting) -> Judgement:
    """Takes back a confirmation that another machine or version would not give."""
    if judged.state != "confirmed":
        return judged
    source = setting.source(site)
    why = open_ends.unsettled(source, cuda=seen.cuda)
    if not why and not seen.cuda and "cuda" in source:
        why = _hardware(site, judged, source, setting)
    if why and judged.part in ("value", "text", "device"):
        expected = site.expectation
        if isinstance(expected, Device) or judged.part == "device":
            return judged
        return replace(judged, state="unverifiable", note=why)
    return judged


_LUCK = re.compile(
    r"\b(?:luck(?:y|ily)?|most (?:of the time|times|runs)|perhaps|maybe|probably|sometimes"
    r"|might|could be|may be|if you are|chance"
    r"|I (?:got|get|saw|see)|for me|my run|this run)\b",
    re.IGNORECASE,
)


def by_luck(site: Site, judged: Judgement) -> Judgement:
    """Marks the confirmation of what the page itself only hopes for, or saw once."""
    return replace(judged, hedged=True) if called_luck(site.text) else judged


def called_luck(text: str) -> bool:
    """Whether a remark says that another run may show something else."""
    return _LUCK.search(text) is not None


def doubted(site: Site, judged: Judgement, seen: Observation, setting: Setting) -> Judgement:
    """Everything that speaks against an accusation."""
    expected = site.expectation
    source = setting.source(site)
    wants_gpu = isinstance(expected, Device) and expected.name != "cpu"
    wants_gpu = wants_gpu or bool(re.search(r"\bcuda\b", site.text))
    if wants_gpu and not seen.cuda:
        return replace(judged, state="unverifiable", note="it needs CUDA")
    why = _hardware(site, judged, source, setting) if not seen.cuda else ""
    why = why or open_ends.unsettled(source, cuda=seen.cuda)
    if why:
        return replace(judged, state="unverifiable", note=why)
    if judged.part == "value" and open_ends.unwritten(source, site.text):
        return replace(judged, state="unverifiable", note="nobody wrote that memory")
    if judged.part == "value" and _HEDGED.search(site.text):
        return replace(judged, state="unverifiable", note="the page gives it as an example")
    if isinstance(expected, Value) and expected.approximate and judged.part != "value":
        return replace(judged, state="unverifiable")
    upset = setting.upset_by(seen, site)
    if upset:
        return replace(judged, state="not_run", note=upset)
    return judged


def _hardware(site: Site, judged: Judgement, source: str, setting: Setting) -> str:
    """Whether a machine with CUDA would have chosen another device, dtype or number."""
    placed, open_ = open_ends.chosen_by_hardware(setting.code)
    names = set(re.findall(r"[^\W\d]\w*", source)) | set(re.findall(r"[^\W\d]\w*", site.subject))
    of_place = judged.part == "device" or bool(re.search(r"device|is_cuda|is_cpu", source))
    if names & open_ or (of_place and names & placed):
        return "it depends on the hardware"
    return ""


def unreached(site: Site, seen: Observation, setting: Setting) -> Judgement:
    """Why a statement left no trace."""
    first, last = site.statement
    for fault in seen.faults:
        if fault.statement[0] <= first and last <= fault.statement[1]:
            why = causes.explain(fault, seen.faults, setting.missing, cuda=seen.cuda)
            if why.cause == "hardware":
                return Judgement("unverifiable", note=why.sentence)
            own = fault.line in range(first, last + 1) and why.sentence.startswith(
                f"line {fault.line} "
            )
            certain = own and fault is seen.faults[0] and fault.raised.type != "NameError"
            if why.cause == "fault" and certain and not site.tentative:
                observed = f"{fault.raised.type}: {fault.raised.message.strip()}"[:300]
                return Judgement("refuted", observed, "it raises", "error")
            return Judgement("not_run", note=why.sentence, drop=site.tentative or site.lenient)
    if not seen.finished and not seen.faults:
        return Judgement("not_run", note=seen.stopped, drop=site.tentative or site.lenient)
    return Judgement(
        "not_run", note="this line is never executed", drop=site.tentative or site.lenient
    )
