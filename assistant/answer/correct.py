"""A finished answer, with what execution refuted put right where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.answer.mentions import Mention, mentions
from assistant.types import SnippetReport, Verdict

_FENCE = re.compile(
    r"(?ms)^(?P<fence>`{3,}|~{3,})(?P<language>[^\n]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$"
)
QUOTED = 160
"""Characters of a sentence that are quoted back."""
_MARKER = re.compile(r"(?<!\w)\[([1-9]\d*)\]")


def correct(
    text: str, reports: Iterable[SnippetReport], entries: Mapping[str, str] | None = None
) -> str:
    """`text` with a remark behind everything in it that was refuted.

    Nothing refuted is left standing as if it were true: behind a line of code, behind a printed
    line, and behind a value in a sentence, list or table stands what was observed.  The wording
    itself stays as its source has it.

    Args:
        text: Markdown.
        reports: on the snippets that it cites.
        entries: which entry each marker cites; prose with markers is held against the code of the
            entries that it cites alone.
    """
    held = tuple(reports)
    if not any(one.state == "refuted" for report in held for one in report.verdicts):
        return text
    out: list[str] = []
    at = 0
    for fence in _FENCE.finditer(text):
        out.append(_prose(text[at : fence.start()], held, entries or {}))
        body = marked_code(fence["body"], held)
        out.append(
            text[fence.start() : fence.start("body")] + body + text[fence.end("body") : fence.end()]
        )
        at = fence.end()
    out.append(_prose(text[at:], held, entries or {}))
    return "".join(out)


def retold(
    text: str, reports: Iterable[SnippetReport], entries: Mapping[str, str] | None = None
) -> Iterator[str]:
    """For a text that was shown already: one line for each sentence in it that was refuted."""
    held = tuple(reports)
    told: set[str] = set()
    for _, part in prose_of(text):
        for paragraph, cited in _paragraphs(part, held, entries or {}):
            for one in mentions(paragraph, cited):
                line = f"“{_short(one.sentence)}” — {remark(one)}"
                if line not in told:
                    told.add(line)
                    yield line


def prose_of(text: str) -> Iterator[tuple[int, str]]:
    """The parts of Markdown that are no block of code, each with its offset."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield at, text[at : fence.start()]
        at = fence.end()
    yield at, text[at:]


def remark(mention: Mention) -> str:
    """`✗ the page says 24; running it gives 96`."""
    verdict = mention.verdict
    said, seen = mention.said, _flat(verdict.observed)
    if mention.contested:
        return f"✗ on line {verdict.claim.line} of the code, running it gives {seen}, not {said}"
    return f"✗ the page says {_flat(said)}; running it gives {seen}"


def _short(sentence: str) -> str:
    flat = _flat(re.sub(r"^[-*+>|#\s]+", "", sentence))
    return flat if len(flat) <= QUOTED else f"{flat[:QUOTED].rstrip()}…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def unmarked(code: str) -> str:
    """Code without the remarks that `marked_code` puts behind its lines."""
    return re.sub(r"(?m)[ \t]*[#←] ✗ .*$", "", code)


def marked_code(body: str, reports: Sequence[SnippetReport]) -> str:
    """A block of code or output with its refuted lines marked."""
    lines = body.split("\n")
    for report in reports:
        code = report.snippet.code.rstrip().split("\n")
        offset = _whole(lines, code)
        for verdict in report.verdicts:
            if verdict.state != "refuted" or not verdict.claim.line:
                continue
            if offset is not None:
                _mark(lines, offset + verdict.claim.line - 1, f"  # ✗ REFUTED: {_gives(verdict)}")
            else:
                _mark_alone(lines, code, report, verdict)
    return "\n".join(lines)


def _gives(verdict: Verdict) -> str:
    return f"running it gives {_flat(verdict.observed)}"


def _whole(lines: Sequence[str], code: Sequence[str]) -> int | None:
    """Where a block holds the whole of a snippet."""
    bare = [line.rstrip() for line in lines]
    wanted = [line.rstrip() for line in code]
    for at in range(len(bare) - len(wanted) + 1):
        if bare[at : at + len(wanted)] == wanted:
            return at
    return None


def _mark(lines: list[str], at: int, words: str) -> None:
    if 0 <= at < len(lines) and words not in lines[at]:
        lines[at] = lines[at].rstrip() + words


def _mark_alone(
    lines: list[str], code: Sequence[str], report: SnippetReport, verdict: Verdict
) -> None:
    """Marks a line that was quoted out of its snippet, or the output that the page shows."""
    claim = verdict.claim
    if not 0 < claim.line <= len(code):
        return
    source = code[claim.line - 1].strip()
    twins = {
        other.state
        for other in report.verdicts
        if 0 < other.claim.line <= len(code) and code[other.claim.line - 1].strip() == source
    }
    output = claim.kind == "output" and claim.text.strip() not in source
    for at, line in enumerate(lines):
        if output and line.strip() == claim.text.strip():
            _mark(lines, at, f"  ← ✗ REFUTED: {_gives(verdict)}")
        elif not output and line.strip() == source and "#" in source:
            where = "" if twins == {"refuted"} else f" (line {claim.line} of the snippet)"
            _mark(lines, at, f"  # ✗ REFUTED{where}: {_gives(verdict)}")


def _prose(text: str, reports: Sequence[SnippetReport], entries: Mapping[str, str]) -> str:
    return "".join(
        _remarked(paragraph, list(mentions(paragraph, cited)))
        for paragraph, cited in _paragraphs(text, reports, entries)
    )


def _paragraphs(
    text: str, reports: Sequence[SnippetReport], entries: Mapping[str, str]
) -> Iterator[tuple[str, list[SnippetReport]]]:
    """Paragraphs, each with the reports on the entries that it cites; uncited ones with all."""
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        cited = {entries[m] for m in _MARKER.findall(paragraph) if m in entries}
        yield paragraph, [r for r in reports if not cited or r.snippet.entry_id in cited]


def _remarked(paragraph: str, found: Iterable[Mention]) -> str:
    """A paragraph with its remarks, each behind the value and the markup that encloses it."""
    places: dict[int, list[str]] = {}
    for one in found:
        at = past_markup(paragraph, one.start, one.end)
        words = remark(one)
        if words not in places.setdefault(at, []):
            places[at].append(words)
    for at in sorted(places, reverse=True):
        paragraph = inserted(paragraph, at, "; ".join(places[at]))
    return paragraph


def inserted(text: str, at: int, words: str) -> str:
    """`text` with a remark in brackets at `at`; in a row of a table, its bars are kept."""
    line = text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
    if line.lstrip().startswith("|"):
        words = words.replace("|", "\\|")
    return f"{text[:at]} ({words}){text[at:]}"


def past_markup(text: str, start: int, end: int) -> int:
    """The place behind `end` where a remark breaks neither inline code nor emphasis."""
    line = text.rfind("\n", 0, start) + 1
    if text.count("`", line, start) % 2:
        close = text.find("`", end)
        end = close + 1 if close >= 0 and "\n" not in text[end:close] else end
    while text[end : end + 1] in ("*", "_", "~") and text[end : end + 1]:
        end += 1
    return end
