"""Conducts an interview: asks, listens, probes, hints, adapts the level, and ends in time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.interview.bank import ROLES, Bank, Item
from assistant.interview.examiner import Examiner, probe_after
from assistant.interview.schedule import Drill
from assistant.interview.store import InterviewStore
from assistant.interview.types import LEVELS, Interview, Level, Plan, Response, Turn
from corpus.errors import InputError

MAX_ANSWER = 50_000
"""Characters of an answer that are still an answer."""
AWAY = 900.0
"""Seconds without a sign of the candidate after which the clock stands still."""
GOOD, POOR = 0.75, 0.35
"""Scores from which on the level goes up, and below which it goes down."""


class Interviewer:
    """Conducts the interviews of one store.  Each step keeps what it did before it returns.

    Args:
        bank: what can be asked.
        examiner: judges the answers.
        store: keeps everything.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        bank: Bank,
        examiner: Examiner,
        store: InterviewStore,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._bank = bank
        self._examiner = examiner
        self._store = store
        self._now = now

    def open(self, plan: Plan, owner: str = "local") -> Interview:
        """Begins an interview with its first question.

        Raises:
            InputError: nothing fits the plan.
        """
        if plan.role and plan.role not in ROLES:
            raise InputError(
                f"there is no role {plan.role!r}", where="role", hint=f"roles: {', '.join(ROLES)}"
            )
        if not self._bank.fitting(plan):
            raise InputError(
                "no question fits what was chosen",
                where="topics, levels and kinds",
                hint=f"choose fewer limits; topics are {', '.join(self._bank.topics)}",
            )
        now = self._now()
        interview = Interview(uuid.uuid4().hex, owner, plan, started=now, touched=now)
        return self._ask(interview)

    def resume(self, interview: Interview) -> Interview:
        """Goes on with an interview that was left; the pause does not count."""
        return self._keep(replace(interview, touched=self._now()))

    def draft(self, interview: Interview, text: str) -> Interview:
        """Keeps what the candidate has typed so far."""
        turn = interview.turn
        if turn is None or turn.draft == text or len(text) > MAX_ANSWER:
            return interview
        return self._keep(_with(self._tick(interview), replace(turn, draft=text)))

    def hint(self, interview: Interview) -> Interview:
        """Gives the next hint, if there is one more; each costs points."""
        interview = self._tick(interview)
        turn = _open(interview)
        item = self._bank.get(turn.item)
        known = self._examiner.hints(item, turn.result) if item is not None else []
        fresh = [hint for hint in known if hint not in turn.hints]
        if not fresh:
            return interview
        return self._keep(_with(interview, replace(turn, hints=(*turn.hints, fresh[0]))))

    def answer(self, interview: Interview, text: str) -> Interview:
        """Takes an answer, judges it, and either probes once or is done with the question.

        Raises:
            InputError: it is longer than an answer can be, or no question is open.
        """
        if len(text) > MAX_ANSWER:
            raise InputError(
                f"the answer has {len(text):,} characters",
                where="answer",
                hint=f"up to {MAX_ANSWER:,} can be judged",
            )
        interview = self._tick(interview)
        turn = _open(interview)
        item = self._bank.get(turn.item)
        if item is None:
            return self.skip(interview)
        said = (*turn.responses, Response(text, self._now(), turn.probe))
        # Kept before it is judged: what was said is not lost with a process that dies judging.
        self._keep(_with(interview, replace(turn, responses=said, draft="", probe=turn.probe)))
        result = self._examiner.judge(item, [response.text for response in said])
        probe = "" if turn.probe or item.kind in _RUN else probe_after(result)
        turn = replace(turn, responses=said, draft="", result=result, probe=probe, done=not probe)
        if turn.done:
            self._schedule(interview, turn)
        return self._keep(_with(self._tick(interview), turn))

    def skip(self, interview: Interview) -> Interview:
        """Leaves the question; one that was answered before its probe keeps its grade."""
        interview = self._tick(interview)
        return self._keep(_with(interview, self._left(interview, _open(interview))))

    def next(self, interview: Interview) -> Interview:
        """Asks the next question, or ends when there is no time or nothing left to ask.

        A question that is still open is left.
        """
        if interview.turn is not None:
            interview = self.skip(interview)
        interview = self._tick(interview)
        if len(interview.turns) >= interview.plan.questions or interview.left <= 0:
            return self.close(interview)
        return self._ask(interview)

    def close(self, interview: Interview) -> Interview:
        """Ends the interview."""
        interview = self._tick(interview)
        turn = interview.turn
        if turn is not None:
            interview = _with(interview, self._left(interview, turn))
        return self._keep(replace(interview, ended=interview.ended or self._now()))

    def item(self, turn: Turn) -> Item | None:
        """What a turn asked about, as far as it is still known."""
        return self._bank.get(turn.item)

    def _left(self, interview: Interview, turn: Turn) -> Turn:
        """An open question when the candidate goes on without answering, or after the answer."""
        turn = replace(turn, done=True, probe="", skipped=not turn.responses)
        if turn.responses:
            self._schedule(interview, turn)
        return turn

    def _schedule(self, interview: Interview, turn: Turn) -> None:
        item = self._bank.get(turn.item)
        entry = item.entry if item is not None else None
        Drill(self._store, interview.owner).after(turn, entry, self._now())

    def _ask(self, interview: Interview) -> Interview:
        item = self._bank.choose(
            interview.plan,
            [turn.item for turn in interview.turns],
            level_now(interview.plan, interview.turns),
            interview.left,
            self._store.known(interview.owner),
        )
        if item is None:
            return self.close(interview)
        turn = Turn(item.id, item.kind, item.topic, item.level, item.prompt, self._now())
        return self._keep(replace(interview, turns=(*interview.turns, turn)))

    def _tick(self, interview: Interview) -> Interview:
        now = self._now()
        spent = min(max(0.0, now - interview.touched), AWAY)
        return replace(interview, used=interview.used + spent, touched=now)

    def _keep(self, interview: Interview) -> Interview:
        self._store.save(interview)
        return interview


_RUN = ("predict", "debug", "code")


def _open(interview: Interview) -> Turn:
    turn = interview.turn
    if turn is None:
        raise InputError("no question is open", where="interview", hint="ask for the next one")
    return turn


def _with(interview: Interview, turn: Turn) -> Interview:
    return replace(interview, turns=(*interview.turns[:-1], turn))


def level_now(plan: Plan, turns: Sequence[Turn]) -> Level:
    """The level that the answers so far call for, starting in the middle of what is allowed."""
    allowed = [level for level in LEVELS if not plan.levels or level in plan.levels]
    place = float((len(allowed) - 1) // 2)
    for turn in turns:
        score = turn.score
        if score is not None:
            place += 0.5 if score >= GOOD else -0.5 if score < POOR else 0.0
            place = min(max(place, 0.0), len(allowed) - 1.0)
    return allowed[round(place + 1e-9)]
