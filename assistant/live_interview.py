"""An interview as a program conducts it: a question, an answer, its grade, the next one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.interview.bank import Bank
    from assistant.interview.session import Interviewer
    from assistant.interview.store import InterviewStore
    from assistant.interview.types import Interview, Kind, Level, Result, Turn
    from assistant.runtime import Runtime

OWNER = "local"
"""Interviews of this machine's user, those of `torchproof interview` among them."""


@dataclass(slots=True)
class LiveInterview:
    """One interview under way; every step is kept in the data folder before it returns.

    Attributes:
        state: the interview with everything said so far.
    """

    state: Interview
    _interviewer: Interviewer
    _bank: Bank
    _store: InterviewStore

    @property
    def question(self) -> str:
        """What is to be answered now, as Markdown: a question, or its follow-up; empty: none."""
        turn = self.turn
        return (turn.probe or turn.prompt) if turn else ""

    @property
    def turn(self) -> Turn | None:
        """The open question with what was said to it; None between questions and at the end."""
        return self.state.turn

    @property
    def over(self) -> bool:
        """Whether the interview has ended."""
        return self.state.ended is not None

    def answer(self, text: str) -> Result | None:
        """Takes an answer and judges it.

        Where the question is still open afterwards, `question` is a follow-up; else `next` goes on.

        Returns:
            What the answer is worth; None where it could not be judged.

        Raises:
            InputError: no question is open, or the text is too long.
        """
        if self.over:
            raise InputError("the interview is over", where="interview", hint="begin another")
        self.state = self._interviewer.answer(self.state, text)
        return self.state.turns[-1].result

    def hint(self) -> str:
        """The next hint, which costs points; empty where there is none left."""
        before = self.state.turn
        self.state = self._interviewer.hint(self.state)
        after = self.state.turn
        given = len(after.hints) if after else 0
        return after.hints[-1] if after and before and given > len(before.hints) else ""

    def next(self) -> str:
        """Asks the next question and returns it; empty when the interview has ended."""
        if not self.over:
            self.state = self._interviewer.next(self.state)
        return self.question

    def close(self) -> None:
        """Ends the interview."""
        if not self.over:
            self.state = self._interviewer.close(self.state)

    def report(self) -> str:
        """The report on what was answered so far, as Markdown."""
        from assistant.interview.report import as_markdown, make_report

        return as_markdown(make_report(self.state, self._bank, self._store.interviews(OWNER)))


def begin(
    runtime: Runtime,
    topics: Sequence[str],
    levels: Sequence[Level],
    kinds: Sequence[Kind],
    *,
    role: str,
    questions: int,
    minutes: int,
    seed: int | None,
) -> LiveInterview:
    """Begins an interview over what is in the runtime's index; see `Torchproof.interview`."""
    from assistant.interview.opening import known_topics, make_bank, make_examiner
    from assistant.interview.session import Interviewer
    from assistant.interview.store import InterviewStore
    from assistant.interview.types import KINDS, Plan

    runtime.ensure_index()
    bank = make_bank(runtime)
    known_topics(bank, tuple(topics))
    store = InterviewStore(runtime.settings.make_home() / "interviews.sqlite")
    plan = Plan(
        tuple(topics), tuple(levels), role, tuple(kinds) or KINDS, minutes, questions,
        random.randrange(2**32) if seed is None else seed,
    )  # fmt: skip
    interviewer = Interviewer(bank, make_examiner(runtime), store)
    return LiveInterview(interviewer.open(plan, OWNER), interviewer, bank, store)
