"""Where a model says in words of its own what running the code has refuted.

`assistant.answer.mentions` finds refuted values in the prose of a page, whose words stand close to
its code.  A model says “the gradient is twenty-four” of `print(w.grad)  # tensor(24.)`.  Here a
sentence counts as repeating a claim if it states the claimed value, in figures or words, and either
speaks of what the line of code is about, by a form of one of its names, or the value stands nowhere
in the sources but in that claim, so that it can have come from nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.evidence import Evidence
from assistant.answer.mentions import (
    KINDS,
    Mention,
    as_number,
    find_value,
    mentions,
    named_in,
    names_of,
    source_of,
    stated,
)
from assistant.types import SnippetReport, Verdict
from index.lexical import SYNONYMS

_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_NUMERALS = {word: n for n, word in enumerate(_TEENS, start=10)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_COMPOUND = re.compile(
    rf"\b(?:(?P<ten>{'|'.join(_TENS)})[- ](?P<one>{'|'.join(_ONES)})"
    rf"|(?P<word>{'|'.join(_NUMERALS)})"
    r"|(?P<dozen>two dozen|a dozen))\b",
    re.I,
)
_BY = re.compile(r"(?<![\w.])\d+(?:\s+by\s+\d+)+(?!\w)")
_PREDICATE = re.compile(
    r"(?:\b(?:is|are|be|being|was|becomes?|equals?|gives?|prints?|returns?|yields?|leaves?|of|to"
    r"|holds?|shows?|outputs?|gets?|has|have|contains?|stays?|remains?|at|makes?|reads?|into|as"
    r"|still|exactly|only|just)|[=:→>`(])\W*(?:[\w.]+\W+){0,2}\Z",
    re.I,
)
_DENIES = re.compile(
    r"(?:\b(?:not|never|isn't|aren't|wasn't|doesn't|rather than|instead of|and no|nor|claims?"
    r"|claimed|comment|says?|wrong(?:ly)?|page)\b|n't)\W*(?:[\w.(]+\W+){0,4}\Z",
    re.I,
)
_DENIED_BEHIND = re.compile(
    r"\A[^.;]{0,30}\b(?:is|are|was|would be) (?:wrong|false|incorrect|refuted|not)\b", re.I
)
_RAISES = re.compile(r"\b(?:rais(?:es?|ed|ing)|throws?|fails?|crash(?:es)?|errors?)\b", re.I)
_WORKS = re.compile(r"\b(?:works?|succeeds?|runs? fine|is fine|is allowed|no error)\b", re.I)
_ASKS = re.compile(r"^(?:is|has|can|requires)_?([a-z]+)")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sources say without what was refuted: a value in it may be meant by a sentence."""

    text: str


def heard(evidence: Evidence, question: str) -> Heard:
    """The question, prose that repeats no refuted claim, code without comments, what was seen."""
    parts = [question]
    for passage in evidence.passages:
        text = passage.block.text
        if passage.block.kind == "code":
            parts += [line.partition("#")[0] for line in text.split("\n")]
            continue
        wrong = {one.sentence for one in mentions(text, evidence.reports)}
        for sentence in wrong:
            text = text.replace(sentence, " ")
        parts.append(text)
    for report in evidence.reports:
        parts.append(report.stdout)
        parts += [v.observed for v in report.verdicts if v.state in ("confirmed", "refuted")]
    return Heard("\n".join(parts))


def restated(sentence: str, reports: Iterable[SnippetReport], sources: Heard) -> Iterator[Mention]:
    """The refuted claims that a sentence of a model repeats, each where it states the value.

    Args:
        sentence: Markdown, its markers blanked out, with what is around it.
        reports: on the code that the sources show and that the model had run.
        sources: what else they say.
    """
    for report in reports:
        for verdict in report.verdicts:
            if verdict.state != "refuted" or not verdict.claim.line:
                continue
            place = _place(sentence, verdict, report, sources)
            if place:
                said = sentence[slice(*place)]
                yield Mention(*place, said, sentence.strip(), verdict, contested=False)


