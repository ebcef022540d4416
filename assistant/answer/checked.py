"""Passages with what they wrongly say of the library put right before anyone words an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer.correct import inserted, past_markup
from assistant.answer.passages import Passage
from assistant.verify.facts import Fact


def checked_passages(
    passages: Sequence[Passage], said: Sequence[Sequence[Fact]]
) -> tuple[Passage, ...]:
    """Passages with a remark behind each name that does not exist and each default that is another.

    Args:
        passages: of an answer.
        said: for each of them what its text says of the library, judged.
    """
    return tuple(
        replace(passage, block=replace(passage.block, text=_remarked(passage, facts)))
        if any(fact.judgement.state == "refuted" for fact in facts)
        else passage
        for passage, facts in zip(passages, said, strict=True)
    )


def refuted(passage: Passage, facts: Sequence[Fact]) -> Iterator[Fact]:
    """The facts that the passage's own original has wrong, not only its cleaned text."""
    original = passage.block.span.of(passage.document.text)
    for fact in facts:
        if fact.judgement.state != "refuted":
            continue
        if fact.kind != "exists" or re.search(rf"{re.escape(fact.text)}(?!\w)", original):
            yield fact


def _remarked(passage: Passage, facts: Sequence[Fact]) -> str:
    return remarked(passage.block.text, list(refuted(passage, facts)))


def remarked(text: str, facts: Sequence[Fact], begin: int = 0) -> str:
    """`text` with a remark behind each refuted fact that has none yet.

    Args:
        text: that the facts are about.
        facts: with offsets from `begin` of the text.
        begin: where in it their own text begins.
    """
    for fact in sorted(facts, key=lambda one: -one.offset):
        start = text.find(fact.text, max(begin + fact.offset - 2, 0))
        if start >= 0 and fact.judgement.state == "refuted":
            at = past_markup(text, start, start + len(fact.text))
            if not text.startswith(" (✗", at):
                text = inserted(text, at, f"✗ {words_for(fact)}")
    return text


def words_for(fact: Fact) -> str:
    """What is so instead."""
    if fact.kind == "exists":
        return fact.judgement.observed
    return f"not so: the installed torch has {fact.judgement.observed}"
