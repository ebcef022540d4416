"""Where prose repeats a value that running its code has refuted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.types import SnippetReport, Verdict
from assistant.verify.substitute import literal

KINDS = ("value", "shape", "dtype", "bool", "output")

_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?!\w)")
_DIMS = re.compile(
    r"torch\.Size\(\[[\d,\s]*\]\)|\([\d,\s]*\)|\[[\d,\s]*\]|(?<![\w.])\d+(?:\s*[x×]\s*\d+)+(?!\w)"
)
_SENTENCE = re.compile(
    r"(?<=[.!?])\s+(?=[^\d\s])|\n[ \t]*(?=[-*+][ \t]|\d+[.)][ \t]|\||#|>)|\n[ \t]*\n"
)
_MARKER = re.compile(r"(?<!\w)\[[1-9]\d*\](?!\()")
_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
          "seven": "7", "eight": "8", "nine": "9", "ten": "10", "zero": "0"}  # fmt: skip
_NO_SUBJECT = frozenset(
    "print torch nn F np import from as in for if else with not and or is None True False def "
    "return tensor item shape size dtype device tolist".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A refuted value in a text, at `start` to `end`.

    `said` is the value as the text writes it, `sentence` what it stands in; `contested` says that
    the code makes the same claim elsewhere, where it holds.
    """

    start: int
    end: int
    said: str
    sentence: str
    verdict: Verdict
    contested: bool


def mentions(prose: str, reports: Iterable[SnippetReport]) -> Iterator[Mention]:
    """Refuted values that sentences of `prose` state as the code's comments do.

    A number counts in whatever way it is written.  A sentence speaks of a claim if it names what
    the claim's line of code is about; without that, only of a value that nothing else in the code
    has.  A sentence that also says what running gives states the truth already.

    Args:
        prose: Markdown without code blocks.
        reports: on the code that it speaks of.
    """
    # The number of a citation is nobody's value.
    prose = _MARKER.sub(lambda match: " " * len(match[0]), prose)
    sentences = list(_sentences(prose))
    for report in reports:
        refuted = [one for one in report.verdicts if one.state == "refuted"]
        for verdict in refuted:
            if verdict.claim.kind not in KINDS or not verdict.claim.line:
                continue
            yield from _of(verdict, report, prose, sentences)


def _of(
    verdict: Verdict, report: SnippetReport, prose: str, sentences: Sequence[tuple[int, int]]
) -> Iterator[Mention]:
    claimed, seen = stated(verdict.claim.text), stated(verdict.observed)
    if not claimed:
        return
    source = source_of(report, verdict)
    held = [v for v in report.verdicts if v.state == "confirmed" and _same(v, claimed)]
    lone = _distinct(claimed) and not held and not find_value(claimed, _code(report))
    for start, end in sentences:
        sentence = prose[start:end]
        places = find_value(claimed, sentence)
        if not places or find_value(seen, sentence):
            continue
        named = names_of(source) & named_in(sentence)
        if named or lone:
            first, last = places[0]
            contested = any(names_of(source_of(report, one)) & named for one in held)
            said = sentence[first:last]
            yield Mention(start + first, start + last, said, sentence.strip(), verdict, contested)


def stated(text: str) -> str:
    """The value that a claim or an observation states, without the words around it."""
    line = text.strip()
    place = literal(line) if "\n" not in line else None
    return line[slice(*place)] if place else line


def agree(one: str, other: str) -> bool:
    """Whether two stated values are the same, however they are written."""
    return bool(find_value(one, other) or find_value(other, one))


def source_of(report: SnippetReport, verdict: Verdict) -> str:
    """The code that a claim is about: its line, or for a line of comment the code above it."""
    lines = report.snippet.code.split("\n")[: verdict.claim.line]
    for line in reversed(lines):
        code = line.partition("#")[0].strip()
        if code:
            return code
    return ""


def _code(report: SnippetReport) -> str:
    """A snippet's code without its comments."""
    return "\n".join(line.partition("#")[0] for line in report.snippet.code.split("\n"))


def names_of(source: str) -> frozenset[str]:
    """What a line of code is about, by name."""
    found = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'|\"[^\"]*\"", "", source))
    return frozenset(found) - _NO_SUBJECT


def named_in(sentence: str) -> frozenset[str]:
    """Identifiers in a sentence; single letters only where they are set as code."""
    code = " ".join(re.findall(r"`([^`]*)`", sentence))
    words = {word for word in re.findall(r"[A-Za-z_]\w*", sentence) if len(word) > 1}
    return frozenset(words | set(re.findall(r"[A-Za-z_]\w*", code)))


def _same(verdict: Verdict, claimed: str) -> bool:
    return verdict.claim.kind in KINDS and bool(find_value(claimed, stated(verdict.claim.text)))


def _distinct(claimed: str) -> bool:
    """Whether a value is unlikely to stand in a text for anything else."""
    return len(re.findall(r"\d", claimed)) >= 3 or len(_NUMBER.findall(claimed)) >= 2


def find_value(value: str, text: str) -> list[tuple[int, int]]:
    """Where `text` states `value`, in whatever way it is written."""
    number = as_number(re.sub(r"^tensor\((.*)\)$", r"\1", value))
    if number is not None:
        found = [m.span() for m in _NUMBER.finditer(text) if as_number(m[0]) == number]
        found += [
            m.span()
            for m in re.finditer(r"\b[a-z]+\b", text.lower())
            if as_number(_WORDS.get(m[0], "x")) == number
        ]
        return sorted(_widened(text, span) for span in found)
    dims = _dims(value)
    if dims is not None:
        return [m.span() for m in _DIMS.finditer(text) if _dims(m[0]) == dims]
    bare = re.sub(r"\s+", "", value)
    if len(bare) < 2:
        return []
    pattern = r"\s*".join(map(re.escape, bare.removeprefix("torch.")))
    return [m.span() for m in re.finditer(rf"(?<![\w]){pattern}(?!\w)", text)]


def _widened(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A number with the `tensor(…)` around it, and without the full stop behind it."""
    start, end = span
    if text[:start].endswith("tensor(") and text[end : end + 1] == ")":
        return start - len("tensor("), end + 1
    return start, end - 1 if text[end - 1] == "." and text[end : end + 1].strip() == "" else end


def as_number(text: str) -> Decimal | None:
    """The number that a text is, if it is one."""
    try:
        return Decimal(text.replace(",", "").replace("_", "").replace("−", "-").strip().rstrip("."))
    except InvalidOperation:
        return None


def _dims(text: str) -> tuple[str, ...] | None:
    if not _DIMS.fullmatch(text.strip()):
        return None
    return tuple(re.findall(r"\d+", text))


def _sentences(prose: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(prose):
        if prose[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if prose[start:].strip():
        yield start, len(prose)