def _place(
    sentence: str, verdict: Verdict, report: SnippetReport, sources: Heard
) -> tuple[int, int] | None:
    if verdict.claim.kind == "raises":
        return _of_error(sentence, verdict, report)
    if verdict.claim.kind not in (*KINDS, "device"):
        return None
    claimed, seen = stated(verdict.claim.text), stated(verdict.observed)
    places = wide(claimed, sentence) if claimed else []
    if not places and claimed in ("True", "False"):
        return _of_truth(sentence, verdict, report)
    named = _speaks_of(sentence, source_of(report, verdict))
    lone = not wide(claimed, sources.text)
    told = wide(seen, sentence)
    for start, end in places:
        before, behind = sentence[:start], sentence[end:]
        if _DENIES.search(before) or _DENIED_BEHIND.search(behind):
            continue
        if told and not any(_DENIES.search(sentence[:at]) for at, _ in told):
            continue
        plain = as_number(sentence[start:end]) is not None
        predicated = not plain or bool(_PREDICATE.search(before))
        word = sentence[start:end].isalpha() and claimed not in ("True", "False")
        if (named and predicated) or (lone and (predicated or not word)):
            return start, start + len(sentence[start:end].rstrip(",_"))
    return None


def wide(value: str, text: str) -> list[tuple[int, int]]:
    """Where `text` states `value`, in figures or in words, with `by` between sizes."""
    found = find_value(value, text)
    number = as_number(re.sub(r"^tensor\((.*)\)$", r"\1", value))
    if number is not None:
        found += [m.span() for m in _COMPOUND.finditer(text) if _numeral(m) == number]
    elif value in ("True", "False"):
        found += [m.span() for m in re.finditer(rf"\b{value.lower()}\b", text)]
    else:
        found += [
            m.span()
            for m in _BY.finditer(text)
            if find_value(value, f"({', '.join(re.findall(r'[0-9]+', m[0]))})")
        ]
    return sorted(set(found))


def _numeral(match: re.Match[str]) -> int:
    if match["dozen"]:
        return 24 if match["dozen"].lower().startswith("two") else 12
    if match["word"]:
        return _NUMERALS[match["word"].lower()]
    return _NUMERALS[match["ten"].lower()] + _ONES.index(match["one"].lower()) + 1


def _speaks_of(sentence: str, source: str) -> bool:
    """Whether a sentence names what a line of code is about, in whatever form."""
    names = names_of(source)
    if names & named_in(sentence):
        return True
    words = re.findall(r"[a-z]+", sentence.lower())
    return any(_form_of(part, words) for name in names for part in _parts(name))


def _parts(name: str) -> Iterator[str]:
    for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]{2,}", name):
        lower = part.lower()
        yield lower
        yield from SYNONYMS.get(lower, "").split()


def _form_of(part: str, words: Sequence[str]) -> bool:
    return len(part) >= 4 and any(
        word.startswith(part) or (len(word) >= 4 and part.startswith(word)) for word in words
    )


def _of_error(sentence: str, verdict: Verdict, report: SnippetReport) -> tuple[int, int] | None:
    """A sentence that repeats that a line raises, or that it works."""
    if not _speaks_of(sentence, source_of(report, verdict)):
        return None
    if verdict.observed.startswith("no exception"):
        kinds = re.findall(r"\b[A-Z]\w*(?:Error|Exception|Warning)\b", verdict.claim.text)
        hits = [m for kind in kinds for m in re.finditer(kind, sentence)]
        hits = hits or list(_RAISES.finditer(sentence))
    else:
        hits = list(_WORKS.finditer(sentence))
    for hit in hits:
        if not _DENIES.search(sentence[: hit.start()]):
            return hit.span()
    return None


def _of_truth(sentence: str, verdict: Verdict, report: SnippetReport) -> tuple[int, int] | None:
    """`is_contiguous()  # False` as “it is not contiguous”."""
    for name in names_of(source_of(report, verdict)):
        asks = _ASKS.match(name)
        if asks is None:
            continue
        others = {
            v.state
            for v in report.verdicts
            if name in names_of(source_of(report, v)) and v.state == "confirmed"
        }
        for hit in re.finditer(rf"\b{asks[1]}\b", sentence, re.I):
            denied = bool(_DENIES.search(sentence[: hit.start()]))
            if not others and denied == (verdict.claim.text.strip().startswith("False")):
                return hit.span()
    return None
