"""The state of one claim, from all that its probe saw."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.verify.compare import (
    Outcome,
    as_expectation,
    combined,
    compare,
    compare_printed,
    flat,
    near,
    shape_text,
    slip,
)
from assistant.verify.expect import (
    Each,
    Event,
    Expectation,
    Fails,
    Maps,
    Printed,
    Property,
    Value,
    Values,
    Works,
    spread,
)
from assistant.verify.judge import figures
from assistant.verify.judge.doubts import by_luck, doubted, unreached, with_hardware
from assistant.verify.judge.judgement import Judgement, Setting, said
from assistant.verify.judge.raising import judge_raising
from assistant.verify.literals import Const, Node, Num, Seq
from assistant.verify.observe import Observation, Sights
from assistant.verify.printed import compare_text, contains, contrary
from assistant.verify.sites import Site

MOST_PASSES = 24


def judge(site: Site, seen: Observation, number: int, setting: Setting) -> Judgement:
    """The state of the claim at `site`, which is the `number`-th that `seen` was asked about."""
    if seen.result.status == "unavailable":
        return Judgement("not_run", note=seen.result.reason or "the sandbox is unavailable")
    sights = seen.sights.get(number)
    if isinstance(site.expectation, (Fails, Works)):
        raising = judge_raising(site, sights, seen, setting)
        sure = raising.state == "confirmed" or (
            raising.observed not in ("", "no exception") and not site.apart
        )
        return raising if sure or not site.lenient else replace(raising, drop=True)
    if isinstance(site.expectation, Maps) and sights is not None and sights.raised:
        given = shape_text(site.expectation.sizes())
        return Judgement("refuted", said(sights.raised[0]), f"given {given}", "shape")
    if sights is None or not (sights.values or sights.texts):
        return unreached(site, seen, setting)
    outcomes = _outcomes(site, sights)
    judged = _settle(site, outcomes, sights)
    if judged.state == "refuted" and site.text.split() == judged.observed.split():
        judged = replace(judged, state="confirmed", note="")  # word for word what was seen
    if judged.state == "unverifiable" and figures.prints_nought(
        site, sights, setting.source(site), setting.code
    ):
        judged = replace(judged, state="refuted", note="")
    surely = figures.surely_meant(site, sights) if judged.state == "refuted" else None
    if surely is False:
        return replace(judged, drop=True)
    if (
        not surely
        and site.lenient
        and judged.state != "confirmed"
        and not _still_meant(site, judged, sights)
    ):
        return replace(judged, drop=True)
    if judged.state == "confirmed" and figures.wrong_sum(site, judged.observed):
        judged = replace(judged, state="refuted", note="the sum in the remark does not come to it")
    if judged.drop or judged.state != "refuted":
        return by_luck(site, with_hardware(site, judged, seen, setting))
    exact = _exact(sights) if judged.part == "value" else ""
    return replace(doubted(site, judged, seen, setting), exact=exact)


def _exact(sights: Sights) -> str:
    """The numbers that were seen first, as they are: a print rounds them."""
    places = next(iter(sights.values.values()), {})
    held = [one.get("values", one.get("v")) for one in places.values()]
    return " ".join(repr(leaf) for value in held for leaf in flat(value) if leaf is not None)


def _still_meant(site: Site, judged: Judgement, sights: Sights) -> bool:
    """Whether a lenient claim that was not borne out speaks of the value all the same."""
    if judged.state != "refuted" or site.apart:
        return False
    shown = False
    if site.how == "print" and sights.texts:
        found = compare_text(site.text, sights.texts[0])
        words = re.search(r"[^\W\d]{2,}|\d \S \d", site.text)
        shown = words is not None and not found.agrees and found.part == "value"
    if shown and not site.slip:
        return True
    if not (site.near or shown):
        return False
    if _pass_by_pass(site, sights):
        return True
    places = next(iter(sights.values.values()), {})
    if len(places) != 1:
        return False
    (seen,) = places.values()
    if site.slip:
        return slip(site.expectation, seen)
    return near(site.expectation, seen, printed=site.how == "print" or site.bare)


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
    return _pass_by_pass(site, sights) or _texts_by_pass(site, sights) or found


# What stands between the lines that a loop prints.
_TURN = re.compile(r"\s*(?:[,;]\s*)?(?:\band\s+)?\bthen\s+|\s*;\s+|\s+(?:→|->|\|)\s+|\s*,\s+")


def _texts_by_pass(site: Site, sights: Sights) -> list[Outcome]:
    """`# 0 0.025 then 1 0.0125` in a loop: one text for each line that it prints."""
    count = len(sights.texts)
    if site.how not in ("print", "text") or not 2 <= count == sights.passes:
        return []
    claimed = re.split(r"\s+[—–]\s|\s+\((?=[a-z])", site.text)[0]
    cuts = [hit for hit in _TURN.finditer(claimed) if _is_flat(claimed[: hit.start()])]
    words = [hit for hit in cuts if hit.group().strip() != ","]
    for chosen in (words, cuts):
        if len(chosen) != count - 1:
            continue
        ends = [hit.start() for hit in chosen] + [len(claimed)]
        starts = [0] + [hit.end() for hit in chosen]
        pieces = [claimed[start:end] for start, end in zip(starts, ends, strict=True)]
        found = [compare_printed(one, text) for one, text in zip(pieces, sights.texts, strict=True)]
        if all(one.agrees or one.part == "value" for one in found):
            return [combined(found, ", ".join(one.observed for one in found))]
    return []


def _is_flat(text: str) -> bool:
    """Whether all brackets that are opened in it are closed."""
    return len(re.findall(r"[(\[{]", text)) == len(re.findall(r"[)\]}]", text))


def _pass_by_pass(site: Site, sights: Sights) -> list[Outcome]:
    """`# 3, 6, 9` in a loop: one number for each time that it is passed; empty for any other."""
    expected = site.expectation
    nodes: Sequence[Node] = expected.nodes if isinstance(expected, Values) else ()
    if isinstance(expected, Value) and isinstance(expected.node, Seq):
        nodes = expected.node.items
    passes = [next(iter(places.values())) for places in sights.values.values() if len(places) == 1]
    if len(nodes) < 2 or len(nodes) != len(passes):
        return []
    if not all(isinstance(one, (Num, Const)) for one in nodes) or sights.passes != len(nodes):
        return []
    outcomes = [
        compare(as_expectation(node), seen) for node, seen in zip(nodes, passes, strict=True)
    ]
    if any(one.agrees is None for one in outcomes):
        return []
    return [combined(outcomes, ", ".join(one.observed for one in outcomes))]


def _judge_values(site: Site, values: Sequence[Mapping[str, Any]], text: str | None) -> Outcome:
    """A claim against the values of a statement, and against what it printed if it is a print."""
    expected = site.expectation
    if site.how == "around":
        return compare(expected, {"t": "seq", "k": site.how, "n": len(values), "items": values})
    if site.bare and values and values[0].get("t") == "none" and not _expects_none(expected):
        return Outcome(None, part="range")  # it is about what the call does, not what it returns
    if site.how == "rebound" and len(values) < 2:
        return Outcome(None, part="range")  # there was nothing before
    if site.how in ("beside", "rebound") and len(values) == 2:
        return compare(expected, {"t": "seq", "k": site.how, "n": 2, "items": values})
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
    if isinstance(expected, Each) and len(values) > 1:
        return combined([compare(expected.expected, have) for have in values], printed)
    if len(values) == 1:
        found = compare(expected, values[0], text=text)
        settled = found.agrees is not None or found.note
        # That a word of a remark is printed somewhere bears nothing out.
        return found if settled or site.lenient else _as_text(site.text, printed, found)
    if not values:
        whole = {"t": "str", "v": printed, "repr": printed}
        found = compare(expected, whole, text=text)
        return found if found.agrees is not None else _as_text(site.text, printed, found)
    return _as_text(site.text, printed)


def _expects_none(expected: Expectation) -> bool:
    return isinstance(expected, Value) and expected.node == Const(None)


def _as_text(claimed: str, printed: str, otherwise: Outcome | None = None) -> Outcome:
    """A claim against printed text: equal, or held by it; only its numbers can contradict it."""
    literal = re.split(r"\s+[—–]\s|\s{2,}|\s+\((?=[A-Za-z])", claimed.strip(), maxsplit=1)[0]
    for wording in (claimed, literal):
        found = compare_text(wording, printed)
        if found.agrees or found.part == "value":
            return Outcome(found.agrees, printed[:300], part="text" if found.agrees else "value")
    held = contains(literal, printed)
    if held is not None:
        return Outcome(held, printed[:300])
    return replace(otherwise, observed=printed[:300]) if otherwise else Outcome(None, printed[:300])


def _judge_text(site: Site, text: str) -> Outcome:
    expected = site.expectation
    claimed = expected.text if isinstance(expected, Printed) else site.text
    if site.part < 0:
        whole = compare_printed(claimed, text)
        if whole.agrees is False and site.tentative and contrary(claimed, text):
            # Numbers that chance may have drawn are compared from run to run.
            return replace(whole, part="value" if whole.part == "value" else "kind")
        if whole.agrees is False and whole.part == "text" and site.tentative:
            held = contains(claimed, text)
            return whole if held is None else Outcome(held, whole.observed)
        return whole
    lines = _shown_lines(text)
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


def _shown_lines(text: str) -> list[str]:
    """Printed lines; a value that goes on over several is one."""
    lines = [line for line in text.splitlines() if line.strip()]
    found: list[str] = []
    at = 0
    for size in spread(lines):
        found.append("\n".join(lines[at : at + size]))
        at += size
    return found


def _settle(site: Site, outcomes: Sequence[Outcome], sights: Sights) -> Judgement:
    """Many passes into one state: a claim in a loop holds if it holds at one of its passes."""
    good = [found for found in outcomes if found.agrees]
    happens = isinstance(site.expectation, Event)
    if good and happens and any(found.agrees is False for found in outcomes):
        # Of what happens now and then, nothing is told.
        return Judgement("unverifiable", good[0].observed, drop=True)
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
        return Judgement("unverifiable", first.observed, part=first.part, drop=True)
    if isinstance(site.expectation, (Property, Event)) and not bad:
        return Judgement("unverifiable", first.observed, drop=True)
    if not bad or len(bad) < len(outcomes):
        note = first.note or "the claim cannot be set against this value"
        return Judgement("unverifiable", first.observed, note, first.part)
    if sights.passes > MOST_PASSES:
        return Judgement("unverifiable", first.observed, "only the first passes were watched")
    return Judgement("refuted", first.observed, first.note, first.part)
