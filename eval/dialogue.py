"""Conversations of several turns: each found by itself, its subject kept, no old one dragged in."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assistant.answer.pipeline import Assistant, Finished, Started
from assistant.answer.writers import ExtractiveWriter
from assistant.types import Turn
from corpus.errors import InputError
from eval.datasets import DATA, DocumentSet
from eval.progress import to_stderr
from eval.rows import Row, complain, read_rows

if TYPE_CHECKING:
    from eval.datasets import Split
    from index.types import SearchResult

TurnKind = Literal[
    "opening", "follow-up", "why", "code", "correction", "answer", "change", "return", "thanks"
]

LEAST_FOUND = 0.90
LEAST_CARRIED = 0.95
SHOWN = 20


class TurnRow(Row):
    """A turn of the user's, and what has to come of it.

    Attributes:
        kind: what it is to the turns before it; `answer` asks about the answer itself, `return`
            takes up an earlier subject.
        user: what is typed.
        groups, entries: what answers it, in the labelled documents and in the built-in corpus;
            any of them will do; none means that nothing is to be found there.
        carries: words that the question made self-contained must hold, in any case.
        without: words that it must not hold, because the subject changed.
    """

    kind: TurnKind
    user: str = Field(min_length=1)
    groups: tuple[str, ...]
    entries: tuple[str, ...]
    carries: tuple[str, ...]
    without: tuple[str, ...]


class DialogueRow(Row):
    """A conversation; the other side is played by the assistant itself."""

    id: str = Field(min_length=1)
    turns: tuple[TurnRow, ...] = Field(min_length=2)


@dataclass(frozen=True, slots=True)
class Miss:
    """A turn that went wrong; `kind` is `not found`, `not carried` or `dragged in`."""

    kind: str
    dialogue: str
    turn: int
    user: str
    understood: str
    detail: str


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Turns of one kind: how many have something to find, and the shares found."""

    n: int
    first: float
    among_three: float


