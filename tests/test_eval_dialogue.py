"""Conversations held: what is carried on, what is dragged in, and whether the labels hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.builtin import builtin_units
from eval.datasets import DocumentSet, LabelledEntry, QuerySet, Split, load_document_set
from eval.dialogue import DialogueRow, TurnRow, hold, load_dialogues


def _turn(kind: str, user: str, groups=(), carries=(), without=()) -> TurnRow:
    return TurnRow(
        kind=kind, user=user, groups=groups, entries=(), carries=carries, without=without
    )


@pytest.fixture
def labelled(searcher) -> DocumentSet:
    entries = tuple(
        LabelledEntry(
            name := Path(searcher.documents[entry.document_id].path).name,
            entry.number,
            entry.span,
            f"{name}#{entry.number}",
        )
        for entry in searcher.entries.values()
    )
    return DocumentSet(QuerySet("small", (), {}), entries, {})


def test_a_conversation_is_judged_turn_by_turn(assistant, labelled: DocumentSet) -> None:
    turns = (
        _turn("opening", "view vs reshape", ("tensors.md#1",), ("reshape",)),
        _turn("code", "show me the code", ("tensors.md#1",), ("reshape",)),
        _turn("change", "what does drop.eval() do", ("tensors.md#3",), (), ("reshape",)),
    )
    figures = hold(assistant, labelled, [DialogueRow(id="d", turns=turns)])
    assert figures.turns == figures.sought == 3
    assert figures.first == figures.carried == 1.0
    assert figures.dragged == 0.0
    assert set(figures.kinds) == {"opening", "code", "change"}
    assert figures.missed == ()


def test_what_goes_wrong_is_named_with_what_was_understood(
    assistant, labelled: DocumentSet
) -> None:
    turns = (
        _turn("opening", "view vs reshape", ("tensors.md#3",)),
        _turn("why", "why?", (), ("dropout",), ("reshape",)),
    )
    figures = hold(assistant, labelled, [DialogueRow(id="d", turns=turns)])
    assert [miss.kind for miss in figures.misses] == ["not found", "dragged in", "not carried"]
    assert "reshape" in figures.misses[1].understood
    assert len(figures.missed) >= 2


def test_a_label_of_nothing_is_refused(assistant, labelled: DocumentSet) -> None:
    turns = (_turn("opening", "x", ("gone#1",)), _turn("thanks", "thanks"))
    with pytest.raises(InputError, match=r"d names unknown 'gone#1'"):
        hold(assistant, labelled, [DialogueRow(id="d", turns=turns)])


@pytest.mark.parametrize("split", ["dev", "heldout"])
def test_the_shipped_conversations_name_what_is_there(split: Split) -> None:
    dialogues = load_dialogues(split)
    turns = [turn for dialogue in dialogues for turn in dialogue.turns]
    groups = {entry.group for entry in load_document_set().entries}
    entries = {entry.group for entry in builtin_units().entries}
    assert {group for turn in turns for group in turn.groups} <= groups
    assert {entry for turn in turns for entry in turn.entries} <= entries
    assert sum(turn.kind == "change" for turn in turns) >= 8
    assert all(dialogue.turns[0].kind == "opening" for dialogue in dialogues)


def test_held_out_conversations_are_none_of_those_for_development() -> None:
    dev, held = load_dialogues(), load_dialogues("heldout")
    assert {row.id for row in dev}.isdisjoint(row.id for row in held)
    typed = {turn.user for row in dev for turn in row.turns[:1]}
    assert typed.isdisjoint(row.turns[0].user for row in held)
    with pytest.raises(InputError, match="held out"):
        load_dialogues("test")
