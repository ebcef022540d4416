"""Puts what was seen in the place of what a file of one's own wrongly claims."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from assistant.types import SnippetReport, Verdict
from assistant.verify.literals import Call, Const, NotALiteralError, Num, Seq, Word, read_prefix

KINDS = ("value", "shape", "dtype", "device", "bool")
SUFFIXES = (".md", ".markdown", ".py")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file's text with its refuted trailing values put right, and the difference."""

    text: str
    diff: str
    changed: int


def fix(path: str, text: str, reports: Sequence[SnippetReport]) -> Fixed:
    """Rewrites the refuted values that stand literally in Markdown and Python files.

    Claims that cannot be replaced by a value on one line stay as they are; nothing is written.

    Args:
        path: the file's name, for the diff; only `.md` and `.py` files are touched.
        text: the file's text, as it was when the reports were made.
        reports: of that file.
    """
    edits: dict[int, tuple[int, str]] = {}
    if PurePath(path).suffix.lower() in SUFFIXES:
        for report in reports:
            for verdict in report.verdicts:
                edit = _edit(text, verdict)
                if edit is not None:
                    edits[edit[0]] = (edit[1], edit[2])
    new = text
    for start in sorted(edits, reverse=True):
        end, value = edits[start]
        new = new[:start] + value + new[end:]
    diff = difflib.unified_diff(
        text.splitlines(keepends=True), new.splitlines(keepends=True), path, path
    )
    return Fixed(new, "".join(diff), len(edits))


def _edit(text: str, verdict: Verdict) -> tuple[int, int, str] | None:
    """Start, end and new wording of one claim in the file."""
    claim = verdict.claim
    if verdict.state != "refuted" or claim.kind not in KINDS or not verdict.observed:
        return None
    if "\n" in claim.text or "\n" in verdict.observed or "…" in verdict.observed:
        return None
    if claim.span.of(text) != claim.text:
        return None
    place = _literal(claim.text)
    value = verdict.observed.removeprefix("shape ")
    if place is None or " →" in value:
        return None
    return claim.span.start + place[0], claim.span.start + place[1], value


def _literal(text: str) -> tuple[int, int] | None:
    """Where in a claim the value stands: the first literal that nothing but words precede."""
    for start, mark in enumerate(text):
        if start and (text[start - 1].isalnum() or text[start - 1] in "._"):
            continue
        if not (mark.isalnum() or mark in "([{-<"):
            continue
        try:
            node, end = read_prefix(text, start)
        except NotALiteralError:
            continue
        named = isinstance(node, Word) and node.value.startswith("torch.")
        if named or isinstance(node, (Num, Const, Seq, Call)):
            return start, end
    return None