@dataclass(frozen=True, slots=True)
class DialogueFigures:
    """What `torchproof eval dialogue` prints.

    Attributes:
        turns: all of them; `sought` those with something to find.
        first: share of the latter whose first hit answers them; `among_three` one of the first
            three; `reciprocal` the mean of 1 / rank of the first right hit among ten.
        carried: share of turns whose question, made self-contained, holds all it must.
        dragged: share of the turns after a change of subject whose question holds an old one.
        kinds: by kind of turn.
    """

    dataset: str
    dialogues: int
    turns: int
    sought: int
    first: float
    among_three: float
    reciprocal: float
    carried: float
    dragged: float
    kinds: dict[str, KindFigures]
    misses: tuple[Miss, ...]

    def to_json(self) -> dict[str, Any]:
        """The figures as nested dictionaries."""
        return {**asdict(self), "missed": list(self.missed)}

    @property
    def missed(self) -> tuple[str, ...]:
        """A line for each bar that was missed."""
        lines = []
        if self.among_three < LEAST_FOUND:
            lines.append(f"{self.among_three:.1%} found among three, the bar is {LEAST_FOUND:.0%}")
        if self.carried < LEAST_CARRIED:
            lines.append(f"{self.carried:.1%} carry their subject, the bar is {LEAST_CARRIED:.0%}")
        if self.dragged:
            lines.append(f"{self.dragged:.1%} drag an old subject in, the bar is none")
        return tuple(lines)

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure, for a table."""
        rows = [
            ("conversations, turns", f"{self.dialogues}, {self.turns}"),
            ("right entry first", f"{self.first:.1%} of {self.sought}"),
            ("right entry among three", f"{self.among_three:.1%} (bar {LEAST_FOUND:.0%})"),
            ("reciprocal rank", f"{self.reciprocal:.3f}"),
            ("subject carried", f"{self.carried:.1%} (bar {LEAST_CARRIED:.0%})"),
            ("old subject dragged in", f"{self.dragged:.1%} (bar 0)"),
        ]
        rows += [
            (f"right entry first, {kind}", f"{found.first:.1%} of {found.n}")
            for kind, found in self.kinds.items()
        ]
        rows += [
            (
                f"{miss.kind}: {miss.dialogue}, turn {miss.turn}",
                f"{miss.user} → {miss.understood} ({miss.detail})",
            )
            for miss in self.misses[:SHOWN]
        ]
        return rows


@dataclass(frozen=True, slots=True)
class _Heard:
    """One turn as it went: what was understood, and the units found, best first."""

    dialogue: str
    number: int
    row: TurnRow
    wanted: tuple[str, ...]
    understood: str
    found: tuple[str, ...]

    @property
    def rank(self) -> int:
        """Of the first right hit, from 1; 0 if none is right."""
        return next((n for n, unit in enumerate(self.found, 1) if unit in self.wanted), 0)

    @property
    def lost(self) -> tuple[str, ...]:
        """Words that should be there and are not."""
        return tuple(word for word in self.row.carries if not _holds(self.understood, word))

    @property
    def old(self) -> tuple[str, ...]:
        """Words that should not be there and are."""
        return tuple(word for word in self.row.without if _holds(self.understood, word))


def load_dialogues(split: Split | None = None) -> list[DialogueRow]:
    """The conversations that are shipped: those for development, or those held out.

    Raises:
        InputError: the file is missing or wrong, or there are none of that kind.
    """
    if split == "test":
        raise InputError(
            "conversations are for development or held out",
            where="--split test",
            hint="name heldout, or leave the option out",
        )
    name = "heldout" if split == "heldout" else "dialogues"
    return read_rows(DATA / "dialogues" / f"{name}.jsonl", DialogueRow)


def evaluate(documents: Path | None = None, split: Split | None = None) -> DialogueFigures:
    """Holds the conversations over `documents`, else over the built-in corpus.

    Raises:
        InputError: the documents are not there, or the labels name what is not there.
    """
    dialogues = load_dialogues(split)
    from eval.builtin import builtin_files, builtin_units
    from eval.datasets import shipped_document_set
    from index.build import Request, build
    from index.embed import load_embedder
    from index.search import Searcher

    if documents:
        labelled = shipped_document_set()
        files = labelled.find(documents)
    else:
        labelled = builtin_units()
        files = builtin_files()
    embedder = load_embedder()
    with tempfile.TemporaryDirectory(prefix="torchproof-eval-") as scratch:
        to_stderr("indexing the documents")
        request = Request(tuple(map(str, files.values())), only=True, device=embedder.device)
        build(Path(scratch), request)
        assistant = Assistant(Searcher.open(Path(scratch), embedder), ExtractiveWriter())
    return hold(assistant, labelled, dialogues, builtin=documents is None)


def hold(
    assistant: Assistant,
    labelled: DocumentSet,
    dialogues: Sequence[DialogueRow],
    *,
    builtin: bool = False,
) -> DialogueFigures:
    """Holds conversations with `assistant`, whose own answers become the history.

    Args:
        assistant: what is measured; nothing is run.
        labelled: what the units are called.
        dialogues: the conversations.
        builtin: take the labels for the built-in corpus, not those for the documents.

    Raises:
        InputError: labels name units that are not there.
    """
    units = {entry.group for entry in labelled.entries}
    heard: list[_Heard] = []
    faults: list[str] = []
    for dialogue in dialogues:
        history: list[Turn] = []
        for number, row in enumerate(dialogue.turns, start=1):
            wanted = row.entries if builtin else row.groups
            faults += [f"{dialogue.id} names unknown {unit!r}" for unit in {*wanted} - units]
            said = ""
            for event in assistant.stream(row.user, history, run=False):
                if isinstance(event, Started):
                    found = _units(assistant, labelled, event.result)
                    understood = event.contextualised
                    heard.append(_Heard(dialogue.id, number, row, wanted, understood, found))
                elif isinstance(event, Finished):
                    said = event.answer.text
            history += [Turn("user", row.user), Turn("assistant", said)]
    complain(faults, "dialogues.jsonl", "labels must name what is there")
    return _figures(labelled.query_set.name, len(dialogues), heard)


def _units(assistant: Assistant, labelled: DocumentSet, result: SearchResult) -> tuple[str, ...]:
    searcher, group_of = assistant.searcher, labelled.group_of
    found: dict[str, None] = {}
    for hit in result.hits:
        entry = searcher.entries[hit.chunk.entry_id]
        name = Path(searcher.documents[entry.document_id].path).name
        found[group_of.get((name, entry.number), entry.id)] = None
    return tuple(found)


def _figures(dataset: str, dialogues: int, heard: Sequence[_Heard]) -> DialogueFigures:
    sought = [turn for turn in heard if turn.wanted]
    guarded = [turn for turn in heard if turn.row.without]
    kinds = dict.fromkeys(turn.row.kind for turn in sought)
    return DialogueFigures(
        dataset=dataset,
        dialogues=dialogues,
        turns=len(heard),
        sought=len(sought),
        first=_share([turn.rank == 1 for turn in sought]),
        among_three=_share([1 <= turn.rank <= 3 for turn in sought]),
        reciprocal=_share([1 / turn.rank if turn.rank else 0.0 for turn in sought]),
        carried=_share([not turn.lost for turn in heard if turn.row.carries]),
        dragged=_share([bool(turn.old) for turn in guarded]),
        kinds={
            kind: KindFigures(
                len(held := [turn for turn in sought if turn.row.kind == kind]),
                _share([turn.rank == 1 for turn in held]),
                _share([1 <= turn.rank <= 3 for turn in held]),
            )
            for kind in kinds
        },
        misses=tuple(miss for turn in heard for miss in _misses(turn)),
    )


def _misses(turn: _Heard) -> list[Miss]:
    def miss(kind: str, detail: str) -> Miss:
        return Miss(kind, turn.dialogue, turn.number, turn.row.user, turn.understood, detail)

    found = []
    if turn.old:
        found.append(miss("dragged in", ", ".join(turn.old)))
    if turn.lost:
        found.append(miss("not carried", ", ".join(turn.lost)))
    if turn.wanted and turn.rank != 1:
        first = turn.found[0] if turn.found else "nothing"
        found.append(miss("not found", f"{first} first, {' or '.join(turn.wanted)} wanted"))
    return found


def _holds(text: str, word: str) -> bool:
    """Whether `text` holds a word or the beginning of one, whatever the case."""
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word.lower())}", text.lower()))


def _share(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
