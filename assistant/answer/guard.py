"""A model's reply, checked sentence by sentence on its way to the reader.

What may be shown before a sentence is whole says `assistant.answer.holding`.  A whole sentence has
its markers checked, is held against the library and against what execution refuted, and is tied to
the passage that it rests on, or marked.  Blocks of code are run.  Text that was shown is never
taken back, so what a reader sees grow is, letter for letter, the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.answer.checked import words_for
from assistant.answer.correct import past_markup, prose_of, remark
from assistant.answer.events import Judged, Running, Wrote
from assistant.answer.evidence import Evidence
from assistant.answer.holding import names_in, showable
from assistant.answer.mentions import mentions
from assistant.answer.replycode import ReplyCode
from assistant.answer.restated import Heard, heard, restated
from assistant.answer.secrets import redacted, secrets_in
from assistant.answer.units import Unit, Units

if TYPE_CHECKING:
    from assistant.answer.events import SnippetVerifier
    from assistant.answer.support import Support, Tie
    from assistant.types import Verdict

UNSUPPORTED = "*(not in the documents)*"
"""Stands behind each sentence that rests on no source."""

DECLINES = re.compile(
    r"\b(?:documents?|passages?|sources?|context|information|texts?)\b[^.]{0,40}"
    r"\b(?:do(?:es)? not|don't|doesn't|cannot|can't|contains? no|has no|have no|no)\b[^.]{0,40}"
    r"\b(?:answer|contain|cover|mention|say|provide|include|discuss|information|address)",
    re.I,
)
_CITED = re.compile(r"(?<![\w\]])\[(\d{1,4})\](?!\()|(?<=\])\[(\d{1,4})\](?!\()")
_SEVERAL = re.compile(r"(?<![\w\]])\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})+)\](?!\()")
_OTHER_FORMS = re.compile(
    r"\[\^(\d{1,3})\]|【(\d{1,3})(?:†[^】]*)?】"
    r"|\[(?:passages?|sources?|ref(?:erence)?s?\.?|documents?)[ #:]*(\d{1,3})\]",
    re.I,
)
_SIZES = re.compile(r"(?:shape|sizes?|dims?|dimensions?|is|of|=|:)\W*$", re.I)
_IMAGE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((\s*<?[^)\s]*>?[^)\n]*)\)")
_TAG = re.compile(
    r"</?(?:img|script|iframe|a|style|svg|form|input|link|meta|object|embed)\b[^>]*>?", re.I
)
_CODE_SPAN = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"\s*(?:#{1,6}\s.*|\*\*[^*\n]+\*\*:?|[-*+]\s*|\d+[.)]\s*)\s*\Z")
_END = re.compile(r"([.!?,;:]*[\"'”)*_]*)\s*\Z")
_LOST_COMMA = re.compile(r"[,;]\s*(?=[.!?](?:\s|\Z))")
_RULE_ROW = re.compile(r"\s*\|?\s*:?-{2,}")

Edit = tuple[int, int, str]
"""Characters from, to, and what stands there instead."""


class Guard:
    """Lets a reply through as it comes, corrected.

    Attributes:
        text: what was let through.
        stated, supported: how many sentences stated something, and rested on a source.
        declined: whether it says that the documents do not answer.
        held_against: the refuted verdicts that corrected something.
    """

    def __init__(
        self,
        evidence: Evidence,
        support: Support,
        question: str,
        verifier: SnippetVerifier | None,
    ) -> None:
        self.text = ""
        self.stated = 0
        self.supported = 0
        self.declined = False
        self.held_against: list[Verdict] = []
        self._evidence = evidence
        self._support = support
        self._question = question
        self._verifier = verifier
        self._code = ReplyCode(evidence, verifier)
        self._units = Units()
        self._shown = 0
        self._paragraph = ""
        self._told: set[str] = set()
        self._secrets = frozenset(secrets_in())
        self.renew()

    def renew(self) -> None:
        """Takes in evidence that came since: results of tools."""
        self._heard: Heard = heard(self._evidence, self._question)
        wrong = {
            name
            for report in self._evidence.reports
            for verdict in report.verdicts
            if verdict.state == "refuted"
            for name in names_in(verdict.claim.text)
        }
        texts = "\n".join(passage.block.text for passage in self._evidence.passages)
        gone = set(re.findall(r"([\w.]+)`? \(✗", texts))
        self._known = names_in(texts) - wrong - gone

    def restart(self) -> None:
        """Forgets what came and was not shown yet."""
        self._units = Units()
        self._shown = 0

    def feed(self, text: str) -> Iterator[Wrote | Running | Judged]:
        """What of the reply can be shown now that `text` came."""
        for unit in self._units.feed(text):
            yield from self._whole(unit)
        rest = self._units.rest
        if self._units.kind != "prose":
            return
        end = showable(
            rest,
            self._known,
            line_start=self._units.line_start,
            values=self._verifier is not None,
            secrets=self._secrets,
        )
        if end > self._shown:
            piece = rest[self._shown : end]
            self._shown = end
            yield self._wrote(piece)

    def finish(self) -> Iterator[Wrote | Running | Judged]:
        """The rest, when no more comes."""
        for unit in self._units.finish():
            yield from self._whole(unit)

    def add(self, words: str) -> Wrote:
        """Words of ours behind the reply."""
        return self._wrote(words)

    def _wrote(self, piece: str) -> Wrote:
        self.text += piece
        return Wrote(piece)

    def _whole(self, unit: Unit) -> Iterator[Wrote | Running | Judged]:
        shown, self._shown = self._shown, 0
        if unit.kind == "code":
            checked = yield from self._code.check(redacted(unit.text, self._variants()))
            self.stated += 1
            self.supported += self._code.sourced
        elif unit.kind == "table":
            checked = self._table(unit.text)
        else:
            checked = self._prose(unit.text, shown)
        if unit.kind != "prose" or re.search(r"\n\s*\n\Z", unit.text) or not unit.text.strip():
            self._paragraph = ""
        if checked[shown:]:
            yield self._wrote(checked[shown:])

    # Prose ---------------------------------------------------------------------------------------

    def _prose(self, text: str, shown: int) -> str:
        if not text.strip():
            return text
        text = text[:shown] + self._harmless(text[shown:])
        edits, cited = self._markers(text)
        remarks = self._remarks(text, self._paragraph)
        edits += remarks
        self._paragraph += text
        bare = _CITED.sub("", text)
        if not _HEADING.match(bare) and not bare.rstrip().endswith((":", "?")):
            edits += self._tied(text, bare, cited, remarked=bool(remarks))
        corrected = applied(text, edits, shown)
        return corrected[:shown] + _LOST_COMMA.sub("", corrected[shown:])

    def _tied(self, text: str, bare: str, cited: list[str], *, remarked: bool) -> list[Edit]:
        """The marker of what a sentence rests on, or the mark that it rests on nothing."""
        if DECLINES.search(bare):
            self.declined = True
            return _without_markers(text)
        tie = self._support.tie(bare, cited)
        if remarked:
            self.stated += 1
            self.supported += 1
        if tie is None or remarked:
            return []
        self.stated += 1
        self.supported += tie.supported
        end = _core_end(text)
        if not tie.supported:
            return [*_without_markers(text), (end[1], end[1], f" {UNSUPPORTED}")]
        edits: list[Edit] = []
        if tie.contrary:
            words = " ".join(tie.contrary.split())[:160]
            edits.append((end[1], end[1], f" (✗ the source says: “{words}”)"))
        return edits + self._marked(text, tie, cited, end)

    def _marked(self, text: str, tie: Tie, cited: list[str], end: tuple[int, int]) -> list[Edit]:
        if not tie.marker or tie.marker in cited:
            return []
        return [*_without_markers(text), (end[0], end[0], f" [{tie.marker}]")]

    def _markers(self, text: str) -> tuple[list[Edit], list[str]]:
        """What takes out markers that do not exist, and those that do."""
        edits: list[Edit] = []
        cited: list[str] = []
        for match in _CITED.finditer(text):
            marker = match[1] or match[2]
            if _in_code(text, match.start()):
                continue
            if marker in self._evidence.markers:
                cited.append(marker)
            else:
                edits.append((_with_blank(text, match.start()), match.end(), ""))
        return edits, cited

    def _harmless(self, text: str) -> str:
        """Without secrets, images, foreign links, tags that act, and odd ways to cite."""
        text = redacted(text, self._variants())
        text = _IMAGE.sub(lambda m: m[1], text)
        text = _LINK.sub(lambda m: m[0] if self._is_sourced(m[2]) else m[1], text)
        text = _TAG.sub("", text)
        text = _OTHER_FORMS.sub(lambda m: f"[{m[1] or m[2] or m[3]}]", text)
        return _SEVERAL.sub(self._spread, text)

    def _spread(self, match: re.Match[str]) -> str:
        numbers = re.findall(r"\d+", match[1])
        sizes = _SIZES.search(match.string[: match.start()])
        if (
            sizes
            or not set(numbers) & self._evidence.markers
            or _in_code(match.string, match.start())
        ):
            return match[0]
        return "".join(f"[{number}]" for number in numbers)

    def _is_sourced(self, url: str) -> bool:
        bare = url.strip().split()[0].strip("<>") if url.strip() else ""
        return bool(bare) and any(bare in p.block.text for p in self._evidence.passages)

    def _variants(self) -> list[str]:
        """Secrets, and what is left of each when its first two characters were shown already."""
        return [one[cut:] for one in self._secrets for cut in range(3)]

    # What is false -------------------------------------------------------------------------------

    def _remarks(self, text: str, before: str) -> list[Edit]:
        """Remarks behind what execution and the library refute."""
        if self._verifier is None:
            return []
        blank = _CITED.sub(lambda match: " " * len(match[0]), text)
        places: dict[int, list[str]] = {}
        found = [
            *mentions(blank, self._evidence.reports),
            *restated(blank, self._evidence.reports, self._heard),
        ]
        told: set[tuple[int, str]] = set()
        for one in found:
            key = (one.verdict.claim.line, one.verdict.claim.text)
            if key not in told:
                told.add(key)
                self.held_against.append(one.verdict)
                places.setdefault(past_markup(text, one.start, one.end), []).append(remark(one))
        for at, words in self._facts(blank, before):
            places.setdefault(at, []).append(words)
        row = text.lstrip().startswith("|")
        edits: list[Edit] = []
        for at, remarks in places.items():
            words = "; ".join(dict.fromkeys(remarks))
            edits.append((at, at, f" ({words.replace('|', chr(92) + '|') if row else words})"))
        return edits

    def _facts(self, text: str, before: str) -> Iterator[tuple[int, str]]:
        """What a sentence says of the library, read with the sentences before it."""
        assert self._verifier is not None
        if not re.search(r"\d|True|False|None|[`'\"_.]\w|\w\.\w|[a-z][A-Z]", text):
            return
        (facts,) = self._verifier.said([before + text])
        for fact in facts:
            if fact.judgement.state != "refuted":
                continue
            whole = before + text
            at = whole.find(fact.text, max(fact.offset - 2, 0))
            start, end = at - len(before), at - len(before) + len(fact.text)
            if at < 0 or end <= 0 or text[end:].lstrip("`*_").startswith(" (✗"):
                continue
            yield past_markup(text, max(start, 0), end), f"✗ {words_for(fact)}"

    # Tables --------------------------------------------------------------------------------------

    def _table(self, text: str) -> str:
        text = self._harmless(text)
        rows = text.splitlines(keepends=True)
        lost: list[str] = []
        out: list[str] = []
        head = rows[0] if rows else ""
        for n, row in enumerate(rows):
            if not row.lstrip(" \t>").startswith("|") or _RULE_ROW.match(row):
                out.append(row)
                continue
            edits, cited = self._markers(row)
            edits += self._remarks(row, f"{head}\n" if n else "")
            bare = " ".join(_CITED.sub("", row).replace("|", " ").split())
            tie = self._support.tie(bare, cited) if n else None
            if tie is not None:
                self.stated += 1
                self.supported += tie.supported
                if not tie.supported and not edits:
                    lost.append(next((c.strip() for c in row.split("|") if c.strip()), ""))
            out.append(applied(row, edits, 0))
        table = "".join(out)
        if lost:
            named = ", ".join(f"“{one}”" for one in lost[:6])
            table = f"{table.rstrip()}\n\n{UNSUPPORTED[:-2]}: {named})*\n"
        return table


def markers_in(text: str) -> frozenset[str]:
    """The markers that an answer cites with, outside of code."""
    return frozenset(
        match[1] or match[2]
        for _, part in prose_of(text)
        for match in _CITED.finditer(part)
        if not _in_code(part, match.start())
    )


def applied(text: str, edits: list[Edit], shown: int) -> str:
    """`text` with its edits; what would change a part that was shown comes right behind that."""
    for start, end, words in sorted(set(edits), key=lambda edit: (-edit[0], -edit[1])):
        text = text[: max(start, shown)] + words + text[max(end, shown) :]
    return text


def _without_markers(text: str) -> list[Edit]:
    return [
        (_with_blank(text, match.start()), match.end(), "")
        for match in _CITED.finditer(text)
        if not _in_code(text, match.start())
    ]


def _with_blank(text: str, at: int) -> int:
    while at and text[at - 1] in " \t":
        at -= 1
    return at


def _core_end(text: str) -> tuple[int, int]:
    """Where a marker goes, before the last full stop, and where a mark goes, behind it."""
    bare = re.sub(r"(?:[ \t]*\[\d+\])+\s*\Z", "", text)
    match = _END.search(bare)
    assert match is not None
    stop = match.end(1)
    rest = text[stop:]
    markers = re.match(r"(?:[ \t]*\[\d+\])*", rest)
    return match.start(1), stop + (markers.end() if markers else 0)


def _in_code(text: str, at: int) -> bool:
    return any(span.start() < at < span.end() for span in _CODE_SPAN.finditer(text))
